from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.config import data_folder
from asset_map.match import Chip
from asset_map.match.ask import AskReader, read_ask
from asset_map.match.crisis import crisis_words
from asset_map.search import Embedder
from asset_map.taxonomy import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def terms() -> Taxonomy:
    return load_taxonomy(data_folder() / "interests")


@pytest.fixture(scope="module")
def by_words(terms: Taxonomy) -> AskReader:
    return AskReader(terms)


@pytest.fixture(scope="module")
def reader(terms: Taxonomy, embedder: Embedder, sample_home: Path) -> AskReader:
    return AskReader(terms, embedder, sample_home / "cache")


def firsts(chips: tuple[Chip, ...], *kinds: str) -> list[str]:
    return [chip.terms[0].id for chip in chips if chip.kind in (kinds or ("interest",)) and chip.terms]


def values(chips: tuple[Chip, ...], kind: str) -> list[str | None]:
    return [chip.value for chip in chips if chip.kind == kind]


def test_a_whole_ask_is_read(reader: AskReader) -> None:
    chips = reader.read(
        "loved catering, Birmingham City FC fan, wants to meet people and get fit, B29, free, not Tuesdays"
    )
    assert set(firsts(chips)) == {"cooking", "football_supporters", "company", "keep_fit"}
    assert values(chips, "place") == ["B29"]
    assert values(chips, "must") == ["free"]
    assert values(chips, "time") == ["-TU"]
    assert not values(chips, "unread")


def test_nothing_is_read_from_nothing(by_words: AskReader) -> None:
    assert by_words.read("") == by_words.read("  \n ") == by_words.read("...") == ()


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("my hands are itching for a spade", "gardening"),
        ("I used to love growing veg", "growing_food"),
        ("a game of chess", "chess"),
        ("Blues fan", "football_supporters"),
        ("since the stroke I don't see anyone", "stroke"),
        ("wants to learn Italian", "languages"),
        ("dying to meet people", "company"),
        ("likes QUIZZES", "quiz"),
    ],
)
def test_a_saying_is_heard_word_for_word(by_words: AskReader, text: str, term: str) -> None:
    assert term in firsts(by_words.read(text))


@pytest.mark.parametrize(
    ("text", "term", "never"),
    [
        ("I run a tight ship but I'm lonely in the evenings", "company", "running"),
        ("the bank keeps ringing", "debt", "bell_ringing"),
        ("since the stroke I'm all fingers and thumbs and I lose the thread", "stroke", "sewing"),
        ("Born in Bath, now I'm in Derby, would like to paint", "art_making", "swimming"),
        ("my neighbour Rose has a bridge four and wants a fourth", "bridge", "horticulture_show"),
        ("The wife's a golfer. I'd like a game of chess", "chess", "golf"),
        ("I'd kill for a decent game of darts", "darts", "victims"),
        ("I've always paddled my own canoe. I'd like to learn French", "languages", "kayaking"),
        ("call him Snooker, he likes a brew and a natter", "company", "snooker_pool"),
    ],
)
def test_figures_of_speech_and_names_are_no_interests(reader: AskReader, text: str, term: str, never: str) -> None:
    found = firsts(reader.read(text))
    assert term in found
    assert never not in found


@pytest.mark.parametrize(
    ("text", "unwanted", "wanted"),
    [
        ("hates bingo, loves knitting", "bingo", "knitting"),
        ("anything but knitting", "knitting", None),
        ("Not yoga. I want to lift something heavy", "yoga", "weightlifting"),
        ("can't stand karaoke but likes a choir", "karaoke", "choir"),
        ("no bingo, no bowls, maybe cricket", "bingo", "cricket"),
        ("he'd rather stick pins in his eyes than do tai chi. Bowls he'd consider", "tai_chi", "bowls"),
        ("Swimming's out since the stoma. I'd like a walking group", "swimming", "walking_groups"),
    ],
)
def test_what_is_denied_is_not_wanted(by_words: AskReader, text: str, unwanted: str, wanted: str | None) -> None:
    chips = by_words.read(text)
    assert unwanted in firsts(chips, "not")
    assert unwanted not in firsts(chips)
    assert wanted is None or wanted in firsts(chips)


@pytest.mark.parametrize(
    "text", ["I can't draw but I'd like to", "never learnt to cook", "wouldn't mind a game of chess"]
)
def test_what_somebody_cannot_do_yet_is_wanted(by_words: AskReader, text: str) -> None:
    assert firsts(by_words.read(text))
    assert not firsts(by_words.read(text), "not")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my grandson, 9, likes trains", "age:9"),
        ("she's 46", "age:46"),
        ("a 15 year old who likes anime", "age:15"),
        ("something for my two year old", "age:2"),
        ("over 60s bowls", "age:60+"),
        ("Nan's 76 and likes bingo", "age:76"),
        ("I look after my husband", "carer"),
        ("for older people", "older"),
    ],
)
def test_ages_and_kin_are_who_it_is_for(by_words: AskReader, text: str, value: str) -> None:
    assert value in values(by_words.read(text), "audience")


