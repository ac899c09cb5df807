"""Boundary files: GeoJSON polygons in, areas with a code and an edition out. A file is read whole or refused whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from asset_map.asset import Area
from asset_map.errors import RefusedFile

UNITED_KINGDOM = (-9.0, 49.0, 2.5, 61.5)
"""West, south, east, north in degrees: a generous rectangle, sea areas included."""
NATIONAL_GRID = (0.0, 0.0, 700_000.0, 1_300_000.0)
"""The extent of the British National Grid (EPSG:27700) in metres."""
_READABLE_CRS = ("CRS84", "4326", "27700", "4258")


class _Feature(msgspec.Struct):
    properties: dict[str, Any] | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")


class _Named(msgspec.Struct):
    properties: dict[str, Any] = {}


class _Collection(msgspec.Struct):
    type: str
    features: list[_Feature] = []
    crs: _Named | None = None


def read_boundaries(path: Path, kind: str, edition: str, code_field: str, name_field: str) -> tuple[Area, ...]:
    """The areas of a GeoJSON FeatureCollection, sorted by code.

    Coordinates are degrees, longitude first; eastings and northings of the British National Grid are known by their
    size and converted. Invalid shapes are mended and only their polygons kept. Raises RefusedFile, which names the
    file and the feature, for anything that is not sound: nothing is read in part.
    """
    collection = _decode(path)
    codes, names = _labels(path.name, collection.features, code_field, name_field)
    shapes = _shapes(path.name, codes, collection.features)
    shapes = _polygons(path.name, codes, _to_degrees(path.name, codes, shapes))
    inside = shapely.point_on_surface(shapes)
    wkb = shapely.to_wkb(shapes, byte_order=1)
    areas = [
        Area(kind=kind, edition=edition, code=code, name=name, wkb=bytes(blob), latitude=point.y, longitude=point.x)
        for code, name, blob, point in zip(codes, names, wkb, inside, strict=True)
    ]
    return tuple(sorted(areas, key=lambda area: area.code))


def _decode(path: Path) -> _Collection:
    try:
        collection = msgspec.json.decode(path.read_bytes(), type=_Collection)
    except OSError as error:
        raise RefusedFile("unreadable", f"{path.name}: cannot be opened ({error.strerror})") from error
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"{path.name}: is not a GeoJSON FeatureCollection ({error}); export the boundaries as GeoJSON"
        raise RefusedFile("not_geojson", message) from error
    if collection.type != "FeatureCollection" or not collection.features:
        raise RefusedFile(
            "empty", f"{path.name}: holds a {collection.type} with no features; expected a FeatureCollection of areas"
        )
    name = str(collection.crs.properties.get("name", "")) if collection.crs else ""
    if name and not name.endswith(_READABLE_CRS):
        message = f"{path.name}: coordinates are in {name}; export it in degrees (EPSG:4326) or on the National Grid"
        raise RefusedFile("coordinates", message)
    return collection


def _labels(file: str, features: list[_Feature], code_field: str, name_field: str) -> tuple[list[str], list[str]]:
    for number, feature in enumerate(features, 1):
        there = feature.properties or {}
        for wanted in (code_field, name_field):
            if wanted not in there:
                message = f"{file}: feature {number} has no property {wanted!r}; it has {_listed(there)}"
                raise RefusedFile("missing_property", message)
    codes = [_text(feature, code_field) for feature in features]
    if "" in codes:
        message = f"{file}: feature {codes.index('') + 1} has an empty {code_field}; every area needs a code"
        raise RefusedFile("missing_code", message)
    code, times = Counter(codes).most_common(1)[0]
    if times > 1:
        message = f"{file}: {code_field} {code!r} is there {times} times; expected each area once, as one multipolygon"
        raise RefusedFile("duplicate_code", message)
    names = [_text(feature, name_field) or code for feature, code in zip(features, codes, strict=True)]
    return codes, names


def _text(feature: _Feature, field: str) -> str:
    value = (feature.properties or {})[field]
    return "" if value is None else str(value).strip()


def _listed(properties: dict[str, Any]) -> str:
    return ", ".join(sorted(properties)) or "no properties at all"


def _shapes(file: str, codes: list[str], features: list[_Feature]) -> NDArray[np.object_]:
    texts = np.array([bytes(feature.geometry) for feature in features], dtype=object)
    shapes = shapely.force_2d(shapely.from_geojson(texts, on_invalid="ignore"))
    for code, text, shape in zip(codes, texts, shapes, strict=True):
        if text != b"null" and shape is None:
            message = f"{file}: the geometry of {code} cannot be read; expected a Polygon or MultiPolygon"
            raise RefusedFile("geometry", message)
        if shape is None or shape.is_empty:
            raise RefusedFile("empty_geometry", f"{file}: {code} has no geometry; every area needs a polygon")
    return shapes


def _to_degrees(file: str, codes: list[str], shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    systems = [_system(tuple(bounds)) for bounds in shapely.bounds(shapes)]
    for code, system in zip(codes, systems, strict=True):
        if system == "swapped":
            message = f"{file}: {code} has latitude and longitude the wrong way round; GeoJSON wants longitude first"
            raise RefusedFile("swapped", message)
        if system == "elsewhere" or system != systems[0]:
            raise RefusedFile(
                "coordinates",
                f"{file}: the coordinates of {code} are not those of a place in the United Kingdom, or not in the same "
                "units as the others; expected degrees, longitude first, or metres on the National Grid",
            )
    return shapes if systems[0] == "degrees" else _from_grid(shapes)


def _system(bounds: tuple[float, ...]) -> str:
    if _lies_in(bounds, UNITED_KINGDOM):
        return "degrees"
    west, south, east, north = bounds
    if _lies_in((south, west, north, east), UNITED_KINGDOM):
        return "swapped"
    return "grid" if _lies_in(bounds, NATIONAL_GRID) and max(bounds) > 180 else "elsewhere"


def _lies_in(bounds: tuple[float, ...], box: tuple[float, ...]) -> bool:
    return bounds[0] >= box[0] and bounds[1] >= box[1] and bounds[2] <= box[2] and bounds[3] <= box[3]


def _from_grid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    # Without allow_ballpark=False a machine that lacks the datum shift would answer some 100 m off, and say nothing.
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True, allow_ballpark=False)

    def convert(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_degrees.transform(metres[:, 0], metres[:, 1], errcheck=True))

    return np.asarray(shapely.transform(shapes, convert), dtype=object)


def _polygons(file: str, codes: list[str], shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    mended = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    kept = np.array([_polygonal(shape) for shape in mended], dtype=object)
    for code, shape in zip(codes, kept, strict=True):
        if shape.is_empty:
            raise RefusedFile("empty_geometry", f"{file}: {code} encloses nothing; expected a Polygon or MultiPolygon")
    return kept


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    flat = shapely.get_parts(shapely.get_parts(shape))
    polygons = [part for part in flat if part.geom_type == "Polygon"]
    return shapely.union_all(polygons) if polygons else shapely.Polygon()
