"""One asset from its records: every record is kept, and each field is chosen by a stated rule.

The rule: records are put in order (public before workers-only, what runs before what nobody has approached yet, then
the source's priority, then source and key).
A single value comes from the first record that has one. Descriptions and lists are joined without repeats, the longest
description first, and the names of the other records are kept as other names, so that every reason can be checked.
Places less than `SAME_PLACE_M` apart are one, the more exact kept. What only a workers-only record says of an asset
that is otherwise public is named in `workers_only` and never shown to the public.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from asset_map.asset import NOT_APPROACHED, AreaCode, Asset, Claim, Location, Meaning, Provenance, Record, Service, Term
from asset_map.geo import Point, metres_between

SAME_PLACE_M = 150.0
"""Two places nearer than this are one: a postcode's middle is about so far from a front door."""

EXACTNESS = ("coordinates", "UPRN", "postcode", "postcode sector", "postcode district", "none")
MEANINGS: tuple[Meaning, ...] = ("activity", "unknown", "contact")
JOINED = frozenset(f.name for f in fields(Service) if str(f.type).startswith("tuple")) - {
    "locations",
    "terms",
    "workers_only",
    "schedules",
    "cost_options",
}
AreasAt = Callable[[Point], tuple[AreaCode, ...]]


def merge(asset_id: str, records: Sequence[Record], priority: Mapping[str, int], areas_at: AreasAt) -> Asset:
    """The asset that these records describe. Raises ValueError without records."""
    if not records:
        raise ValueError(f"asset {asset_id} has no record left to be made from")
    ordered = sorted(records, key=lambda r: (*_stands_back(r), -priority.get(r.source, 0), r.source, r.key))
    values: dict[str, Any] = {}
    provenance: list[Provenance] = []
    for item in fields(Service):
        values[item.name], said_by = _choose(item.name, ordered)
        provenance += [Provenance(field=item.name, source=r.source, key=r.key, on=r.on) for r in said_by]
    values["visibility"] = ordered[0].visibility
    values["alternate_name"] = _other_names(ordered)
    values["workers_only"] = _workers_only(ordered, provenance)
    values["locations"] = tuple(_with_areas(place, areas_at) for place in values["locations"])
    claims = tuple(
        Claim(source=r.source, key=r.key, sheet=r.sheet, row=r.row)
        for r in sorted(ordered, key=lambda r: (r.source, r.key))
    )
    return Asset(id=asset_id, claims=claims, provenance=tuple(provenance), **values)


def _stands_back(record: Record) -> tuple[bool, bool]:
    return record.visibility == "workers", record.status == NOT_APPROACHED


def merge_rows(records: Sequence[Record]) -> Record:
    """One record from the rows of one source that share a key, by the same rule, in the order of the rows."""
    values: dict[str, Any] = {item.name: _choose(item.name, records)[0] for item in fields(Service)}
    return replace(records[0], **values)


def _choose(name: str, ordered: Sequence[Record]) -> tuple[Any, Sequence[Record]]:
    """The value of a field, and the records that said it."""
    saying = [record for record in ordered if getattr(record, name) not in (None, (), "")]
    if not saying:
        return getattr(ordered[0], name), ()
    public = [record for record in saying if record.visibility == "public"] or saying
    if name == "description":
        return _descriptions(public), public
    if name == "locations":
        return _places(public), public
    if name == "terms":
        return _terms(public), public
    if name in ("schedules", "cost_options"):
        # Lists often have a row a session; another source tells the same sessions in other words.
        public = [record for record in public if record.source == public[0].source]
        return _joined(name, public), public
    if name == "online":
        return any(record.online for record in public), public[:1]
    if name in JOINED:
        return _joined(name, public), public
    if name == "formal":
        return all(record.formal for record in ordered), public[:1]
    return getattr(public[0], name), public[:1]


def _joined(name: str, records: Sequence[Record]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(value for record in records for value in getattr(record, name)))


def _descriptions(records: Sequence[Record]) -> str:
    """Every description that the others do not hold already, longest first."""
    kept: list[str] = []
    for text in sorted({record.description or "" for record in records}, key=lambda text: (-len(text), text)):
        if text and not any(text.casefold() in other.casefold() for other in kept):
            kept.append(text)
    return "\n".join(kept)


def _other_names(ordered: Sequence[Record]) -> str | None:
    """What else the records call it; what only workers call an otherwise public asset is left out."""
    telling = [record for record in ordered if record.visibility == ordered[0].visibility]
    told = [name for r in telling for name in (r.name, *(r.alternate_name or "").split("; ")) if name]
    return "; ".join(name for name in dict.fromkeys(told) if name != ordered[0].name) or None


def _workers_only(ordered: Sequence[Record], provenance: Sequence[Provenance]) -> tuple[str, ...]:
    """Fields of a public asset that only a workers-only record said, with those a record marks itself."""
    hidden = {name for record in ordered for name in record.workers_only}
    if ordered[0].visibility == "public":
        private = {record.ref for record in ordered if record.visibility == "workers"}
        hidden |= {item.field for item in provenance if (item.source, item.key) in private}
    return tuple(sorted(hidden))


def _places(records: Sequence[Record]) -> tuple[Location, ...]:
    kept: list[Location] = []
    for place in (place for record in records for place in record.locations):
        twin = next((i for i, other in enumerate(kept) if same_place(place, other)), None)
        if twin is None:
            kept.append(place)
        else:
            kept[twin] = _better(kept[twin], place)
    pinned = [place for place in kept if place.point is not None or place.address or place.postcode]
    return tuple(pinned or kept[:1])


def same_place(a: Location, b: Location) -> bool:
    """Whether two places are one: nearer than `SAME_PLACE_M`, or without pins and with one postcode."""
    if a.point is not None and b.point is not None:
        return metres_between(a.point, b.point) < SAME_PLACE_M
    return a.postcode == b.postcode and (a.address == b.address or a.postcode is not None)


def _better(a: Location, b: Location) -> Location:
    """One place from two: the pin of the more exact, the most telling meaning, words from whichever has them."""
    first, second = sorted((a, b), key=lambda place: EXACTNESS.index(place.method))
    meaning = min((a.meaning, b.meaning), key=MEANINGS.index)
    gaps = {
        name: getattr(second, name)
        for name in ("name", "address", "city", "postcode", "uprn")
        if not getattr(first, name)
    }
    return replace(first, meaning=meaning, roughly=a.roughly or b.roughly, **gaps)


def _terms(records: Sequence[Record]) -> tuple[Term, ...]:
    strongest: dict[str, Term] = {}
    for term in (term for record in records for term in record.terms):
        held = strongest.get(term.id)
        if held is None or term.strength > held.strength:
            strongest[term.id] = term
    return tuple(sorted(strongest.values(), key=lambda term: (-term.strength, term.id)))


def _with_areas(place: Location, areas_at: AreasAt) -> Location:
    return replace(place, areas=areas_at(place.point) if place.point is not None else ())
