"""E2SFCA for as many areas as England has, beside PySAL's `access`: equal to 1e-9, how fast, how much memory.

python benchmarks/access_speed.py          (makes its own points; no open data needed)

Both get the same pairs from `find_pairs`; `access` as a table with whole numbers for ids, which is what suits it best.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from running import peak_mb, table

from asset_map.provision.access.catchment import two_step
from asset_map.provision.access.choice import REACH_TIMES, WAYS, Choice, Way
from asset_map.provision.access.reach import Floats, Places, Points, Reach, decay_weights, find_pairs

AREAS, ASSETS, TOWNS, SEED = 33_755, 20_000, 1_500, 20_250_801
AREAS_A_KM2 = 5.0
"""Areas to a square kilometre in the middle of a town, about that of English cities."""
KM_A_DEGREE = 111.2
RUNS = 3
WAYS_SHOWN = ("walk", "cycle", "car")
MINUTES = REACH_TIMES * Choice().minutes
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Run:
    """A method in a process of its own: medians of seconds in all, to find the pairs and for the rest; memory in MB."""

    pairs: int
    seconds: float
    finding: float
    rest: float
    before_mb: float
    peak_mb: float
    warned: list[str]


def country() -> tuple[Points, Places]:
    """Areas and assets clustered like towns: their sizes follow Zipf's law, their middles lie anywhere in England.

    A town's spread goes with the root of its size, so that large towns are no denser than small ones. Areas are in the
    order of towns, as codes of areas are.
    """
    random = np.random.default_rng(SEED)
    share = 1 / np.arange(1, TOWNS + 1)
    share /= share.sum()
    middle = np.column_stack([random.uniform(50.2, 55.5, TOWNS), random.uniform(-4.8, 1.5, TOWNS)])
    spread_km = np.sqrt(AREAS * share / (2 * np.pi * AREAS_A_KM2))

    def scattered(count: int) -> tuple[Floats, Floats]:
        town = np.sort(random.choice(TOWNS, count, p=share))
        north, east = (random.normal(size=(2, count)) * spread_km[town]) / KM_A_DEGREE
        latitude = middle[town, 0] + north
        return latitude, middle[town, 1] + east / np.cos(np.radians(latitude))

    points = Points(*scattered(AREAS), random.integers(1_000, 3_000, AREAS).astype(float), np.arange(AREAS))
    places = Places(*scattered(ASSETS), random.integers(1, 8, ASSETS).astype(float), np.arange(ASSETS))
    return points, places


def ours(reach: Reach, minutes: Floats) -> Floats:
    """Sessions a week for 1,000 residents of each area."""
    weights = decay_weights(minutes, MINUTES, "gaussian")
    return 1000 * two_step(reach.points.people, reach.places.sessions, reach.origin, reach.destination, weights)


def theirs(reach: Reach, minutes: Floats) -> Floats:
    """The same by `access`; nan where nothing is within reach."""
    import pandas as pd
    from access import Access

    edge = exp(-0.5)

    def weight(away: float) -> float:
        return (exp(-0.5 * (away / MINUTES) ** 2) - edge) / (1 - edge) if away < MINUTES else 0.0

    costs = pd.DataFrame({"origin": reach.origin, "dest": reach.destination, "cost": minutes})
    people = pd.DataFrame({"people": reach.points.people}, index=pd.RangeIndex(len(reach.points.people), name="id"))
    supply = pd.DataFrame({"week": reach.places.sessions}, index=pd.RangeIndex(len(reach.places.sessions), name="id"))
    made = Access(
        demand_df=people, demand_value="people", supply_df=supply, supply_value="week",
        cost_df=costs, cost_origin="origin", cost_dest="dest", cost_name="cost",
    )  # fmt: skip
    found: Floats = made.enhanced_two_stage_fca(name="e2sfca", weight_fn=weight)["e2sfca_week"].to_numpy(float)
    return 1000 * found


Method = Callable[[Reach, Floats], Floats]
METHODS: dict[str, Method] = {"asset_map": ours, "access": theirs}


def measured(method: str, way_id: str, out: Path) -> Run:
    """A method in this process: imports, the making of the points and a first run are not counted."""
    import access
    import pandas
    import scipy.sparse
    import sklearn.neighbors

    assert all((access, pandas, scipy.sparse, sklearn.neighbors))
    points, places = country()
    before, times = peak_mb(), []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(1 + RUNS):
            reach, finding, rest, access_per_1000 = once(METHODS[method], points, places, WAYS[way_id])
            times.append((finding + rest, finding, rest))
    np.save(out, access_per_1000)
    told = sorted({one.category.__name__ for one in warned})
    seconds, finding, rest = np.median(times[1:], axis=0).tolist()
    return Run(len(reach.origin), seconds, finding, rest, before, peak_mb(), told)


def once(method: Method, points: Points, places: Places, way: Way) -> tuple[Reach, float, float, Floats]:
    """The pairs, the seconds to find them and for the rest, and what comes out."""
    start = time.perf_counter()
    reach = find_pairs(points, places, MINUTES * way.m_per_minute / way.detour)
    minutes = reach.metres * way.detour
    minutes /= way.m_per_minute
    found = time.perf_counter()
    access_per_1000 = method(reach, minutes)
    return reach, found - start, time.perf_counter() - found, access_per_1000


def compare(way: str) -> tuple[dict[str, Run], dict[str, Floats]]:
    """How each method went, each in a process of its own, one after the other; and what they found."""
    with tempfile.TemporaryDirectory() as name:
        outs = {method: Path(name) / f"{method}.npy" for method in METHODS}
        runs = {method: _apart(method, way, out) for method, out in outs.items()}
        return runs, {method: np.load(out) for method, out in outs.items()}


def _apart(method: str, way: str, out: Path) -> Run:
    command = [sys.executable, __file__, method, way, str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    said: dict[str, Any] = json.loads(done.stdout)
    return Run(**said)


def difference(mine: Floats, other: Floats) -> tuple[float, int]:
    """The largest difference where both have a number, and for how many areas `other` has none; they are nought here.

    Raises ValueError where they differ by more than `TOLERANCE`, or the noughts are elsewhere.
    """
    nothing = np.isnan(other)
    apart = float(np.abs(mine - other)[~nothing].max())
    if apart > TOLERANCE or mine[nothing].any():
        raise ValueError(f"the results are not the same: they differ by up to {apart:g}")
    return apart, int(nothing.sum())


def section() -> str:
    """The tables."""
    rows: list[list[object]] = []
    same: list[list[object]] = []
    warned: set[str] = set()
    for way in WAYS_SHOWN:
        runs, found = compare(way)
        rows += _rows(way, runs)
        apart, nothing = difference(found["asset_map"], found["access"])
        same.append([WAYS[way].label, f"{apart:.1g}", f"{found['asset_map'].max():.2g}", f"{nothing:,}"])
        warned |= set(runs["access"].warned)
    header = ("way", "pairs", "what", "all s", "pairs s", "rest s", "times faster", "the rest alone", "MB", "peak MB")
    checked = ("way", "largest difference", "largest value", "areas that reach nothing")
    return "\n\n".join(
        [
            _given(),
            table(header, rows, "lrlrrrrrrr"),
            f"Medians of {RUNS} after a first run, each method in a process of its own. “Pairs” is the building of the "
            f"cost matrix, every area with every asset within {MINUTES:g} minutes, by `find_pairs`: it is counted for "
            "both. `access` gets it as a table, whose making is in its rest; its own `create_euclidean_distance` would "
            f"pair all {AREAS * ASSETS / 1e6:.0f} million first. On foot nearly all of it is finding pairs, which "
            "both share. “MB” is memory before the work, libraries of both included.",
            "Area by area the results are equal to 1e-9 (sessions a week for 1,000 residents):",
            table(checked, same, "lrrr"),
            "Where nothing is within reach `access` gives no number, and we give nought, to the same areas. "
            f"Warnings that `access` gave: {', '.join(sorted(warned)) or 'none'}.",
        ]
    )


def _given() -> str:
    return (
        f"E2SFCA with Gaussian decay to zero at {MINUTES:g} minutes, {AREAS:,} areas by {ASSETS:,} assets, seeded, in "
        f"{TOWNS:,} towns whose sizes follow Zipf's law. `benchmarks/access_speed.py`, beside `access` of PySAL "
        f"(`Access.enhanced_two_stage_fca`)."
    )


def _rows(way: str, runs: dict[str, Run]) -> list[list[object]]:
    """A row for each method; how many times faster stands in the first."""
    mine, other = runs["asset_map"], runs["access"]
    faster = {"asset_map": [f"{other.seconds / mine.seconds:.1f}", f"{other.rest / mine.rest:.0f}"]}
    return [
        [
            WAYS[way].label,
            f"{run.pairs:,}",
            method,
            f"{run.seconds:.2f}",
            f"{run.finding:.2f}",
            f"{run.rest:.3f}",
            *faster.get(method, ["", ""]),
            f"{run.before_mb:.0f}",
            f"{run.peak_mb:.0f}",
        ]
        for method, run in runs.items()
    ]


if __name__ == "__main__":
    if len(sys.argv) == 4:
        run = measured(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
        print(json.dumps({name: getattr(run, name) for name in Run.__slots__}))
    else:
        print(section())
