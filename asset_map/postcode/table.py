"""Every live postcode of Great Britain in one small table: Code-Point Open, packed by `scripts/build_postcodes.py`."""

from __future__ import annotations

import json
import lzma
import math
import struct
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asset_map.config import data_folder
from asset_map.errors import BadFacts
from asset_map.geo import Box, Point, metres_from

MAGIC = b"GBPOST\x00\x01"
"""Opens the file; its last byte is the version of the format. Little-endian header length and JSON header follow."""
FILE_NAME = "gb_postcodes.bin"
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters of the last two places."""
UNITS = {a + b: i for i, (a, b) in enumerate(product(LETTERS, repeat=2))}
_UNIT_NAMES = tuple(UNITS)
PER_DEGREE = 100_000
"""Coordinates are whole numbers of 1e-5 degrees, about a metre."""
SHARED_BY = 8
"""A point that this many postcodes share is a sorting office or a large user, seldom homes: of the postcodes of five
council areas that share one so, 2,374 are large users and 478 small ones (ONS Postcode Directory, May 2022)."""
SECTOR_MEAN, PLACELESS, SHARED = 6, 9, 16
"""The byte of notes: positional quality of Code-Point Open divided by ten, plus 16 where the point is shared."""
NEAREST, _FEW = 8, 64
SMALLEST_RADIUS_M = 100.0
_NOWHERE = -(2**31)

Integers = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Centre:
    """The median of the live postcodes of a district or a sector, and the radius in metres that holds 95 % of them.

    Not of all: a handful stand far outside (offices that sort for another town).
    """

    point: Point
    radius_m: float
    postcodes: int


@dataclass(frozen=True, slots=True)
class PostcodePoints:
    """Live postcodes as arrays of one length: `keys` (int32, for `PostcodeTable.names`) and degrees (float64)."""

    keys: Integers
    latitudes: Floats
    longitudes: Floats


class PostcodeTable:
    """Every live postcode of Great Britain in about 25 MB of memory. It never changes, so threads may share it."""

    def __init__(self, header: Mapping[str, Any], plane: Callable[[str], bytes]) -> None:
        """`plane` unpacks what `scripts/build_postcodes.py` wrote: byte n of each number, numbers as differences."""
        self.edition: str = header["edition"]
        self.attribution: str = header["attribution"]
        self._sectors = plane("sectors").decode().split("\n")
        self._sector_of = {name: i for i, name in enumerate(self._sectors)}
        self._keys = _running_sum((plane(f"key{i}") for i in range(2)), signed=False)
        self._latitudes = _running_sum((plane(f"latitude{i}") for i in range(3)), signed=True)
        self._longitudes = _running_sum((plane(f"longitude{i}") for i in range(3)), signed=True)
        self._notes = np.frombuffer(plane("notes"), np.uint8)
        self._latitudes[(self._notes & 15) == PLACELESS] = _NOWHERE
        edges = np.arange(len(self._sectors) + 1, dtype=np.int32) * np.int32(len(UNITS))
        self._starts: list[int] = np.searchsorted(self._keys, edges).tolist()
        self._view = self._keys.data
        self._district: dict[str, tuple[int, int]] = {}
        for i, name in enumerate(self._sectors):
            first = self._district.get(name[:-2], (i, i))[0]
            self._district[name[:-2]] = (first, i + 1)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, canonical: str) -> bool:
        """Whether such a postcode lives, with coordinates or without."""
        return self._index(canonical) is not None

    def _index(self, canonical: str) -> int | None:
        sector, unit = self._sector_of.get(canonical[:-2]), UNITS.get(canonical[-2:])
        if sector is None or unit is None:
            return None
        key, end = sector * len(UNITS) + unit, self._starts[sector + 1]
        at = bisect_left(self._view, key, self._starts[sector], end)
        return at if at < end and self._view[at] == key else None

    def _point(self, at: int) -> Point | None:
        latitude = int(self._latitudes[at])
        if latitude == _NOWHERE:
            return None
        return Point(latitude / PER_DEGREE, int(self._longitudes[at]) / PER_DEGREE)

    def locate(self, canonical: str) -> Point | None:
        """The place of a full postcode in canonical form; None where it does not live or has no coordinates."""
        at = self._index(canonical)
        return None if at is None else self._point(at)

    def radius_m(self, canonical: str) -> float | None:
        """Metres that hold most of what a full postcode covers; None where `locate` gives None.

        The table has one point a postcode, so this is how far its eighth nearest other point in the district is, and
        at least 100: of 2,028 council-list rows with coordinates of their own, 92 in 100 lay inside.
        """
        at = self._index(canonical)
        centre = None if at is None else self._point(at)
        if at is None or centre is None:
            return None
        if int(self._notes[at]) & 15 >= SECTOR_MEAN and (sector := self.sector(canonical[:-2])):
            return sector.radius_m
        latitudes, longitudes = self._placed(*self._district[canonical[:-4]])
        metres = metres_from(centre, latitudes, longitudes)
        metres = metres[metres > 1]
        few = np.partition(metres, _FEW)[:_FEW] if len(metres) > _FEW else metres
        nearest = np.unique(few.round(1))[:NEAREST]
        return max(SMALLEST_RADIUS_M, float(nearest[-1]) if len(nearest) else 0.0)

    def _placed(self, first: int, last: int) -> tuple[Floats, Floats]:
        span = slice(self._starts[first], self._starts[last])
        placed = self._latitudes[span] != _NOWHERE
        return self._latitudes[span][placed] / PER_DEGREE, self._longitudes[span][placed] / PER_DEGREE

    def sector(self, name: str) -> Centre | None:
        """The centre of a sector such as "M33 7"; None where no postcode of it has a place."""
        at = self._sector_of.get(name)
        return None if at is None else self._centre(at, at + 1)

    def district(self, name: str) -> Centre | None:
        """The centre of a district such as "M33"; None where no postcode of it has a place."""
        return self._centre(*self._district[name]) if name in self._district else None

    def _centre(self, first: int, last: int) -> Centre | None:
        latitudes, longitudes = self._placed(first, last)
        if not len(latitudes):
            return None
        middle = Point(round(float(np.median(latitudes)), 5), round(float(np.median(longitudes)), 5))
        radius_m = float(np.percentile(metres_from(middle, latitudes, longitudes), 95))
        return Centre(middle, max(SMALLEST_RADIUS_M, round(radius_m, 1)), len(latitudes))

    def example(self, start: str) -> str | None:
        """The first placed postcode of a sector, a district or an area (of its first district)."""
        fitting = self._district.get(start)
        if start in self._sector_of:
            fitting = (self._sector_of[start], self._sector_of[start] + 1)
        elif fitting is None:
            same = [span for name, span in self._district.items() if name.rstrip("0123456789") == start]
            fitting = same[0] if same else None
        if fitting is None:
            return None
        span = slice(self._starts[fitting[0]], self._starts[fitting[1]])
        placed = self._keys[span][self._latitudes[span] != _NOWHERE]
        return self.names(placed[:1])[0] if len(placed) else None

    def within(self, box: Box, homes_only: bool = False) -> PostcodePoints:
        """The postcodes in a box, in the order of their names; `homes_only` leaves out points that SHARED_BY share."""
        south, north = math.ceil(box.south * PER_DEGREE - 1e-6), math.floor(box.north * PER_DEGREE + 1e-6)
        west, east = math.ceil(box.west * PER_DEGREE - 1e-6), math.floor(box.east * PER_DEGREE + 1e-6)
        at = np.flatnonzero((self._latitudes >= south) & (self._latitudes <= north))
        at = at[(self._longitudes[at] >= west) & (self._longitudes[at] <= east)]
        if homes_only:
            at = at[(self._notes[at] & SHARED) == 0]
        return PostcodePoints(self._keys[at], self._latitudes[at] / PER_DEGREE, self._longitudes[at] / PER_DEGREE)

    def is_near(self, point: Point) -> bool:
        """Whether any postcode is in reach: about 20 km east or west, 33 km north or south.

        Where people live or meet in Great Britain it is; in the open sea, in Dublin or Belfast it is not.
        """
        row, column = math.floor(point.latitude * 10), math.floor(point.longitude * 10)
        return any((row + i, column + j) in self._tenths for i in range(-3, 4) for j in range(-3, 4))

    @cached_property
    def _tenths(self) -> frozenset[tuple[int, int]]:
        """The squares of a tenth of a degree that hold a postcode; found in pieces, for the peak of memory."""
        squares: set[tuple[int, int]] = set()
        for start in range(0, len(self), 100_000):
            piece = slice(start, start + 100_000)
            placed = self._latitudes[piece] != _NOWHERE
            rows, columns = (axis[piece][placed] // (PER_DEGREE // 10) for axis in (self._latitudes, self._longitudes))
            both = np.unique(rows * 1000 + (columns + 500))
            squares.update((one // 1000, one % 1000 - 500) for one in both.tolist())
        return frozenset(squares)

    def names(self, keys: Integers) -> list[str]:
        """The postcodes that keys stand for."""
        return [self._sectors[key // len(UNITS)] + _UNIT_NAMES[key % len(UNITS)] for key in keys.tolist()]


def _running_sum(planes: Iterator[bytes], *, signed: bool) -> Integers:
    """Numbers from the bytes of their differences, plane by plane and in place, which keeps the peak of memory low."""
    total = np.frombuffer(next(planes), np.uint8).astype(np.int32)
    for n, plane in enumerate(planes, 1):
        part = np.frombuffer(plane, np.uint8).astype(np.int32)
        part <<= 8 * n
        total |= part
    if signed:  # zigzag: 0, -1, 1, -2 … are 0, 1, 2, 3
        part = total & 1
        np.negative(part, out=part)
        total >>= 1
        total ^= part
    return np.cumsum(total, out=total)


def read_table(path: Path) -> PostcodeTable:
    """Load a table; raises BadFacts where the file is missing or damaged."""
    rebuild = "build it again with scripts/build_postcodes.py"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFacts(f"no postcode table at {path}; {rebuild}") from error
    if not content.startswith(MAGIC):
        raise BadFacts(f"{path} is not a postcode table of this version; {rebuild}")
    try:
        (length,) = struct.unpack_from("<I", content, len(MAGIC))
        start = len(MAGIC) + 4
        header = json.loads(content[start : start + length])
        packed = _packed_planes(header["planes"], memoryview(content)[start + length :])
        return PostcodeTable(header, lambda name: _unpacked(*packed[name]))
    except (struct.error, ValueError, KeyError, IndexError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise BadFacts(f"{path} is damaged ({error}); {rebuild}") from error


def _packed_planes(listed: list[tuple[str, str, int]], content: memoryview) -> dict[str, tuple[str, memoryview]]:
    planes = {}
    for name, codec, length in listed:
        planes[name], content = (codec, content[:length]), content[length:]
    return planes


def _unpacked(codec: str, packed: memoryview) -> bytes:
    return zlib.decompress(packed) if codec == "zlib" else lzma.decompress(packed)


@cache
def postcode_table() -> PostcodeTable:
    """The table that comes with the product, loaded once a process at the first call."""
    return read_table(data_folder() / "postcodes" / FILE_NAME)
