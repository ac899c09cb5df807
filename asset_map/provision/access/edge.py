"""The border of what is loaded: where homes beyond it lie within the catchment of people on this side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from asset_map.asset import Area
from asset_map.geo import EARTH_RADIUS_M, METRES_PER_DEGREE, Box
from asset_map.provision.access.reach import Flags, Floats, Points
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.residents import Postcodes

NEAR_SHARE = 0.05
"""An area is crossed by the edge when more than this share of its people have homes beyond it within their minutes."""


def box_of(areas: Sequence[Area], beyond_m: float = 0.0) -> Box:
    """The box around areas, `beyond_m` metres wider on every side."""
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([area.wkb for area in areas]))
    up = beyond_m / METRES_PER_DEGREE
    wide = up / float(np.cos(np.radians(min(89.0, max(abs(south), abs(north)) + up))))
    return Box(south=south - up, west=west - wide, north=north + up, east=east + wide)


def inside_box(latitude: Floats, longitude: Floats, box: Box) -> Flags:
    """Which places lie in a box, its edges included."""
    inside: Flags = (latitude >= box.south) & (latitude <= box.north)
    return inside & (longitude >= box.west) & (longitude <= box.east)


def homes_beyond(box: Box, finest: AreaIndex, table: Postcodes) -> Floats:
    """(latitude, longitude) of the live postcodes in a box that lie in none of the finest areas; shape (n, 2).

    Nobody has a home in the sea, so a coast is no edge.
    """
    found = table.within(box, homes_only=True)
    outside = np.ones(len(found.latitudes), dtype=np.bool_)
    for kind, edition in finest.layers:
        outside &= finest.assign(found.latitudes, found.longitudes, kind, edition) < 0
    return np.column_stack([found.latitudes, found.longitudes])[outside]


def crossed(points: Points, areas: int, homes: Floats, within_m: float) -> Flags:
    """Which areas have more than NEAR_SHARE of their people within `within_m` metres of one of `homes` beyond."""
    inside = points.area >= 0
    if not len(homes) or not inside.any():
        return np.zeros(areas, dtype=np.bool_)
    from sklearn.neighbors import BallTree  # here, because it takes a second to import and most commands do without

    where = np.radians(np.column_stack([points.latitude[inside], points.longitude[inside]]))
    nearest, _ = BallTree(np.radians(homes), metric="haversine").query(where, k=1)
    area, people = points.area[inside], points.people[inside]
    near = np.bincount(area, weights=people * (nearest[:, 0] * EARTH_RADIUS_M <= within_m), minlength=areas)
    flags: Flags = near > NEAR_SHARE * np.bincount(area, weights=people, minlength=areas)
    return flags
