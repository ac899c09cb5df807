"""Workbooks (XLSX, XLS, XLSB, ODS): looks before it leaps, then reads them in a process with bounded memory.

Nothing reaches the parser before its size is counted. What a small file can still ask for, such as one cell in the
last row and column of a sheet, ends the reading process and not the server.
"""

from __future__ import annotations

import copy
import io
import lzma
import os
import subprocess
import sys
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from asset_map.errors import RefusedFile
from asset_map.ingest.delimited import Record

UNPACKED_BYTES = 200_000_000
UNPACKED_RATIO = 200
RATIO_FROM_BYTES = 10_000_000
"""A part that unpacks to more than this, and to more than `UNPACKED_RATIO` times its size, is a bomb."""
MEMORY_BYTES = 3_000_000_000
SECONDS = 120
_CHUNK = 1 << 20
_MAIN_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_RESAVE = "open it in a spreadsheet program, save it again as XLSX or CSV, and load that"
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
_FAILURES = {"PasswordError": "password", "MemoryError": "too_big"}

_Cell = str | float | int | bool | datetime | date | time | timedelta


def workbook_records(path: Path) -> list[tuple[str, list[Record]]]:
    """(sheet name, its filled rows with their numbers) of every visible sheet, cells as text.

    Raises RefusedFile: `zip_bomb`, `password`, `not_a_spreadsheet`, `corrupt`, `too_big`.
    """
    with path.open("rb") as file:
        magic = file.read(8)
    if magic.startswith(b"PK"):
        _check_zip(path)
    else:
        _check_ole(path)
    return _read_apart(path)


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_declared(parts, path)
            if any(part.flag_bits & 1 for part in parts):
                raise _password(path)
            _check_counted(archive, parts, path)
            names = {part.filename.lower().replace("\\", "/") for part in parts}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise RefusedFile("corrupt", f"{path.name} is damaged and cannot be unpacked; {_RESAVE}") from error
    if not names & set(_MAIN_PARTS):
        what = (
            "a document, not a spreadsheet" if "word/document.xml" in names else "a zip file without a workbook in it"
        )
        raise RefusedFile("not_a_spreadsheet", f"{path.name} is {what}; unpack it, or save the table as XLSX or CSV")


def _check_declared(parts: list[zipfile.ZipInfo], path: Path) -> None:
    if sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise _bomb(path)
    for part in parts:
        _check_ratio(part.file_size, part, path)


def _check_counted(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], path: Path) -> None:
    """Unpacks every part to nowhere, since the declared sizes may lie, and stops at the limit."""
    total = 0
    for part in parts:
        # zipfile stops at the declared size; with this one it goes on to the true end.
        honest = copy.copy(part)
        honest.file_size = UNPACKED_BYTES + 1
        size = 0
        with archive.open(honest) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                _check_ratio(size, part, path)
                if total + size > UNPACKED_BYTES:
                    raise _bomb(path)
        total += size


def _check_ratio(size: int, part: zipfile.ZipInfo, path: Path) -> None:
    if size > RATIO_FROM_BYTES and size > UNPACKED_RATIO * max(1, part.compress_size):
        raise _bomb(path)


def _check_ole(path: Path) -> None:
    """An OLE2 container is an old workbook, a locked new one, or something else (an old Word file, an e-mail)."""
    content = path.read_bytes()
    has = {word: word.encode("utf-16-le") in content for word in ("EncryptedPackage", "Workbook", "Book")}
    if has["EncryptedPackage"] or (not has["Book"] and not has["Workbook"] and path.suffix.lower().startswith(".xls")):
        raise _password(path)
    if not has["Book"] and not has["Workbook"]:
        raise RefusedFile("not_a_spreadsheet", f"{path.name} is an old Office file but not a workbook; {_RESAVE}")


def _read_apart(path: Path) -> list[tuple[str, list[Record]]]:
    package_parent = str(Path(__file__).parents[2])
    command = [sys.executable, "-P", "-m", "asset_map.ingest.workbook", str(path.absolute())]
    try:
        done = subprocess.run(  # noqa: S603  the command is our own; the path is one argument
            command, capture_output=True, timeout=SECONDS, check=False, env={**os.environ, "PYTHONPATH": package_parent}
        )
    except subprocess.TimeoutExpired as error:
        raise _too_big(path) from error
    if done.returncode < 0:
        raise _too_big(path)
    if done.returncode == 0:
        return msgspec.json.decode(done.stdout, type=list[tuple[str, list[Record]]])
    failure = done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1].split(":", 1)[0].rsplit(".", 1)[-1]
    reason = _FAILURES.get(failure, "corrupt")
    if reason == "password":
        raise _password(path)
    if reason == "too_big":
        raise _too_big(path)
    raise RefusedFile("corrupt", f"{path.name} is damaged: no sheet in it can be read; {_RESAVE}")


def _bomb(path: Path) -> RefusedFile:
    return RefusedFile(
        "zip_bomb", f"{path.name} unpacks to far more than a list could hold, so it was not opened; {_RESAVE}"
    )


def _password(path: Path) -> RefusedFile:
    return RefusedFile("password", f"{path.name} is locked with a password; save a copy without one and load that")


def _too_big(path: Path) -> RefusedFile:
    advice = "delete the empty rows and columns after the table, or save the table alone as CSV"
    return RefusedFile("too_big", f"{path.name}: its sheets are too large to read; {advice}")


def _text(cell: _Cell) -> str:
    """A cell as text: dates ISO, times HH:MM, no ".0" on a whole number, TRUE and FALSE as a spreadsheet shows them."""
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).upper()
        case float() | int():
            return str(int(cell)) if float(cell).is_integer() else format(Decimal(repr(cell)), "f")
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else f"{cell:%Y-%m-%d} {_text(cell.time())}"
        case time():
            return cell.isoformat("seconds" if cell.second else "minutes")
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return cell.isoformat()


def _read_here(path: Path) -> list[tuple[str, list[Record]]]:
    """Parses a checked workbook; only ever called in a process of its own."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    sheets = []
    for about in workbook.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        rows = enumerate(workbook.get_sheet_by_name(about.name).iter_rows(), start=1)
        sheets.append((about.name, [(n, tuple(map(_text, row))) for n, row in rows if any(cell != "" for cell in row)]))
    return sheets


def _main(path: Path) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except ImportError:
        pass  # Windows has no such limit.
    sys.stdout.buffer.write(msgspec.json.encode(_read_here(path)))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
