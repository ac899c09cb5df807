"""Areas drawn: simplified outlines as GeoJSON, and a map as one SVG that needs no JavaScript.

The SVG may be put into a page as it is, under a strict content security policy: every text is escaped, and there is no
script, no style attribute and no address of anything outside. Classes for a stylesheet: `area-map`, `area-map__area`,
`area-map__area--1` to `--5` (lowest to highest), `area-map__area--no-data`, `area-map__legend`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from asset_map.asset import Area
from asset_map.errors import BadInput
from asset_map.geo import METRES_PER_DEGREE

COLOURS = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
"""ColorBrewer's YlGnBu in 5 classes: safe for colour-blind readers, and each class darker than the one before."""
FIFTHS = (0.2, 0.4, 0.6, 0.8)
NO_DATA = "Not enough data"
_LINE = "#505a5f"
_INK = "#0b0c0c"
_WIDTH = 480.0
_HEIGHT = 520.0
_ROW = 26.0


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
        for area, shape in zip(areas, _simplified(areas, tolerance_m), strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def percent(share: float) -> str:
    """0.345 as "34%" (halves to even)."""
    return f"{share * 100:.0f}%"


def svg_map(
    areas: Sequence[Area],
    values: Mapping[str, float | None],
    *,
    title: str,
    description: str = "",
    breaks: tuple[float, float, float, float] = FIFTHS,
    label: Callable[[float], str] = percent,
    ident: str = "area-map",
) -> str:
    """A choropleth in five classes as one `<svg>`, with its legend; areas without a value are hatched.

    `values` are by area code; None, nan or no entry is "not enough data". `breaks` are the lower ends of the upper four
    classes. `label` writes a value. `ident` sets the ids apart where a page has several maps: letters, digits, hyphens.
    Raises BadInput for breaks that do not rise or an `ident` that is not fit for an id.
    """
    _check(breaks, ident)
    shapes, height = _projected(areas)
    paths = [
        _area_path(area, shape, _class(values.get(area.code), breaks), values.get(area.code), label, ident)
        for area, shape in zip(areas, shapes, strict=True)
    ]
    whole = f'viewBox="0 0 {_WIDTH:.0f} {height + 10 + _ROW * (len(COLOURS) + 1):.0f}"'
    words = f'<title id="{ident}-title">{escape(title)}</title><desc id="{ident}-desc">{escape(description)}</desc>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="area-map" role="img" {whole} '
        f'aria-labelledby="{ident}-title" aria-describedby="{ident}-desc">{words}{_hatch(ident)}'
        f'<g stroke="{_LINE}" stroke-width="0.6" stroke-linejoin="round" fill-rule="evenodd">{"".join(paths)}</g>'
        f"{_legend(breaks, label, height + 10, ident)}</svg>"
    )


def _check(breaks: Sequence[float], ident: str) -> None:
    if list(breaks) != sorted(set(breaks)) or len(breaks) != len(COLOURS) - 1:
        raise BadInput(f"breaks {breaks} of a map: expected four numbers that rise")
    if not ident.replace("-", "").isalnum() or not ident.isascii():
        raise BadInput(f"ident {ident!r} of a map: expected letters, digits and hyphens")


def _simplified(areas: Sequence[Area], tolerance_m: float) -> NDArray[np.object_]:
    shapes = shapely.from_wkb(np.array([area.wkb for area in areas], dtype=object))
    if not len(shapes):
        return shapes
    simple = shapely.coverage_simplify(shapes, tolerance_m / METRES_PER_DEGREE)
    return np.asarray(shapely.transform(simple, lambda degrees: np.round(degrees, 5)), dtype=object)


def _projected(areas: Sequence[Area]) -> tuple[NDArray[np.object_], float]:
    """Shapes in the units of the picture, y downwards, and the height they take."""
    if not areas:
        return np.empty(0, dtype=object), 0.0
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([area.wkb for area in areas]))
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = min((_WIDTH - 4) / ((east - west) * narrowing), (_HEIGHT - 4) / (north - south))
    margin = (_WIDTH - (east - west) * narrowing * scale) / 2

    def project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        across = margin + (degrees[:, 0] - west) * narrowing * scale
        return np.round(np.column_stack([across, 2 + (north - degrees[:, 1]) * scale]), 1)

    simple = _simplified(areas, tolerance_m=METRES_PER_DEGREE / scale)  # one unit of the picture
    return np.asarray(shapely.transform(simple, project), dtype=object), 4 + (north - south) * scale


def _class(value: float | None, breaks: Sequence[float]) -> int | None:
    if value is None or math.isnan(value):
        return None
    return sum(value >= lower for lower in breaks)


def _area_path(
    area: Area, shape: BaseGeometry, group: int | None, value: float | None, label: Callable[[float], str], ident: str
) -> str:
    said = NO_DATA if group is None or value is None else label(value)
    name = "no-data" if group is None else str(group + 1)
    return (
        f'<path class="area-map__area area-map__area--{name}" fill="{_fill(group, ident)}" '
        f'd="{"".join(map(_ring, _rings(shape)))}"><title>{escape(area.name)}: {escape(said)}</title></path>'
    )


def _fill(group: int | None, ident: str) -> str:
    return f"url(#{ident}-hatch)" if group is None else COLOURS[group]


def _rings(shape: BaseGeometry) -> list[list[tuple[float, float]]]:
    polygons = shapely.get_parts(shape)
    return [list(ring.coords) for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]


def _ring(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in points[:-1]) + "Z"


def _hatch(ident: str) -> str:
    return (
        f'<defs><pattern id="{ident}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/>'
        f'<path d="M0,0 0,6" stroke="{_INK}" stroke-width="2"/></pattern></defs>'
    )


def _legend(breaks: Sequence[float], label: Callable[[float], str], top: float, ident: str) -> str:
    between = [f"{label(low)} to less than {label(high)}" for low, high in pairwise(breaks)]
    words = [f"Less than {label(breaks[0])}", *between, f"{label(breaks[-1])} or more", NO_DATA]
    rows = []
    for at, text in enumerate(words):
        y = top + at * _ROW
        fill = _fill(at if at < len(COLOURS) else None, ident)
        rows.append(
            f'<rect x="2" y="{y:g}" width="34" height="20" fill="{fill}" stroke="{_LINE}"/>'
            f'<text x="44" y="{y + 16:g}" font-size="16" fill="{_INK}">{escape(text)}</text>'
        )
    return f'<g class="area-map__legend" font-family="arial, sans-serif">{"".join(rows)}</g>'
