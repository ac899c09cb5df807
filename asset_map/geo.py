"""Points and distances on the sphere. No input, no output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from asset_map.errors import UnknownPlace

if TYPE_CHECKING:
    from pyproj import Transformer

EARTH_RADIUS_M = 6_371_008.8
"""Mean Earth radius in metres (IUGG R1)."""
METRES_PER_DEGREE = EARTH_RADIUS_M * math.pi / 180


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in WGS84 degrees, edges included."""

    south: float
    west: float
    north: float
    east: float


def metres_between(a: Point, b: Point) -> float:
    """Great-circle distance in metres by the haversine formula (Sinnott 1984)."""
    return haversine_m(a.latitude, a.longitude, b.latitude, b.longitude)


def haversine_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in metres between two places in degrees."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    dphi, dlam = phi2 - phi1, math.radians(lon2 - lon1)
    h = math.sin(dphi / 2) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(dlam / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def metres_from(centre: Point, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances in metres from one place to many, in degrees; the same formula as `haversine_m`."""
    phi = np.radians(latitudes)
    dphi, dlam = phi - math.radians(centre.latitude), np.radians(longitudes - centre.longitude)
    h = np.sin(dphi / 2) ** 2 + math.cos(math.radians(centre.latitude)) * np.cos(phi) * np.sin(dlam / 2) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    return metres


def box_around(centre: Point, radius_m: float) -> Box:
    """The smallest box that surely holds every point within `radius_m` metres of `centre`."""
    dlat = radius_m / METRES_PER_DEGREE
    widest = min(89.9, abs(centre.latitude) + dlat)
    dlon = radius_m / (METRES_PER_DEGREE * math.cos(math.radians(widest)))
    return Box(centre.latitude - dlat, centre.longitude - dlon, centre.latitude + dlat, centre.longitude + dlon)


def in_great_britain(point: Point) -> bool:
    """Whether a point lies in the rectangle around Great Britain and its islands.

    Northern Ireland, which has another grid, is partly inside.
    """
    return 49.8 < point.latitude < 60.95 and -8.7 < point.longitude < 1.8


WALK_M_PER_MINUTE = 80.0
"""4.8 km/h, as Transport for London assumes in its connectivity measure (PTAL assessment guide, 2015)."""
DETOUR_FACTOR = 1.3
"""Streets are longer than straight lines; 1.3 is the middle of the usual range 1.2 to 1.4."""


def walking_minutes(metres: float) -> int:
    """Minutes on foot for a straight-line distance in metres, rounded up to at least one."""
    return max(1, math.ceil(metres * DETOUR_FACTOR / WALK_M_PER_MINUTE))


GRID_EAST_M, GRID_NORTH_M = 700_000, 1_300_000
"""The National Grid (EPSG:27700) runs from 0 to 700 km east and from 0 to 1,300 km north."""


def from_grid(easting: float, northing: float) -> Point:
    """The place of National Grid metres, 4 m off at most; raises UnknownPlace off the grid.

    That is as near as the seven-parameter transform gets; Ordnance Survey's OSTN15 grid, which is exact to
    centimetres, is not shipped.
    """
    if not (0 <= easting <= GRID_EAST_M and 0 <= northing <= GRID_NORTH_M):
        raise UnknownPlace(
            f"easting {easting:g}, northing {northing:g} is off the National Grid; "
            f"expected 0 to {GRID_EAST_M} east and 0 to {GRID_NORTH_M} north"
        )
    longitude, latitude = _to_degrees().transform(easting, northing, errcheck=True)
    return Point(latitude, longitude)


def to_grid(point: Point) -> tuple[float, float]:
    """Easting and northing in National Grid metres; raises UnknownPlace outside Great Britain."""
    if not in_great_britain(point):
        raise UnknownPlace(f"{point.latitude:g}, {point.longitude:g} is not in Great Britain, so it has no grid place")
    easting, northing = _to_degrees().transform(point.longitude, point.latitude, direction="INVERSE", errcheck=True)
    return easting, northing


@cache
def _to_degrees() -> Transformer:
    """One for all threads: pyproj's transformers are thread-safe since 3.1.

    The ballpark transform, which ignores the datum and lands 100 m away, is refused.
    """
    from pyproj import Transformer  # here, because loading it takes longer than most commands need

    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True, allow_ballpark=False)
