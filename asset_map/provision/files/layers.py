"""A gap table as map layers: GeoJSON (RFC 7946) and GeoPackage, polygons in degrees with the figures on them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from asset_map.asset import Area
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.files.account import Account
from asset_map.provision.files.tables import COLUMNS, Cell, Column, cells

DECIMALS = 6
"""Of a degree: a tenth of a metre."""


@dataclass(frozen=True, slots=True, order=True)
class PlaceMark:
    """A place that counts and that anybody may know of."""

    id: str
    name: str
    latitude: float
    longitude: float


def to_geojson(table: GapTable, account: Account, areas: Sequence[Area]) -> bytes:
    """A FeatureCollection, one feature an area in the order of the table; null for not known.

    `metadata` is a foreign member (RFC 7946, 6.1) with title, date, method, sources and licence. Raises KeyError for a
    row whose area is not among `areas`. The bytes are the same whenever what it is made from is.
    """
    shapes = _shapes(table, areas)
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "properties": dict(zip((column.name for column in COLUMNS), cells(table, row), strict=True)),
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in zip(table.rows, shapes, strict=True)
    ]
    whole = {"type": "FeatureCollection", "metadata": _metadata(account), "features": features}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _metadata(account: Account) -> dict[str, Any]:
    return {
        "title": account.title,
        "made": account.made.isoformat(),
        "found": list(account.headline),
        "method": dict(account.method),
        "dates": list(account.dates),
        "left_out": list(account.left_out),
        "cannot_be_concluded": list(account.limits),
        "sources": account.sources,
        "licence": account.licence,
        "columns": {column.name: column.about for column in COLUMNS},
    }


def _shapes(table: GapTable, areas: Sequence[Area]) -> NDArray[np.object_]:
    """The polygons of the rows in degrees to six decimals, outer rings counter-clockwise as RFC 7946 has it."""
    by_code = {area.code: area.wkb for area in areas}
    shapes = shapely.from_wkb(np.array([by_code[row.code] for row in table.rows], dtype=object))
    rounded = shapely.transform(shapes, lambda degrees: np.round(degrees, DECIMALS))
    # Rounding each corner alone keeps neighbours together, and now and then makes a sliver cross itself.
    crossed = ~shapely.is_valid(rounded)
    rounded[crossed] = shapely.make_valid(rounded[crossed], method="structure", keep_collapsed=False)
    return np.asarray(shapely.orient_polygons(rounded), dtype=object)


def to_geopackage(table: GapTable, account: Account, areas: Sequence[Area], places: Sequence[PlaceMark] = ()) -> bytes:
    """A GeoPackage in EPSG:4326 with the layer `gaps`, one multipolygon an area, and the layer `places`, points.

    Columns are those of the CSV, null for not known; `places` is there only where there are any. The bytes are the same
    whenever what it is made from is, under the same version of GDAL.
    """
    with tempfile.TemporaryDirectory(prefix="asset-map-") as folder:
        path = Path(folder) / "gaps.gpkg"
        shapes = np.array([_many(shape) for shape in _shapes(table, areas)], dtype=object)
        rows = [cells(table, row) for row in table.rows]
        columns = {column.name: _array(column, [row[at] for row in rows]) for at, column in enumerate(COLUMNS)}
        about = {"TITLE": account.title, "DESCRIPTION": json.dumps(_metadata(account), ensure_ascii=False)}
        _write(path, "gaps", shapes, columns, "MultiPolygon", about)
        if places:
            marks = sorted(places)
            points = shapely.points([(mark.longitude, mark.latitude) for mark in marks])
            text = {name: _texts([getattr(mark, name) for mark in marks]) for name in ("id", "name")}
            _write(path, "places", points, text, "Point", {"TITLE": "Places that count"}, append=True)
        _at_one_time(path, account)
        return path.read_bytes()


_Column = tuple[NDArray[Any], NDArray[np.bool_]]


def _write(
    path: Path,
    layer: str,
    shapes: NDArray[np.object_],
    columns: Mapping[str, _Column],
    geometry: str,
    about: Mapping[str, str],
    append: bool = False,
) -> None:
    from pyogrio import raw  # here, because loading it takes longer than most commands need

    raw.write(
        path,
        shapely.to_wkb(shapes),
        [values for values, _ in columns.values()],
        list(columns),
        [missing for _, missing in columns.values()],
        layer=layer,
        driver="GPKG",
        geometry_type=geometry,
        crs="EPSG:4326",
        append=append,
        layer_metadata=dict(about),
    )


def _array(column: Column, values: Sequence[Cell]) -> _Column:
    """Values for a layer and where they are missing, which is not nought."""
    missing = np.array([value is None for value in values], dtype=bool)
    if column.datatype == "string":
        return _texts([None if value is None else str(value) for value in values])
    kind = {"integer": np.int64, "number": np.float64, "boolean": np.bool_}[column.datatype]
    return np.array([0 if value is None else value for value in values], dtype=kind), missing


def _texts(values: Sequence[str | None]) -> _Column:
    return np.array(values, dtype=object), np.array([value is None for value in values], dtype=bool)


def _many(shape: BaseGeometry) -> MultiPolygon:
    return MultiPolygon(shapely.get_parts(shape).tolist())


def _at_one_time(path: Path, account: Account) -> None:
    """Put the day on which the table was made in place of the clock's, which would make two equal files differ."""
    made = f"{account.made.isoformat()}T00:00:00.000Z"
    database = sqlite3.connect(path)
    try:
        for table, column in (("gpkg_contents", "last_change"), ("gpkg_metadata_reference", "timestamp")):
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                database.execute(f"UPDATE {table} SET {column} = ?", (made,))  # noqa: S608 both are ours
        database.commit()
        database.execute("VACUUM")
    finally:
        database.close()
