import re

import pytest

from asset_map.match import Chip, Reading
from asset_map.web.asking import Choice, choices, decide

TEXT = "loves gardening, used to sing in a choir, not Tuesdays"


def chosen(response, count):
    return re.findall(r'name="chosen" value="([^"]+)"', response.text)[:count]


def test_the_page_asks_what_matters(client, words):
    said = words(client.get("/conversation"))
    assert "What matters to them? What do they enjoy, what are they good at?" in said
    assert "Nothing you type is kept" in said


def test_an_ask_shows_what_was_heard_and_what_suits(post, words):
    response = post(text=TEXT, where="B29 6LR", reach="25000")
    said = words(response)
    assert response.status_code == 200
    for part in ("What we heard", "gardening", "What might suit", "Why it is here", "Put on the shortlist"):
        assert part in said


def test_the_ask_is_in_no_address_of_the_page(post):
    response = post(text="loves xylophones and gardening", where="B29 6LR")
    addresses = re.findall(r'(?:href|action|src|formaction)="([^"]*)"', response.text)
    assert addresses
    assert not [address for address in addresses if "xylophone" in address or "B29" in address]


def test_the_ask_cannot_be_put_in_an_address(client):
    page = client.get("/conversation?text=gardening&where=B29+6LR").text
    assert "gardening" not in page


def test_a_part_left_out_is_left_out_and_can_be_put_back(post, directory):
    part = next(chip for chip in directory.read(TEXT) if chip.kind in {"interest", "strength"})
    fields = {"part-0-kind": part.kind, "part-0-words": part.words, "part-0-as": "out", "part-0-means": part.kind}
    response = post(text=TEXT, where="B29 6LR", reach="25000", **fields)
    assert f'value="{part.words}"' in response.text
    assert "am-part--out" in response.text
    assert f"You said “{part.words}”" not in response.text
    assert f"You said “{part.words}”" in post(text=TEXT, where="B29 6LR", reach="25000").text


def test_an_empty_ask_is_asked_for(post, words):
    response = post(text="   ", where="B29 6LR")
    assert response.status_code == 400
    assert 'id="text-error"' in response.text
    assert 'value="B29 6LR"' in response.text


def test_an_unknown_place_keeps_what_was_typed(post):
    response = post(text=TEXT, where="ZZ99 9ZZ")
    assert response.status_code == 404
    assert 'id="where-error"' in response.text
    assert TEXT in response.text


def test_no_interest_in_the_ask_says_what_to_add(post, words):
    said = words(post(text="free", where="B29 6LR", reach="1000"))
    assert "Add something they enjoy or are good at" in said


def test_without_its_token_a_form_is_not_answered_and_nothing_is_lost(client, words):
    response = client.post("/conversation", data={"text": TEXT, "where": "B29 6LR"})
    assert response.status_code == 400
    assert "Press the button once more" in words(response)
    assert TEXT in response.text
    assert "What might suit" not in response.text


def test_words_of_danger_put_help_above_the_results(post, words):
    said = words(post(text="he hits me and I love gardening", where="B29 6LR"))
    assert said.index("Samaritans 116 123") < said.index("What we heard")


def test_the_shortlist_has_address_phone_time_and_why(post, words):
    found = post(text="singing in a choir", where="WR3 7NJ", reach="5000")
    response = post("/conversation/shortlist", text="singing in a choir", where="WR3 7NJ", chosen=chosen(found, 2))
    said = words(response)
    assert response.status_code == 200
    for part in (
        "Things to try near",
        "WR3 7NJ",
        "01632 960101",
        "Thursday",
        "How to get there",
        "You said",
        "The first step",
    ):
        assert part in said


def test_an_empty_shortlist_asks_to_choose(post, words):
    response = post("/conversation/shortlist", text=TEXT, where="B29 6LR")
    assert response.status_code == 400
    assert "Choose at least one" in words(response)
    assert TEXT in response.text


def test_a_shortlist_holds_nothing_for_workers_only(post, directory):
    hidden = next(asset for asset in directory.assets() if asset.visibility == "workers")
    response = post("/conversation/shortlist", text=TEXT, where="B29 6LR", chosen=hidden.id)
    assert hidden.name not in response.text


@pytest.mark.parametrize("path", ["/conversation", "/conversation/shortlist"])
def test_the_back_button_can_bring_the_answer_back(post, path):
    kept = post(path, text=TEXT, where="B29 6LR").headers["Cache-Control"]
    assert "private" in kept
    assert "no-store" not in kept


GARDEN = Chip(
    kind="interest", words="growing things", terms=(Reading(id="gardening", sure=0.8), Reading(id="farming", sure=0.3))
)
FREE = Chip(kind="must", words="free", value="free")


def test_chips_nobody_touched_stay_as_they_were_read():
    assert decide((GARDEN, FREE), {}) == (GARDEN, FREE)
    same = {("interest", "growing things"): Choice("gardening", "interest"), ("must", "free"): Choice("keep", "must")}
    assert decide((GARDEN, FREE), same) == (GARDEN, FREE)


def test_another_reading_is_taken_as_sure():
    (chip,) = decide((GARDEN,), {("interest", "growing things"): Choice("farming", "strength")})
    assert chip.kind == "strength"
    assert chip.terms == (Reading(id="farming", sure=1.0),)


def test_just_the_words_have_no_reading():
    (chip,) = decide((GARDEN,), {("interest", "growing things"): Choice("words", "interest")})
    assert chip.terms == ()


def test_a_choice_that_was_not_on_offer_changes_nothing():
    assert decide((GARDEN,), {("interest", "growing things"): Choice("<script>", "nonsense")}) == (GARDEN,)


def test_a_box_that_is_not_ticked_leaves_the_part_out():
    assert decide((FREE,), choices({"part-0-kind": "must", "part-0-words": "free"})) == ()


def test_what_was_chosen_before_stays_on_the_shortlist(post, words):
    before = chosen(post(text="singing in a choir", where="WR3 7NJ"), 1)
    response = post(text="gardening", where="B29 6LR", reach="1000", chosen=before)
    assert "Also on your shortlist, from before" in words(response)
    assert before[0] in chosen(response, 100)
