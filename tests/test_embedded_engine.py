"""What only the embedded engine promises: its plan, its files, its waiting, and the same bits every time."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from asset_map.config import data_folder
from asset_map.errors import BadFacts, BadInput, Busy
from asset_map.geo import Point
from asset_map.search import Document, Probe, Query, Vector
from asset_map.search.answer import INSIDE_SQL, WORDS_SQL
from asset_map.search.embedded import EmbeddedEngine
from asset_map.search.tables import create_tables
from asset_map.search.vectors import quantise
from asset_map.search.words import expression, read_synonyms, split_words

HOME = Point(52.48, -1.9)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    with closing(EmbeddedEngine(tmp_path, {}, wait_s=0.2)) as engine:
        yield engine


def document(asset: str, name: str = "Chess", vector: Vector | None = None) -> Document:
    return Document(asset, name, "", "group", "public", (HOME,), False, (), vector)


def query(words: str = "", vector: Vector | None = None) -> Query:
    return Query((Probe(words, vector),), HOME, 1000)


def found(engine: EmbeddedEngine, asked: Query) -> list[str]:
    return [hit.asset for hit in engine.search(asked).hits[0]]


def plan(sql: str, values: object) -> str:
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection)
        connection.execute("CREATE TEMP TABLE candidate (id INTEGER PRIMARY KEY)")
        return "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[arg-type]


def test_full_text_runs_once_and_checks_candidates_by_their_number() -> None:
    assert "SCAN words VIRTUAL TABLE INDEX 0:M" in plan(WORDS_SQL, ("chess",))
    without_the_plus = plan(WORDS_SQL.replace("+rowid", "rowid"), ("chess",))
    assert "INDEX 0:=M" in without_the_plus or "INDEX 0:M=" in without_the_plus


def test_the_radius_is_looked_up_in_the_r_tree() -> None:
    edges = {"point_bits": 20, "south": 52.0, "north": 53.0, "west": -2.0, "east": -1.0}
    assert "SCAN point VIRTUAL TABLE INDEX 2:B0D1B2D3" in plan(INSIDE_SQL, edges)


def test_the_same_documents_in_another_order_give_the_same_page_to_the_last_bit(engine: EmbeddedEngine) -> None:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(500, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    documents = [document(f"{n:03}", f"Chess {n % 5} club {n % 3}", vector) for n, vector in enumerate(vectors)]
    asked = query("chess 1 club 2", vectors[0])
    engine.rebuild(documents)
    first = engine.search(asked)
    random.Random(1).shuffle(documents)
    engine.rebuild(documents[:250])
    engine.put(documents[200:])
    assert engine.search(asked) == first


def test_quantised_cosines_are_close_to_the_true_ones(engine: EmbeddedEngine) -> None:
    vectors = np.random.default_rng(3).normal(size=(200, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    engine.rebuild(document(f"{n:03}", vector=vector) for n, vector in enumerate(vectors))
    hits = engine.search(Query((Probe("", vectors[0]),), HOME, 1000, limit=200)).hits[0]
    assert {hit.asset: hit.cosine for hit in hits} == pytest.approx(
        {f"{n:03}": float(vector @ vectors[0]) for n, vector in enumerate(vectors)}, abs=0.005
    )


def test_a_vector_of_another_width_is_refused_by_put_and_no_vector_in_a_probe(engine: EmbeddedEngine) -> None:
    engine.put([document("a", vector=np.full(4, 0.5, dtype=np.float32))])
    with pytest.raises(BadInput, match=r"asset b: a vector of 2 numbers, but this index holds 4; .* rebuilt"):
        engine.put([document("b", vector=np.array([0, 1], dtype=np.float32))])
    assert engine.search(query(vector=np.array([0, 1], dtype=np.float32))).hits[0][0].cosine == 0


def test_vectors_that_come_later_or_not_at_all_stay_with_their_documents(engine: EmbeddedEngine) -> None:
    north, east = np.eye(2, dtype=np.float32)
    engine.put([document("bare")])
    engine.put([document("north", vector=north), document("also bare"), document("east", vector=east)])
    engine.put([document("bare at the end")])
    assert {hit.asset for hit in engine.search(query(vector=north)).hits[0] if hit.cosine > 0.9} == {"north"}


def test_a_writer_that_waits_too_long_is_told_who_is_busy(engine: EmbeddedEngine, tmp_path: Path) -> None:
    half_way, finish = threading.Event(), threading.Event()

    def slow() -> Iterator[Document]:
        yield document("slow")
        half_way.set()
        finish.wait(60)

    writer = threading.Thread(target=engine.rebuild, args=(slow(),))
    writer.start()
    assert half_way.wait(60)
    with pytest.raises(Busy, match=r"another process has been writing to the search index for more than 0\.2 seconds"):
        engine.put([document("hasty")])
    assert found(engine, query()) == []
    finish.set()
    writer.join(60)
    assert found(engine, query()) == ["slow"]


def test_an_index_of_another_format_counts_as_none_and_goes_with_the_next_rebuild(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    engine.rebuild([document("a")])
    served = (tmp_path / "current").read_text().strip()
    (tmp_path / served).rename(tmp_path / "v0-before")
    (tmp_path / "current").write_text("v0-before\n")
    assert engine.needs_rebuild
    assert found(engine, query()) == []
    engine.rebuild([document("b")])
    assert found(engine, query()) == ["b"]
    assert not (tmp_path / "v0-before").exists()


def test_one_generation_is_left_after_rebuilds_that_worked_failed_or_were_killed(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    (tmp_path / "v1-killed").mkdir()
    for _ in range(3):
        engine.rebuild([document("a")])
    with pytest.raises(AttributeError):
        engine.rebuild([None])  # type: ignore[list-item]
    assert [path.name for path in tmp_path.glob("v*-*")] == [(tmp_path / "current").read_text().strip()]
    assert found(engine, query()) == ["a"]


def test_half_a_row_that_a_killed_writer_left_is_written_over(engine: EmbeddedEngine, tmp_path: Path) -> None:
    vector = np.eye(8, dtype=np.float32)
    engine.rebuild([document("a", vector=vector[0])])
    for path in (tmp_path / (tmp_path / "current").read_text().strip()).iterdir():
        if path.name in {"docs", "points", "terms", "vectors"}:
            with path.open("ab") as file:
                file.write(b"\xff" * 5)
    assert found(engine, query()) == ["a"]
    engine.put([document("b", vector=vector[1])])
    assert [(hit.asset, hit.cosine) for hit in engine.search(query(vector=vector[1])).hits[0]] == [
        ("b", 1.0),
        ("a", 0.0),
    ]


@pytest.mark.parametrize("first", [[], [document("a", vector=np.eye(8, dtype=np.float32)[0])]])
def test_vectors_of_a_killed_writer_do_not_pass_to_the_next_documents(
    engine: EmbeddedEngine, tmp_path: Path, first: list[Document]
) -> None:
    engine.rebuild(first)
    vector = np.eye(8, dtype=np.float32)[1]
    with (tmp_path / (tmp_path / "current").read_text().strip() / "vectors").open("ab") as file:
        file.write(quantise(np.stack([vector] * 3)).tobytes())
    engine.put([document("b")])
    engine.put([document("c", vector=vector)])
    assert {hit.asset for hit in engine.search(query(vector=vector)).hits[0] if hit.cosine > 0} == {"c"}


def test_the_index_can_be_deleted_under_an_open_engine(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.rebuild([document("a")])
    assert found(engine, query()) == ["a"]
    (tmp_path / "current").unlink()
    assert engine.needs_rebuild
    assert found(engine, query()) == []
    engine.rebuild([document("b")])
    assert found(engine, query()) == ["b"]


def test_threads_that_ended_leave_no_connections_behind(engine: EmbeddedEngine) -> None:
    engine.rebuild([document("a")])
    answers: list[list[str]] = []
    for _ in range(50):
        thread = threading.Thread(target=lambda: answers.append(found(engine, query())))
        thread.start()
        thread.join()
    assert answers == [["a"]] * 50
    open_files = [path.resolve().name for path in Path("/proc/self/fd").iterdir()] if Path("/proc").exists() else []
    assert open_files.count("search.db") <= 2


def test_common_words_are_looked_up_only_where_there_are_no_others() -> None:
    assert expression("to go for a walk", {}) == '"walk"'
    assert expression("the who", {}) == '"the" OR "who"'
    assert expression(" !? ", {}) == ""


def test_every_group_of_synonyms_is_sound_and_no_phrase_stands_in_two() -> None:
    synonyms = read_synonyms(data_folder() / "synonyms.yml")
    assert expression("allotments near me", synonyms).startswith('"allotments" OR "near" OR "plot" OR "grow your own"')
    for phrase, others in synonyms.items():
        assert others
        assert all(" ".join(split_words(" ".join(other))) == " ".join(other) for other in others), phrase


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- [one]", r"group 1 is \['one'\]; expected two or more phrases"),
        ("- [a, b]\n- [c, 1]", "group 2"),
        ("a: b", "expected a list of groups"),
        ("[", "cannot be read"),
    ],
)
def test_unsound_synonyms_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "synonyms.yml").write_text(text)
    with pytest.raises(BadFacts, match=message):
        read_synonyms(tmp_path / "synonyms.yml")
