"""Floating catchments: how much of something there is for each resident within reach, shared with all who reach it.

Journeys are three arrays of shape (n,): `origin` (position of an area or resident point), `destination` (position of a
place of supply) and `minutes` or `weight`. A pair that is not listed is out of reach.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asset_map.geo import DETOUR_FACTOR, EARTH_RADIUS_M, WALK_M_PER_MINUTE

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


def e2sfca_per_1000(
    demand: ArrayLike,
    supply: ArrayLike,
    origin: Positions,
    destination: Positions,
    minutes: ArrayLike,
    reach_minutes: float = 30.0,
) -> Floats:
    """Supply for each 1,000 residents with Gaussian decay to zero at `reach_minutes`; shape (origins,)."""
    return 1000 * two_step(demand, supply, origin, destination, gaussian_weights(minutes, reach_minutes))


def population_mean(residents: ArrayLike, access: ArrayLike) -> float:
    """The mean of `access` weighted by residents; nan where nobody lives."""
    people, values = np.asarray(residents, dtype=float), np.asarray(access, dtype=float)
    return float(people @ values / people.sum()) if people.sum() > 0 else float("nan")


def shortfall(residents: ArrayLike, access_per_1000: ArrayLike) -> Floats:
    """How much more supply (in its own unit, such as sessions a week) would bring each area up to the mean.

    The mean is weighted by residents; areas above it have a shortfall of 0. Shape (areas,).
    """
    people, values = np.asarray(residents, dtype=float), np.asarray(access_per_1000, dtype=float)
    lacking: Floats = np.maximum(0.0, population_mean(people, values) - values) * people / 1000
    return lacking


def journeys(
    latitudes: ArrayLike,
    longitudes: ArrayLike,
    supply_latitudes: ArrayLike,
    supply_longitudes: ArrayLike,
    reach_minutes: float,
) -> tuple[Positions, Positions, Floats]:
    """(origin, destination, minutes on foot) of every pair within reach, sorted by origin, then destination."""
    start = np.radians(np.column_stack([np.asarray(latitudes, float), np.asarray(longitudes, float)]))
    end = np.radians(np.column_stack([np.asarray(supply_latitudes, float), np.asarray(supply_longitudes, float)]))
    if not len(start) or not len(end):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, np.empty(0)
    from sklearn.neighbors import BallTree  # here, because it takes a second to import and most commands do without

    minutes_per_radian = EARTH_RADIUS_M * DETOUR_FACTOR / WALK_M_PER_MINUTE
    found, apart = BallTree(end, metric="haversine").query_radius(
        start, reach_minutes / minutes_per_radian, return_distance=True
    )
    origin = np.repeat(np.arange(len(start)), [len(one) for one in found])
    destination = np.concatenate(found).astype(np.intp)
    order = np.lexsort((destination, origin))
    return origin[order], destination[order], np.concatenate(apart)[order] * minutes_per_radian
