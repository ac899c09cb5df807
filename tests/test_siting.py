"""Where the next places would do most: greedy maximal covering, against every choice there is."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_what_if import AREAS, SOUTH, WEST, north, prepared, some_supply

from asset_map.errors import BadInput
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.access.reach import Measured, measure
from asset_map.provision.access.siting import GOALS, Candidate, Covering, Goal, best_places, covering, greedy
from asset_map.provision.access.what_if import Change, NewPlace, what_if

GUARANTEED = 1 - 1 / math.e


def measured(start: Prepared) -> Measured:
    return measure(start.reach, start.given)


def candidates(seed: int, count: int) -> tuple[Candidate, ...]:
    random = np.random.default_rng(500 + seed)
    spots = random.uniform((SOUTH, WEST), (SOUTH + 0.08, WEST + 0.08), (count, 2)).tolist()
    return tuple(
        Candidate(id=f"c{at}", name=f"Site {at}", latitude=lat, longitude=lon) for at, (lat, lon) in enumerate(spots)
    )


def small(sets: list[set[int]], people: list[float]) -> Covering:
    """A covering written down: which points each candidate covers."""
    listed = [sorted(one) for one in sets]
    named = tuple(Candidate(id=f"c{at}", name="", latitude=0.0, longitude=0.0) for at in range(len(sets)))
    starts = np.cumsum([0, *map(len, listed)])
    return Covering(
        named, np.array(people), np.array([point for one in listed for point in one], dtype=np.intp), starts
    )


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 9), max_size=6), min_size=1, max_size=8),
    st.lists(st.integers(0, 30), min_size=10, max_size=10),
    st.integers(1, 4),
)
def test_greedy_is_never_below_its_guarantee(sets: list[set[int]], people: list[int], k: int) -> None:
    among = small(sets, [float(one) for one in people])
    found = greedy(among, k)
    best = max(among.gained(list(some)) for some in combinations(range(len(sets)), min(k, len(sets))))
    total = found[-1].total if found else 0.0
    assert GUARANTEED * best - 1e-9 <= total <= best + 1e-9


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 9), max_size=6), min_size=1, max_size=8),
    st.lists(st.integers(0, 3), min_size=10, max_size=10),
)
def test_lazy_chooses_what_looking_at_all_of_them_each_time_would(sets: list[set[int]], people: list[int]) -> None:
    among = small(sets, [float(one) for one in people])
    left, expected = dict(enumerate(people)), []
    while True:
        gain, at = max(((sum(left[p] for p in one), -at) for at, one in enumerate(sets)), default=(0, 0))
        if gain == 0:
            break
        expected.append((f"c{-at}", float(gain)))
        left |= dict.fromkeys(sets[-at], 0)
    assert [(one.candidate.id, one.gained) for one in greedy(among, 99)] == expected


@pytest.mark.parametrize("goal", GOALS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 30))
def test_the_first_is_the_best_single_one_and_gains_what_opening_it_would(goal: Goal, seed: int) -> None:
    start = prepared(some_supply(seed, 2), minutes=10.0)
    now, among = measured(start), candidates(seed, 6)
    tried = {}
    for one in among:
        opened = Change(add=(NewPlace(latitude=one.latitude, longitude=one.longitude),))
        result = what_if(start, now, opened)
        tried[one.id] = result.gained if goal == "residents" else result.gained_in_need
    found = best_places(start, now, among, 1, goal)
    if max(tried.values()) == 0:
        assert found == ()
    else:
        assert found[0].gained == pytest.approx(max(tried.values()))
        assert tried[found[0].candidate.id] == pytest.approx(max(tried.values()))


def test_all_together_gain_what_opening_all_of_them_would() -> None:
    start = prepared(some_supply(4, 2))
    now = measured(start)
    found = best_places(start, now, candidates(4, 12), 5, "residents")
    opened = tuple(NewPlace(latitude=one.candidate.latitude, longitude=one.candidate.longitude) for one in found)
    assert found[-1].total == pytest.approx(what_if(start, now, Change(add=opened)).gained)
    assert found[-1].total == pytest.approx(sum(one.gained for one in found))
    assert [one.gained for one in found] == sorted((one.gained for one in found), reverse=True)


def test_a_tie_goes_to_the_lower_id_whatever_the_order_they_come_in() -> None:
    start = prepared([])
    here = [Candidate(id=name, name=name, latitude=north(0), longitude=WEST + 0.04) for name in ("b", "a", "c")]
    for given_in in (here, here[::-1]):
        found = best_places(start, measured(start), given_in, 3, "residents")
        assert [one.candidate.id for one in found] == ["a"]


def test_it_stops_where_nobody_more_would_gain() -> None:
    start = prepared([])
    far = Candidate(id="far", name="", latitude=54.0, longitude=-4.0)
    assert best_places(start, measured(start), [far], 3, "residents") == ()
    assert best_places(start, measured(start), [], 3, "residents") == ()


def test_high_need_goes_where_need_is_highest() -> None:
    start = prepared([], minutes=8.0)
    both = [
        Candidate(id=area.code, name=area.name, latitude=area.latitude, longitude=area.longitude)
        for area in (AREAS[0], AREAS[-1])
    ]
    found = best_places(start, measured(start), both, 2, "high_need")
    assert [one.candidate.id for one in found] == [AREAS[-1].code]


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_place_is_refused(k: int) -> None:
    with pytest.raises(BadInput, match="expected 1 or more"):
        greedy(small([{1}], [1.0, 1.0]), k)


def test_what_is_covered_already_gains_nobody() -> None:
    start = prepared([(north(0), WEST + 0.04, 0, 1.0)])
    same = Candidate(id="same", name="", latitude=north(0), longitude=WEST + 0.04)
    assert covering(start, measured(start), [same], "residents").gained([0]) == 0
