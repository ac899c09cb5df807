"""Where the next k places would bring the most people within reach: greedy maximal covering.

Church and ReVelle (1974), The maximal covering location problem, Papers of the Regional Science Association 32,
101-118, state the task and add one site after another, each time the one that covers most people not yet covered.
Nemhauser, Wolsey and Fisher (1978), An analysis of approximations for maximizing submodular set functions I,
Mathematical Programming 14, 265-294, show that this covers at least 1 - 1/e (63 %) of what the best k sites would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Literal

import numpy as np

from asset_map.errors import BadInput
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.access.reach import Floats, Measured, Positions, pairs_within
from asset_map.provision.access.what_if import in_need

Goal = Literal["residents", "high_need"]
"""Most more people within reach; or most more people of areas in the highest fifth of need."""
GOALS: tuple[Goal, ...] = ("residents", "high_need")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somewhere that something could open."""

    id: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """One of the best places: people newly within the minutes by this one, and by all so far."""

    candidate: Candidate
    gained: float
    total: float


@dataclass(frozen=True, slots=True, eq=False)
class Covering:
    """Whom each candidate would bring within the minutes; candidates in order of id.

    `uncovered` has shape (points,): the people of each resident point who count for the goal and reach nothing yet.
    The points near candidate i are `points[starts[i]:starts[i + 1]]`.
    """

    candidates: tuple[Candidate, ...]
    uncovered: Floats
    points: Positions
    starts: Positions

    def near(self, at: int) -> Positions:
        """The resident points within the minutes of a candidate."""
        return self.points[self.starts[at] : self.starts[at + 1]]

    def gained(self, chosen: Sequence[int]) -> float:
        """People that several candidates bring within reach together."""
        together = np.unique(np.concatenate([self.near(at) for at in chosen])) if chosen else self.points[:0]
        return float(self.uncovered[together].sum())


def covering(prepared: Prepared, measured: Measured, candidates: Sequence[Candidate], goal: Goal) -> Covering:
    """Find whom each candidate would bring within reach; raises BadInput where the goal cannot be judged."""
    points, given = prepared.reach.points, prepared.given
    counts = (points.area >= 0) & ~measured.one
    if goal == "high_need":
        if not np.isfinite(prepared.need).any():
            raise BadInput(
                "nobody has said how deprived these areas are; run `asset-map areas profile`, or look at all residents"
            )
        counts &= in_need(prepared)
    open_to = np.flatnonzero(counts & (points.people > 0))
    ordered = tuple(sorted(candidates, key=lambda one: (one.id, one.name, one.latitude, one.longitude)))
    # A hair farther, because minutes decide: the sum of them is the one that coverage is measured by.
    within_m = given.minutes * given.m_per_minute / given.detour * (1 + 1e-9)
    origin, destination, metres = pairs_within(
        [one.latitude for one in ordered],
        [one.longitude for one in ordered],
        points.latitude[open_to],
        points.longitude[open_to],
        within_m,
    )
    near = metres * given.detour / given.m_per_minute <= given.minutes
    starts = np.searchsorted(origin[near], np.arange(len(ordered) + 1))
    return Covering(ordered, np.where(counts, points.people, 0.0), open_to[destination[near]], starts)


def best_places(
    prepared: Prepared, measured: Measured, candidates: Sequence[Candidate], k: int, goal: Goal
) -> tuple[Suggested, ...]:
    """Up to `k` of the candidates, the one that gains most first, each judged after all before it; ties by id.

    Fewer where nobody more would gain. Raises BadInput for a `k` below 1, or a goal that cannot be judged.
    """
    return greedy(covering(prepared, measured, candidates, goal), k)


def greedy(among: Covering, k: int) -> tuple[Suggested, ...]:
    """See `best_places`. Lazy: what a candidate gains only falls as others are chosen (Minoux 1978)."""
    if k < 1:
        raise BadInput(f"{k} places: expected 1 or more")
    return tuple(_chosen(among, k))


def _chosen(among: Covering, k: int) -> Iterator[Suggested]:
    left = among.uncovered.copy()
    queue = [(-_people(left, among.near(at)), at) for at in range(len(among.candidates))]
    heapify(queue)
    total, count = 0.0, 0
    while queue and count < k:
        _, at = heappop(queue)
        gained = _people(left, among.near(at))
        if queue and (-gained, at) > queue[0]:
            heappush(queue, (-gained, at))
            continue
        if gained <= 0:
            return
        left[among.near(at)] = 0.0
        total, count = total + gained, count + 1
        yield Suggested(candidate=among.candidates[at], gained=gained, total=total)


def _people(left: Floats, points: Positions) -> float:
    """Rounded, so that a tie is one whichever way the sum was added up."""
    return round(float(left[points].sum()), 9)
