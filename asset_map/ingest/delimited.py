"""Delimited text: finds out the encoding and the delimiter, and gives numbered records."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from charset_normalizer import from_bytes

from asset_map.errors import RefusedFile

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 2_000_000
"""Characters. The csv module's own limit of 131,072 is less than a long description holds."""
csv.field_size_limit(LONGEST_CELL)
_SAMPLE = 200
_EXCEL_HINT = re.compile(r"\ufeff?sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")

Record = tuple[int, tuple[str, ...]]
"""The number that a spreadsheet shows for a row, and its cells."""


def text_of(content: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16 (each with or without a byte order mark) or Windows-1252.

    What is none of these is left to charset-normalizer. Raises RefusedFile("not_text").
    """
    text = _text(content)
    if text is None:
        raise RefusedFile(
            "not_text",
            f"{name} is not text in any encoding we know; open it in a spreadsheet program and save it as CSV UTF-8",
        )
    return text


def _text(content: bytes) -> str | None:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding)
    if b"\0" in content:
        return _utf16_without_mark(content)
    text = _decoded(content, "utf-8")
    if text is not None:
        return text
    text = _decoded(content, "cp1252")
    if text is None:
        best = from_bytes(content).best()
        text = str(best) if best else None
    return None if text is None or _CONTROL.search(text) else text


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _utf16_without_mark(content: bytes) -> str | None:
    """The byte order in which the first line, the headings, is mostly plain letters."""
    best, most = None, 0.5
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _decoded(content, encoding)
        heading = (text or "").strip().split("\n", 1)[0]
        share = sum(" " <= letter <= "~" or letter in "\t\r" for letter in heading) / max(1, len(heading))
        if share > most:
            best, most = text, share
    return best


def records_of(text: str, name: str) -> Iterator[Record]:
    """Every record with its number, blank lines counted, cells as they stand.

    A record with a newline inside quotes is one row, as in a spreadsheet. Raises RefusedFile("open_quote") when a
    quotation mark is opened, never closed, and so swallows the lines after it.
    """
    hint = _EXCEL_HINT.match(text)
    body = text[hint.end() :] if hint else text
    delimiter = hint[1] if hint else delimiter_of(text)
    try:
        yield from _numbered(body, delimiter, name)
    except csv.Error as error:
        message = f"{name}: a cell is longer than {LONGEST_CELL:,} characters; look for a quotation mark never closed"
        raise RefusedFile("open_quote", message) from error


def _numbered(body: str, delimiter: str, name: str) -> Iterator[Record]:
    ended: list[bool] = []
    reader = csv.reader(_lines(body, ended), delimiter=delimiter)
    before = 0
    for number, record in enumerate(reader, start=1):
        # The reader asks for a line after the last one, and still gives a record, only inside open quotes.
        if ended and reader.line_num - before > 1:
            lines = reader.line_num - before
            raise RefusedFile(
                "open_quote",
                f"row {number} of {name} opens a quotation mark that is never closed, so the {lines} lines from there "
                "on cannot be told apart; close or remove it, then load the file again",
            )
        before = reader.line_num
        yield number, tuple(record)


def _lines(body: str, ended: list[bool]) -> Iterator[str]:
    yield from io.StringIO(body, newline="")
    ended.append(True)


def delimiter_of(text: str) -> str:
    """The delimiter of the headings; where several stand in them, the one that cuts the next rows alike."""
    best, most = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        try:
            widths = _widths(text, delimiter)
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        alike = Counter(width == widths[0] for width in widths)[True] / len(widths)
        if (alike, widths[0]) > most:
            best, most = delimiter, (alike, widths[0])
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    """Cells in each of the first records that hold anything."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    filled = (record for record in reader if any(cell.strip() for cell in record))
    return [len(record) for record in islice(filled, _SAMPLE)]
