"""What nobody has approached yet: kept, shown to workers, in no answer and no figure, there for what-if."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lists import CHESS, CHOIR, named, run, write

from asset_map.asset import NOT_APPROACHED, Asset, Location, Record, Term
from asset_map.directory import Directory
from asset_map.directory.as_json import asset_json
from asset_map.directory.indexing import around, documents
from asset_map.directory.what_if import candidates
from asset_map.errors import BadFacts, NotFound
from asset_map.ingest.manifest import read_manifest
from asset_map.ingest.merge import merge
from asset_map.provision.access.supply import supply
from asset_map.search import Probe, Query

HEADER = ("School", "Type", "Postcode", "Status")
HILL = ("Marmalade Hill Primary School", "Zorbing", "M33 7ZF", "Not yet approached")
SCHOOL = "sample_worcester_primary_schools"


def load(directory: Directory, folder: Path, status: str = "Not yet approached", **options: bool) -> Asset:
    directory.load([write(folder / "schools.csv", [(*HILL[:3], status)], HEADER)], **options)
    return named(directory, HILL[0])


def test_it_is_kept_and_shown_to_workers_only(empty: Directory, tmp_path: Path) -> None:
    asset = load(empty, tmp_path)
    assert (asset.status, asset.visibility) == (NOT_APPROACHED, "workers")
    assert empty.asset(asset.id, workers=True).status == NOT_APPROACHED
    with pytest.raises(NotFound):
        empty.asset(asset.id)


@pytest.mark.parametrize("workers", [False, True])
def test_no_ask_finds_it_not_even_a_workers(empty: Directory, tmp_path: Path, workers: bool) -> None:
    load(empty, tmp_path)
    for words in ("zorbing", "marmalade hill primary school"):
        assert empty.match(words, "M33 7ZF", 5000, workers=workers).matches == ()
    empty.reindex()
    assert empty.match("zorbing", "M33 7ZF", 5000, workers=workers).matches == ()
    page = empty.engine.search(Query((Probe("zorbing marmalade"),), visibility="workers"))
    assert page.hits[0] == ()


def test_an_index_that_is_behind_the_store_cannot_make_it_a_match(empty: Directory, tmp_path: Path) -> None:
    asset = load(empty, tmp_path)
    empty.engine.put(documents([asset], None, around(empty.store)))
    page = empty.engine.search(Query((Probe("zorbing"),), visibility="workers"))
    assert [hit.asset for hit in page.hits[0]] == [asset.id]
    assert empty.match("zorbing", "M33 7ZF", 5000, workers=True).matches == ()


def test_it_is_no_provision_and_not_left_out_either() -> None:
    place = Location(latitude=52.19, longitude=-2.22, method="coordinates", meaning="activity")
    asset = Asset(id="a", name="A", terms=(Term(id="gardening", source="name"),), locations=(place,))
    for visibility in ("public", "workers"):
        found = supply([replace(asset, status=NOT_APPROACHED)], {"gardening"}, visibility=visibility)
        assert (found.assets, found.left_out) == ((), ())
    assert supply([asset], {"gardening"}).assets == ("a",)


def test_the_export_has_it_with_its_status(empty: Directory, tmp_path: Path) -> None:
    assert asset_json(load(empty, tmp_path))["status"] == NOT_APPROACHED


def test_a_later_load_that_says_it_is_active_makes_it_ordinary(empty: Directory, tmp_path: Path) -> None:
    asked = load(empty, tmp_path)
    asset = load(empty, tmp_path, "active")
    assert (asset.id, asset.status, asset.visibility) == (asked.id, "active", "public")
    assert [match.asset.id for match in empty.match("zorbing", "M33 7ZF", 5000).matches] == [asset.id]
    assert candidates(empty) == ()


def test_what_was_active_and_is_not_yet_approached_leaves_the_index(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path, "active")
    load(empty, tmp_path)
    assert empty.match("zorbing", "M33 7ZF", 5000, workers=True).matches == ()
    assert [one.name for one in candidates(empty)] == [HILL[0]]


def test_undoing_the_load_that_said_so_brings_the_match_back(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path, "active")
    load(empty, tmp_path)
    empty.undo(2)
    assert [match.asset.name for match in empty.match("zorbing", "M33 7ZF", 5000).matches] == [HILL[0]]


def test_a_whole_file_can_be_marked_when_it_is_loaded(empty: Directory, tmp_path: Path) -> None:
    assert load(empty, tmp_path, "", not_yet_approached=True).status == NOT_APPROACHED


def test_a_row_that_says_it_is_active_is_so_in_a_file_that_is_marked(empty: Directory, tmp_path: Path) -> None:
    asset = load(empty, tmp_path, "active", not_yet_approached=True)
    assert (asset.status, asset.visibility) == ("active", "public")


def test_a_row_that_says_public_stays_for_workers_while_nobody_has_asked(empty: Directory, tmp_path: Path) -> None:
    header = (*HEADER, "Visibility")
    empty.load([write(tmp_path / "schools.csv", [(*HILL, "public")], header)])
    assert named(empty, HILL[0]).visibility == "workers"


@pytest.mark.parametrize("words", ["Not yet approached", "not approached yet", "to be approached", "Not yet asked"])
def test_the_words_of_a_status_column(empty: Directory, tmp_path: Path, words: str) -> None:
    assert load(empty, tmp_path, words).status == NOT_APPROACHED


def test_the_command_line_marks_a_file(tmp_path: Path) -> None:
    file = write(tmp_path / "groups.csv", [CHESS[:3], CHOIR[:3]], ("Group", "What we do", "Postcode"))
    assert run(tmp_path / "home", "load", file, "--not-yet-approached").returncode == 0
    exported = run(tmp_path / "home", "export").stdout
    assert exported.count('"status":"not yet approached"') == 2
    assert CHESS[0] not in run(tmp_path / "home", "match", "chess", "--workers").stdout


def test_a_manifest_marks_a_source_and_says_a_wrong_key(tmp_path: Path) -> None:
    lines = ["name: schools", "title: t", "publisher: p", "licence: l", "url: u"]
    path = tmp_path / "schools.yml"
    path.write_text("\n".join([*lines, "not_yet_approached: true"]))
    assert read_manifest(path).not_yet_approached is True
    path.write_text("\n".join([*lines, "not_yet_aproached: true"]))
    with pytest.raises(BadFacts, match="not_yet_approached"):
        read_manifest(path)


def test_of_two_records_the_one_that_takes_part_decides() -> None:
    asked = Record(name="Hill School", source="z", key="1", visibility="workers")
    waiting = replace(asked, source="a", status=NOT_APPROACHED)
    for records in ((asked, waiting), (waiting, asked)):
        assert merge("id", records, {"a": 9}, lambda _: ()).status == "active"
        public = [replace(one, visibility="public") if one.source == "z" else one for one in records]
        made = merge("id", public, {}, lambda _: ())
        assert (made.status, made.visibility) == ("active", "public")


def test_the_sample_has_schools_that_nobody_has_approached(directory: Directory) -> None:
    found = candidates(directory, "primary schools")
    assert len(found) == 20
    assert [one.name for one in found] == sorted(one.name for one in found)
    assert candidates(directory, "primary pub") == ()
    assert {one.id for one in candidates(directory, "orchard")} < {one.id for one in found}
    assert directory.source(SCHOOL).sample
