"""Points, distances and the National Grid."""

import csv
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.errors import UnknownPlace
from asset_map.geo import (
    Point,
    box_around,
    from_grid,
    haversine_m,
    in_great_britain,
    metres_between,
    metres_from,
    to_grid,
    walking_minutes,
)

LONDON, EDINBURGH = Point(51.50069526, -0.12460261), Point(55.94849766, -3.20011974)
British = st.builds(Point, st.floats(50.0, 60.5), st.floats(-6.0, 1.5))


def test_london_to_edinburgh_is_534_km():
    assert metres_between(LONDON, EDINBURGH) == pytest.approx(534_000, rel=0.005)


def test_a_degree_of_latitude_is_111_km():
    assert haversine_m(52.0, -2.0, 53.0, -2.0) == pytest.approx(111_195, abs=1)


@given(British, British)
def test_many_distances_at_once_equal_one_at_a_time(centre, other):
    many = metres_from(centre, np.array([other.latitude]), np.array([other.longitude]))
    assert many[0] == pytest.approx(metres_between(centre, other), abs=1e-3)


@given(British, st.floats(10, 50_000), st.floats(0, 1), st.floats(0, 1))
def test_a_box_holds_every_point_within_the_radius(centre, radius_m, north, east):
    box = box_around(centre, radius_m)
    point = Point(
        box.south - 0.1 + north * (box.north - box.south + 0.2), box.west - 0.1 + east * (box.east - box.west + 0.2)
    )
    inside = box.south <= point.latitude <= box.north and box.west <= point.longitude <= box.east
    assert inside or metres_between(centre, point) > radius_m


def test_walking_time_is_at_least_a_minute_and_rounded_up():
    assert [walking_minutes(metres) for metres in (0, 61, 62, 1000)] == [1, 1, 2, 17]


def test_big_ben_stands_where_the_grid_says():
    assert metres_between(from_grid(530268, 179640), LONDON) < 4


@settings(deadline=None)
@given(British)
def test_to_the_grid_and_back_is_the_same_place(point):
    assert metres_between(from_grid(*to_grid(point)), point) < 0.01


@pytest.mark.parametrize("grid", [(-1, 400_000), (700_001, 400_000), (400_000, -1), (400_000, 1_300_001)])
def test_a_place_off_the_grid_is_refused(grid):
    with pytest.raises(UnknownPlace, match=r"off the National Grid; expected 0 to 700000 east"):
        from_grid(*grid)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_off_the_grid(value):
    with pytest.raises(UnknownPlace):
        from_grid(value, 400_000)


def test_paris_has_no_grid_place():
    with pytest.raises(UnknownPlace, match="not in Great Britain"):
        to_grid(Point(48.86, 2.35))


def test_no_place_at_all_is_not_in_great_britain():
    assert in_great_britain(LONDON)
    assert not in_great_britain(Point(0, 0))
    assert not in_great_britain(Point(-0.12, 51.5))


def test_threads_may_share_the_transform():
    with ThreadPoolExecutor(4) as pool:
        points = set(pool.map(lambda _: from_grid(378771, 391866), range(200)))
    assert len(points) == 1


@pytest.mark.open_data
def test_the_error_against_ordnance_survey_is_at_most_four_metres():
    if not (folder := os.environ.get("ASSET_MAP_OPEN_DATA")):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    with (Path(folder) / "uk" / "osgb36_to_wgs84_ostn15_vectors.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    errors_m = [
        metres_between(
            from_grid(float(row["easting"]), float(row["northing"])),
            Point(float(row["lat_etrs89"]), float(row["lon_etrs89"])),
        )
        for row in rows
    ]
    assert len(errors_m) == 12
    assert float(np.median(errors_m)) < 2
    assert max(errors_m) < 4.1
