"""Areas without community buildings: what counts as one, where, and what is shown of everything else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from lists import run

from asset_map.asset import NOT_APPROACHED, Area, Asset, Kind, Location, Profile, Term
from asset_map.config import Settings, data_folder
from asset_map.directory import Directory
from asset_map.directory.buildings import FACTS, building_words, buildings
from asset_map.errors import BadFacts, NotFound
from asset_map.provision.buildings import FOR_WORKERS, NOT_SAID, AreaAssets, BuildingsReport, buildings_report

WORDS = building_words(data_folder() / FACTS)
SOUTH, WEST, SIDE = 52.0, -2.0, 0.02


def area(number: int, residents: int | None = 1000) -> Area:
    """Squares in a row from west to east."""
    west = WEST + SIDE * number
    profile = None if residents is None else Profile(residents=residents, imd_decile=3)
    return Area(
        kind="ward",
        edition="2025",
        code=f"E{number}",
        name=f"Square {number}",
        wkb=shapely.to_wkb(shapely.box(west, SOUTH, west + SIDE, SOUTH + SIDE)),
        latitude=SOUTH + SIDE / 2,
        longitude=west + SIDE / 2,
        profile=profile,
    )


def asset(name: str, number: int = 0, kind: Kind = "venue", **more: object) -> Asset:
    """An asset in the middle of a square."""
    place = Location(
        latitude=SOUTH + SIDE / 2,
        longitude=WEST + SIDE * (number + 0.5),
        method="coordinates",
        meaning=more.pop("meaning", "activity"),  # type: ignore[arg-type]
    )
    return replace(Asset(id=f"id of {name}", name=name, kind=kind, locations=(place,)), **more)  # type: ignore[arg-type]


def report(*assets: Asset, areas: int = 2, **more: object) -> BuildingsReport:
    return buildings_report([area(number) for number in range(areas)], assets, WORDS, **more)  # type: ignore[arg-type]


def here(*assets: Asset, **more: object) -> AreaAssets:
    """The first square of a report."""
    return next(row for row in report(*assets, **more).rows if row.code == "E0")  # type: ignore[arg-type]


# What is one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Astwood Community Hall",
        "Trafford Town Hall Library",
        "St Oswin’s Church and Hall",
        "The Old Church Rooms",
        "Wyld's Lane Centre",
        "2nd Hale Scout HQ",
        "Stretford Children's Centre",
        "LITTLE HEATH VILLAGE HALL",
        "Libraries at Limelight",
    ],
)
def test_a_hall_a_library_or_a_centre_that_is_used_is_a_community_building(name: str) -> None:
    assert WORDS.sort_of(asset(name)) == "building"


@pytest.mark.parametrize(
    "name",
    [
        "The Church Inn",
        "Weighbridge Arms",
        "Astwood Pool and Gym",
        "Altrincham Town Hall",
        "Church Road Rest Garden",
        "Old Nursery Garden Centre",
        "Carrington Training Centre",
        "Davyhulme Medical Centre",
        "Wellfield Lane Allotments (Community Building)",
        "Hall Lane Playing Fields",
        "Thub Recordings",
    ],
)
def test_a_pub_a_gym_a_street_or_a_garden_centre_is_not(name: str) -> None:
    assert WORDS.sort_of(asset(name)) != "building"


@pytest.mark.parametrize(
    ("name", "kind", "sort"),
    [("Elmridge Primary School", "venue", "School"), ("Allingham House Care Home", "service", "Care home")],
)
def test_schools_and_care_homes_could_connect(name: str, kind: Kind, sort: str) -> None:
    row = here(asset(name, kind=kind))
    assert row.buildings == row.services == ()
    assert [(one.name, one.what) for one in row.could_connect] == [(name, sort)]


def test_categories_speak_as_names_do() -> None:
    assert WORDS.sort_of(asset("BeActive", categories=("Leisure centre", "Health and fitness gyms"))) == "building"
    assert WORDS.sort_of(asset("Lostock", categories=("Lostock High School run library",))) == "building"
    assert WORDS.sort_of(asset("The Old Library", categories=("Pub",))) != "building"
    described = Term(id="community_centre", source="description", words="rooms for hire")
    assert WORDS.sort_of(asset("Dines Green Room", terms=(described,))) == "building"


def test_only_venues_are_buildings() -> None:
    row = here(asset("Village Hall Knitters", kind="group"), asset("Hall Garden", kind="green_space"))
    assert row.buildings == ()
    assert [one.name for one in row.groups] == ["Village Hall Knitters"]
    assert [one.name for one in row.green_spaces] == ["Hall Garden"]


# Where it counts --------------------------------------------------------------------------------------------------


def test_a_building_counts_where_it_stands_though_nobody_said_what_happens_there() -> None:
    assert len(here(asset("Parish Hall", meaning="unknown")).buildings) == 1
    assert here(asset("Parish Hall", meaning="contact")).buildings == ()
    unclear = report(asset("Grafton Centre", meaning="unknown"))
    assert unclear.buildings == 0
    assert unclear.left_out == ((NOT_SAID, 1),)


def test_other_assets_count_where_they_happen_and_offices_are_counted_apart() -> None:
    row = here(asset("Choir", kind="group"), asset("Trust", kind="group", meaning="contact"))
    assert [one.name for one in row.groups] == ["Choir"]
    assert row.offices == 1
    assert row.others == 1


def test_a_place_known_only_to_a_part_of_a_town_counts_nowhere() -> None:
    hall = asset("Parish Hall")
    rough = replace(hall, locations=(replace(hall.locations[0], method="postcode district"),))
    assert report(rough).buildings == 0
    assert report(rough).left_out[0][1] == 1


def test_what_is_closed_or_not_approached_is_no_building() -> None:
    closed = report(asset("Parish Hall", status="defunct"))
    assert closed.buildings == 0
    assert here(asset("Parish Hall", status=NOT_APPROACHED)).could_connect[0].what == "Not yet approached"


def test_a_name_that_two_lists_share_counts_once_in_an_area() -> None:
    again = replace(asset("Parish Hall"), id="another list")
    assert len(here(asset("Parish Hall"), again).buildings) == 1
    assert report(asset("Parish Hall"), replace(asset("Parish Hall", 1), id="over there")).buildings == 2


def test_the_nearest_building_is_one_beyond_the_area() -> None:
    row = here(asset("Own Hall Community Centre"), asset("Next Library", 1), asset("Far Library", 5))
    assert row.nearest is not None
    assert row.nearest.building.name == "Next Library"
    assert row.nearest.metres == pytest.approx(1369, abs=2)  # 0.02 degrees of longitude at 52.01 north
    assert row.nearest.minutes == 23
    assert here(asset("Own Library")).nearest is None


# Order and who may see what ---------------------------------------------------------------------------------------


def test_areas_without_a_building_come_first_then_most_residents_then_code() -> None:
    areas = [area(0, 10), area(1, 500), area(2, None), area(3, 900), area(4, 500)]
    found = buildings_report(areas, [asset("Library", 3)], WORDS)
    assert [row.code for row in found.rows] == ["E1", "E4", "E0", "E2", "E3"]
    assert [row.code for row in found.without] == ["E1", "E4", "E0", "E2"]


def test_people_who_connect_are_counted_and_named_only_for_workers() -> None:
    carol = asset("Hairdresser Carol", kind="connector", visibility="workers", meaning="unknown")
    public, seen = here(carol), here(carol, visibility="workers")
    assert (public.connectors, public.connector_names) == (1, ())
    assert [one.name for one in seen.connector_names] == ["Hairdresser Carol"]
    assert "Carol" not in repr(public)


def test_everything_else_for_workers_only_stays_out_of_the_public_report() -> None:
    hidden = [
        asset("Refuge", kind="service", visibility="workers"),
        asset("Polling Church Hall", visibility="workers"),
        asset("Quince Court Primary School", visibility="workers", status=NOT_APPROACHED),
    ]
    found = report(*hidden)
    assert found.left_out == ((FOR_WORKERS, 1),)
    assert not any(one.name in repr(found) for one in hidden)
    assert all(one.name in repr(report(*hidden, visibility="workers")) for one in hidden)


@given(order=st.permutations(range(6)))
def test_the_order_of_assets_does_not_matter(order: list[int]) -> None:
    names = ("Library", "Parish Hall", "Choir", "Parish Hall", "St Ann's School", "Carol")
    kinds: tuple[Kind, ...] = ("venue", "venue", "group", "venue", "venue", "connector")
    assets = [replace(asset(names[at], at % 2, kinds[at]), id=f"id {at}") for at in range(6)]
    assert report(*(assets[at] for at in order)) == report(*assets)


# Real and sample data ---------------------------------------------------------------------------------------------


def test_the_sample_has_six_wards_without_a_building_and_says_what_they_have(directory: Directory) -> None:
    found = buildings(directory)
    assert [row.name for row in found.without] == [
        "Claines",
        "Cathedral",
        "St John's",
        "St Peter's Parish",
        "St Nicholas",
        "St Stephen",
    ]
    assert found.buildings == 14
    claines = found.without[0]
    assert (claines.residents, claines.connectors, claines.connector_names) == (8221, 1, ())
    assert [one.name for one in claines.green_spaces] == ["Allotment site, Bilford Road", "Gheluvelt Park"]
    assert claines.nearest is not None
    assert (claines.nearest.building.name, claines.nearest.minutes) == ("Astwood Community Hall", 32)
    seen = buildings(directory, workers=True).without[0]
    assert [one.name for one in seen.connector_names] == ["Hairdresser Carol"]


def test_an_unknown_kind_of_area_is_named_with_those_there_are(directory: Directory) -> None:
    with pytest.raises(NotFound, match=r"galaxy.*lsoa, ward"):
        buildings(directory, "galaxy")


def test_the_command_says_the_same_as_the_report(directory: Directory, sample_home: Path) -> None:
    said = run(sample_home, "areas", "buildings")
    assert said.stdout.startswith("6 of 16 areas have no community building that we know of.")
    told = json.loads(run(sample_home, "areas", "buildings", "--json").stdout)
    found = buildings(directory)
    assert [row["code"] for row in told["areas"]] == [row.code for row in found.rows]
    assert [len(row["buildings"]) for row in told["areas"]] == [len(row.buildings) for row in found.rows]


@pytest.mark.open_data
def test_lists_of_trafford_leave_wards_that_only_lists_for_workers_fill(
    trafford: Path, open_data: Path, tmp_path: Path
) -> None:
    opened = Directory.open(Settings(home=tmp_path / "home", embedder="none"))
    names = ("trafford_libraries", "trafford_community_hubs", "gm_polling_stations", "sports_facilities")
    opened.load([trafford / f"{name}.csv" for name in names])
    wards = open_data / "geography" / "boundaries" / "trafford_ward25.geojson"
    opened.load_areas(wards, "ward", "2025", "WD25CD", "WD25NM")
    public, seen = buildings(opened), buildings(opened, workers=True)
    opened.close()
    assert len(public.rows) == 21
    assert "Sale Moor" in {row.name for row in public.without}
    assert dict(public.left_out)[FOR_WORKERS] > 30
    assert len(seen.without) < len(public.without)
    assert all(row.residents is None for row in public.rows)
    moor = next(row for row in seen.rows if row.name == "Sale Moor")
    assert "St Francis Church Hall" in {one.name for one in moor.buildings}


# The facts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- library\n", "expected the lists"),
        ("is_one: []\n", "is_one is empty"),
        ("is_one: library\n", "is_one should be a list of words"),
        ("is_one: [library]\nis_two: [hall]\n", "'is_two' is not known"),
        ("is_one: [library]\ncould_connect: [school]\n", "could_connect should hold"),
        ("is_one: [library\n", "cannot be read"),
    ],
)
def test_facts_that_are_not_sound_are_refused_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "facts.yml"
    path.write_text(text)
    with pytest.raises(BadFacts, match=said):
        building_words(path)


def test_people_may_add_a_word_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "facts.yml"
    path.write_text("is_one: [drill hall]\n")
    assert building_words(path).sort_of(asset("The Drill Halls")) == "building"
    assert building_words(path).sort_of(asset("Library")) == "venue"
