"""Boundary files in, areas with a code and an edition out. A file is read whole or refused whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from asset_map.asset import Area
from asset_map.errors import RefusedFile
from asset_map.provision.areas.boundary_files import read_features

UNITED_KINGDOM = (-9.0, 49.0, 2.5, 61.5)
"""West, south, east, north in degrees: a generous rectangle, sea areas included."""
NATIONAL_GRID = (0.0, 0.0, 700_000.0, 1_300_000.0)
"""The extent of the British National Grid (EPSG:27700) in metres."""
_BY_SIZE = (4326, 4258, 27700)
"""Systems whose coordinates tell by their size which they are, so that a wrong label does no harm."""
_EXPORT = "export it in degrees (EPSG:4326) or on the National Grid (EPSG:27700)"
_PUBLISHED_CODE = re.compile(r"([A-Z]+)(\d\d)CD", re.IGNORECASE)
_CODE = re.compile(r".*(?:cd|code|_id|ref)|id", re.IGNORECASE)
_NAME = re.compile(r".*(?:nm|name|title|label)", re.IGNORECASE)

Rows = Sequence[Mapping[str, Any]]
Shapes = NDArray[np.object_]


def read_boundaries(
    path: Path, kind: str, edition: str, code_field: str, name_field: str, layer: str = ""
) -> tuple[Area, ...]:
    """The areas of a GeoJSON, GeoPackage or Shapefile (or a zip of one), sorted by code.

    Coordinates are degrees, longitude first, or eastings and northings of the British National Grid, told apart by
    their size; any other system that the file states is converted. Invalid shapes are mended and only their polygons
    kept; heights are dropped. `code_field` and `name_field` are properties, which may be the same. Raises RefusedFile,
    which names the file and the feature, for anything that is not sound: nothing is read in part.
    """
    features = read_features(path, layer)
    codes, names = _labels(path.name, features.rows, code_field, name_field, edition)
    _check_shapes(path.name, codes, features.shapes, features.unreadable)
    shapes = _polygons(path.name, codes, to_degrees(path.name, codes, features.shapes, features.crs))
    inside = shapely.point_on_surface(shapes)
    wkb = shapely.to_wkb(shapes, byte_order=1)
    areas = [
        Area(kind=kind, edition=edition, code=code, name=name, wkb=bytes(blob), latitude=point.y, longitude=point.x)
        for code, name, blob, point in zip(codes, names, wkb, inside, strict=True)
    ]
    return tuple(sorted(areas, key=lambda area: area.code))


# Codes and names ---------------------------------------------------------------------------------------------------


def _labels(file: str, rows: Rows, code_field: str, name_field: str, edition: str) -> tuple[list[str], list[str]]:
    for number, there in enumerate(rows, 1):
        for wanted, what in ((code_field, "code"), (name_field, "name")):
            if not wanted:
                message = f"{file}: say which property holds the {what} of an area; it has {_listed(there)}"
                raise RefusedFile("missing_property", message + _suggestion(rows))
            if wanted not in there:
                message = f"{file}: feature {number} has no property {wanted!r}; it has {_listed(there)}"
                raise RefusedFile("missing_property", message + _suggestion(rows))
    _check_edition(file, code_field, edition)
    codes = [_text(there[code_field]) for there in rows]
    if "" in codes:
        message = f"{file}: feature {codes.index('') + 1} has an empty {code_field}; every area needs a code"
        raise RefusedFile("missing_code", message)
    code, times = Counter(codes).most_common(1)[0]
    if times > 1:
        message = f"{file}: {code_field} {code!r} is there {times} times; expected each area once, as one multipolygon"
        raise RefusedFile("duplicate_code", message)
    names = [_text(there[name_field]) or code for there, code in zip(rows, codes, strict=True)]
    return codes, names


def _check_edition(file: str, code_field: str, edition: str) -> None:
    published = _PUBLISHED_CODE.fullmatch(code_field)
    if published and published[2] != edition[-2:]:
        year = f"20{published[2]}"
        message = (
            f"{file}: {code_field} holds codes of {year}, not of {edition}; say --edition {year}, or give the file"
        )
        raise RefusedFile("edition", f"{message} of {edition}")


def _text(value: Any) -> str:
    if value is None or value != value:  # not a number
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _listed(properties: Mapping[str, Any]) -> str:
    return ", ".join(sorted(properties)) or "no properties at all"


def _suggestion(rows: Rows) -> str:
    """The options to try, where exactly one property of all features looks like a code."""
    texts = {name: [_text(there.get(name)) for there in rows] for name in rows[0]}
    different = [name for name, values in texts.items() if "" not in values and len(set(values)) == len(values)]
    for looks in (_PUBLISHED_CODE, _CODE):
        codes = [name for name in different if looks.fullmatch(name)]
        if len(codes) == 1:
            beside = codes[0][:-2] + ("NM" if codes[0].endswith("CD") else "nm")
            names = [name for name in texts if _NAME.fullmatch(name)]
            best = beside if beside in texts else names[0] if len(names) == 1 else codes[0]
            return f"; perhaps --code {codes[0]} --name {best}"
    return ""


# Shapes ------------------------------------------------------------------------------------------------------------


def _check_shapes(file: str, codes: list[str], shapes: Shapes, unreadable: tuple[int, ...]) -> None:
    for at, (code, shape) in enumerate(zip(codes, shapes, strict=True)):
        if at in unreadable:
            message = f"{file}: the geometry of {code} cannot be read; expected a Polygon or MultiPolygon"
            raise RefusedFile("geometry", message)
        if shape is None or shape.is_empty:
            raise RefusedFile("empty_geometry", f"{file}: {code} has no geometry; every area needs a polygon")


def _polygons(file: str, codes: list[str], shapes: Shapes) -> Shapes:
    mended = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    kept = np.array([_polygonal(shape) for shape in mended], dtype=object)
    for code, before, shape in zip(codes, shapes, kept, strict=True):
        if shape.is_empty:
            message = f"{file}: {code} encloses nothing: it is a {before.geom_type}; expected a Polygon or MultiPolygon"
            raise RefusedFile("empty_geometry", message)
    return kept


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    flat = shapely.get_parts(shapely.get_parts(shape))
    polygons = [part for part in flat if part.geom_type == "Polygon"]
    return shapely.union_all(polygons) if polygons else shapely.Polygon()


# Coordinates -------------------------------------------------------------------------------------------------------


def to_degrees(file: str, codes: list[str], shapes: Shapes, stated: str) -> Shapes:
    """Shapes or points (n,) in degrees, longitude first, from the system that a file states or that their size tells.

    Raises RefusedFile, which names the first code that does not fit, for what is not in the United Kingdom.
    """
    other = _other_system(file, stated)
    if other is not None:
        shapes = _converted(file, shapes, other)
    systems = [_system(tuple(bounds)) for bounds in shapely.bounds(shapes)]
    for code, system in zip(codes, systems, strict=True):
        if system == "swapped":
            message = f"{file}: {code} has latitude and longitude the wrong way round; longitude comes first"
            raise RefusedFile("swapped", message)
        if system == "elsewhere" or system != systems[0]:
            raise RefusedFile(
                "coordinates",
                f"{file}: the coordinates of {code} are not those of a place in the United Kingdom, or not in the same "
                "units as the others; expected degrees, longitude first, or metres on the National Grid",
            )
    return shapes if systems[0] == "degrees" else _converted(file, shapes, CRS.from_epsg(27700))


def _system(bounds: tuple[float, ...]) -> str:
    if _lies_in(bounds, UNITED_KINGDOM):
        return "degrees"
    west, south, east, north = bounds
    if _lies_in((south, west, north, east), UNITED_KINGDOM):
        return "swapped"
    return "grid" if _lies_in(bounds, NATIONAL_GRID) and max(bounds) > 180 else "elsewhere"


def _lies_in(bounds: tuple[float, ...], box: tuple[float, ...]) -> bool:
    return bounds[0] >= box[0] and bounds[1] >= box[1] and bounds[2] <= box[2] and bounds[3] <= box[3]


def _other_system(file: str, stated: str) -> CRS | None:
    """The coordinate reference system that a file states, None where the size of the numbers tells."""
    if not stated or stated.endswith("CRS84"):
        return None
    try:
        system = CRS.from_user_input(stated)
    except CRSError as error:
        message = f"{file}: coordinates are in {stated[:60]}, which is not known; {_EXPORT}"
        raise RefusedFile("coordinates", message) from error
    return None if system.to_epsg(min_confidence=60) in _BY_SIZE or _is_national_grid(system) else system


def _is_national_grid(system: CRS) -> bool:
    return system.name.replace("_", " ").lower().endswith("british national grid")


def _converted(file: str, shapes: Shapes, system: CRS) -> Shapes:
    def convert(given: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(given[:, 0], given[:, 1], errcheck=True))

    try:
        # Without allow_ballpark=False a machine that lacks the datum shift would answer 100 m off, and say nothing.
        transformer = Transformer.from_crs(system, "EPSG:4326", always_xy=True, allow_ballpark=False)
        return np.asarray(shapely.transform(shapes, convert), dtype=object)
    except ProjError as error:
        message = f"{file}: coordinates are in {system.name}, which cannot be converted well enough; {_EXPORT}"
        raise RefusedFile("coordinates", message) from error
