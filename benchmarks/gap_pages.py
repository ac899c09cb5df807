"""How long the page of Trafford's gaps takes, cold and warm, and that a what-if works out only what it touches.

python benchmarks/gap_pages.py FOLDER          (a folder that `make open-areas` filled)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

import numpy as np
from running import load_average, open_directory, table
from speed import get, resident_mb, served, worker_of

from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.access.gaps import Prepared, confidence_of, tabulate
from asset_map.provision.access.reach import Places, find_pairs, measure
from asset_map.provision.access.what_if import Baseline, Change, NewPlace, WhatIf, try_change

if TYPE_CHECKING:
    from asset_map.directory import Directory

Answer = TypeVar("Answer")
PLACE = "Trafford"
FOOD = Choice(interests=("growing_food",), area_kind="lsoa", place=PLACE)
COLD, UNSEEN, WARM, TRIED = 10, 30, 200, 100
MIDDLE, SPREAD = (53.42, -2.34), 0.03
"""Where new places are tried: around Sale, a few kilometres to every side."""
TOLERANCE = 1e-9


def section(home: Path) -> str:
    """The tables; `home` was filled by `make open-areas`."""
    with open_directory(home) as directory:
        others = _other_interests(directory)
        trial = _try(directory)
    return "\n\n".join(
        [
            f"`/gaps?{urlencode(_asked('growing_food'))}` through `asset-map serve`, one worker, on this machine, no "
            "browser. Cold is the first request to a fresh process, which keeps nothing yet.",
            _pages(home, others),
            _only_what_it_touches(trial),
        ]
    )


def _asked(interest: str) -> dict[str, str]:
    return {"interest": interest, "area": "lsoa", "place": PLACE}


def _other_interests(directory: Directory) -> list[str]:
    """Interests with something in the lists, by id."""
    return sorted({term.id for asset in directory.assets() for term in asset.terms} - {"growing_food"})


def _pages(home: Path, others: Sequence[str]) -> str:
    cold, up = [], []
    for _ in range(COLD):
        with served(home) as (address, _, first_page):
            up.append(first_page)
            cold.append(get(f"{address}/gaps?{urlencode(_asked('growing_food'))}"))
    with served(home) as (address, master, _):
        get(f"{address}/gaps?{urlencode(_asked('growing_food'))}")
        unseen = [get(f"{address}/gaps?{urlencode(_asked(term))}") for term in others[:UNSEEN]]
        get(f"{address}/gaps?{urlencode(_asked('growing_food'))}")
        warm = [get(f"{address}/gaps?{urlencode(_asked('growing_food'))}") for _ in range(WARM)]
        places = [f"{place.latitude:.5f},{place.longitude:.5f}" for place in _places(TRIED)]
        tried = [
            get(f"{address}/gaps/what-if?{urlencode({**_asked('growing_food'), 'place_at': at})}") for at in places
        ]
        memory = resident_mb(worker_of(master))
    rows = [
        ["`asset-map serve` until it answers", *_spread(up)],
        ["the page, cold", *_spread(cold)],
        ["the page of an interest nobody looked at yet, warm process", *_spread(unseen)],
        ["the page again, warm", *_spread(warm)],
        ["what-if with one new place, a different one each time, warm", *_spread(tried[1:])],
    ]
    said = f"The worker then held {memory:.0f} MB. Load average {load_average():.1f}."
    return table(("", "n", "p50 ms", "p99 ms"), rows, "lrrr") + "\n\n" + said


def _spread(seconds: Sequence[float]) -> list[str]:
    p50, p99 = np.percentile(np.array(seconds) * 1000, (50, 99))
    return [str(len(seconds)), f"{p50:,.0f}", f"{p99:,.0f}"]


def _places(count: int) -> list[NewPlace]:
    """Places from a fixed seed."""
    random = np.random.default_rng(20_260_801)
    spots = random.normal(MIDDLE, (SPREAD, 1.5 * SPREAD), size=(count, 2)).round(5)
    return [NewPlace(latitude=float(latitude), longitude=float(longitude)) for latitude, longitude in spots]


# Only what it touches --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """One place after another: seconds by way of working it out, points touched of all, the largest difference."""

    seconds: dict[str, list[float]]
    touched: list[int]
    points: int
    difference: float


def _try(directory: Directory) -> Trial:
    from asset_map.directory.what_if import now

    start = now(directory, FOOD)
    seconds: dict[str, list[float]] = {}
    touched, apart = [], 0.0
    for place in _places(TRIED):
        change = Change(add=(place,))
        found = _timed(seconds, "as a change", partial(try_change, start, change))
        anew, reached = _timed(seconds, "from scratch", partial(_from_scratch, start, place))
        _timed(seconds, "as a change, confidence not anew", partial(try_change, start, change, most_points=0))
        _timed(seconds, "from scratch, without confidence", partial(_from_scratch, start, place, sure=False))
        touched.append(reached)
        apart = max(apart, difference(found, anew))
    return Trial(seconds, touched, len(start.prepared.reach.points.people), apart)


def _timed(seconds: dict[str, list[float]], what: str, step: Callable[[], Answer]) -> Answer:
    began = time.perf_counter()
    found = step()
    seconds.setdefault(what, []).append(time.perf_counter() - began)
    return found


def _from_scratch(start: Baseline, place: NewPlace, *, sure: bool = True) -> tuple[GapTable, int]:
    """The table with the place among all others, every pair found and measured anew; and how many points reach it."""
    prepared = _with_place(start.prepared, place)
    measured = measure(prepared.reach, prepared.given)
    new = len(prepared.reach.places.sessions) - 1
    reached = int((prepared.reach.destination == new).sum())
    return tabulate(prepared, measured, confidence_of(prepared, measured) if sure else None), reached


def _with_place(prepared: Prepared, place: NewPlace) -> Prepared:
    reach, there = prepared.reach, prepared.reach.places
    places = Places(
        np.append(there.latitude, place.latitude),
        np.append(there.longitude, place.longitude),
        np.append(there.sessions, place.sessions),
        np.append(there.asset, len(prepared.reachable.assets)),
    )
    reachable = replace(
        prepared.reachable,
        assets=(*prepared.reachable.assets, "new"),
        latitude=places.latitude,
        longitude=places.longitude,
        asset=places.asset,
        sessions=places.sessions,
    )
    return replace(prepared, reach=find_pairs(reach.points, places, reach.within_m), reachable=reachable)


def difference(found: WhatIf, anew: GapTable) -> float:
    """The largest difference in coverage and access; raises ValueError beyond `TOLERANCE` or where flags differ."""
    rows = {row.code: row for row in anew.rows}
    largest = 0.0
    for row in found.after.rows:
        other = rows[row.code]
        if row.gap != other.gap:
            raise ValueError(f"{row.code}: the what-if and a table from scratch disagree about the flag")
        for one, two in ((row.coverage, other.coverage), (row.access, other.access)):
            largest = max(largest, abs((one or 0.0) - (two or 0.0)))
    if largest > TOLERANCE:
        raise ValueError(f"a what-if and a table from scratch differ by {largest:g}")
    return largest


def _only_what_it_touches(trial: Trial) -> str:
    rows = [[what, *_spread(seconds)] for what, seconds in trial.seconds.items()]
    touched = float(np.median(trial.touched))
    return (
        f"**What-if.** {TRIED} places, one at a time, in process, as a change to what is there and from scratch: "
        "pairs, measures, sensitivity runs for confidence, table.\n\n"
        + table(("one new place", "n", "p50 ms", "p99 ms"), rows, "lrrr")
        + f"\n\nA change works out anew the resident points that reach the place: {touched:,.0f} of {trial.points:,} "
        f"in the median. All that follows is done on areas. Flags are the same as from scratch, coverage and access "
        f"to {TOLERANCE:g}."
    )


if __name__ == "__main__":
    print(section(Path(sys.argv[1])))
