"""How fast is a search near a place among 100,000 assets, and what does looking inside the radius first save?

    python benchmarks/search_100k.py [documents] [queries]

Made-up documents from a fixed seed: 400 towns of Zipf sizes over Great Britain, 30 words of Zipf frequency each, three
interest terms, random unit vectors of 384. Every query has four interests of two words within 15 km of a random asset;
the words are telling ones, the two together in 5 % of documents on average (as are those of asks for real groups, in
open lists of councils). "Words everywhere, then filter" is what many directories do: full text over everything, and
then the distance of each hit.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asset_map.geo import Point, haversine_m
from asset_map.search import Document, Probe, Query
from asset_map.search.embedded import EmbeddedEngine
from asset_map.search.words import expression

SEED, WIDTH, RADIUS_M, WORDS, TERMS = 20260801, 384, 15_000.0, 8000, 450
PROBES, LIMIT = 4, 60


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    queries = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name, closing(EmbeddedEngine(Path(name), {})) as engine:
        making: list[float] = []
        built = seconds(lambda: engine.rebuild(timed(documents(count), making))) - sum(making)
        more = list(documents(10_000, offset=count))
        put = seconds(lambda: engine.put(more))
        asked = list(asks(queries))
        engine.search(asked[0])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with closing(sqlite3.connect(next(Path(name).glob("v*/search.db")))) as connection:
            add_places(connection, chain(documents(count), more))
            # In turns, so that whatever else the machine does meets both alike.
            times = [
                (seconds(partial(engine.search, query)), seconds(partial(plain_search, connection, query)))
                for query in asked
            ]
        inside = [len(engine.search(replace(query, probes=(Probe(""),), limit=count)).hits[0]) for query in asked[:20]]
        print(f"{count:,} documents built in {built:.1f} s; 10,000 more put in {put:.1f} s")
        print(f"{np.median(inside):,.0f} documents inside {RADIUS_M / 1000:g} km; peak memory {before / 1024:.0f} MB\n")
        table(np.array(times) * 1000)


def table(milliseconds: NDArray[np.float64]) -> None:
    print(f"| {PROBES} interests within {RADIUS_M / 1000:g} km | p50 ms | p99 ms |\n| --- | --: | --: |")
    for column, label in enumerate(
        ("radius first: words, meaning and terms", "words everywhere, then filter: words only")
    ):
        p50, p99 = np.percentile(milliseconds[:, column], (50, 99))
        print(f"| {label} | {p50:.1f} | {p99:.1f} |")


def seconds(step: Callable[[], object]) -> float:
    """Wall-clock seconds of a step."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def timed(items: Iterator[Document], spent: list[float]) -> Iterator[Document]:
    """The same documents; `spent` gets the seconds that making each took, which are not the engine's."""
    while True:
        start = time.perf_counter()
        item = next(items, None)
        spent.append(time.perf_counter() - start)
        if item is None:
            return
        yield item


def documents(count: int, offset: int = 0) -> Iterator[Document]:
    rng = np.random.default_rng([SEED, offset])
    towns = np.random.default_rng(SEED).uniform((50.5, -4.5), (56.0, 0.5), (400, 2))
    for number in range(count):
        place = rng.normal(towns[zipf(rng, 400)], (0.04, 0.06))
        words = [f"word{zipf(rng, WORDS)}" for _ in range(30)]
        vector = rng.normal(size=WIDTH).astype(np.float32)
        yield Document(
            asset=f"asset-{offset + number:07}",
            name=" ".join(words[:4]),
            text=" ".join(words[4:]),
            kind="group",
            visibility="public",
            points=(Point(*map(float, place)),),
            anywhere=number % 500 == 0,
            terms=tuple((f"term{zipf(rng, TERMS)}", 0.8) for _ in range(3)),
            vector=vector / np.linalg.norm(vector),
        )


def zipf(rng: np.random.Generator, size: int) -> int:
    """A number below `size`, n about as often as 1/(n+1)."""
    return min(size - 1, int(np.exp(rng.uniform(0, np.log(size + 1)))) - 1)


def asks(count: int) -> Iterator[Query]:
    rng = np.random.default_rng(SEED + 1)
    for near in documents(count):
        probes = []
        for _ in range(PROBES):
            vector = rng.normal(size=WIDTH).astype(np.float32)
            words = " ".join(f"word{int(rank)}" for rank in np.exp(rng.uniform(np.log(20), np.log(WORDS), 2)))
            terms = {f"term{zipf(rng, TERMS)}": weight for weight in (1.0, 0.6)}
            probes.append(Probe(words, vector / np.linalg.norm(vector), terms))
        yield Query(tuple(probes), near.points[0], RADIUS_M, limit=LIMIT)


def add_places(connection: sqlite3.Connection, items: Iterable[Document]) -> None:
    """The plain way's table: two columns for a place, beside the full text that both ways share."""
    connection.execute("CREATE TEMP TABLE place (id INTEGER PRIMARY KEY, asset TEXT, latitude REAL, longitude REAL)")
    connection.executemany(
        "INSERT INTO temp.place VALUES (?, ?, ?, ?)",
        ((n, item.asset, item.points[0].latitude, item.points[0].longitude) for n, item in enumerate(items)),
    )
    connection.commit()


def plain_search(connection: sqlite3.Connection, query: Query) -> list[list[tuple[str, float]]]:
    """For each interest every document with its words, best first, and then those of them that are near enough."""
    sql = """
        SELECT asset, latitude, longitude, bm25(words) FROM words JOIN temp.place ON place.id = words.rowid
        WHERE words MATCH ? ORDER BY bm25(words), asset
    """
    assert query.centre is not None
    answers = []
    for probe in query.probes:
        near: list[tuple[str, float]] = []
        for asset, latitude, longitude, score in connection.execute(sql, (expression(probe.words, {}),)):
            if haversine_m(query.centre.latitude, query.centre.longitude, latitude, longitude) <= RADIUS_M:
                near.append((asset, -score))
            if len(near) == LIMIT:
                break
        answers.append(near)
    return answers


if __name__ == "__main__":
    main()
