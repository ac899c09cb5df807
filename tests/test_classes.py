import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.provision.drawing.classes import MOST, classify

numbers = st.floats(0, 1e6, allow_nan=False) | st.integers(0, 5).map(float)
values = st.lists(numbers | st.none(), max_size=60)


def plain(value):
    return f"{value:g}"


def test_nothing_known_makes_no_class():
    found = classify([None, None, math.nan], plain)
    assert (found.breaks, found.labels, found.of) == ((), (), (None, None, None))


def test_one_value_is_one_class_named_by_it():
    found = classify([3.0, None, 3.0], plain)
    assert found.labels == ("3",)
    assert found.of == (0, None, 0)


def test_fewer_values_than_classes_have_a_class_each():
    found = classify([0.0, 0.5, 1.0, 0.5], plain)
    assert found.of == (0, 1, 2, 1)
    assert found.labels == ("Less than 0.5", "0.5 to less than 1", "1 or more")


def test_values_that_lie_together_stay_together_and_breaks_are_round():
    lumps = [0.01, 0.012, 0.013, 0.21, 0.22, 0.48, 0.49, 0.71, 0.72, 0.97, 0.98]
    found = classify(lumps, plain)
    assert found.of == (0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4)
    assert found.breaks == (0.2, 0.4, 0.5, 0.9)


def test_most_areas_with_nothing_still_leave_classes_for_the_others():
    found = classify([0.0] * 95 + [0.2, 0.4, 0.6, 0.8, 1.0], plain)
    assert len(found.labels) == MOST
    assert set(found.of[:95]) == {0}


def test_thousands_of_values_are_put_into_classes_at_once():
    many = np.random.default_rng(4).beta(0.5, 0.8, 5000).tolist()
    found = classify(many, plain)
    assert len(found.breaks) == MOST - 1
    assert min(np.bincount(found.of)) > 100


@pytest.mark.parametrize("most", [1, 2, 5])
@given(given_values=values)
def test_classes_are_few_in_order_never_empty_and_do_not_depend_on_the_order(given_values, most):
    found = classify(given_values, plain, most)
    assert len(found.labels) <= most
    assert list(found.breaks) == sorted(set(found.breaks))
    assert {one for one in found.of if one is not None} == set(range(len(found.labels)))
    assert [one is None for one in found.of] == [one is None for one in given_values]
    pairs = sorted((value, one) for value, one in zip(given_values, found.of, strict=True) if value is not None)
    assert [one for _, one in pairs] == sorted(one for _, one in pairs)
    assert classify(given_values[::-1], plain, most).of == found.of[::-1]
