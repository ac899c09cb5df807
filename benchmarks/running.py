"""What the benchmarks share: the command line from outside, the open data, a table in Markdown, the machine."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asset_map.config import read_settings

if TYPE_CHECKING:
    from asset_map.directory import Directory

SEEN_HOME = "ASSET_MAP_BENCH_HOME"
"""A store with the Trafford lists loaded already, to look at one section without loading first."""


@contextmanager
def open_directory(home: Path) -> Iterator[Directory]:
    """The directory in a folder, its index brought up to date."""
    from asset_map.directory import Directory  # here, so that what needs no directory starts small

    directory = Directory.open(read_settings({**os.environ, "ASSET_MAP_HOME": str(home)}))
    try:
        directory.catch_up()
        yield directory
    finally:
        directory.close()


def asset_map(home: Path, *arguments: object) -> tuple[subprocess.CompletedProcess[str], float]:
    """The installed command line with its own folder, and the seconds it took."""
    environment = {**os.environ, "ASSET_MAP_HOME": str(home)}
    command = [str(Path(sys.executable).parent / "asset-map"), *map(str, arguments)]
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done, time.perf_counter() - start


def open_data() -> Path:
    """The folder of open data; ends the program with what to set where there is none."""
    folder = os.environ.get("ASSET_MAP_OPEN_DATA")
    if not folder:
        sys.exit("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    return Path(folder)


def trafford_files() -> list[Path]:
    """Every list of the folder, in the order in which a shell gives them."""
    return sorted((open_data() / "council_lists" / "trafford_greater_manchester").glob("*.csv"))


@contextmanager
def loaded_trafford() -> Iterator[Path]:
    """A folder with the Trafford lists loaded: that of ASSET_MAP_BENCH_HOME, else a new one."""
    seen = os.environ.get(SEEN_HOME)
    if seen:
        yield Path(seen)
        return
    with tempfile.TemporaryDirectory() as name:
        done, _ = asset_map(Path(name), "load", *trafford_files())
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        yield Path(name)


def content_hash(home: Path) -> str:
    """sha256 of `asset-map export --json`."""
    return hashlib.sha256(asset_map(home, "export", "--json")[0].stdout.encode()).hexdigest()


def table(header: Sequence[str], rows: Sequence[Sequence[object]], align: str) -> str:
    """A Markdown table; `align` has l or r a column."""
    marks = {"l": "---", "r": "--:"}
    lines = [header, [marks[letter] for letter in align], *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |" for line in lines)


def machine() -> str:
    """Processors, memory, Python: enough to compare, and no name."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    memory = pages * size / 2**30
    return f"{os.cpu_count()} processors, {memory:.0f} GB of memory, no accelerator, Python {platform.python_version()}"


def peak_mb() -> float:
    """The most memory that this process has held; getrusage would count what its parent held as well."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def load_average() -> float:
    """Processes that wanted to run over the last minute, others' included."""
    return os.getloadavg()[0]
