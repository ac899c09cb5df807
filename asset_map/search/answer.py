"""Answering a query on the embedded index: who is inside, how well each fits each probe, the best in order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asset_map.asset import KINDS
from asset_map.geo import EARTH_RADIUS_M, Point, box_around
from asset_map.search import Hit, Page, Query, relevance
from asset_map.search.columns import Columns, Numbers, runs
from asset_map.search.tables import POINT_BITS
from asset_map.search.vectors import cosines, quantise
from asset_map.search.words import Synonyms, expression

Floats = NDArray[np.float64]

INSIDE_SQL = """
INSERT OR IGNORE INTO temp.candidate
SELECT id >> :point_bits FROM point WHERE south <= :north AND north >= :south AND west <= :east AND east >= :west
UNION ALL SELECT id FROM doc WHERE anywhere = 1
"""
# The unary plus matters: without it SQLite looks the candidates up in the full-text index one by one, 90 times slower.
WORDS_SQL = """
SELECT rowid, -bm25(words) FROM words WHERE words MATCH ? AND +rowid IN (SELECT id FROM temp.candidate)
"""
WORDS_EVERYWHERE_SQL = "SELECT rowid, -bm25(words) FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents inside the radius, ascending, and the metres to each (NaN where there is no distance)."""

    numbers: Numbers
    metres: Floats


def answer(connection: sqlite3.Connection, columns: Callable[[], Columns], query: Query, synonyms: Synonyms) -> Page:
    """The best documents for each probe, inside the caller's transaction, whose end empties temp.candidate.

    `columns` maps the columns; it is called when the transaction has begun to read.
    """
    numbers = _in_box(connection, query)
    mapped = columns()
    found = _inside(mapped, numbers, query)
    cosine, term = _cosines(mapped, query, found.numbers), _terms(connection, mapped, query, found.numbers)
    words = np.zeros_like(term)
    for probe, row in zip(query.probes, words, strict=True):
        _add_words(connection, query, expression(probe.words, synonyms), found.numbers, row)
    return Page(tuple(_best(connection, query, found, scores) for scores in zip(cosine, words, term, strict=True)))


def _in_box(connection: sqlite3.Connection, query: Query) -> Numbers:
    """Documents with a point in the box around the radius, and those that are anywhere; without a radius, all."""
    table = "doc"
    if query.centre is not None and query.radius_m is not None:
        # A metre more than the radius, against rounding; the exact distance decides.
        box = box_around(query.centre, query.radius_m + 1)
        edges = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
        connection.execute(INSIDE_SQL, {"point_bits": POINT_BITS, **edges})
        table = "temp.candidate"
    # As one text, since a Python object for every row would cost more than finding them.
    text = connection.execute(f"SELECT group_concat(id) FROM {table}").fetchone()[0]  # noqa: S608
    return np.sort(np.fromstring(text or "", dtype=np.int64, sep=","))


def _inside(columns: Columns, numbers: Numbers, query: Query) -> Candidates:
    """Those that the query may see, of its kinds, and truly inside its radius."""
    docs = columns.docs[numbers]
    fits = np.ones(len(docs), dtype=bool) if query.visibility == "workers" else docs["public"]
    if query.kinds:
        fits = fits & np.isin(docs["kind"], [KINDS.index(kind) for kind in query.kinds])
    numbers, docs = numbers[fits], docs[fits]
    metres = np.full(len(docs), np.nan)
    if query.centre is None:
        return Candidates(numbers, metres)
    placed = docs["point_count"] > 0
    if placed.any():
        counts = docs["point_count"][placed].astype(np.int64)
        all_metres = _metres(query.centre, columns.points[runs(docs["points"][placed], counts)])
        metres[placed] = np.minimum.reduceat(all_metres, np.cumsum(counts) - counts)
    if query.radius_m is None:
        return Candidates(numbers, metres)
    near = docs["anywhere"] | (metres <= query.radius_m)
    return Candidates(numbers[near], metres[near])


