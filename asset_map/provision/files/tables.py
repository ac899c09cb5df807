"""A gap table as CSV, with its CSVW metadata: the columns, what they mean, and the cells of every row.

The bytes are the same whenever table and account are.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.files.account import NEED_WORDS, Account

Cell = str | int | float | bool | None
Datatype = Literal["string", "integer", "number", "boolean"]
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `share` is 0 to 1, shown as percent where people read it; `required` is never empty."""

    name: str
    title: str
    datatype: Datatype
    about: str
    cell: Callable[[GapTable, GapRow], Cell]
    required: bool = False
    share: bool = False
    unit: str = ""
    pattern: str = ""


def _row(name: str) -> Callable[[GapTable, GapRow], Cell]:
    return lambda _, row: getattr(row, name)


def _choice(name: str) -> Callable[[GapTable, GapRow], Cell]:
    return lambda table, _: getattr(table.choice, name)


COLUMNS: tuple[Column, ...] = (
    Column("code", "Area code", "string", "Code of the area, unique in the table.", _row("code"), True),
    Column("name", "Area", "string", "Name of the area.", _row("name")),
    Column("area_kind", "Kind of area", "string", "lsoa, ward, …", _choice("area_kind"), True),
    Column("edition", "Edition", "string", "Year of the boundary set that the code is from.", _choice("edition"), True),
    Column(
        "interest",
        "Interest terms",
        "string",
        "Ids of the interest terms that were chosen, with spaces between; empty where only kinds were chosen.",
        lambda table, _: " ".join(table.choice.interests) or None,
    ),
    Column(
        "kinds",
        "Kinds of asset",
        "string",
        "Kinds of asset that were chosen, with spaces between; empty for any.",
        lambda table, _: " ".join(table.choice.kinds) or None,
    ),
    Column(
        "minutes",
        "Minutes",
        "number",
        "Minutes of the journey that counts as within reach.",
        _choice("minutes"),
        True,
        unit="minutes",
    ),
    Column("travel", "Way of travel", "string", "walk, slow_walk, cycle or car.", _choice("travel"), True),
    Column("ages", "Ages", "string", "all, or years such as 65+.", _choice("ages"), True),
    Column("residents", "Residents", "integer", "All who live in the area.", _row("residents"), unit="people"),
    Column(
        "people", "Residents of these ages", "integer", "Residents of the chosen ages.", _row("people"), unit="people"
    ),
    Column(
        "share_within_minutes",
        "Can reach one",
        "number",
        "Share of those people who can reach at least one within the minutes.",
        _row("coverage"),
        share=True,
    ),
    Column(
        "share_two_within_minutes",
        "Can reach two",
        "number",
        "Share of those people who can reach at least two within the minutes.",
        _row("coverage_two"),
        share=True,
    ),
    Column(
        "access_per_1000",
        "Access for 1,000",
        "number",
        "Sessions a week for 1,000 of those people, shared among all who could come (E2SFCA).",
        _row("access"),
        unit="sessions a week for 1,000 people",
    ),
    Column(
        "shortfall",
        "Shortfall",
        "number",
        "Sessions a week that the area lacks, against the mean of the areas or the target.",
        _row("shortfall"),
        unit="sessions a week",
    ),
    Column("need", "Need", "number", "As need_measure says; higher is more.", _row("need")),
    Column("need_measure", "Need is", "string", "What need is.", lambda table, _: NEED_WORDS[table.choice.need], True),
    Column("gap", "Gap", "boolean", "Access in the lowest fifth and need in the highest fifth.", _row("gap")),
    Column(
        "confidence",
        "Confidence",
        "string",
        "How sure we are of the answer about a gap: high, medium, low or not enough data.",
        _row("confidence_class"),
        True,
        pattern="high|medium|low|not enough data",
    ),
    Column(
        "confidence_share",
        "Runs that agree",
        "number",
        "Share of the runs with other assumptions that give the same answer about a gap.",
        _row("confidence"),
        share=True,
    ),
    Column(
        "edge_flag",
        "At the edge",
        "boolean",
        "Part of what is in reach lies beyond the loaded areas.",
        _row("edge"),
        True,
    ),
    Column(
        "assets",
        "In the area",
        "integer",
        "Assets that count and happen inside the area.",
        _row("assets"),
        True,
        unit="assets",
    ),
    Column(
        "left_out",
        "Left out",
        "integer",
        "Assets inside the area that do not count.",
        _row("left_out"),
        True,
        unit="assets",
    ),
    Column(
        "lower_than",
        "Lower than",
        "number",
        "Share of the other areas that have more reach.",
        _row("lower_than"),
        share=True,
    ),
    Column(
        "imd_decile", "Deprivation tenth", "integer", "1 is the most deprived tenth of England.", _row("imd_decile")
    ),
    Column(
        "most_deprived_share",
        "In the most deprived fifth",
        "number",
        "Share of residents who live in the most deprived fifth of small areas in England.",
        _row("most_deprived_share"),
        share=True,
    ),
    Column(
        "disabled_share",
        "Disabled",
        "number",
        "Share of residents who are disabled.",
        _row("disabled_share"),
        share=True,
    ),
    Column("rural_urban", "Rural or urban", "string", "Rural or urban, as the publisher says it.", _row("rural_urban")),
)


def cells(table: GapTable, row: GapRow) -> list[Cell]:
    """The cells of a row, as values; None is not known."""
    return [column.cell(table, row) for column in COLUMNS]


def safe_text(text: str) -> str:
    """Text that a spreadsheet program never reads as a formula: an apostrophe comes before what might be one."""
    plain = _CONTROL.sub("", text)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def to_csv(table: GapTable) -> bytes:
    """The table as CSV (RFC 4180) in UTF-8, every figure at full precision, an empty cell for not known.

    It opens with a byte order mark, without which Excel reads “ŵ” as two characters; CSVW's reader drops it, since it
    decodes as the Encoding Standard says.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.name for column in COLUMNS])
    for row in table.rows:
        writer.writerow([_written(cell) for cell in cells(table, row)])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return safe_text(cell) if isinstance(cell, str) else repr(cell)


def csv_metadata(account: Account, url: str) -> bytes:
    """What the CSV at `url` holds, as Metadata for Tabular Data (W3C CSVW, 2015)."""
    metadata: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": account.title,
        "dc:description": " ".join((*account.headline, *account.limits)),
        "dc:created": {"@value": account.made.isoformat(), "@type": "xsd:date"},
        "dc:rights": account.sources,
        "dc:source": [{"@id": credit.url} for credit in account.credits if credit.url],
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "null": "",
        "tableSchema": {"primaryKey": "code", "columns": [_described(column) for column in COLUMNS]},
    }
    if account.licence:
        metadata["dc:license"] = {"@id": account.licence}
    return json.dumps(metadata, ensure_ascii=False, indent=1).encode()


def _described(column: Column) -> dict[str, Any]:
    datatype: Any = column.datatype
    if column.pattern:
        datatype = {"base": column.datatype, "format": column.pattern}
    elif column.share:
        datatype = {"base": column.datatype, "minimum": 0, "maximum": 1}
    elif column.datatype in ("integer", "number") and column.name != "need":
        datatype = {"base": column.datatype, "minimum": 0}
    about: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "dc:description": column.about,
        "datatype": datatype,
    }
    if column.unit or column.share:
        about["schema:unitText"] = column.unit or "share, from 0 to 1"
    return {**about, "required": True} if column.required else about
