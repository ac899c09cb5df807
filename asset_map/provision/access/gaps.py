"""The gap map in figures: access against need, area by area, and how sure we are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asset_map.asset import Area, Profile
from asset_map.provision.access import sensitivity
from asset_map.provision.access.catchment import population_mean, shortfall
from asset_map.provision.access.choice import REACH_TIMES, Choice
from asset_map.provision.access.edge import box_of, crossed, inside_box
from asset_map.provision.access.fifths import highest_fifth, lower_than, lowest_fifth
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.reach import (
    Assumptions,
    ByArea,
    Flags,
    Floats,
    Measured,
    Places,
    Points,
    Positions,
    Reach,
    by_area,
    find_pairs,
    gathered,
    measure,
)
from asset_map.provision.access.sensitivity import widest_m
from asset_map.provision.access.supply import Supply
from asset_map.provision.areas.ages import people_of
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.residents import ResidentPoints

UNKNOWN_SHARE = 0.05
"""An area has not enough data when it has no profile, or the ages of more than this share of its residents are not
known."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Prepared:
    """Everything a gap table is made from, before anything is measured.

    `areas` are those of the choice. `reach.places` are the places of `reachable`, in its order; `reach.points` are all
    resident points that matter here, each with its people of the chosen ages and its position in `areas`, -1 beyond.
    `given` are the assumptions of the headline. `known` says for which areas there is enough data about people; `need`
    (nan: not known) and `edge` are as in GapRow. `index` holds `areas`.
    """

    choice: Choice
    label: str
    areas: tuple[Area, ...]
    index: AreaIndex
    reach: Reach
    given: Assumptions
    reachable: Supply
    known: Flags
    need: Floats
    edge: Flags


def given_by(choice: Choice) -> Assumptions:
    """The assumptions of the headline figures of a choice."""
    way = choice.way
    return Assumptions(choice.minutes, REACH_TIMES * choice.minutes, way.m_per_minute, way.detour)


def prepare(
    choice: Choice,
    label: str,
    areas: Sequence[Area],
    residents: ResidentPoints,
    reachable: Supply,
    beyond: Floats | None = None,
) -> Prepared:
    """Find who lives where and every pair within reach.

    `areas` are of one kind and edition; `residents` may come from other areas: each point counts where it lies.
    `beyond` are (latitude, longitude) of homes outside everything that is loaded, shape (n, 2).
    """
    areas, given = tuple(areas), given_by(choice)
    index = AreaIndex(areas)
    living = _living(choice, areas, index, residents, 2 * widest_m(given))
    points = living.points
    places = Places(reachable.latitude, reachable.longitude, reachable.sessions, reachable.asset)
    reach_m, headline_m = (
        minutes * given.m_per_minute / given.detour for minutes in (given.reach_minutes, given.minutes)
    )
    return Prepared(
        choice=choice,
        label=label,
        areas=areas,
        index=index,
        reach=find_pairs(gathered(points, places, reach_m), places, reach_m),
        given=given,
        reachable=reachable,
        known=living.known,
        need=np.array([_need(area.profile, choice) for area in areas], dtype=float),
        edge=crossed(points, len(areas), np.empty((0, 2)) if beyond is None else beyond, headline_m),
    )


def gap_table(
    choice: Choice,
    label: str,
    areas: Sequence[Area],
    residents: ResidentPoints,
    reachable: Supply,
    beyond: Floats | None = None,
) -> GapTable:
    """The whole method, from who lives where to how sure a gap is; see `prepare` for what is given."""
    prepared = prepare(choice, label, areas, residents, reachable, beyond)
    measured = measure(prepared.reach, prepared.given)
    return tabulate(prepared, measured, confidence_of(prepared, measured))


def confidence_of(prepared: Prepared, measured: Measured) -> Floats:
    """For each area the share of sensitivity runs in which its flag is the same; nan where it has none."""
    found, reach = _figures(prepared, measured), prepared.reach
    shares = sensitivity.confidence(
        reach.points, reach.places, prepared.given, found.by_area.people, found.in_need, found.gap
    )
    return np.where(found.flagged, shares, np.nan)


