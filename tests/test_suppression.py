"""Suppressed numbers cannot be worked out from the totals: not by sums, and not by knowing how they were chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from asset_map.practice.suppression import LARGEST_HIDDEN, Shown, suppress

ANY = set(range(LARGEST_HIDDEN + 1))
COUNTS = st.sampled_from((0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 8, 30))


@st.composite
def cubes(draw: st.DrawFn) -> np.ndarray:
    """Asks by area and reason, of two or three terms: shape (terms, areas, reasons)."""
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 4)))
    cells = draw(st.lists(COUNTS, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.array(cells).reshape(shape)


def published(cube: np.ndarray) -> list[Shown]:
    return [suppress(term.sum(axis=1).tolist(), term.sum(axis=0).tolist()) for term in cube]


# ---- what is shown is true, and as much as can be


@given(cubes())
def test_what_is_shown_is_true_and_what_is_large_enough_is_shown(cube: np.ndarray) -> None:
    for term, shown in zip(cube, published(cube), strict=True):
        for counts, said in ((term.sum(axis=1), shown.by_area), (term.sum(axis=0), shown.by_reason)):
            assert all(told in (None, count) for told, count in zip(said, counts.tolist(), strict=True))
        assert [count > LARGEST_HIDDEN for count in term.sum(axis=1)] == [told is not None for told in shown.by_area]
        assert shown.total in (None, term.sum())
        assert shown.at_least <= term.sum()


def test_many_small_numbers_hide_behind_an_exact_total() -> None:
    shown = suppress([12, 3, 0, 2, 0, 7], [16, 4, 3, 0, 1])
    assert shown == Shown((12, None, None, None, None, 7), (16, None, None, None, None), 24)


def test_one_small_number_takes_the_total_with_it() -> None:
    shown = suppress([12, 3], [15])
    assert shown.by_area == (12, None)
    assert shown.total is None
    assert shown.at_least == 12


def test_none_is_not_told_from_a_few() -> None:
    assert suppress([9, 8, 0, 0, 0], [17, 0]).by_area == suppress([9, 8, 2, 1, 1], [21, 0]).by_area


def test_a_total_that_would_say_that_all_hidden_numbers_are_one_or_none_is_left_out() -> None:
    assert suppress([9, 8, 0, 0], [17, 0, 0]).total is None
    assert suppress([9, 4, 4, 4], [9, 4, 4, 4]).total is None


def test_reasons_are_left_out_where_they_would_tell_a_hidden_area() -> None:
    shown = suppress([20, 2, 0], [12, 10])
    assert shown == Shown((20, None, None), (None, None), None)


def test_where_nothing_is_small_everything_is_shown() -> None:
    assert suppress([6, 9], [5, 10]) == Shown((6, 9), (5, 10), 15)


def test_fewer_than_five_in_all_shows_nothing() -> None:
    assert suppress([3, 1, 0], [4, 0]) == Shown((None,) * 3, (None, None), None)


@pytest.mark.parametrize(("by_area", "by_reason"), [([1, 2], [4]), ([-1, 6], [5])])
def test_counts_that_do_not_belong_together_are_an_error(by_area: list[int], by_reason: list[int]) -> None:
    with pytest.raises(ValueError, match="of the same asks"):
        suppress(by_area, by_reason)


# ---- the least and the most that a hidden number can be, by linear programming


def bounds(told: list[Shown], areas: int, reasons: int) -> tuple[list[np.ndarray], list[float], list[np.ndarray], int]:
    """Everything that is known of the cells: equations with their values, and sums of at most four."""
    shape = (len(told), areas, reasons)
    equal: list[np.ndarray] = []
    values: list[float] = []
    small: list[np.ndarray] = []
    for term, shown in enumerate(told):
        lines = [((term, area), count) for area, count in enumerate(shown.by_area)]
        if any(shown.by_reason):
            lines += [((term, slice(None), reason), count) for reason, count in enumerate(shown.by_reason)]
        if shown.total is not None:
            lines.append(((term,), shown.total))
        for where, count in lines:
            row = np.zeros(shape)
            row[where] = 1
            if count is None:
                small.append(row.ravel())
            else:
                equal.append(row.ravel())
                values.append(count)
    return equal, values, small, int(np.prod(shape))


def least_and_most(told: list[Shown], cube: np.ndarray) -> Iterator[tuple[int, float, float]]:
    """For every count and total that is not shown: what it is, and the least and the most that it can be."""
    equal, values, small, cells = bounds(told, *cube.shape[1:])
    for term, shown in enumerate(told):
        sought: list[tuple[object, ...]] = [(term,)] if shown.total is None else []
        sought += [(term, at) for at, count in enumerate(shown.by_area) if count is None]
        sought += [(term, slice(None), at) for at, count in enumerate(shown.by_reason) if count is None]
        for where in sought:
            aim = np.zeros(cube.shape)
            aim[where] = 1
            ends = []
            for sign in (1, -1):
                found = linprog(
                    sign * aim.ravel(),
                    A_ub=np.array(small).reshape(-1, cells),
                    b_ub=np.full(len(small), LARGEST_HIDDEN),
                    A_eq=np.array(equal).reshape(-1, cells),
                    b_eq=np.array(values),
                )
                # A reason whose neighbours are all left out too has no upper end: that is as hidden as can be.
                ends.append(sign * found.fun if found.status == 0 else np.inf)
            yield int(cube[where].sum()), ends[0], ends[1]


@settings(deadline=None, max_examples=60)
@given(cubes())
def test_every_small_number_could_be_nought_and_could_be_four_for_all_that_sums_tell(cube: np.ndarray) -> None:
    for number, least, most in least_and_most(published(cube), cube):
        if number <= LARGEST_HIDDEN:
            assert least <= 1e-6
            assert most >= LARGEST_HIDDEN - 1e-6


# ---- an attacker who knows the method tries every table there could be


def ways(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way of giving `total` asks to so many areas or reasons."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in ways(total - first, parts - 1):
            yield (first, *rest)


@pytest.mark.parametrize(("areas", "reasons", "largest"), [(2, 2, 18), (3, 2, 16), (2, 3, 15), (4, 1, 20), (1, 3, 18)])
def test_knowing_the_method_tells_no_more(areas: int, reasons: int, largest: int) -> None:
    alike: dict[Shown, list[tuple[tuple[int, ...], tuple[int, ...]]]] = defaultdict(list)
    for total in range(largest + 1):
        for by_area in ways(total, areas):
            for by_reason in ways(total, reasons):
                alike[suppress(by_area, by_reason)].append((by_area, by_reason))
    for shown, tables in alike.items():
        most = sum(LARGEST_HIDDEN if count is None else count for count in shown.by_area)
        if shown.total is None and most > largest:
            continue  # Some of the tables that look like this one were not tried.
        for at in (at for at, count in enumerate(shown.by_area) if count is None):
            assert {by_area[at] for by_area, _ in tables} == ANY
        for at in (at for at, count in enumerate(shown.by_reason) if count is None):
            # A larger one that is left out for the sake of others need not be guarded itself.
            could_be = {by_reason[at] for _, by_reason in tables}
            assert could_be >= ANY or not could_be & ANY
