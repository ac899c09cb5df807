"""Where a row is: the best place that can be trusted, and a fix for what could not be used."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.geo import Point, in_great_britain, metres_between, to_grid
from asset_map.ingest.coordinates import degrees_spots, grid_spots
from asset_map.ingest.locate import DISAGREE_M, NOTHING, PlaceFacts, locate
from asset_map.postcode import postcode_table, read_postcode

SALE = Point(53.42511, -2.32)  # M33 7ZF
COORDINATES = {"latitude": "53.425110", "longitude": "-2.320000"}


def place(**facts):
    return locate(PlaceFacts(**facts), "activity", postcode_table())


def only_fix(**facts):
    location, (fix,) = place(**facts)
    return location, fix


def away_m(location) -> float:
    return metres_between(location.point, SALE)


def test_coordinates_come_first_and_keep_what_else_was_said():
    location, fixes = place(**COORDINATES, postcode="m337zf", address="1 School Road", city="Sale", uprn="000100")
    assert (location.method, location.accuracy_m, fixes) == ("coordinates", 10.0, ())
    assert location.point == SALE
    assert (location.postcode, location.address, location.city) == ("M33 7ZF", "1 School Road", "Sale")
    assert (location.uprn, location.meaning) == ("100", "activity")


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("53.42511", "-2.32000"),
        (" 53.42511° N ", "2.32000° W"),
        ("53,42511", "-2,32000"),
        ("53°25'30.4\"N", "2°19'12\"W"),
        ("53 25 30.4 N", "2 19 12.0 W"),
        ("53° 25.507′", "−2° 19.2′"),
        ("N53.42511", "W2.32000"),
        ("53.42511, -2.32000", ""),
        ("", "53.42511 -2.32000"),
        ("392083", "378841"),
    ],
)
def test_coordinates_are_read_however_they_are_written(latitude, longitude):
    location, fixes = place(latitude=latitude, longitude=longitude)
    assert (location.method, fixes) == ("coordinates", ())
    assert away_m(location) < 120


@given(st.floats(50.0, 60.5), st.floats(-6.0, 1.5))
def test_degrees_written_to_six_decimals_come_back(latitude, longitude):
    if abs(longitude) > 1e-3:
        spot = degrees_spots(f"{latitude:.6f}", f"{longitude:.6f}")[0]
        assert metres_between(spot.point, Point(latitude, longitude)) < 1
        assert spot.slip == "none"


@settings(deadline=None)
@given(st.floats(50.0, 59.0), st.floats(-6.0, 1.5))
def test_grid_metres_come_back(latitude, longitude):
    easting, northing = to_grid(Point(latitude, longitude))
    spot = grid_spots(f"{easting:.0f}", f"{northing:,.0f}")[0]
    assert metres_between(spot.point, Point(latitude, longitude)) < 2


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_as_coordinates_gives_a_place_in_great_britain_or_none(first, second):
    for spots in (degrees_spots(first, second), grid_spots(first, second)):
        assert all(in_great_britain(spot.point) for spot in spots or ())


def test_easting_and_northing_are_used_where_there_are_no_degrees():
    location, fixes = place(easting="378,841.0", northing="392083", latitude="NA", longitude="-")
    assert (location.method, fixes) == ("coordinates", ())
    assert away_m(location) < 100


def test_degrees_under_easting_and_northing_are_read():
    location, fixes = place(easting="-2.32000", northing="53.42511")
    assert (location.point, fixes) == (SALE, ())


@pytest.mark.parametrize("postcode", ["", "M33 7ZF"])
def test_swapped_coordinates_are_swapped_back(postcode):
    location, fix = only_fix(latitude="-2.32000", longitude="53.42511", postcode=postcode)
    assert location.point == SALE
    assert (fix.code, fix.field) == ("coordinates_swapped", "latitude")
    assert "'-2.32000, 53.42511' are swapped; read as 53.42511, -2.32000" in fix.message


def test_swapped_grid_metres_are_swapped_back_when_the_postcode_says_so():
    location, fix = only_fix(easting="392083", northing="378841", postcode="M33 7ZF")
    assert away_m(location) < 100
    assert fix.code == "coordinates_swapped"


def test_a_lost_minus_sign_is_mended_only_when_the_postcode_says_so():
    location, fix = only_fix(latitude="53.42511", longitude="2.32000", postcode="M33 7ZF")
    assert (location.point, location.method, fix.code) == (SALE, "coordinates", "coordinates_sign")
    location, fix = only_fix(latitude="53.42511", longitude="2.32000")
    assert (location.method, location.point, fix.code) == ("none", None, "coordinates_outside")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("0", "0"), "coordinates_outside"),
        (("48.86", "2.35"), "coordinates_outside"),
        (("53.35", "-6.26"), "coordinates_outside"),
        (("53.42511", "0"), "coordinates_outside"),
        (("53.42511", ""), "coordinates_unreadable"),
        (("north of the park", "by the gate"), "coordinates_unreadable"),
        (("53", "-2"), "coordinates_rough"),
        (("53.4", "-2.3"), "coordinates_rough"),
    ],
)
def test_coordinates_that_are_no_place_give_way_to_the_postcode(cells, code):
    location, fix = only_fix(latitude=cells[0], longitude=cells[1], postcode="M33 7ZF")
    assert (location.method, location.point, fix.code) == ("postcode", SALE, code)
    location, fix = only_fix(latitude=cells[0], longitude=cells[1])
    assert (location.method, location.point, fix.code) == ("none", None, code)


def test_two_decimals_give_way_to_a_postcode_and_stand_without_one():
    location, fixes = place(latitude="53.42", longitude="-2.32", postcode="M33 7ZF")
    assert (location.method, location.point, fixes) == ("postcode", SALE, ())
    location, fixes = place(latitude="53.42", longitude="-2.32")
    assert (location.method, fixes) == ("coordinates", ())
    assert 500 < location.accuracy_m < 1000


def test_near_the_postcode_the_coordinates_win():
    location, fixes = place(latitude="53.40111", longitude="-2.32001", postcode="M33 7ZF")
    assert (location.method, fixes) == ("coordinates", ())
    assert 2000 < away_m(location) < DISAGREE_M


def test_far_from_the_postcode_the_postcode_wins_and_both_distances_are_told():
    location, fix = only_fix(latitude="53.48095", longitude="-2.23743", postcode="M33 7ZF")
    assert (location.method, location.point) == ("postcode", SALE)
    assert fix.code == "coordinates_disagree"
    assert "'53.48095, -2.23743' are 8.3 km from postcode 'M33 7ZF' and 8.8 km from the middle of 'M33'" in fix.message
    assert "the place of the postcode is used" in fix.message


def test_another_postcode_in_the_address_can_bear_the_coordinates_out():
    location, fix = only_fix(**COORDINATES, postcode="LE1 1AA", address="Town Hall, Sale M33 7ZF")
    assert (location.method, location.point, location.postcode) == ("coordinates", SALE, "M33 7ZF")
    assert fix.code == "coordinates_disagree"
    assert "the coordinates are used" in fix.message


def test_sure_coordinates_win_over_a_part_of_a_postcode():
    location, fixes = place(**COORDINATES, postcode="LE1")
    assert (location.method, location.point) == ("coordinates", SALE)
    assert [fix.code for fix in fixes] == ["postcode_incomplete", "coordinates_disagree"]


def test_repaired_coordinates_lose_against_a_part_of_a_postcode():
    location, fixes = place(latitude="-2.32000", longitude="53.42511", postcode="LE1")
    assert location.method == "postcode district"
    assert [fix.code for fix in fixes] == ["postcode_incomplete", "coordinates_disagree"]


def test_a_full_postcode_gives_its_place_and_how_far_it_reaches():
    location, fixes = place(postcode=" m33 7zf ")
    assert (location.method, location.point, location.postcode, fixes) == ("postcode", SALE, "M33 7ZF", ())
    assert 60 <= location.accuracy_m <= 200


@pytest.mark.parametrize(
    ("postcode", "method", "code", "message"),
    [
        (
            "HU1",
            "postcode district",
            "postcode_incomplete",
            "postcode 'HU1' is incomplete; expected one like 'HU1 1AA'",
        ),
        ("M33 7", "postcode sector", "postcode_incomplete", "expected one like 'M33 7"),
        ("NR", "none", "postcode_incomplete", "postcode 'NR' is incomplete"),
        ("M33 7YY", "postcode sector", "postcode_not_known", "postcode 'M33 7YY' is not known"),
        ("BT1 5GS", "none", "postcode_not_known", "is in Northern Ireland"),
        ("M33 77ZZ", "none", "not_a_postcode", "'M33 77ZZ' is not a postcode; expected one like 'M33 "),
        ("ask at the desk", "none", "not_a_postcode", "'ask at the desk' is not a postcode"),
    ],
)
def test_what_is_not_a_full_postcode_is_a_row_to_fix(postcode, method, code, message):
    location, fix = only_fix(postcode=postcode)
    assert (location.method, fix.code, fix.field) == (method, code, "postcode")
    assert message in fix.message
    assert (location.point is None) == (location.accuracy_m is None) == (method == "none")


def test_a_part_of_a_postcode_says_how_rough_it_is():
    assert 2000 < place(postcode="M33")[0].accuracy_m < 3000


def test_the_letter_o_is_read_as_zero_and_reported():
    location, fix = only_fix(postcode="WA15 OHF")
    assert (location.method, location.postcode, fix.code) == ("postcode", "WA15 0HF", "postcode_repaired")


@pytest.mark.parametrize("postcode", ["", "NA", "none", "-", "M33", "see address"])
def test_a_postcode_in_the_address_is_used_where_the_cell_has_none(postcode):
    location, fixes = place(postcode=postcode, address="Waterside, 1 School Road, Sale, M33 7ZF")
    assert (location.method, location.point, location.postcode) == ("postcode", SALE, "M33 7ZF")
    assert len(fixes) == (postcode.lower() not in NOTHING)


def test_an_address_in_the_postcode_cell_is_read():
    location, fixes = place(postcode="School Road, Sale M33 7ZF")
    assert (location.method, location.postcode, fixes) == ("postcode", "M33 7ZF", ())


def test_of_two_postcodes_in_a_cell_the_first_is_used_and_the_row_reported():
    location, fix = only_fix(postcode="M33 7ZF / M32 0TH")
    assert (location.postcode, fix.code) == ("M33 7ZF", "postcode_several")


@pytest.mark.parametrize("nothing", ["", "NA", "n/a", "-", "None"])
def test_a_row_that_says_nothing_of_a_place_is_no_error(nothing):
    location, fixes = place(latitude=nothing, longitude=nothing, postcode=nothing, address=nothing, uprn=nothing)
    assert (location.method, location.point, location.accuracy_m, fixes) == ("none", None, None, ())
    assert (location.address, location.postcode, location.uprn) == (None, None, None)


def test_an_address_without_a_postcode_is_kept_and_reported():
    location, fix = only_fix(address="Methodist Church, Broad Road", city="Sale")
    assert (location.method, fix.code, fix.field) == ("none", "no_place", "address")
    assert location.address == "Methodist Church, Broad Road"


def test_irish_grid_metres_are_not_read_as_british_ones():
    location, fixes = place(easting="333800", northing="374000", postcode="BT1 5GS")
    assert (location.method, location.postcode) == ("none", "BT1 5GS")
    assert [fix.code for fix in fixes] == ["postcode_not_known", "coordinates_outside"]


@pytest.mark.parametrize(("uprn", "kept"), [("00100012797623", "100012797623"), ("100012797623.0", "100012797623")])
def test_property_numbers_lose_their_leading_zeros(uprn, kept):
    assert place(uprn=uprn)[0].uprn == kept


def test_a_property_number_that_a_spreadsheet_spoilt_is_reported():
    location, fix = only_fix(uprn="1.00013E+11")
    assert (location.uprn, fix.code) == (None, "not_a_uprn")


@settings(deadline=None)
@given(
    st.builds(PlaceFacts, **{name: st.text(max_size=12) for name in ("latitude", "longitude", "postcode", "address")})
)
def test_any_row_gets_a_location_and_a_place_has_an_accuracy(facts):
    location, _ = locate(facts, "unknown", postcode_table())
    assert (location.method == "none") == (location.point is None) == (location.accuracy_m is None)


@pytest.mark.open_data
def test_nearly_every_row_of_a_council_that_gives_a_place_is_located():
    if not (folder := os.environ.get("ASSET_MAP_OPEN_DATA")):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    lists = Path(folder) / "council_lists"
    files = [
        *sorted((lists / "trafford_greater_manchester").glob("*.csv")),
        *sorted((lists / "cheltenham").glob("*.csv")),
    ]
    given_place = located = 0
    for file in files:
        for facts in read_facts(file):
            location, _ = locate(facts, "unknown", postcode_table())
            gives = facts.latitude.lower() not in NOTHING or read_postcode(facts.postcode).kind == "full"
            given_place += gives
            located += gives and location.method != "none"
    assert given_place > 3500
    assert located / given_place >= 0.97


def read_facts(file: Path) -> list[PlaceFacts]:
    columns = {"lat": "latitude", "geoy": "latitude", "lon": "longitude", "geox": "longitude"}
    columns |= {name: name for name in ("latitude", "longitude", "postcode", "address")}
    columns |= {"charity_contact_postcode": "postcode", "recipient org:postal code": "postcode"}
    encoding = "cp1252" if file.parent.name == "cheltenham" else "utf-8-sig"
    with file.open(newline="", encoding=encoding) as text:
        rows = list(csv.DictReader(text))
    return [
        PlaceFacts(**{columns[name.lower()]: cell for name, cell in row.items() if name.lower() in columns})
        for row in rows
    ]
