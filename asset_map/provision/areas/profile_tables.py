"""Published tables of who lives where: which column holds the codes, and what the others say of each area."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from asset_map.errors import RefusedFile
from asset_map.provision.areas.ages import Ages, age_range
from asset_map.provision.areas.boundaries import to_degrees
from asset_map.provision.areas.boundary_files import read_features

TABLE_BYTES = 500_000_000
"""Unpacked: ten times the longest table of all LSOAs by single year of age and sex."""
MOST_PEOPLE = 100_000_000
"""More than live in the United Kingdom: a larger number is a slip of the keyboard."""
OLDEST = 120
"""A heading that is a larger number is a year or a rank, not an age."""
NOTHING = frozenset(
    {"", "-", "–", "..", ".", ":", "x", "c", "u", "z", "na", "n/a", "null", "none", "[x]", "[c]", "[z]"}
)
"""How published tables write that a figure is not known, not given or does not apply; nought is 0."""
_SPELLINGS = {
    "lsoa": "lsoa|lower layer super output area",
    "msoa": "msoa",
    "ward": "wd|ward|cmwd",
    "constituency": "pcon|constituency",
    "district": "lad|ltla|district",
}
_ANY_CODE = re.compile(r"area[ _]?(?:code|cd)|code|(?:geography|gss|ons)[ _]?code|mnemonic")
_COLUMNS = {
    "residents": re.compile(r"total|all[ _]persons|all[ _]ages|(?:total[ _])?population|residents|all usual residents"),
    "counted": re.compile(r"total_residents"),
    "disabled_residents": re.compile(r"disabled_residents"),
    "imd_decile": re.compile(r"imd[ _]decile|index of multiple deprivation \(imd\) decile.*"),
    "imd_score": re.compile(r"imd[ _]score|index of multiple deprivation \(imd\) score.*"),
    "rural_urban": re.compile(r"classification|ruc\d\d(?:nm|_name)|rural[ _]urban(?: classification.*)?"),
    "disability": re.compile(r"disability"),
    "n": re.compile(r"n|observation"),
    "sex": re.compile(r"sex|gender"),
    "x": re.compile(r"x|eastings?|longitude|lon|long|bng_e"),
    "y": re.compile(r"y|northings?|latitude|lat|bng_n"),
}
"""What columns are called in the tables of ONS and MHCLG and in common copies of them."""
_EVERYBODY = frozenset({"persons", "all persons", "all", "total", "both", "both sexes", "people", "p", "t"})
_SAYS_NOTHING = frozenset({"disability", "n", "sex", "x", "y"})

_POINT = "point"
Place = tuple[float, float]
"""x and y: longitude and latitude, or easting and northing."""
Facts = dict[str, Any]
"""What a table says of an area, by the names of `Profile`'s fields; `counted` is a total that counts only if there is
no other."""


@dataclass(frozen=True, slots=True)
class _Table:
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    points: Mapping[int, Place]
    crs: str = ""


@dataclass(frozen=True, slots=True)
class TableRead:
    """What one file says of each area, by code. `labelled`: its heading says which edition its codes are of."""

    file: str
    facts: Mapping[str, Facts]
    labelled: bool


def read_table(path: Path, kind: str, edition: str) -> TableRead:
    """The facts of a CSV file (plain or .gz), or of the properties and points of a GeoJSON or GeoPackage file.

    Of tables by sex only the rows of both together count. Raises RefusedFile for a file without codes of the kind, with
    codes of another edition, without a known column, with a figure that is not one, or with an area twice that differ.
    """
    table = _open(path)
    code_at, labelled = _code_column(path.name, table.header, kind, edition)
    columns, ages = _known_columns(table.header, code_at)
    if not (columns.keys() - _SAYS_NOTHING or ages or table.points or {"x", "y"} <= columns.keys() or "n" in columns):
        message = (
            f"{path.name}: no column of residents, ages, disability, deprivation, rural/urban class or place; it has "
        )
        raise RefusedFile("no_known_column", message + ", ".join(table.header))
    facts: dict[str, Facts] = {}
    for number, row in table.rows:
        try:
            code, said = row[code_at].strip(), _facts(row, columns, ages)
            point = table.points.get(number) or _point(row, columns)
        except (ValueError, IndexError) as error:
            message = f"row {number} of {path.name}: {error}; expected numbers, or nothing where not known"
            raise RefusedFile("not_a_number", message) from error
        if code and said is not None:
            _add(path.name, code, facts.setdefault(code, {}), said if point is None else {**said, _POINT: point})
    _place_centres(path.name, facts, table.crs)
    return TableRead(path.name, facts, labelled)


# Opening -----------------------------------------------------------------------------------------------------------


def _open(path: Path) -> _Table:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = _unpacked(path.name, raw)
    except (OSError, EOFError, zlib.error) as error:
        raise RefusedFile("unreadable", f"{path.name}: cannot be read ({error}); expected a CSV file") from error
    if raw[:2] == b"PK":
        what = "a workbook; save the sheet with the figures as CSV" if b"xl/" in raw else "a zip; unpack it first"
        raise RefusedFile("packed", f"{path.name}: is {what}; expected a CSV file")
    if raw.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" or raw.startswith((b"SQLite", b"\x00\x00\x27\x0a")):
        return _from_features(path)
    if b"\x00" in raw[:1000]:
        raise RefusedFile("unreadable", f"{path.name}: is not text; expected a CSV file in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if not text.strip():
        raise RefusedFile("empty", f"{path.name}: is empty; expected a CSV file with a row for each area")
    heading = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=heading.count))
    header = [name.strip() for name in next(lines, [])]
    return _Table(header, [(number, row) for number, row in enumerate(lines, 2) if sum(map(bool, row)) > 1], {})


def _unpacked(file: str, raw: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
        unpacked = packed.read(TABLE_BYTES + 1)
    if len(unpacked) > TABLE_BYTES:
        raise RefusedFile("too_big", f"{file}: unpacks to more than {TABLE_BYTES / 1e6:,.0f} MB")
    return unpacked


def _from_features(path: Path) -> _Table:
    features = read_features(path)
    header = list(dict.fromkeys(name for row in features.rows for name in row))
    rows = [
        (number, ["" if (value := row.get(name)) is None else str(value) for name in header])
        for number, row in enumerate(features.rows, 1)
    ]
    shapes = enumerate(features.shapes, 1)
    points = {number: (one.x, one.y) for number, one in shapes if one is not None and one.geom_type == "Point"}
    return _Table(header, rows, points, features.crs)


# Columns -----------------------------------------------------------------------------------------------------------


def _code_column(file: str, header: Sequence[str], kind: str, edition: str) -> tuple[int, bool]:
    """Where the codes are, and whether the heading says of which edition."""
    spelling = _SPELLINGS.get(kind, re.escape(kind))
    dated = re.compile(rf"(?:{spelling})[ _]?(?:code[ _]?)?\(?(?:20)?(\d\d)\)?[ _]?(?:cd|code)?")
    undated = re.compile(rf"(?:{spelling})[ _]?(?:cd|code)")
    found = {match[1]: at for at, name in enumerate(header) if (match := dated.fullmatch(name.lower()))}
    if edition[-2:] in found:
        return found[edition[-2:]], True
    example = f"{kind}{edition[-2:]}_code"
    if found:
        years = ", ".join(f"20{year}" for year in sorted(found))
        message = (
            f"{file}: column {header[next(iter(found.values()))]!r} holds {_words(kind)} codes of {years}, the areas "
            f"are of {edition}. Some areas were split or merged in between, so the codes do not match; expected a "
            f"table with a column such as {example!r}"
        )
        raise RefusedFile("edition", message)
    for pattern in (undated, _ANY_CODE):
        for at, name in enumerate(header):
            if pattern.fullmatch(name.lower()):
                return at, False
    message = f"{file}: no column with {_words(kind)} codes such as {example!r}; it has {', '.join(header)}"
    raise RefusedFile("missing_code", message)


def _words(kind: str) -> str:
    return kind.upper() if kind in ("lsoa", "msoa", "oa") else kind


def _known_columns(header: Sequence[str], code_at: int) -> tuple[dict[str, int], dict[Ages, int]]:
    columns: dict[str, int] = {}
    ages: dict[Ages, int] = {}
    for at, name in enumerate(header):
        meaning = next((known for known, spelling in _COLUMNS.items() if spelling.fullmatch(name.lower())), None)
        if meaning:
            columns.setdefault(meaning, at)
        elif at != code_at and (band := age_range(name)) is not None and band[0] <= OLDEST:
            ages.setdefault(band, at)
    if "disability" not in columns:
        columns.pop("n", None)
    return columns, {band: ages[band] for band in apart(ages)}


def apart(bands: Collection[Ages]) -> tuple[Ages, ...]:
    """The finest bands that do not overlap, youngest first: totals of narrower bands are left out.

    Where narrower bands make up only a part of a wider one, or cross its end, the wider one is kept.
    """
    years = {band: frozenset(range(band[0], (OLDEST * 2 if band[1] is None else band[1]) + 1)) for band in bands}
    nested: list[Ages] = []
    for band in sorted(bands, key=lambda one: (-len(years[one]), one[0])):
        if not any(years[one] & years[band] and not years[band] <= years[one] for one in nested):
            nested.append(band)
    kept: list[Ages] = []
    for band in reversed(nested):
        parts = [one for one in kept if years[one] <= years[band]]
        if sum(len(years[one]) for one in parts) < len(years[band]):
            kept = [one for one in kept if one not in parts] + [band]
    return tuple(sorted(kept, key=lambda one: one[0]))


def spelling(band: Ages) -> str:
    """A band of ages as profiles write it: "0-15", "65+", or "7" for a single year."""
    low, high = band
    return f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"


# Rows --------------------------------------------------------------------------------------------------------------


def _facts(row: Sequence[str], columns: Mapping[str, int], ages: Mapping[Ages, int]) -> Facts | None:
    """What a row says; None for a row about women or men alone."""
    said = {meaning: row[at].strip() for meaning, at in columns.items()}
    if said.get("sex", "persons").lower() not in _EVERYBODY:
        return None
    facts: Facts = {name: count(said[name]) for name in ("residents", "counted", "disabled_residents") if name in said}
    if said.get("disability", "").lower().startswith("disabled"):
        facts["disabled_residents"] = count(said.get("n", ""))
    facts["imd_decile"] = _decile(said.get("imd_decile", ""))
    facts["imd_score"] = _score(said.get("imd_score", ""))
    facts["rural_urban"] = said.get("rural_urban") or None
    by_age = [(spelling(band), count(row[at])) for band, at in ages.items()]
    facts["by_age"] = tuple(by_age) if all(number is not None for _, number in by_age) and by_age else None
    return {name: value for name, value in facts.items() if value is not None}


def count(text: str) -> int | None:
    """A number of people: "1,234", "1 234", "56.0"; None for nothing. Raises ValueError."""
    plain = re.sub(r"[,\s]", "", text).lower()
    if plain in NOTHING:
        return None
    number = float(plain) if re.fullmatch(r"[-+]?\d+(\.\d*)?", plain) else None
    if number is None or not number.is_integer():
        raise ValueError(f"{text.strip()!r} is not a whole number")
    if number < 0:
        raise ValueError(f"{text.strip()!r} is less than nought")
    if number > MOST_PEOPLE:
        raise ValueError(f"{text.strip()!r} is more than live in the United Kingdom")
    return int(number)


def _decile(text: str) -> int | None:
    decile = count(text)
    if decile is not None and not 1 <= decile <= 10:
        raise ValueError(f"{text!r} is not a decile from 1 to 10")
    return decile


def _score(text: str) -> float | None:
    if text.lower() in NOTHING:
        return None
    score = float(text.replace(",", ""))
    if not 0 <= score <= 100:
        raise ValueError(f"{text!r} is not a score from 0 to 100")
    return score


def _point(row: Sequence[str], columns: Mapping[str, int]) -> Place | None:
    if not {"x", "y"} <= columns.keys():
        return None
    x, y = (row[columns[name]].strip().replace(",", "") for name in ("x", "y"))
    return (float(x), float(y)) if x.lower() not in NOTHING and y.lower() not in NOTHING else None


def _add(file: str, code: str, facts: Facts, said: Facts) -> None:
    for name, value in said.items():
        if facts.setdefault(name, value) != value:
            message = (
                f"{file}: {code} is there more than once with different figures ({_shown(facts[name])} and "
                f"{_shown(value)}); expected one row for each area, or all persons in a column 'sex'"
            )
            raise RefusedFile("duplicate_code", message)


def _shown(value: Any) -> str:
    return "other ages" if isinstance(value, tuple) and value and isinstance(value[0], tuple) else str(value)


def _place_centres(file: str, facts: Mapping[str, Facts], crs: str) -> None:
    """Points, in degrees or on the National Grid, become centres: (latitude, longitude)."""
    places = {code: said.pop(_POINT) for code, said in facts.items() if _POINT in said}
    if places:
        points = np.asarray(shapely.points(np.array(list(places.values()))), dtype=object)
        for code, point in zip(places, to_degrees(file, list(places), points, crs), strict=True):
            facts[code]["centre"] = (point.y, point.x)
