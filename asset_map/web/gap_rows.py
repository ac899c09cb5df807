"""The rows of a table of gaps: columns, what their cells say, and a total order by any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.files.account import residents_words, share_words
from asset_map.web.gap_words import amount, journey

Value = str | int | float | None
Asked = Mapping[str, int | None]
"""By area code how often people asked in vain; None for fewer than five."""
NOT_KNOWN = "not known"
FEWER = "fewer than 5"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in an address, its heading, the value that sorts, and what a cell says."""

    name: str
    words: str
    value: Callable[[GapRow], Value]
    text: Callable[[GapRow], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One area as it stands in the table. `cells` go with the columns after the first, "" for what is not known."""

    code: str
    name: str
    gap: bool
    shade: int
    said: str
    cells: tuple[str, ...]


def columns(table: GapTable, asked: Asked | None, exact: bool) -> tuple[Column, ...]:
    """The columns that this table needs; unmet asks only where there are any."""
    choice = table.choice
    who = residents_words(choice)
    found = [
        Column("name", "Area", lambda row: row.name.casefold(), lambda row: row.name),
        Column("people", who[:1].upper() + who[1:], lambda row: row.people, lambda row: _count(row.people)),
        _share("coverage", f"Within {journey(choice)}", lambda row: row.coverage),
        _share("coverage_two", "Two or more to choose from", lambda row: row.coverage_two),
        _amount("access", "Access: sessions a week for 1,000", lambda row: row.access),
        _amount("shortfall", "Sessions short", lambda row: row.shortfall),
        _need(table),
        Column("gap", "Gap?", lambda row: row.gap, lambda row: {True: "Gap", False: "No", None: ""}[row.gap]),
        Column("confidence", "How sure we are", lambda row: row.confidence, _sure),
        Column("assets", "Inside the area", lambda row: row.assets, lambda row: f"{row.assets:,}"),
    ]
    if asked is not None:
        words = "Asked for in vain" if exact else "Asked for in vain, at least"
        found.append(Column("asked", words, lambda row: asked.get(row.code), lambda row: _asked(asked, row.code)))
    return tuple(found)


def ordered(table: GapTable, shown: Sequence[Column], sort: str, order: str) -> list[GapRow]:
    """Rows by a column; those that tie keep the order of the table, and those without a value come last."""
    column = next((one for one in shown if one.name == sort), None)
    if column is None:
        return list(table.rows)
    known = [(value, row) for row in table.rows if (value := column.value(row)) is not None]
    known.sort(key=lambda one: one[0], reverse=order == "descending")
    return [row for _, row in known] + [row for row in table.rows if column.value(row) is None]


def in_words(
    rows: Sequence[GapRow], shown: Sequence[Column], shade: Mapping[str, int], said: Callable[[GapRow], str]
) -> list[Row]:
    """Rows as they stand in the table; `said` writes the figure that colours the map."""
    return [
        Row(
            row.code,
            row.name,
            bool(row.gap),
            shade.get(row.code, 0),
            said(row),
            tuple(column.text(row) for column in shown[1:]),
        )
        for row in rows
    ]


def _share(name: str, words: str, value: Callable[[GapRow], float | None]) -> Column:
    return Column(name, words, value, lambda row: _if_known(value(row), share_words))


def _amount(name: str, words: str, value: Callable[[GapRow], float | None]) -> Column:
    return Column(name, words, value, lambda row: _if_known(value(row), amount))


def _if_known(value: float | None, say: Callable[[float], str]) -> str:
    return "" if value is None else say(value)


def _need(table: GapTable) -> Column:
    """Need as it is told of the kind of area: a tenth, the share in the most deprived fifth, or disabled residents."""
    if table.choice.need == "disability":
        return _share("need", "Disabled residents", lambda row: row.disabled_share)
    if any(row.imd_decile is not None for row in table.rows):
        words = "Deprivation tenth (1 is most deprived)"
        return Column("need", words, lambda row: row.imd_decile, lambda row: _count(row.imd_decile))
    return _share("need", "Live in the most deprived fifth", lambda row: row.most_deprived_share)


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _sure(row: GapRow) -> str:
    return "" if row.confidence is None else row.confidence_class


def _asked(asked: Asked, code: str) -> str:
    times = asked.get(code)
    return FEWER if times is None else f"{times:,}"
