"""What any search engine must do. Only our own values, nothing of any engine."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_map.geo import METRES_PER_DEGREE, Point, metres_between
from asset_map.search import Document, Hit, Probe, Query, SearchEngine, Vector, relevance

HOME = Point(52.48, -1.9)


def document(asset: str, name: str = "", **more: Any) -> Document:
    facts: dict[str, Any] = {
        "text": "",
        "kind": "group",
        "visibility": "public",
        "points": (HOME,),
        "anywhere": False,
        "terms": (),
    }
    return Document(asset=asset, name=name, **(facts | more))


def near(words: str = "", radius_m: float | None = 1000, vector: Vector | None = None, **more: Any) -> Query:
    terms = more.pop("terms", {})
    return Query((Probe(words, vector, terms),), **({"centre": HOME, "radius_m": radius_m} | more))


def hits(engine: SearchEngine, query: Query) -> tuple[Hit, ...]:
    return engine.search(query).hits[0]


def found(engine: SearchEngine, query: Query) -> list[str]:
    return [hit.asset for hit in hits(engine, query)]


def with_words(engine: SearchEngine, words: str, **more: Any) -> list[str]:
    return [hit.asset for hit in hits(engine, near(words, **more)) if hit.words > 0]


def unit(*numbers: float) -> Vector:
    vector = np.zeros(8, dtype=np.float32)
    vector[: len(numbers)] = numbers
    return vector / np.float32(np.linalg.norm(vector))


def north(metres: float) -> Point:
    return Point(HOME.latitude + metres / METRES_PER_DEGREE, HOME.longitude)


def test_an_empty_index_answers_every_probe_with_nothing(engine: SearchEngine) -> None:
    assert engine.search(Query((Probe("chess"), Probe("")), HOME, 1000)).hits == ((), ())


def test_an_index_needs_a_rebuild_until_it_had_one(engine: SearchEngine) -> None:
    assert engine.needs_rebuild
    engine.put([document("a")])
    assert engine.needs_rebuild
    engine.rebuild([document("a")])
    assert not engine.needs_rebuild


def test_putting_again_replaces(engine: SearchEngine) -> None:
    engine.put([document("a", "Chess club", terms=(("chess", 1.0),)), document("b", "Choir")])
    engine.put([document("a", "Bowls club", points=(north(3000),))])
    assert with_words(engine, "chess") == []
    assert with_words(engine, "bowls", radius_m=5000) == ["a"]
    assert found(engine, near()) == ["b"]
    assert [hit.term for hit in hits(engine, near(radius_m=5000, terms={"chess": 1.0}))] == [0, 0]


def test_of_one_asset_put_twice_at_once_the_later_counts(engine: SearchEngine) -> None:
    engine.put([document("a", "Chess"), document("a", "Bowls")])
    assert with_words(engine, "chess bowls") == ["a"]
    assert with_words(engine, "chess") == []


def test_removing_takes_out_and_unknown_ids_are_no_error(engine: SearchEngine) -> None:
    engine.put([document("a"), document("b")])
    engine.remove(["a", "nobody"])
    assert found(engine, near()) == ["b"]


def test_a_rebuild_replaces_everything(engine: SearchEngine) -> None:
    engine.put([document("old", "Chess")])
    engine.rebuild([document("new", "Bowls")])
    assert found(engine, near()) == ["new"]
    engine.rebuild([])
    assert found(engine, near()) == []


def test_a_rebuild_or_put_that_fails_leaves_all_as_it_was(engine: SearchEngine) -> None:
    def failing() -> Iterator[Document]:
        yield from (document(f"new {number}") for number in range(5000))
        raise RuntimeError("the source broke")

    engine.rebuild([document("old")])
    for change in (engine.rebuild, engine.put):
        with pytest.raises(RuntimeError, match="the source broke"):
            change(failing())
        assert found(engine, near()) == ["old"]


def test_the_radius_is_respected_to_the_metre(engine: SearchEngine) -> None:
    engine.put([document("a", points=(north(1000),))])
    assert found(engine, near(radius_m=999)) == []
    assert found(engine, near(radius_m=1001)) == ["a"]
    assert hits(engine, near(radius_m=1001))[0].metres == pytest.approx(1000, abs=0.001)


def test_a_radius_of_nothing_holds_what_is_right_there(engine: SearchEngine) -> None:
    engine.put([document("a"), document("b", points=(north(1),))])
    assert found(engine, near(radius_m=0)) == ["a"]


def test_of_several_points_the_nearest_counts(engine: SearchEngine) -> None:
    engine.put([document("a", points=(north(90_000), north(400), north(800)))])
    assert hits(engine, near())[0].metres == pytest.approx(400, abs=0.001)


def test_what_is_anywhere_is_inside_every_radius_with_its_true_distance(engine: SearchEngine) -> None:
    engine.put([document("helpline", points=(), anywhere=True), document("far", points=(north(9e4),), anywhere=True)])
    metres = {hit.asset: hit.metres for hit in hits(engine, near())}
    assert metres == {"helpline": None, "far": pytest.approx(90_000, abs=0.01)}


def test_what_has_no_place_is_found_only_without_a_radius(engine: SearchEngine) -> None:
    engine.put([document("a", points=())])
    assert found(engine, near()) == []
    assert found(engine, near(radius_m=None)) == ["a"]
    assert found(engine, near(centre=None)) == ["a"]


def test_without_a_centre_everything_is_searched_and_nothing_has_a_distance(engine: SearchEngine) -> None:
    engine.put([document("a", "Chess"), document("b", "Chess", points=(north(800_000),))])
    assert [(hit.asset, hit.metres) for hit in hits(engine, near("chess", centre=None))] == [("a", None), ("b", None)]


@pytest.mark.parametrize("centre", [HOME, None])
def test_a_public_query_never_sees_what_is_for_workers(engine: SearchEngine, centre: Point | None) -> None:
    facts = {"terms": (("refuge", 1.0),), "vector": unit(1), "visibility": "workers"}
    engine.put([document("w1", "Refuge", **facts), document("w2", "Refuge", points=(), anywhere=True, **facts)])
    engine.put([document("open", "Refuge cafe")])
    query = near("refuge", vector=unit(1), terms={"refuge": 1.0}, centre=centre)
    assert found(engine, query) == ["open"]
    workers = Query(query.probes, query.centre, query.radius_m, visibility="workers")
    assert found(engine, workers) == ["w1", "w2", "open"]


def test_only_the_kinds_asked_for_are_found(engine: SearchEngine) -> None:
    engine.put([document("a"), document("b", kind="venue"), document("c", kind="employer")])
    assert found(engine, near(kinds=("venue", "employer"))) == ["b", "c"]


def test_the_order_is_relevance_then_asset_and_the_limit_cuts_there(engine: SearchEngine) -> None:
    engine.put(
        [document(asset, "Chess") for asset in ("d", "b", "a", "c")] + [document("x"), document("z", "Chess chess")]
    )
    page = hits(engine, near("chess", limit=10))
    assert list(page) == sorted(page, key=lambda hit: (-relevance(hit), hit.asset))
    assert [hit.asset for hit in page] == ["z", "a", "b", "c", "d", "x"]
    for limit in range(7):
        assert hits(engine, near("chess", limit=limit)) == page[:limit]


def test_each_probe_has_its_own_hits(engine: SearchEngine) -> None:
    engine.put([document("a", "Chess"), document("b", "Choir")])
    page = engine.search(Query((Probe("choir"), Probe("chess"), Probe("")), HOME, 1000))
    assert [[hit.asset for hit in hits] for hits in page.hits] == [["b", "a"], ["a", "b"], ["a", "b"]]


def test_cosine_is_that_of_the_vectors_and_none_is_nothing_in_common(engine: SearchEngine) -> None:
    engine.put([document("same", vector=unit(3, 1)), document("across", vector=unit(1, -3)), document("none")])
    engine.put([document("against", vector=unit(-3, -1)), document("between", vector=unit(4, -2))])
    cosine = {hit.asset: hit.cosine for hit in hits(engine, near(vector=unit(3, 1)))}
    expected = {"same": 1, "across": 0, "none": 0, "against": -1, "between": 1 / 2**0.5}
    assert cosine == pytest.approx(expected, abs=0.01)
    assert {hit.cosine for hit in hits(engine, near())} == {0.0}


def test_term_is_the_best_weight_times_strength(engine: SearchEngine) -> None:
    engine.put([document("a", terms=(("chess", 0.5), ("games", 0.9), ("chess", 0.25))), document("b")])
    term = {hit.asset: hit.term for hit in hits(engine, near(terms={"chess": 1.0, "games": 0.5, "unheard of": 1.0}))}
    assert term == {"a": 0.5, "b": 0}


@pytest.mark.parametrize(("asked", "name"), [("gardening", "The Garden"), ("garden", "Gardening group")])
def test_words_are_found_by_their_stem(engine: SearchEngine, asked: str, name: str) -> None:
    engine.put([document("a", name), document("b", "Guarded parking")])
    assert with_words(engine, asked) == ["a"]


@pytest.mark.parametrize("asked", ["dance", "chair", "careers", "bowel"])
def test_words_that_only_look_alike_are_not_found(engine: SearchEngine, asked: str) -> None:
    engine.put([document("a", "Guidance"), document("b", "Choir"), document("c", "Carers"), document("d", "Bowls")])
    assert with_words(engine, asked) == []


@pytest.mark.parametrize(
    ("asked", "name"), [("grow your own", "Allotments"), ("allotment", "Grow Your Own"), ("foodbanks", "Food bank")]
)
def test_synonyms_are_found_both_ways(engine: SearchEngine, asked: str, name: str) -> None:
    engine.put([document("a", name), document("b", "Chess for your own pace")])
    assert with_words(engine, asked)[0] == "a"


@pytest.mark.parametrize("asked", ["café", "CAFE", "cafe\u0301", "Women’s café", "women's"])
def test_accents_capitals_and_apostrophes_do_not_matter(engine: SearchEngine, asked: str) -> None:
    engine.put([document("a", "Women's Café")])
    assert with_words(engine, asked) == ["a"]


@pytest.mark.parametrize("name", ["বাংলা গানের দল", "مجموعة المشي", "हिन्दी पुस्तक क्लब", "Клуб шахмат", "中文 书会"])
def test_every_script_is_found(engine: SearchEngine, name: str) -> None:
    engine.put([document("a", name), document("b", "Chess")])
    assert with_words(engine, name.split()[1]) == ["a"]


ODD = [
    "",
    "'",
    '"',
    "chess AND",
    "NOT chess",
    "name:chess",
    "chess*",
    "(chess",
    "NEAR(a b, 2)",
    "^",
    "a\0b",
    "\ud800",
    "%",
]


@pytest.mark.parametrize("words", [*ODD, "word " * 3000, " ".join(map(str, range(3000)))])
def test_odd_punctuation_never_breaks_a_search(engine: SearchEngine, words: str) -> None:
    engine.put([document("a", f"Chess {words}", text=words)])
    assert found(engine, near(words)) == ["a"]
    assert with_words(engine, f"{words} chess"[-200:]) == ["a"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text())
def test_no_text_at_all_breaks_a_search(engine: SearchEngine, words: str) -> None:
    assert len(engine.search(near(words)).hits) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_put_is_found_at_its_true_distance(engine: SearchEngine, data: st.DataObject) -> None:
    points = st.builds(Point, st.floats(49.9, 60.9), st.floats(-8.6, 1.7))
    places = data.draw(st.lists(st.tuples(st.lists(points, max_size=3), st.booleans()), max_size=8))
    centre, radius_m = data.draw(points), data.draw(st.floats(0, 1_500_000))
    engine.rebuild(
        document(str(number), points=tuple(at), anywhere=anywhere) for number, (at, anywhere) in enumerate(places)
    )
    expected = {}
    for number, (at, anywhere) in enumerate(places):
        metres = min((metres_between(centre, point) for point in at), default=None)
        if anywhere or (metres is not None and metres <= radius_m):
            expected[str(number)] = None if metres is None else pytest.approx(metres, abs=0.001)
    assert {hit.asset: hit.metres for hit in hits(engine, near(centre=centre, radius_m=radius_m))} == expected


def test_four_threads_ask_at_once_while_another_writes(engine: SearchEngine) -> None:
    rng = np.random.default_rng(1)
    engine.rebuild(document(f"{n:03}", f"Chess {n % 7}", vector=unit(*rng.normal(size=8))) for n in range(300))
    queries = [near(f"chess {n}", vector=unit(*rng.normal(size=8)), limit=400) for n in range(40)]
    alone = [engine.search(query) for query in queries]

    def write() -> None:
        for _ in range(20):
            engine.put([document("far", points=(north(9e5),))])

    with ThreadPoolExecutor(5) as pool:
        writing = pool.submit(write)
        for _ in range(3):
            together = list(pool.map(engine.search, queries))
            assert [found_in(page.hits[0]) for page in together] == [found_in(page.hits[0]) for page in alone]
        writing.result()


def found_in(page: tuple[Hit, ...]) -> set[tuple[str, float]]:
    return {(hit.asset, hit.cosine) for hit in page}