def tabulate(prepared: Prepared, measured: Measured, confidence: Floats | None = None) -> GapTable:
    """What was measured as a table. `confidence` has shape (areas,), nan where it is not known; None leaves it out."""
    found = _figures(prepared, measured)
    rows = _rows(prepared, found, np.full(len(prepared.areas), np.nan) if confidence is None else confidence)
    held, reachable = found.by_area, prepared.reachable
    known = np.isfinite(held.access)
    coverage, two, access = (
        population_mean(held.people[known], values[known]) for values in (held.coverage, held.coverage_two, held.access)
    )
    return GapTable(
        choice=prepared.choice,
        label=prepared.label,
        rows=tuple(sorted(rows, key=_lowest_first)),
        coverage=_number(coverage),
        coverage_two=_number(two),
        mean_access=_number(access),
        assets=len(reachable.assets),
        assets_timed=reachable.records.timed,
        assets_dated=reachable.records.dated,
        left_out=reachable.left_out,
        oldest=reachable.records.oldest,
        newest=reachable.records.newest,
        runs=0 if confidence is None else sensitivity.RUNS,
        points=int((prepared.reach.points.area >= 0).sum()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Living:
    """Resident points, and for which areas there is enough data about people."""

    points: Points
    known: Flags


def _living(
    choice: Choice, areas: tuple[Area, ...], index: AreaIndex, residents: ResidentPoints, beyond_m: float
) -> _Living:
    """The points that can matter: whoever shares a place with people of the areas lives within twice the reach."""
    latitude, longitude, everybody = residents.latitude, residents.longitude, residents.residents
    matter = np.flatnonzero(inside_box(latitude, longitude, box_of(areas, beyond_m))) if areas else np.arange(0)
    latitude, longitude, everybody = latitude[matter], longitude[matter], everybody[matter]
    share = np.array([_share_of_ages(area.profile, choice) for area in residents.areas])
    people = everybody * share[residents.area[matter]] if len(matter) else everybody
    area = _positions(index, areas, latitude, longitude)
    inside = area >= 0
    total, unknown = (
        np.bincount(area[inside], weights=weight[inside], minlength=len(areas)).astype(float)
        for weight in (everybody, np.where(np.isnan(people), everybody, 0.0))
    )
    profiled = np.array([area.profile is not None for area in areas], dtype=np.bool_)
    points = Points(latitude, longitude, np.nan_to_num(people), area)
    return _Living(points, profiled & (total > 0) & (unknown <= UNKNOWN_SHARE * total))


def _share_of_ages(profile: Profile | None, choice: Choice) -> float:
    people = people_of(profile, choice.age_group) if profile and profile.residents else None
    return people / profile.residents if profile and people is not None else float("nan")


def _need(profile: Profile | None, choice: Choice) -> float | None:
    if profile is None or choice.need == "deprivation":
        return profile.imd_score if profile else None
    return _disabled_share(profile)


def _disabled_share(profile: Profile | None) -> float | None:
    if profile is None or profile.disabled_residents is None or not profile.residents:
        return None
    return profile.disabled_residents / profile.residents


@dataclass(frozen=True, slots=True, eq=False)
class _Figures:
    """Figures of areas, nan where there is not enough data; `gap` is false where `flagged` says that nobody knows.

    `people` are known wherever the people are; those in `by_area` are nought where access is not.
    """

    by_area: ByArea
    people: Floats
    shortfall: Floats
    lower_than: Floats
    in_need: Flags
    gap: Flags
    flagged: Flags


def _figures(prepared: Prepared, measured: Measured) -> _Figures:
    held = by_area(prepared.reach.points, measured, len(prepared.areas))
    known = prepared.known & (held.people > 0) & (not prepared.reachable.unknowable)
    people = np.where(known, held.people, 0.0)
    coverage, two, access = (
        np.where(known, values, np.nan) for values in (held.coverage, held.coverage_two, held.access)
    )
    mean = population_mean(people[known], access[known])
    enough = mean if prepared.choice.target is None else prepared.choice.target
    in_need = highest_fifth(people, prepared.need)
    return _Figures(
        by_area=ByArea(people, coverage, two, access),
        people=np.where(prepared.known, held.people, np.nan),
        shortfall=shortfall(people, access, enough),
        lower_than=lower_than(coverage),
        in_need=in_need,
        gap=lowest_fifth(people, access) & in_need,
        flagged=known & np.isfinite(prepared.need),
    )


def _rows(prepared: Prepared, found: _Figures, confidence: Floats) -> list[GapRow]:
    reachable, held = prepared.reachable, found.by_area
    inside = _inside(prepared, reachable.latitude, reachable.longitude, reachable.asset)
    beside = _inside(prepared, *reachable.beside.T)
    return [
        GapRow(
            code=area.code,
            name=area.name,
            residents=area.profile.residents if area.profile else None,
            people=_people(area.profile, found.people[at]),
            coverage=_number(held.coverage[at]),
            coverage_two=_number(held.coverage_two[at]),
            access=_number(held.access[at]),
            shortfall=_number(found.shortfall[at]),
            need=_number(prepared.need[at]),
            gap=bool(found.gap[at]) if found.flagged[at] else None,
            confidence=_number(confidence[at]),
            edge=bool(prepared.edge[at]),
            assets=inside[at],
            left_out=beside[at],
            lower_than=_number(found.lower_than[at]),
            imd_decile=area.profile.imd_decile if area.profile else None,
            most_deprived_share=area.profile.most_deprived_share if area.profile else None,
            disabled_share=_disabled_share(area.profile),
            rural_urban=area.profile.rural_urban if area.profile else None,
        )
        for at, area in enumerate(prepared.areas)
    ]


def _people(profile: Profile | None, of_ages: float) -> int | None:
    if np.isfinite(of_ages):
        return round(float(of_ages))
    return 0 if profile is not None and profile.residents == 0 else None


def _lowest_first(row: GapRow) -> tuple[bool, float, float, str]:
    return (row.coverage is None, row.coverage or 0.0, row.access or 0.0, row.code)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _inside(prepared: Prepared, latitude: Floats, longitude: Floats, asset: Floats | Positions) -> list[int]:
    """How many different assets have a place inside each area."""
    held = _positions(prepared.index, prepared.areas, latitude, longitude)
    pairs = {(at, one) for at, one in zip(held.tolist(), asset.tolist(), strict=True) if at >= 0}
    counts = Counter(at for at, _ in pairs)
    return [counts[at] for at in range(len(prepared.areas))]


def _positions(index: AreaIndex, areas: Sequence[Area], latitude: Floats, longitude: Floats) -> Positions:
    """For each place the position in `areas` of the one that holds it; -1 none."""
    place_of = {area.code: at for at, area in enumerate(areas)}
    renumber = np.array([place_of[area.code] for area in index.areas] + [-1], dtype=np.intp)
    kind, edition = index.layers[0] if index.layers else ("", "")
    return renumber[index.assign(latitude, longitude, kind, edition)]
