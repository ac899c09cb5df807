import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import Area, Asset, Location, Profile, ServiceArea, Term
from asset_map.config import data_folder
from asset_map.geo import METRES_PER_DEGREE, Box, haversine_m
from asset_map.postcode import PostcodePoints, postcode_table
from asset_map.provision import access
from asset_map.provision.access import Supply, access_table, coverage, coverage_by_area, nearest_two_m, supply
from asset_map.provision.area_index import AreaIndex
from asset_map.provision.boundaries import read_boundaries
from asset_map.provision.profiles import read_profile, with_profiles
from asset_map.provision.residents import ResidentPoints, spread_residents, ward_profiles

SOUTH = 52.0


class Table:
    """Postcodes at given places; those of `offices` have no homes."""

    def __init__(self, homes: list[tuple[float, float]], offices: tuple[tuple[float, float], ...] = ()) -> None:
        self.homes, self.offices = homes, list(offices)

    def within(self, box: Box, homes_only: bool = False) -> PostcodePoints:
        listed = self.homes if homes_only else self.homes + self.offices
        kept = [(y, x) for y, x in listed if box.south <= y <= box.north and box.west <= x <= box.east]
        places = np.array(kept, dtype=float).reshape(-1, 2)
        return PostcodePoints(np.arange(len(kept), dtype=np.int32), places[:, 0], places[:, 1])


def area(code: str, west: float, profile: Profile | None = None, kind: str = "lsoa", width: float = 0.1) -> Area:
    shape = shapely.box(west, SOUTH, west + width, SOUTH + 0.1)
    edition = "2021" if kind == "lsoa" else "2025"
    return Area(
        kind=kind,
        edition=edition,
        code=code,
        name=f"Area {code}",
        wkb=shapely.to_wkb(shape),
        latitude=SOUTH + 0.05,
        longitude=west + width / 2,
        profile=profile,
    )


def spread(areas: list[Area], *homes: tuple[float, float]) -> ResidentPoints:
    return spread_residents(areas, AreaIndex(areas), Table(list(homes)))


def places(*points: tuple[float, float, int]) -> Supply:
    rows = np.array(points, dtype=float).reshape(-1, 3)
    owners = rows[:, 2].astype(np.intp)
    return Supply(tuple(f"asset {n}" for n in range(len(set(owners)))), rows[:, 0], rows[:, 1], owners)


def north(metres: float, longitude: float = -1.95) -> tuple[float, float]:
    return (SOUTH + 0.05 + metres / METRES_PER_DEGREE, longitude)


# Where residents are -----------------------------------------------------------------------------------------------


def test_residents_are_spread_equally_over_the_postcodes_of_their_area() -> None:
    areas = [area("A", -2.0, Profile(residents=1500)), area("B", -1.9, Profile(residents=100))]
    points = spread(areas, (52.01, -1.99), (52.02, -1.99), (52.03, -1.99), (52.01, -1.85), (53.0, -1.99))
    assert points.residents.tolist() == [500.0, 500.0, 500.0, 100.0]
    assert [points.areas[at].code for at in points.area] == ["A", "A", "A", "B"]
    assert points.without_postcode == ()


def test_an_area_without_postcode_stands_at_its_representative_point_and_is_named() -> None:
    points = spread([area("A", -2.0, Profile(residents=7)), area("B", -1.9, Profile(residents=9))], (52.01, -1.99))
    assert points.without_postcode == ("B",)
    assert points.latitude.tolist() == [52.01, 52.05]
    assert points.longitude.tolist() == pytest.approx([-1.99, -1.85])
    assert points.residents.tolist() == [7.0, 9.0]


def test_offices_hold_nobody_where_there_are_homes() -> None:
    areas = [area("A", -2.0, Profile(residents=10)), area("B", -1.9, Profile(residents=20))]
    table = Table([(52.01, -1.99)], offices=((52.02, -1.99), (52.02, -1.85)))
    points = spread_residents(areas, AreaIndex(areas), table)
    assert list(zip(points.latitude.tolist(), points.residents.tolist(), strict=True)) == [(52.01, 10.0), (52.02, 20.0)]
    assert points.without_postcode == ()


def test_areas_of_nobody_have_no_points() -> None:
    points = spread([area("A", -2.0, Profile(residents=0)), area("B", -1.9)], (52.01, -1.99), (52.01, -1.85))
    assert len(points.residents) == 0


def test_a_ward_has_the_residents_of_the_postcodes_that_lie_in_it() -> None:
    first = Profile(
        residents=100, by_age=(("0 to 15", 20), ("65+", 80)), disabled_residents=10, imd_decile=2, imd_score=40
    )
    second = Profile(
        residents=300, by_age=(("0 to 15", 90), ("65+", 210)), disabled_residents=9, imd_decile=9, imd_score=10
    )
    lsoas = [area("A", -2.0, first), area("B", -1.9, second)]
    points = spread(lsoas, (52.01, -1.99), (52.02, -1.97), (52.01, -1.89), (52.01, -1.88), (52.01, -1.81))
    wards = [area("W", -1.98, kind="ward", width=0.15), area("V", -2.5, kind="ward")]
    profiles = ward_profiles(wards, points)
    assert profiles == {
        "W": Profile(
            residents=250,  # half of A, two thirds of B
            by_age=(("0 to 15", 70), ("65+", 180)),
            disabled_residents=11,
            imd_score=pytest.approx((50 * 40 + 200 * 10) / 250),
            most_deprived_share=pytest.approx(50 / 250),
        )
    }


