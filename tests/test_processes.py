"""Several processes on one folder: killed loads, two loads at once, and readers beside a writer."""

from __future__ import annotations

import fcntl
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from lists import CHESS, CHOIR, GROUPS, PLOTS, command, content, environment, named, names, run, write

from asset_map.config import Settings
from asset_map.directory import Directory

ROWS = 1200
PATIENCE_S = 120.0


def large(path: Path, words: str) -> Path:
    """A list that takes a second or two to load."""
    rows = ((f"Club {n}", words, str(51 + n // 50 * 0.01), str(-3 + n % 50 * 0.01)) for n in range(ROWS))
    return write(path, rows, ("Name", "Description", "Latitude", "Longitude"))


def opened(home: Path) -> Directory:
    return Directory.open(Settings(home=home, embedder="none"))


def held(home: Path) -> bool:
    """Whether a load holds the store."""
    with (home / "load.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def runs(home: Path) -> int:
    with closing(sqlite3.connect(home / "store.db")) as db:
        return int(db.execute("SELECT count(*) FROM run").fetchone()[0])


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def start(home: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str, str]:
    """Two editions of a large list, with the content after the first and after both."""
    folder = tmp_path_factory.mktemp("editions")
    first = large(folder / "clubs 2026-03.csv", "Chess")
    second = large(folder / "clubs 2026-04.csv", "Pottery")
    with closing(opened(folder / "home")) as directory:
        directory.load([first])
        before = content(directory)
        directory.load([second])
        return first, second, before, content(directory)


@pytest.fixture(scope="module")
def home(editions: tuple[Path, Path, str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the first edition; killing loads of the second leaves it so, or with the second whole."""
    folder = tmp_path_factory.mktemp("killed")
    with closing(opened(folder)) as directory:
        directory.load([editions[0]])
    return folder


@pytest.mark.parametrize("moment", ["lock", "lock+", "write", "write+", "commit"])
def test_a_load_that_is_killed_is_kept_whole_or_not_at_all(
    editions: tuple[Path, Path, str, str], home: Path, moment: str
) -> None:
    _, second, before, after = editions
    there, log = runs(home), home / "store.db-wal"
    with closing(opened(home)) as reader:  # Another connection keeps the log from being folded away.
        reader.counts()
        size = log.stat().st_size
        process = start(home, "load", second)
        wait_until(lambda: held(home), process)
        if moment.startswith("write"):
            wait_until(lambda: log.stat().st_size != size, process)
        if moment == "commit":
            wait_until(lambda: runs(home) > there, process)
        if moment.endswith("+"):
            time.sleep(random.Random(moment).uniform(0.05, 0.6))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with closing(opened(home)) as directory:
        kept = runs(home) > there
        assert content(directory) == (after if kept else before)
        directory.catch_up()
        words = "pottery" if kept else "chess"
        assert len(directory.match(words, "", 5000, limit=50).matches) == 50
        for run in directory.runs():
            if run.id > 1 and run.undone_at is None:
                directory.undo(run.id)
        assert content(directory) == before


def test_the_next_load_after_a_kill_works_and_finishes_what_the_index_lacks(
    editions: tuple[Path, Path, str, str], home: Path
) -> None:
    _, second, _, after = editions
    process = start(home, "load", second)
    wait_until(lambda: held(home), process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = run(home, "load", second)
    assert done.returncode == 0, done.stderr
    with closing(opened(home)) as directory:
        assert content(directory) == after
        assert directory.store.queued(10) == []
        assert len(directory.match("pottery", "", 5000, limit=50).matches) == 50


def test_a_kill_between_store_and_index_is_caught_up(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")])
    asset = named(empty, CHOIR[0])
    with empty.store.writing() as writer:
        writer.put_assets([replace(asset, name="Zorbing for all", terms=())])
    assert empty.match("zorbing", "M33", 5000).matches == ()
    assert empty.catch_up() == 1
    assert [m.asset.id for m in empty.match("zorbing", "M33", 5000).matches] == [asset.id]


def test_an_index_that_was_deleted_is_built_again(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")])
    empty.close()
    for file in sorted((tmp_path / "home" / "index").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    with closing(opened(tmp_path / "home")) as again:
        again.catch_up()
        assert [m.asset.name for m in again.match("chess", "M33", 5000).matches] == [CHESS[0]]


# ---- two at once

OPENER = """
import sys, time
from pathlib import Path
from asset_map.store import Store

go = Path(sys.argv[1] + ".go")
while not go.exists():
    pass
Store.open(Path(sys.argv[1])).close()
"""


def test_two_loads_at_once_both_end_and_double_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    one, other = write(tmp_path / "one.csv", GROUPS), write(tmp_path / "other.csv", [CHESS, PLOTS])
    processes = [start(home, "load", path) for path in (one, other, one)]
    said = [process.communicate(timeout=PATIENCE_S) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    with closing(opened(home)) as directory:
        assert names(directory) == sorted(row[0] for row in GROUPS)
        assert len(directory.runs()) == 3


def test_many_first_openings_at_once_all_succeed(tmp_path: Path) -> None:
    for attempt in range(5):
        home = tmp_path / f"home{attempt}"
        processes = [subprocess.Popen([sys.executable, "-c", OPENER, home]) for _ in range(4)]
        time.sleep(1.5)
        (tmp_path / f"home{attempt}.go").touch()
        assert [process.wait(PATIENCE_S) for process in processes] == [0] * 4


def test_a_second_load_waits_and_says_so(empty: Directory, tmp_path: Path) -> None:
    path = write(tmp_path / "groups.csv")
    with empty.store.one_load(5, lambda: None):
        process = start(tmp_path / "home", "load", path)
        assert process.stderr is not None
        assert "Waiting for another load" in process.stderr.readline()
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert len(names(empty)) == 3


def test_a_load_that_waits_too_long_says_why_and_stores_nothing(empty: Directory, tmp_path: Path) -> None:
    path = write(tmp_path / "groups.csv")
    with empty.store.one_load(5, lambda: None):
        done = run(tmp_path / "home", "load", path, ASSET_MAP_LOAD_WAIT_S="0.1")
    assert done.returncode == 5
    assert "another load still holds the store" in done.stderr
    assert "Traceback" not in done.stderr
    assert names(empty) == []


def test_a_preview_does_not_wait(empty: Directory, tmp_path: Path) -> None:
    with empty.store.one_load(5, lambda: None):
        assert empty.load([write(tmp_path / "groups.csv")], preview=True).files[0].counts() == {"new": 3}


# ---- a reader beside a writer

READER = """
import sys
from pathlib import Path
from asset_map.config import Settings
from asset_map.directory import Directory
directory = Directory.open(Settings(home=Path(sys.argv[1]), embedder="none"))
for words in sys.stdin:
    print([match.asset.name for match in directory.match(words, "M33", 5000).matches], flush=True)
"""


def test_a_reader_sees_what_another_process_adds_changes_and_takes_back(empty: Directory, tmp_path: Path) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path / "home")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(words: str) -> str:
        assert reader.stdin is not None
        assert reader.stdout is not None
        print(words, file=reader.stdin, flush=True)
        return reader.stdout.readline().strip()

    with reader:
        assert ask("chess") == "[]"
        first = empty.load([write(tmp_path / "groups.csv", [CHESS])])
        assert ask("chess") == f"['{CHESS[0]}']"
        empty.load([write(tmp_path / "groups.csv", [(*CHESS[:1], "Pottery", *CHESS[2:])])])
        assert ask("pottery") == f"['{CHESS[0]}']"
        empty.undo(2)
        empty.undo(first.run or 0)
        assert ask("chess") == "[]"
        assert reader.stdin is not None
        reader.stdin.close()
