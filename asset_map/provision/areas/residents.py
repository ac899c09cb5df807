"""Where residents are: an area's residents spread equally over its live postcodes.

With one point for a whole area, the share of residents who can walk somewhere could only be nought or all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from asset_map.asset import Area, Profile
from asset_map.geo import Box
from asset_map.postcode import PostcodePoints
from asset_map.provision.areas.area_index import AreaIndex, Positions, area_positions

Floats = NDArray[np.float64]
FEWEST_POSTCODES = 3
"""With fewer live postcodes than this, an area's residents stand at their published centre, where there is one. A
postcode has some 15 addresses and an LSOA 400 to 1,200, so one or two are not where its residents are, only where the
table of postcodes happens to have a point: in new estates, and where most addresses belong to one landlord."""
MOSTLY_KNOWN = 0.95
"""An area of whose homes a smaller share is in areas with known residents reaches beyond what is loaded, and adding up
would tell of a part only. Shapes are simplified, so all is too much to ask: the lowest share of the 400 wards of five
councils whose LSOAs are all loaded is 0.993."""
MOST_DEPRIVED_FIFTH = (1, 2)
"""The deciles of the most deprived 20 % of areas."""


class Postcodes(Protocol):
    """A table of live postcodes, such as `asset_map.postcode.postcode_table()`."""

    def within(self, box: Box, homes_only: bool = False) -> PostcodePoints:
        """The postcodes in a box, all or those with homes."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ResidentPoints:
    """Places with a number of residents each; arrays of shape (n,).

    `area` is the position in `areas` of the area whose residents they are. `without_postcode` are the codes of areas
    in which no live postcode lies: their residents stand at the area's representative point. `at_centre` are the codes
    of areas with fewer than `FEWEST_POSTCODES`, whose residents stand at the published centre of where they live.
    """

    areas: tuple[Area, ...]
    latitude: Floats
    longitude: Floats
    residents: Floats
    area: Positions
    without_postcode: tuple[str, ...] = ()
    at_centre: tuple[str, ...] = ()


def spread_residents(areas: Sequence[Area], index: AreaIndex, table: Postcodes) -> ResidentPoints:
    """Spread each area's residents over the live postcodes inside it, leaving out sorting offices and large users.

    An area with fewer than `FEWEST_POSTCODES` has them at the centre of its profile, where a file gave one.

    `areas` are of one kind and edition, in `index` too, with profiles; one without a profile or without residents has
    no points. Residents are fractions: 1,500 people over 40 postcodes are 37.5 each.
    """
    peopled = tuple(area for area in areas if area.profile is not None and area.profile.residents > 0)
    if not peopled:
        nothing = np.empty(0)
        return ResidentPoints(peopled, nothing, nothing, nothing, nothing.astype(np.intp))
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([area.wkb for area in peopled]))
    box = Box(south=south, west=west, north=north, east=east)
    homes = _inside(peopled, index, table.within(box, homes_only=True))
    others = _inside(peopled, index, table.within(box))
    found = _only_new(homes, others)
    centred = _centred(peopled, found)
    found = found[~np.isin(found[:, 2], centred[:, 2])]
    middles = np.array([(area.latitude, area.longitude, at) for at, area in enumerate(peopled)])
    rows = _only_new(np.concatenate([found, centred]), middles)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0], rows[:, 2]))]
    area = rows[:, 2].astype(np.intp)
    people = np.array([_residents(area) for area in peopled]) / np.bincount(area, minlength=len(peopled))
    with_point = set(np.concatenate([found[:, 2], centred[:, 2]]).astype(int).tolist())
    without = tuple(one.code for at, one in enumerate(peopled) if at not in with_point)
    at_centre = tuple(peopled[at].code for at in centred[:, 2].astype(int))
    return ResidentPoints(peopled, rows[:, 0], rows[:, 1], people[area], area, without, at_centre)


def _centred(areas: Sequence[Area], found: Floats) -> Floats:
    """Rows of latitude, longitude and position of the areas that stand at their centre."""
    postcodes = np.bincount(found[:, 2].astype(np.intp), minlength=len(areas))
    centres = [
        (*area.profile.centre, at)
        for at, area in enumerate(areas)
        if postcodes[at] < FEWEST_POSTCODES and area.profile is not None and area.profile.centre is not None
    ]
    return np.array(centres, dtype=float).reshape(-1, 3)


def _inside(areas: Sequence[Area], index: AreaIndex, points: PostcodePoints) -> Floats:
    """Rows of latitude, longitude and position in `areas`, of the points that lie in one of them."""
    held = index.assign(points.latitudes, points.longitudes, areas[0].kind, areas[0].edition)
    place_of = {area.area_code: at for at, area in enumerate(areas)}
    renumber = np.array([place_of.get(area.area_code, -1) for area in index.areas] + [-1])
    position = renumber[held]
    return np.column_stack([points.latitudes, points.longitudes, position])[position >= 0]


