"""Centres of where residents live: read from files, and used where live postcodes are too few."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from asset_map.asset import Area, Profile
from asset_map.errors import RefusedFile
from asset_map.geo import Box
from asset_map.postcode import PostcodePoints
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.profiles import Taken, join_profiles
from asset_map.provision.areas.residents import (
    FEWEST_POSTCODES,
    ResidentPoints,
    known_share,
    spread_residents,
    ward_profiles,
)


class Table:
    """Postcodes at given places, all with homes."""

    def __init__(self, *homes: tuple[float, float]) -> None:
        self.homes = homes

    def within(self, box: Box, homes_only: bool = False) -> PostcodePoints:
        kept = [(y, x) for y, x in self.homes if box.south <= y <= box.north and box.west <= x <= box.east]
        places = np.array(kept, dtype=float).reshape(-1, 2)
        return PostcodePoints(np.arange(len(kept), dtype=np.int32), places[:, 0], places[:, 1])


def area(code: str, west: float = -2.0, profile: Profile | None = None, kind: str = "lsoa", width: float = 0.1) -> Area:
    shape = shapely.box(west, 52.0, west + width, 52.1)
    middle = west + width / 2
    edition = "2021" if kind == "lsoa" else "2025"
    return Area(
        kind=kind,
        edition=edition,
        code=code,
        name=code,
        wkb=shape.wkb,
        latitude=52.05,
        longitude=middle,
        profile=profile,
    )


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def joined(areas: list[Area], *paths: Path) -> dict[str, Profile | None]:
    return {one.code: one.profile for one in join_profiles(areas, paths)[0]}


def spread(areas: list[Area], *homes: tuple[float, float]) -> ResidentPoints:
    return spread_residents(areas, AreaIndex(areas), Table(*homes))


# Reading -----------------------------------------------------------------------------------------------------------

PEOPLE = "lsoa21_code,total\nE01,5\n"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("X,Y,FID,LSOA21CD", "-1.95,52.02,1,E01"),
        ("lsoa21_code,Easting,Northing", 'E01,"403,523",236122'),
        ("LSOA21CD,longitude,latitude", "E01,-1.95,52.02"),
    ],
)
def test_centres_come_in_degrees_or_eastings_and_northings(tmp_path: Path, header: str, row: str) -> None:
    people, centres = table(tmp_path, "p.csv", PEOPLE), table(tmp_path, "c.csv", f"{header}\n{row}\n")
    profile = joined([area("E01")], people, centres)["E01"]
    assert profile is not None
    assert profile.centre is not None
    assert profile.centre == pytest.approx((52.02, -1.9487 if "East" in header else -1.95), abs=0.01)


def test_centres_come_as_points_of_a_geojson_file(tmp_path: Path) -> None:
    points = [
        {"properties": {"FID": 1, "LSOA21CD": code}, "geometry": {"type": "Point", "coordinates": [x, 52.02]}}
        for code, x in (("E01", -1.95), ("E99", -1.0))
    ]
    path = table(tmp_path, "centres.geojson", json.dumps({"type": "FeatureCollection", "features": points}))
    areas, taken = join_profiles([area("E01", profile=Profile(residents=5))], [path])
    assert areas[0].profile == Profile(residents=5, centre=(52.02, -1.95))
    assert taken == (Taken("centres.geojson", (("centres", 1),), elsewhere=1),)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("-1.50,52.02,E01", r"the centre of E01 \(52.0200, -1.5000\) lies far outside that area"),
        ("52.02,-1.95,E01", "E01 has latitude and longitude the wrong way round"),
        ("-1.95,abc,E01", r"row 2 of c\.csv"),
        ("-244902,6836369,E01", "not those of a place in the United Kingdom"),
    ],
)
def test_centres_that_cannot_be_right_are_refused(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(RefusedFile, match=words):
        join_profiles([area("E01", profile=Profile(residents=5))], [table(tmp_path, "c.csv", f"X,Y,LSOA21CD\n{row}\n")])


# Using -------------------------------------------------------------------------------------------------------------

CENTRED = Profile(residents=90, centre=(52.03, -1.93))
HOMES = [(52.01, -1.99), (52.02, -1.98), (52.04, -1.97)]


@pytest.mark.parametrize("postcodes", range(FEWEST_POSTCODES + 1))
def test_residents_stand_at_their_centre_where_postcodes_are_too_few(postcodes: int) -> None:
    points = spread([area("A", profile=CENTRED), area("B", -1.9, Profile(residents=7))], *HOMES[:postcodes])
    mine = points.area == 0
    assert points.residents.sum() == pytest.approx(97)
    if postcodes < FEWEST_POSTCODES:
        assert list(zip(points.latitude[mine], points.longitude[mine], strict=True)) == [(52.03, -1.93)]
        assert points.at_centre == ("A",)
    else:
        assert points.residents[mine].tolist() == [30.0] * 3
        assert points.at_centre == ()
    assert points.without_postcode == ("B",)  # no centre: at its representative point, as its name says


def test_few_postcodes_are_used_where_there_is_no_centre() -> None:
    points = spread([area("A", profile=Profile(residents=90))], HOMES[0])
    assert (points.latitude.tolist(), points.at_centre, points.without_postcode) == ([52.01], (), ())


def test_a_ward_has_no_bands_of_ages_that_a_part_of_it_lacks() -> None:
    single = Profile(residents=10, by_age=(("0", 1), ("1+", 9)))
    census = Profile(residents=10, by_age=(("0-15", 4), ("16+", 6)))
    lsoas = [area("A", profile=single), area("B", -1.9, census)]
    points = spread(lsoas, *HOMES, (52.01, -1.85))
    found = ward_profiles([area("W", kind="ward", width=0.2)], points)["W"]
    assert (found.residents, found.by_age) == (20, ())
    assert ward_profiles([area("V", kind="ward")], points)["V"].by_age == (("0", 1), ("1+", 9))


def test_the_share_of_an_areas_homes_whose_residents_are_known() -> None:
    known = [area("A", profile=CENTRED)]
    homes = Table(*HOMES, (52.01, -1.85), (52.01, -1.86), (52.01, -1.87))
    assert known_share([area("V", kind="ward")], known, homes).tolist() == [1.0]
    share = known_share([area("W", -1.975, kind="ward", width=0.2), area("X", -2.5, kind="ward")], known, homes)
    assert share[0] == 0.25
    assert np.isnan(share[1])


def test_an_area_in_which_nobody_lives_is_known() -> None:
    known = [area("A", profile=CENTRED), area("B", -1.9, Profile(residents=0))]
    homes = Table(*HOMES, (52.01, -1.85), (52.01, -1.86))
    assert known_share([area("W", kind="ward", width=0.2)], known, homes).tolist() == [1.0]