def _metres(centre: Point, points: NDArray[Any]) -> Floats:
    """Great-circle distances, by the haversine formula as in `geo`."""
    phi1, phi2 = np.radians(centre.latitude), np.radians(points["latitude"])
    h = np.sin((phi2 - phi1) / 2) ** 2
    h += np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(points["longitude"] - centre.longitude) / 2) ** 2
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return metres


def _cosines(columns: Columns, query: Query, numbers: Numbers) -> Floats:
    """Shape (probes, candidates); 0 where either has no vector, or the probe one of another width."""
    result = np.zeros((len(query.probes), len(numbers)))
    width = columns.vectors.dtype["part"].shape[0]
    given = {place: probe.vector for place, probe in enumerate(query.probes) if probe.vector is not None}
    given = {place: vector for place, vector in given.items() if len(vector) == width}
    # Numbers ascend, so that those beyond the last vector are at the end.
    known = int(np.searchsorted(numbers, len(columns.vectors)))
    if given and known:
        probes = quantise(np.stack(list(given.values())))
        result[list(given), :known] = cosines(columns.vectors, numbers[:known], probes)
    return result


def _terms(connection: sqlite3.Connection, columns: Columns, query: Query, numbers: Numbers) -> Floats:
    """Shape (probes, candidates): the best weight × strength over the terms that a probe and a document share."""
    result = np.zeros((len(query.probes), len(numbers)))
    docs = columns.docs[numbers]
    owners = np.flatnonzero(docs["term_count"])
    if not len(owners):
        return result
    counts = docs["term_count"][owners].astype(np.int64)
    items = columns.terms[runs(docs["terms"][owners], counts)]
    for probe, row in zip(query.probes, result, strict=True):
        weights = np.zeros(items["term"].max() + 1)
        for name, weight in probe.terms.items():
            known = connection.execute("SELECT id FROM term WHERE name = ?", (name,)).fetchone()
            if known is not None and known[0] < len(weights):
                weights[known[0]] = weight
        row[owners] = np.maximum.reduceat(weights[items["term"]] * items["strength"], np.cumsum(counts) - counts)
    return result


def _add_words(connection: sqlite3.Connection, query: Query, match: str, numbers: Numbers, scores: Floats) -> None:
    """Set the BM25 score of each candidate that has any of the words."""
    if not match:
        return
    near = query.centre is not None and query.radius_m is not None
    found = connection.execute(WORDS_SQL if near else WORDS_EVERYWHERE_SQL, (match,)).fetchall()
    if found and len(numbers):
        rowids, values = np.array(found).T
        places = np.minimum(np.searchsorted(numbers, rowids), len(numbers) - 1)
        is_candidate = numbers[places] == rowids
        scores[places[is_candidate]] = values[is_candidate]


def _best(
    connection: sqlite3.Connection, query: Query, found: Candidates, scores: tuple[Floats, Floats, Floats]
) -> tuple[Hit, ...]:
    """The best by relevance, ties by asset id; everyone who ties with the last is looked at."""
    cosine, words, term = scores
    # The one formula, given whole columns, so that engine and callers cannot differ.
    value: Any = relevance(Hit("", cosine, words, term, None))  # type: ignore[arg-type]
    limit, top = max(0, query.limit), np.arange(len(value))
    if 0 < limit < len(value):
        top = np.flatnonzero(value >= np.partition(value, len(value) - limit)[len(value) - limit])
    names = _names(connection, found.numbers[top])
    order = sorted(zip((-value[top]).tolist(), names, top.tolist(), strict=True))[:limit]
    return tuple(_hit(name, *(column.item(place) for column in (*scores, found.metres))) for _, name, place in order)


def _hit(asset: str, cosine: float, words: float, term: float, metres: float) -> Hit:
    return Hit(asset, cosine, words, term, None if np.isnan(metres) else metres)


def _names(connection: sqlite3.Connection, numbers: Numbers) -> list[str]:
    """Asset ids in the order of `numbers`."""
    sql = "SELECT id, asset FROM doc WHERE id IN (SELECT value FROM json_each(?))"
    names = dict(connection.execute(sql, (json.dumps(numbers.tolist()),)))
    return [names[number] for number in numbers.tolist()]
