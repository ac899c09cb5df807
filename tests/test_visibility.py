"""What is for workers only stays with workers: in answers, in the index, and in every field."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from lists import CHESS, CHOIR, PLOTS, named, write

from asset_map.asset import Asset, Contact, Location
from asset_map.directory import Directory, for_public
from asset_map.directory.as_json import matches_json
from asset_map.errors import NotFound
from asset_map.search import Probe, Query

CONNECTORS = ("Who", "How they connect people", "Patch", "Postcode / area", "Phone")
JO = ("Jo at the corner shop", "Walks people to the zorbing club", "Tolladine Road", "M33 7ZF", "01632 960180")


def test_a_list_for_workers_is_found_only_with_workers(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "connectors_workers_only.csv", [JO], CONNECTORS)])
    asset = named(empty, JO[0])
    assert (asset.visibility, asset.kind) == ("workers", "connector")
    for words in ("zorbing", "knows people", "corner shop"):
        assert empty.match(words, "M33 7ZF", 5000).matches == ()
    with pytest.raises(NotFound):
        empty.asset(asset.id)
    assert empty.asset(asset.id, workers=True) == asset


def test_workers_see_what_is_for_them(empty: Directory, tmp_path: Path) -> None:
    header = ("Group", "What we do", "Postcode", "Who may see it")
    empty.load([write(tmp_path / "groups.csv", [(*CHESS[:3], "workers only"), (*CHOIR[:3], "public")], header)])
    assert [m.asset.name for m in empty.match("chess", "M33 7ZF", 5000, workers=True).matches] == [CHESS[0]]
    assert empty.match("chess", "M33 7ZF", 5000).matches == ()


def test_a_row_that_says_workers_wins_over_a_source_that_is_public(empty: Directory, tmp_path: Path) -> None:
    header = ("Service", "About", "Postcode", "Who may see it")
    rows = [("Safe Harbour", "A refuge", "WR1 2PA", "staff only"), ("Advice Shop", "Advice", "WR1 2PA", "public")]
    empty.load([write(tmp_path / "services_and_advice.csv", rows, header)])
    assert {asset.name: asset.visibility for asset in empty.assets()} == {
        "Safe Harbour": "workers",
        "Advice Shop": "public",
    }


def test_an_unreadable_visibility_is_for_workers_until_somebody_says(empty: Directory, tmp_path: Path) -> None:
    header = ("Group", "What we do", "Postcode", "Visibility")
    done = empty.load([write(tmp_path / "groups.csv", [(*CHESS[:3], "ask Pat")], header)])
    assert named(empty, CHESS[0]).visibility == "workers"
    assert "shown to workers until then" in done.files[0].rows[0].fixes[0].message


def test_columns_nobody_recognises_are_kept_and_not_shown_to_the_public(empty: Directory, tmp_path: Path) -> None:
    header = ("Group", "What we do", "Postcode", "Favourite biscuit")
    empty.load([write(tmp_path / "groups.csv", [(*CHESS[:3], "garibaldi")], header)])
    asset = named(empty, CHESS[0])
    assert ("Favourite biscuit", "garibaldi") in asset.extra
    assert empty.asset(asset.id).extra == ()
    assert empty.match("garibaldi", "M33 7ZF", 5000).matches == ()
    assert "garibaldi" not in str(matches_json(empty.match("chess", "M33 7ZF", 5000)))


def joined(empty: Directory, tmp_path: Path) -> Asset:
    """A public asset to which a person joined what a list for workers says."""
    header = ("Group", "What we do", "Postcode", "E-mail", "Type", "Who may see it")
    empty.load([write(tmp_path / "groups.csv", [("The Old School", "", "", "", "", "public")], header)])
    secret = ("Back Door", "Secretly zorbing in the attic", "WR1 2PA", "attic@example.org", "Beekeeping", "workers")
    empty.load([write(tmp_path / "team.csv", [secret], header)])
    empty.merge(named(empty, "The Old School").id, named(empty, "Back Door").id)
    return named(empty, "The Old School")


def test_what_only_workers_said_of_a_public_asset_is_kept_for_workers(empty: Directory, tmp_path: Path) -> None:
    asset = joined(empty, tmp_path)
    assert asset.visibility == "public"
    assert asset.emails == ("attic@example.org",)
    assert {"description", "locations", "emails", "categories", "terms"} <= set(asset.workers_only)


@pytest.mark.parametrize("word", ["zorbing", "attic", "eekeeping", "ack door", "WR1 2PA", "team"])
def test_what_only_workers_said_is_nowhere_in_what_the_public_gets(empty: Directory, tmp_path: Path, word: str) -> None:
    asset = joined(empty, tmp_path)
    assert word not in msgspec.json.encode(for_public(asset)).decode()
    answer = matches_json(empty.match("the old school", "", 5000))
    assert [match["name"] for match in answer["matches"]] in (["The Old School"], [])
    assert word not in str(answer)


@pytest.mark.parametrize("word", ["zorbing", "attic", "beekeeping"])
def test_what_only_workers_said_finds_nothing_in_the_index_for_the_public(
    empty: Directory, tmp_path: Path, word: str
) -> None:
    joined(empty, tmp_path)
    page = empty.engine.search(Query((Probe(word, None, {"beekeeping": 1.0}),)))
    assert [(hit.words, hit.term) for hit in page.hits[0]] == [(0.0, 0.0)]


def test_a_place_that_only_workers_know_is_found_by_its_district_and_no_nearer(
    empty: Directory, tmp_path: Path
) -> None:
    joined(empty, tmp_path)
    door, district = empty.place("WR1 2PA").point, empty.place("WR1").point
    for centre, there in ((door, False), (district, True)):
        page = empty.engine.search(Query((Probe("school"),), centre, 100.0))
        assert bool(page.hits[0]) is there


def test_a_rough_place_is_shown_without_address_postcode_and_pin() -> None:
    place = Location(address="1 High Street", postcode="WR1 2PA", latitude=52.2, longitude=-2.2, uprn="1", roughly=True)
    (shown,) = for_public(Asset(id="a", name="A", locations=(place,))).locations
    assert (shown.address, shown.postcode, shown.point, shown.uprn) == (None, "WR1", None, None)


def test_contacts_for_workers_are_left_out() -> None:
    contacts = (Contact(name="Public Pat"), Contact(name="Private Pat", visibility="workers"))
    shown = for_public(Asset(id="a", name="A", contacts=contacts))
    assert [contact.name for contact in shown.contacts] == ["Public Pat"]


def test_a_list_for_workers_never_joins_a_public_one_by_itself(empty: Directory, tmp_path: Path) -> None:
    header = ("Group", "What we do", "Postcode", "Visibility")
    for visibility in ("public", "workers"):
        rows = [(*row[:3], visibility) for row in (CHESS, PLOTS)]
        empty.load([write(tmp_path / f"{visibility}.csv", rows, header)])
    assert sorted(asset.visibility for asset in empty.assets()) == ["public", "public", "workers", "workers"]
