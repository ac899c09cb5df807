"""Boundaries in GeoPackage and Shapefile: the same areas as from GeoJSON, in any coordinates, or a plain refusal."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from pyproj import Transformer

from asset_map.asset import Area
from asset_map.config import data_folder
from asset_map.errors import RefusedFile
from asset_map.geo import METRES_PER_DEGREE
from asset_map.provision.areas import boundary_files
from asset_map.provision.areas.boundaries import read_boundaries

SAMPLE = data_folder() / "sample" / "areas" / "worcester_lsoa21.geojson"
CODE, NAME = "LSOA21CD", "LSOA21NM"
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}


def read(path: Path, layer: str = "") -> tuple[Area, ...]:
    return read_boundaries(path, "lsoa", "2021", CODE, NAME, layer)


@pytest.fixture(scope="module")
def sample() -> tuple[Area, ...]:
    return read(SAMPLE)


def write(path: Path, areas: Sequence[Area], crs: int = 4326, **more: object) -> Path:
    """The areas as a GeoPackage or a Shapefile, by how the name ends."""
    shapes = shapely.from_wkb([area.wkb for area in areas])
    if crs != 4326:
        across = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(across.transform(xy[:, 0], xy[:, 1])))
    columns = [np.array([getattr(area, name) for area in areas], dtype=object) for name in ("code", "name")]
    options = {"geometry_type": "Polygon", "crs": f"EPSG:{crs}", "driver": DRIVERS[path.suffix], **more}
    pyogrio.raw.write(path, shapely.to_wkb(shapes), columns, [CODE, NAME], **options)
    return path


def zipped(path: Path, *folders: str) -> Path:
    """A Shapefile's parts in one zip."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(path.parent.glob(f"{path.stem}.*")):
            if part != packed:
                archive.write(part, "/".join((*folders, part.name)))
    return packed


def assert_same(found: Sequence[Area], expected: Sequence[Area], metres: float) -> None:
    assert [(one.code, one.name, one.kind, one.edition) for one in found] == [
        (one.code, one.name, one.kind, one.edition) for one in expected
    ]
    apart = shapely.hausdorff_distance(*(shapely.from_wkb([one.wkb for one in some]) for some in (found, expected)))
    assert apart.max() <= metres / METRES_PER_DEGREE


EXACT_M = 1e-9 * METRES_PER_DEGREE


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
@pytest.mark.parametrize(("crs", "metres"), [(4326, EXACT_M), (4258, EXACT_M), (27700, 5.0), (3857, 5.0), (32630, 5.0)])
def test_every_format_in_every_system_gives_the_same_areas(
    tmp_path: Path, sample: tuple[Area, ...], suffix: str, crs: int, metres: float
) -> None:
    path = write(tmp_path / f"areas{suffix}", sample, crs)
    assert_same(read(path), sample, metres)


