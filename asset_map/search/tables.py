"""The embedded index's tables in SQLite, and how documents go in and out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from asset_map.errors import BadInput
from asset_map.search import Document
from asset_map.search.columns import add_rows

T = TypeVar("T")

FORMAT = "v1"
"""Goes into the name of an index. Change it with the tables or columns, and an older index counts as none."""

POINT_BITS = 20
"""A point's id is its document's number, shifted, plus its place among the document's points."""
BATCH = 2000

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE doc (
    id INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, anywhere INTEGER NOT NULL, points INTEGER NOT NULL
);
CREATE INDEX doc_anywhere ON doc (id) WHERE anywhere = 1;
CREATE TABLE term (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE point USING rtree (id, south, north, west, east);
CREATE VIRTUAL TABLE words USING fts5 (name, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""


def create_tables(connection: sqlite3.Connection) -> None:
    """Lay out an empty index."""
    connection.executescript(_TABLES)


def put_documents(connection: sqlite3.Connection, folder: Path, documents: Iterable[Document]) -> None:
    """Add or replace, inside the caller's transaction. Raises BadInput for a vector of another width."""
    for batch in _batches(documents):
        # Of one asset given twice the later counts, as if they had been put one after the other.
        latest = list({document.asset: document for document in batch}.values())
        width = _kept_width(connection, latest)
        remove_documents(connection, [document.asset for document in latest])
        names = sorted({name for document in latest for name, _ in document.terms})
        first = add_rows(folder, latest, _term_ids(connection, names), width)
        _insert(connection, list(enumerate(latest, start=first)))


def remove_documents(connection: sqlite3.Connection, assets: Iterable[str]) -> None:
    """Take out, inside the caller's transaction; ids that are not there are no error."""
    for batch in _batches(assets):
        found = connection.execute(
            "SELECT id, points FROM doc WHERE asset IN (SELECT value FROM json_each(?))", (json.dumps(batch),)
        ).fetchall()
        ids = [(number,) for number, _ in found]
        points = [((number << POINT_BITS) + place,) for number, count in found for place in range(count)]
        connection.executemany("DELETE FROM point WHERE id = ?", points)
        connection.executemany("DELETE FROM words WHERE rowid = ?", ids)
        connection.executemany("DELETE FROM doc WHERE id = ?", ids)


def vector_width(connection: sqlite3.Connection) -> int | None:
    """The width of this index's vectors; None before the first."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'width'").fetchone()
    return None if row is None else int(row[0])


def _insert(connection: sqlite3.Connection, items: Sequence[tuple[int, Document]]) -> None:
    connection.executemany(
        "INSERT INTO doc VALUES (?, ?, ?, ?)",
        ((number, item.asset, item.anywhere, len(item.points)) for number, item in items),
    )
    connection.executemany(
        "INSERT INTO words (rowid, name, text) VALUES (?, ?, ?)",
        ((number, _storable(item.name), _storable(item.text)) for number, item in items),
    )
    connection.executemany(
        "INSERT INTO point VALUES (?1, ?2, ?2, ?3, ?3)",
        (
            ((number << POINT_BITS) + place, point.latitude, point.longitude)
            for number, item in items
            for place, point in enumerate(item.points)
        ),
    )


def _term_ids(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, int]:
    """The number of each term, given one when new."""
    connection.executemany("INSERT OR IGNORE INTO term (name) VALUES (?)", ((name,) for name in names))
    return dict(
        connection.execute(
            "SELECT name, id FROM term WHERE name IN (SELECT value FROM json_each(?))", (json.dumps(names),)
        )
    )


def _kept_width(connection: sqlite3.Connection, documents: Sequence[Document]) -> int | None:
    """The index's width, which the first vector decides."""
    width = vector_width(connection)
    for document in documents:
        if document.vector is None:
            continue
        if width is None:
            width = len(document.vector)
            connection.execute("INSERT INTO meta VALUES ('width', ?)", (width,))
        if len(document.vector) != width:
            raise BadInput(
                f"asset {document.asset}: a vector of {len(document.vector)} numbers, but this index holds {width}; "
                "another embedder needs the index rebuilt"
            )
    return width


def _storable(text: str) -> str:
    """SQLite takes neither half of a surrogate pair nor, in full-text columns, anything after a zero."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
