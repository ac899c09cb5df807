"""Two choices side by side: the same classes for both maps, one table, and where they differ most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.files.account import residents_words, share_words
from asset_map.web.gap_choice import View
from asset_map.web.gap_picture import Figure, classes_of, draw, figure
from asset_map.web.gap_words import key_figures

MOST_NAMED = 3
SMALLEST = 0.005
"""Shares that differ by less are the same in whole percent."""
Pair = tuple[GapTable, GapTable]


@dataclass(frozen=True, slots=True)
class BothRow:
    """One area under both choices; `difference` is the second less the first, None where one is not known."""

    code: str
    name: str
    first: GapRow
    second: GapRow
    first_value: float | None
    second_value: float | None
    said: tuple[str, str]
    shades: tuple[int, int]

    @property
    def difference(self) -> float | None:
        if self.first_value is None or self.second_value is None:
            return None
        return self.second_value - self.first_value

    @property
    def gaps(self) -> str:
        """For which of the two it is a gap."""
        both = (bool(self.first.gap), bool(self.second.gap))
        return {(True, True): "both", (True, False): "first", (False, True): "second", (False, False): ""}[both]


def side_by_side(view: View, tables: Pair, prepared: tuple[Prepared, Prepared]) -> dict[str, Any]:
    """Everything the page shows once both are there."""
    shown = figure(view.choice, view.show if view.show != "gap" else "coverage")
    classes = classes_of(shown, tables)
    pictures = [
        draw(one, table, shown, classes, f"map-{at}")
        for at, (one, table) in enumerate(zip(prepared, tables, strict=True), 1)
    ]
    second = {row.code: row for row in tables[1].rows}
    rows = [
        _both(row, second[row.code], shown, (pictures[0].shade, pictures[1].shade))
        for row in tables[0].rows
        if row.code in second
    ]
    return {
        "tables": tables,
        "pictures": pictures,
        "figure": shown,
        "key_figures": [key_figures(table) for table in tables],
        "titles": titles(tables),
        "rows": ordered(rows, view.sort, view.order),
        "sentences": _sentences(rows, tables),
        "difference": lambda row: in_words(row.difference, shown),
    }


def others(choice: Choice) -> list[tuple[str, Choice]]:
    """Second choices that often tell something, in words."""
    found = [
        ("people aged 65 and over", replace(choice, ages="65+")),
        ("people who walk slowly", replace(choice, travel="slow_walk")),
        ("people who cycle", replace(choice, travel="cycle")),
        ("twice the minutes", replace(choice, minutes=min(120.0, 2 * choice.minutes))),
    ]
    return [(words, one) for words, one in found if one != choice]


def titles(tables: Pair) -> tuple[str, str]:
    """What each of the two is, with only what tells them apart where they share a label."""
    first, second = (table.choice for table in tables)
    parts: list[list[str]] = [[], []]
    for differs, words in (
        (tables[0].label != tables[1].label, [table.label for table in tables]),
        (first.ages != second.ages, [residents_words(one) for one in (first, second)]),
        (
            (first.minutes, first.travel) != (second.minutes, second.travel),
            [f"{one.minutes:g} minutes {one.way.label}" for one in (first, second)],
        ),
        (first.need != second.need, [f"need as {one.need}" for one in (first, second)]),
        (
            first.target != second.target,
            ["the mean" if one.target is None else f"a target of {one.target:g}" for one in (first, second)],
        ),
    ):
        if differs:
            for part, word in zip(parts, words, strict=True):
                part.append(word)
    named = [", ".join(part) for part in parts]
    return (_capital(named[0]), _capital(named[1]))


def ordered(rows: Sequence[BothRow], sort: str, order: str) -> list[BothRow]:
    """Rows by name, either figure or how they differ: in a total order, those without a value last."""
    by: dict[str, Callable[[BothRow], Any]] = {
        "name": lambda row: row.name.casefold(),
        "people": lambda row: row.first.people,
        "second": lambda row: row.second_value,
        "difference": lambda row: row.difference,
    }
    value = by.get(sort, _first_value)
    known = [(value(row), row) for row in rows if value(row) is not None]
    known.sort(key=lambda one: one[0], reverse=order == "descending")
    return [row for _, row in known] + [row for row in rows if value(row) is None]


def _first_value(row: BothRow) -> float | None:
    return row.first_value


def in_words(difference: float | None, shown: Figure) -> str:
    """A difference with its sign: in points of a hundred for a share."""
    if difference is None:
        return ""
    share = shown.name == "coverage"
    size = f"{abs(difference) * 100:.0f} points" if share else shown.say(abs(difference))
    if size in ("0 points", "0"):
        return "the same"
    return f"{size} {'more' if difference > 0 else 'less'}"


def _both(row: GapRow, other: GapRow, shown: Figure, shades: tuple[Any, Any]) -> BothRow:
    values = shown.value(row), shown.value(other)
    said = tuple("not enough data" if value is None else _exact(value, shown) for value in values)
    return BothRow(
        row.code,
        row.name,
        row,
        other,
        *values,
        said=(said[0], said[1]),
        shades=(shades[0].get(row.code, 0), shades[1].get(row.code, 0)),
    )


def _exact(value: float, shown: Figure) -> str:
    return share_words(value) if shown.name == "coverage" else shown.say(value)


def _sentences(rows: Sequence[BothRow], tables: Pair) -> list[str]:
    """Where the shares differ most, and how the gaps differ."""
    differ = [
        (row.second.coverage - row.first.coverage, row)
        for row in rows
        if row.first.coverage is not None and row.second.coverage is not None
    ]
    most = sorted((one for one in differ if abs(one[0]) >= SMALLEST), key=lambda one: (-abs(one[0]), one[1].code))
    names = titles(tables)
    said = [
        f"{row.name}: {share_words(row.first.coverage or 0.0)} for “{names[0]}”, "
        f"{share_words(row.second.coverage or 0.0)} for “{names[1]}”."
        for _, row in most[:MOST_NAMED]
    ]
    if not most:
        said.append(f"As many people can reach the first as the second in every area: {names[0]}; {names[1]}.")
    only = [[row.name for row in rows if row.gaps == which] for which in ("first", "second", "both")]
    for areas, words in zip(
        only, ("Gaps only for the first", "Gaps only for the second", "Gaps for both"), strict=True
    ):
        if areas:
            said.append(f"{words}: {', '.join(areas[:6])}{f' and {len(areas) - 6} more' if len(areas) > 6 else ''}.")
    return said


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
