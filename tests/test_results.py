"""Benchmarks: asks and judgements fit together, rebuilt peers rank as theirs do, results tell nothing private."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from asset_map.cli import cli
from asset_map.geo import Point
from asset_map.provision.access.reach import Places, Points, find_pairs

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "scripts")]

import access_speed  # noqa: E402
import gaps_trafford  # noqa: E402
import load_open_areas  # noqa: E402
from rankings import FullText, Listed, aliss, better_conversations, in_turn, outpost  # noqa: E402

RESULTS = ROOT / "docs" / "results.md"
SALE = Point(53.424, -2.322)
NEAR, FAR = Point(53.425, -2.322), Point(53.445, -2.322)
ENTRIES = [
    Listed("housing", "Housing Advice", "guidance for tenants", "", "", (NEAR,)),
    Listed("choir", "Sale Singers", "a choir for everyone", "music", "", (FAR,)),
    Listed("club", "Social Club", "singing, dancing and bowls", "", "", (NEAR,)),
]


def asks() -> dict[str, set[str]]:
    found = yaml.safe_load((ROOT / "benchmarks" / "asks_trafford.yml").read_text(encoding="utf-8"))
    return {ask["id"]: {interest["id"] for interest in ask["interests"]} for ask in found}


def test_judgements_fit_the_asks_and_each_pair_stands_once() -> None:
    judged = yaml.safe_load((ROOT / "benchmarks" / "judged_trafford.yml").read_text(encoding="utf-8"))
    known = asks()
    assert len({(one["ask"], one["asset"]) for one in judged}) == len(judged)
    for one in judged:
        assert one["grade"] in (0, 1, 2), one
        assert set(one.get("serves", ())) <= known[one["ask"]], one
        assert one.get("suits", True) or one["grade"] == 0, one
        assert 1 <= len(one["why"].split()) <= 8, one


def test_about_a_fifth_was_judged_twice() -> None:
    judged = yaml.safe_load((ROOT / "benchmarks" / "judged_trafford.yml").read_text(encoding="utf-8"))
    assert 0.15 <= sum("again" in one for one in judged) / len(judged) <= 0.35


def test_better_conversations_finds_words_inside_words() -> None:
    assert better_conversations(ENTRIES)("sing", SALE, 1.0) == ["housing", "choir", "club"]
    assert better_conversations(ENTRIES)("dance", SALE, 1.0) == ["housing"]


def test_outpost_with_a_place_forgets_which_fits_better() -> None:
    assert outpost(ENTRIES, near=True)("singers choir bowls", SALE, 1.0) == ["club", "choir"]
    assert outpost(ENTRIES, near=False)("singers choir bowls", SALE, 1.0) == ["choir", "club"]


def test_aliss_wants_every_word_in_one_field_and_takes_near_misses() -> None:
    search = aliss(ENTRIES, relevance=True)
    assert search("choir singers", SALE, 5000.0) == []
    assert search("dancing bowls", SALE, 5000.0) == ["club"]
    assert search("musik", SALE, 5000.0) == ["choir"]


def test_full_text_keeps_to_the_reach() -> None:
    peer = FullText(":memory:", ENTRIES)
    assert set(peer.search("singing", SALE, 5000.0)) == {"club"}
    assert peer.search("choir", SALE, 5000.0) == ["choir"]
    assert peer.search("choir", SALE, 500.0) == []
    assert peer.search('the "of" -', SALE, 5000.0) == []
    peer.close()


def test_lists_take_turns_without_repeating() -> None:
    assert in_turn([["a", "b"], ["a", "c"], []], 3) == ["a", "b", "c"]


def test_results_name_no_person_and_no_machine() -> None:
    if not RESULTS.exists():
        pytest.skip("make bench writes docs/results.md")
    text = RESULTS.read_text(encoding="utf-8")
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", text)
    assert not re.search(r"\b0\d{3,4}[ -]?\d{3}[ -]?\d{3,4}\b|\+44", text)
    assert not re.search(r"(?<![\w.…])/(work|home|tmp|root|usr)/", text)


def test_areas_are_clustered_like_towns_and_always_the_same() -> None:
    points, places = access_speed.country()
    again, _ = access_speed.country()
    assert (len(points.people), len(places.sessions)) == (33_755, 20_000)
    assert (points.latitude == again.latitude).all()
    squares = np.unique(np.floor(np.column_stack([points.latitude, points.longitude]) * 20), axis=0, return_counts=True)
    spread_evenly = len(points.people) / ((55.5 - 50.2) * (1.5 + 4.8) * 400)
    assert np.sort(squares[1])[-100:].mean() > 20 * spread_evenly


def test_both_methods_agree_and_nothing_in_reach_is_nought() -> None:
    points, places = access_speed.country()
    few = slice(0, 400)
    some = Points(points.latitude[few], points.longitude[few], points.people[few], points.area[few])
    there = Places(places.latitude[few], places.longitude[few], places.sessions[few], places.asset[few])
    reach = find_pairs(some, there, access_speed.MINUTES * 80 / 1.3)
    minutes = reach.metres * 1.3 / 80
    mine, other = access_speed.ours(reach, minutes), access_speed.theirs(reach, minutes)
    apart, nothing = access_speed.difference(mine, other)
    assert apart <= 1e-9
    assert nothing == (mine == 0).sum()
    with pytest.raises(ValueError, match="not the same"):
        access_speed.difference(mine + 1e-6, other)


def test_a_reason_ends_a_sentence() -> None:
    left_out = (("for workers only", 3), ("no place is known", 1))
    assert gaps_trafford.why(left_out) == "3 because they are for workers only, 1 because no place is known"


def test_five_councils_are_loaded_boundaries_first_by_commands_that_exist(open_data: Path) -> None:
    ran = list(load_open_areas.commands(open_data))
    assert [command[0] for command in ran] == ["areas"] * 11 + ["load"] * 2
    assert all(Path(part).is_file() for command in ran for part in command if part.startswith("/"))
    assert len(ran[-1]) > 20
    for command in ran:
        given = command if command[0] == "load" else command[:2]
        assert CliRunner().invoke(cli, [*given[:2], "--help"]).exit_code == 0


def test_pictures_of_results_are_small_and_are_there() -> None:
    if not RESULTS.exists():
        pytest.skip("make bench writes docs/results.md")
    named = re.findall(r"\]\(((?:images/)?[\w-]+\.(?:png|pdf))\)", RESULTS.read_text(encoding="utf-8"))
    for name in named:
        assert (RESULTS.parent / name).stat().st_size < 200_000
