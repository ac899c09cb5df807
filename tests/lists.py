"""Lists as people keep them, and what the tests compare: shared by the tests that load and ask."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from asset_map.asset import Asset
from asset_map.directory import Directory
from asset_map.directory.as_json import asset_json

HEADER = ("Group", "What we do", "Postcode", "When", "Cost", "Caretaker's note")
CHESS = (
    "Northside Chess Club",
    "Chess for all, boards and tea provided",
    "M33 7ZF",
    "Tuesdays 7pm",
    "Free",
    "key safe",
)
CHOIR = ("Riverside Choir", "Singing for fun, no auditions", "M33 2DH", "Thursdays 10am", "£3", "")
PLOTS = ("Walnut Close Plots", "Allotments and growing vegetables together", "M33 4ND", "Saturdays 10am", "£5", "")
GROUPS = (CHESS, CHOIR, PLOTS)


def write(path: Path, rows: Iterable[Sequence[str]] = GROUPS, header: Sequence[str] = HEADER) -> Path:
    """A CSV file with these rows, in a folder that need not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def lines(directory: Directory) -> list[str]:
    """What `export --json` writes, line by line."""
    return [msgspec.json.encode(asset_json(asset)).decode() for asset in directory.assets()]


def content(directory: Directory) -> str:
    """The hash of everything that is stored of assets."""
    return hashlib.sha256("\n".join(lines(directory)).encode()).hexdigest()


def named(directory: Directory, name: str) -> Asset:
    """The one asset with this name."""
    (found,) = (asset for asset in directory.assets() if asset.name == name)
    return found


def names(directory: Directory) -> list[str]:
    """The names of all assets, in order."""
    return sorted(asset.name for asset in directory.assets())


def command(*arguments: object) -> list[str]:
    """Arguments for subprocess: the installed command line in a process of its own."""
    return [str(Path(sys.executable).parent / "asset-map"), *map(str, arguments)]


def environment(home: Path, embedder: str = "none", **settings: str) -> dict[str, str]:
    """The environment of a command that keeps its store in `home`."""
    ours = {"ASSET_MAP_HOME": str(home), "ASSET_MAP_EMBEDDER": embedder, **settings}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("ASSET_MAP_")}, **ours}


def run(home: Path, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own and wait for it."""
    return subprocess.run(
        command(*arguments),
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
