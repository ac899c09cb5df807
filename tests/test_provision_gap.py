"""Floating catchments against worked examples whose expected values are exact."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from asset_map.provision.access.catchment import (
    gaussian_weights,
    population_mean,
    shortfall,
    step_weights,
    two_step,
)

EXACT: Any = {"rel": 0, "abs": 1e-9}
ZONES, PLACES = ("A", "B", "C", "D"), ("s1", "s2", "s3")
DEMAND, SUPPLY = (1000, 2000, 500, 800), (10, 20, 6)
MINUTES = {
    ("A", "s1"): 5,
    ("A", "s2"): 25,
    ("A", "s3"): 50,
    ("B", "s1"): 10,
    ("B", "s2"): 12,
    ("B", "s3"): 28,
    ("C", "s1"): 40,
    ("C", "s2"): 15,
    ("C", "s3"): 30,
    ("D", "s1"): 70,
    ("D", "s2"): 65,
    ("D", "s3"): 90,
}
"""Walking minutes of the worked example; zone D reaches nothing within 30."""
ORIGIN = np.array([ZONES.index(zone) for zone, _ in MINUTES])
DESTINATION = np.array([PLACES.index(place) for _, place in MINUTES])
COST = np.array(list(MINUTES.values()), dtype=float)


def per_1000(weight: NDArray[np.float64]) -> list[float]:
    return (1000 * two_step(DEMAND, SUPPLY, ORIGIN, DESTINATION, weight)).tolist()


def gaussian_per_1000(demand: Any, supply: Any, origin: Any, destination: Any, minutes: Any) -> NDArray[np.float64]:
    """Access of each origin for 1,000 residents, with Gaussian decay to nought at 30 minutes."""
    return 1000 * two_step(demand, supply, origin, destination, gaussian_weights(minutes, 30))


def expected(name: str) -> Any:
    if not (where := os.environ.get("ASSET_MAP_OPEN_DATA")):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    return json.loads((Path(where) / "provision_gap" / name).read_text())


def by_zone(values: dict[str, float]) -> list[float]:
    return [values[zone] for zone in ZONES]


def test_the_plain_catchment_gives_the_exact_fractions() -> None:
    exact = [19 / 2100, 601 / 52500, 71 / 8750, 0]
    assert per_1000((COST <= 30).astype(float)) == pytest.approx([1000 * one for one in exact], **EXACT)


def test_stepped_zones_give_the_exact_fractions() -> None:
    exact = [9 / 1600, 769 / 60000, 569 / 60000, 0]
    assert per_1000(step_weights(COST)) == pytest.approx([1000 * one for one in exact], **EXACT)


def test_steps_include_their_last_minute_and_end() -> None:
    assert step_weights([0, 10, 10.5, 20, 30, 30.1]).tolist() == [1, 1, 0.68, 0.68, 0.22, 0]


def test_reaching_nothing_is_zero_and_not_missing() -> None:
    assert per_1000(gaussian_weights(COST, 30))[3] == 0.0


def test_gaussian_decay_is_one_at_the_door_and_zero_at_the_edge() -> None:
    weights = gaussian_weights([0, 15, 30, 31], 30)
    assert weights.tolist() == pytest.approx([1, 0.7013665732390044, 0, 0], **EXACT)


def test_supply_that_nobody_reaches_is_no_ones_and_no_error() -> None:
    access = two_step([100], [5, 5], np.array([0]), np.array([0]), [1.0])
    assert access.tolist() == [0.05]
    assert two_step([0], [5], np.array([0]), np.array([0]), [1.0]).tolist() == [0.0]


def test_a_shortfall_is_against_the_mean_and_never_negative() -> None:
    assert shortfall([1000, 3000], [0.0, 4.0], population_mean([1000, 3000], [0.0, 4.0])).tolist() == [3.0, 0.0]
    assert np.isnan(population_mean([0], [1.0]))


@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=6),
    st.lists(st.integers(1, 50), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_all_supply_that_somebody_reaches_is_given_out_once(demand: list[int], supply: list[int], random: Any) -> None:
    pairs = [(o, d, random.uniform(0, 60)) for o in range(len(demand)) for d in range(len(supply))]
    origin, destination = np.array([o for o, _, _ in pairs]), np.array([d for _, d, _ in pairs])
    minutes = np.array([m for _, _, m in pairs])
    access = gaussian_per_1000(demand, supply, origin, destination, minutes)
    reached = np.unique(destination[gaussian_weights(minutes, 30) > 0])
    assert float(access @ demand) / 1000 == pytest.approx(sum(supply[at] for at in reached))


@pytest.mark.open_data
@pytest.mark.parametrize("method", ["2sfca_binary_30", "e2sfca_step"])
def test_the_worked_example_and_pysal_agree(method: str) -> None:
    example = expected("sfca_worked_example.json")
    weight = {"2sfca_binary_30": (COST <= 30).astype(float), "e2sfca_step": step_weights(COST)}[method]
    costs = {(one["origin"], one["dest"]): one["minutes"] for one in example["costs"]}
    assert costs == MINUTES
    access = per_1000(weight)
    published = example["methods"][method]["access_per_1000"]
    assert [round(one, 10) for one in access] == pytest.approx(by_zone(published), **EXACT)
    pysal = example["pysal_access_crosscheck_per_1000"][method]
    assert access[:3] == pytest.approx([pysal[zone] for zone in "ABC"], **EXACT)


@pytest.mark.open_data
def test_the_gaussian_example_is_met_in_full() -> None:
    example = expected("e2sfca_gaussian_example.json")
    weights = {float(minutes): weight for minutes, weight in example["weights"].items()}
    assert gaussian_weights(list(weights), 30).tolist() == pytest.approx(list(weights.values()), **EXACT)
    access = gaussian_per_1000(DEMAND, SUPPLY, ORIGIN, DESTINATION, COST)
    assert access.tolist() == pytest.approx(by_zone(example["e2sfca_gaussian_per_1000"]), **EXACT)
    mean = example["population_weighted_mean_per_1000"]
    assert population_mean(DEMAND, access) == pytest.approx(mean, **EXACT)
    lacking = example["shortfall_sessions_per_week_to_reach_mean"]
    assert shortfall(DEMAND, access, mean).tolist() == pytest.approx(by_zone(lacking), **EXACT)


@pytest.mark.open_data
def test_leaving_out_what_is_over_the_border_gives_the_clipped_values() -> None:
    edge = expected("e2sfca_gaussian_example.json")["edge_effect"]
    here = (ORIGIN < 2) & (DESTINATION == 0)
    clipped = gaussian_per_1000(DEMAND[:2], SUPPLY[:1], ORIGIN[here], DESTINATION[here], COST[here])
    assert clipped.tolist() == pytest.approx(list(edge["clipped_at_boundary_per_1000"].values()), **EXACT)
    whole = gaussian_per_1000(DEMAND, SUPPLY, ORIGIN, DESTINATION, COST)
    assert whole[:2].tolist() == pytest.approx(list(edge["with_buffer_per_1000"].values()), **EXACT)


@pytest.mark.open_data
@pytest.mark.parametrize("traffic", ["gridlock", "fast_inbound", "fast_outbound", "fast_both"])
def test_the_hospitals_of_pysal_with_gravity_weights_agree(traffic: str) -> None:
    example = expected("pysal_access_published_values.json")["hospital_example_gravity_minus1_max60"]
    inbound, outbound = example["scenarios_in_out_minutes"][traffic]
    minutes = np.array([[1, 80, inbound], [80, 1, inbound], [outbound, outbound, 1]], dtype=float)
    origin, destination = np.nonzero(minutes <= 60)
    weight = 1 / minutes[origin, destination]
    access = two_step([100, 50, 10], [15, 20, 100], origin, destination, weight)
    assert access.tolist() == pytest.approx(list(example["two_stage_access"][traffic].values()), **EXACT)