def test_a_zipped_shapefile_is_read_wherever_in_the_zip_it_lies(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    shapes = write(tmp_path / "areas.shp", sample, 27700)
    assert_same(read(zipped(shapes)), sample, 5.0)
    assert_same(read(zipped(shapes, "..", "..", "etc")), sample, 5.0)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(
        ["areas.cpg", "areas.dbf", "areas.prj", "areas.shp", "areas.shx", "areas.zip"]
    )


def test_a_shapefile_without_projection_is_known_by_the_size_of_its_numbers(
    tmp_path: Path, sample: tuple[Area, ...]
) -> None:
    path = write(tmp_path / "areas.shp", sample, 27700)
    path.with_suffix(".prj").unlink()
    assert_same(read(path), sample, 5.0)


def test_what_a_file_holds_decides_and_not_how_its_name_ends(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    package = write(tmp_path / "areas.gpkg", sample)
    assert_same(read(package.rename(tmp_path / "areas.geojson")), sample, EXACT_M)
    text = tmp_path / "text.gpkg"
    text.write_bytes(b"\xef\xbb\xbf" + SAMPLE.read_bytes())
    assert read(text) == sample


def test_a_zip_of_one_geojson_or_geopackage_is_read(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    packed = tmp_path / "areas.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(SAMPLE, "areas.geojson")
        archive.writestr("readme.txt", "Open Government Licence")
        archive.writestr("__MACOSX/._areas.geojson", b"\x00")
    assert read(packed) == sample
    with pytest.raises(RefusedFile, match=r"^areas\.zip: say which property holds the code"):
        read_boundaries(packed, "lsoa", "2021", "", "")


def test_of_several_layers_one_is_named(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    path = tmp_path / "areas.gpkg"
    write(path, sample[:3], layer="east")
    points = shapely.to_wkb(shapely.points([[one.longitude, one.latitude] for one in sample]))
    columns = [np.array([one.code for one in sample], dtype=object)]
    pyogrio.raw.write(
        path, points, columns, [CODE], layer="centres", geometry_type="Point", crs="EPSG:4326", append=True
    )
    assert_same(read(path), sample[:3], EXACT_M)  # the only layer of polygons
    write(path, sample[3:5], layer="west", append=True)
    assert_same(read(path, "west"), sample[3:5], EXACT_M)
    with pytest.raises(RefusedFile, match=r"has 2 layers; say which with --layer: east, west"):
        read(path)
    with pytest.raises(RefusedFile, match="none of its layers is called 'north'; it has east, west"):
        read(path, "north")


def test_of_several_shapefiles_in_a_zip_one_is_named(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    write(tmp_path / "east.shp", sample[:3])
    write(tmp_path / "west.shp", sample[3:5])
    packed = tmp_path / "both.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted([*tmp_path.glob("east.*"), *tmp_path.glob("west.*")]):
            archive.write(part, f"areas/{part.name}")
    assert_same(read(packed, "east"), sample[:3], EXACT_M)
    with pytest.raises(RefusedFile, match="has 2 Shapefiles; say which with --layer: east, west"):
        read(packed)


def test_a_geopackage_without_polygons_is_refused_by_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "centres.gpkg"
    shape = np.array([shapely.to_wkb(shapely.Point(-2, 52))], dtype=object)
    pyogrio.raw.write(path, shape, [np.array(["A"])], [CODE], layer="centres", geometry_type="Point", crs="EPSG:4326")
    with pytest.raises(RefusedFile, match=r"centres\.gpkg: has no layer of polygons, but centres"):
        read(path)


@pytest.mark.parametrize("missing", [".shx", ".dbf"])
def test_a_shapefile_without_its_parts_is_refused_by_what_is_missing(
    tmp_path: Path, sample: tuple[Area, ...], missing: str
) -> None:
    path = write(tmp_path / "areas.shp", sample[:3])
    path.with_suffix(missing).unlink()
    with pytest.raises(RefusedFile, match=rf"^areas\.shp: the {missing} file that belongs to it is missing"):
        read(path)
    with pytest.raises(RefusedFile, match=rf"^areas\.zip: areas\.shp: the {missing} file"):
        read(zipped(path))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("areas.dbf", b"\x03\x7a", "give the .shp"),
        ("areas.geojson.gz", b"\x1f\x8b\x08", "packed with gzip; unpack it first"),
        ("areas.gpkg", b"SQLite format 3\x00" + b"\x00" * 2000, "damaged and cannot be read; export it again$"),
        ("areas.zip", b"PK\x03\x04" + b"\x00" * 200, "damaged and cannot be unpacked"),
        ("areas.zip", b"PK\x05\x06" + b"\x00" * 18, "is a zip with nothing in it"),
        ("areas.geojson", b"", "is empty; expected boundaries"),
        ("areas.kml", b"<?xml version='1.0'?><kml/>", "expected boundaries as GeoJSON, GeoPackage, or a Shapefile"),
    ],
)
def test_what_is_not_boundaries_is_refused_in_plain_words(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=words) as refused:
        read(path)
    assert refused.value.message.startswith(f"{name}: ")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="is a folder"):
        read(tmp_path)


def test_a_damaged_file_is_refused_and_never_read_in_part(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    for path in (write(tmp_path / "areas.gpkg", sample), write(tmp_path / "areas.shp", sample)):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 3])
        with pytest.raises(RefusedFile):
            read(path)


def test_a_geopackage_that_is_open_elsewhere_is_refused(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    path = write(tmp_path / "areas.gpkg", sample[:1])
    (tmp_path / "areas.gpkg-wal").write_bytes(b"not yet written")
    with pytest.raises(RefusedFile, match="is open in another program"):
        read(path)


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_files, "FILE_BYTES", 1_000_000)
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.writestr(f"areas{suffix}", b"\x00" * 2_000_000)
    assert packed.stat().st_size < 20_000
    with pytest.raises(RefusedFile, match=r"bomb\.zip \(unpacked\): holds 6 MB; expected at most 1 MB"):
        read(packed)


def test_a_file_with_too_many_features_or_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_files, "MOST_AREAS", 63)
    with pytest.raises(RefusedFile, match="more than 63 features"):
        read(SAMPLE)
    monkeypatch.setattr(boundary_files, "GEOJSON_BYTES", 1000)
    with pytest.raises(RefusedFile, match="expected at most 0 MB"):
        read(SAMPLE)


