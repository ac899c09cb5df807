"""Matching on the invented sample: what is asked for is near the top, every match says why, and unknown is not no."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from asset_map.asset import Asset
from asset_map.config import data_folder
from asset_map.directory import Directory
from asset_map.match import Match, Matches, Reason

BLUES = "loved catering, Blues fan, wants to meet people and get fit"
GOLDEN: list[dict[str, Any]] = yaml.safe_load((data_folder() / "sample" / "asks.yml").read_text(encoding="utf-8"))
ASKS = [
    (BLUES, "B29", 5000.0),
    ("gardening, free, step-free", "WR1", 5000.0),
    ("singing, not on Thursdays", "WR3 7NJ", 6000.0),
    ("company for my dad, he is 84", "WR5", 5000.0),
    ("football, knitting, cooking, walking and a bit of help with forms", "B30", 5000.0),
]


def found_names(found: Matches) -> list[str]:
    return [match.asset.name for match in found.matches]


# ---- the golden asks


@pytest.mark.parametrize("golden", GOLDEN, ids=[one["ask"][:40] for one in GOLDEN])
def test_every_interest_of_a_golden_ask_is_served_in_the_first_five(
    directory: Directory, golden: dict[str, Any]
) -> None:
    found = directory.match(golden["ask"], golden["near"], golden["reach_km"] * 1000.0)
    top = found_names(found)[:5]
    unserved = [words for words in golden["expect_any"] if not any(word in name for word in words for name in top)]
    assert (unserved, top) == ([], top)
    assert [name for name in top if any(word in name for word in golden["never"])] == []


def test_the_ask_of_the_readme_serves_catering_blues_gym_and_company_in_the_first_eight(directory: Directory) -> None:
    top = " | ".join(found_names(directory.match(BLUES, "B29", 5000.0))[:8])
    for words in (
        "Matchday Kitchen|Match-Day Kitchen|Taster Kitchen|Open Hatch",
        "Keep Right On|Bluenose|Blues",
        "Gym|Barbell|Fitness",
        "Coffee Corner|Warm Welcome|Newcomers|Natter|Café|café|Supper|Cuppa",
    ):
        assert re.search(words, top), (words, top)


# ---- why


def told_by(asset: Asset, field: str) -> str:
    """Everything an asset says in a field that a reason may name."""
    categories = " ".join(asset.categories)
    described = " ".join((asset.name, asset.alternate_name or "", categories, asset.description or ""))
    fields = {"name": f"{asset.name} {asset.alternate_name}", "category": categories, "description": described}
    return " ".join(fields.get(field, f"{getattr(asset, field, '')}").split()).casefold()


def checkable(match: Match, reason: Reason) -> bool:
    if reason.field in ("file", "source"):
        return any(term.id == reason.term and term.words == reason.words for term in match.asset.terms)
    if reason.words is None or reason.kind == "place":
        return reason.kind == "different" or hasattr(match.asset, reason.field or "")
    return " ".join(reason.words.split()).casefold() in told_by(match.asset, reason.field or "")


@pytest.mark.parametrize(("text", "near", "reach_m"), ASKS)
def test_every_match_says_why_and_every_reason_can_be_checked(
    directory: Directory, text: str, near: str, reach_m: float
) -> None:
    found = directory.match(text, near, reach_m)
    assert found.matches
    for match in found.matches:
        assert match.reasons[0].kind in {"interest", "strength", "words"}
        assert f"You said “{match.interest}”" in match.reasons[0].text
        assert match.interest in text
        assert [reason for reason in match.reasons if not checkable(match, reason)] == []


@pytest.mark.parametrize(("text", "near", "reach_m"), ASKS)
def test_a_list_has_no_asset_twice_and_no_organisation_more_than_twice(
    directory: Directory, text: str, near: str, reach_m: float
) -> None:
    assets = [match.asset for match in directory.match(text, near, reach_m, limit=50).matches]
    assert len({asset.id for asset in assets}) == len(assets)
    run_by = [asset.organization.name.casefold() for asset in assets if asset.organization]
    assert [name for name in set(run_by) if run_by.count(name) > 2] == []


@pytest.mark.parametrize(("text", "near", "reach_m"), ASKS)
def test_the_same_ask_gives_the_same_list_and_a_shorter_one_begins_like_it(
    directory: Directory, text: str, near: str, reach_m: float
) -> None:
    whole = directory.match(text, near, reach_m)
    assert directory.match(text, near, reach_m) == whole
    few = directory.match(text, near, reach_m, limit=3)
    assert len(few.matches) == 3
    assert found_names(few) == found_names(whole)[:3]


def test_everything_found_is_within_reach_or_online_or_comes_to_people(directory: Directory) -> None:
    for text, near, reach_m in ASKS:
        centre = directory.place(near)
        for match in directory.match(text, near, reach_m, limit=50).matches:
            asset = match.asset
            free_of_place = asset.online or asset.service_areas or not any(p.point for p in asset.locations)
            assert free_of_place or match.metres is None or match.metres <= reach_m + centre.radius_m, asset.name


def test_of_two_alike_the_nearer_comes_first(directory: Directory) -> None:
    matches = directory.match("allotment", "WR5 1HX", 8000.0).matches
    sites = [match for match in matches if "allotment" in match.asset.name.casefold() and match.metres is not None]
    assert len(sites) >= 2
    by_distance = sorted(sites, key=lambda match: match.metres or 0.0)
    assert sites[0].metres == by_distance[0].metres


def test_each_of_five_interests_has_something_in_the_first_six(directory: Directory) -> None:
    found = directory.match("chess, choir, allotment, swimming, knitting", "WR1", 6000.0)
    assert {match.interest for match in found.matches[:6]} >= {"chess", "choir", "allotment", "swimming", "knitting"}


def test_the_last_of_a_full_list_is_deliberately_different(directory: Directory) -> None:
    found = directory.match("chess", "WR1", 6000.0, limit=5)
    kinds = [[reason.kind for reason in match.reasons] for match in found.matches]
    assert all("different" not in one for one in kinds[:-1])


# ---- must-haves: unknown is not no


def fits(match: Match) -> str:
    return "might" if match.might_fit else "fits"


MUSTS = [
    ("free", "gardening, must be free", lambda asset: asset.free),
    ("step-free", "crafts, step-free", lambda asset: known(asset, "step_free")),
    ("an accessible toilet", "coffee mornings, needs an accessible toilet", lambda asset: known(asset, "toilet")),
]


def known(asset: Asset, name: str) -> bool | None:
    said = {fact.known for fact in asset.accessibility if fact.name == name} - {"unknown"}
    return None if not said else "yes" in said


@pytest.mark.parametrize(("words", "text", "look"), MUSTS, ids=[one[0] for one in MUSTS])
def test_a_must_have_leaves_out_what_does_not_fit_and_keeps_what_might(
    directory: Directory, words: str, text: str, look: Any
) -> None:
    found = directory.match(text, "WR1", 8000.0, limit=60)
    assert found.matches
    assert {look(match.asset) for match in found.matches} <= {True, None}
    for match in found.matches:
        assert match.might_fit == (look(match.asset) is None)
        assert match.might_fit == any(said.casefold().startswith(f"{words}: not known") for said in match.unknowns)
    order = [fits(match) for match in found.matches if match.interest == found.matches[0].interest]
    assert order == sorted(order)


def test_what_does_not_fit_is_counted_with_why(directory: Directory) -> None:
    without = directory.match("gardening", "WR1", 8000.0, limit=60)
    found = directory.match("gardening, must be free", "WR1", 8000.0, limit=60)
    costs = {match.asset.id for match in without.matches if match.asset.free is False}
    assert costs
    assert costs.isdisjoint(match.asset.id for match in found.matches)
    assert [(item.why, item.count > 0) for item in found.left_out] == [("not free", True)]


def test_women_only_leaves_out_what_is_for_men_and_marks_what_nobody_said(directory: Directory) -> None:
    found = directory.match("swimming, women only", "WR4", 6000.0)
    assert found.matches
    assert not found.matches[0].might_fit
    assert re.search("ladies|women", str(found.matches[0].asset).casefold())
    assert all(
        match.might_fit for match in found.matches if not re.search("ladies|women|girls", str(match.asset).casefold())
    )


def test_not_tuesdays_leaves_out_what_happens_on_tuesdays_only(directory: Directory) -> None:
    def days(match: Match) -> set[str]:
        days = {day[-2:] for times in match.asset.schedules for day in (times.byday or "").split(",") if day}
        return days or {"?"}

    plain = directory.match("coffee mornings and company", "WR1", 8000.0, limit=60)
    only = {match.asset.id for match in plain.matches if days(match) == {"TU"}}
    found = directory.match("coffee mornings and company, not on Tuesdays", "WR1", 8000.0, limit=60)
    assert only
    assert only.isdisjoint(match.asset.id for match in found.matches)
    assert sum(item.count for item in found.left_out) >= len(only)


def test_mornings_leaves_out_what_is_plainly_in_the_evening(directory: Directory) -> None:
    found = directory.match("company and coffee, in the morning", "WR1", 8000.0, limit=60)
    sure = [match for match in found.matches if not match.might_fit]
    assert sure
    for match in sure:
        assert any(times.opens_at and times.opens_at < "12:00" for times in match.asset.schedules), match.asset.name
    assert "not in the morning" in {item.why for item in found.left_out}


def test_not_in_the_evening_keeps_what_is_open_all_day(directory: Directory) -> None:
    found = directory.match("a room, a library or a hall, not in the evening", "WR1", 8000.0, limit=60)
    long = [
        t
        for match in found.matches
        for t in match.asset.schedules
        if (t.opens_at or "99") < "12:00" and (t.closes_at or "") > "18:00"
    ]
    assert long


def test_online_leaves_only_what_can_be_joined_from_home_or_might(directory: Directory) -> None:
    found = directory.match("company, must be online", "WR1", 8000.0)
    assert all(match.asset.online or match.might_fit for match in found.matches)
    assert any(match.asset.online for match in directory.match("company", "WR1", 8000.0, limit=100).matches) == any(
        match.asset.online for match in found.matches
    )


# ---- community first


def test_formal_services_come_after_the_community_unless_asked_for(directory: Directory) -> None:
    plain = directory.match("company and somebody to talk to", "WR4 9PA", 6000.0)
    formal = [match.asset.formal for match in plain.matches]
    assert not any(formal[:5])
    asked = directory.match("help at home with washing, a home carer", "WR4 9PA", 6000.0)
    assert any("Home Care" in name for name in found_names(asked)[:3]), found_names(asked)


# ---- places


def test_a_place_over_the_border_is_found(directory: Directory) -> None:
    found = directory.match("football club fan", "B29", 9000.0, limit=60)
    districts = {(p.postcode or "").split(" ")[0] for match in found.matches for p in match.asset.locations}
    assert len(districts - {""}) >= 2


def test_a_far_place_finds_only_what_is_online_or_anywhere(directory: Directory) -> None:
    for match in directory.match("company and a chat", "TR19 7AA", 5000.0).matches:
        assert match.metres is None


def test_what_nobody_can_find_is_said_with_what_to_do(directory: Directory) -> None:
    found = directory.match("chess", "TR19 7AA", 5000.0)
    assert found.matches == ()
    assert found.notices == (
        "Nothing found for “chess” within 5 km of TR19 7AA. Try a wider reach, or say it in other words.",
    )


def test_a_part_that_nobody_serves_is_said_beside_what_is_served(directory: Directory) -> None:
    found = directory.match("chess and deep-sea diving", "WR1", 5000.0)
    assert found.matches
    assert any(notice.startswith("Nothing found for “deep-sea") for notice in found.notices)


def test_a_place_in_the_ask_counts_as_one(directory: Directory) -> None:
    asked = directory.match("chess near WR2", "", 5000.0)
    assert asked.ask.place is not None
    assert asked.ask.place.label == "WR2"
    assert any("Pawn" in name or "Chess" in name for name in found_names(asked))


def test_without_a_place_everything_is_searched_and_nothing_has_a_distance(directory: Directory) -> None:
    found = directory.match("chess", "", 5000.0)
    assert found.matches
    assert {match.metres for match in found.matches} == {None}


def test_an_ask_put_right_by_hand_is_answered_as_it_now_stands(directory: Directory) -> None:
    chips = directory.read("chess and swimming")
    only = tuple(chip for chip in chips if chip.words == "swimming")
    found = directory.match("chess and swimming", "WR1", 5000.0, chips=only)
    assert {match.interest for match in found.matches} == {"swimming"}


def test_connectors_are_found_by_workers_only(directory: Directory, sample_home: Path) -> None:
    text = "somebody who knows everyone on Tolladine Road"
    public, workers = (directory.match(text, "WR4 9ED", 3000.0, workers=flag, limit=50) for flag in (False, True))
    assert not any(match.asset.kind == "connector" for match in public.matches)
    assert any(match.asset.kind == "connector" for match in workers.matches)
