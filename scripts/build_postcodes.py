"""Build the postcode table that comes with the product.

    python scripts/build_postcodes.py SOURCE OUT [--edition 2025-05]

SOURCE is Code-Point Open: the folder of CSV files that Ordnance Survey ships (no header; postcode, quality, easting,
northing, ...), or one CSV file, gzipped or not, with the columns postcode, lat, lon and pqi. OUT is the folder that
gets gb_postcodes.bin and gb_postcodes.json. The same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import lzma
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asset_map.geo import Point, from_grid, metres_between, metres_from
from asset_map.postcode.reading import read_postcode
from asset_map.postcode.table import FILE_NAME, MAGIC, PER_DEGREE, PLACELESS, SHARED, SHARED_BY, UNITS

ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right {year}. Contains Royal Mail data © Royal Mail copyright "
    "and database right {year}. Source: Office for National Statistics."
)
LICENCE = "Open Government Licence v3.0"
STRAY_M = 100_000.0
"""A postcode this far from the middle of its district and from every other there is taken for an error of the source.

Less would drop Fair Isle and St Kilda.
"""


class Line(NamedTuple):
    """A postcode of the source, its positional quality (10 is best, 90 has no place) and where it is."""

    postcode: str
    quality: int
    point: Point | None


def read_source(source: Path) -> list[Line]:
    files = sorted(source.rglob("*.csv")) if source.is_dir() else [source]
    lines = {line.postcode: line for file in files for line in (_shipped(file) if source.is_dir() else _listed(file))}
    if not lines:
        raise SystemExit(f"{source}: no postcodes; expected Code-Point Open as CSV")
    return sorted(lines.values())


def _shipped(file: Path) -> Iterator[Line]:
    with file.open(newline="", encoding="utf-8") as text:
        for raw, quality, easting, northing, *_ in csv.reader(text):
            point = None if easting in ("", "0") else from_grid(float(easting), float(northing))
            yield _line(raw, quality, point)


def _listed(file: Path) -> Iterator[Line]:
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", newline="", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            point = Point(float(row["lat"]), float(row["lon"])) if row["lat"] else None
            yield _line(row["postcode"], row["pqi"], point)


def _line(raw: str, quality: str, point: Point | None) -> Line:
    read = read_postcode(raw)
    if read.kind != "full":
        raise SystemExit(f"{raw!r} is not a full postcode; is this Code-Point Open?")
    return Line(read.canonical, int(quality) if point else PLACELESS * 10, point)


def without_strays(lines: list[Line]) -> list[Line]:
    districts: dict[str, list[Line]] = {}
    for line in lines:
        districts.setdefault(line.postcode.split()[0], []).append(line)
    return sorted(kept for same in districts.values() for kept in _settled(same))


def _settled(same: list[Line]) -> Iterator[Line]:
    placed = [line.point for line in same if line.point]
    latitudes = np.array([point.latitude for point in placed])
    longitudes = np.array([point.longitude for point in placed])
    middle = Point(float(np.median(latitudes)), float(np.median(longitudes))) if placed else None
    for line in same:
        if line.point and middle and metres_between(line.point, middle) >= STRAY_M:
            nearest = np.sort(metres_from(line.point, latitudes, longitudes))[1]
            if nearest >= STRAY_M:
                print(f"{line.postcode} is {nearest / 1000:.0f} km from the rest of its district: kept without a place")
                line = Line(line.postcode, PLACELESS * 10, None)
        yield line


def planes_of(lines: list[Line]) -> dict[str, bytes]:
    """Numbers as differences from the line before, and each byte of them in a plane of its own."""
    sectors = sorted({line.postcode[:-2] for line in lines})
    sector_of = {name: i for i, name in enumerate(sectors)}
    keys = [sector_of[line.postcode[:-2]] * len(UNITS) + UNITS[line.postcode[-2:]] for line in lines]
    latitudes, longitudes = _whole(lines, "latitude"), _whole(lines, "longitude")
    notes = np.array([line.quality // 10 for line in lines], np.uint8)
    _, group, sizes = np.unique(latitudes * 2**32 + longitudes, return_inverse=True, return_counts=True)
    notes[(sizes[group] >= SHARED_BY) & (notes != PLACELESS)] |= SHARED
    return {
        "sectors": "\n".join(sectors).encode(),
        **_bytes("key", np.diff(np.array(keys), prepend=0), 2),
        **_bytes("latitude", _zigzag(latitudes), 3),
        **_bytes("longitude", _zigzag(longitudes), 3),
        "notes": notes.tobytes(),
    }


def _whole(lines: Iterable[Line], axis: str) -> NDArray[np.int64]:
    last, numbers = 0, []
    for line in lines:
        last = round(getattr(line.point, axis) * PER_DEGREE) if line.point else last
        numbers.append(last)
    return np.array(numbers, np.int64)


def _zigzag(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    steps = np.diff(numbers, prepend=0)
    return (steps << 1) ^ (steps >> 63)


def _bytes(name: str, numbers: NDArray[np.int64], width: int) -> dict[str, bytes]:
    if int(numbers.max(initial=0)) >> (8 * width):
        raise SystemExit(f"{name}: a step of {int(numbers.max())} does not fit the format")
    return {f"{name}{n}": ((numbers >> (8 * n)) & 255).astype(np.uint8).tobytes() for n in range(width)}


def packed(planes: dict[str, bytes], count: int, edition: str) -> bytes:
    listed, blobs = [], []
    for name, plane in planes.items():
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 4, "lp": 0, "pb": 0}]
        tries = {
            "zlib": zlib.compress(plane, 9),  # noise: hardly smaller, and unpacked ten times as fast
            "xz": lzma.compress(plane, lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=filters),
        }
        codec = min(tries, key=lambda codec: (len(tries[codec]), codec))
        listed.append((name, codec, len(tries[codec])))
        blobs.append(tries[codec])
    header = {"edition": edition, "count": count, "licence": LICENCE, "planes": listed, **_credit(edition)}
    text = json.dumps(header, sort_keys=True, ensure_ascii=False).encode()
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *blobs])


def _credit(edition: str) -> dict[str, str]:
    return {"attribution": ATTRIBUTION.format(year=edition[:4])}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--edition", default="2025-05", help="year and month of the release of Code-Point Open")
    asked = parser.parse_args(arguments)
    lines = without_strays(read_source(asked.source))
    content = packed(planes_of(lines), len(lines), asked.edition)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / FILE_NAME).write_bytes(content)
    facts = {
        "file": FILE_NAME,
        "sha256": hashlib.sha256(content).hexdigest(),
        "edition": asked.edition,
        "count": len(lines),
        "without_place": sum(line.point is None for line in lines),
        "licence": LICENCE,
        **_credit(asked.edition),
    }
    (asked.out / FILE_NAME).with_suffix(".json").write_text(
        json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(f"{len(lines)} postcodes, {len(content)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
