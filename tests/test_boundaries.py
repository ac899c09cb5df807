import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from asset_map.asset import Area, AreaCode
from asset_map.errors import RefusedFile
from asset_map.geo import Point
from asset_map.provision.areas.area_index import AreaIndex, area_positions
from asset_map.provision.areas.boundaries import read_boundaries

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
POINT = {"type": "Point", "coordinates": [-2.0, 52.0]}
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
        ([feature("A", LINE)], "empty_geometry", "A encloses nothing: it is a LineString"),
        ([feature("A", POINT)], "empty_geometry", "A encloses nothing: it is a Point"),
        ([feature("A", {"type": "Polygon", "coordinates": "x"})], "geometry", "geometry of A cannot be read"),
        ([], "empty", "no features"),
    ],
)
def test_an_unsound_file_is_refused_whole(tmp_path: Path, features: list[Any], reason: str, words: str) -> None:
    with pytest.raises(RefusedFile, match=words) as refused:
        read(tmp_path, *features)
    assert refused.value.code == reason
    assert refused.value.message.startswith("areas.geojson: ")


WARD = {"FID": 7, "WD25CD": "E05000001", "WD25NM": "Abbey", "LAD25CD": "E06000016"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (CODE, "feature 1 has no property 'LSOA21CD'; it has FID, LAD25CD, WD25CD, WD25NM"),
        ("", "say which property holds the code of an area; it has FID, LAD25CD, WD25CD, WD25NM"),
    ],
)
def test_a_missing_property_is_named_with_those_that_exist_and_a_guess(tmp_path: Path, code: str, words: str) -> None:
    path = tmp_path / "wards.geojson"
    second = {**WARD, "FID": 8, "WD25CD": "E05000002", "WD25NM": "Castle"}
    features = [{"properties": one, "geometry": square(-2, 52)} for one in (WARD, second)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(RefusedFile, match=words) as refused:
        read_boundaries(path, "ward", "2025", code, NAME)
    assert refused.value.message.endswith("; perhaps --code WD25CD --name WD25NM")


@pytest.mark.parametrize(
    ("properties", "guess"),
    [
        ({"patch_code": "P1", "title": "Canalside"}, "; perhaps --code patch_code --name title"),
        ({"CODE": "P1", "note": "x"}, "; perhaps --code CODE --name CODE"),
        ({"WD25CD": "E05000001", "PCON24CD": "E14000001"}, "it has PCON24CD, WD25CD"),
        ({"note": "x"}, "it has note"),
        ({}, "it has no properties at all"),
    ],
)
def test_nothing_is_guessed_where_two_or_none_look_like_a_code(
    tmp_path: Path, properties: dict[str, str], guess: str
) -> None:
    odd = {"type": "Feature", "properties": properties, "geometry": square(-2, 52)}
    with pytest.raises(RefusedFile) as refused:
        read(tmp_path, odd)
    assert refused.value.message.endswith(guess)


def test_codes_of_another_edition_than_is_said_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    old = {"properties": {"LSOA11CD": "E01000001", "LSOA11NM": "One"}, "geometry": square(-2, 52)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [old]}))
    with pytest.raises(RefusedFile, match="LSOA11CD holds codes of 2011, not of 2021; say --edition 2011"):
        read_boundaries(path, "lsoa", "2021", "LSOA11CD", "LSOA11NM")
    assert read_boundaries(path, "lsoa", "2011", "LSOA11CD", "LSOA11NM")[0].code == "E01000001"


def test_a_patch_may_have_its_name_for_a_code_and_a_number_for_a_name(tmp_path: Path) -> None:
    path = tmp_path / "patches.geojson"
    patches = [
        {"properties": {"patch": name, "no": no}, "geometry": square(-2, 52)} for no, name in ((4.0, "B"), (5, "A"))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": patches}))
    found = read_boundaries(path, "patch", "2025", "patch", "patch")
    assert [(one.kind, one.code, one.name) for one in found] == [("patch", "A", "A"), ("patch", "B", "B")]
    assert [one.code for one in read_boundaries(path, "patch", "2025", "no", "patch")] == ["4", "5"]


@pytest.mark.parametrize("content", [b"", b"code,name\n", b'{"type":"Topology"}', b"[" * 100_000, b"\xff\xfe{"])
def test_what_is_not_geojson_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=r"^areas\.geojson: "):
        read_boundaries(path, "lsoa", "2021", CODE, NAME)


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