def test_a_locked_zip_and_one_of_something_else_are_refused(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    packed = zipped(write(tmp_path / "areas.shp", sample[:1]))
    content = bytearray(packed.read_bytes())
    for marker, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(marker)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(marker, at + 4)
    packed.write_bytes(content)
    with pytest.raises(RefusedFile, match="locked with a password"):
        read(packed)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<xml/>")
    with pytest.raises(RefusedFile, match=r"has no Shapefile in it but \[Content_Types\]\.xml"):
        read(packed)


def test_a_polygon_with_a_hole_and_one_with_heights_come_through(tmp_path: Path, sample: tuple[Area, ...]) -> None:
    ring = shapely.box(-2.3, 52.0, -2.2, 52.1).difference(shapely.box(-2.27, 52.03, -2.23, 52.07))
    path = tmp_path / "areas.gpkg"
    shape = np.array([shapely.to_wkb(shapely.force_3d(ring, 30.0))], dtype=object)
    columns = [np.array(["E1"], dtype=object), np.array(["Ring"], dtype=object)]
    pyogrio.raw.write(path, shape, columns, [CODE, NAME], geometry_type="Polygon Z", crs="EPSG:4326")
    (one,) = read(path)
    found = shapely.from_wkb(one.wkb)
    assert not found.has_z
    assert found.area == pytest.approx(0.01 - 0.0016)
    assert found.contains(shapely.Point(one.longitude, one.latitude))


def test_irish_grid_is_converted_and_not_taken_for_the_national_grid(tmp_path: Path) -> None:
    belfast = [[333_000, 373_000], [334_000, 373_000], [334_000, 375_000], [333_000, 375_000], [333_000, 373_000]]
    feature = {"properties": {CODE: "N1", NAME: "N"}, "geometry": {"type": "Polygon", "coordinates": [belfast]}}
    irish = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::29902"}}
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": irish, "features": [feature]}))
    (one,) = read(path)
    assert (one.latitude, one.longitude) == pytest.approx((54.597, -5.935), abs=0.02)


@pytest.mark.parametrize("name", ["EPSG:999999", "somewhere", "EPSG:5514"])
def test_a_system_that_is_unknown_or_of_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    far = [[-3e5, 5e5], [-2e5, 5e5], [-2e5, 6e5], [-3e5, 5e5]]
    feature = {"properties": {CODE: "N1", NAME: "N"}, "geometry": {"type": "Polygon", "coordinates": [far]}}
    path = tmp_path / "areas.geojson"
    crs = {"type": "name", "properties": {"name": name}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    with pytest.raises(RefusedFile, match=r"^areas\.geojson: ") as refused:
        read(path)
    assert refused.value.code == "coordinates"
