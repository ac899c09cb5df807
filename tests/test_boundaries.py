import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from asset_map.asset import Area, AreaCode, Profile
from asset_map.config import data_folder
from asset_map.errors import RefusedFile
from asset_map.geo import Point
from asset_map.provision.area_index import AreaIndex, area_positions
from asset_map.provision.boundaries import read_boundaries
from asset_map.provision.profiles import read_profile, with_profiles

SAMPLE = data_folder() / "sample" / "areas"
CODE, NAME = "LSOA21CD", "LSOA21NM"


def square(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: Any, geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {CODE: code, NAME: f"Area {code}", **properties}, "geometry": geometry}


def read(folder: Path, *features: dict[str, Any], **more: Any) -> tuple[Area, ...]:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}))
    return read_boundaries(path, "lsoa", "2021", CODE, NAME)


def area(code: str, west: float, south: float, kind: str = "lsoa", edition: str = "2021") -> Area:
    shape = shapely.box(west, south, west + 0.1, south + 0.1)
    middle = shape.representative_point()
    return Area(
        kind=kind,
        edition=edition,
        code=code,
        name=code,
        wkb=shapely.to_wkb(shape),
        latitude=middle.y,
        longitude=middle.x,
    )


def test_areas_come_sorted_by_code_with_kind_edition_and_name(tmp_path: Path) -> None:
    areas = read(tmp_path, feature("B", square(-2.0, 52.0)), feature("A", square(-2.1, 52.0)))
    assert [(one.kind, one.edition, one.code, one.name) for one in areas] == [
        ("lsoa", "2021", "A", "Area A"),
        ("lsoa", "2021", "B", "Area B"),
    ]


def test_the_representative_point_of_a_crescent_lies_inside_it(tmp_path: Path) -> None:
    crescent = shapely.Point(-2, 52).buffer(0.1).difference(shapely.Point(-1.97, 52).buffer(0.09))
    (one,) = read(tmp_path, feature("A", json.loads(shapely.to_geojson(crescent))))
    assert shapely.from_wkb(one.wkb).contains(shapely.Point(one.longitude, one.latitude))


