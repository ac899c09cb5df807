"""How other directories rank, rebuilt small from what their published code does, to stand beside asset_map.

Each is given the same assets (after our loading, so with joined records and tidy places), the same postcode table, and
ranks by its own rule. Ties go to what was loaded first. Better Conversations' synonyms are Hackney's own and left out.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import OSA

from asset_map.asset import Asset
from asset_map.geo import Point, box_around, haversine_m

STOP = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they "
    "this to was will with".split()
)
"""English stop words of Lucene."""
HACKNEY_STOP = STOP | {"advice", "support", "hackney", "from", "you", "your"}
Search = Callable[[str, Point, float], list[str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """An asset as a keyword directory sees it."""

    id: str
    name: str
    description: str
    categories: str
    organization: str
    points: tuple[Point, ...]

    def metres(self, centre: Point) -> float:
        """To its nearest place; infinite where it has none."""
        to = [haversine_m(centre.latitude, centre.longitude, p.latitude, p.longitude) for p in self.points]
        return min(to, default=math.inf)


def listed(assets: Iterable[Asset]) -> list[Listed]:
    """Public assets in the order in which they were loaded."""
    public = (asset for asset in assets if asset.visibility == "public")
    ordered = sorted(public, key=lambda a: (a.claims[0].source, a.claims[0].row or 0, a.id))
    return [
        Listed(
            asset.id,
            asset.name,
            asset.description or "",
            "; ".join(asset.categories),
            asset.organization.name if asset.organization else "",
            tuple(place.point for place in asset.locations if place.point is not None),
        )
        for asset in ordered
    ]


def tokens(text: str, stop: frozenset[str] = STOP) -> list[str]:
    """Lower-case words without stop words, in order, each once."""
    return list(dict.fromkeys(word for word in re.findall(r"[^\W_]+", text.lower()) if word not in stop))


class FullText:
    """What a good engineer writes in an afternoon: FTS5 with Porter stems, any of the words, BM25, a box, haversine."""

    def __init__(self, path: Path | str, entries: Iterable[Listed]) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5 (name, text, tokenize = 'porter unicode61')")
        self._db.execute("CREATE TABLE place (id INTEGER PRIMARY KEY, asset TEXT, latitude REAL, longitude REAL)")
        self._db.create_function("metres", 4, haversine_m, deterministic=True)
        for number, one in enumerate(entries, 1):
            text = f"{one.description} {one.categories} {one.organization}"
            self._db.execute("INSERT INTO words (rowid, name, text) VALUES (?, ?, ?)", (number, one.name, text))
            for point in one.points[:1]:
                row = (number, one.id, point.latitude, point.longitude)
                self._db.execute("INSERT INTO place VALUES (?, ?, ?, ?)", row)
        self._db.commit()

    def search(self, words: str, centre: Point, reach_m: float, limit: int = 20) -> list[str]:
        """Ids inside the reach, best first; the name counts five times."""
        wanted = " OR ".join(f'"{word}"' for word in tokens(words))
        if not wanted:
            return []
        sql = """
            SELECT place.asset FROM words JOIN place ON place.id = words.rowid
            WHERE words MATCH ? AND place.latitude BETWEEN ? AND ? AND place.longitude BETWEEN ? AND ?
              AND metres(?, ?, place.latitude, place.longitude) <= ?
            ORDER BY bm25(words, 5.0, 1.0), words.rowid LIMIT ?
        """
        box = box_around(centre, reach_m)
        corners = (box.south, box.north, box.west, box.east)
        rows = self._db.execute(sql, (wanted, *corners, centre.latitude, centre.longitude, reach_m, limit))
        return [asset for (asset,) in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def better_conversations(entries: Sequence[Listed]) -> Search:
    """Hackney's Better Conversations: substrings, weighed by hand; no place at all; shows eight."""

    def weight(one: Listed, phrase: str, words: list[str]) -> int:
        fields = (one.name.lower(), one.description.lower())
        found = 75 if any(phrase in field for field in fields) else 0
        return found + sum(25 * any(w in field for field in fields) + 25 * (w in fields[0]) for w in words)

    def search(query: str, _centre: Point, _reach_m: float) -> list[str]:
        words = [word for word in query.lower().split(" ") if word not in HACKNEY_STOP and len(word) > 1]
        weighed = [(weight(one, query.lower(), words), one.id) for one in entries]
        return [id_ for w, id_ in sorted(weighed, key=lambda pair: -pair[0]) if w > 0][:8]

    return search


