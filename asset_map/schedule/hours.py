"""Opening and closing from the tokens that follow or go before days."""

from __future__ import annotations

import re

from asset_map.schedule.clock import Clock, Half, read_range, read_start
from asset_map.schedule.tokens import Cursor, UnsureError

Hours = tuple[str | None, str | None]
ALL_DAY: Hours = ("00:00", "23:59")
UNCLEAR: Hours = (None, None)
"""Hours that may be in the morning or in the evening: the days are certain, the hours stay as words."""
_BEFORE_A_BARE_HOUR = ("day", "days", "hint", "from", "until")
_AFTER_A_BARE_HOUR = ("", "joint", "break", "day", "days", "late")


def read_hours(reader: Cursor) -> tuple[tuple[Hours, ...], tuple[str, ...]]:
    """Hours, as many as follow each other, with the words "morning" or "til late" that colour them."""
    hours: list[Hours] = []
    notes: list[str] = []
    half: Half | None = None
    while True:
        reader.skip(frozenset({"open"}))
        if reader.kind() == "hint":
            half = _hint(reader, notes)
            reader.skip(frozenset({"joint"}) if reader.kind(1) in ("clock", "from") else frozenset())
        if reader.kind() == "all_day":
            reader.take()
            hours.append(ALL_DAY)
        elif reader.kind() in ("clock", "from", "until"):
            hours.append(_one_range(reader, half, notes))
        if not _more_hours(reader):
            break
    if hours and half:
        notes = [note for note in notes if not _is_hint(note)]
    return tuple(dict.fromkeys(hours)), tuple(notes)


def _hint(reader: Cursor, notes: list[str]) -> Half | None:
    halves = []
    while reader.kind() == "hint":
        token = reader.take()
        halves.append(token.half)
        notes.append(token.text)
        if reader.kind() == "joint" and reader.kind(1) == "hint":
            reader.take()
    if len(set(halves)) > 1 and reader.kind() in ("clock", "from"):
        raise UnsureError("morning and evening")
    return halves[0]


def _is_hint(note: str) -> bool:
    return re.match(r"(?i)late|until|til", note) is None


def _more_hours(reader: Cursor) -> bool:
    """Whether more hours follow for the same days: "9-12 and 1-5 Monday" has them, "10-12 Mon, 1-3 Tue" has not."""
    ahead = 0
    while reader.kind(ahead) in ("joint", "open"):
        ahead += 1
    if reader.kind(ahead) not in ("clock", "hint"):
        return False
    reader.at += ahead
    return True


def _one_range(reader: Cursor, half: Half | None, notes: list[str]) -> Hours:
    if reader.kind() == "until":
        reader.take()
        closes = read_start(_clock(reader), half, reader.full_day)
        return (None, closes) if closes else UNCLEAR
    between = reader.kind() == "from" and reader.take().text.lower() == "between"
    start = _clock(reader)
    if reader.kind() == "late":
        word = reader.take().text.strip(" -")
        notes += [] if word.lower().startswith("onward") else [word]
    elif reader.kind(1) == "clock" and reader.kind() in (("joint",) if between else ("dash", "to", "until")):
        reader.take()
        found = read_range(start, _clock(reader), half, reader.full_day)
        return found or UNCLEAR
    elif start.bare and (reader.kind() not in _AFTER_A_BARE_HOUR or reader.kind(-2) not in _BEFORE_A_BARE_HOUR):
        raise UnsureError("an hour, or a number of something?")
    opens = read_start(start, half, reader.full_day)
    return (opens, None) if opens else UNCLEAR


def _clock(reader: Cursor) -> Clock:
    clock = reader.take().clock if reader.kind() == "clock" else None
    if clock is None:
        raise UnsureError("no time")
    return clock
