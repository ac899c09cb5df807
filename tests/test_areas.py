"""Boundary sets in a store: loading, moving, removing, who lives there, and the areas that assets serve."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner

from asset_map.asset import Area, AreaCode, Asset, Profile, ServiceArea
from asset_map.cli import cli
from asset_map.config import data_folder
from asset_map.directory import Directory
from asset_map.directory.areas import AreasLoaded, load_areas
from asset_map.errors import AssetMapError, BadInput, NotFound, RefusedFile
from asset_map.provision.areas.service_areas import area_names, resolved, service_polygons

SAMPLE = data_folder() / "sample" / "areas"
LSOAS, WARDS = SAMPLE / "worcester_lsoa21.geojson", SAMPLE / "worcester_ward25.geojson"
PEOPLE = SAMPLE / "worcester_profile.csv"
LIST = "Name,Kind,Activity,Address,Postcode,Areas served\n"


def load_lsoas(directory: Directory, path: Path = LSOAS, place: str = "Worcester") -> AreasLoaded:
    return directory.load_areas(path, "lsoa", "2021", "LSOA21CD", "LSOA21NM", place)


def load_wards(directory: Directory, path: Path = WARDS, place: str = "Worcester") -> AreasLoaded:
    return directory.load_areas(path, "ward", "2025", "WD25CD", "WD25NM", place)


def part_of(source: Path, folder: Path, keep: slice, **changes: str) -> Path:
    """A boundary file with some of another's features, the first of them changed."""
    collection = json.loads(source.read_text())
    collection["features"] = collection["features"][keep]
    collection["features"][0]["properties"].update(changes)
    path = folder / f"part{keep.start}{keep.stop}.geojson"
    path.write_text(json.dumps(collection))
    return path


