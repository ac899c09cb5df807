"""Files of boundaries: GeoJSON, GeoPackage, Shapefile, or a zip of one. What a file holds decides, not how it ends."""

from __future__ import annotations

import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from asset_map.errors import RefusedFile

FILE_BYTES = 1_000_000_000
GEOJSON_BYTES = 400_000_000
"""A file larger than this is refused. The 35,672 LSOAs of England and Wales in full detail are some 300 MB."""
MOST_AREAS = 250_000
"""England and Wales have 188,880 output areas, the smallest that are published."""
_GZIP, _SQLITE, _ZIP, _SHAPEFILE = b"\x1f\x8b", b"SQLite format 3\x00", b"PK", b"\x00\x00\x27\x0a"
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = (".shx", ".dbf")
_EXPECTED = "expected boundaries as GeoJSON, GeoPackage, or a Shapefile (best as one .zip)"


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a file holds: the properties of each feature and its geometry as it stands, None for none; both (n,).

    `unreadable` are the positions of geometries that say nothing. `crs` is the coordinate reference system that the
    file states, "" where it states none.
    """

    rows: Sequence[Mapping[str, Any]]
    shapes: NDArray[np.object_]
    unreadable: tuple[int, ...] = ()
    crs: str = ""


def read_features(path: Path, layer: str = "") -> Features:
    """The features of a boundary file. `layer` names one of a GeoPackage's layers or of a zip's Shapefiles.

    Raises RefusedFile, which names the file, for one that is too large, damaged, incomplete or something else, and for
    one with several layers of polygons where none is named.
    """
    try:
        if path.is_dir():
            message = f"{path.name or path}: is a folder; give the .gpkg or .geojson file, or the Shapefile as one .zip"
            raise RefusedFile("not_a_file", message)
        size = path.stat().st_size
        with path.open("rb") as file:
            opening = file.read(64)
    except OSError as error:
        raise RefusedFile("unreadable", f"{path.name}: cannot be opened ({error.strerror})") from error
    _check_size(path.name, size, FILE_BYTES)
    if not size:
        raise RefusedFile("empty", f"{path.name}: is empty; {_EXPECTED}")
    if opening.startswith(_ZIP):
        return _from_zip(path, layer)
    if opening.startswith(_SHAPEFILE):
        return _from_parts(path)
    if opening.startswith(_SQLITE):
        _check_closed(path)
        return _through_gdal(path.name, {".gpkg": path}, layer)
    if opening.startswith(_GZIP) or path.suffix.lower() in _PARTS:
        return _refuse_other(path, opening)
    _check_size(path.name, size, GEOJSON_BYTES)
    return _from_geojson(path)


def _check_size(file: str, size: int, most: int) -> None:
    if size > most:
        message = (
            f"{file}: holds {size / 1e6:,.0f} MB; expected at most {most / 1e6:,.0f} MB: load a part of the country"
        )
        raise RefusedFile("too_big", message)


def _check_closed(path: Path) -> None:
    """What another program has not yet written into the file itself would be missed without a word."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists() and beside.stat().st_size:
        message = f"{path.name}: is open in another program ({beside.name} lies beside it); close it there first"
        raise RefusedFile("open", message)


def _refuse_other(path: Path, opening: bytes) -> Features:
    if opening.startswith(_GZIP):
        raise RefusedFile("packed", f"{path.name}: is packed with gzip; unpack it first; {_EXPECTED}")
    message = f"{path.name}: is not the part of a Shapefile that holds shapes; give the .shp with its others beside it"
    raise RefusedFile("not_boundaries", message)


# GeoJSON -----------------------------------------------------------------------------------------------------------


class _Feature(msgspec.Struct):
    properties: dict[str, Any] | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")


class _Named(msgspec.Struct):
    properties: dict[str, Any] = {}


class _Collection(msgspec.Struct):
    type: str
    features: list[_Feature] = []
    crs: _Named | None = None


def _from_geojson(path: Path) -> Features:
    try:
        collection = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"{path.name}: is not a GeoJSON FeatureCollection ({error}); {_EXPECTED}"
        raise RefusedFile("not_geojson", message) from error
    if collection.type != "FeatureCollection" or not collection.features:
        message = f"{path.name}: holds a {collection.type} with no features; expected a FeatureCollection of areas"
        raise RefusedFile("empty", message)
    _check_count(path.name, len(collection.features))
    texts = np.array([bytes(feature.geometry) for feature in collection.features], dtype=object)
    shapes = shapely.from_geojson(texts, on_invalid="ignore")
    unreadable = [at for at, text in enumerate(texts) if text != b"null" and shapes[at] is None]
    crs = str(collection.crs.properties.get("name", "")) if collection.crs else ""
    rows = [feature.properties or {} for feature in collection.features]
    return Features(rows, shapely.force_2d(shapes), tuple(unreadable), crs)


def _check_count(file: str, number: int) -> None:
    if number > MOST_AREAS:
        message = f"{file}: holds more than {MOST_AREAS:,} features; load a part of the country, or wider areas"
        raise RefusedFile("too_many", message)


# A zip, or a Shapefile with its parts beside it ---------------------------------------------------------------------


