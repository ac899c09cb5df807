import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from gap_tables import AWKWARD, MADE, OGL_LIST, account, four_areas, row, table_of, unknown
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyogrio import list_layers, raw, read_info

from asset_map.asset import Area
from asset_map.directory import Directory
from asset_map.directory.takeaway import FORMATS, file_stem, save, take_away
from asset_map.errors import BadInput, NotFound
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.files.account import Credit
from asset_map.provision.files.layers import PlaceMark, to_geojson, to_geopackage
from asset_map.provision.files.spreadsheet import to_workbook
from asset_map.provision.files.tables import COLUMNS, cells, csv_metadata, safe_text, to_csv

NAMES = [column.name for column in COLUMNS]
GARDENS = Choice(interests=("gardening",), area_kind="ward")
CASTS: dict[str, Any] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string": str,
}
figures = st.none() | st.floats(0, 1e6, allow_nan=False)


def read_by_metadata(content: bytes, described: bytes) -> list[dict[str, Any]]:
    """A CSV read as its CSVW metadata says: UTF-8 as the Encoding Standard decodes it, each cell by its datatype."""
    metadata = json.loads(described)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    columns = metadata["tableSchema"]["columns"]
    assert [titles[0] for titles in (column["titles"] for column in columns)] == rows[0]
    found = []
    for line in rows[1:]:
        values = {}
        for column, cell in zip(columns, line, strict=True):
            kind = column["datatype"]
            values[column["name"]] = None if cell == metadata["null"] else CASTS[base(kind)](cell)
            assert not column.get("required") or cell
            assert "format" not in (kind if isinstance(kind, dict) else {}) or re.fullmatch(kind["format"], cell)
        found.append(values)
    return found


def base(datatype: Any) -> str:
    return str(datatype["base"] if isinstance(datatype, dict) else datatype)


@given(st.lists(st.tuples(figures, figures, st.none() | st.integers(0, 10**6), st.text()), max_size=5))
def test_a_csv_read_by_its_own_metadata_gives_the_numbers_back(given_rows: list[Any]) -> None:
    rows = [
        row(f"E{at}", access=access, need=need, residents=residents, name=name)
        for at, (access, need, residents, name) in enumerate(given_rows)
    ]
    table = table_of(*rows)
    read = read_by_metadata(to_csv(table), csv_metadata(account(table), "gaps.csv"))
    for one, values in zip(rows, read, strict=True):
        expected = dict(zip(NAMES, cells(table, one), strict=True))
        assert values == {**expected, "name": safe_text(one.name) or None}


def test_an_empty_cell_is_not_known_and_nought_is_nought() -> None:
    table, _ = four_areas()
    _, _, nought, not_known = read_by_metadata(to_csv(table), csv_metadata(account(table), "gaps.csv"))
    assert (nought["access_per_1000"], nought["share_within_minutes"], nought["gap"], nought["edge_flag"]) == (
        0,
        0,
        False,
        True,
    )
    assert [not_known[name] for name in ("residents", "access_per_1000", "need", "gap")] == [None] * 4
    assert not_known["confidence"] == "not enough data"


