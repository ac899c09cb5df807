"""What people asked for and could not get: kept as counts, published so that no small number can be worked out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from asset_map.asset import AreaCode
from asset_map.config import read_yaml
from asset_map.errors import BadInput, NotFound
from asset_map.geo import Point
from asset_map.postcode import find_postcodes, read_postcode
from asset_map.practice.suppression import suppress
from asset_map.practice.unmet import REASONS, Period, UnmetAsk, month_of, published_period, read_month
from asset_map.provision.access.fifths import lowest_fifth
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.taxonomy import InterestTerm

if TYPE_CHECKING:
    from asset_map.directory import Directory

NO_POSTCODE = "give an area, never a postcode: it could point to a person"
FIFTH = 0.2
Counts = dict[str, dict[str, list[int]]]
"""Asks by interest term and area code: for each reason, in the order of `REASONS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAsks:
    """One area; `asks` is None where there were fewer than five, perhaps none."""

    code: str
    name: str
    asks: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermAsks:
    """One interest term in one place, after suppression: areas by code, reasons as in `REASONS`.

    `asks` is the total, None where it would tell a number that is not shown; `at_least` is what is known all the same.
    A reason is None where it was given fewer than five times, or where no reason is shown.
    """

    term: str
    label: str
    place: str
    asks: int | None
    at_least: int
    areas: tuple[AreaAsks, ...]
    reasons: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Unmet asks as anybody may see them: most asks first, then by label, term and place.

    Every sum here is made of published numbers alone.
    """

    area_kind: str
    edition: str
    period: Period
    terms: tuple[TermAsks, ...]

    @property
    def exact(self) -> bool:
        """Whether the figures of `counts` are exact; for several terms they are "at least"."""
        return len({row.term for row in self.terms}) < 2

    @property
    def counts(self) -> dict[str, int | None]:
        """For each area code the shown asks for all the terms; None where fewer than five are shown for each."""
        found: dict[str, int | None] = {}
        for row in self.terms:
            for area in row.areas:
                before = found.setdefault(area.code, None)
                if area.asks is not None:
                    found[area.code] = area.asks + (before or 0)
        return found

    @property
    def total(self) -> int | None:
        """All asks; None where that would tell a number that is not shown."""
        totals = [row.asks for row in self.terms]
        return None if None in totals else sum(filter(None, totals))

    @property
    def at_least(self) -> int:
        """How many asks the shown numbers add up to."""
        return sum(row.at_least for row in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class OftenAsked:
    """An area where something is asked for often and hard to reach; `coverage` is a share of residents, 0 to 1."""

    code: str
    name: str
    asks: int
    coverage: float


# ---- writing


def record(
    directory: Directory,
    term: str,
    area: AreaCode,
    reason: str,
    month: str | None = None,
    *,
    late: bool = False,
    today: date | None = None,
) -> UnmetAsk:
    """Count an unmet ask and return what is kept of it; raises BadInput that says what to put right.

    `area.code` is a code or an exact name, `area.edition` "" the newest. `late` takes a month whose numbers are out.
    """
    today = today or date.today()
    if term not in directory.taxonomy.terms:
        raise BadInput(f"no interest term is called {term!r}; {directory.taxonomy.advice(term)}")
    if reason not in REASONS:
        raise BadInput(f"no reason is called {reason!r}; expected one of {', '.join(REASONS)}")
    read = read_month(month_of(today) if month is None else month, today, late=late)
    ask = UnmetAsk(term, known_area(directory, area), reason, read)
    with directory.store.writing() as writer:
        writer.add_unmet([(ask.term, ask.area, ask.reason, ask.month, 1)])
    return ask


def known_area(directory: Directory, area: AreaCode) -> AreaCode:
    """The loaded area with this code or exact name; raises BadInput, for a postcode with the reason."""
    if read_postcode(area.code).kind != "invalid" or find_postcodes(f"{area.kind} {area.edition} {area.code}"):
        raise BadInput(f"that looks like a postcode or a part of one; {NO_POSTCODE}")
    edition = area.edition or _newest(directory, area.kind)
    areas = directory.store.area_names(area.kind, edition)
    if not areas:
        raise BadInput(f"no areas of kind {area.kind!r}, edition {edition!r}, are loaded; {_there(directory)}")
    codes = [one.code for one in areas if one.code == area.code] or [one.code for one in areas if one.name == area.code]
    if len(codes) > 1:
        raise BadInput(f"{len(codes)} areas are called {area.code!r}; give the code of one: {', '.join(codes)}")
    if not codes:
        raise BadInput(
            f"no {area.kind} of {edition} has the code or the exact name {area.code!r}; expected one like "
            f"{areas[0].name!r} ({areas[0].code})"
        )
    return AreaCode(kind=area.kind, edition=edition, code=codes[0])


def area_of(directory: Directory, point: Point, kind: str) -> AreaCode:
    """The area of the newest edition in which a point lies, so that no more than the area is ever written.

    Raises NotFound for a point beyond the areas that are loaded.
    """
    found = AreaIndex(directory.store.areas(kind, _newest(directory, kind))).codes_at(point)
    if not found:
        raise NotFound(f"that place lies in no {kind} that is loaded; {_there(directory)}")
    return found[0]


def _newest(directory: Directory, kind: str) -> str:
    editions = [edition for known, edition in directory.area_kinds() if known == kind]
    if not editions:
        raise BadInput(f"no areas of kind {kind!r} are loaded; {_there(directory)}")
    return max(editions)


def _there(directory: Directory) -> str:
    there = ", ".join(f"{kind} {edition}" for kind, edition in directory.area_kinds())
    return f"there are: {there}" if there else "run `asset-map areas load` first"


def add_invented(directory: Directory, path: Path, today: date | None = None) -> int:
    """Add the invented asks of the sample to the newest published half-year, unless it has some. Returns how many."""
    period, content = published_period(today or date.today()), read_yaml(path)
    kind, edition = content["area_kind"], content["edition"]
    if directory.store.unmet(kind, edition, period.first, period.last):
        return 0
    codes = {area.name: area.code for area in directory.store.area_names(kind, edition)}
    rows = []
    for term, areas in sorted(content["asks"].items()):
        for name, reasons in sorted((name, reasons) for name, reasons in areas.items() if name in codes):
            area = AreaCode(kind=kind, edition=edition, code=codes[name])
            for at, (reason, asks) in enumerate(sorted(reasons.items())):
                rows.append((term, area, reason, period.months[at % 6], asks))
    with directory.store.writing() as writer:
        writer.add_unmet(rows)
    return sum(asks for *_, asks in rows)


# ---- publishing


def published(
    directory: Directory,
    terms: tuple[str, ...],
    area_kind: str,
    place: str = "",
    *,
    edition: str = "",
    today: date | None = None,
) -> Published:
    """The unmet asks of the newest closed half-year for some terms, or for () every term that has any to show.

    Raises NotFound for a term that is not known and BadInput for areas that are not loaded.
    """
    known = directory.taxonomy.terms
    for term in terms:
        if term not in known:
            raise NotFound(f"no interest term is called “{term}”; {directory.taxonomy.advice(term)}")
    edition = edition or _newest(directory, area_kind)
    period = published_period(today or date.today())
    places = _places(directory, area_kind, edition)
    counts = _counts(directory, area_kind, edition, period, terms)
    asked = terms or sorted(set(counts) & set(known))
    found = [
        _suppressed(known[term], where, areas, counts.get(term, {}))
        for term in dict.fromkeys(asked)
        for where, areas in places.items()
        if place in ("", where)
    ]
    shown = [row for row in found if terms or row.at_least]
    shown.sort(key=lambda row: (-row.at_least, row.label.casefold(), row.term, row.place))
    return Published(area_kind=area_kind, edition=edition, period=period, terms=tuple(shown))


def _places(directory: Directory, kind: str, edition: str) -> dict[str, list[AreaAsks]]:
    """The areas of each place, by code, with no asks yet."""
    found: dict[str, list[AreaAsks]] = {}
    for area in directory.store.area_names(kind, edition):
        found.setdefault(area.place, []).append(AreaAsks(code=area.code, name=area.name, asks=None))
    return dict(sorted(found.items()))


def _counts(directory: Directory, kind: str, edition: str, period: Period, terms: tuple[str, ...]) -> Counts:
    """Asks by term and area, each by reason. A reason that we no longer have counts as the last one."""
    found: Counts = {}
    reasons = {reason: at for at, reason in enumerate(REASONS)}
    for row in directory.store.unmet(kind, edition, period.first, period.last, terms):
        asks = found.setdefault(row.term, {}).setdefault(row.area, [0] * len(REASONS))
        asks[reasons.get(row.reason, -1)] += row.asks
    return found


def _suppressed(term: InterestTerm, place: str, areas: list[AreaAsks], asks: Mapping[str, list[int]]) -> TermAsks:
    """One term in one place; `asks` are by reason, for each area that has any."""
    here = [asks[area.code] for area in areas if area.code in asks]
    shown = suppress(
        [sum(asks.get(area.code, ())) for area in areas],
        [sum(of_reason) for of_reason in zip(*here, strict=True)] or [0] * len(REASONS),
    )
    return TermAsks(
        term=term.id,
        label=term.label,
        place=place,
        asks=shown.total,
        at_least=shown.at_least,
        areas=tuple(
            area if asks is None else replace(area, asks=asks) for area, asks in zip(areas, shown.by_area, strict=True)
        ),
        reasons=tuple(zip(REASONS, shown.by_reason, strict=True)),
    )


def asked_for_often(found: Published, table: GapTable) -> tuple[OftenAsked, ...]:
    """Where something is asked for often and hard to reach: most asks first, then by code.

    Often: in the highest fifth of the areas whose asks are shown; those that tie with the last of them are in it. Hard
    to reach: among the areas where the fifth of residents with the lowest coverage live, and below that of all.
    """
    counts = {code: asks for code, asks in found.counts.items() if asks is not None}
    if not counts or table.coverage is None:
        return ()
    often = sorted(counts.values(), reverse=True)[math.ceil(FIFTH * len(counts)) - 1]
    people = np.array([row.people or 0 for row in table.rows], dtype=float)
    coverage = np.array([np.nan if row.coverage is None else row.coverage for row in table.rows])
    hard = lowest_fifth(people, coverage) & (coverage < table.coverage)
    areas = [
        OftenAsked(code=row.code, name=row.name, asks=counts[row.code], coverage=float(covered))
        for row, covered, far in zip(table.rows, coverage, hard, strict=True)
        if far and counts.get(row.code, 0) >= often
    ]
    return tuple(sorted(areas, key=lambda area: (-area.asks, area.code)))
