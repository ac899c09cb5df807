"""From a file to records, with nothing stored: keys, names, what a manifest adds, and what a row keeps."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lists import CHESS, CHOIR, GROUPS, HEADER, PLOTS, write

from asset_map.asset import Record
from asset_map.config import data_folder
from asset_map.ingest.manifest import all_manifests
from asset_map.ingest.pipeline import FileRead, Tools, file_words, is_formal, read_source
from asset_map.postcode import postcode_table
from asset_map.taxonomy import load_taxonomy


@pytest.fixture(scope="module")
def tools() -> Tools:
    manifests = all_manifests(data_folder() / "sources")
    return Tools(manifests, load_taxonomy(data_folder() / "interests"), None, postcode_table())


def read(path: Path, tools: Tools, given: str | None = None) -> FileRead:
    return read_source(path, given, tools, lambda _name, _done, _total: None)


def records(found: FileRead) -> list[Record]:
    return [row.record for row in found.rows if row.record is not None]


def test_a_row_without_a_declared_key_is_named_by_its_name_and_postcode(tools: Tools, tmp_path: Path) -> None:
    found = records(read(write(tmp_path / "groups.csv", [CHESS, CHESS]), tools))
    assert [record.key for record in found] == ["northside chess club|M33 7ZF", "northside chess club|M33 7ZF|2"]


def test_a_row_is_named_by_the_columns_its_manifest_declares(tools: Tools, tmp_path: Path) -> None:
    path = write(
        tmp_path / "trafford_allotments.csv",
        [("Eaton Road", "275", "-2.36", "53.37")],
        ("name", "osm_id", "lon", "lat"),
    )
    (record,) = records(read(path, tools))
    assert (record.source, record.key, record.name) == ("trafford_allotments", "275", "Eaton Road Allotments")
    assert ("osm", "275") in record.identifiers
    assert (record.kind, record.categories, record.locations[0].meaning) == ("green_space", ("Allotments",), "activity")


@pytest.mark.parametrize("empty", ["", "NA", "n/a", "-"])
def test_a_key_that_says_nothing_is_no_key(tools: Tools, tmp_path: Path, empty: str) -> None:
    header = ("registered_charity_number", "charity_name", "charity_contact_postcode")
    rows = [(empty, "Sale Choral Society", "M33 7ZF"), (empty, "Hale Bell Ringers", "WA15 9SQ")]
    found = records(read(write(tmp_path / "charities_operating_in_trafford.csv", rows, header), tools))
    assert len({record.key for record in found}) == 2
    assert all("GB-CHC" not in dict(record.identifiers) for record in found)


def test_every_sheet_that_holds_a_table_is_read_and_the_others_are_named(tools: Tools, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in (("Groups", [HEADER, *GROUPS]), ("Notes", [(1, 2), (3, 4)]), ("More", [HEADER, CHOIR])):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(tmp_path / "lists.xlsx")
    found = read(tmp_path / "lists.xlsx", tools)
    assert [(row.sheet, row.number) for row in found.rows] == [("Groups", 2), ("Groups", 3), ("Groups", 4), ("More", 2)]
    assert any("Notes" in note for note in found.notes)


def test_a_half_empty_download_is_noticed(tools: Tools, tmp_path: Path) -> None:
    path = write(
        tmp_path / "trafford_allotments.csv",
        [("Eaton Road", "275", "-2.36", "53.37")],
        ("name", "osm_id", "lon", "lat"),
    )
    assert any("1 rows, where 25 to 60 were expected" in note for note in read(path, tools).notes)


def test_a_list_that_holds_no_assets_is_left_out_with_why(tools: Tools, tmp_path: Path) -> None:
    manifest = next(one for one in tools.manifests if one.left_out)
    found = read(write(tmp_path / manifest.files[0].replace("*", "")), tools, manifest.name)
    assert found.refused is not None
    assert manifest.left_out in found.refused.message


def test_what_has_no_place_is_told_unless_it_is_online(tools: Tools, tmp_path: Path) -> None:
    header = ("Group", "What we do", "Postcode", "Online")
    found = read(write(tmp_path / "groups.csv", [("Chess", "", "", ""), ("Choir", "", "", "yes")], header), tools)
    assert [[fix.code for fix in row.fixes] for row in found.rows] == [["no_place"], []]


def test_the_name_of_a_file_says_what_its_rows_are(tools: Tools, tmp_path: Path) -> None:
    (record,) = records(
        read(write(tmp_path / "allotments 2026.csv", [("Eaton Road", "M33 7ZF")], ("Name", "Postcode")), tools)
    )
    assert [(term.id, term.source) for term in record.terms][:1] == [("allotments", "file")]
    assert file_words(Path("allotments 2026.csv"), "Sale", None) == "allotments. Sale"


def test_what_is_plainly_formal_care_is_formal_and_a_friendly_visit_is_not(tools: Tools, tmp_path: Path) -> None:
    rows = [("Pear Blossom Home Care", "Washing and meals", "M33 7ZF", "", "", ""), CHESS]
    found = records(read(write(tmp_path / "mixed.csv", rows), tools))
    assert [is_formal(record.terms) for record in found] == [True, False]
    assert [record.formal for record in found] == [True, False]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[cells] * len(HEADER)), min_size=1, max_size=5))
def test_no_row_is_lost_whatever_its_cells_hold(tools: Tools, tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    """Every row with anything in it has a record or a reason, whatever stands beside it."""
    found = read(write(tmp_path / "odd.csv", [PLOTS, *rows]), tools)
    if found.refused is None:
        assert all(row.record is not None or row.fixes for row in found.rows)
        assert any(record.name == PLOTS[0] for record in records(found))
        assert len({(row.sheet, row.number) for row in found.rows}) == len(found.rows)