def test_metadata_describes_every_column_and_says_whose_it_is() -> None:
    table, _ = four_areas()
    metadata = json.loads(csv_metadata(account(table), "growing-food.csv"))
    assert metadata["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert metadata["url"] == "growing-food.csv"
    assert metadata["tableSchema"]["primaryKey"] == "code"
    for column in metadata["tableSchema"]["columns"]:
        assert column["dc:description"]
        assert base(column["datatype"]) in CASTS
        assert not set(column) - {"name", "titles", "dc:description", "datatype", "schema:unitText", "required"}
    assert metadata["dc:created"] == {"@value": "2026-11-22", "@type": "xsd:date"}
    assert metadata["dc:license"]["@id"].startswith("http://www.nationalarchives.gov.uk/doc/open-government-licence")
    assert metadata["dc:source"] == [{"@id": "https://example.org/a"}]
    assert "Borsetshire Council" in metadata["dc:rights"]


def test_figures_from_a_list_with_another_licence_are_not_given_the_open_government_licence() -> None:
    table, _ = four_areas()
    mixed = account(table, OGL_LIST, Credit("A map", "Mappers", "Open Database Licence 1.0"))
    assert "dc:license" not in json.loads(csv_metadata(mixed, "gaps.csv"))
    assert "Open Database Licence 1.0" in mixed.sources


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_text_is_never_a_formula_and_numbers_are_left_alone(start: str) -> None:
    table = table_of(row("E1", name=f"{start}1+1", need=-4.5))
    written = to_csv(table).decode("utf-8-sig")
    (values,) = csv.DictReader(io.StringIO(written, newline=""))
    assert values["name"].startswith("'")
    assert values["need"] == "-4.5"
    sheet = load_workbook(io.BytesIO(to_workbook(table, account(table))))["Gaps"]
    assert sheet.cell(2, NAMES.index("name") + 1).data_type == "s"
    assert sheet.cell(2, NAMES.index("name") + 1).value.startswith("'")


def test_a_workbook_has_real_numbers_percentages_and_empty_cells() -> None:
    table, _ = four_areas()
    sheet = load_workbook(io.BytesIO(to_workbook(table, account(table))))["Gaps"]
    head = [cell.value for cell in sheet[1]]
    assert head == [column.title for column in COLUMNS]
    assert sheet.freeze_panes == "C2"
    share, residents = NAMES.index("share_within_minutes") + 1, NAMES.index("residents") + 1
    assert (sheet.cell(2, share).value, sheet.cell(2, share).number_format) == (pytest.approx(1 / 3), "0%")
    assert (sheet.cell(4, share).value, sheet.cell(5, share).value) == (0, None)
    assert (sheet.cell(2, residents).value, sheet.cell(2, residents).number_format) == (1500, "#,##0")
    assert [sheet.cell(at, NAMES.index("gap") + 1).value for at in range(2, 6)] == ["yes", "no", "no", None]


def test_a_workbook_says_what_its_figures_are() -> None:
    table, _ = four_areas()
    about = load_workbook(io.BytesIO(to_workbook(table, account(table))))["About"]
    said = " ".join(str(cell.value or "") for line in about.iter_rows() for cell in line)
    for part in (
        "22 November 2026",
        "edition 2021",
        "5: only an office",
        "A list is not the world",
        "Borsetshire",
        "Access is not use",
    ):
        assert part in said


def test_geojson_has_the_figures_and_says_how_they_came_about() -> None:
    table, areas = four_areas()
    read = json.loads(to_geojson(table, account(table), areas))
    assert [feature["id"] for feature in read["features"]] == [one.code for one in table.rows]
    assert list(read["features"][0]["properties"]) == NAMES
    assert read["features"][3]["properties"]["access_per_1000"] is None
    assert read["metadata"]["made"] == "2026-11-22"
    assert read["metadata"]["licence"]
    assert read["metadata"]["method"]["Gap"]
    for feature in read["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.exterior.is_ccw  # RFC 7946, 3.1.6
        assert all(round(number, 6) == number for corner in shape.exterior.coords for number in corner)


def test_a_shape_that_rounding_would_break_stays_whole() -> None:
    table = table_of(row("E01000001"))
    sliver = shapely.Polygon([(0, 52), (1, 52), (1, 53), (0.5, 52.0000004), (0, 53)])
    _, (area, *_) = four_areas()
    read = json.loads(to_geojson(table, account(table), [replace(area, wkb=shapely.to_wkb(sliver))]))
    shape = shapely.from_geojson(json.dumps(read["features"][0]["geometry"]))
    assert shape.is_valid
    assert shape.area == pytest.approx(sliver.area, rel=1e-5)


def layer(path: Path, name: str) -> tuple[Any, dict[str, list[Any]]]:
    meta, _, shapes, columns = raw.read(path, layer=name)
    return shapely.from_wkb(shapes), dict(zip(meta["fields"], (column.tolist() for column in columns), strict=True))


def test_a_geopackage_has_areas_with_their_figures_and_places(tmp_path: Path) -> None:
    table, areas = four_areas()
    path = tmp_path / "gaps.gpkg"
    marks = [PlaceMark("b", "Orchard", 52.05, -1.95), PlaceMark("a", "=Plots 🥕", 52.01, -1.85)]
    path.write_bytes(to_geopackage(table, account(table), areas, marks))
    assert [name for name, _ in list_layers(path)] == ["gaps", "places"]
    assert read_info(path, layer="gaps")["crs"] == "EPSG:4326"
    shapes, figures = layer(path, "gaps")
    assert set(shapely.get_type_id(shapes)) == {shapely.GeometryType.MULTIPOLYGON}
    assert list(figures) == NAMES
    assert figures["name"][1] == AWKWARD
    assert figures["access_per_1000"][:3] == [one.access for one in table.rows[:3]]
    assert figures["access_per_1000"][3] != figures["access_per_1000"][3], "not known is not nought"
    places, told = layer(path, "places")
    assert told == {"id": ["a", "b"], "name": ["=Plots 🥕", "Orchard"]}
    assert [(place.x, place.y) for place in places] == [(-1.85, 52.01), (-1.95, 52.05)]


def test_without_places_there_is_no_layer_of_places_and_without_areas_no_row(tmp_path: Path) -> None:
    path = tmp_path / "gaps.gpkg"
    path.write_bytes(to_geopackage(table_of(), account(table_of()), []))
    assert [name for name, _ in list_layers(path)] == ["gaps"]
    assert layer(path, "gaps")[1]["code"] == []


@pytest.fixture(scope="module")
def found(directory: Directory) -> GapTable:
    return directory.provision.gaps(GARDENS)


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_table_on_the_same_day_makes_the_same_file(directory: Directory, ending: str) -> None:
    made = take_away(directory, GARDENS, ending, on=MADE)
    assert made == take_away(directory, GARDENS, ending, on=MADE)
    assert made.filename == f"gardening-ward-2025-15-minutes-2026-11-22.{ending}"
    assert made.mimetype == FORMATS[ending].mimetype


def test_every_file_has_the_figures_of_the_table(directory: Directory, found: GapTable) -> None:
    codes = [one.code for one in found.rows]
    read = read_by_metadata(
        take_away(directory, GARDENS, "csv").content, take_away(directory, GARDENS, "csv-metadata.json").content
    )
    assert [(one["code"], one["share_within_minutes"]) for one in read] == [
        (one.code, one.coverage) for one in found.rows
    ]
    layer = json.loads(take_away(directory, GARDENS, "geojson").content)
    assert [feature["id"] for feature in layer["features"]] == codes
    book = load_workbook(io.BytesIO(take_away(directory, GARDENS, "xlsx").content))
    assert [cell.value for cell in book["Gaps"]["A"]][1:] == codes


def test_metadata_names_the_file_beside_it(directory: Directory) -> None:
    made = take_away(directory, GARDENS, "csv-metadata.json", on=MADE)
    assert json.loads(made.content)["url"] == take_away(directory, GARDENS, "csv", on=MADE).filename


def test_places_for_workers_only_are_in_no_file(directory: Directory, tmp_path: Path) -> None:
    everything = Choice(kinds=("group", "venue", "service", "green_space", "employer", "connector"), area_kind="ward")
    hidden = {asset.id for asset in directory.assets() if asset.visibility == "workers"}
    assert hidden
    path = tmp_path / "all.gpkg"
    save(directory, everything, path)
    told = set(layer(path, "places")[1]["id"])
    assert told
    assert not told & hidden


@pytest.mark.parametrize(
    ("choice", "stem"),
    [
        (
            Choice(interests=("a", "b"), edition="2025", place="Old Town & Sons"),
            "a-b-ward-2025-15-minutes-old-town-sons",
        ),
        (Choice(kinds=("venue",), edition="2025", minutes=7.5, travel="car"), "venue-ward-2025-7-5-minutes-car"),
        (Choice(interests=tuple("abcde"), edition="../..", ages="65+"), "a-b-c-and-more-ward-15-minutes-65"),
    ],
)
def test_a_file_is_named_after_what_was_chosen(choice: Choice, stem: str) -> None:
    assert file_stem(choice, date(2026, 1, 2)) == f"{stem}-2026-01-02"


@pytest.mark.parametrize(
    ("choice", "ending", "error"),
    [(GARDENS, "docx", BadInput), (Choice(), "csv", BadInput), (Choice(interests=("nonsense",)), "csv", NotFound)],
)
def test_what_cannot_be_made_is_refused(
    directory: Directory, choice: Choice, ending: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        take_away(directory, choice, ending)


def test_a_file_is_saved_by_its_ending_whole_or_not_at_all(directory: Directory, tmp_path: Path) -> None:
    path = tmp_path / "Our Paper.XLSX"
    save(directory, GARDENS, path)
    assert zipfile.is_zipfile(path)
    before = path.read_bytes()
    with pytest.raises(NotFound):
        save(directory, Choice(interests=("nonsense",)), path)
    assert path.read_bytes() == before
    with pytest.raises(BadInput, match=r"paper\.docx: the ending says what to make; expected one of \.pdf"):
        save(directory, GARDENS, tmp_path / "paper.docx")
    with pytest.raises(BadInput, match="there is no folder"):
        save(directory, GARDENS, tmp_path / "none" / "paper.pdf")
    assert [item.name for item in tmp_path.iterdir()] == ["Our Paper.XLSX"]


def test_metadata_saved_beside_a_csv_names_it(directory: Directory, tmp_path: Path) -> None:
    save(directory, GARDENS, tmp_path / "ours.csv-metadata.json")
    assert json.loads((tmp_path / "ours.csv-metadata.json").read_text())["url"] == "ours.csv"


def test_an_area_of_a_row_that_is_not_there_is_an_error(directory: Directory) -> None:
    areas: list[Area] = []
    table = table_of(unknown("E1"))
    with pytest.raises(KeyError, match="E1"):
        to_geojson(table, account(table), areas)
