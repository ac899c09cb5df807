"""How fast and how big: loading, matching, the pages, beside full text and haversine as anybody would write it.

python benchmarks/speed.py [ASSETS]        (100,000 made-up assets unless said; Trafford needs ASSET_MAP_OPEN_DATA)
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar
from urllib.parse import urlencode

import numpy as np
from rankings import FullText, listed
from running import asset_map, load_average, loaded_trafford, open_directory, table
from synthetic import asks, fill, towns

from asset_map.directory import Directory

Answer = TypeVar("Answer")
ASKS, REACH_M, LIMIT, REQUESTS = 200, 5000.0, 20, 50
TRAFFORD = ("M33", "WA14", "M32", "M41", "M31", "WA15", "M16")
ASKED = "loves singing, wants to meet people and get fit"


def section(home: Path, count: int = 100_000) -> str:
    """The tables; `home` holds the Trafford lists."""
    rows: list[list[object]] = []
    with open_directory(home) as directory:
        rows += _timed(directory, TRAFFORD, "Trafford")
    with tempfile.TemporaryDirectory() as name, open_directory(_with_cache(Path(name), home)) as directory:
        start = time.perf_counter()
        fill(directory, count)
        filled = time.perf_counter() - start
        rows += _timed(directory, [town.district for town in towns()], "made up")
        resident = resident_mb("self")
    header = ("assets", "inside, median", "what", "p50 ms", "p99 ms", "asks with an answer", "load average")
    return "\n\n".join(
        [
            f"{ASKS} asks from a fixed seed, one to four sayings each, in process, in turn. asset_map reads the ask, "
            "embeds it, searches, ranks and gives reasons; the other is SQLite FTS5 with Porter stems over the same "
            "text, any of the words, BM25, a box and haversine, and gives ids. A first ask is not counted.",
            table(header, rows, "rrlrrrr"),
            f"The made-up ones went past the loading: assets through `Store.writing()`, documents with random vectors "
            f"through `rebuild` ({filled:.0f} s in all). This process was then {resident:.0f} MB.",
            _processes(home),
        ]
    )


def _with_cache(fresh: Path, home: Path) -> Path:
    """A fresh folder with what is known of how people say things, which takes a minute to work out and is the same."""
    if (home / "cache").is_dir():
        shutil.copytree(home / "cache", fresh / "cache")
    return fresh


def _timed(directory: Directory, places: Sequence[str], label: str) -> Iterator[list[object]]:
    """Both systems on the same asks, in turn, so that whatever else the machine does meets both alike."""
    directory.warm()
    asked = asks(directory, places, ASKS)
    entries = listed(directory.assets())
    with tempfile.TemporaryDirectory() as name, closing(FullText(Path(name) / "peer.db", entries)) as peer:
        centres = [directory.place(near).point for _, near in asked[:20]]
        inside = [sum(one.metres(centre) <= REACH_M for one in entries) for centre in centres]
        times, answered = [], np.zeros(2, dtype=int)
        for text, near in (asked[0], *asked):
            ours, found = seconds(partial(directory.match, text, near, REACH_M, limit=LIMIT))
            theirs, ids = seconds(partial(_theirs, directory, peer, text, near))
            times.append((ours, theirs))
            answered += (bool(found.matches), bool(ids))
    p50, p99 = np.percentile(np.array(times[1:]) * 1000, (50, 99), axis=0)
    for column, what in enumerate(("asset_map", "FTS5 and haversine")):
        yield [
            f"{len(entries):,} ({label})",
            f"{median(inside):,.0f}",
            what,
            f"{p50[column]:.1f}",
            f"{p99[column]:.1f}",
            f"{min(ASKS, int(answered[column]))} of {ASKS}",
            f"{load_average():.1f}",
        ]


def _theirs(directory: Directory, peer: FullText, text: str, near: str) -> list[str]:
    return peer.search(text, directory.place(near).point, REACH_M, LIMIT)


def seconds(step: Callable[[], Answer]) -> tuple[float, Answer]:
    start = time.perf_counter()
    found = step()
    return time.perf_counter() - start, found


def resident_mb(process: int | str) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _processes(home: Path) -> str:
    """What somebody waits for: a fresh command, the first page, and what a worker takes."""
    cold = [asset_map(home, "match", ASKED, "--near", "M33", "--json")[1] for _ in range(3)]
    with served(home) as (address, master, first_page):
        query = urlencode({"what": "singing", "where": "M33"})
        first_find = get(f"{address}/find?{query}")
        times = [get(f"{address}/find?{query}") for _ in range(REQUESTS - 1)]
        worker = worker_of(master)
        rows = [
            ["`asset-map match …` in a fresh process, median of three", f"{median(cold):.1f} s"],
            ["`asset-map serve` to the first page", f"{first_page:.1f} s"],
            ["the first page of results after that", f"{first_find:.1f} s"],
            [f"page of results, p50 of {REQUESTS - 1}", f"{median(times) * 1000:.0f} ms"],
            [
                f"resident memory of the web worker after {REQUESTS} pages of results",
                f"{resident_mb(worker):.0f} MB",
            ],
            ["resident memory of the process above it", f"{resident_mb(master):.0f} MB"],
            ["load average", f"{load_average():.1f}"],
        ]
    return table(("with the Trafford lists", ""), rows, "lr")


def worker_of(master: int) -> int:
    """The process id of the only worker."""
    (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="utf-8").split()
    return int(worker)


@contextmanager
def served(home: Path) -> Iterator[tuple[str, int, float]]:
    """The pages with one worker: their address, the process id, and the seconds to the first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "asset-map"), "serve", "--workers", "1", "--port", str(port)]
    start = time.perf_counter()
    environment = {**os.environ, "ASSET_MAP_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            while not _up(address):
                if process.poll() is not None or time.perf_counter() - start > 120:
                    sys.exit("asset-map serve gave no page")
                time.sleep(0.05)
            yield address, process.pid, time.perf_counter() - start
        finally:
            process.terminate()


def _up(address: str) -> bool:
    try:
        get(address)
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def get(address: str) -> float:
    start = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - start


def search_only() -> str:
    """What search_100k.py prints: the engine alone, radius first or words first."""
    script = Path(__file__).parent / "search_100k.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"(search_100k.py failed: {done.stderr.strip().splitlines()[-1]})"


if __name__ == "__main__":
    with loaded_trafford() as folder:
        print(section(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