@pytest.mark.parametrize(
    "text", ["31 yrs in the mill", "sober 20 years", "at 7pm", "is 9 miles off", "5k and 10k runs"]
)
def test_not_every_number_is_an_age(by_words: AskReader, text: str) -> None:
    assert not [v for v in values(by_words.read(text), "audience") if v and v.startswith("age")]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("bingo, must be free", "must", "free"),
        ("he uses a wheelchair", "must", "step_free"),
        ("can't do stairs", "must", "step_free"),
        ("women only swimming", "must", "women_only"),
        ("a quiz on Zoom", "must", "online"),
        ("we've no car", "must", "transport"),
        ("hates crowds", "must", "quiet"),
        ("wears hearing aids", "must", "hearing_loop"),
        ("mornings are best", "time", "morning"),
        ("not in the evenings", "time", "-evening"),
        ("weekends only", "time", "weekend"),
        ("only Tu/Th", "time", "TH"),
        ("we live near Frome", "place", "Frome"),
        ("she lives at sw1a 1aa", "place", "SW1A 1AA"),
        ("new to Hebden Bridge", "place", "Hebden Bridge"),
    ],
)
def test_must_haves_times_and_places_come_out_first(by_words: AskReader, text: str, kind: str, value: str) -> None:
    assert value in values(by_words.read(text), kind)


@pytest.mark.parametrize(
    "text", ["talk about free will", "I feel free on a bike", "the u3a", "in June", "learn it b4 Easter"]
)
def test_words_that_only_look_like_a_must_have_or_a_place(by_words: AskReader, text: str) -> None:
    chips = by_words.read(text)
    assert not values(chips, "must")
    assert not values(chips, "place")


def test_only_a_place_that_is_known_counts_where_places_are_known(by_words: AskReader) -> None:
    known = {"Sale", "sale", "Todmorden"}.__contains__
    assert values(by_words.read("chess near sale", known), "place") == ["sale"]
    assert values(by_words.read("Tai chi. Todmorden.", known), "place") == ["Todmorden"]
    assert values(by_words.read("chess near Narnia", known), "place") == []


def test_wheelchair_rugby_is_a_sport_as_well(by_words: AskReader) -> None:
    assert "wheelchair_sport" in firsts(by_words.read("wheelchair rugby"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("retired nurse, widowed", "retired nurse"),
        ("was a joiner", "was a joiner"),
        ("good with figures", "good with figures"),
    ],
)
def test_a_trade_is_a_strength(by_words: AskReader, text: str, words: str) -> None:
    assert words in [chip.words for chip in by_words.read(text) if chip.kind == "strength"]


def test_how_somebody_is_stands_aside_for_what_they_like(by_words: AskReader) -> None:
    alone, beside = by_words.read("Has aphasia"), by_words.read("Has aphasia. Enjoys snooker")
    assert firsts(alone) == ["aphasia"]
    assert firsts(beside) == ["snooker_pool"] or firsts(beside) == ["pub_games"]
    assert "aphasia" in values(beside, "audience")
    assert "parkinsons" in firsts(by_words.read("dx Parkinsons, wants to meet others with the same"))


def test_what_cannot_be_read_is_said_so(by_words: AskReader) -> None:
    assert [chip.words for chip in by_words.read("wants to frobnicate the zorp") if chip.kind == "unread"]


def test_the_surest_come_first(reader: AskReader) -> None:
    for text in ("chess, dogs and a bit of company", "sea, knitting, steam trains and a brew"):
        sure = [
            chip.terms[0].sure for chip in reader.read(text) if chip.kind in ("interest", "strength") and chip.terms
        ]
        assert sure == sorted(sure, reverse=True)
        assert all(0 < one <= 1 for one in sure)


def test_one_ask_can_be_read_without_keeping_a_reader(terms: Taxonomy) -> None:
    assert firsts(read_ask("chess", terms)) == ["chess"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_text_at_all_can_be_read_and_words_are_verbatim(by_words: AskReader, text: str) -> None:
    for chip in by_words.read(text):
        assert chip.words in text


DANGER = [
    "I want to kill myself",
    "she's been self-harming",
    "he hits me",
    "I don't want to be here any more",
    "he won't let me out",
    "I've taken an overdose",
    "there's no point in living",
    "my son threatens me with a knife",
    "I’m scared of my husband",
    "everyone would be better off without me",
    "she cuts herself",
    "I don't feel safe at home",
]
NO_DANGER = [
    "dying to meet people",
    "just killing time",
    "could murder a cup of tea",
    "I'd kill for a game of chess",
    "bored to death",
    "murder mystery evenings",
    "my feet are killing me",
    "dead keen on bowls",
    "it hits the spot",
    "he beats me at chess",
    "bereaved by suicide support group volunteer",
    "likes a good murder",
    "dog grooming",
    "gardening, mornings, near Sale",
]


@pytest.mark.parametrize("text", DANGER)
def test_words_of_danger_show_a_way_out(text: str) -> None:
    assert crisis_words(text)


@pytest.mark.parametrize("text", NO_DANGER)
def test_figures_of_speech_do_not(text: str) -> None:
    assert not crisis_words(text)


@pytest.mark.open_data
def test_labelled_asks_are_read_well(reader: AskReader) -> None:
    if not os.environ.get("ASSET_MAP_OPEN_DATA"):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    path = Path(os.environ["ASSET_MAP_OPEN_DATA"]).parent / "relevance" / "asks_to_terms.json"
    if not path.is_file():
        pytest.skip("no labelled asks beside the open data")
    asks = json.loads(path.read_text(encoding="utf-8"))["asks"]
    wanted = first = false = 0
    for ask in asks:
        read = set(firsts(reader.read(ask["text"]), "interest", "strength"))
        wanted += len(ask["want"])
        first += sum(not read.isdisjoint(want["any_of"]) for want in ask["want"])
        false += not read.isdisjoint(ask["not"])
    assert first / wanted > 0.9
    assert false / len(asks) < 0.08