def test_what_is_not_known_of_one_part_is_not_known_of_the_ward() -> None:
    lsoas = [
        area("A", -2.0, Profile(residents=10, imd_decile=1, imd_score=9.0)),
        area("B", -1.9, Profile(residents=10)),
    ]
    points = spread(lsoas, (52.01, -1.99), (52.01, -1.89))
    profile = ward_profiles([area("W", -2.0, kind="ward", width=0.2)], points)["W"]
    assert profile == Profile(residents=20)


# Which assets count ------------------------------------------------------------------------------------------------


def asset(id: str = "a", *locations: Location, term: str = "swimming", **fields: Any) -> Asset:
    return Asset(id=id, name=id, terms=(Term(id=term, source="name"),), locations=locations, **fields)


def place(meaning: Any = "activity", latitude: float = 52.05, **fields: Any) -> Location:
    fields = {"longitude": -1.95, "method": "postcode", **fields}
    return Location(latitude=latitude, meaning=meaning, **fields)


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (asset("a", place("contact")), access.CONTACT),
        (asset("a", place("unknown"), place("contact")), access.UNKNOWN),
        (asset("a"), access.NO_PLACE),
        (asset("a", Location(postcode="WR1")), access.NO_PLACE),
        (asset("a", online=True), access.COMES),
        (asset("a", service_areas=(ServiceArea(name="Worcester"),)), access.COMES),
        (asset("a", place(method="postcode district")), access.IMPRECISE),
        (asset("a", place(roughly=True)), access.ROUGHLY),
        (asset("a", place(), visibility="workers"), access.WORKERS_ONLY),
        (asset("a", place(), status="temporarily closed"), access.NOT_RUNNING),
    ],
)
def test_what_does_not_count_is_counted_by_its_reason(left: Asset, why: str) -> None:
    found = supply([left, asset("b", place()), asset("c", place("contact"), term="chess")], {"swimming"})
    assert found.assets == ("b",)
    assert found.left_out == ((why, 1),)


def test_only_the_places_where_it_happens_count_and_each_once() -> None:
    found = supply([asset("a", place(), place(), place("contact", 52.2), place(latitude=52.1))], ["swimming"])
    assert found.latitude.tolist() == [52.05, 52.1]
    assert found.asset.tolist() == [0, 0]


def test_for_workers_everything_with_a_place_counts() -> None:
    hidden = [asset("a", place(roughly=True)), asset("b", place(), visibility="workers")]
    assert supply(hidden, {"swimming"}, "workers").assets == ("a", "b")


# Who can walk there ------------------------------------------------------------------------------------------------


def test_reach_is_a_walk_of_so_many_minutes_with_its_last_metre() -> None:
    edge = 15 * 80 / 1.3
    lsoas = [area("A", -2.0, Profile(residents=100))]
    points = spread(lsoas, north(0), north(edge - 1), north(edge + 1), north(-edge + 1))
    reached = coverage(points, places((*north(0), 0)), 15)
    assert dict(zip(points.latitude.tolist(), reached.one.tolist(), strict=True)) == {
        north(-edge + 1)[0]: True,
        north(0)[0]: True,
        north(edge - 1)[0]: True,
        north(edge + 1)[0]: False,
    }
    assert not reached.two.any()
    assert coverage(points, places((*north(0), 0)), 15, detour=1.0).one.all()


def test_two_means_two_different_assets_however_many_places_one_has() -> None:
    stops = [(*north(metres), 0) for metres in range(0, 200, 10)]
    points = spread([area("A", -2.0, Profile(residents=1))], north(0))
    assert coverage(points, places(*stops), 15).two.tolist() == [False]
    assert coverage(points, places(*stops, (*north(500), 1)), 15).two.tolist() == [True]


@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(1, 4))
def test_the_nearest_two_are_those_of_a_search_of_all(seed: int, count: int, owners: int) -> None:
    random = np.random.default_rng(seed)
    where = random.uniform((52.0, -2.1), (52.1, -2.0), (5, 2))
    spots = random.uniform((52.0, -2.1), (52.1, -2.0), (count, 2))
    owner = random.integers(0, owners, count)
    first, second = nearest_two_m(
        where[:, 0], where[:, 1], Supply(("a",) * owners, spots[:, 0], spots[:, 1], owner.astype(np.intp))
    )
    for at, spot in enumerate(where):
        best: dict[int, float] = {}
        for (latitude, longitude), mine in zip(spots, owner.tolist(), strict=True):
            best[mine] = min(best.get(mine, np.inf), haversine_m(*spot, latitude, longitude))
        nearest = [*sorted(best.values()), np.inf, np.inf]
        assert (first[at], second[at]) == pytest.approx((nearest[0], nearest[1]))


