"""Mapping columns: what any council would call a thing is understood, and what only looks like it is not."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.config import data_folder
from asset_map.errors import BadFacts, RefusedFile
from asset_map.ingest import FIELDS, Row, Sheet
from asset_map.ingest.columns import MANY, map_columns
from asset_map.ingest.manifest import Manifest, all_manifests, find_manifest
from asset_map.ingest.readers import read_file
from asset_map.ingest.spellings import read_spellings


def sheet_of(*header, rows=()):
    made = tuple(Row(number=n, cells=tuple(row)) for n, row in enumerate(rows, start=2))
    return Sheet(name=None, header=header, rows=made)


def fields_of(*header, rows=(), manifest=None):
    return {column.heading: column.field for column in map_columns(sheet_of(*header, rows=rows), manifest).columns}


UNDERSTOOD = {
    "What is it?": "description",
    "Where": "address",
    "When do you meet": "opening",
    "Who to ask for": "contact_name",
    "Tel.": "phone",
    "E-mail": "email",
    "£": "cost",
    "Cost (£)": "cost",
    "Ages": "age",
    "Acc?": "accessibility",
    "Last checked": "assured_date",
    "featureNum": "key",
    "Post Code": "postcode",
    "charity_contact_web": "website",
    "charity_contact_postcode": "postcode",
    "Recipient Org:Postal Code": "postcode",
    "opening_hours_monday": "opening_mo",
    "Thurs": "opening_th",
    "Saturday opening times": "opening_sa",
    "Monday staffed hours": "opening_mo",
    "disability_parking": "parking",
    "disability_toilets": "toilet",
    "Disability Changing Facilities": "changing",
    "lat": "latitude",
    "Easting": "easting",
    "StreetName": "address",
    "Address Line 2": "address",
    "PostTown": "city",
    "registered_charity_number": "charity_number",
    "Unique property reference number": "uprn",
    "Wheelchair access": "step_free",
    "Hearing loop?": "hearing_loop",
    "Who is it for?": "eligibility",
    "managed_by": "organization",
    "Postocde": "postcode",
    "Telehpone number": "phone",
    "Descripton": "description",
}


@pytest.mark.parametrize("heading", UNDERSTOOD)
def test_a_heading_is_understood(heading):
    assert fields_of("Name", heading)[heading] == UNDERSTOOD[heading]


@pytest.mark.parametrize("heading", ["Name", "Group/Org", "site_name", "charity_name", "community_hub", "pharmacy_name",
                                     "Recipient Org:Name", "PropertyName", "Organisation", "Venue", "Activity", "Title",
                                     "Name of group", "Library name", "Place Name"])  # fmt: skip
def test_a_heading_gives_the_name_where_none_is_better(heading):
    assert fields_of(heading, "Postcode")[heading] == "name"


FALSE_FRIENDS = {
    "ward_name": "extra",
    "area_name": "extra",
    "la_name": "extra",
    "area_code": "ignore",
    "ward_code": "ignore",
    "car_park_capacity": "extra",
    "car_park": "extra",
    "Contract": "extra",
    "Country": "extra",
    "Photo": "extra",
    "stations_on_site": "extra",
    "Number of places": "extra",
    "Parent name": "extra",
    "Monday unstaffed hours": "extra",
    "Rating": "extra",
}


@pytest.mark.parametrize("heading", FALSE_FRIENDS)
def test_a_heading_that_only_looks_like_another_is_kept_apart(heading):
    assert fields_of("Name", heading)[heading] == FALSE_FRIENDS[heading]


def test_the_best_heading_is_the_name_and_the_rest_are_something_else():
    assert fields_of("Organisation", "Venue", "Name", "Activity") == {
        "Organisation": "organization",
        "Venue": "address",
        "Name": "name",
        "Activity": "category",
    }


def test_an_organisation_named_in_many_rows_runs_the_activities():
    rows = [("Age UK", f"Class {n}", "Hall") for n in range(6)]
    found = fields_of("Group", "Activity", "Venue", rows=rows)
    assert found == {"Group": "organization", "Activity": "name", "Venue": "address"}


def test_a_council_named_in_every_row_owns_the_buildings():
    rows = [("Sale Council", f"Hall {n}", "Sale") for n in range(20)]
    assert fields_of("Organisation", "PropertyName", "Town", rows=rows)["PropertyName"] == "name"


def test_values_overrule_a_heading_that_may_mean_anything():
    rows = [("Chess", "a@b.org", "M33 7ZF"), ("Bowls", "c@d.org", "M32 0TH")]
    assert fields_of("Name", "Contact", "Where", rows=rows) == {"Name": "name", "Contact": "email", "Where": "postcode"}


def test_a_heading_that_says_nothing_is_read_by_its_values():
    rows = [("Chess", "0161 496 0000", "www.chess.org.uk", "53.42411", "-2.32011", "Mon 10am", "£2.50", "yes")] * 3
    found = fields_of("Name", "q1", "q2", "q3", "q4", "q5", "q6", "q7", rows=rows)
    assert list(found.values())[1:] == ["phone", "website", "latitude", "longitude", "opening", "cost", "extra"]


def test_a_date_is_no_telephone():
    assert fields_of("Name", "ElectionDate", rows=[("Hall", "02/05/2019")])["ElectionDate"] == "extra"


@pytest.mark.parametrize(
    ("header", "cells", "fields"),
    [
        (("GeoX", "GeoY"), ("-2.3520922", "53.3879587"), ["longitude", "latitude"]),
        (("GeoX", "GeoY"), ("395265", "222126"), ["easting", "northing"]),
        (("X", "Y"), ("53.3879587", "-2.3520922"), ["latitude", "longitude"]),
        (("Latitude", "Longitude"), ("-2.35", "53.38"), ["longitude", "latitude"]),
        (("Latitude", "Longitude"), ("395265", "222126"), ["northing", "easting"]),
        (("X", "Y"), ("0", "0"), ["extra", "extra"]),
        (("X", "Colour"), ("395265", "red"), ["extra", "extra"]),
    ],
)
def test_axes_are_what_their_numbers_are(header, cells, fields):
    found = fields_of("Name", *header, rows=[("Town Hall", *cells)])
    assert [found[heading] for heading in header] == fields


@pytest.mark.parametrize("cell", ["53.38, -2.35", "-2.35 53.38", "POINT(-2.35 53.38)"])
def test_a_pair_in_one_cell_gives_two_fields(cell):
    sheet = sheet_of("Name", "Latitude/Longitude", rows=[("Town Hall", cell), ("Nowhere", "")])
    found = map_columns(sheet)
    assert (found.texts(sheet.rows[0], "latitude"), found.texts(sheet.rows[0], "longitude")) == (("53.38",), ("-2.35",))
    assert found.texts(sheet.rows[1], "latitude") == ()


def test_a_key_that_many_rows_share_is_none():
    rows = [(str(n // 3), f"Hall {n}") for n in range(9)]
    shared, own = sheet_of("ID", "Name", rows=rows), sheet_of("ID", "Name", rows=[(str(n), "Hall") for n in range(9)])
    assert (map_columns(shared).key, map_columns(own).key) == ((), (0,))


def test_of_two_columns_for_one_field_the_one_that_says_something_has_it():
    found = fields_of("Name", "Website", "URL", rows=[("Chess", "", "www.chess.org.uk")])
    assert found == {"Name": "name", "Website": "extra", "URL": "website"}


def test_several_columns_are_joined_in_the_order_of_the_sheet():
    sheet = sheet_of("Address 1", "Name", "Address 2", "Colour", rows=[(" 1 High Street ", "Chess", "Sale", "red")])
    found = map_columns(sheet)
    assert found.texts(sheet.rows[0], "address") == ("1 High Street", "Sale")
    assert found.extras(sheet.rows[0]) == (("Colour", "red"),)


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_of("a", "b", "c", rows=[("1", "2", "3")] * 50),
        sheet_of("Address", "Postcode", rows=[("1 High Street", "M33 7ZF")]),
        sheet_of("Chess club", "M33 7ZF", rows=[("Bowls club", "M32 0TH")]),
    ],
)
def test_a_sheet_without_a_name_is_refused_and_told_what_to_do(sheet):
    with pytest.raises(RefusedFile, match=r"hull\.csv.*'Name'") as caught:
        map_columns(sheet, file="hull.csv")
    assert caught.value.code == "no_usable_column"


def test_words_that_hardly_repeat_are_taken_for_the_name_unsurely():
    sheet = sheet_of("a", "b", rows=[("Chess club", "1"), ("Bowls club", "1"), ("Darts", "2")])
    (first, _) = map_columns(sheet).columns
    assert (first.field, first.confidence < 0.5) == ("name", True)


def manifest_of(**facts):
    return Manifest(name="hull", title="t", publisher="p", licence="l", url="u", **facts)


def test_a_manifest_has_the_last_word():
    manifest = manifest_of(
        columns={"Colour": "category", "Name": "organization", "Was": "name"},
        ignore=("contact",),
        key=("Post Code", "WAS"),
    )
    sheet = sheet_of("Name", "was", "Colour", "Contact", "Postcode", rows=[("a", "b", "c", "d", "M33 7ZF")])
    found = map_columns(sheet, manifest)
    assert [column.field for column in found.columns] == ["organization", "name", "category", "ignore", "postcode"]
    assert found.key_texts(sheet.rows[0]) == ("M33 7ZF", "b")
    assert found.missing == ()


def test_headings_that_a_manifest_relies_on_and_a_sheet_lacks_are_told():
    assert map_columns(sheet_of("Name"), manifest_of(key=("id",), ignore=("Gone",))).missing == ("Gone", "id")


def test_a_manifest_may_say_where_names_come_from():
    found = map_columns(sheet_of("Street", "Number"), manifest_of(name_from=("Number", "Street")))
    assert found.name_from == (1, 0)


@given(st.lists(st.text(max_size=15), min_size=1, max_size=8, unique=True))
def test_any_headings_map_to_known_fields_and_no_column_is_lost(header):
    sheet = sheet_of("Name", *(f"{heading}." for heading in header), rows=[("Chess", *("x" for _ in header))])
    found = map_columns(sheet).columns
    assert sorted({column.index for column in found}) == list(range(len(sheet.header)))
    assert all(column.field in FIELDS and 0 <= column.confidence <= 1 and column.why for column in found)
    single = [column.field for column in found if column.field not in MANY]
    assert len(single) == len(set(single))


def test_every_known_spelling_stands_in_the_list_once(tmp_path):
    text = (data_folder() / "columns.yml").read_text(encoding="utf-8")
    assert set(read_spellings().known) >= {"name", "postcode", "£", "email"}
    twice = tmp_path / "columns.yml"
    twice.write_text(text.replace("city: [city,", "city: [city, Post Code,"), encoding="utf-8")
    with pytest.raises(BadFacts, match=r"'postcode' stands under 'city' and 'postcode'"):
        read_spellings(twice)


IMPORTANT = (
    ("charities_operating_in_trafford.csv",
     "charity_number company_number name extra description extra postcode website"),
    ("gm_food_banks.csv",
     "name eligibility opening address postcode email website extra ignore"),
    ("gm_green_flags.csv",
     "name organization ignore ignore email website ignore extra longitude latitude"),
    ("gm_jobcentreplus.csv",
     "name address postcode extra ignore longitude latitude"),
    ("libraries_trafford.csv",
     "ignore name address postcode category email website"),
    ("mental_health_services_RAW.csv",
     "key name description address postcode phone website"),
    ("sports_clubs.csv",
     "name category address postcode"),
    ("trafford_allotments.csv",
     "name key longitude latitude"),
    ("trafford_childrens_centres.csv",
     "name address postcode phone key longitude latitude"),
    ("trafford_community_hubs.csv",
     "name address postcode website email phone opening longitude latitude"),
    ("trafford_leisure_centres.csv",
     "name address postcode phone website opening description organization longitude latitude"),
    ("trafford_pharmacies.csv",
     "name address postcode opening_mo opening_tu opening_we opening_th opening_fr opening_sa opening_su "
     "key extra ignore extra extra ignore extra"),
    ("trafford_care_homes.csv",
     "name key category address postcode phone website organization extra extra extra ignore longitude "
     "latitude"),
    ("trafford_land_and_building_assets.csv",
     "organization ignore extra uprn key name address address city postcode ignore longitude latitude "
     "extra extra category extra extra extra extra"),
)  # fmt: skip


def open_lists():
    folder = os.environ.get("ASSET_MAP_OPEN_DATA")
    if not folder:
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    return Path(folder) / "council_lists" / "trafford_greater_manchester"


@pytest.mark.open_data
@pytest.mark.parametrize(("name", "fields"), IMPORTANT)
def test_the_columns_of_a_real_list_are_understood(name, fields):
    path = open_lists() / name
    found = map_columns(read_file(path)[0], find_manifest(path, all_manifests(data_folder() / "sources")))
    assert " ".join(column.field for column in found.columns) == fields
    assert found.missing == ()


@pytest.mark.open_data
@pytest.mark.parametrize("name", ["sports_facilities.csv", "health_and_fitness_gym.csv", "swimming_pools.csv"])
def test_the_columns_of_active_places_are_understood_alike(name):
    path = open_lists() / name
    found = map_columns(read_file(path)[0], find_manifest(path, all_manifests(data_folder() / "sources")))
    given = {column.field: column.heading for column in found.columns}
    assert {field: given[field] for field in ("key", "name", "eligibility", "parking", "toilet", "changing")} == {
        "key": "site_id",
        "name": "site_name",
        "eligibility": "access_type",
        "parking": "disability_parking",
        "toilet": "disability_toilets",
        "changing": "disability_changing_facilities",
    }