def outpost(entries: Sequence[Listed], *, near: bool) -> Search:
    """Outpost: any stemmed word, name 5, description 1; with a location nearest first and nothing else counts.

    Its count is taken as mended: as published a location search fails. Without `near` the text score orders.
    """
    text = FullText(
        ":memory:", [Listed(o.id, o.name, o.description, "", "", (o.points or (Point(0, 0),))) for o in entries]
    )
    by_id = {one.id: one for one in entries}

    def search(query: str, centre: Point, _reach_m: float) -> list[str]:
        found = text.search(query, Point(0.0, 0.0), 1e9, limit=len(by_id))
        if not near:
            return found
        placed = [(by_id[asset].metres(centre), asset) for asset in found if by_id[asset].points]
        return [asset for _, asset in sorted(placed)]

    return search


def aliss(entries: Sequence[Listed], *, relevance: bool) -> Search:
    """ALISS: all words (stems, up to two letters off) in one field, inside 5 km.

    As a resident first meets it, ordered by bucket of location, which is one bucket here; with `relevance` by score.
    """
    index = _Stems(entries)
    by_id = {one.id: one for one in entries}

    def search(query: str, centre: Point, reach_m: float) -> list[str]:
        scores = index.scores(tokens(query))
        inside = [number for number in scores if by_id[entries[number].id].metres(centre) <= reach_m]
        order = sorted(inside, key=lambda n: (-scores[n] if relevance else 0.0, n))
        return [entries[number].id for number in order]

    return search


class _Stems:
    """BM25 a field over Porter stems, with ALISS's boosts: name, description, categories."""

    MUST, SHOULD = (2.0, 1.5, 1.5), (4.0, 3.0, 3.0)

    def __init__(self, entries: Sequence[Listed]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "CREATE VIRTUAL TABLE t USING fts5 (name, description, categories, tokenize='porter unicode61')"
        )
        rows = [(number, one.name, one.description, one.categories) for number, one in enumerate(entries)]
        self._db.executemany("INSERT INTO t (rowid, name, description, categories) VALUES (?, ?, ?, ?)", rows)
        self._db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        self._postings: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
        self._lengths: list[Counter[int]] = [Counter() for _ in self.MUST]
        columns = {"name": 0, "description": 1, "categories": 2}
        for stem, doc, column in self._db.execute("SELECT term, doc, col FROM v"):
            self._postings[columns[column], stem][doc] += 1
            self._lengths[columns[column]][doc] += 1
        self._vocabulary = sorted({stem for _, stem in self._postings})

    def _stem(self, word: str) -> str:
        self._db.execute("INSERT INTO t (rowid, name) VALUES (-1, ?)", (word,))
        found = self._db.execute("SELECT term FROM v WHERE doc = -1").fetchone()
        self._db.execute("DELETE FROM t WHERE rowid = -1")
        return str(found[0]) if found else word

    def _bm25(self, field: int, stem: str) -> dict[int, float]:
        held, lengths = self._postings.get((field, stem), Counter()), self._lengths[field]
        mean = sum(lengths.values()) / max(1, len(lengths))
        idf = math.log(1 + (len(lengths) - len(held) + 0.5) / (len(held) + 0.5))
        return {d: idf * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * lengths[d] / mean)) for d, n in held.items()}

    def _fuzzy(self, field: int, stem: str) -> dict[int, float]:
        edits = 0 if len(stem) < 4 else 1 if len(stem) < 7 else 2
        found: dict[int, float] = defaultdict(float)
        for other in self._vocabulary:
            apart = OSA.distance(stem, other, score_cutoff=edits)
            if apart <= edits:
                for doc, score in self._bm25(field, other).items():
                    found[doc] += score * (1 - apart / min(len(stem), len(other)))
        return found

    def scores(self, words: Sequence[str]) -> dict[int, float]:
        """Entries that hold all words in one field, with their score."""
        stems, total = [self._stem(word) for word in words], dict[int, float]()
        for field, boost in enumerate(self.MUST):
            found = [self._fuzzy(field, stem) for stem in stems]
            for doc in set.intersection(*(set(f) for f in found)) if found else ():
                total[doc] = total.get(doc, 0.0) + boost * sum(f[doc] for f in found)
        for field, boost in enumerate(self.SHOULD):
            for stem in stems:
                for doc, score in self._bm25(field, stem).items():
                    if doc in total:
                        total[doc] += boost * score
        return total


def in_turn(lists: Sequence[Sequence[str]], limit: int) -> list[str]:
    """The best of each list, then the second of each, each id once."""
    longest = max((len(some) for some in lists), default=0)
    mixed = (some[i] for i in range(longest) for some in lists if i < len(some))
    return list(dict.fromkeys(mixed))[:limit]