def test_a_bow_tie_is_mended_and_only_polygons_are_kept(tmp_path: Path) -> None:
    bow_tie = [[-2.0, 52.0], [-1.9, 52.1], [-1.9, 52.0], [-2.0, 52.1], [-2.0, 52.0]]
    mixed = {
        "type": "GeometryCollection",
        "geometries": [
            square(-2.5, 52.0),
            {"type": "MultiPolygon", "coordinates": [square(-2.7, 52.0)["coordinates"]]},
            {"type": "LineString", "coordinates": [[-2.0, 52.0], [-2.1, 52.1]]},
        ],
    }
    areas = read(tmp_path, feature("A", {"type": "Polygon", "coordinates": [bow_tie]}), feature("B", mixed))
    shapes = [shapely.from_wkb(one.wkb) for one in areas]
    assert all(shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon") for shape in shapes)
    assert shapes[0].area == pytest.approx(0.005)
    assert shapes[1].area == pytest.approx(0.02)


def test_parts_that_overlap_are_joined(tmp_path: Path) -> None:
    parts = [square(-2.0, 52.0)["coordinates"], square(-1.95, 52.0)["coordinates"]]
    (one,) = read(tmp_path, feature("A", {"type": "MultiPolygon", "coordinates": parts}))
    assert shapely.from_wkb(one.wkb).area == pytest.approx(0.015)


def test_eastings_and_northings_become_degrees(tmp_path: Path) -> None:
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    ring = [list(to_grid.transform(x, y)) for x, y in square(-2.2, 52.2)["coordinates"][0]]
    (one,) = read(tmp_path, feature("A", {"type": "Polygon", "coordinates": [ring]}))
    assert shapely.from_wkb(one.wkb).bounds == pytest.approx((-2.2, 52.2, -2.1, 52.3), abs=1e-6)


def test_heights_are_dropped(tmp_path: Path) -> None:
    ring = [[x, y, 30.0] for x, y in square(-2.2, 52.2)["coordinates"][0]]
    (one,) = read(tmp_path, feature("A", {"type": "Polygon", "coordinates": [ring]}))
    assert not shapely.from_wkb(one.wkb).has_z


SWAPPED = {"type": "Polygon", "coordinates": [[[y, x] for x, y in square(-2.0, 52.0)["coordinates"][0]]]}
GRID = {"type": "Polygon", "coordinates": [[[3e5, 2e5], [4e5, 2e5], [4e5, 3e5], [3e5, 2e5]]]}
MERCATOR = {"type": "Polygon", "coordinates": [[[-2e5, 6.8e6], [-1e5, 6.8e6], [-1e5, 6.9e6], [-2e5, 6.8e6]]]}
LINE = {"type": "LineString", "coordinates": [[-2.0, 52.0], [-2.1, 52.1]]}


@pytest.mark.parametrize(
    ("features", "reason", "words"),
    [
        ([feature("A", SWAPPED)], "swapped", "A has latitude and longitude the wrong way round"),
        ([feature("A", MERCATOR)], "coordinates", "not those of a place in the United Kingdom"),
        ([feature("A", square(-2, 52)), feature("B", GRID)], "coordinates", "coordinates of B"),
        ([feature("A", square(-2, 52)), feature("A", square(-3, 52))], "duplicate_code", "'A' is there 2 times"),
        ([feature("", square(-2, 52))], "missing_code", "feature 1 has an empty LSOA21CD"),
        ([feature(None, square(-2, 52))], "missing_code", "feature 1 has an empty LSOA21CD"),
        ([feature("A", None)], "empty_geometry", "A has no geometry"),
        ([feature("A", {"type": "Polygon", "coordinates": []})], "empty_geometry", "A has no geometry"),
        ([feature("A", LINE)], "empty_geometry", "A encloses nothing"),
        ([feature("A", {"type": "Polygon", "coordinates": "x"})], "geometry", "geometry of A cannot be read"),
        ([], "empty", "no features"),
    ],
)
def test_an_unsound_file_is_refused_whole(tmp_path: Path, features: list[Any], reason: str, words: str) -> None:
    with pytest.raises(RefusedFile, match=words) as refused:
        read(tmp_path, *features)
    assert refused.value.code == reason
    assert refused.value.message.startswith("areas.geojson: ")


def test_a_missing_property_is_named_with_those_that_exist(tmp_path: Path) -> None:
    odd = {"type": "Feature", "properties": {"WD25CD": "E05", "WD25NM": "Abbey"}, "geometry": square(-2, 52)}
    with pytest.raises(RefusedFile, match="feature 1 has no property 'LSOA21CD'; it has WD25CD, WD25NM"):
        read(tmp_path, odd)


@pytest.mark.parametrize("content", [b"", b"code,name\n", b'{"type":"Topology"}', b"[" * 100_000, b"\xff\xfe{"])
def test_what_is_not_geojson_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=r"^areas\.geojson: "):
        read_boundaries(path, "lsoa", "2021", CODE, NAME)


def test_another_coordinate_system_is_refused_by_its_name(tmp_path: Path) -> None:
    irish = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::29902"}}
    with pytest.raises(RefusedFile, match="29902"):
        read(tmp_path, feature("A", GRID), crs=irish)


def test_a_point_has_one_code_of_each_kind_and_edition() -> None:
    index = AreaIndex(
        [
            area("W1", -2.05, 52.0, kind="ward", edition="2025"),
            area("W0", -2.05, 52.0, kind="ward", edition="2024"),
            area("L1", -2.0, 52.0),
        ]
    )
    assert index.codes_at(Point(52.02, -1.97)) == (
        AreaCode(kind="lsoa", edition="2021", code="L1"),
        AreaCode(kind="ward", edition="2024", code="W0"),
        AreaCode(kind="ward", edition="2025", code="W1"),
    )
    assert index.codes_at(Point(53.0, -1.97)) == ()