def test_the_share_of_the_worked_example() -> None:
    residents, nearest = np.array([1000.0, 2000.0, 500.0, 800.0]), np.array([5, 10, 15, 65])
    share = coverage_by_area(residents, nearest <= 15, np.zeros(4, dtype=np.intp), 2)
    assert share[0] == pytest.approx(0.813953488372093, rel=0, abs=1e-9)
    assert np.isnan(share[1])


def three_areas() -> list[Area]:
    return [
        area("A", -2.0, Profile(residents=100, imd_decile=1)),
        area("B", -1.9, Profile(residents=300, imd_decile=9)),
        area("C", -1.8),
        area("D", -1.7, Profile(residents=0)),
    ]


def test_a_table_has_the_lowest_coverage_first_and_no_data_last() -> None:
    areas = three_areas()
    points = spread(areas, north(0), north(3000), (52.01, -1.85), (52.09, -1.85))
    table = access_table("swimming", areas, points, replace(places((*north(0), 0)), left_out=(("x", 2),)), 15)
    assert [(row.code, row.coverage, row.coverage_two, row.residents, row.assets) for row in table.rows] == [
        ("B", 0.0, 0.0, 300, 0),
        ("A", 0.5, 0.0, 100, 1),
        ("C", None, None, None, 0),
        ("D", None, None, 0, 0),
    ]
    assert (table.coverage, table.coverage_two) == (0.125, 0.0)
    assert (table.interest, table.area_kind, table.edition, table.minutes) == ("swimming", "lsoa", "2021", 15)
    assert table.left_out == (("x", 2),)


def test_an_asset_over_the_border_counts_for_those_who_can_walk_there() -> None:
    areas = [area("A", -2.0, Profile(residents=10))]
    points = spread(areas, (52.05, -1.901))
    (row,) = access_table("swimming", areas, points, places((52.05, -1.899, 0)), 15).rows
    assert (row.coverage, row.assets) == (1.0, 0)


def test_figures_for_wards_come_from_the_residents_of_lsoas() -> None:
    points = spread(three_areas(), north(0), north(3000), (52.05, -1.85), (52.06, -1.85), (52.07, -1.85))
    wards = [area("W", -2.0, kind="ward", width=0.2)]
    (row,) = access_table("swimming", wards, points, places((*north(0), 0)), 15).rows
    assert (row.residents, row.coverage, row.imd_decile) == (400, 0.125, None)


def test_nothing_to_reach_is_zero_where_people_live() -> None:
    areas = three_areas()
    rows = access_table("swimming", areas, spread(areas), places()).rows
    assert {row.code: row.coverage for row in rows} == {"A": 0.0, "B": 0.0, "C": None, "D": None}
    assert access_table("swimming", [], spread([]), places()).coverage is None


# Real places -------------------------------------------------------------------------------------------------------


def sample(layer: str) -> tuple[Area, ...]:
    names = {"lsoa21": ("lsoa", "2021", "LSOA21CD", "LSOA21NM"), "ward25": ("ward", "2025", "WD25CD", "WD25NM")}
    return read_boundaries(data_folder() / "sample" / "areas" / f"worcester_{layer}.geojson", *names[layer])


def test_worcester_has_all_its_residents() -> None:
    lsoas = with_profiles(sample("lsoa21"), read_profile(data_folder() / "sample" / "areas" / "worcester_profile.csv"))
    points = spread_residents(lsoas, AreaIndex(lsoas), postcode_table())
    total = sum(one.profile.residents for one in lsoas if one.profile)
    assert points.residents.sum() == pytest.approx(total)
    assert len(points.residents) > 2000
    wards = with_profiles(sample("ward25"), ward_profiles(sample("ward25"), points))
    assert sum(one.profile.residents for one in wards if one.profile) == pytest.approx(total, rel=0.01)
    table = access_table("swimming", wards, points, places((52.1920, -2.2216, 0)), 30)
    assert 0 < (table.coverage or 0) < 1


@pytest.mark.open_data
def test_three_quarters_of_trafford_can_walk_to_an_allotment() -> None:
    if not (where := os.environ.get("ASSET_MAP_OPEN_DATA")):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    data = Path(where)
    boundaries = data / "geography" / "boundaries" / "trafford_lsoa21.geojson"
    lsoas = with_profiles(
        read_boundaries(boundaries, "lsoa", "2021", "LSOA21CD", "LSOA21NM"),
        read_profile(data / "population" / "lsoa21_census2021_age_bands.csv.gz"),
    )
    points = spread_residents(lsoas, AreaIndex(lsoas), postcode_table())
    with (data / "council_lists" / "trafford_greater_manchester" / "trafford_allotments.csv").open() as file:
        plots = [(float(row["lat"]), float(row["lon"]), at) for at, row in enumerate(csv.DictReader(file))]
    table = access_table("allotments", lsoas, points, places(*plots), 15)
    assert table.coverage == pytest.approx(0.746, abs=0.01)
    assert sum(row.assets for row in table.rows) == len(plots) == 35
