"""Measure everything and write docs/results.md: python benchmarks/run_all.py [DATE]     (needs ASSET_MAP_OPEN_DATA)

Sections stand alone as well: trafford.py, peers.py, speed.py, search_100k.py, access_speed.py; and on a folder that
`make open-areas` filled, gaps_trafford.py, open_areas.py and gap_pages.py.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import access_speed
import gap_pages
import gaps_trafford
import open_areas
import peers
import speed
import trafford
from running import load_average, machine

RESULTS = Path(__file__).parent.parent / "docs" / "results.md"


def main() -> None:
    on = sys.argv[1] if len(sys.argv) > 1 else date.today().isoformat()
    began, load = time.perf_counter(), load_average()
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        parts = []
        for title, section in sections(Path(name), Path(other), on):
            print(f"{title} …", file=sys.stderr)
            parts.append(f"## {title}\n\n{section()}\n")
    busy = f"load average {load:.1f} at the start and {load_average():.1f} at the end"
    if max(load, load_average()) > 1:
        busy += ": the machine was busy with other work, so times are longer than they need be, and ratios say more"
    head = (
        "# What was measured\n\n"
        "Written by `make bench` (`ASSET_MAP_OPEN_DATA` set to a folder of open data); not edited by hand.\n\n"
        f"{on}. {machine()}; {busy}. It took {(time.perf_counter() - began) / 60:.0f} minutes.\n\n"
    )
    RESULTS.write_text(head + "\n".join(parts), encoding="utf-8")
    print(f"Wrote docs/{RESULTS.name}", file=sys.stderr)


def sections(trafford_home: Path, five: Path, on: str) -> list[tuple[str, Callable[[], str]]]:
    """Titles and what writes them, in order; the two folders are filled first."""
    print("Loading the Trafford lists …", file=sys.stderr)
    first = trafford.load_all(trafford_home)
    print("Loading five councils …", file=sys.stderr)
    seconds = open_areas.load(five)
    return [
        ("Real lists in one command: Trafford", lambda: trafford.section(trafford_home, first)),
        ("Ten asks, side by side", lambda: peers.section(trafford_home)),
        ("Speed and size", lambda: speed.section(trafford_home)),
        ("The search engine alone at 100,000", lambda: "`benchmarks/search_100k.py`:\n\n" + speed.search_only()),
        ("What residents of Trafford cannot reach", lambda: gaps_trafford.section(five, on)),
        ("Five councils from open data", lambda: open_areas.section(five, seconds)),
        ("The page of gaps, and what if", lambda: gap_pages.section(five)),
        ("E2SFCA for as many areas as England has", access_speed.section),
    ]


if __name__ == "__main__":
    main()
