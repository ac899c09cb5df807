"""What if something opened here, or closed there: before and after, working out anew only what is touched.

A new place changes its own weighted demand, its own ratio, and what the resident points within its reach can get; a
place that closes changes only the points that reached it. Everybody else's figures are taken as they were. Figures of
areas, means, fifths and flags are cheap and done anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from asset_map.errors import NotFound
from asset_map.geo import Point, box_around
from asset_map.provision.access.fifths import highest_fifth
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.access.gaps import Prepared, confidence_of, tabulate
from asset_map.provision.access.reach import (
    Flags,
    Floats,
    Measured,
    Places,
    Positions,
    Reach,
    covered,
    decay_weights,
    pairs_within,
)

MOST_POINTS, MOST_PAIRS = 10_000, 100_000
"""Resident points, and their pairs with places, up to which the sensitivity runs are made anew for each change: a town
of 300,000 people takes a fifth of a second, a city of a million takes three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """Somewhere that might open, with its sessions a week."""

    latitude: float
    longitude: float
    name: str = ""
    sessions: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Places that would open, and ids of assets that would close."""

    add: tuple[NewPlace, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """An area whose gap flag changes."""

    code: str
    name: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What a change would do.

    `gained` are people of the chosen ages newly within the minutes of at least one, `lost` those who no longer are;
    `gained_in_need` are those gained in areas of the highest fifth of need. `flips` are by code. `far` are new places
    within reach of nobody who lives in the areas.

    Confidence in `after` comes from sensitivity runs made anew where these take well under a second (see MOST_POINTS).
    Elsewhere it is kept for areas that the change leaves as they were, and is None, not enough data, for every area
    whose access, coverage or flag changes.
    """

    change: Change
    before: GapTable
    after: GapTable
    gained: float
    lost: float
    gained_in_need: float
    flips: tuple[Flip, ...]
    far: tuple[NewPlace, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Baseline:
    """What is there now, ready for many changes to be tried on it.

    `starts` has shape (points + 1,): the pairs of point i are those from `starts[i]` to `starts[i + 1]`. `ratio` has
    shape (places,): sessions of each place a weighted resident.
    """

    prepared: Prepared
    measured: Measured
    table: GapTable
    starts: Positions
    ratio: Floats


def baseline(prepared: Prepared, measured: Measured, table: GapTable | None = None) -> Baseline:
    """`measured` is `measure(prepared.reach, prepared.given)`; `table` is its table, where there is one already."""
    reach, given = prepared.reach, prepared.given
    weight = decay_weights(reach.metres * given.detour / given.m_per_minute, given.reach_minutes, given.decay)
    return Baseline(
        prepared=prepared,
        measured=measured,
        table=table or tabulate(prepared, measured),
        starts=np.searchsorted(reach.origin, np.arange(len(reach.points.people) + 1)),
        ratio=_ratio(weight * reach.points.people[reach.origin], reach.destination, reach.places.sessions),
    )


def _ratio(weighted_people: Floats, destination: Positions, sessions: Floats) -> Floats:
    demand = np.bincount(destination, weights=weighted_people, minlength=len(sessions))
    return np.divide(sessions, demand, out=np.zeros(len(sessions)), where=demand > 0)


def what_if(prepared: Prepared, measured: Measured, change: Change) -> WhatIf:
    """Try one change. Raises NotFound for an asset to close that does not count here. See `try_change`."""
    return try_change(baseline(prepared, measured), change)


def try_change(now: Baseline, change: Change, most_points: int = MOST_POINTS, most_pairs: int = MOST_PAIRS) -> WhatIf:
    """Before and after a change; raises NotFound for an asset to close that does not count here.

    The sensitivity runs are made anew up to `most_points` resident points and `most_pairs` pairs with places.
    """
    reach = now.prepared.reach
    leaving = _leaving(now.prepared, change)
    opening = _opening(now.prepared, change)
    measured = _opened(now.prepared, _closed(now, leaving), opening, _columns(change)[2])
    inside = reach.points.area >= 0
    newly = measured.one & ~now.measured.one & inside
    no_longer = now.measured.one & ~measured.one & inside
    people = reach.points.people
    small = len(people) <= most_points and len(reach.origin) <= most_pairs
    after = _table(now.table, _changed(now.prepared, change, leaving), measured, fresh=small)
    return WhatIf(
        change=change,
        before=now.table,
        after=after,
        gained=float(people[newly].sum()),
        lost=float(people[no_longer].sum()),
        gained_in_need=float(people[newly & in_need(now.prepared)].sum()),
        flips=_flips(now.table, after),
        far=_far(reach, change, opening),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Opening:
    """The pairs of new places: resident point, position in `Change.add`, weight, and whether it is within the minutes.

    In order of points, then of places; each pair once.
    """

    origin: Positions
    which: Positions
    weight: Floats
    near: Flags


def _leaving(prepared: Prepared, change: Change) -> Flags:
    """Which places close; shape (places,)."""
    known = {asset: at for at, asset in enumerate(prepared.reachable.assets)}
    for asset in change.remove:
        if asset not in known:
            raise NotFound(f"asset {asset} does not count here as things are, so nothing changes when it closes")
    return np.isin(prepared.reach.places.asset, [known[asset] for asset in change.remove])


def _opening(prepared: Prepared, change: Change) -> _Opening:
    reach, given = prepared.reach, prepared.given
    latitudes, longitudes, _ = _columns(change)
    # Only points in the box around all new places can be in reach, which spares most of the search.
    near = _around(reach, latitudes, longitudes)
    origin, which, metres = pairs_within(
        reach.points.latitude[near], reach.points.longitude[near], latitudes, longitudes, reach.within_m
    )
    minutes = metres * given.detour / given.m_per_minute
    weight = decay_weights(minutes, given.reach_minutes, given.decay)
    return _Opening(near[origin], which, weight, minutes <= given.minutes)


def _around(reach: Reach, latitudes: Floats, longitudes: Floats) -> Positions:
    if not len(latitudes):
        return np.empty(0, dtype=np.intp)
    corners = [
        box_around(Point(float(latitude), float(longitude)), reach.within_m)
        for latitude in (latitudes.min(), latitudes.max())
        for longitude in (longitudes.min(), longitudes.max())
    ]
    points = reach.points
    south, north = min(box.south for box in corners), max(box.north for box in corners)
    west, east = min(box.west for box in corners), max(box.east for box in corners)
    inside = (points.latitude >= south) & (points.latitude <= north)
    return np.flatnonzero(inside & (points.longitude >= west) & (points.longitude <= east))


def _closed(now: Baseline, leaving: Flags) -> Measured:
    """What is left when places close: points that reached one are worked out anew from their other pairs.

    Taking a share away again would leave a hair of it behind, and nought must be nought.
    """
    if not leaving.any():
        return now.measured
    reach, given = now.prepared.reach, now.prepared.given
    touched = np.unique(reach.origin[leaving[reach.destination]])
    held, owner = _pairs_of(now, touched)
    stays = ~leaving[reach.destination[held]]
    held, owner = held[stays], owner[stays]
    place = reach.destination[held]
    minutes = reach.metres[held] * given.detour / given.m_per_minute
    share = decay_weights(minutes, given.reach_minutes, given.decay) * now.ratio[place]
    near = minutes <= given.minutes
    one, two, access = now.measured.one.copy(), now.measured.two.copy(), now.measured.access.copy()
    one[touched], two[touched] = covered(owner[near], reach.places.asset[place[near]], len(touched))
    access[touched] = np.bincount(owner, weights=share, minlength=len(touched))
    return Measured(one, two, access)


def _pairs_of(now: Baseline, points: Positions) -> tuple[Positions, Positions]:
    """The positions of the pairs of some points, and for each pair the position of its point among those."""
    counts = now.starts[points + 1] - now.starts[points]
    owner = np.repeat(np.arange(len(points)), counts)
    first = np.cumsum(counts) - counts
    return (now.starts[points] - first)[owner] + np.arange(len(owner)), owner


def _opened(prepared: Prepared, held: Measured, opening: _Opening, sessions: Floats) -> Measured:
    """What is added when places open: nobody beyond their reach is looked at, and no place that is there changes."""
    people = prepared.reach.points.people
    ratio = _ratio(opening.weight * people[opening.origin], opening.which, sessions)
    access = held.access.copy()
    np.add.at(access, opening.origin, opening.weight * ratio[opening.which])
    new = np.bincount(opening.origin[opening.near], minlength=len(people))
    return Measured(held.one | (new > 0), held.two | (held.one & (new > 0)) | (new > 1), access)


def _changed(prepared: Prepared, change: Change, leaving: Flags) -> Prepared:
    """What the table is made from after the change: new places are numbered after those that stay.

    It has no pairs, since all that they are for is measured already.
    """
    reach, stays = prepared.reach, ~leaving
    latitude, longitude, sessions = _columns(change)
    closing = frozenset(change.remove)
    staying = np.array([asset not in closing for asset in prepared.reachable.assets], dtype=np.bool_)
    number = np.cumsum(staying) - 1
    places = Places(
        np.concatenate([reach.places.latitude[stays], latitude]),
        np.concatenate([reach.places.longitude[stays], longitude]),
        np.concatenate([reach.places.sessions[stays], sessions]),
        np.concatenate([number[reach.places.asset[stays]], staying.sum() + np.arange(len(change.add))]).astype(np.intp),
    )
    ids = [asset for asset in prepared.reachable.assets if asset not in closing]
    reachable = replace(
        prepared.reachable,
        assets=(*ids, *(f"new place {number}" for number, _ in enumerate(change.add, 1))),
        latitude=places.latitude,
        longitude=places.longitude,
        asset=places.asset,
        sessions=places.sessions,
    )
    nothing = np.empty(0, dtype=np.intp)
    bare = replace(reach, places=places, origin=nothing, destination=nothing, metres=np.empty(0))
    return replace(prepared, reach=bare, reachable=reachable)


def _table(before: GapTable, prepared: Prepared, measured: Measured, *, fresh: bool) -> GapTable:
    if fresh and before.runs:
        return tabulate(prepared, measured, confidence_of(prepared, measured))
    return _with_confidence(tabulate(prepared, measured), before)


def _columns(change: Change) -> tuple[Floats, Floats, Floats]:
    """Latitudes, longitudes and sessions of new places; shape (places,) each."""
    table = np.array([(one.latitude, one.longitude, one.sessions) for one in change.add], dtype=float).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def in_need(prepared: Prepared) -> Flags:
    """Which resident points lie in areas of the highest fifth of need; shape (points,)."""
    points, count = prepared.reach.points, len(prepared.areas)
    inside = points.area >= 0
    people = np.bincount(points.area[inside], weights=points.people[inside], minlength=count).astype(float)
    flags = highest_fifth(np.where(prepared.known, people, 0.0), prepared.need)
    return np.append(flags, False)[points.area]  # the last is for points beyond


def _with_confidence(after: GapTable, before: GapTable) -> GapTable:
    """The table with the confidence of before for every area that the change leaves as it was."""
    was = {row.code: row for row in before.rows}
    rows = []
    for row in after.rows:
        old = was[row.code]
        same = (row.gap, row.access, row.coverage) == (old.gap, old.access, old.coverage)
        rows.append(replace(row, confidence=old.confidence if same else None))
    return replace(after, rows=tuple(rows), runs=before.runs)


def _flips(before: GapTable, after: GapTable) -> tuple[Flip, ...]:
    was = {row.code: row.gap for row in before.rows}
    found = []
    for row in sorted(after.rows, key=lambda row: row.code):
        old, new = was[row.code], row.gap
        if old is not None and new is not None and old != new:
            found.append(Flip(code=row.code, name=row.name, before=old, after=new))
    return tuple(found)


def _far(reach: Reach, change: Change, opening: _Opening) -> tuple[NewPlace, ...]:
    points = reach.points
    counts = (opening.weight > 0) & (points.area[opening.origin] >= 0) & (points.people[opening.origin] > 0)
    reached = set(opening.which[counts].tolist())
    return tuple(place for at, place in enumerate(change.add) if at not in reached)
