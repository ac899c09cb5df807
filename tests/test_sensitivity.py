"""How sure a gap is, against doing every run the long way."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import random_points

from asset_map.provision.access.fifths import lowest_fifth
from asset_map.provision.access.reach import Assumptions, Flags, Floats, Places, Points, by_area, find_pairs, measure
from asset_map.provision.access.sensitivity import RUNS, assumptions, confidence, widest_m

GIVEN = Assumptions(minutes=15, reach_minutes=30, m_per_minute=80, detour=1.3)
AREAS = 8


def people_at(seed: int, count: int) -> Points:
    """Points whose area is the strip they lie in, the last of which is beyond."""
    where = random_points(seed, count)
    strip = ((where[:, 1] + 2.1) * 10 * (AREAS + 1)).astype(np.intp)
    people = np.random.default_rng(seed).uniform(1, 50, count)
    return Points(where[:, 0], where[:, 1], people, np.where(strip < AREAS, strip, -1))


def places_at(seed: int, count: int) -> Places:
    where = random_points(seed + 1, count)
    sessions = np.random.default_rng(seed).uniform(0.5, 5, count)
    return Places(where[:, 0], where[:, 1], sessions, np.arange(count) // 2)


def people_of(points: Points) -> Floats:
    inside = points.area >= 0
    return np.bincount(points.area[inside], weights=points.people[inside], minlength=AREAS).astype(float)


def access(points: Points, places: Places, run: Assumptions) -> Floats:
    measured = measure(find_pairs(points, places, widest_m(GIVEN)), run)
    return np.nan_to_num(by_area(points, measured, AREAS).access)


def without(places: Places, asset: int) -> Places:
    stays = places.asset != asset
    return Places(places.latitude[stays], places.longitude[stays], places.sessions[stays], places.asset[stays])


def amid(points: Points, places: Places, area: int) -> Places:
    mine = points.area == area
    latitude, longitude = (np.average(axis[mine], weights=points.people[mine]) for axis in _axes(points))
    assets = len(set(places.asset.tolist()))
    sessions = places.sessions.sum() / assets if assets else 1.0
    return Places(
        np.append(places.latitude, latitude),
        np.append(places.longitude, longitude),
        np.append(places.sessions, sessions),
        np.append(places.asset, 999),
    )


def _axes(points: Points) -> tuple[Floats, Floats]:
    return points.latitude, points.longitude


def the_long_way(points: Points, places: Places, people: Floats, in_need: Flags, gap: Flags) -> Floats:
    same = np.zeros(AREAS)
    for run in assumptions(GIVEN):
        base = access(points, places, run)
        one_fewer = [access(points, without(places, asset), run) for asset in set(places.asset.tolist())] or [base]
        for at in range(AREAS):
            more = access(points, amid(points, places, at), run)[at] if (points.area == at).any() else 0.0
            for value in (base[at], min(other[at] for other in one_fewer), more):
                changed = base.copy()
                changed[at] = value
                same[at] += (lowest_fifth(people, changed)[at] and in_need[at]) == gap[at]
    return same / RUNS


@given(st.integers(0, 2**32 - 1), st.integers(0, 7))
@settings(deadline=None, max_examples=6)
def test_confidence_is_that_of_every_run_done_the_long_way(seed: int, count: int) -> None:
    points, places = people_at(seed, 150), places_at(seed, count)
    people = people_of(points)
    in_need = (np.random.default_rng(seed).uniform(size=AREAS) < 0.6) & (people > 0)
    gap = lowest_fifth(people, access(points, places, GIVEN)) & in_need
    exact = the_long_way(points, places, people, in_need, gap)
    finely = confidence(points, places, GIVEN, people, in_need, gap, rings=100_000)
    assert finely.tolist() == pytest.approx(exact.tolist(), abs=1e-9)
    # A run in which two areas are all but equal may differ where distances are rounded.
    assert np.abs(confidence(points, places, GIVEN, people, in_need, gap) - exact).mean() < 3 / RUNS


def test_there_are_81_runs_and_what_is_given_is_among_them() -> None:
    runs = list(assumptions(GIVEN))
    assert len(runs) * 3 == RUNS == 81
    assert GIVEN in runs
    widest = max(run.reach_minutes * run.m_per_minute / run.detour for run in runs)
    assert widest == pytest.approx(widest_m(GIVEN))


def test_with_no_asset_one_more_is_all_that_would_change_a_gap() -> None:
    points = people_at(3, 200)
    people = people_of(points)
    nothing = Places(np.empty(0), np.empty(0), np.empty(0), np.empty(0, dtype=np.intp))
    in_need = np.arange(AREAS) < 2
    shares = confidence(points, nothing, GIVEN, people, in_need, in_need)
    assert shares.tolist() == pytest.approx([2 / 3, 2 / 3] + [1.0] * (AREAS - 2))


def test_an_area_that_is_not_in_need_can_be_no_gap_in_any_run() -> None:
    points, places = people_at(4, 200), places_at(4, 5)
    people = np.ones(AREAS)
    nowhere = np.zeros(AREAS, dtype=np.bool_)
    assert confidence(points, places, GIVEN, people, nowhere, nowhere).tolist() == [1.0] * AREAS
    assert confidence(points, places, GIVEN, people, nowhere, ~nowhere).tolist() == [0.0] * AREAS


def test_results_do_not_depend_on_the_order_of_assets() -> None:
    points, places = people_at(6, 300), places_at(6, 12)
    order = np.random.default_rng(6).permutation(12)
    turned = replace(
        places,
        latitude=places.latitude[order],
        longitude=places.longitude[order],
        sessions=places.sessions[order],
        asset=5 - places.asset[order],
    )
    people = people_of(points)
    in_need = np.ones(AREAS, dtype=np.bool_)
    gap = lowest_fifth(people, access(points, places, GIVEN))
    found = [confidence(points, some, GIVEN, people, in_need, gap).tolist() for some in (places, turned)]
    assert found[0] == found[1]
