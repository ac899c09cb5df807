from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.config import data_folder
from asset_map.errors import BadFacts
from asset_map.taxonomy import CueField, Taxonomy, check_terms, load_taxonomy
from asset_map.taxonomy.words import fold, key_of, words_of

SHIPPED = data_folder() / "interests"


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return load_taxonomy(SHIPPED)


def written(folder: Path, *terms: str) -> Path:
    (folder / "terms.yml").write_text("\n".join(terms), encoding="utf-8")
    return folder


GYM = "- {id: gym, label: Gym, cues: [gym, fitness*, '~weights', 'name:iron', 'cat:studio'], not_cues: [gymkhana]}"


def test_the_shipped_terms_are_sound() -> None:
    assert check_terms(SHIPPED) == []


def test_there_are_hundreds_of_terms_and_each_is_said(shipped: Taxonomy) -> None:
    assert len(shipped.terms) >= 450
    assert all(term.said and term.label and term.gives for term in shipped.terms.values())


def test_a_wish_spreads_to_narrower_wider_and_neighbouring_terms(tmp_path: Path) -> None:
    terms = load_taxonomy(
        written(
            tmp_path,
            "- {id: sport, label: Sport, near: {fit: 0.5}}",
            "- {id: bowls, label: Bowls, broader: [sport]}",
            "- {id: indoor, label: Indoor bowls, broader: [bowls]}",
            "- {id: fit, label: Fit}",
        )
    )
    assert terms.spread("sport") == pytest.approx({"sport": 1, "bowls": 0.88, "indoor": 0.7744, "fit": 0.36})
    assert terms.spread("indoor", 0.5) == pytest.approx({"indoor": 0.5, "bowls": 0.21, "sport": 0.0882})
    assert terms.spread("fit")["sport"] == pytest.approx(0.36)  # read both ways


def test_the_weights_come_best_first(shipped: Taxonomy) -> None:
    for term in shipped.terms:
        weights = list(shipped.spread(term).values())
        assert weights == sorted(weights, reverse=True)
        assert weights[0] == 1


@pytest.mark.parametrize(
    ("text", "field", "weak"),
    [
        ("Sale Gyms", "name", False),
        ("Fitness-studio", "description", False),
        ("free weights", "description", True),
        ("Pumping Iron", "name", False),
        ("Studio", "category", False),
    ],
)
def test_a_cue_is_found_in_its_field(tmp_path: Path, text: str, field: CueField, weak: bool) -> None:
    found = load_taxonomy(written(tmp_path, GYM)).cues.find(text, field)
    assert found["gym"].weak is weak


@pytest.mark.parametrize(
    ("text", "field"),
    [("pumping iron", "description"), ("a studio", "name"), ("Gymnast", "name"), ("Gymkhana at the gym", "name")],
)
def test_a_cue_is_not_found_elsewhere(tmp_path: Path, text: str, field: CueField) -> None:
    assert not load_taxonomy(written(tmp_path, GYM)).cues.find(text, field)


def test_a_false_friend_is_only_cut_from_a_description(tmp_path: Path) -> None:
    assert load_taxonomy(written(tmp_path, GYM)).cues.find("a gymkhana, and a gym", "description")


def test_several_words_are_cut_wherever_they_stand(tmp_path: Path) -> None:
    terms = load_taxonomy(written(tmp_path, "- {id: pool, label: Pool, cues: [pool], not_cues: [pool table]}"))
    assert not terms.cues.find("Pool tables", "name")
    assert terms.cues.find("Pool with a pool table", "name")["pool"].words == "Pool"


def test_a_longer_cue_around_a_false_friend_stands(tmp_path: Path) -> None:
    terms = load_taxonomy(
        written(tmp_path, "- {id: church, label: Church, cues: [church, sunday school], not_cues: [school]}")
    )
    assert terms.cues.find("Bethel Sunday School", "name")
    assert not terms.cues.find("Bethel Church School", "name")


def test_patterns_mind_capitals_only_when_they_should(tmp_path: Path) -> None:
    terms = load_taxonomy(written(tmp_path, r"- {id: wi, label: WI, cues: ['=\bWI\b', '/\bjam (and|&) jerusalem/']}"))
    assert terms.cues.find("Hale WI", "name")
    assert terms.cues.find("JAM & JERUSALEM", "name")
    assert not terms.cues.find("hale wi", "name")


def test_apostrophes_accents_hyphens_and_ampersands_make_no_difference() -> None:
    assert key_of("Women’s Café-Bar & Co") == key_of("womens cafe bar and co")


def test_short_forms_are_not_taken_for_other_words() -> None:
    assert key_of("she'd") != key_of("shed")
    assert key_of("I'll") != key_of("ill")
    assert key_of("dont") == key_of("don't")


@given(st.text(max_size=80))
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    for word in words_of(text):
        assert 0 <= word.start < word.end <= len(text)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (
            ["- {id: a, label: A, said: [x], broader: [b]}", "- {id: b, label: B, said: [y], broader: [a]}"],
            "wider than",
        ),
        (["- {id: a, label: A, said: [x], broader: [nowhere]}"], "points to 'nowhere'"),
        (["- {id: a, label: A, said: [x], near: {a: 2}}"], "closeness 2.0"),
        (["- {id: a, label: A, said: [x], cues: ['/(/']}"], "does not compile"),
        (["- {id: a, label: A, said: [x], cues: [café, Cafe]}"], "2 times"),
        (["- {id: a, label: A, said: [x, X]}"], "said has 'x' 2 times"),
        (["- {id: a, label: A, said: [x], cues: [pool], not_cues: [pool]}"], "vetoed by the term's own"),
        (["- {id: a, label: A, said: [pool table], not_cues: [pool table]}"], "among its own not_cues"),
        (["- {id: a, label: A, said: [x], gives: [gold]}"], "gives 'gold'"),
        (["- {id: a, label: A}"], "nobody says it"),
        (["- {id: a}"], "needs an id and a label"),
        (["- {id: a, label: A, said: [x]}", "- {id: a, label: B, said: [y]}"], "the id is in"),
        (["- {id: a, label: A, colour: red}"], "does not know 'colour'"),
        (["- {id: a, label: A, said: [1984]}"], "put quotes round numbers"),
    ],
)
def test_a_fault_is_named_with_its_term(tmp_path: Path, terms: list[str], message: str) -> None:
    messages = check_terms(written(tmp_path, *terms))
    assert any(message in one and "terms.yml" in one for one in messages)


def test_files_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFacts, match="no interest terms"):
        load_taxonomy(tmp_path)
    with pytest.raises(BadFacts, match=r"terms\.yml: cannot be read as YAML"):
        load_taxonomy(written(tmp_path, "- {id: a"))
    with pytest.raises(BadFacts, match="points to 'b'"):
        load_taxonomy(written(tmp_path, "- {id: a, label: A, near: {b: 0.5}}"))


def test_all_cues_over_a_record_take_a_moment(shipped: Taxonomy) -> None:
    text = (
        "A friendly group for older people with tea, walking football, a community garden and advice on benefits. " * 5
    )
    shipped.cues.find(text, "description")
    started = time.perf_counter()
    for _ in range(20):
        shipped.cues.find(text, "description")
    assert (time.perf_counter() - started) / 20 < 0.05  # about 2 ms; the rest is for a busy machine
