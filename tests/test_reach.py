"""Who reaches what: pairs, coverage and access of resident points, against a search of all and the worked example."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import random_points
from numpy.typing import NDArray
from test_provision_gap import COST, DEMAND, DESTINATION, EXACT, MINUTES, ORIGIN, SUPPLY, ZONES, by_zone, expected

from asset_map.geo import haversine_m
from asset_map.provision.access.catchment import population_mean
from asset_map.provision.access.reach import (
    DECAYS,
    Assumptions,
    Decay,
    Measured,
    Places,
    Points,
    Reach,
    by_area,
    decay_weights,
    find_pairs,
    gathered,
    measure,
)

WALK = Assumptions(minutes=15, reach_minutes=30, m_per_minute=80, detour=1.3)
seeds = st.integers(0, 2**32 - 1)


def people_at(seed: int, count: int, areas: int = 4) -> Points:
    where, random = random_points(seed, count), np.random.default_rng(seed)
    area = np.arange(count) % areas - 1  # a part of them lives beyond
    return Points(where[:, 0], where[:, 1], random.uniform(0, 50, count), area)


def places_at(seed: int, count: int, owners: int = 3) -> Places:
    where, random = random_points(seed + 1, count), np.random.default_rng(seed)
    return Places(where[:, 0], where[:, 1], random.uniform(0.1, 9, count), random.integers(0, owners, count))


def found(points: Points, places: Places, given: Assumptions = WALK) -> Measured:
    return measure(find_pairs(points, places, given.reach_minutes * given.m_per_minute / given.detour), given)


# The worked example ------------------------------------------------------------------------------------------------


def worked_example() -> Reach:
    """Each zone a point, each place an asset; metres that make exactly the minutes at 80 m a minute, detour 1."""
    nowhere = np.zeros(4)
    points = Points(nowhere, nowhere, np.array(DEMAND, float), np.arange(4))
    places = Places(np.zeros(3), np.zeros(3), np.array(SUPPLY, float), np.arange(3))
    return Reach(points, places, ORIGIN, DESTINATION, COST * 80, 8000)


@pytest.mark.open_data
def test_what_the_page_works_out_is_the_worked_example() -> None:
    example, reach = expected("e2sfca_gaussian_example.json"), worked_example()
    result = measure(reach, replace(WALK, detour=1.0))
    areas = by_area(reach.points, result, 4)
    assert areas.access.tolist() == pytest.approx(by_zone(example["e2sfca_gaussian_per_1000"]), **EXACT)
    assert population_mean(areas.people, areas.coverage) == pytest.approx(
        example["share_of_residents_within_15_min"], **EXACT
    )
    near = {zone: sum(MINUTES[zone, place] <= 15 for place in ("s1", "s2", "s3")) for zone in ZONES}
    assert areas.coverage.tolist() == [float(near[zone] >= 1) for zone in ZONES]
    assert areas.coverage_two.tolist() == [float(near[zone] >= 2) for zone in ZONES]


@pytest.mark.open_data
def test_stepped_decay_is_that_of_the_worked_example() -> None:
    example = expected("sfca_worked_example.json")["methods"]["e2sfca_step"]["access_per_1000"]
    access = 1000 * measure(worked_example(), replace(WALK, detour=1.0, decay="step")).access
    assert [round(one, 10) for one in access] == pytest.approx(by_zone(example), **EXACT)


# Against a search of all -------------------------------------------------------------------------------------------


@given(seeds, st.integers(0, 20), st.integers(0, 9), st.sampled_from(DECAYS))
@settings(deadline=None, max_examples=50)
def test_everything_is_that_of_a_search_of_all(seed: int, count: int, number: int, decay: Decay) -> None:
    given = replace(WALK, decay=decay)
    points, places = people_at(seed, count), places_at(seed, number)
    result = found(points, places, given)
    minutes = np.array(
        [
            [haversine_m(y, x, v, u) * 1.3 / 80 for v, u in zip(places.latitude, places.longitude, strict=True)]
            for y, x in zip(points.latitude, points.longitude, strict=True)
        ]
    ).reshape(count, number)
    weight: NDArray[np.float64] = decay_weights(minutes, 30, given.decay)
    demand = weight.T @ points.people
    ratio = np.divide(places.sessions, demand, out=np.zeros(number), where=demand > 0)
    assert result.access.tolist() == pytest.approx((weight @ ratio).tolist())
    near = [set(places.asset[row <= 15].tolist()) for row in minutes]
    assert result.one.tolist() == [len(one) >= 1 for one in near]
    assert result.two.tolist() == [len(one) >= 2 for one in near]


def test_pairs_are_sorted_by_origin_then_destination_whichever_are_more() -> None:
    for count, number in ((80, 30), (30, 80)):
        reach = find_pairs(people_at(1, count), places_at(2, number), 3000)
        pairs = list(zip(reach.origin.tolist(), reach.destination.tolist(), strict=True))
        assert pairs == sorted(set(pairs))
        assert len(pairs) > 100


@given(seeds, st.integers(1, 40), st.integers(0, 8))
@settings(deadline=None)
def test_another_place_never_lowers_coverage_or_access(seed: int, count: int, number: int) -> None:
    points, places = people_at(seed, count), places_at(seed, number + 1)
    fewer = Places(places.latitude[:-1], places.longitude[:-1], places.sessions[:-1], places.asset[:-1])
    before, after = found(points, fewer), found(points, places)
    assert not (before.one & ~after.one).any()
    assert not (before.two & ~after.two).any()
    assert (after.access >= before.access * (1 - 1e-12)).all()


@given(seeds, st.integers(1, 40), st.integers(1, 8), st.sampled_from(DECAYS))
@settings(deadline=None)
def test_all_sessions_that_somebody_reaches_are_given_out_once(
    seed: int, count: int, number: int, decay: Decay
) -> None:
    given = replace(WALK, decay=decay)
    points, places = people_at(seed, count), places_at(seed, number)
    reach = find_pairs(points, places, 30 * 80 / 1.3)
    weight = decay_weights(reach.metres * 1.3 / 80, 30, given.decay) * points.people[reach.origin]
    reached = np.bincount(reach.destination, weights=weight, minlength=number) > 0
    assert measure(reach, given).access @ points.people == pytest.approx(places.sessions[reached].sum())


# Points gathered in squares ----------------------------------------------------------------------------------------


@given(seeds, st.sampled_from([60, 30]))
@settings(deadline=None, max_examples=20)
def test_gathered_points_keep_people_and_areas_and_hardly_move(seed: int, cells: int) -> None:
    points, places = people_at(seed, 3000), places_at(seed, 10)
    fewer = gathered(points, places, 5000.0, 1, (cells,))
    assert len(fewer.people) < len(points.people)
    for area in range(-1, 3):
        mine, theirs = points.area == area, fewer.area == area
        assert fewer.people[theirs].sum() == pytest.approx(points.people[mine].sum())
        for y, x in zip(fewer.latitude[theirs], fewer.longitude[theirs], strict=True):
            nearest = min(
                haversine_m(y, x, v, u) for v, u in zip(points.latitude[mine], points.longitude[mine], strict=True)
            )
            assert nearest <= 5000 / cells * 2**0.5
            break


def test_few_pairs_leave_every_point_where_it_is() -> None:
    points, places = people_at(5, 500), places_at(5, 5)
    assert gathered(points, places, 2000.0) is points
    assert gathered(points, places_at(5, 0), 2000.0, 0) is points


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("cells", "most"), [(60, 0.01), (30, 0.02)])
def test_figures_of_gathered_points_are_within_a_hundredth(seed: int, cells: int, most: float) -> None:
    ride = replace(WALK, m_per_minute=250)
    points, places = people_at(seed, 8000), places_at(seed, 6)
    strips = ((points.longitude + 2.1) * 120).astype(np.intp)  # a dozen areas
    points = replace(points, area=strips)
    fewer = gathered(points, places, 30 * 250 / 1.3, 1, (cells,))
    assert len(fewer.people) < 0.7 * len(points.people)
    exact, roughly = (by_area(some, found(some, places, ride), 12) for some in (points, fewer))
    assert 0.1 < exact.coverage.mean() < 0.95
    assert np.abs(roughly.coverage - exact.coverage).max() < most
    assert np.abs(roughly.coverage_two - exact.coverage_two).max() < most
    assert (np.abs(roughly.access - exact.access) / exact.access.mean()).max() < most
