"""Which areas a place lies in: one place at once, or a whole load together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from asset_map.asset import Area, AreaCode
from asset_map.geo import Point

Positions = NDArray[np.intp]


class AreaIndex:
    """Areas of any kinds and editions, ready to be asked. It never changes, so threads may share it.

    A place on a border belongs to exactly one area of each kind and edition: the one with the lowest code.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas: tuple[Area, ...] = tuple(
            sorted(areas, key=lambda area: (area.kind, area.edition, area.code, area.name))
        )
        self._shapes = shapely.from_wkb(np.array([area.wkb for area in self.areas], dtype=object))
        self._tree = shapely.STRtree(self._shapes)
        self._layers: dict[tuple[str, str], list[int]] = {}
        for position, area in enumerate(self.areas):
            self._layers.setdefault((area.kind, area.edition), []).append(position)

    @property
    def layers(self) -> tuple[tuple[str, str], ...]:
        """The (kind, edition) pairs there are, sorted."""
        return tuple(self._layers)

    def codes_at(self, point: Point) -> tuple[AreaCode, ...]:
        """The code of one area for each kind and edition that holds the point, sorted by kind, edition, code."""
        place = shapely.Point(point.longitude, point.latitude)
        found: dict[tuple[str, str], AreaCode] = {}
        for position in np.sort(self._tree.query(place, predicate="intersects")):
            area = self.areas[position]
            found.setdefault((area.kind, area.edition), area.area_code)
        return tuple(found.values())

    def codes(self, points: Sequence[Point]) -> list[tuple[AreaCode, ...]]:
        """`codes_at` for many points together, which is some five times faster for a load of thousands."""
        latitudes = np.array([point.latitude for point in points])
        longitudes = np.array([point.longitude for point in points])
        columns = [self.assign(latitudes, longitudes, kind, edition) for kind, edition in self.layers]
        rows = np.column_stack(columns) if columns else np.empty((len(points), 0), dtype=np.intp)
        known = [area.area_code for area in self.areas]
        return [tuple(known[position] for position in row if position >= 0) for row in rows.tolist()]

    def assign(self, latitudes: ArrayLike, longitudes: ArrayLike, kind: str, edition: str) -> Positions:
        """For each place the position in `areas` of the one that holds it, -1 for none; shape (n,).

        A place without a number (nan) lies nowhere.
        """
        places = _points(latitudes, longitudes)
        assigned = np.full(len(places), -1, dtype=np.intp)
        layer = np.array(self._layers.get((kind, edition), []), dtype=np.intp)
        if not len(layer) or not len(places):
            return assigned
        # The tree holds the places and the polygons ask, because only what asks is prepared: up to 5 times faster.
        asked, held = shapely.STRtree(places).query(self._shapes[layer], predicate="intersects")
        order = np.argsort(asked, kind="stable")[::-1]  # lowest code written last, so it stays
        assigned[held[order]] = layer[asked[order]]
        return assigned

    def in_layer(self, kind: str, edition: str) -> tuple[Area, ...]:
        """The areas of one kind and edition, sorted by code."""
        return tuple(self.areas[position] for position in self._layers.get((kind, edition), []))


def _points(latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.object_]:
    latitude = np.atleast_1d(np.asarray(latitudes, dtype=float))
    longitude = np.atleast_1d(np.asarray(longitudes, dtype=float))
    places = np.full(len(latitude), None, dtype=object)
    known = np.isfinite(latitude) & np.isfinite(longitude)
    places[known] = shapely.points(longitude[known], latitude[known])
    return places


def area_positions(latitudes: ArrayLike, longitudes: ArrayLike, areas: Sequence[Area]) -> Positions:
    """For each place the position in `areas`, which are of one kind and edition, of the one that holds it; -1 none."""
    index = AreaIndex(areas)
    place_of = {area.code: at for at, area in enumerate(areas)}
    renumber = np.array([place_of[area.code] for area in index.areas] + [-1], dtype=np.intp)
    kind, edition = index.layers[0] if index.layers else ("", "")
    return renumber[index.assign(latitudes, longitudes, kind, edition)]
