"""When it happens, from the cells of a row: words, a column for each day, or a day and its hours in columns apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from asset_map.errors import BadInput
from asset_map.ingest.amounts import read_date
from asset_map.ingest.clean import clean_text
from asset_map.ingest.facts import is_nothing
from asset_map.schedule import Times, from_rrule, join_same, read_opening

_HOUR = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s*[ap]m)?|\d{1,2}\s*[ap]m", re.IGNORECASE)
_NO_TIME = re.compile(r"[\d.,%\s]+|(?:https?://|www\.)\S+", re.IGNORECASE)
_RULE = re.compile(r"(?:RRULE:)?FREQ=[A-Z]+[A-Z0-9=;,+:-]*", re.IGNORECASE)


def read_hours(
    opening: Sequence[str], by_day: Mapping[str, Sequence[str]]
) -> tuple[tuple[Times, ...], tuple[str, ...]]:
    """Times from the cells of the opening columns and, by day ("MO"), those of the columns for one day.

    Equal hours on several days become one. Cells that hold a day, hours or an RFC 5545 rule each are read together.
    Cells that hold only numbers or a link ("35" hours a week) say nothing of when and come back beside the times.
    """
    texts = [text for cell in opening if (text := clean_text(cell))]
    together, rest = _together(texts)
    left = [text for text in rest if _NO_TIME.fullmatch(text)]
    times = [*together, *(one for text in rest if text not in left for one in read_opening(text))]
    for day, cells in by_day.items():
        for cell in (clean_text(cell) for cell in cells):
            if not is_nothing(cell):
                times += read_opening(cell, day)
    return join_same(times), tuple(left)


def _together(texts: Sequence[str]) -> tuple[tuple[Times, ...], Sequence[str]]:
    """What cells say together: "Tuesday", "11:00", "11:30", "FREQ=WEEKLY;INTERVAL=4", "2020-03-03"; and the others."""
    hours = [text.removesuffix(":00") if text.count(":") > 1 else text for text in texts if _HOUR.fullmatch(text)]
    rules = [text for text in texts if _RULE.fullmatch(text)]
    dates = [day for text in texts if (day := _date(text))]
    words = [text for text in texts if not (_HOUR.fullmatch(text) or _RULE.fullmatch(text) or _date(text))]
    days = [text for text in words if not _NO_TIME.fullmatch(text) and _only_days(text)]
    if len(hours) > 2 or len(rules) > 1 or len(dates) > 2 or len(days) > 1 or not (rules or (hours and days)):
        return (), texts
    read = read_opening(" ".join([*days, "-".join(hours)]).strip()) if days else (Times(),)
    made = _with_rule(read[0], hours, rules, dates) if len(read) == 1 else ()
    return (made, [text for text in words if text not in days]) if made else ((), texts)


def _only_days(text: str) -> bool:
    read = read_opening(text)
    return len(read) == 1 and read[0].byday is not None and read[0].opens_at is None


def _with_rule(days: Times, hours: Sequence[str], rules: Sequence[str], dates: Sequence[date]) -> tuple[Times, ...]:
    one = days
    if rules:
        try:
            rule = from_rrule(rules[0])
        except BadInput:
            return ()
        byday = rule.byday or (days.byday if rule.freq == "WEEKLY" else None)
        one = replace(days, freq=rule.freq, interval=rule.interval, byday=byday, bymonth=rule.bymonth, until=rule.until)
    if hours and not one.opens_at:
        timed = read_opening(f"Monday {'-'.join(hours)}")
        if len(timed) != 1 or not timed[0].opens_at:
            return ()
        one = replace(one, opens_at=timed[0].opens_at, closes_at=timed[0].closes_at)
    if dates:
        one = replace(one, dtstart=dates[0], until=dates[1] if len(dates) > 1 else one.until)
    return (one,)


def _date(text: str) -> date | None:
    return read_date(text)[0] if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}", text) else None
