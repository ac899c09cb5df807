"""Five councils in one store: what one command loads, and who can reach a library on foot in each.

python benchmarks/open_areas.py FOLDER          (a folder that `make open-areas` filled)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from running import open_data, open_directory, peak_mb, table

from asset_map.provision.access.choice import Choice
from asset_map.provision.files.account import share_words

SCRIPT = Path(__file__).parent.parent / "scripts" / "load_open_areas.py"
PLACES = ("Trafford", "Worcestershire", "Leicester", "Birmingham", "Norfolk")
LIBRARIES = Choice(interests=("libraries",), area_kind="lsoa")


def load(home: Path) -> float:
    """`make open-areas` into a folder; seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(open_data())],
        env={**os.environ, "ASSET_MAP_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return time.perf_counter() - start


def section(home: Path, seconds: float | None = None) -> str:
    """The table; `home` was filled by `make open-areas` in so many seconds."""
    found = [_apart(home, place) for place in PLACES]
    took = f" It took {seconds:.0f} s." if seconds else ""
    header = (
        "council areas residents libraries reach_one reach_two by_car gaps sure border first_s next_s peak_MB".split()
    )
    return "\n\n".join(
        [
            "`make open-areas OPEN_DATA=folder` loads boundaries (LSOA 2021 and wards of 2025), population and "
            "disability of Census 2021, deprivation of 2025, rural or urban, the national list of libraries of 2023 "
            f"and every Trafford list into one store.{took}",
            table(
                [one.replace("_", " ") for one in header],
                [_row(place, one) for place, one in zip(PLACES, found, strict=True)],
                "l" + 12 * "r",
            ),
            "Libraries within 15 minutes' walk, by small area (LSOA); “by car” is one within 15 minutes' drive. "
            "“Libraries” are those that anybody there may reach, over the border too. “Sure” are gaps of high "
            "confidence, “border” areas part of whose catchment lies beyond the areas loaded: libraries there count, "
            "the people who share them do not. The first table in a fresh process spreads all residents over postcodes "
            f"and includes {found[0]['runs']} sensitivity runs; the next is another choice (20 minutes).",
            "A library is one session a week here whatever its hours, because the list says only morning or afternoon. "
            "Mobile libraries are left out: of those the list has the garages.",
        ]
    )


def _row(place: str, one: dict[str, Any]) -> list[object]:
    return [
        place,
        f"{one['areas']:,}",
        f"{one['residents']:,}",
        one["libraries"],
        *(share_words(one[name]) for name in ("one", "two", "car")),
        *(one[name] for name in ("gaps", "sure", "edge")),
        f"{one['first_s']:.1f}",
        f"{one['next_s']:.1f}",
        f"{one['peak_mb']:.0f}",
    ]


def _apart(home: Path, place: str) -> dict[str, Any]:
    """What `look` finds in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, str(home), place], capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def look(home: Path, place: str) -> dict[str, Any]:
    """The figures of a council, the seconds of a first and a next table, and the memory they took."""
    with open_directory(home) as directory:
        choice = replace(LIBRARIES, place=place)
        start = time.perf_counter()
        found = directory.provision.gaps(choice)
        first = time.perf_counter()
        directory.provision.gaps(replace(choice, minutes=20.0))
        done = time.perf_counter()
        car = directory.provision.gaps(replace(choice, travel="car"))
    rows = found.rows
    return {
        "areas": len(rows),
        "residents": sum(row.residents or 0 for row in rows),
        "libraries": found.assets,
        "one": found.coverage,
        "two": found.coverage_two,
        "car": car.coverage,
        "gaps": sum(bool(row.gap) for row in rows),
        "sure": sum(bool(row.gap) and row.confidence_class == "high" for row in rows),
        "edge": sum(row.edge for row in rows),
        "runs": found.runs,
        "first_s": first - start,
        "next_s": done - first,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(look(Path(sys.argv[1]), sys.argv[2])))
    else:
        print(section(Path(sys.argv[1])))
