"""Floating catchments: how much of something there is for each resident within reach, shared with all who reach it.

Journeys are three arrays of shape (n,): `origin` (position of an area or resident point), `destination` (position of a
place of supply) and `minutes` or `weight`. A pair that is not listed is out of reach.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
STEPS = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
"""(minutes, weight) of the three travel zones of Luo and Qi (2009), Health & Place 15(4), 1100-1107."""


def gaussian_weights(minutes: ArrayLike, reach_minutes: float) -> Floats:
    """1 at the door, falling to exactly 0 from `reach_minutes` on: Dai (2010), Health & Place 16(5), 1038-1052."""
    away = np.asarray(minutes, dtype=float)
    edge = np.exp(-0.5)
    weights = (np.exp(-0.5 * (away / reach_minutes) ** 2) - edge) / (1 - edge)
    return np.where(away < reach_minutes, weights, 0.0)


def step_weights(minutes: ArrayLike, steps: Sequence[tuple[float, float]] = STEPS) -> Floats:
    """The weight of the first step whose minutes (inclusive) reach; 0 beyond the last. `steps` rise in minutes."""
    limits = np.array([limit for limit, _ in steps])
    weights = np.array([weight for _, weight in steps] + [0.0])
    chosen: Floats = weights[np.searchsorted(limits, np.asarray(minutes, dtype=float), side="left")]
    return chosen


def two_step(
    demand: ArrayLike, supply: ArrayLike, origin: Positions, destination: Positions, weight: ArrayLike
) -> Floats:
    """Supply for each resident of each origin, shape (origins,): the enhanced two-step floating catchment (E2SFCA).

    First each place of supply is shared among the weighted residents who reach it, then each origin adds up its
    weighted shares. Weights of 1 within reach give the plain 2SFCA of Luo and Wang (2003), Environment and Planning B
    30(6), 865-884. An origin that reaches nothing has 0; supply that nobody reaches is no one's.
    """
    people, amount, share = (np.asarray(values, dtype=float) for values in (demand, supply, weight))
    weighted_demand = np.bincount(destination, weights=share * people[origin], minlength=len(amount))
    ratio = np.divide(amount, weighted_demand, out=np.zeros_like(amount), where=weighted_demand > 0)
    access = np.bincount(origin, weights=share * ratio[destination], minlength=len(people))
    return access.astype(float)


def population_mean(residents: ArrayLike, access: ArrayLike) -> float:
    """The mean of `access` weighted by residents; nan where nobody lives."""
    people, values = np.asarray(residents, dtype=float), np.asarray(access, dtype=float)
    return float(people @ values / people.sum()) if people.sum() > 0 else float("nan")


def shortfall(residents: ArrayLike, access_per_1000: ArrayLike, enough_per_1000: float) -> Floats:
    """How much more supply (in its own unit, such as sessions a week) would bring each area up to what is enough.

    Areas above it have a shortfall of 0; nan stays nan. Shape (areas,).
    """
    people, values = np.asarray(residents, dtype=float), np.asarray(access_per_1000, dtype=float)
    lacking: Floats = np.maximum(0.0, enough_per_1000 - values) * people / 1000
    return lacking
