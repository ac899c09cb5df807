"""Reads a file into sheets. What the file holds decides how, not what it is called."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from asset_map.errors import RefusedFile
from asset_map.ingest import Row, Sheet
from asset_map.ingest.delimited import Record, records_of, text_of
from asset_map.ingest.workbook import workbook_records

LARGEST_BYTES = 100_000_000
WIDEST_COLUMNS = 1_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    (b"%PDF", "a PDF", "ask for the list as a spreadsheet, or copy its table into one"),
    (b"\x89PNG", "a picture", "ask for the list as a spreadsheet"),
    (b"\xff\xd8\xff", "a picture", "ask for the list as a spreadsheet"),
    (b"GIF8", "a picture", "ask for the list as a spreadsheet"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and load what is inside"),
    (b"{\\rtf", "a document", "copy its table into a spreadsheet and save that as XLSX or CSV"),
    (b"<", "a web page or XML", "open it in a spreadsheet program and save it as XLSX or CSV"),
    (b"{", "JSON", "load the same list as CSV or XLSX"),
    (b"[{", "JSON", "load the same list as CSV or XLSX"),
)


def read_file(path: Path) -> tuple[Sheet, ...]:
    """Every sheet of a CSV, TSV, XLSX, XLS, XLSB or ODS file that holds a table; hidden sheets are not read.

    `Row.number` is the one a spreadsheet shows, the header being row 1 as a rule: a record with a newline inside
    quotes is one row, blank lines count, and rows that hold nothing are left out. The header is the first row that
    holds anything. Raises RefusedFile when a file cannot be read as a whole: `not_found`, `too_big`, `empty`,
    `not_a_spreadsheet`, `not_text`, `open_quote`, `zip_bomb`, `password`, `corrupt`, `too_wide`, `no_rows`.
    """
    head = _head(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)):
        named: list[tuple[str | None, Iterable[Record]]] = list(workbook_records(path))
    else:
        named = [(None, _delimited(path, head))]
    tables = [_filled(records) for _, records in named]
    if not any(tables):
        raise RefusedFile("empty", f"{path.name} holds nothing; check that it was saved, then load it again")
    sheets = tuple(_sheet(name, rows, path) for (name, _), rows in zip(named, tables, strict=True) if len(rows) > 1)
    if not sheets:
        raise RefusedFile(
            "no_rows", f"{path.name} holds headings but no rows below them; add the rows, then load it again"
        )
    return sheets


def _head(path: Path) -> bytes:
    """The first bytes of a file that is there, not empty and not too big."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise RefusedFile("not_found", f"{path} is a folder; name a file in it")
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise RefusedFile("not_found", f"{path}: {error.strerror or error}; check the name and where it is") from error
    if size > LARGEST_BYTES:
        message = f"{path.name} is {size / 1e6:.0f} MB and the most is {LARGEST_BYTES / 1e6:.0f} MB; load it in parts"
        raise RefusedFile("too_big", message)
    if not head:
        raise RefusedFile("empty", f"{path.name} is empty; check that it was saved, then load it again")
    return head


def _delimited(path: Path, head: bytes) -> Iterable[Record]:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, what, advice in _NOT_TABLES:
        if start.startswith(magic):
            raise RefusedFile("not_a_spreadsheet", f"{path.name} is {what}, not a spreadsheet; {advice}")
    content = path.read_bytes()
    if not content.strip(b"\0"):
        message = f"{path.name} holds only zero bytes, so something went wrong when it was saved; save it again"
        raise RefusedFile("not_a_spreadsheet", message)
    return records_of(text_of(content, path.name), path.name)


def _filled(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if any(cell and not cell.isspace() for cell in record[1])]


def _sheet(name: str | None, records: list[Record], path: Path) -> Sheet:
    header = records[0][1]
    width = max(_width(cells) for _, cells in records)
    if width > WIDEST_COLUMNS:
        message = f"{path.name} has {width:,} columns and the most is {WIDEST_COLUMNS:,}; it should have a row a place"
        raise RefusedFile("too_wide", message)
    rows = tuple(Row(number=number, cells=_fitted(cells, width)) for number, cells in records[1:])
    return Sheet(name=name, header=_headings(_fitted(header, width)), rows=rows)


def _width(cells: tuple[str, ...]) -> int:
    """Cells up to the last one that holds anything."""
    for index in range(len(cells), 0, -1):
        if cells[index - 1] and not cells[index - 1].isspace():
            return index
    return 0


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells[:width] + ("",) * (width - len(cells))


def _headings(header: tuple[str, ...]) -> tuple[str, ...]:
    """Headings tidied and made distinct: "Name", "Name 2", and "column C" where there is none."""
    seen: set[str] = set()
    made = []
    for index, raw in enumerate(header):
        base = heading = " ".join(raw.split()) or f"column {_letters(index)}"
        count = 1
        while heading in seen:
            count += 1
            heading = f"{base} {count}"
        seen.add(heading)
        made.append(heading)
    return tuple(made)


def _letters(index: int) -> str:
    """The letters a spreadsheet gives to a column, 0 being A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
