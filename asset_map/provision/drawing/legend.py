"""The legend of a map: what its shades, patterns and marks mean, how long a kilometre is, and where north is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import pairwise

COLOURS = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
"""ColorBrewer's YlGnBu in 5 classes: safe for colour-blind readers, each darker than the one before, in grey too."""
SHADES = {0: (2,), 1: (0, 4), 2: (0, 2, 4), 3: (0, 1, 3, 4), 4: (0, 1, 2, 3, 4)}
"""The positions in COLOURS of the classes, by the number of breaks between them."""
NO_DATA = "Not enough data"
GAP = ("Gap: low access", "where need is high")
PLACE = "Where it happens"
LINE = "#505a5f"
INK = "#0b0c0c"
_ROW = 24.0
_MIDDLE = 272.0
_UNIT_CHARACTERS = 60
_SCALES_KM = (50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1)
_LONGEST_SCALE = 110.0
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Legend:
    """What a legend explains. `unit` is its heading; `units_per_km` 0 leaves the scale away."""

    unit: str
    breaks: tuple[float, ...]
    label: Callable[[float], str]
    ident: str
    gaps: bool
    places: bool
    units_per_km: float


def words(plain: str) -> str:
    """Text as XML, without what XML cannot hold."""
    return escape(_NOT_XML.sub("", plain))


def text(x: float, y: float, plain: str, size: float, more: str = "") -> str:
    """One line of text, its foot at `y`."""
    extra = f" {more}" if more else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{INK}"{extra}>{words(plain)}</text>'


def fill(shade: int | None, ident: str) -> str:
    """The fill of a shade; None is hatched."""
    return f"url(#{ident}-hatch)" if shade is None else COLOURS[shade]


def draw_legend(legend: Legend, top: float) -> tuple[str, float]:
    """The legend as a group of SVG in two columns, and where it ends."""
    unit = textwrap.wrap(legend.unit, _UNIT_CHARACTERS)
    heading = [text(2, top + 14 + 17 * at, line, 14, 'font-weight="bold"') for at, line in enumerate(unit)]
    start = top + (17 * len(unit) + 7 if unit else 0)
    classes = _class_words(legend)
    rows = [
        _swatch(2, start + at * _ROW, fill(shade, legend.ident)) + text(48, start + at * _ROW + 14, said, 14)
        for at, (shade, said) in enumerate(zip(SHADES[len(legend.breaks)], classes, strict=True))
    ]
    marks, end = _marks(legend, start)
    bottom = max(start + _ROW * len(rows), end)
    return f'<g class="area-map__legend">{"".join(heading + rows)}{marks}</g>', bottom


def _class_words(legend: Legend) -> list[str]:
    label, breaks = legend.label, legend.breaks
    if not breaks:
        return ["Every area with data"]
    between = [f"{label(low)} to less than {label(high)}" for low, high in pairwise(breaks)]
    return [f"Less than {label(breaks[0])}", *between, f"{label(breaks[-1])} or more"]


def _swatch(x: float, y: float, colour: str, stroke: str = f'stroke="{LINE}"') -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="36" height="18" fill="{colour}" {stroke}/>'


def _marks(legend: Legend, top: float) -> tuple[str, float]:
    """The right-hand column: patterns and marks, then scale and north; and where it ends."""
    drawn = [_swatch(_MIDDLE, top, fill(None, legend.ident)), text(_MIDDLE + 46, top + 14, NO_DATA, 14)]
    y = top + _ROW
    if legend.gaps:
        drawn.append(_swatch(_MIDDLE + 1.5, y + 4, "#ffffff", f'stroke="{INK}" stroke-width="2.6"'))
        drawn += [text(_MIDDLE + 46, y + 11 + 15 * at, line, 14) for at, line in enumerate(GAP)]
        y += 36
    if legend.places:
        drawn.append(
            f'<circle cx="{_MIDDLE + 18:g}" cy="{y + 9:g}" r="3.4" fill="#ffffff" stroke="{INK}" stroke-width="1.3"/>'
            + text(_MIDDLE + 46, y + 14, PLACE, 14)
        )
        y += _ROW
    if legend.units_per_km:
        drawn.append(_scale(legend.units_per_km, y + 4) + _north(_MIDDLE + 176, y))
        y += 36
    return "".join(drawn), y


def _scale(units_per_km: float, y: float) -> str:
    """A bar of a round number of kilometres, black and white by halves."""
    km = next((one for one in _SCALES_KM if one * units_per_km <= _LONGEST_SCALE), _SCALES_KM[-1])
    long = round(km * units_per_km, 1)
    return (
        f'<rect x="{_MIDDLE:g}" y="{y:g}" width="{long:g}" height="6" fill="#ffffff" stroke="{INK}"/>'
        f'<rect x="{_MIDDLE:g}" y="{y:g}" width="{long / 2:g}" height="6" fill="{INK}"/>'
        + text(_MIDDLE, y + 22, "0", 12)
        + text(_MIDDLE + long, y + 22, f"{km:g} km", 12, 'text-anchor="middle"')
    )


def _north(x: float, y: float) -> str:
    return f'<path d="M{x:g},{y:g} {x + 7:g},{y + 18:g} {x:g},{y + 14:g} {x - 7:g},{y + 18:g}Z" fill="{INK}"/>' + text(
        x, y + 32, "N", 13, 'text-anchor="middle" font-weight="bold"'
    )
