"""Areas drawn small: simplified outlines as GeoJSON for a page, and shapes fitted into a picture."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from asset_map.asset import Area
from asset_map.geo import METRES_PER_DEGREE

Shapes = NDArray[np.object_]


def outline(areas: Sequence[Area], tolerance_m: float = 20.0) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of simplified shapes with `code` and `name`, in the order of `areas`.

    `areas` are of one kind and edition: neighbours keep the same border, so no slivers or overlaps appear between them.
    """
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "properties": {"code": area.code, "name": area.name},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for area, shape in zip(areas, simplified(areas, tolerance_m), strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def simplified(areas: Sequence[Area], tolerance_m: float) -> Shapes:
    """Shapes in degrees, shape (n,), with corners left out that matter less than `tolerance_m`."""
    shapes = shapely.from_wkb(np.array([area.wkb for area in areas], dtype=object))
    if not len(shapes):
        return shapes
    simple = shapely.coverage_simplify(shapes, tolerance_m / METRES_PER_DEGREE)
    return np.asarray(shapely.transform(simple, lambda degrees: np.round(degrees, 6)), dtype=object)


@dataclass(frozen=True, slots=True)
class Fit:
    """How degrees become units of a picture, y downwards: equirectangular, true to scale at the middle latitude."""

    west: float
    north: float
    across: float
    """Units for a degree of longitude."""
    down: float
    """Units for a degree of latitude."""
    left: float
    top: float
    bottom: float

    def project(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Units, shape (n, 2) as x and y, of longitudes and latitudes, shape (n, 2)."""
        x = self.left + (degrees[:, 0] - self.west) * self.across
        y = self.top + (self.north - degrees[:, 1]) * self.down
        return np.asarray(np.round(np.column_stack([x, y]), 1), dtype=np.float64)

    @property
    def units_per_km(self) -> float:
        return self.down * 1000 / METRES_PER_DEGREE


def fit(areas: Sequence[Area], width: float, height: float, top: float = 0.0, margin: float = 3.0) -> Fit | None:
    """The largest fit of all `areas` into a picture, in the middle of its width; None where there is nothing to fit."""
    bounds = shapely.total_bounds(shapely.from_wkb([area.wkb for area in areas])) if areas else [math.nan]
    if not np.isfinite(bounds).all():
        return None
    west, south, east, north = map(float, bounds)
    narrowing = math.cos(math.radians((south + north) / 2))
    # A millionth of a degree, a tenth of a metre, keeps an area without any extent from filling the picture for ever.
    wide, tall = max((east - west) * narrowing, 1e-6), max(north - south, 1e-6)
    down = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
    left = (width - wide * down) / 2
    return Fit(west, north, down * narrowing, down, left, top + margin, top + 2 * margin + tall * down)