def _from_zip(path: Path, layer: str) -> Features:
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            name, members = _chosen(path.name, archive, layer)
            if any(member.flag_bits & 1 for member in members.values()):
                raise RefusedFile("password", f"{path.name}: is locked with a password; give a zip without one")
            # zipfile unpacks no more than the declared size, and what is not of that size is damaged.
            _check_size(f"{path.name} (unpacked)", sum(member.file_size for member in members.values()), FILE_BYTES)
            parts = {}
            for suffix, member in members.items():
                # Under a name of our own: where the zip wants to put it does not matter.
                parts[suffix] = Path(folder) / f"areas{suffix}"
                with archive.open(member) as packed, parts[suffix].open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked)
            if ".shp" in parts:
                return _shapefile(f"{path.name}: {name}", parts)
            return _named_as(path.name, next(iter(parts.values())), layer)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, ValueError) as error:
        message = f"{path.name}: is damaged and cannot be unpacked ({error}); download or pack it again"
        raise RefusedFile("corrupt", message) from error


def _chosen(file: str, archive: zipfile.ZipFile, layer: str) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The Shapefile of a zip, or its only other boundary file: its name, and its parts by how they end."""
    members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
    ends = {one.filename: Path(one.filename).suffix.lower() for one in members}
    shapes = [one for one in members if ends[one.filename] == ".shp"]
    wanted = [one for one in shapes if layer in ("", Path(one.filename).stem)]
    if len(wanted) > 1 or (shapes and not wanted):
        raise _layers(file, "Shapefiles", [Path(one.filename).stem for one in shapes], layer)
    if wanted:
        stem = wanted[0].filename[:-4]
        beside = [one for one in members if one.filename[:-4] == stem and ends[one.filename] in _PARTS]
        return wanted[0].filename, {ends[one.filename]: one for one in beside}
    if not members:
        raise RefusedFile("empty", f"{file}: is a zip with nothing in it; {_EXPECTED}")
    others = [one for one in members if ends[one.filename] in (".gpkg", ".geojson", ".json")]
    if len(others) != 1:
        there = ", ".join(sorted(ends)[:5])
        raise RefusedFile("not_boundaries", f"{file}: has no Shapefile in it but {there}; {_EXPECTED}")
    return others[0].filename, {ends[others[0].filename]: others[0]}


def _named_as(file: str, unpacked: Path, layer: str) -> Features:
    try:
        return read_features(unpacked, layer)
    except RefusedFile as error:
        raise RefusedFile(error.code, error.message.replace(unpacked.name, file, 1)) from error


def _from_parts(path: Path) -> Features:
    beside = {one.suffix.lower(): one for one in sorted(path.parent.iterdir()) if one.stem == path.stem}
    found = {suffix: one for suffix, one in beside.items() if suffix in _PARTS}
    return _shapefile(path.name, {**found, ".shp": path})


def _shapefile(file: str, parts: Mapping[str, Path]) -> Features:
    missing = [suffix for suffix in _NEEDED if suffix not in parts]
    if missing:
        which = " and ".join(f"the {suffix} file" for suffix in missing)
        message = (
            f"{file}: {which} that belongs to it is missing; a Shapefile is several files with one name (.shp, .shx, "
            ".dbf, .prj): put them all in one folder, or in one .zip"
        )
        raise RefusedFile("incomplete", message)
    return _through_gdal(file, parts, "")


# GeoPackage and Shapefile, through GDAL ----------------------------------------------------------------------------


def _through_gdal(file: str, parts: Mapping[str, Path], layer: str) -> Features:
    import pyogrio  # here, because it takes a second to load and most commands do without
    from pyogrio.errors import DataLayerError, DataSourceError

    # GDAL goes by how a name ends; ours is safe, and hides nothing else that lies beside the file.
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for suffix, part in parts.items():
            (Path(folder) / f"areas{suffix}").symlink_to(part.absolute())
        source = Path(folder) / f"areas{'.shp' if '.shp' in parts else '.gpkg'}"
        try:
            wanted = _polygon_layer(file, pyogrio.list_layers(source), layer) if ".gpkg" in parts else None
            meta, _, shapes, columns = pyogrio.raw.read(
                source, layer=wanted, force_2d=True, max_features=MOST_AREAS + 1
            )
        except (DataSourceError, DataLayerError, RuntimeError, ValueError) as error:
            message = f"{file}: is damaged and cannot be read; export it again"
            raise RefusedFile("corrupt", message) from error
    if shapes is None or not len(shapes):
        raise RefusedFile("empty", f"{file}: holds no features; expected one polygon for each area")
    _check_count(file, len(shapes))
    read = shapely.force_2d(shapely.from_wkb(shapes, on_invalid="ignore"))
    unreadable = tuple(at for at, blob in enumerate(shapes) if blob is not None and read[at] is None)
    names = [str(name) for name in meta["fields"]]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)] or [{}] * len(read)
    return Features(rows, read, unreadable, str(meta["crs"] or ""))


def _polygon_layer(file: str, layers: NDArray[np.object_], wanted: str) -> str:
    """The layer that is wanted, else the only one of polygons, else the only one of shapes of any sort."""
    names = [str(name) for name, _ in layers]
    if wanted in names:
        return wanted
    sure = [str(name) for name, sort in layers if sort and ("Polygon" in sort or "Surface" in sort)]
    some = sure or [str(name) for name, sort in layers if sort in ("Unknown", "GeometryCollection")]
    if len(some) == 1 and not wanted:
        return some[0]
    if not some and not wanted:
        there = ", ".join(names) or "no layers"
        raise RefusedFile("empty", f"{file}: has no layer of polygons, but {there}; expected one polygon for each area")
    raise _layers(file, "layers", some or names, wanted)


def _layers(file: str, what: str, names: Sequence[str], wanted: str) -> RefusedFile:
    listed = ", ".join(sorted(names))
    if wanted:
        return RefusedFile("layer", f"{file}: none of its {what} is called {wanted!r}; it has {listed}")
    return RefusedFile("layer", f"{file}: has {len(names)} {what}; say which with --layer: {listed}")
