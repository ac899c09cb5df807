"""Fifths of people, with ties: who is lowest, who needs most, and lower than how many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.provision.access.fifths import highest_fifth, lower_than, lowest_fifth, lowest_if_changed

NAN = float("nan")
areas = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9) | st.just(None)), min_size=1, max_size=25)


def columns(rows: list[tuple[int, int | None]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([n for n, _ in rows], float), np.array([NAN if v is None else v for _, v in rows], float)


@pytest.mark.parametrize(
    ("people", "values", "lowest"),
    [
        ([100] * 5, [1, 2, 3, 4, 5], [True, False, False, False, False]),
        ([99, 101, 100, 100, 100], [1, 2, 3, 4, 5], [True, True, False, False, False]),
        ([100] * 5, [0, 0, 0, 4, 5], [True, True, True, False, False]),
        ([100] * 5, [7] * 5, [True] * 5),
        ([1, 999], [5, 1], [False, True]),
        ([100] * 5, [1, NAN, 3, 4, 5], [True, False, False, False, False]),
        ([0, 100, 100], [1, 2, 3], [False, True, False]),
        ([100], [3], [True]),
        ([100, 100], [NAN, NAN], [False, False]),
    ],
)
def test_the_lowest_fifth_is_of_people_and_ties_stay_together(
    people: list[float], values: list[float], lowest: list[bool]
) -> None:
    assert lowest_fifth(np.array(people, float), np.array(values, float)).tolist() == lowest


def test_a_difference_from_the_order_of_adding_up_is_a_tie() -> None:
    assert lowest_fifth(np.full(5, 10.0), np.array([0.1 + 0.2, 0.3, 0.3, 0.3, 0.3])).all()


@given(areas)
def test_the_definition_is_met_area_by_area(rows: list[tuple[int, int | None]]) -> None:
    people, values = columns(rows)
    known = [(n, v) for n, v in rows if n and v is not None]
    total = sum(n for n, _ in known)
    for (n, v), low, high in zip(rows, lowest_fifth(people, values), highest_fifth(people, values), strict=True):
        counted = bool(n) and v is not None
        assert low == (counted and 5 * sum(m for m, w in known if w < (v or 0)) < total)
        assert high == (counted and 5 * sum(m for m, w in known if w > (v or 0)) < total)


@given(areas, st.data())
def test_one_changed_area_is_judged_among_the_others_as_they_are(
    rows: list[tuple[int, int | None]], data: st.DataObject
) -> None:
    people, values = columns(rows)
    changed = np.array([data.draw(st.integers(0, 9)) for _ in rows], dtype=float)
    found = lowest_if_changed(people, values, changed)
    for at, value in enumerate(values):
        if not np.isnan(value):
            other = values.copy()
            other[at] = changed[at]
            assert found[at] == lowest_fifth(people, other)[at]


@given(areas)
def test_at_least_a_fifth_of_people_are_in_the_lowest_fifth(rows: list[tuple[int, int | None]]) -> None:
    people, values = columns(rows)
    total = people[np.isfinite(values)].sum()
    assert people[lowest_fifth(people, values)].sum() >= total / 5


def test_lower_than_is_the_share_of_the_others_that_are_higher() -> None:
    assert lower_than(np.array([0.0, 0.5, 0.5, 1.0, 0.2])).tolist() == [1.0, 0.25, 0.25, 0.0, 0.75]
    assert lower_than(np.array([0.5, NAN, 0.9])).tolist() == pytest.approx([1.0, NAN, 0.0], nan_ok=True)
    assert np.isnan(lower_than(np.array([0.5, NAN]))).all()
