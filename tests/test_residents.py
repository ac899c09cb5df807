"""Where residents are: spread over the postcodes of their area, and added up again for wards."""

import pytest
from invented import Table, area, spread

from asset_map.asset import Area, Profile
from asset_map.config import data_folder
from asset_map.postcode import postcode_table
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.boundaries import read_boundaries
from asset_map.provision.areas.profiles import read_profile, with_profiles
from asset_map.provision.areas.residents import spread_residents, ward_profiles


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
