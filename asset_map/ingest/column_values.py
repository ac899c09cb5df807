"""What the values of a column look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from asset_map.ingest import Sheet

SAMPLE_ROWS = 500
NOTHING = frozenset(
    (
        "",
        "-",
        "--",
        "?",
        "n/a",
        "na",
        "n.a.",
        "nil",
        "none",
        "not known",
        "null",
        "tbc",
        "tba",
        "unknown",
        "nan",
        "#n/a",
    )
)
"""Cells that say nothing, in lower case."""

_LOOKS = {
    "email": re.compile(r"(mailto:)?[^\s@;,]+@[^\s@;,]+\.[a-z]{2,}([\s;,/]+[^\s@]+@\S+)*", re.IGNORECASE),
    "website": re.compile(
        r"(https?://|www\.)\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(org|com|co|gov|ac|net|uk|info)(\.uk)?(/\S*)?", re.I
    ),
    "postcode": re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?\s*[0-9o][a-z]{2}", re.IGNORECASE),
    "phone": re.compile(r"(?!\d{1,2}/\d{1,2}/)(\+44|0044|0|\(0)[\d\s()./-]{8,16}(\s*(x|ext)\.?\s*\d+)?", re.IGNORECASE),
    "cost": re.compile(r"free|.*£\s?\d.*|\d+(\.\d\d)?\s?p|\d+\s?pounds?", re.IGNORECASE),
}
_WHEN = re.compile(
    r"\b(mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(day|nesday|rsday|urday)?s?\b|\b\d{1,2}([:.]\d\d)?\s?[ap]m\b"
    r"|\b[012]?\d[:.][0-5]\d\s?(-|–|to)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DEGREES_APART = {"latitude": (49.0, 61.0), "longitude": (-9.0, 2.5)}
_FIELDS_OF = {
    ("longitude", "latitude"): ("longitude", "latitude"),
    ("latitude", "longitude"): ("latitude", "longitude"),
    ("metres", "metres"): ("easting", "northing"),
}


def sample_of(sheet: Sheet, index: int, nothing: Iterable[str] = ()) -> list[str]:
    """Up to `SAMPLE_ROWS` cells of a column, trimmed, without those that say nothing, spread over the sheet."""
    silent = NOTHING | {word.lower() for word in nothing}
    step = max(1, len(sheet.rows) // SAMPLE_ROWS)
    cells = (row.cells[index].strip() for row in sheet.rows[::step])
    return [cell for cell in cells if cell.lower() not in silent]


def looks_like(values: Sequence[str], *, share: float) -> str | None:
    """The field that at least `share` of the values look like: e-mail, website, postcode, phone, cost or opening."""
    if not values:
        return None
    for field, pattern in _LOOKS.items():
        if sum(bool(pattern.fullmatch(value)) for value in values) >= share * len(values):
            return field
    return "opening" if sum(bool(_WHEN.search(value)) for value in values) >= share * len(values) else None


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number in a text, as text: "POINT(-2.3 53.4)" has "-2.3" and "53.4"."""
    return tuple(_NUMBER.findall(text))


def measure_of(values: Sequence[str], *, fine: bool = False) -> str | None:
    """ "latitude" or "longitude" for degrees in or near Great Britain, "metres" for its National Grid, else None.

    Zeros are placeholders and do not count. `fine` asks for three decimals or more, as a position has and a price not.
    """
    texts = [value for value in values if _NUMBER.fullmatch(value)]
    numbers = [float(text) for text in texts if float(text)]
    if not numbers or len(texts) < 0.8 * len(values):
        return None
    if fine and median(len(text.partition(".")[2]) for text in texts) < 3:
        return None
    middle = median(numbers)
    for field, (low, high) in _DEGREES_APART.items():
        if low <= middle <= high:
            return field
    return "metres" if 1_000 <= middle <= 1_300_000 else None


def pair_of(first: str | None, second: str | None) -> tuple[str, str] | None:
    """The fields of two columns of numbers by what each measures; None where they are no position."""
    return _FIELDS_OF.get((first or "", second or ""))


def repeats(values: Sequence[str]) -> float:
    """The share of values that another value before them has said already, from 0 to 1."""
    return 1 - len(set(values)) / len(values) if values else 0.0


def reads_like_names(values: Sequence[str]) -> bool:
    """Whether values could be names: words of at most 80 letters that hardly repeat."""
    worded = [value for value in values if re.search(r"[^\W\d_]{2}", value) and len(value) <= 80]
    return bool(values) and len(worded) >= 0.8 * len(values) and repeats(values) < 0.3


def looks_like_data(header: Sequence[str]) -> bool:
    """Whether a header holds what no heading is, a number, a postcode or an e-mail address: it is a row of data."""
    return any(_NUMBER.fullmatch(cell) or looks_like([cell], share=1) in {"postcode", "email"} for cell in header)
