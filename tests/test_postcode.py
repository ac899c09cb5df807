"""Postcodes: read, found, mended and placed, offline."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.config import data_folder
from asset_map.errors import BadFacts, UnknownPlace
from asset_map.geo import Box, Point, box_around, metres_between
from asset_map.postcode import find_postcodes, locate_place_text, postcode_table, read_postcode, read_table, repair

ROOT = Path(__file__).parent.parent


def open_data() -> Path:
    if not (folder := os.environ.get("ASSET_MAP_OPEN_DATA")):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    return Path(folder)


@pytest.fixture(scope="module")
def table():
    return postcode_table()


@pytest.mark.parametrize(
    ("raw", "kind", "canonical"),
    [
        ("sw1a1aa", "full", "SW1A 1AA"),
        (" HP18  0JD ", "full", "HP18 0JD"),
        ("GL50 1DY\n", "full", "GL50 1DY"),
        ("BT1 5GS", "full", "BT1 5GS"),
        ("QX1 1AA", "full", "QX1 1AA"),
        ("EC1A", "district", "EC1A"),
        ("M11", "district", "M11"),
        ("M1 1", "sector", "M1 1"),
        ("SW1A1", "sector", "SW1A 1"),
        ("nr", "area", "NR"),
        ("GIR 0AA", "special", "GIR 0AA"),
        ("BFPO 57", "bfpo", "BFPO57"),
        ("SW1A 1AC1", "invalid", ""),
        ("M33 77ZZ", "invalid", ""),
        ("M1 11AA", "invalid", ""),
        ("NPT 1AA", "invalid", ""),
        ("QX", "invalid", ""),
        ("", "invalid", ""),
    ],
)
def test_a_postcode_is_read_by_its_form(raw, kind, canonical):
    read = read_postcode(raw)
    assert (read.kind, read.canonical) == (kind, canonical)


def test_a_full_postcode_names_its_parts():
    read = read_postcode("dn551pt")
    assert (read.area, read.district, read.sector, read.known_area) == ("DN", "DN55", "DN55 1", True)
    assert not read_postcode("QX1 1AA").known_area


@pytest.mark.open_data
def test_every_published_vector_is_read_as_it_says():
    vectors = json.loads((open_data() / "uk" / "postcode_vectors.json").read_text())
    for expected in vectors["cases"]:
        read = read_postcode(expected["raw"])
        got = {"raw": expected["raw"], **{key: getattr(read, key) for key in expected if key != "raw"}}
        assert got == expected
    for area in vectors["areas"]:
        assert read_postcode(area).kind == "area"


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_read_and_searched(text):
    assert read_postcode(text).kind
    assert all(code.kind == "full" for code in find_postcodes(text))


def test_every_postcode_of_the_table_is_found_by_its_name(table):
    points = table.within(Box(53.42, -2.34, 53.44, -2.30))
    for name, latitude, longitude in zip(
        table.names(points.keys), points.latitudes.tolist(), points.longitudes.tolist(), strict=True
    ):
        assert read_postcode(name).canonical == name
        assert table.locate(name) == Point(latitude, longitude)


def test_the_table_is_the_one_that_its_facts_describe(table):
    facts = json.loads((data_folder() / "postcodes" / "gb_postcodes.json").read_text(encoding="utf-8"))
    content = (data_folder() / "postcodes" / facts["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == facts["sha256"]
    assert (len(table), table.edition, table.attribution) == (facts["count"], facts["edition"], facts["attribution"])
    assert len(table) > 1_700_000
    assert facts["attribution"] in " ".join(
        (data_folder() / "postcodes" / "README.md").read_text(encoding="utf-8").replace("> ", "").split()
    )


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("SW1A 1AA", 51.50101, -0.14157),
        ("M33 7ZF", 53.42511, -2.32),
        ("ZE1 0AA", 60.15, -1.15),
        ("B29 6BD", 52.44, -1.93),
    ],
)
def test_a_known_place_is_where_it_is(table, name, latitude, longitude):
    point = table.locate(name)
    assert point is not None
    assert metres_between(point, Point(latitude, longitude)) < 1500


def test_a_postcode_may_live_without_a_place(table):
    assert "AB55 9AA" in table
    assert table.locate("AB55 9AA") is None
    assert table.radius_m("AB55 9AA") is None
    assert "M33 9ZZ" not in table


def test_a_postcode_reaches_farther_in_the_country(table):
    town, country = table.radius_m("M33 7ZF"), table.radius_m("IV27 4AA")
    assert town is not None
    assert country is not None
    assert 100 <= town < 300 < country


def test_a_district_and_a_sector_have_a_middle_and_a_radius_that_holds_most(table):
    district, sector = table.district("M33"), table.sector("M33 7")
    assert district.postcodes > sector.postcodes > 100
    assert metres_between(district.point, Point(53.4214, -2.3251)) < 100
    assert 2000 < district.radius_m < 2600
    assert 0 < sector.radius_m < district.radius_m
    assert table.district("QX1") is None
    assert table.sector("M33 1") is None


def test_a_box_holds_the_postcodes_inside_and_no_others(table):
    centre = table.locate("M33 7ZF")
    points = table.within(box_around(centre, 1000))
    names = table.names(points.keys)
    assert "M33 7ZF" in names
    assert names == sorted(names)
    assert len(points.keys) == len(points.latitudes) == len(points.longitudes)
    assert all(metres_between(centre, table.locate(name)) <= 1415 for name in names)


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "near"),
    [
        ("Cape Wrath", 58.6256, -4.9989, True),
        ("Fair Isle", 59.53, -1.63, True),
        ("Dublin", 53.35, -6.26, False),
        ("Belfast", 54.6, -5.93, False),
        ("the North Sea", 54.5, 1.2, False),
    ],
)
def test_every_place_on_land_is_near_a_postcode_and_the_sea_is_not(table, name, latitude, longitude, near):
    assert table.is_near(Point(latitude, longitude)) == near


def test_homes_leave_out_the_points_that_a_sorting_office_shares(table):
    sheffield = Box(53.35, -1.52, 53.42, -1.42)
    everywhere, homes = (table.within(sheffield, homes_only=flag) for flag in (False, True))
    assert 0.5 < len(homes.keys) / len(everywhere.keys) < 1
    assert set(homes.keys.tolist()) < set(everywhere.keys.tolist())


def test_a_lookup_takes_microseconds(table):
    names = table.names(table.within(Box(53.3, -2.5, 53.5, -2.2)).keys)
    start = time.perf_counter()
    for name in names:
        table.locate(name)
    assert (time.perf_counter() - start) / len(names) < 100e-6


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("M33 OAB", None), ("WA15 OHF", "WA15 0HF"), ("m32-0th.", "M32 0TH"), ("MI 1AE", "M1 1AE"), ("hello", None)],
)
def test_o_and_i_are_mended_only_into_a_postcode_that_lives(table, raw, meant):
    mended = repair(raw, table)
    assert (mended.canonical if mended else None) == meant


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Waterside House, Sale, M33 7ZF", ["M33 7ZF"]),
        ("Sale m337zf and Urmston, M41 0TP; again M33 7ZF", ["M33 7ZF", "M41 0TP"]),
        ("Community Centre, Altrincham WA15 OHF", ["WA15 0HF"]),
        ("Unit B1 2nd Floor, 12 High Street", []),
        ("Flat 3, 41 M60 junction", []),
        ("call 0161 912 2000 or AM33 7ZFX", []),
    ],
)
def test_postcodes_are_found_in_an_address(table, text, found):
    assert [code.canonical for code in find_postcodes(text, table)] == found


@pytest.mark.parametrize(
    ("raw", "method"), [("m33 7zf", "postcode"), ("M33 7", "postcode sector"), ("M33", "postcode district")]
)
def test_what_somebody_types_is_placed(table, raw, method):
    place = locate_place_text(raw, table)
    assert place.method == method
    assert metres_between(place.point, table.district("M33").point) < 2500


def test_a_living_postcode_without_a_place_is_placed_by_its_sector(table):
    assert locate_place_text("BD98 1GA", table).method in ("postcode sector", "postcode district")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("M33 77ZZ", "'M33 77ZZ' is not a postcode; expected one like 'M33 0AW'"),
        ("hello", "'hello' is not a postcode; expected one like 'M33 7ZF'"),
        ("ZZ9 9ZZ", "postcode 'ZZ9 9ZZ' is not known; expected one like 'M33 7ZF'"),
        ("M33 7CC", "'M33 7CC' is not known; expected one like"),
        ("M33 9ZZ", "postcode 'M33 9ZZ' is not known; check it, or use 'M33' for its district"),
        ("M33 7YY", "postcode 'M33 7YY' is not known; check it, or use 'M33 7' for its sector"),
        ("M97", "postcode 'M97' is not known; expected one like 'M1 1AD'"),
        ("NR", "postcode 'NR' is incomplete; expected one like 'NR1 1AA'"),
        ("BT1 5GS", "postcode 'BT1 5GS' is in Northern Ireland; only Great Britain is covered"),
        ("BFPO 57", "postcode 'BFPO 57' has no place on the map"),
    ],
)
def test_not_a_postcode_and_not_known_are_told_apart(table, raw, message):
    with pytest.raises(UnknownPlace) as refused:
        locate_place_text(raw, table)
    assert message in refused.value.message


def build(source: Path, out: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "build_postcodes.py"), str(source), str(out)]
    done = subprocess.run(
        command, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_table_is_built_from_the_files_that_ordnance_survey_ships(tmp_path):
    source = tmp_path / "csv"
    source.mkdir()
    (source / "zy.csv").write_text('"WR2 4AA",90,0,0,"E92000001"\n"WR1 1AD",10,385119,255349,"E92000001"\n')
    (source / "wr.csv").write_text('"WR1 1AA",10,385268,255404,"E92000001"\n')
    build(source, tmp_path / "one")
    build(source, tmp_path / "two")
    table = read_table(tmp_path / "one" / "gb_postcodes.bin")
    assert len(table) == 3
    assert metres_between(table.locate("WR1 1AA"), Point(52.19668, -2.21692)) < 5
    assert "WR2 4AA" in table
    assert table.locate("WR2 4AA") is None
    for name in ("gb_postcodes.bin", "gb_postcodes.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_postcode_far_from_all_of_its_district_loses_its_place(tmp_path):
    source = tmp_path / "list.csv"
    source.write_text(
        "postcode,lat,lon,pqi\nDN3 1AA,53.55,-1.05,10\nDN3 1AB,53.56,-1.04,10\nDN3 1AD,53.56,-1.05,10\n"
        "DN3 3FX,51.89,-0.53,10\n"
    )
    build(source, tmp_path / "out")
    table = read_table(tmp_path / "out" / "gb_postcodes.bin")
    assert "DN3 3FX" in table
    assert table.locate("DN3 3FX") is None
    assert table.locate("DN3 1AB") == Point(53.56, -1.04)


def test_a_damaged_table_is_refused_with_the_way_out(tmp_path):
    whole = (data_folder() / "postcodes" / "gb_postcodes.bin").read_bytes()
    for content in (b"", b"PK\x03\x04", whole[:200], whole[: len(whole) // 2]):
        (tmp_path / "cut.bin").write_bytes(content)
        with pytest.raises(BadFacts, match=r"scripts/build_postcodes\.py"):
            read_table(tmp_path / "cut.bin")
    with pytest.raises(BadFacts, match="no postcode table at"):
        read_table(tmp_path / "none.bin")
