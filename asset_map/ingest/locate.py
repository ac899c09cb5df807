"""Where a record is: the best place that its cells can be trusted for, and what in them needs attention.

Tried in this order: latitude and longitude, easting and northing, a full postcode, a part of a postcode. A pin in the
wrong place is worse than none, so coordinates are checked against the postcode (`DISAGREE_M`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from asset_map.asset import Location, Meaning
from asset_map.geo import Point, metres_between
from asset_map.ingest import Fix
from asset_map.ingest.coordinates import ROUGHEST_M, Spot, degrees_spots, grid_spots
from asset_map.postcode import (
    Postcode,
    PostcodePlace,
    PostcodeTable,
    find_postcodes,
    place_of,
    read_postcode,
    repair,
    why_not_placed,
)

DISAGREE_M = 5_000.0
"""Coordinates farther than this from where the postcode can be disagree with it.

Nearer, the coordinates win: a postcode covers a street, and a park has its gate elsewhere. Farther, a full postcode
that lives wins, because people read and mend postcodes and nobody reads coordinates, and because the pin then agrees
with the address that is shown; unless another postcode in the address bears the coordinates out. A part of a postcode
wins only over coordinates that are rough or had to be repaired.
"""
ROUGH_M = 500.0
"""Coordinates no better than this (two decimals) give way to a full postcode."""
NOTHING = frozenset({"", "na", "n/a", "n.a.", "#n/a", "nan", "none", "null", "nil", "-", "--", ".", "?", "tbc"})
"""What people type where they have nothing to say."""
_UPRN = re.compile(r"(?:UPRN)?\s*0*([1-9][0-9]{0,11})(?:\.0+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """What the cells of a row say about a place, as they stand."""

    latitude: str = ""
    longitude: str = ""
    easting: str = ""
    northing: str = ""
    uprn: str = ""
    postcode: str = ""
    address: str = ""
    city: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Postcodes:
    """The places that postcodes give, the one to go by first, and the postcode to show."""

    places: tuple[PostcodePlace, ...] = ()
    shown: Postcode | None = None
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class _Coordinates:
    """The spots a pair of cells may mean, and what was written, in which column."""

    spots: tuple[Spot, ...] = ()
    words: str = ""
    field: str = "latitude"
    fixes: tuple[Fix, ...] = ()


def locate(raw: PlaceFacts, meaning: Meaning, table: PostcodeTable) -> tuple[Location, tuple[Fix, ...]]:
    """The location of a row, and a fix for everything that was given and could not be used as it stands.

    A row without any place is no error here: its method is "none".
    """
    facts = _tidy(raw)
    postcodes = _read_postcodes(facts, table)
    uprn, uprn_fixes = _read_uprn(facts.uprn)
    location = Location(
        name=facts.name or None,
        address=facts.address or None,
        city=facts.city or None,
        postcode=postcodes.shown.canonical if postcodes.shown else None,
        uprn=uprn,
        meaning=meaning,
    )
    location, place_fixes = _place(location, _read_coordinates(facts, postcodes, table), postcodes.places, table)
    fixes = (*postcodes.fixes, *place_fixes, *uprn_fixes)
    if location.method == "none" and facts.address and not fixes:
        message = f"address {facts.address!r} has no postcode, so it has no place; add its postcode"
        fixes = (Fix(code="no_place", field="address", message=message),)
    return location, fixes


def _tidy(raw: PlaceFacts) -> PlaceFacts:
    cells = {field.name: " ".join(getattr(raw, field.name).split()) for field in fields(raw)}
    return PlaceFacts(**{name: "" if cell.lower() in NOTHING else cell for name, cell in cells.items()})


def _read_uprn(cell: str) -> tuple[str | None, tuple[Fix, ...]]:
    """Property numbers gain and lose leading zeros; we keep them without."""
    if not cell:
        return None, ()
    if found := _UPRN.fullmatch(cell):
        return found[1], ()
    message = f"property number {cell!r} cannot be used; expected up to 12 digits such as '100012797623'"
    return None, (Fix(code="not_a_uprn", field="uprn", message=message),)


# Postcodes --------------------------------------------------------------------------------------------------------


def _read_postcodes(facts: PlaceFacts, table: PostcodeTable) -> _Postcodes:
    """Full postcodes that live before parts, the cell's before the address's; in an address the last is its own."""
    cell = _from_cell(facts.postcode, table)
    written = [code for code in reversed(find_postcodes(facts.address, table)) if code != cell.shown]
    places = (*cell.places, *(place for code in written if (place := place_of(code, table))))
    ordered = tuple(sorted(places, key=lambda place: place.method != "postcode"))
    fixes = cell.fixes
    if not cell.shown and not ordered and written:
        code, message = why_not_placed(written[0].canonical, table)
        fixes = (*fixes, Fix(code=code, field="address", message=message))
    first = ordered[0].postcode if ordered else None
    return _Postcodes(ordered, first or cell.shown or (written[0] if written else None), fixes)


def _from_cell(cell: str, table: PostcodeTable) -> _Postcodes:
    if not cell:
        return _Postcodes()
    read, meant = read_postcode(cell), repair(cell, table)
    inside = find_postcodes(cell, table) if meant is None and read.kind == "invalid" else []
    if inside:
        places = tuple(place for code in inside if (place := place_of(code, table)))
        return _Postcodes(places, inside[0], _several(cell, inside) or _not_placed(inside[0].canonical, places, table))
    if meant is None:
        place = place_of(read, table)
        shown = read if read.kind != "invalid" else None
        return _Postcodes((place,) if place else (), shown, _not_placed(cell, (), table))
    place, fixes = place_of(meant, table), ()
    if re.sub("[^A-Z0-9]", "", cell.upper()) != meant.canonical.replace(" ", ""):
        message = f"postcode {cell!r} was read as {meant.canonical!r}; correct it if that is right"
        return _Postcodes((place,) if place else (), meant, (_fix("postcode_repaired", message),))
    return _Postcodes((place,) if place else (), meant, fixes)


def _fix(code: str, message: str) -> Fix:
    return Fix(code=code, field="postcode", message=message)


def _several(cell: str, codes: list[Postcode]) -> tuple[Fix, ...]:
    if len(codes) == 1:
        return ()
    message = f"{cell!r} holds {len(codes)} postcodes; the first is used, give the others a row of their own"
    return (_fix("postcode_several", message),)


def _not_placed(raw: str, places: tuple[PostcodePlace, ...], table: PostcodeTable) -> tuple[Fix, ...]:
    if any(place.postcode.canonical in table for place in places):
        return ()
    code, message = why_not_placed(raw, table)
    return (_fix(code, message),)


# Coordinates ------------------------------------------------------------------------------------------------------


def _read_coordinates(facts: PlaceFacts, postcodes: _Postcodes, table: PostcodeTable) -> _Coordinates:
    """Degrees first; the grid where there are none, or where they cannot be used. A place in the sea is none."""
    degrees, grid = _Coordinates(), _Coordinates()
    if facts.latitude or facts.longitude:
        spots = _on_land(degrees_spots(facts.latitude, facts.longitude), table)
        degrees = _judged(spots, facts.latitude, facts.longitude, "latitude")
    if not degrees.spots and (facts.easting or facts.northing):
        spots = _on_land(grid_spots(facts.easting, facts.northing), table)
        if postcodes.shown and postcodes.shown.area == "BT":
            spots = ()  # Northern Ireland has its own grid, and its metres would land in Great Britain
        grid = _judged(spots, facts.easting, facts.northing, "easting")
    best = grid if grid.spots else degrees
    return replace(best, fixes=(*degrees.fixes, *grid.fixes))


def _on_land(spots: tuple[Spot, ...] | None, table: PostcodeTable) -> tuple[Spot, ...] | None:
    return None if spots is None else tuple(spot for spot in spots if table.is_near(spot.point))


def _judged(spots: tuple[Spot, ...] | None, first: str, second: str, field: str) -> _Coordinates:
    words = ", ".join(cell for cell in (first, second) if cell)
    usual = "a latitude such as 53.4259 and a longitude such as -2.3231"
    if field == "easting":
        usual = "an easting such as 378771 and a northing such as 391866"
    if spots is None:
        code, message = "coordinates_unreadable", f"coordinates '{words}' cannot be read; expected {usual}"
    elif not spots:
        code, message = "coordinates_outside", f"coordinates '{words}' are no place in Great Britain; expected {usual}"
    elif spots[0].accuracy_m > ROUGHEST_M:
        code, message = "coordinates_rough", f"coordinates '{words}' are too rough for a place; give four decimals"
    else:
        return _Coordinates(spots, words, field)
    return _Coordinates((), words, field, (Fix(code=code, field=field, message=message),))


def _place(
    location: Location, coordinates: _Coordinates, places: tuple[PostcodePlace, ...], table: PostcodeTable
) -> tuple[Location, tuple[Fix, ...]]:
    """Choose between what the coordinates and the postcodes say (see DISAGREE_M)."""
    main = places[0] if places else None
    certain = next((spot for spot in coordinates.spots if spot.certain), None)
    if main is None:
        if coordinates.spots and certain is None:
            return location, (*coordinates.fixes, _outside(coordinates))
        return _at(location, certain, None), (*coordinates.fixes, *_slip(coordinates, certain))
    for place in places:
        near = next((spot for spot in coordinates.spots if _agree(spot, place)), None)
        if near is None:
            continue
        if place is not main:
            location = replace(location, postcode=place.postcode.canonical)
        fixes = (*coordinates.fixes, *_slip(coordinates, near))
        if place is not main and main.method == "postcode":
            fixes = (*fixes, _disagree(coordinates, near, main, table, "the coordinates are used"))
        rough = near.accuracy_m > ROUGH_M and place.method == "postcode"
        return _at(location, None if rough else near, place), fixes
    if certain is None:
        outside = (_outside(coordinates),) if coordinates.spots else ()
        return _at(location, None, main), (*coordinates.fixes, *outside)
    sure = certain.slip == "none" and certain.accuracy_m <= ROUGH_M
    wins = sure and main.method != "postcode"
    used = "the coordinates are used" if wins else "the place of the postcode is used"
    fix = _disagree(coordinates, certain, main, table, used)
    return _at(location, certain if wins else None, main), (*coordinates.fixes, fix)


def _at(location: Location, spot: Spot | None, place: PostcodePlace | None) -> Location:
    if spot is not None:
        return _pin(location, spot.point, "coordinates", spot.accuracy_m)
    if place is not None:
        return _pin(location, place.point, place.method, place.radius_m)
    return location


def _pin(location: Location, point: Point, method: str, accuracy_m: float) -> Location:
    return replace(
        location,
        latitude=round(point.latitude, 6),
        longitude=round(point.longitude, 6),
        method=method,
        accuracy_m=round(accuracy_m, 1),
    )


def _agree(spot: Spot, place: PostcodePlace) -> bool:
    allowed = DISAGREE_M if place.method == "postcode" else DISAGREE_M + place.radius_m
    return metres_between(spot.point, place.point) <= allowed


def _slip(coordinates: _Coordinates, spot: Spot | None) -> tuple[Fix, ...]:
    if spot is None or spot.slip == "none":
        return ()
    read = f"read as {spot.point.latitude:.5f}, {spot.point.longitude:.5f}"
    if spot.slip == "swapped":
        code, what = "coordinates_swapped", "are swapped"
    elif spot.slip == "sign":
        code, what = "coordinates_sign", "have lost or gained a minus sign"
    else:
        code, what = "coordinates_swapped", "are swapped and have lost a minus sign"
    message = f"coordinates '{coordinates.words}' {what}; {read}, correct them"
    return (Fix(code=code, field=coordinates.field, message=message),)


def _outside(coordinates: _Coordinates) -> Fix:
    message = f"coordinates '{coordinates.words}' are no place in Great Britain; check the order and the minus sign"
    return Fix(code="coordinates_outside", field=coordinates.field, message=message)


def _disagree(coordinates: _Coordinates, spot: Spot, place: PostcodePlace, table: PostcodeTable, used: str) -> Fix:
    """Two distances, because the one from the middle of the district shows which of the two is the likelier slip."""
    away_km = metres_between(spot.point, place.point) / 1000
    message = f"coordinates '{coordinates.words}' are {away_km:.1f} km from postcode {place.postcode.canonical!r}"
    if centre := table.district(place.postcode.district):
        district_km = metres_between(spot.point, centre.point) / 1000
        message += f" and {district_km:.1f} km from the middle of {place.postcode.district!r}"
    return Fix(code="coordinates_disagree", field=coordinates.field, message=f"{message}; {used}, correct the other")