def test_a_border_point_belongs_to_the_lowest_code() -> None:
    index = AreaIndex([area("B", -2.0, 52.0), area("C", -2.1, 52.0), area("A", -2.0, 52.1), area("D", -2.1, 52.1)])
    codes = {one.code for one in index.codes_at(Point(52.1, -2.0))}
    assert codes == {"A"}
    assert [one.code for one in index.codes_at(Point(52.05, -2.0))] == ["B"]


@given(
    st.lists(
        st.tuples(st.integers(0, 40).map(lambda n: 51.9 + n / 100), st.integers(0, 40).map(lambda n: -2.2 + n / 100)),
        max_size=30,
    )
)
def test_many_points_together_are_answered_like_one_at_a_time(places: list[tuple[float, float]]) -> None:
    lsoas = [area(f"L{x}{y}", -2.1 + x / 10, 52.0 + y / 10) for x in range(2) for y in range(2)]
    index = AreaIndex([*lsoas, area("W", -2.05, 52.05, kind="ward", edition="2025")])
    points = [Point(*place) for place in places]
    one_by_one = [index.codes_at(point) for point in points]
    assert index.codes(points) == one_by_one
    assigned = index.assign([p.latitude for p in points], [p.longitude for p in points], "lsoa", "2021")
    assert [index.areas[at].code if at >= 0 else None for at in assigned] == [
        next((code.code for code in codes if code.kind == "lsoa"), None) for codes in one_by_one
    ]


def test_places_without_a_number_and_kinds_nobody_has_lie_nowhere() -> None:
    index = AreaIndex([area("A", -2.0, 52.0)])
    assert index.assign([np.nan, 52.05], [-1.95, -1.95], "lsoa", "2021").tolist() == [-1, 0]
    assert index.assign([52.05], [-1.95], "ward", "2025").tolist() == [-1]
    assert AreaIndex([]).codes([Point(52.05, -1.95)]) == [()]
    assert AreaIndex([]).codes_at(Point(52.05, -1.95)) == ()


def test_positions_are_those_of_the_list_given() -> None:
    areas = [area("B", -2.0, 52.0), area("A", -2.2, 52.0)]
    assert area_positions([52.05, 52.05, 55.0], [-1.95, -2.15, -2.0], areas).tolist() == [0, 1, -1]


# Profiles ----------------------------------------------------------------------------------------------------------


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def test_a_profile_is_merged_from_several_tables(tmp_path: Path) -> None:
    ages = "lsoa21_code,lsoa21_name,total,Aged 15 years and under,Aged 16 years and over\nE01,One,100,30,70\n"
    disability = (
        "lsoa21_code,disability,n,total_residents\nE01,Disabled under the Equality Act,12,99\n"
        "E01,Not disabled under the Equality Act,87,99\n"
    )
    profiles = read_profile(
        table(tmp_path, "ages.csv.gz", ages),
        table(tmp_path, "disability.csv", disability),
        table(tmp_path, "imd.csv", "lsoa21_code,IMD_decile,IMD_rank,IMD_score\nE01,1,5,60.5\n"),
        table(tmp_path, "ruc.csv", "lsoa21_code,ruc21_code,classification\nE01,UN1,Urban\n"),
    )
    assert profiles["E01"] == Profile(
        residents=100,
        by_age=(("Aged 15 years and under", 30), ("Aged 16 years and over", 70)),
        disabled_residents=12,
        imd_decile=1,
        imd_score=60.5,
        rural_urban="Urban",
    )


def test_the_headings_of_the_published_index_are_known(tmp_path: Path) -> None:
    imd = (
        "LSOA code (2021),LSOA name (2021),Index of Multiple Deprivation (IMD) Score,"
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)\nE01,One,5.5,9\n"
    )
    people = table(tmp_path, "people.csv", 'LSOA21CD,Total\nE01,"1,234"\n')
    profile = read_profile(people, table(tmp_path, "imd.csv", imd))["E01"]
    assert (profile.residents, profile.imd_score, profile.imd_decile) == (1234, 5.5, 9)


def test_an_area_without_a_number_of_residents_has_no_profile(tmp_path: Path) -> None:
    people = table(tmp_path, "people.csv", "lsoa21_code,total\nE01,0\nE02,\n")
    assert {code: one.residents for code, one in read_profile(people).items()} == {"E01": 0}


