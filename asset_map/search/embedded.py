"""The embedded engine: SQLite's full text and R*Tree beside a file of vectors, in one folder, for several processes.

    search/
    ├── current            the name of the generation that is served; replaced in one step
    ├── lock.db            writers, in whatever process, take turns on it
    └── v1-3f2a…/          a generation: search.db (WAL) and the files of columns

A rebuild fills a new generation beside the old one. A process that is killed leaves at most a generation that nobody
serves, or rows in the columns that nobody refers to; the next rebuild sweeps both away.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from asset_map.errors import Busy
from asset_map.search import Document, Page, Query
from asset_map.search.answer import answer
from asset_map.search.columns import Columns, flush_columns, is_current, map_columns
from asset_map.search.tables import FORMAT, create_tables, put_documents, remove_documents, vector_width
from asset_map.search.words import Synonyms

T = TypeVar("T")

ATTEMPTS = 20
"""How often a reader that loses the race against a rebuild looks again. One is nearly always enough."""
CACHE_KB = 32_768


@dataclass(frozen=True, slots=True)
class _Reader:
    """One thread's connection to one generation."""

    generation: str
    connection: sqlite3.Connection
    thread: threading.Thread


class EmbeddedEngine:
    """A search engine in a folder. Any number of threads and processes may read; writers wait for each other.

    `wait_s` is how many seconds a writer waits for another before it raises Busy.
    """

    def __init__(self, folder: Path, synonyms: Synonyms, wait_s: float = 600.0) -> None:
        self._folder = folder
        self._synonyms = synonyms
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._readers: dict[tuple[int, int], _Reader] = {}
        self._mapped: tuple[str, Columns] | None = None

    @property
    def needs_rebuild(self) -> bool:
        """True until a rebuild by this version of the program: what is there may be missing, partial or older."""

        def step(connection: sqlite3.Connection, _: str) -> bool:
            return connection.execute("SELECT 1 FROM meta WHERE key = 'whole'").fetchone() is not None

        return not self._read(step, False)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything, in one step that readers see at once. If it fails, all stays as it was."""
        with self._writing():
            self._sweep()
            self._switch(self._build(documents, whole=True))
            self._sweep()

    def put(self, documents: Iterable[Document]) -> None:
        """Add or replace, by asset id: all of them or, when interrupted, none."""
        with self._writing():
            folder = self._written()
            _change(folder, lambda connection: put_documents(connection, folder, documents))

    def remove(self, assets: Iterable[str]) -> None:
        """Take out; ids that are not there are no error."""
        with self._writing():
            _change(self._written(), lambda connection: remove_documents(connection, assets))

    def search(self, query: Query) -> Page:
        """Up to `query.limit` hits a probe, all from one moment of the index."""

        def step(connection: sqlite3.Connection, generation: str) -> Page:
            return answer(connection, lambda: self._columns(connection, generation), query, self._synonyms)

        return self._read(step, Page(tuple(() for _ in query.probes)))

    def close(self) -> None:
        """Let go of files and connections, of all threads; none may be searching."""
        with self._lock:
            for (process, _), reader in self._readers.items():
                if process == os.getpid():
                    reader.connection.close()
            self._readers.clear()
            self._mapped = None

    def _read(self, step: Callable[[sqlite3.Connection, str], T], empty: T) -> T:
        """A step on one snapshot of what is served now; `empty` where nothing is."""
        for attempt in range(ATTEMPTS):
            generation = self._current()
            if generation is None:
                return empty
            try:
                return _snapshot(self._reader(generation), generation, step)
            except (OSError, sqlite3.OperationalError):
                # A rebuild may have switched and swept between our reading its name and opening it.
                if attempt == ATTEMPTS - 1 or self._current() == generation:
                    raise
        return empty

    def _reader(self, generation: str) -> sqlite3.Connection:
        """This thread's connection; those of threads that ended, or to an older generation, are closed."""
        thread, process = threading.current_thread(), os.getpid()
        with self._lock:
            known = self._readers.get((process, id(thread)))
            if known is not None and known.generation == generation and known.thread is thread:
                return known.connection
            for key, reader in list(self._readers.items()):
                # SQLite forbids a child process to touch, or even close, what it inherited by a fork.
                if key[0] == process and (reader.thread is thread or not reader.thread.is_alive()):
                    self._readers.pop(key).connection.close()
            connection = _connect(self._folder / generation)
            connection.execute("CREATE TEMP TABLE candidate (id INTEGER PRIMARY KEY)")
            self._readers[process, id(thread)] = _Reader(generation, connection, thread)
            return connection

    def _columns(self, connection: sqlite3.Connection, generation: str) -> Columns:
        """The columns as mapped by this process, mapped anew when any process has added some."""
        folder = self._folder / generation
        with self._lock:
            if self._mapped is None or self._mapped[0] != generation or not is_current(self._mapped[1], folder):
                self._mapped = (generation, map_columns(folder, vector_width(connection)))
            return self._mapped[1]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The turn to write. A lock of SQLite's works on every system and goes when its process is killed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with closing(
            sqlite3.connect(self._folder / "lock.db", timeout=self._wait_s, isolation_level=None)
        ) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise Busy(
                    f"{self._folder}: another process has been writing to the search index for more than "
                    f"{self._wait_s:g} seconds; try again when it is done"
                ) from error
            yield

    def _current(self) -> str | None:
        """The generation that is served, None without one in this version's format."""
        try:
            name = (self._folder / "current").read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        return name if name.startswith(f"{FORMAT}-") and (self._folder / name / "search.db").exists() else None

    def _written(self) -> Path:
        """The folder that changes go to: of what is served, or of a first generation."""
        if self._current() is None:
            self._switch(self._build((), whole=False))
        return self._folder / str(self._current())

    def _build(self, documents: Iterable[Document], *, whole: bool) -> str:
        """A new generation, which nobody serves yet. If filling it fails, it is deleted."""
        generation = f"{FORMAT}-{uuid.uuid4().hex}"
        folder = self._folder / generation
        folder.mkdir()
        try:
            _fill(folder, documents, whole=whole)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return generation

    def _switch(self, generation: str) -> None:
        fresh = self._folder / "current.new"
        fresh.write_text(generation + "\n", "utf-8")
        _flush(fresh)
        fresh.replace(self._folder / "current")

    def _sweep(self) -> None:
        """Delete what is not served. Those who still read it keep their open files (where a system refuses, later)."""
        pointer = self._folder / "current"
        served = pointer.read_text("utf-8").strip() if pointer.exists() else ""
        for folder in self._folder.glob("v*-*"):
            if folder.name != served:
                shutil.rmtree(folder, ignore_errors=True)


def _connect(folder: Path) -> sqlite3.Connection:
    """A connection to an index that must exist; raises sqlite3.OperationalError where it does not."""
    address = (folder / "search.db").resolve().as_uri() + "?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    connection.execute("PRAGMA mmap_size = 1073741824")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _snapshot(connection: sqlite3.Connection, generation: str, step: Callable[[sqlite3.Connection, str], T]) -> T:
    connection.execute("BEGIN")
    try:
        return step(connection, generation)
    finally:
        connection.execute("ROLLBACK")


def _change(folder: Path, step: Callable[[sqlite3.Connection], None]) -> None:
    with closing(_connect(folder)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            step(connection)
            flush_columns(folder)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _fill(folder: Path, documents: Iterable[Document], *, whole: bool) -> None:
    path = folder / "search.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody reads it yet and a failure deletes it, so that it needs no journal until it is full.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        create_tables(connection)
        connection.execute("BEGIN")
        put_documents(connection, folder, documents)
        if whole:
            connection.execute("INSERT INTO meta VALUES ('whole', 1)")
        connection.execute("COMMIT")
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("PRAGMA journal_mode = WAL")
    _flush(path)
    flush_columns(folder)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
