"""Who reaches what: resident points, places of supply and every pair within reach, measured under any assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asset_map.geo import EARTH_RADIUS_M
from asset_map.provision.catchment import STEPS, gaussian_weights, step_weights, two_step

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Flags = NDArray[np.bool_]
Decay = Literal["gaussian", "step", "linear"]
DECAYS: tuple[Decay, ...] = ("gaussian", "step", "linear")


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places of supply; arrays of shape (n,). `sessions` a week happen there, of the asset at position `asset`."""

    latitude: Floats
    longitude: Floats
    sessions: Floats
    asset: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Resident points; arrays of shape (n,). `people` are residents of the chosen ages.

    `area` is the position of the area each point counts for, -1 for none: people beyond the border share what is
    there and have no figure of their own.
    """

    latitude: Floats
    longitude: Floats
    people: Floats
    area: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Points, places and all pairs up to `within_m` straight-line metres; pairs sorted by origin, then destination."""

    points: Points
    places: Places
    origin: Positions
    destination: Positions
    metres: Floats
    within_m: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`minutes` for coverage; `reach_minutes` and `decay` for E2SFCA; minutes are metres * detour / m_per_minute."""

    minutes: float
    reach_minutes: float
    m_per_minute: float
    detour: float
    decay: Decay = "gaussian"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """For each resident point: whether one, and two different, assets are within the minutes; sessions a week a head.

    Arrays of shape (points,).
    """

    one: Flags
    two: Flags
    access: Floats


def find_pairs(points: Points, places: Places, within_m: float) -> Reach:
    """Every pair of a resident point and a place within `within_m` straight-line metres (haversine)."""
    origin, destination, metres = pairs_within(
        points.latitude, points.longitude, places.latitude, places.longitude, within_m
    )
    return Reach(points, places, origin, destination, metres, within_m)


def pairs_within(
    latitudes: ArrayLike, longitudes: ArrayLike, to_latitudes: ArrayLike, to_longitudes: ArrayLike, within_m: float
) -> tuple[Positions, Positions, Floats]:
    """(origin, destination, metres) of every pair within reach, sorted by origin, then destination."""
    start = np.radians(np.column_stack([np.asarray(latitudes, float), np.asarray(longitudes, float)]))
    end = np.radians(np.column_stack([np.asarray(to_latitudes, float), np.asarray(to_longitudes, float)]))
    if not len(start) or not len(end):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, np.empty(0)
    from sklearn.neighbors import BallTree  # here, because it takes a second to import and most commands do without

    found, apart = BallTree(end, metric="haversine").query_radius(
        start, within_m / EARTH_RADIUS_M, return_distance=True
    )
    origin = np.repeat(np.arange(len(start)), [len(one) for one in found])
    destination = np.concatenate(found).astype(np.intp)
    order = np.lexsort((destination, origin))
    return origin[order], destination[order], np.concatenate(apart)[order] * EARTH_RADIUS_M


def decay_weights(minutes: ArrayLike, reach_minutes: float, decay: Decay) -> Floats:
    """1 at the door, 0 from `reach_minutes` on; "step" has the zones of Luo and Qi (2009) in proportion."""
    if decay == "gaussian":
        return gaussian_weights(minutes, reach_minutes)
    if decay == "step":
        longest = STEPS[-1][0]
        return step_weights(minutes, [(limit / longest * reach_minutes, weight) for limit, weight in STEPS])
    return np.maximum(0.0, 1 - np.asarray(minutes, dtype=float) / reach_minutes)


def measure(reach: Reach, given: Assumptions) -> Measured:
    """Coverage and E2SFCA of every resident point under some assumptions."""
    minutes = reach.metres * given.detour / given.m_per_minute
    weights = decay_weights(minutes, given.reach_minutes, given.decay)
    access = two_step(reach.points.people, reach.places.sessions, reach.origin, reach.destination, weights)
    one, two = _covered(reach, minutes <= given.minutes)
    return Measured(one, two, access)


def _covered(reach: Reach, near: Flags) -> tuple[Flags, Flags]:
    """Whether a point has one, and two different, assets among its pairs that are `near`."""
    origin, asset = reach.origin[near], reach.places.asset[reach.destination[near]]
    count = len(reach.points.people)
    one = np.zeros(count, dtype=np.bool_)
    one[origin] = True
    lowest, highest = np.full(count, np.iinfo(np.intp).max), np.full(count, -1)
    np.minimum.at(lowest, origin, asset)
    np.maximum.at(highest, origin, asset)
    return one, one & (lowest < highest)


@dataclass(frozen=True, slots=True, eq=False)
class ByArea:
    """For each area: people, shares of them covered, and sessions a week for 1,000; nan where nobody is known to live.

    Arrays of shape (areas,).
    """

    people: Floats
    coverage: Floats
    coverage_two: Floats
    access: Floats


def by_area(points: Points, measured: Measured, areas: int) -> ByArea:
    """Figures of resident points added up by area, each weighted by its people."""
    inside = points.area >= 0
    area, people = points.area[inside], points.people[inside]
    total = np.bincount(area, weights=people, minlength=areas)

    def mean(values: Floats | Flags) -> Floats:
        summed = np.bincount(area, weights=people * values[inside], minlength=areas)
        found: Floats = np.divide(summed, total, out=np.full(areas, np.nan), where=total > 0)
        return found

    # Summing fractions of people may land a hair beyond everyone.
    one, two = (np.minimum(mean(flags), 1.0) for flags in (measured.one, measured.two))
    return ByArea(total.astype(float), one, two, 1000 * mean(measured.access))