@pytest.mark.parametrize("header", ["lsoa11_code", "LSOA11CD", "LSOA code (2011)"])
def test_codes_of_2011_are_refused_with_an_explanation(tmp_path: Path, header: str) -> None:
    old = table(tmp_path, "old.csv", f"{header},total\nE01,5\n")
    with pytest.raises(RefusedFile, match=r"old\.csv: column .* holds LSOA codes of 2011, the areas are of 2021"):
        read_profile(old)
    assert read_profile(old, edition="2011")["E01"].residents == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lsoa21_code,total\nE01,5\nE02,many\n", r"row 3 of people\.csv: .*'many'"),
        ("lsoa21_code,total\nE01\n", r"row 2 of people\.csv"),
        ("ward25_code,total\nE05,5\n", "no column with LSOA codes such as 'lsoa21_code'; it has ward25_code, total"),
        ("lsoa21_code,lsoa21_name\nE01,One\n", "no column of residents"),
        ("lsoa21_code,IMD_decile\nE01,5\n", "no number of residents"),
        ("", "no column with LSOA codes"),
    ],
)
def test_an_unsound_table_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RefusedFile, match=words):
        read_profile(table(tmp_path, "people.csv", text))


def test_areas_that_no_profile_fits_are_refused_unless_some_may_be_missing() -> None:
    areas = [area("E01", -2.0, 52.0), area("E02", -2.1, 52.0)]
    profiles = {"E01": Profile(residents=10), "E99": Profile(residents=5)}
    with pytest.raises(RefusedFile, match=r"1 of 2 areas \(E02\) have no profile: .*another edition"):
        with_profiles(areas, profiles)
    joined = with_profiles(areas, profiles, partly=True)
    assert [one.profile for one in joined] == [Profile(residents=10), None]
    with pytest.raises(RefusedFile, match="1 of 1 areas"):
        with_profiles(areas[1:], profiles, partly=True)


def test_the_sample_areas_read_and_every_one_has_a_profile() -> None:
    lsoas = read_boundaries(SAMPLE / "worcester_lsoa21.geojson", "lsoa", "2021", CODE, NAME)
    wards = read_boundaries(SAMPLE / "worcester_ward25.geojson", "ward", "2025", "WD25CD", "WD25NM")
    joined = with_profiles(lsoas, read_profile(SAMPLE / "worcester_profile.csv"))
    assert (len(lsoas), len(wards)) == (64, 16)
    assert 100_000 < sum(one.profile.residents for one in joined if one.profile) < 110_000
    guildhall = AreaIndex([*lsoas, *wards]).codes_at(Point(52.1920, -2.2216))
    assert [code.kind for code in guildhall] == ["lsoa", "ward"]


@pytest.mark.open_data
def test_national_tables_give_trafford_its_profiles_and_a_load_its_codes() -> None:
    if not (where := os.environ.get("ASSET_MAP_OPEN_DATA")):
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    data = Path(where)
    path = data / "geography" / "boundaries" / "trafford_lsoa21.geojson"
    profiles = read_profile(
        data / "population" / "lsoa21_census2021_age_bands.csv.gz",
        data / "population" / "lsoa21_census2021_disability.csv.gz",
        data / "deprivation" / "imd2025_england_lsoa21.csv.gz",
    )
    lsoas = with_profiles(read_boundaries(path, "lsoa", "2021", CODE, NAME), profiles)
    assert len(lsoas) == 139
    assert sum(one.profile.residents for one in lsoas if one.profile) == 235_045
    assert all(one.profile and one.profile.imd_decile and one.profile.disabled_residents for one in lsoas)
    random = np.random.default_rng(7)
    latitudes, longitudes = random.uniform(53.35, 53.48, 100_000), random.uniform(-2.47, -2.25, 100_000)
    start = time.perf_counter()
    assigned = AreaIndex(lsoas).assign(latitudes, longitudes, "lsoa", "2021")
    assert time.perf_counter() - start < 5  # 0.13 s on an idle machine
    assert 0.3 < (assigned >= 0).mean() < 1