def _only_new(rows: Floats, more: Floats) -> Floats:
    """The rows, and those of `more` whose area has none yet."""
    return np.concatenate([rows, more[~np.isin(more[:, 2], rows[:, 2])]])


def known_share(areas: Sequence[Area], known: Sequence[Area], table: Postcodes) -> Floats:
    """The share of each area's home postcodes, 0 to 1, in one of the areas whose residents are `known`; shape (areas,).

    nan where an area has no such postcode. Nought residents are known too. `areas` are of one kind and edition, and so
    are `known`.
    """
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([area.wkb for area in areas]))
    homes = table.within(Box(south=south, west=west, north=north, east=east), homes_only=True)
    held = area_positions(homes.latitudes, homes.longitudes, areas)
    inside_known = area_positions(homes.latitudes, homes.longitudes, known) >= 0
    count = np.bincount(held[held >= 0], minlength=len(areas))
    inside = np.bincount(held[(held >= 0) & inside_known], minlength=len(areas))
    share: Floats = np.divide(inside, count, out=np.full(len(areas), np.nan), where=count > 0)
    return share


def ward_profiles(wards: Sequence[Area], points: ResidentPoints) -> Mapping[str, Profile]:
    """Profiles by code for areas that no table is published for, from the LSOAs whose residents `points` are.

    A ward's residents are those of the postcodes that lie in it; ages and disabled residents are shared out alike. The
    score of deprivation is the mean weighted by residents; a decile would be a rank among wards, so there is none. A
    ward without residents has no profile. `wards` are of one kind and edition.
    """
    held = area_positions(points.latitude, points.longitude, wards)
    totals = np.array([_residents(area) for area in points.areas])
    share = points.residents / totals[points.area] if len(totals) else points.residents
    order = np.argsort(held, kind="stable")
    starts = np.searchsorted(held[order], np.arange(len(wards) + 1))
    profiles = {}
    for at, ward in enumerate(wards):
        mine = order[starts[at] : starts[at + 1]]
        lsoas, which = np.unique(points.area[mine], return_inverse=True)
        sources = [profile for lsoa in lsoas if (profile := points.areas[lsoa].profile) is not None]
        if sources:
            profiles[ward.code] = _sum(sources, np.bincount(which, weights=share[mine]).astype(float))
    return profiles


def added_up(own: Profile | None, made: Profile | None, made_from: str) -> Profile | None:
    """The profile of an area of which a table says `own`, or nothing, with the figures `made` from smaller areas.

    Deprivation is published for small areas only, so it always comes from them.
    """
    if own is None or own.made_from:
        return None if made is None else replace(made, made_from=made_from)
    if made is None:
        return own
    disabled = made.disabled_residents if own.disabled_residents is None else own.disabled_residents
    score = made.imd_score if own.imd_decile is None else own.imd_score
    return replace(own, disabled_residents=disabled, imd_score=score, most_deprived_share=made.most_deprived_share)


def _sum(profiles: Sequence[Profile], share: Floats) -> Profile:
    """One profile from the `share` (0 to 1) of each of `profiles`."""
    people = share * np.array([profile.residents for profile in profiles])
    by_band = [dict(profile.by_age) for profile in profiles]
    # A band that one of them lacks would count its people as nought.
    bands = sorted(set.intersection(*(set(one) for one in by_band)), key=_first_number)
    disabled = [profile.disabled_residents for profile in profiles]
    disabled_mean = _mean(disabled, share)
    decile = [profile.imd_decile for profile in profiles]
    most = [None if one is None else float(one in MOST_DEPRIVED_FIFTH) for one in decile]
    return Profile(
        residents=round(float(people.sum())),
        by_age=tuple((band, round(float(share @ [one.get(band, 0) for one in by_band]))) for band in bands),
        disabled_residents=None if disabled_mean is None else round(disabled_mean * float(share.sum())),
        imd_score=_mean([profile.imd_score for profile in profiles], people),
        most_deprived_share=_mean(most, people),
    )


def _mean(values: Sequence[float | None], weight: Floats) -> float | None:
    """The weighted mean, None when a value is not known."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or weight.sum() == 0:
        return None
    return float(np.array(known, dtype=float) @ weight / weight.sum())


def _first_number(band: str) -> tuple[int, str]:
    digits = "".join(character if character.isdigit() else " " for character in band).split()
    return (int(digits[0]) if digits else 0, band)


def _residents(area: Area) -> int:
    return area.profile.residents if area.profile is not None else 0
