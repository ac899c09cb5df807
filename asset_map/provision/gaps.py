"""The gap map in figures: access against need, area by area, and how sure we are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from asset_map.asset import Area
from asset_map.provision.area_index import area_positions
from asset_map.provision.catchment import population_mean
from asset_map.provision.choice import REACH_TIMES, Choice
from asset_map.provision.gap_table import GapRow, GapTable
from asset_map.provision.reach import Assumptions, Floats, Places, Points, by_area, find_pairs, measure
from asset_map.provision.residents import ResidentPoints
from asset_map.provision.supply import Supply


def gap_table(
    choice: Choice, label: str, areas: Sequence[Area], residents: ResidentPoints, reachable: Supply
) -> GapTable:
    """Coverage, E2SFCA and shortfall of `areas`, which are of one kind and edition.

    `residents` may come from other areas than `areas`: each point counts where it lies.
    """
    living = area_positions(residents.latitude, residents.longitude, areas)
    points = Points(residents.latitude, residents.longitude, residents.residents, living)
    places = Places(reachable.latitude, reachable.longitude, reachable.sessions, reachable.asset)
    way = choice.way
    given = Assumptions(choice.minutes, REACH_TIMES * choice.minutes, way.m_per_minute, way.detour)
    reach = find_pairs(points, places, given.reach_minutes * way.m_per_minute / way.detour)
    figures = by_area(points, measure(reach, given), len(areas))
    known = figures.people > 0
    mean = population_mean(figures.people[known], figures.access[known])
    short = np.maximum(0.0, (choice.target or mean) - figures.access) * figures.people / 1000
    inside = _assets_inside(reachable, areas)
    rows = []
    for at, area in enumerate(areas):
        profile = area.profile
        rows.append(
            GapRow(
                code=area.code,
                name=area.name,
                residents=profile.residents if profile else round(float(figures.people[at])) or None,
                people=round(float(figures.people[at])) or None,
                coverage=_known(figures.coverage, at),
                coverage_two=_known(figures.coverage_two, at),
                access=_known(figures.access, at),
                shortfall=_known(short, at),
                need=profile.imd_score if profile else None,
                gap=None,
                confidence=None,
                assets=inside[at],
                imd_decile=profile.imd_decile if profile else None,
                most_deprived_share=profile.most_deprived_share if profile else None,
            )
        )
    rows.sort(key=lambda row: (row.coverage is None, row.coverage or 0.0, row.access or 0.0, row.code))
    total = float(figures.people[known].sum())
    return GapTable(
        choice=choice,
        label=label,
        rows=tuple(rows),
        coverage=float(figures.people[known] @ figures.coverage[known] / total) if total else None,
        coverage_two=float(figures.people[known] @ figures.coverage_two[known] / total) if total else None,
        mean_access=None if np.isnan(mean) else mean,
        assets=len(reachable.assets),
        assets_timed=0,
        assets_dated=0,
        left_out=reachable.left_out,
        points=len(points.people),
    )


def _known(values: Floats, at: int) -> float | None:
    return None if np.isnan(values[at]) else float(values[at])


def _assets_inside(reachable: Supply, areas: Sequence[Area]) -> list[int]:
    held = area_positions(reachable.latitude, reachable.longitude, areas)
    pairs = {(at, asset) for at, asset in zip(held.tolist(), reachable.asset.tolist(), strict=True) if at >= 0}
    counts = Counter(at for at, _ in pairs)
    return [counts[at] for at in range(len(areas))]