def patches(folder: Path, shapes: Mapping[str, shapely.Polygon], file: str = "patches.geojson") -> Path:
    path = folder / file
    features = [
        {"properties": {"patch": name}, "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in shapes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def profiles(directory: Directory, kind: str) -> dict[str, Profile | None]:
    return {area.code: area.profile for area in directory.store.areas(kind)}


# Loading and removing ----------------------------------------------------------------------------------------------


def test_a_load_replaces_the_set_of_the_same_kind_edition_and_place(empty: Directory, tmp_path: Path) -> None:
    first = load_wards(empty)
    assert (first.number, first.places) == (16, (("Worcester", 16),))
    part = part_of(WARDS, tmp_path, slice(0, 5))
    again = load_wards(empty, part)
    assert (again.number, again.gone, again.moved, again.places) == (5, 11, (), (("Worcester", 5),))
    assert len(empty.store.areas("ward")) == 5


def test_places_stand_side_by_side_and_a_code_belongs_to_the_place_loaded_last(
    empty: Directory, tmp_path: Path
) -> None:
    load_wards(empty, part_of(WARDS, tmp_path, slice(0, 8)), "West")
    done = load_wards(empty, part_of(WARDS, tmp_path, slice(6, 16)), "East")
    assert done.moved == (("West", 2),)
    assert done.places == (("East", 10), ("West", 6))
    assert [(one.place, one.areas) for one in empty.area_sets()] == [("East", 10), ("West", 6)]


@pytest.mark.parametrize("bad", ["not json", '{"type":"FeatureCollection","features":[]}'])
def test_a_bad_file_leaves_the_areas_as_they_were(empty: Directory, tmp_path: Path, bad: str) -> None:
    load_wards(empty)
    before, stamp = empty.store.areas(), empty.store.stamp()
    path = tmp_path / "bad.geojson"
    path.write_text(bad)
    with pytest.raises(RefusedFile):
        load_wards(empty, path)
    assert (empty.store.areas(), empty.store.stamp()) == (before, stamp)


@pytest.mark.parametrize(("kind", "edition"), [("Ward", "2025"), ("", "2025"), ("ward", "25"), ("ward", "spring")])
def test_a_kind_or_an_edition_that_is_none_is_refused(empty: Directory, kind: str, edition: str) -> None:
    with pytest.raises(BadInput, match="expected"):
        empty.load_areas(WARDS, kind, edition, "WD25CD", "WD25NM")


def test_a_set_is_removed_with_its_codes_in_assets(empty: Directory, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text(f"{LIST}Chess Club,group,chess,Guildhall,WR1 2EY,\n")
    empty.load([groups], source="Groups")
    load_wards(empty, part_of(WARDS, tmp_path, slice(0, 8)), "West")
    assert load_wards(empty, part_of(WARDS, tmp_path, slice(8, 16)), "East").number == 8
    (held,) = [code.kind for asset in empty.assets() for place in asset.locations for code in place.areas]
    assert held == "ward"
    assert empty.remove_areas("ward", "2025", "West") == 8
    assert {area.place for area in empty.store.areas()} == {"East"}
    assert empty.remove_areas("ward", "2025") == 8
    assert [place.areas for asset in empty.assets() for place in asset.locations] == [()]
    with pytest.raises(NotFound, match="no areas of kind ward, edition 2025, are loaded"):
        empty.remove_areas("ward", "2025")


def test_a_load_that_is_cut_off_keeps_nothing(empty: Directory, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text(f"{LIST}Chess Club,group,chess,Guildhall,WR1 2EY,\n")
    empty.load([groups], source="Groups")
    before = list(empty.assets())

    def stop(name: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_areas(empty, WARDS, "ward", "2025", "WD25CD", "WD25NM", progress=stop)
    assert empty.store.areas() == []
    assert list(empty.assets()) == before


# Who lives there ---------------------------------------------------------------------------------------------------


def test_what_is_known_of_residents_outlives_a_load_of_the_same_codes(empty: Directory, tmp_path: Path) -> None:
    load_lsoas(empty)
    load_wards(empty)
    empty.load_profiles([PEOPLE])
    before, wards = profiles(empty, "lsoa"), profiles(empty, "ward")
    stamp = empty.store.stamp()
    load_lsoas(empty)
    assert (profiles(empty, "lsoa"), empty.store.stamp()) == (before, stamp)
    load_lsoas(empty, part_of(LSOAS, tmp_path, slice(0, 32), LSOA21CD="E01999999"), "North")
    after = profiles(empty, "lsoa")
    assert after["E01999999"] is None
    assert {code: one for code, one in after.items() if code != "E01999999"} == before
    assert all(wards.values())


def test_wards_have_residents_whichever_is_loaded_first(empty: Directory) -> None:
    load_lsoas(empty)
    done = empty.load_profiles([PEOPLE])
    assert done.with_residents == (("lsoa", "2021", 64, 64),)
    load_wards(empty)
    afterwards = profiles(empty, "ward")
    assert empty.load_profiles([PEOPLE]).with_residents == (("lsoa", "2021", 64, 64), ("ward", "2025", 16, 16))
    assert profiles(empty, "ward") == afterwards
    assert all(one and one.made_from == "lsoa" and one.most_deprived_share is not None for one in afterwards.values())


def test_an_area_that_reaches_beyond_the_loaded_ones_has_no_residents_of_its_own(
    empty: Directory, tmp_path: Path
) -> None:
    load_lsoas(empty)
    empty.load_profiles([PEOPLE])
    town, shire = shapely.box(-2.235, 52.185, -2.21, 52.2), shapely.box(-2.6, 51.9, -1.9, 52.5)
    empty.load_areas(patches(tmp_path, {"Town": town}), "patch", "2025", "patch", "patch")
    empty.load_areas(patches(tmp_path, {"Shire": shire}), "county", "2025", "patch", "patch")
    assert profiles(empty, "county") == {"Shire": None}
    (found,) = profiles(empty, "patch").values()
    assert found is not None
    assert found.residents > 1000


def test_wards_lose_their_sums_with_the_areas_they_were_added_up_from(empty: Directory) -> None:
    load_lsoas(empty)
    load_wards(empty)
    empty.load_profiles([PEOPLE])
    empty.remove_areas("lsoa", "2021")
    assert set(profiles(empty, "ward").values()) == {None}


def test_a_table_of_a_wards_own_is_not_overwritten_by_sums(empty: Directory, tmp_path: Path) -> None:
    load_lsoas(empty)
    load_wards(empty)
    empty.load_profiles([PEOPLE])
    code, sums = next(iter(profiles(empty, "ward").items()))
    assert sums is not None
    own = tmp_path / "wards.csv"
    own.write_text(f"WD25CD,Total,Aged 0 to 15,Aged 16 and over\n{code},7000,1500,5500\n")
    done = empty.load_profiles([own], kind="ward")
    assert (done.missing, done.with_residents[1]) == ((), ("ward", "2025", 16, 16))
    expected = replace(sums, residents=7000, by_age=(("0-15", 1500), ("16+", 5500)), made_from="")
    assert profiles(empty, "ward")[code] == expected
    empty.load_profiles([PEOPLE])
    assert profiles(empty, "ward")[code] == expected


def test_files_that_do_not_fit_leave_what_was_known(empty: Directory, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no areas of kind lsoa are loaded; there are: none"):
        empty.load_profiles([PEOPLE])
    load_lsoas(empty)
    empty.load_profiles([PEOPLE])
    before = profiles(empty, "lsoa")
    bad = tmp_path / "bad.csv"
    bad.write_text("LSOA11CD,total\nE01032279,5\n")
    with pytest.raises(RefusedFile, match="holds LSOA codes of 2011"):
        empty.load_profiles([PEOPLE, bad])
    assert profiles(empty, "lsoa") == before


def test_areas_that_no_file_covers_are_named(empty: Directory, tmp_path: Path) -> None:
    load_lsoas(empty)
    some = tmp_path / "some.csv"
    lines = PEOPLE.read_text().splitlines()
    some.write_text("\n".join(line for line in lines if "Worcester 004A" not in line))
    assert empty.load_profiles([some]).missing == ("E01032279",)


# Service areas -----------------------------------------------------------------------------------------------------


def area(code: str, name: str, west: float, kind: str = "ward", edition: str = "2025", place: str = "") -> Area:
    shape = shapely.box(west, 52.0, west + 0.1, 52.1)
    return Area(
        kind=kind,
        edition=edition,
        code=code,
        name=name,
        wkb=shape.wkb,
        latitude=52.05,
        longitude=west + 0.05,
        place=place,
    )


def serving(*names: str, code: AreaCode | None = None) -> Asset:
    return Asset(
        id="a", name="Mobile library", service_areas=tuple(ServiceArea(name=name, area=code) for name in names)
    )


AREAS = [
    area("E1", "Abbey", -2.0, place="Leicester"),
    area("E2", "Castle", -1.9, place="Leicester"),
    area("E3", "Abbey", -1.5, place="Norfolk"),
    area("P1", "Canalside", -1.9, kind="patch"),
    area("L1", "Castle 001A", -2.0, kind="lsoa", edition="2021", place="Leicester"),
]


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        (serving("castle"), [AREAS[1]]),
        (serving("  Canalside "), [AREAS[3]]),
        (serving("E3"), [AREAS[2]]),
        (serving("wherever", code=AREAS[0].area_code), [AREAS[0]]),
        (serving("Castle", "Castle 001A"), [AREAS[0], AREAS[1]]),
        (serving("Leicester"), [AREAS[0]]),
        (serving("Abbey"), []),
        (serving("Hull"), []),
        (serving(""), []),
        (serving(), []),
    ],
)
def test_a_service_area_covers_the_polygon_it_names(asset: Asset, expected: Sequence[Area]) -> None:
    ground = service_polygons(asset, AREAS)
    if not expected:
        assert ground is None
    else:
        assert ground is not None
        assert ground.equals(shapely.union_all(shapely.from_wkb([one.wkb for one in expected])))


def test_a_place_is_the_ground_of_all_its_areas() -> None:
    ground = service_polygons(serving("Leicester"), AREAS[:2])
    assert ground is not None
    assert ground.geom_type == "MultiPolygon"
    assert ground.area == pytest.approx(0.02)


def test_a_name_of_two_editions_is_that_of_the_newest() -> None:
    older = area("E9", "Castle", -1.9, edition="2019")
    assert area_names([*AREAS, older])["castle"] == AREAS[1].area_code
    assert "abbey" not in area_names(AREAS)


def test_only_what_was_filled_in_is_taken_back() -> None:
    named = area_names(AREAS)
    filled = resolved(serving("Castle"), named)
    assert filled.service_areas[0].area == AREAS[1].area_code
    assert resolved(filled, {}, named).service_areas[0].area is None
    given = serving("Castle", code=AreaCode(kind="ward", edition="2019", code="E9"))
    assert resolved(given, named) == given
    assert resolved(given, {}, named) == given


@pytest.mark.parametrize("first", ["areas", "assets"])
def test_assets_that_come_to_people_get_the_area_they_name(empty: Directory, tmp_path: Path, first: str) -> None:
    vans = tmp_path / "vans.csv"
    vans.write_text(f"{LIST}Book Van,service,reading,,,Arboretum\n")
    if first == "areas":
        load_wards(empty)
    empty.load([vans], source="Vans")
    if first == "assets":
        load_wards(empty)
    (van,) = empty.assets()
    assert van.service_areas == (
        ServiceArea(name="Arboretum", area=AreaCode(kind="ward", edition="2025", code="E05015849")),
    )
    ground = service_polygons(van, empty.store.areas())
    assert ground is not None
    empty.remove_areas("ward", "2025")
    assert [asset.service_areas for asset in empty.assets()] == [(ServiceArea(name="Arboretum"),)]


# The command line --------------------------------------------------------------------------------------------------


def run(home: Path, *arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "ASSET_MAP_HOME": str(home), "ASSET_MAP_EMBEDDER": "none"}
    done = CliRunner().invoke(cli, arguments, env=environment)
    return done.exit_code, done.output if not isinstance(done.exception, AssetMapError) else str(done.exception)


def test_the_commands_say_what_is_there_and_of_which_places(tmp_path: Path) -> None:
    load = ("areas", "load", "--kind", "ward", "--edition", "2025", "--code", "WD25CD", "--name", "WD25NM")
    lsoas = ("areas", "load", str(LSOAS), "--kind", "lsoa", "--edition", "2021", "--code", "LSOA21CD")
    assert run(tmp_path, "areas", "list") == (0, "No areas are loaded yet. Start with: asset-map areas load FILE\n")
    west, east = (str(part_of(WARDS, tmp_path, part)) for part in (slice(0, 8), slice(6, 16)))
    assert run(tmp_path, *load, west, "--place", "West")[1].startswith("8 areas of kind ward, edition 2025 for West.\n")
    assert run(tmp_path, *load, east, "--place", "East")[1] == (
        "10 areas of kind ward, edition 2025 for East. 2 had been loaded for West, and moved.\n"
        "Now 16 of this kind and edition: 10 for East, 6 for West.\n0 assets got other areas.\n"
    )
    assert run(tmp_path, *lsoas)[1].endswith("; perhaps --code LSOA21CD --name LSOA21NM")
    assert run(tmp_path, *lsoas, "--name", "LSOA21NM")[0] == 0
    assert run(tmp_path, "areas", "profile", str(PEOPLE))[1] == (
        "worcester_profile.csv: residents, ages, disabled residents, deciles of deprivation, scores of deprivation, "
        "rural or urban for 64 areas.\n"
        "64 of 64 areas of kind lsoa, edition 2021, have residents.\n"
        "16 of 16 areas of kind ward, edition 2025, have residents.\n"
    )
    assert run(tmp_path, "areas", "remove", "--kind", "ward", "--edition", "2025", "--place", "West") == (
        0,
        "6 areas of kind ward, edition 2025 for West, are gone.\n",
    )
    assert run(tmp_path, "areas", "list")[1] == (
        "lsoa 2021  64 areas, 64 with residents\nward 2025  East  10 areas, 10 with residents\n"
    )
