"""A choropleth as one SVG that needs no JavaScript and says everything in black and white too.

The SVG may be put into a page as it is, under a strict content security policy: every text is escaped, and there is no
script, no style attribute and no address of anything outside. Classes for a stylesheet: `area-map`, `area-map__area`,
`area-map__area--1` to `--5` (lowest to highest), `area-map__area--no-data`, `area-map__gaps`, `area-map__places`,
`area-map__names`, `area-map__legend`.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from asset_map.asset import Area
from asset_map.errors import BadInput
from asset_map.geo import METRES_PER_DEGREE, Point
from asset_map.provision.drawing.legend import (
    COLOURS,
    INK,
    LINE,
    NO_DATA,
    SHADES,
    Legend,
    draw_legend,
    fill,
    text,
    words,
)
from asset_map.provision.drawing.outline import Fit, fit, simplified

FIFTHS = (0.2, 0.4, 0.6, 0.8)
FEW = 40
"""Up to so many areas are named on the map, where the names do not overlap."""
_WIDTH = 480.0
_HEIGHT = 520.0
_TITLE_CHARACTERS = 50
_NOTE_CHARACTERS = 78
_NAME = 11.0
_BESIDE = (
    (0, 0),
    (0, -1),
    (0, 1),
    (-1, 0),
    (1, 0),
    (-1, -1),
    (1, -1),
    (-1, 1),
    (1, 1),
    (0, -2),
    (0, 2),
    (-2, 0),
    (2, 0),
)
"""Where a name is tried, in its own halves across and down from the middle of the area."""


def percent(share: float) -> str:
    """0.345 as "34%" (halves to even)."""
    return f"{share * 100:.0f}%"


@dataclass(frozen=True, slots=True)
class _Style:
    """What a picture is drawn with; `breaks` are the lower ends of every class but the first."""

    breaks: tuple[float, ...]
    label: Callable[[float], str]
    ident: str
    gaps: Collection[str]

    def shade(self, value: float | None) -> int | None:
        """The position in COLOURS; None for not enough data."""
        if value is None or math.isnan(value):
            return None
        return SHADES[len(self.breaks)][sum(value >= lower for lower in self.breaks)]


def svg_map(
    areas: Sequence[Area],
    values: Mapping[str, float | None],
    *,
    title: str,
    description: str = "",
    breaks: tuple[float, ...] = FIFTHS,
    label: Callable[[float], str] = percent,
    ident: str = "area-map",
    gaps: Collection[str] = frozenset(),
    points: Sequence[Point] = (),
    note: str = "",
    unit: str = "",
    names: Mapping[str, str] | None = None,
    headed: bool = False,
    font: str = "arial, sans-serif",
) -> str:
    """A choropleth in up to five classes as one `<svg>`, with its legend, a scale in km and north.

    `values` are by area code; None, nan or no entry is "not enough data", which is hatched. `breaks`, at most four, are
    the lower ends of the classes above the first. `label` writes a value, and `unit` over the legend says what it is.
    `gaps` are the codes of areas with a heavy outline, `points` the places that count. `names` are written on the areas
    by code: None means their own names where there are at most 40; a name that would overlap another is left away.
    `headed` writes the title on the picture, `note` is written under it, line by line: date, edition and source.
    `ident` sets the ids apart where a page has several maps: letters, digits, hyphens.
    Raises BadInput for breaks that do not rise or an `ident` that is not fit for an id.
    """
    _check(breaks, ident)
    style = _Style(breaks, label, ident, gaps)
    heading = textwrap.wrap(title, _TITLE_CHARACTERS) if headed else []
    top = 24.0 * len(heading) + 6 * bool(heading)
    frame = fit(areas, _WIDTH, _HEIGHT, top)
    drawn = _land(areas, values, frame, points, names, style) if frame else []
    held = Legend(unit, breaks, label, ident, bool(gaps), bool(points), frame.units_per_km if frame else 0.0)
    legend, bottom = draw_legend(held, (frame.bottom if frame else top) + 8)
    written = [line for part in note.splitlines() for line in textwrap.wrap(part, _NOTE_CHARACTERS)]
    texts = [text(2, 19 + 24 * at, line, 19, 'font-weight="bold"') for at, line in enumerate(heading)]
    texts += [text(2, bottom + 14 + 16 * at, line, 12) for at, line in enumerate(written)]
    end = bottom + 16 * len(written) + 6 * bool(written)
    return _whole("".join([*drawn, legend, *texts]), end, title, description, ident, font)


def _whole(drawn: str, height: float, title: str, description: str, ident: str, font: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="area-map" role="img" viewBox="0 0 {_WIDTH:g} {height:g}" '
        f'aria-labelledby="{ident}-title" aria-describedby="{ident}-desc" font-family="{words(font)}">'
        f'<title id="{ident}-title">{words(title)}</title><desc id="{ident}-desc">{words(description)}</desc>'
        f"{_hatch(ident)}{drawn}</svg>"
    )


def _check(breaks: Sequence[float], ident: str) -> None:
    if list(breaks) != sorted(set(breaks)) or len(breaks) >= len(COLOURS) or not all(map(math.isfinite, breaks)):
        raise BadInput(f"breaks {breaks} of a map: expected at most {len(COLOURS) - 1} numbers that rise")
    if not ident.replace("-", "").isalnum() or not ident.isascii():
        raise BadInput(f"ident {ident!r} of a map: expected letters, digits and hyphens")


def _land(
    areas: Sequence[Area],
    values: Mapping[str, float | None],
    frame: Fit,
    points: Sequence[Point],
    names: Mapping[str, str] | None,
    style: _Style,
) -> list[str]:
    """Areas, then gaps round them, places on them and names on top: what is drawn later is never hidden."""
    simple = simplified(areas, tolerance_m=METRES_PER_DEGREE / frame.down)  # one unit of the picture
    shapes = np.asarray(shapely.transform(simple, frame.project), dtype=object)
    outlines = [_outline(shape) for shape in shapes]
    paths = "".join(_area_path(area, d, values.get(area.code), style) for area, d in zip(areas, outlines, strict=True))
    drawn = [
        f'<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round" fill-rule="evenodd">{paths}</g>',
        _heavy([d for area, d in zip(areas, outlines, strict=True) if area.code in style.gaps], len(areas)),
        _places(points, frame),
        _names(areas, shapes.tolist(), frame, names),
    ]
    return [part for part in drawn if part]


def _area_path(area: Area, d: str, value: float | None, style: _Style) -> str:
    shade = style.shade(value)
    said = NO_DATA if shade is None or value is None else style.label(value)
    gap = "; a gap" if area.code in style.gaps else ""
    name = "no-data" if shade is None else str(shade + 1)
    return (
        f'<path class="area-map__area area-map__area--{name}" fill="{fill(shade, style.ident)}" '
        f'd="{d}"><title>{words(area.name)}: {words(said)}{gap}</title></path>'
    )


def _heavy(outlines: Sequence[str], areas: int) -> str:
    """White under black, so that the outline of a dark area can be seen as well."""
    if not outlines:
        return ""
    paths = "".join(f'<path d="{d}"/>' for d in outlines)
    wide = 2.6 if areas <= FEW else 1.7
    strokes = (("#ffffff", wide + 2), (INK, wide))
    drawn = "".join(f'<g stroke="{colour}" stroke-width="{wide:g}">{paths}</g>' for colour, wide in strokes)
    return f'<g class="area-map__gaps" fill="none" stroke-linejoin="round">{drawn}</g>'


def _outline(shape: BaseGeometry) -> str:
    rings = [ring for polygon in shapely.get_parts(shape) for ring in (polygon.exterior, *polygon.interiors)]
    return "".join("M" + " ".join(f"{x:g},{y:g}" for x, y in list(ring.coords)[:-1]) + "Z" for ring in rings)


def _places(points: Sequence[Point], frame: Fit) -> str:
    """Small circles; smaller where there are many. A place off the picture is not drawn."""
    if not points:
        return ""
    placed = frame.project(np.array([(point.longitude, point.latitude) for point in points]))
    inside = {(x, y) for x, y in placed.tolist() if 0 <= x <= _WIDTH and frame.top <= y <= frame.bottom}
    size = 3.4 if len(inside) <= 100 else 2.2
    circles = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{size:g}"/>' for x, y in sorted(inside))
    return f'<g class="area-map__places" fill="#ffffff" stroke="{INK}" stroke-width="1.3">{circles}</g>'


def _names(areas: Sequence[Area], shapes: Sequence[BaseGeometry], frame: Fit, names: Mapping[str, str] | None) -> str:
    """The names of areas at their middles or near them, widest areas first, each where it overlaps no other."""
    if names is None:
        names = {area.code: area.name for area in areas} if len(areas) <= FEW else {}
    taken: list[BaseGeometry] = []
    drawn, lines = [], []
    for area, _ in sorted(zip(areas, shapes, strict=True), key=lambda one: (-one[1].area, one[0].code)):
        parts = textwrap.wrap(names.get(area.code, ""), 14)
        x, y = frame.project(np.array([(area.longitude, area.latitude)]))[0].tolist()
        box = _free_box(parts, x, y, frame, taken)
        if box is None:
            continue
        taken.append(box)
        middle = box.centroid
        if math.hypot(middle.x - x, middle.y - y) > 2 * _NAME:
            lines.append(f'<path d="M{x:g},{y:g} {middle.x:g},{middle.y:g}" stroke="{INK}" stroke-width="0.9"/>')
        drawn += [text(middle.x, box.bounds[1] + _NAME + 12 * at, part, _NAME) for at, part in enumerate(parts)]
    if not drawn:
        return ""
    halo = 'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return f'<g class="area-map__names" text-anchor="middle" font-weight="bold" {halo}>{"".join(lines + drawn)}</g>'


def _free_box(
    lines: Sequence[str], x: float, y: float, frame: Fit, taken: Sequence[BaseGeometry]
) -> shapely.Polygon | None:
    """Where lines fit at a place or a little beside it; None where they would overlap others or be cut off."""
    wide = 0.58 * _NAME * max((len(line) for line in lines), default=0) + 2
    tall = 12.0 * len(lines) + 2
    if not lines:
        return None
    for across, up in _BESIDE:
        left = min(max(0.0, x + across * (wide / 2 + 6) - wide / 2), _WIDTH - wide)
        upper = y + up * (tall / 2 + 6) - tall / 2
        box = shapely.box(left, upper, left + wide, upper + tall)
        if upper >= frame.top - 3 and upper + tall <= frame.bottom and not shapely.intersects(box, list(taken)).any():
            return box
    return None


def _hatch(ident: str) -> str:
    return (
        f'<defs><pattern id="{ident}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/>'
        f'<path d="M0,0 0,6" stroke="{INK}" stroke-width="2"/></pattern></defs>'
    )
