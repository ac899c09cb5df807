"""What if: places that might open or close, where they would do most, and whom nobody has asked yet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from asset_map.asset import NOT_APPROACHED, Asset
from asset_map.errors import BadInput, RefusedFile
from asset_map.geo import METRES_PER_DEGREE, Box, Point, metres_from
from asset_map.ingest import Row, Sheet
from asset_map.ingest.columns import ColumnMap, map_columns
from asset_map.ingest.locate import PlaceFacts, locate
from asset_map.ingest.pipeline import PLACE_FIELDS
from asset_map.ingest.readers import read_file
from asset_map.ingest.spellings import squeezed
from asset_map.postcode import postcode_table
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.access.reach import measure
from asset_map.provision.access.siting import GOALS, Candidate, Covering, Goal, Suggested, covering, greedy
from asset_map.provision.access.what_if import Baseline, Change, NewPlace, WhatIf, baseline, try_change
from asset_map.search.words import split_words

if TYPE_CHECKING:
    from asset_map.directory import Directory

GRID_M = 250.0
"""Suggestions from anywhere: one candidate for each square of so many metres in which somebody lives."""
TENTH = 0.1
DRAWS, SEED = 20, 20
"""Tenths that are drawn at random, always the same ones."""
EXACT = ("coordinates", "UPRN", "postcode")
"""Ways of knowing a place that are near enough to count who could walk there."""
SESSIONS = ("sessions", "sessionsaweek", "sessionsperweek", "weeklysessions")
MOST_SESSIONS = 200.0
NEEDED = "give latitude and longitude, easting and northing, or a full postcode"
KEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """A tenth of some candidates: the best tenth by greedy covering, and what an average tenth would gain.

    `of` is how many candidates there are, `size` how many a tenth are. `best` are the chosen ones in order, fewer than
    `size` where no other would gain anybody, and `gained` is what they bring together. `average`, `least` and `most`
    are of `draws` tenths drawn at random, so that nobody takes the best for the likely.
    """

    of: int
    size: int
    best: tuple[Suggested, ...]
    gained: float
    average: float
    least: float
    most: float
    draws: int


@dataclass(frozen=True, slots=True)
class PlacesRead:
    """New places of a file, and what is to be put right: a sentence for each row that needs attention."""

    places: tuple[NewPlace, ...]
    fixes: tuple[str, ...]


@lru_cache(maxsize=KEPT)
def _measured(prepared: Prepared) -> Baseline:
    """Kept by identity: once the store has changed, `prepared` is another object."""
    return baseline(prepared, measure(prepared.reach, prepared.given))


def now(directory: Directory, choice: Choice) -> Baseline:
    """What is there, ready for changes to be tried on; kept while the store stays as it is."""
    return replace(_measured(directory.provision.prepared(choice)), table=directory.provision.gaps(choice))


def what_if(directory: Directory, choice: Choice, change: Change) -> WhatIf:
    """Before and after a change. Raises NotFound or BadInput for a choice or an asset that makes no sense."""
    for place in change.add:
        _check(place)
    return try_change(now(directory, choice), change)


def _check(place: NewPlace) -> None:
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise BadInput(f"{place.latitude:g}, {place.longitude:g} is no place; expected degrees such as 52.19, -2.22")
    if not 0 < place.sessions <= MOST_SESSIONS:
        raise BadInput(f"{place.sessions:g} sessions a week: expected more than 0 and at most {MOST_SESSIONS:g}")


# Where it would do most -------------------------------------------------------------------------------------------


def candidates(directory: Directory, words: str = "") -> tuple[Candidate, ...]:
    """Assets that nobody has approached yet whose name or categories have all these words; by name, then id.

    "primary schools" finds "Ronkswood Primary School". Only those whose place is known to a postcode or better.
    They are for workers only.
    """
    wanted = _plain(words)
    found = [
        candidate
        for asset in directory.store.workers_only()
        if wanted <= _plain(" ".join((asset.name, *asset.categories))) and (candidate := _candidate(asset))
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def nobody(words: str = "") -> str:
    """What to do where there are no candidates."""
    which = f" that has the words “{words}”" if words else ""
    return f"no asset{which} is marked not yet approached; load a list of them with --not-yet-approached"


def _plain(words: str) -> set[str]:
    return {word.rstrip("s") or word for word in split_words(words)}


def _candidate(asset: Asset) -> Candidate | None:
    exact = [place.point for place in asset.locations if place.point is not None and place.method in EXACT]
    if not exact or asset.status != NOT_APPROACHED:
        return None
    return Candidate(id=asset.id, name=asset.name, latitude=exact[0].latitude, longitude=exact[0].longitude)


def suggest(
    directory: Directory, choice: Choice, k: int, goal: Goal, candidates: Sequence[Candidate] | None = None
) -> tuple[Suggested, ...]:
    """Up to `k` places that bring most people within reach, best first; among `candidates`, None for anywhere.

    Anywhere means one resident point for each square of `GRID_M` metres, named by its postcode.
    """
    start = now(directory, choice)
    if candidates is not None:
        return greedy(_covering(start, candidates, goal), k)
    found = greedy(_covering(start, everywhere(start.prepared), goal), k)
    return tuple(replace(one, candidate=_named(one.candidate)) for one in found)


def _covering(start: Baseline, among: Sequence[Candidate], goal: Goal) -> Covering:
    if goal not in GOALS:
        raise BadInput(f"goal “{goal}” is not known; expected one of {', '.join(GOALS)}")
    return covering(start.prepared, start.measured, among, goal)


def everywhere(prepared: Prepared) -> tuple[Candidate, ...]:
    """For each square of `GRID_M` metres the resident point nearest to the middle of the people in it."""
    points = prepared.reach.points
    lived = np.flatnonzero((points.area >= 0) & (points.people > 0))
    if not len(lived):
        return ()
    latitude, people = points.latitude[lived], points.people[lived]
    longitude = points.longitude[lived]
    narrow = math.cos(math.radians(float(latitude.mean())))
    metres = np.column_stack([latitude, longitude * narrow]) * METRES_PER_DEGREE
    square = np.unique(np.floor(metres / GRID_M), axis=0, return_inverse=True)[1].reshape(-1)
    total = np.bincount(square, weights=people)
    middle = np.column_stack([np.bincount(square, weights=people * axis) / total for axis in metres.T])
    away = ((metres - middle[square]) ** 2).sum(axis=1).round(6)
    order = np.lexsort((longitude, latitude, away, square))
    first = lived[order[np.unique(square[order], return_index=True)[1]]]
    spots = zip(points.latitude[first].tolist(), points.longitude[first].tolist(), strict=True)
    return tuple(Candidate(id=f"{y:.5f},{x:.5f}", name=f"{y:.5f}, {x:.5f}", latitude=y, longitude=x) for y, x in spots)


def _named(candidate: Candidate) -> Candidate:
    """A place by its nearest postcode, where one is within about 100 metres."""
    table, side = postcode_table(), 0.001
    here = Point(candidate.latitude, candidate.longitude)
    box = Box(here.latitude - side, here.longitude - 2 * side, here.latitude + side, here.longitude + 2 * side)
    found = table.within(box)
    if not len(found.keys):
        return candidate
    nearest = int(np.argmin(metres_from(here, found.latitudes, found.longitudes)))
    return replace(candidate, name=f"near {table.names(found.keys[nearest : nearest + 1])[0]}")


def a_tenth(
    directory: Directory,
    choice: Choice,
    candidates: Sequence[Candidate],
    share: float = TENTH,
    goal: Goal = "residents",
) -> Tenth:
    """What a tenth (or another share) of the candidates would gain: the best, and an average one drawn at random.

    Raises BadInput without candidates, or for a share that is not above 0 and up to 1.
    """
    if not candidates:
        raise BadInput(nobody())
    if not 0 < share <= 1:
        raise BadInput(f"a share of {share:g}: expected more than 0 and at most 1, such as 0.1")
    among = _covering(now(directory, choice), candidates, goal)
    size = max(1, math.floor(len(candidates) * share + 0.5))
    best = greedy(among, size)
    random = np.random.default_rng(SEED)
    drawn = [among.gained(random.choice(len(candidates), size, replace=False).tolist()) for _ in range(DRAWS)]
    return Tenth(
        of=len(candidates),
        size=size,
        best=best,
        gained=best[-1].total if best else 0.0,
        average=sum(drawn) / len(drawn),
        least=min(drawn),
        most=max(drawn),
        draws=DRAWS,
    )


# Places from a file -----------------------------------------------------------------------------------------------


def read_places(path: Path) -> PlacesRead:
    """New places of a spreadsheet: a name, and coordinates or a full postcode; sessions a week where a column has them.

    A row without a usable place is left out and named. Raises RefusedFile for a file that cannot be read, or none of
    whose rows gives a place.
    """
    places: list[NewPlace] = []
    fixes: list[str] = []
    for sheet in read_file(path):
        columns = map_columns(sheet, file=path.name)
        for row in sheet.rows:
            place, said = _new_place(row, sheet, columns)
            places += [place] if place else []
            fixes += [f"row {row.number} of {path.name}: {one}" for one in said]
    if not places:
        raise RefusedFile("no_places", f"{path.name} has no row with a usable place; {fixes[0] if fixes else NEEDED}")
    return PlacesRead(tuple(places), tuple(fixes))


def _new_place(row: Row, sheet: Sheet, columns: ColumnMap) -> tuple[NewPlace | None, list[str]]:
    said = {name: ", ".join(columns.texts(row, name)) for name in ("name", *PLACE_FIELDS)}
    location, fixes = locate(PlaceFacts(**said), "activity", postcode_table())
    told = [fix.message for fix in fixes]
    if location.point is None or location.method not in EXACT:
        return None, [f"{one}; the row is left out" for one in told] or [f"no place; {NEEDED}; the row is left out"]
    at = next((i for i, heading in enumerate(sheet.header) if squeezed(heading) in SESSIONS), None)
    cell = row.cells[at].strip() if at is not None else ""
    try:
        sessions = float(cell) if cell else 1.0
        made = NewPlace(
            latitude=location.point.latitude,
            longitude=location.point.longitude,
            name=said["name"] or f"row {row.number}",
            sessions=sessions,
        )
        _check(made)
    except (ValueError, BadInput):
        usual = f"expected sessions a week, more than 0 and at most {MOST_SESSIONS:g}, such as 2"
        return None, [*told, f"sessions {cell!r} cannot be used; {usual}; the row is left out"]
    return made, told
