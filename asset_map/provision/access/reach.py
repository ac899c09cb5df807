"""Who reaches what: resident points, places of supply and every pair within reach, measured under any assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asset_map.geo import EARTH_RADIUS_M, METRES_PER_DEGREE
from asset_map.provision.access.catchment import STEPS, gaussian_weights, step_weights, two_step

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Flags = NDArray[np.bool_]
Decay = Literal["gaussian", "step", "linear"]
DECAYS: tuple[Decay, ...] = ("gaussian", "step", "linear")
MOST_PAIRS = 4_000_000
"""Pairs of a resident point and a place before points are gathered: about 200 MB and two seconds."""
CELLS = (60, 30)
"""How many squares fit into the reach, when points are gathered in squares."""


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
    start, end = _on_sphere(latitudes, longitudes), _on_sphere(to_latitudes, to_longitudes)
    if not len(start) or not len(end):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, np.empty(0)
    from scipy.sparse import csr_array
    from sklearn.neighbors import BallTree  # here, because it takes a second to import and most commands do without

    # Chords are several times as fast as haversines and, at these lengths, as exact: a nanometre. The longer list is
    # held and the shorter one asks. Turning the found pairs round by counting sorts them both ways.
    held, asking = (start, end) if len(end) < len(start) else (end, start)
    chord = 2 * np.sin(min(within_m / EARTH_RADIUS_M, np.pi) / 2)
    found, apart = BallTree(held, leaf_size=30).query_radius(asking, chord, return_distance=True)
    begin = np.concatenate([[0], np.cumsum(np.fromiter(map(len, found), dtype=np.intp, count=len(found)))])
    pairs = csr_array((np.concatenate(apart), np.concatenate(found), begin), shape=(len(asking), len(held))).tocsc()
    if held is end:
        pairs = pairs.tocsr()  # back again: now each row rises
    origin = np.repeat(np.arange(len(start)), np.diff(pairs.indptr))
    metres = pairs.data  # in place from here on: there are millions of pairs
    metres /= 2
    np.arcsin(np.minimum(metres, 1.0, out=metres), out=metres)
    metres *= 2 * EARTH_RADIUS_M
    return origin, pairs.indices.astype(np.intp, copy=False), metres


def _on_sphere(latitudes: ArrayLike, longitudes: ArrayLike) -> Floats:
    """Places on the sphere of radius 1; shape (n, 3)."""
    latitude, longitude = (np.radians(np.asarray(one, dtype=float)) for one in (latitudes, longitudes))
    around = np.cos(latitude)
    return np.column_stack([around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)])


def gathered(
    points: Points,
    places: Places,
    within_m: float,
    most_pairs: int = MOST_PAIRS,
    cells: tuple[int, ...] = CELLS,
) -> Points:
    """The points, or fewer where they would make more than about `most_pairs` pairs with the places.

    Points of the same area in the same square are put together at the middle of their people. Squares are a 60th of the
    reach wide, or what else is first in `cells`, and no wider than must be or than the last. Nobody is moved further
    than the diagonal of a square, a 42nd of the reach (a 21st for 30); people and areas stay.
    """
    likely = _pairs_likely(points, places, within_m)
    fewer = points
    for wanted in cells:
        if likely * len(fewer.people) <= most_pairs * len(points.people):
            break
        fewer = _in_squares(points, within_m / wanted)
    return fewer


def _in_squares(points: Points, side_m: float) -> Points:
    side = side_m / METRES_PER_DEGREE  # in degrees of latitude
    row = np.floor(points.latitude / side).astype(np.int64)
    column = np.floor(points.longitude * np.cos(np.radians(points.latitude.mean())) / side).astype(np.int64)
    row, column = row - row.min(), column - column.min()
    key = ((points.area + 1) * (row.max() + 1) + row) * (column.max() + 1) + column
    _, group = np.unique(key, return_inverse=True)
    weight = points.people + 1e-9  # so that a square without people of the ages has a middle too
    total = np.bincount(group, weights=weight)
    area = np.empty(len(total), dtype=np.intp)
    area[group] = points.area
    return Points(
        np.bincount(group, weights=weight * points.latitude) / total,
        np.bincount(group, weights=weight * points.longitude) / total,
        np.bincount(group, weights=points.people).astype(float),
        area,
    )


def _pairs_likely(points: Points, places: Places, within_m: float) -> float:
    """How many pairs there will be, from counting those of a thousand points spread over all."""
    step = max(1, len(points.people) // 1000)
    some = slice(None, None, step)
    latitude, longitude = points.latitude[some], points.longitude[some]
    origin, _, _ = pairs_within(latitude, longitude, places.latitude, places.longitude, within_m)
    return float(len(origin) * step)


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
    near = minutes <= given.minutes
    one, two = covered(reach.origin[near], reach.places.asset[reach.destination[near]], len(reach.points.people))
    return Measured(one, two, access)


def covered(origin: Positions, asset: Positions, count: int) -> tuple[Flags, Flags]:
    """Whether each of `count` points has one, and two different, assets among its (origin, asset) pairs."""
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
