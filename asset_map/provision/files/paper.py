"""The two-page paper for a committee, as a PDF that screen readers can read (PDF/UA-1).

Page 1 has the headline and the map; page 2 the widest gaps, the method in plain words, dates, editions, and what cannot
be concluded. Long words are shortened here, so that there are never more than two pages; other files have them whole.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from asset_map.asset import Area
from asset_map.config import data_folder
from asset_map.geo import Point
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.drawing.svg import FIFTHS
from asset_map.provision.files.account import (
    NEED_WORDS,
    STATISTICS,
    Account,
    area_words,
    day,
    residents_words,
    share_words,
)
from asset_map.provision.files.gap_map import draw_gaps, widest_gaps

NOT_KNOWN = "not known"
_FONT = "Libertinus Serif"
_HEADS = ("No.", "Area", "People", "Can reach one", "Access", "Short by", "Need", "Gap", "Confidence")
_ENDLESS = re.compile(r"\S{28}(?=\S)")
"""A word that may be broken here, since it might be wider than the page."""
_UNPRINTABLE = re.compile(
    "[^\u0020-\u007e\u00a0-\u0377\u0391-\u03a1\u03a3-\u04ff\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u203a\u20a0-\u20bf\u2190-\u22ff\u25a1\ufffd]"
)
"""What the fonts inside typst cannot show: emoji, other scripts. PDF/UA refuses a sign without a shape."""


def to_pdf(table: GapTable, account: Account, areas: Sequence[Area], points: Sequence[Point] = ()) -> bytes:
    """The paper as two pages of A4, tagged, in English; the same bytes whenever what it is made from is.

    Uses no font of the system and nothing from a network. Safe in several threads at once.
    """
    import typst  # here, because loading it takes longer than most commands need

    made = account.made
    return bytes(
        typst.compile(
            (data_folder() / "paper" / "gap_paper.typ").read_bytes(),
            sys_inputs={"paper": json.dumps(_content(table, account, areas, points))},
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=_noon(made.toordinal()),
        )
    )


def _noon(ordinal: int) -> int:
    """Seconds since 1970 of the middle of a day."""
    return (ordinal - 719_163) * 86_400 + 43_200


def printable(words: str) -> str:
    """One line of text that the fonts of the paper can show, with a box for what they cannot."""
    plain = _UNPRINTABLE.sub("□", unicodedata.normalize("NFC", " ".join(words.split())))
    return _ENDLESS.sub("\\g<0>\u200b", plain)


def _short(words: str, most: int) -> str:
    plain = printable(words)
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def _content(table: GapTable, account: Account, areas: Sequence[Area], points: Sequence[Point]) -> dict[str, Any]:
    rows = widest_gaps(table)
    made = account.made
    title = _short(account.title, 110)
    return {
        "title": title,
        "author": "asset map",
        "year": made.year,
        "month": made.month,
        "day": made.day,
        "dateline": f"{day(made)}. {_short(_area_line(table), 80)}.",
        "footer": f"{_short(account.title, 70)}. {day(made)}.",
        "headline": [_short(sentence, 260) for sentence in account.headline],
        "map": draw_gaps(table, account, areas, points, headed=False, font=_FONT, say=printable),
        "alt": _alternative(table, account, rows),
        "caption": _caption(rows),
        **_second_page(table, account, rows),
    }


def _second_page(table: GapTable, account: Account, rows: Sequence[GapRow]) -> dict[str, Any]:
    return {
        "widest": _table_heading(rows),
        "heads": list(_HEADS),
        "units": _units(table),
        "nothing": "No area lacks anything against what it is measured by, or there is not enough data to say so.",
        "rows": [_cells(at, row, table) for at, row in enumerate(rows, 1)],
        "method": [(name, _short(sentence, 330)) for name, sentence in account.method],
        "limits": [_short(sentence, 200) for sentence in account.limits],
        "dates": " ".join(_short(sentence, 160) for sentence in account.dates),
        "left_out": _joined(account.left_out, 6, "reasons"),
        "sources": _sources(account),
    }


def _area_line(table: GapTable) -> str:
    return f"{area_words(table.choice, len(table.rows))}, edition {table.choice.edition}"


def _table_heading(rows: Sequence[GapRow]) -> str:
    """What the table holds: an area that lacks something without high need is no gap."""
    gaps = sum(bool(row.gap) for row in rows)
    others = len(rows) - gaps
    if not gaps:
        return "No gaps as we measure them: the areas that lack most" if others else "The widest gaps"
    named = (
        "The gap" if gaps == 1 else f"The {_counted(gaps)} widest gaps" if not others else f"The {_counted(gaps)} gaps"
    )
    more = "one more area that lacks" if others == 1 else f"{_counted(others)} more areas that lack"
    return f"{named}, and {more} most" if others else named


def _counted(number: int) -> str:
    words = "no one two three four five six seven eight nine ten".split()
    return words[number] if number < len(words) else str(number)


def _cells(at: int, row: GapRow, table: GapTable) -> list[str]:
    gap = NOT_KNOWN if row.gap is None else "yes" if row.gap else "no"
    share = table.choice.need == "disability"
    need = NOT_KNOWN if row.need is None else share_words(row.need) if share else f"{row.need:.1f}"
    return [
        str(at),
        _named(row),
        NOT_KNOWN if row.people is None else f"{row.people:,}",
        NOT_KNOWN if row.coverage is None else share_words(row.coverage),
        _figure(row.access),
        _figure(row.shortfall),
        need,
        gap,
        row.confidence_class,
    ]


def _named(row: GapRow) -> str:
    return f"{_short(row.name, 34)} ({_short(row.code, 12)})"


def _figure(value: float | None) -> str:
    if value is None:
        return NOT_KNOWN
    return "less than 0.01" if 0 < value < 0.005 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def _joined(items: Sequence[str], most: int, what: str, each: int = 90) -> str:
    if not items:
        return "Nothing that was found was left out."
    said = "; ".join(_short(item, each) for item in items[:most])
    rest = len(items) - most
    return f"{said}; and {rest} more {what}, which the other files name." if rest > 0 else f"{said}."


def _sources(account: Account) -> str:
    """Everybody who must be named, with their lists together."""
    said = [f"{_short(who, 130)} ({_short('; '.join(titles), 160)})" for who, titles in account.publishers.items()]
    return f"{STATISTICS} Lists: {_joined(said, 12, 'publishers', 300)}" if said else STATISTICS


def _units(table: GapTable) -> str:
    need = NEED_WORDS[table.choice.need]
    return (
        f"People: {residents_words(table.choice)}. Access: sessions a week for 1,000 people. "
        "Short by: sessions a week. "
        f"Need: {need}, higher is more. Confidence: how sure we are of the yes or no."
    )


def _caption(rows: Sequence[GapRow]) -> str:
    numbers = " Numbers are those of the table on page 2." if rows else ""
    return f"Darker is more.{numbers} Hatching means not enough data, not none."


def _alternative(table: GapTable, account: Account, rows: Sequence[GapRow]) -> str:
    """The map in words, for whoever cannot see it."""
    classes = Counter(
        5 if row.coverage is None else sum(row.coverage >= lower for lower in FIFTHS) for row in table.rows
    )
    names = [f"{20 * at}% to {20 * at + 20}%" for at in range(5)] + ["not enough data"]
    counted = "; ".join(f"{name}: {classes[at]}" for at, name in enumerate(names) if classes[at])
    lacking = ", ".join(_short(row.name, 40) for row in rows)
    widest = f" The areas that lack most: {lacking}." if lacking else ""
    return f"Map. {_short(account.measure, 120)}. Number of areas by share: {counted or 'none'}.{widest}"
