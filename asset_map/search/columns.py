"""The columns of the embedded index: files of fixed rows, only ever added to, read through a memory map.

A document's number is its row in `docs` and in `vectors`; its points and terms are runs of rows in two more files.
Which rows are alive is SQLite's to say, so a writer that was killed leaves rows that nobody reads, and a reader needs
no lock. `docs` is written last and mapped first: whoever sees a document's row sees all that hangs on it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asset_map.asset import KINDS
from asset_map.search import Document
from asset_map.search.vectors import Rows, quantise, row_type

Numbers = NDArray[np.int64]

_DOCS = np.dtype(
    [
        ("kind", "u1"),
        ("public", "?"),
        ("anywhere", "?"),
        ("points", "<i8"),
        ("point_count", "<i4"),
        ("terms", "<i8"),
        ("term_count", "<i4"),
    ]
)
_POINTS = np.dtype([("latitude", "<f8"), ("longitude", "<f8")])
_TERMS = np.dtype([("term", "<i4"), ("strength", "<f8")])


@dataclass(frozen=True, slots=True)
class Columns:
    """What was in the files when they were mapped. `vectors` may be shorter than `docs`, or have no rows at all."""

    docs: NDArray[Any]
    points: NDArray[Any]
    terms: NDArray[Any]
    vectors: Rows


def map_columns(folder: Path, width: int | None) -> Columns:
    """All whole rows, read from disk only where they are touched. Without a `width` there are no vectors."""
    docs = _mapped(folder / "docs", _DOCS)
    vectors = _mapped(folder / "vectors", row_type(width or 0)) if width else np.zeros(0, dtype=row_type(0))
    return Columns(docs, _mapped(folder / "points", _POINTS), _mapped(folder / "terms", _TERMS), vectors)


def is_current(columns: Columns, folder: Path) -> bool:
    """Whether nobody has added documents since the files were mapped."""
    return _row_count(folder / "docs", _DOCS) == len(columns.docs)


def add_rows(folder: Path, documents: Sequence[Document], term_ids: Mapping[str, int], width: int | None) -> int:
    """Write the rows of documents; returns the number of the first. Writers take turns (the caller's lock).

    Rows of a writer that was killed before it came to `docs` are written over.
    """
    first = _row_count(folder / "docs", _DOCS)
    points = [(point.latitude, point.longitude) for document in documents for point in document.points]
    terms = [(term_ids[name], strength) for document in documents for name, strength in document.terms]
    docs = np.zeros(len(documents), dtype=_DOCS)
    docs["kind"] = [KINDS.index(document.kind) for document in documents]
    docs["public"] = [document.visibility == "public" for document in documents]
    docs["anywhere"] = [document.anywhere for document in documents]
    for name, counts, rows in (
        ("point", [len(document.points) for document in documents], np.array(points, dtype=_POINTS)),
        ("term", [len(document.terms) for document in documents], np.array(terms, dtype=_TERMS)),
    ):
        start = _row_count(folder / f"{name}s", rows.dtype)
        _write(folder / f"{name}s", start, rows)
        docs[f"{name}_count"] = counts
        docs[f"{name}s"] = start + np.cumsum(counts) - counts
    if width is None:
        (folder / "vectors").unlink(missing_ok=True)
    else:
        _write(folder / "vectors", first, _vector_rows(documents, width))
    _write(folder / "docs", first, docs)
    return first


def flush_columns(folder: Path) -> None:
    """Bring what was added to disk; to be done before the transaction that refers to it commits."""
    for name in ("docs", "points", "terms", "vectors"):
        if (folder / name).exists():
            with (folder / name).open("rb+") as file:
                os.fsync(file.fileno())


def runs(starts: Numbers, counts: Numbers) -> Numbers:
    """The numbers of all rows of several runs, one run after the other."""
    ends = np.cumsum(counts)
    numbers: Numbers = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return numbers


def _vector_rows(documents: Sequence[Document], width: int) -> Rows:
    """A row for each; zeros, which are no vector, for a document without one."""
    rows = np.zeros(len(documents), dtype=row_type(width))
    given = [(place, document.vector) for place, document in enumerate(documents) if document.vector is not None]
    if given:
        rows[[place for place, _ in given]] = quantise(np.stack([vector for _, vector in given]))
    return rows


def _write(path: Path, first: int, rows: NDArray[Any]) -> None:
    path.touch()
    with path.open("rb+") as file:
        file.seek(first * rows.dtype.itemsize)
        file.write(rows.tobytes())


def _row_count(path: Path, dtype: np.dtype[Any]) -> int:
    """Whole rows; half a row, left by a writer that was killed, does not count and is written over."""
    return path.stat().st_size // dtype.itemsize if path.exists() else 0


def _mapped(path: Path, dtype: np.dtype[Any]) -> NDArray[Any]:
    count = _row_count(path, dtype)
    # As a plain array: the memmap class adds a cost to every slice.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=(count,))) if count else np.zeros(0, dtype=dtype)
