from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from asset_map.asset import Term
from asset_map.config import data_folder
from asset_map.ingest.classify import Facts, classify, classify_all
from asset_map.search import Embedder
from asset_map.search.sayings import SayingVectors
from asset_map.taxonomy import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def terms() -> Taxonomy:
    return load_taxonomy(data_folder() / "interests")


def by_id(found: tuple[Term, ...]) -> dict[str, Term]:
    return {term.id: term for term in found}


def test_a_bare_road_in_a_list_of_allotments_is_an_allotment(terms: Taxonomy) -> None:
    found = classify(Facts(name="Eaton Road", file_words="trafford allotments"), terms)
    assert found[0].id == "allotments"
    assert (found[0].source, found[0].words) == ("file", "allotments")


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("Sale Harriers", "running"),
        ("Trafford Probus", "probus"),
        ("1st Hale Scout Group", "scouting"),
        ("Altrincham Garrick Playhouse Amateur Dramatics", "theatre_group"),
        ("St Mary's Parish Church", "churches"),
        ("Urmston Men's Shed", "mens_shed"),
        ("Urmston Men’s Shed", "mens_shed"),
        ("Parkinson's UK Sale Branch", "parkinsons"),
        ("Timperley Brass Band", "brass_band"),
        ("Stretford Foodbank", "food_bank"),
    ],
)
def test_a_name_says_what_it_is(terms: Taxonomy, name: str, term: str) -> None:
    found = by_id(classify(Facts(name=name), terms))
    assert found[term].source == "name"
    assert found[term].strength >= 0.8


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("Guidance and Advice Centre", "dance"),
        ("Chair Makers' Guild", "choir"),
        ("Cancer Support Sale", "dance"),
        ("Women's Institute Hale", "mens_groups"),
        ("Friends of Sale Gymkhana", "gym"),
        ("East Riding Archives", "riding"),
    ],
)
def test_false_friends_stay_apart(terms: Taxonomy, name: str, never: str) -> None:
    assert never not in by_id(classify(Facts(name=name), terms))


def test_strength_falls_from_name_to_category_file_and_description(terms: Taxonomy) -> None:
    asked = [
        Facts(name="Badminton"),
        Facts(name="Sale", categories=("Badminton",)),
        Facts(name="Sale", file_words="badminton"),
        Facts(name="Sale", description="badminton"),
    ]
    strengths = [by_id(found)["badminton"].strength for found in classify_all(asked, terms)]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == 4


def test_many_interests_in_one_description_count_less_each(terms: Taxonomy) -> None:
    few = by_id(classify(Facts(name="Sale", description="We play chess."), terms))
    many = "We play chess, bowls, darts, tennis, badminton, cricket and football, sing, knit, paint and cook."
    assert by_id(classify(Facts(name="Sale", description=many), terms))["chess"].strength < few["chess"].strength


def test_a_term_found_twice_is_surer(terms: Taxonomy) -> None:
    once = classify(Facts(name="Sale", categories=("Badminton",)), terms)[0]
    twice = classify(Facts(name="Sale", categories=("Badminton",), description="Badminton on Mondays"), terms)[0]
    assert twice.strength > once.strength


def test_meaning_speaks_only_where_cues_are_silent(terms: Taxonomy, sayings: SayingVectors) -> None:
    spoken, silent, blank = classify_all(
        [
            Facts(name="Sale Chess Club"),
            Facts(name="Nobody on their own all day long"),
            Facts(name="Eaton Road"),
        ],
        terms,
        sayings,
    )
    assert {term.source for term in spoken} == {"name"}
    assert {term.source for term in silent} == {"meaning"}
    assert silent[0].id == "company"
    assert silent[0].strength <= 0.5
    assert blank == ()


@pytest.fixture(scope="module")
def sayings(terms: Taxonomy, embedder: Embedder, sample_home: Path) -> SayingVectors:
    return SayingVectors(terms, embedder, sample_home / "cache")


def test_the_vectors_of_sayings_are_kept(terms: Taxonomy, sayings: SayingVectors, tmp_path: Path) -> None:
    few = Taxonomy({"chess": terms.terms["chess"], "dogs": terms.terms["dogs"]})
    told: list[tuple[int, int]] = []
    first = SayingVectors(few, sayings.embedder, tmp_path, lambda done, of: told.append((done, of)))
    again = SayingVectors(few, sayings.embedder, tmp_path, lambda done, of: told.append((done, of)))
    assert first.nearest(["a game of chess"]) == again.nearest(["a game of chess"])
    assert first.nearest(["a game of chess"])[0][0].term == "chess"
    assert len(told) == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".npy"]


def test_a_broken_file_of_vectors_is_made_again(terms: Taxonomy, sayings: SayingVectors, tmp_path: Path) -> None:
    few = Taxonomy({"chess": terms.terms["chess"]})
    expected = SayingVectors(few, sayings.embedder, tmp_path).nearest(["chess"])
    next(tmp_path.iterdir()).write_bytes(b"not an array")
    assert SayingVectors(few, sayings.embedder, tmp_path).nearest(["chess"]) == expected


@pytest.mark.open_data
def test_nearly_every_real_record_gets_a_term(terms: Taxonomy) -> None:
    if not os.environ.get("ASSET_MAP_OPEN_DATA"):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    folder = Path(os.environ["ASSET_MAP_OPEN_DATA"]) / "council_lists" / "trafford_greater_manchester"
    for file, name, description in (
        ("trafford_allotments.csv", "name", ""),
        ("sports_clubs.csv", "name", "category"),
        ("charities_operating_in_trafford.csv", "charity_name", "charity_activities"),
    ):
        with (folder / file).open(encoding="utf-8-sig", errors="replace") as lines:
            rows = list(csv.DictReader(lines))
        words = file.removesuffix(".csv").replace("_", " ")
        facts = [Facts(name=row[name], description=row.get(description, ""), file_words=words) for row in rows]
        found = classify_all(facts, terms)
        assert sum(bool(one) for one in found) / len(found) > 0.95, file
