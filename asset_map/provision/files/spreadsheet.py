"""A gap table as a workbook: real numbers to reckon with, and a sheet that says what they are."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.files.account import Account
from asset_map.provision.files.tables import COLUMNS, Cell, Column, cells, safe_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def to_workbook(table: GapTable, account: Account) -> bytes:
    """An XLSX file with a sheet "Gaps", one row an area, and a sheet "About".

    Figures are numbers and shares are percentages; a cell without a figure is empty. The bytes are the same whenever
    table and account are.
    """
    from openpyxl import Workbook  # here, because loading it takes longer than most commands need

    book = Workbook()
    made = datetime(account.made.year, account.made.month, account.made.day)
    book.properties.title = safe_text(account.title)
    book.properties.creator, book.properties.created = "asset map", made
    book.properties.language = "en-GB"
    gaps = book.active
    gaps.title = "Gaps"
    _fill_gaps(gaps, table)
    _fill_about(book.create_sheet("About"), account)
    file = io.BytesIO()
    book.save(file)
    return _at_one_time(file.getvalue(), made)


def _fill_gaps(sheet: Worksheet, table: GapTable) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append([column.title for column in COLUMNS])
    for row in table.rows:
        sheet.append([_value(cell) for cell in cells(table, row)])
    for at, column in enumerate(COLUMNS, 1):
        head = sheet.cell(1, at)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(at)].width = _width(column, table)
        if form := _number_format(column):
            for (cell,) in sheet.iter_rows(min_row=2, min_col=at, max_col=at):
                cell.number_format = form
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _value(cell: Cell) -> Cell:
    """True and False as words: how a spreadsheet program writes them depends on its language."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return safe_text(cell) if isinstance(cell, str) else cell


def _number_format(column: Column) -> str:
    if column.share:
        return "0%"
    if column.datatype == "integer":
        return "#,##0"
    return "0.0##" if column.datatype == "number" and column.name != "minutes" else ""


def _width(column: Column, table: GapTable) -> float:
    if column.datatype != "string":
        return 13.0
    longest = max((len(str(column.cell(table, row) or "")) for row in table.rows), default=0)
    return float(min(40, max(11, longest + 2, len(column.title) // 2)))


def _fill_about(sheet: Worksheet, account: Account) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 100
    for heading, said in _about(account):
        sheet.append([safe_text(heading), safe_text(said)])
        left, right = sheet[sheet.max_row]
        left.font, left.alignment = Font(bold=True), Alignment(vertical="top", wrap_text=True)
        right.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _about(account: Account) -> Iterable[tuple[str, str]]:
    yield "Title", account.title
    yield from _part("What is found", account.headline)
    yield from account.method
    yield from _part("Dates and editions", account.dates)
    yield from _part("Left out of the figures", account.left_out)
    yield from _part("What cannot be concluded", account.limits)
    yield "Sources", account.sources
    if account.licence:
        yield "Licence", account.licence
    for column in COLUMNS:
        unit = f" In {column.unit}." if column.unit else ""
        yield f"Column “{column.title}”", f"{column.about}{unit} Called {column.name} in the other files."


def _part(heading: str, sentences: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The heading stands once, before the first sentence."""
    return (("" if at else heading, said) for at, said in enumerate(sentences))


def _at_one_time(written: bytes, made: datetime) -> bytes:
    """The same workbook without the time of the clock, which would make two equal files differ."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + made.isoformat().encode() + rb"Z\g<2>", content)
            entry = zipfile.ZipInfo(item.filename, (made.year, made.month, made.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return file.getvalue()
