"""How sure a gap is: the same areas under other assumptions, and with one asset fewer or more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from asset_map.provision.access.fifths import lowest_if_changed
from asset_map.provision.access.reach import (
    DECAYS,
    Assumptions,
    Flags,
    Floats,
    Places,
    Points,
    Positions,
    Reach,
    decay_weights,
    find_pairs,
    gathered,
)

SCALES = (2 / 3, 1.0, 4 / 3)
"""Catchments a third smaller, as they are, and a third larger."""
DETOURS = (1.2, 1.3, 1.4)
"""The usual range of how much longer streets are than straight lines."""
RUNS = len(SCALES) * len(DETOURS) * len(DECAYS) * 3
"""Each with the assets as they are, with one fewer, and with one more."""
RINGS = 200
"""Rings around a place, all of one width, in which these runs count people: 1 part in 400 of the reach off at most."""
MOST_PAIRS, COARSER = 1_000_000, (60, 30, 15)
"""Pairs before resident points are gathered for these runs, and into how fine squares: about a second and a half."""


def assumptions(given: Assumptions) -> Iterator[Assumptions]:
    """Every combination of catchment, detour and decay around what is given."""
    for scale, detour, decay in product(SCALES, DETOURS, DECAYS):
        yield replace(
            given,
            minutes=given.minutes * scale,
            reach_minutes=given.reach_minutes * scale,
            detour=detour,
            decay=decay,
        )


def widest_m(given: Assumptions) -> float:
    """The straight-line metres within which the pairs of every run lie."""
    return given.reach_minutes * max(SCALES) * given.m_per_minute / min(DETOURS)


def confidence(
    points: Points,
    places: Places,
    given: Assumptions,
    people: Floats,
    in_need: Flags,
    gap: Flags,
    rings: int = RINGS,
) -> Floats:
    """For each area the share of RUNS in which its flag is the same as in `gap`; shape (areas,).

    `people` are those of each area, nought where there is not enough data. `in_need` are the areas of the highest fifth
    of need, which no run changes. One fewer: the asset from which the area's people have most is gone. One more: an
    asset of mean sessions stands amid the area's people. Either happens to the area in question alone, and the fifths
    are found anew in each run. Distances are rounded to `rings` steps up to the widest reach.
    """
    there = _present(points, places, widest_m(given), len(gap), rings)
    another = _one_more(points, places, widest_m(given), in_need, rings)
    each = np.divide(1000.0, people, out=np.zeros(len(gap)), where=people > 0)
    same = np.zeros(len(gap))
    for run in assumptions(given):
        present, most = there.given_out(run)
        access = present * each
        for changed in (access, (present - most) * each, (present + another.given_out(run)) * each):
            same += (lowest_if_changed(people, access, changed) & in_need) == gap
    shares: Floats = same / RUNS
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """People of one part of all points who live in the same ring around a place; `ring` is a position in `metres`.

    From run to run only the weights of the rings change, so resident points are gone through once.
    """

    part: Positions
    place: Positions
    ring: Positions
    people: Floats
    metres: Floats

    def weighted(self, run: Assumptions) -> Floats:
        """Weighted people in a run; shape (rings,)."""
        minutes = self.metres * run.detour / run.m_per_minute
        return decay_weights(minutes, run.reach_minutes, run.decay)[self.ring] * self.people


def _rings(reach: Reach, part: Positions, rings: int) -> _Rings:
    """`part` is that of the origin of each pair, from 0."""
    width = reach.within_m / rings
    ring = np.minimum((reach.metres / width).astype(np.intp), rings - 1)
    count = max(1, len(reach.places.sessions))
    keys, number = np.unique((part * count + reach.destination) * rings + ring, return_inverse=True)
    people = np.bincount(number, weights=reach.points.people[reach.origin], minlength=len(keys)).astype(float)
    parts, place = np.divmod(keys // rings, count)
    metres = np.arange(rings, dtype=np.float64) * width + width / 2
    return _Rings(parts, place, keys % rings, people, metres)


@dataclass(frozen=True, slots=True, eq=False)
class _Present:
    """The assets there are. `group` says, ring by ring, which asset serves which area, the last group being of none.

    `area_of` are the areas of the other groups.
    """

    rings: _Rings
    sessions: Floats
    group: Positions
    area_of: Positions
    areas: int

    def given_out(self, run: Assumptions) -> tuple[Floats, Floats]:
        """Sessions a week that each area's people have of all assets, and of the one they have most of."""
        weighted = self.rings.weighted(run)
        shares = weighted * _for_each(weighted, self.rings.place, self.sessions)[self.rings.place]
        by_asset = np.bincount(self.group, weights=shares, minlength=len(self.area_of) + 1)[:-1]
        most = np.zeros(self.areas)
        np.maximum.at(most, self.area_of, by_asset)
        return np.bincount(self.area_of, weights=by_asset, minlength=self.areas).astype(float), most


def _present(points: Points, places: Places, within_m: float, areas: int, rings: int) -> _Present:
    reach = find_pairs(gathered(points, places, within_m, MOST_PAIRS, COARSER), places, within_m)
    held = _rings(reach, reach.points.area[reach.origin] + 1, rings)
    width = int(places.asset.max(initial=0)) + 1
    inside = held.part > 0
    keys, number = np.unique((held.part[inside] - 1) * width + places.asset[held.place[inside]], return_inverse=True)
    group = np.full(len(inside), len(keys), dtype=np.intp)
    group[inside] = number
    return _Present(held, places.sessions, group, keys // width, areas)


@dataclass(frozen=True, slots=True, eq=False)
class _OneMore:
    """One more asset, with `sessions` a week, amid the people of each area in `where`, who are part 1."""

    rings: _Rings
    where: Flags
    sessions: Floats

    def given_out(self, run: Assumptions) -> Floats:
        """Sessions a week that each area's people would have of it; nought elsewhere."""
        weighted, place = self.rings.weighted(run), self.rings.place
        own = np.bincount(place, weights=weighted * self.rings.part, minlength=len(self.sessions))
        found = np.zeros(len(self.where))
        found[self.where] = own * _for_each(weighted, place, self.sessions)
        return found


def _one_more(points: Points, places: Places, within_m: float, where: Flags, count: int) -> _OneMore:
    """Only areas in need can have the flag, so only they are given one."""
    inside = points.area >= 0
    area, people = points.area[inside], points.people[inside]
    total = np.bincount(area, weights=people, minlength=len(where))[where]
    latitude, longitude = (
        np.bincount(area, weights=people * axis[inside], minlength=len(where))[where] / total
        for axis in (points.latitude, points.longitude)
    )
    assets = len(np.unique(places.asset))
    sessions = np.full(len(total), places.sessions.sum() / assets if assets else 1.0)
    new = Places(latitude, longitude, sessions, np.arange(len(total)))
    reach = find_pairs(gathered(points, new, within_m, MOST_PAIRS, COARSER), new, within_m)
    own = reach.points.area[reach.origin] == np.flatnonzero(where)[reach.destination]
    return _OneMore(_rings(reach, own.astype(np.intp), count), where, sessions)


def _for_each(weighted: Floats, place: Positions, sessions: Floats) -> Floats:
    """Sessions of each place for each weighted person."""
    demand = np.bincount(place, weights=weighted, minlength=len(sessions))
    return np.divide(sessions, demand, out=np.zeros(len(sessions)), where=demand > 0)
