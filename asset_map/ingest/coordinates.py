"""Reading coordinates as people write them: degrees or National Grid metres, and what a slip may have made of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from asset_map.errors import UnknownPlace
from asset_map.geo import METRES_PER_DEGREE, Point, from_grid, in_great_britain

Slip = Literal["none", "swapped", "sign", "swapped and sign"]

SURVEYED_M = 10.0
"""What coordinates are good for at best: nobody stands nearer to the door when they read them off a map."""
ROUGHEST_M = 1_000.0
"""Coarser coordinates (53.4, -2.3) are no place."""

_MARKS = str.maketrans({"−": "-", "–": "-", "—": "-", "º": "°", "˚": "°", "’": "'", "′": "'", "”": '"', "″": '"'})
_DECIMAL = re.compile(r"([NSEW])?([+-]?[0-9]{1,3}(?:[.,]([0-9]+))?)°?([NSEW])?")
_SEXAGESIMAL = re.compile(
    r"([NSEW])?\s*([+-]?[0-9]{1,3})\s*(?:°|D|DEG|:|\s)\s*([0-9]{1,2})(\.[0-9]+)?\s*(?:'|M|MIN|:|\s|$)?"
    r"(?:\s*([0-9]{1,2})(\.[0-9]+)?\s*(?:\"|''|S|SEC)?)?\s*([NSEW])?"
)
_METRES = re.compile(r"[0-9]{1,7}(?:\.[0-9]+)?")
_PAIR = re.compile(r"([^,;\s]+)\s*[,;\s]\s*([^,;\s]+)")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that two cells may mean. `slip` is what would have to have gone wrong in writing them.

    `certain` is False for a slip that only a postcode can bear out.
    """

    point: Point
    accuracy_m: float
    slip: Slip = "none"
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Angle:
    value: float
    unit: float  # degrees that the last digit written stands for
    axis: str = ""  # N, S, E or W where it was written


def degrees_spots(latitude: str, longitude: str) -> tuple[Spot, ...] | None:
    """The places that two cells of degrees may mean, as written first; () where none is in Great Britain.

    None means that they cannot be read. Degrees, minutes and seconds are read, both numbers in one cell, and metres
    on the National Grid (easting under longitude), because column names such as GeoX are used for either.
    """
    first, second = _pair(latitude, longitude)
    if (metres := _metres(second, first)) is not None:
        return _on_grid(*metres)
    angles = (_angle(first), _angle(second))
    if angles[0] is None or angles[1] is None:
        return None
    return _in_degrees(angles[0], angles[1])


def grid_spots(easting: str, northing: str) -> tuple[Spot, ...] | None:
    """The same for an easting and a northing; degrees in their place are read too."""
    first, second = _pair(easting, northing)
    if (metres := _metres(first, second)) is not None:
        return _on_grid(*metres)
    return degrees_spots(second, first)


def _pair(first: str, second: str) -> tuple[str, str]:
    """Both numbers may stand in one cell: "53.4259, -2.3231"."""
    if (whole := _tidy(first or second)) and not (first and second) and (found := _PAIR.fullmatch(whole)):
        return found[1], found[2]
    return _tidy(first), _tidy(second)


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).translate(_MARKS).strip().upper()


def _angle(cell: str) -> _Angle | None:
    if found := _DECIMAL.fullmatch(cell.replace(" ", "") if not _SEXAGESIMAL.fullmatch(cell) else cell):
        value = float(found[2].replace(",", "."))
        return _signed(value, 10.0 ** -len(found[3] or ""), found[1] or found[4] or "", negative=value < 0)
    found = _SEXAGESIMAL.fullmatch(cell)
    if not found or float(found[3]) >= 60 or float(found[5] or 0) >= 60:
        return None
    minutes, seconds = float(found[3] + (found[4] or "")), float((found[5] or "0") + (found[6] or ""))
    value = abs(int(found[2])) + minutes / 60 + seconds / 3600
    last, decimals = (3600, found[6]) if found[5] else (60, found[4])
    unit = 10.0 ** -(len(decimals) - 1 if decimals else 0) / last
    return _signed(value, unit, found[1] or found[7] or "", negative=found[2].startswith("-"))


def _signed(value: float, unit: float, axis: str, *, negative: bool) -> _Angle:
    return _Angle(-abs(value) if negative or axis in ("S", "W") else value, unit, axis)


def _in_degrees(first: _Angle, second: _Angle) -> tuple[Spot, ...]:
    if first.axis in ("E", "W") and second.axis in ("N", "S"):
        first, second = second, first
    if not (first.value and second.value):
        return ()  # a zero is a cell that somebody filled with nothing
    unit = min(first.unit, second.unit)
    accuracy_m = max(SURVEYED_M, 0.6 * unit * METRES_PER_DEGREE)  # half a unit north and half a unit east
    lettered = bool(first.axis or second.axis)
    spots: list[Spot] = []
    for slip, latitude, longitude in (
        ("none", first.value, second.value),
        ("swapped", second.value, first.value),
        ("sign", first.value, -second.value),
        ("swapped and sign", second.value, -first.value),
    ):
        point = Point(latitude, longitude)
        if in_great_britain(point) and (slip == "none" or not lettered):
            spots.append(Spot(point, accuracy_m, slip, certain=slip in ("none", "swapped")))  # type: ignore[arg-type]
    return tuple(spots)


def _metres(easting: str, northing: str) -> tuple[float, float] | None:
    texts = [re.sub(r"[,\s]|M$", "", cell) for cell in (easting, northing)]
    if not all(_METRES.fullmatch(text) for text in texts):
        return None
    numbers = (float(texts[0]), float(texts[1]))
    return None if max(numbers) <= 180 else numbers


def _on_grid(easting: float, northing: float) -> tuple[Spot, ...]:
    unit = next(step for step in (1000, 100, 10, 1) if not (easting % step or northing % step) or step == 1)
    slips: tuple[tuple[Slip, float, float], ...] = (("none", easting, northing), ("swapped", northing, easting))
    spots: list[Spot] = []
    for slip, east, north in slips:
        try:
            point = from_grid(east, north)
        except UnknownPlace:
            continue
        if in_great_britain(point):
            spots.append(Spot(point, max(SURVEYED_M, 0.7 * unit), slip, certain=not spots))
    return tuple(spots)
