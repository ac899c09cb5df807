"""Days with their hours, and what limits them, from the tokens of one part of the opening times.

`groups_of` understands every token it is given or raises UnsureError: there is no guessing below this line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from asset_map.schedule.hours import ALL_DAY, Hours, read_hours
from asset_map.schedule.times import DAYS
from asset_map.schedule.tokens import Cursor, Token, UnsureError

_SEPARATORS = frozenset({"joint", "break", "open"})
_LIMITS = frozenset({"term", "interval", "monthly", "note", "date_from", "date_until", "month", "closed", "except"})


@dataclass(frozen=True, slots=True)
class Group:
    """Days ("MO", or "1TU" in a month) and the hours they share; `notes` are words the hours cannot hold."""

    days: tuple[str, ...]
    hours: tuple[Hours, ...] = ()
    notes: tuple[str, ...] = ()
    exception: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for all groups of a part, or for the whole text when it stands in a part alone."""

    interval: int = 1
    monthly: bool = False
    bymonth: str | None = None
    dtstart: date | None = None
    until: date | None = None
    term_time: bool = False
    notes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader(Cursor):
    """What has been understood up to a place in the tokens."""

    limits: Limits = field(default_factory=Limits)
    groups: list[Group] = field(default_factory=list)
    places: list[tuple[int, bool]] = field(default_factory=list)
    """For each limit, how many groups stood before it, and whether it stood apart from them."""


def groups_of(tokens: Sequence[Token], day: str | None) -> tuple[tuple[Group, ...], Limits]:
    """The groups of a part and their limits. `day` is the day of a column whose cells hold only hours."""
    reader = _Reader(tokens, any(token.clock and token.clock.full and token.clock.face % 720 for token in tokens))
    hours_first = next((t.kind in ("clock", "from", "until", "all_day") for t in tokens if _begins(t)), False)
    named = any(token.kind in ("day", "days") for token in tokens)
    read: Callable[[_Reader], Group] = _days_then_hours
    if not named:
        read = _all_days if day is None else lambda reader: _only_hours(reader, day)
    elif hours_first:
        read = _hours_then_days
    while reader.kind():
        reader.skip(_SEPARATORS)
        if reader.kind() in _LIMITS:
            _limit(reader)
        elif reader.kind():
            reader.groups.append(read(reader))
    _check(reader, day)
    return tuple(reader.groups), reader.limits


def _begins(token: Token) -> bool:
    return token.kind in ("clock", "from", "until", "all_day", "day", "days", "week", "every")


def _check(reader: _Reader, day: str | None) -> None:
    limits, groups = reader.limits, reader.groups
    numbered = [group for group in groups if any(len(entry) > 2 for entry in group.days)]
    if day and any(group.days != (day,) for group in groups):
        raise UnsureError("a column for one day names another")
    if len(groups) > 1 and limits.interval > 1:
        raise UnsureError("which of them is not weekly?")
    if len(groups) > 1 and any(before and (before < len(groups) or not apart) for before, apart in reader.places):
        raise UnsureError("which of them is it said of?")
    if len({bool(group.hours or group.notes) for group in groups}) > 1:
        raise UnsureError("a day without hours among days with hours")
    if limits.monthly and (not groups or len(numbered) < len(groups)):
        raise UnsureError("which week of the month?")
    if limits.interval > 1 and numbered and not limits.monthly:
        raise UnsureError("every other week, and a week of the month")


def _days_then_hours(reader: _Reader) -> Group:
    days = _day_list(reader)
    reader.skip(_SEPARATORS | {"dash"})
    while reader.kind() in ("term", "interval", "monthly", "date_from", "date_until") or _excepted(reader):
        _limit(reader)
        reader.skip(_SEPARATORS)
    return Group(days, *read_hours(reader))


def _excepted(reader: _Reader) -> bool:
    """Whether days are left out before the hours: "Daily (except Tues & Sat) 10-12"."""
    return reader.kind() == "except" and reader.kind(1) in ("day", "days") and not reader.limits.excluded


def _hours_then_days(reader: _Reader) -> Group:
    hours, notes = read_hours(reader)
    reader.skip(_SEPARATORS | {"dash"})
    if not hours:
        raise UnsureError("days without hours among hours")
    return Group(_day_list(reader), hours, notes)


def _only_hours(reader: _Reader, day: str) -> Group:
    hours, notes = read_hours(reader)
    if not hours and not notes:
        raise UnsureError("no hours")
    return Group((day,), hours, notes)


def _all_days(reader: _Reader) -> Group:
    if reader.take().kind != "all_day":
        raise UnsureError("hours without days")
    return Group(DAYS, (ALL_DAY,))


def _day_list(reader: _Reader) -> tuple[str, ...]:
    """ "Mon, Weds & Fri", "Tuesday to Friday", "1st and 3rd Tuesday", "last Friday"."""
    entries: list[str] = []
    while True:
        every = reader.kind() == "every"
        reader.skip(frozenset({"every", "open"}))
        weeks = _weeks(reader)
        if reader.kind() not in ("day", "days"):
            raise UnsureError("no day")
        days = _day_range(reader)
        if weeks and (len(days) > 1 or (every and weeks[0] > 1 and len(weeks) == 1 and not _says_month(reader))):
            raise UnsureError("every second Tuesday: every other week, or the second of the month?")
        entries += [f"{week}{day}" for day in days for week in weeks] or list(days)
        if not _more_days(reader):
            break
    if len({len(entry) > 2 for entry in entries}) > 1:
        raise UnsureError("some of them in one week of the month only")
    return tuple(entries)


def _says_month(reader: _Reader) -> bool:
    return any(token.kind == "monthly" for token in reader.tokens)


def _weeks(reader: _Reader) -> list[int]:
    weeks: list[int] = []
    while reader.kind() == "week":
        weeks.append(reader.take().number)
        if reader.kind() == "joint" and reader.kind(1) == "week":
            reader.take()
    return weeks


def _day_range(reader: _Reader) -> tuple[str, ...]:
    first = reader.take()
    if reader.kind() not in ("dash", "to") or reader.kind(1) != "day":
        return first.days
    reader.take()
    last = reader.take()
    if len(first.days) > 1:
        raise UnsureError("weekdays to a day")
    begin, end = DAYS.index(first.days[0]), DAYS.index(last.days[0])
    return DAYS[begin : end + 1] if begin <= end else DAYS[begin:] + DAYS[: end + 1]


def _more_days(reader: _Reader) -> bool:
    """Whether another day belongs to the list; takes what stands between."""
    ahead = 0
    while reader.kind(ahead) == "joint":
        ahead += 1
    if reader.kind(ahead) not in ("day", "days", "week"):
        return False
    reader.at += ahead
    return True


def _limit(reader: _Reader) -> None:
    """Take what limits the days: terms, months, "fortnightly", dates, days left out, and notes."""
    limits, token = reader.limits, reader.take()
    if token.kind != "note":
        reader.places.append((len(reader.groups), _apart(reader)))
    if token.kind in ("closed", "except"):
        _left_out(reader, token)
    elif token.kind == "month":
        reader.limits = replace(limits, bymonth=_joined(_months(reader, token)))
    elif token.kind == "interval":
        reader.limits = replace(limits, interval=token.number)
    elif token.kind == "monthly":
        reader.places.pop()
        reader.limits = replace(limits, monthly=True, interval=max(limits.interval, token.number))
    elif token.kind == "term":
        reader.limits = replace(limits, term_time=True)
    elif token.kind == "note":
        reader.limits = replace(limits, notes=(*limits.notes, token.text))
    elif token.kind == "date_from":
        reader.limits = replace(limits, dtstart=token.on)
    else:
        reader.limits = replace(limits, until=token.on)


def _apart(reader: _Reader) -> bool:
    """Whether a comma or a line stands before what was just taken; a bracket belongs to the last group only."""
    return reader.at > 1 and reader.tokens[reader.at - 2].text in (",", ";", "\n", ".", "-")


def _left_out(reader: _Reader, token: Token) -> None:
    """ "closed August", "closed Mondays", "except Thursdays 10-12"."""
    reader.skip(frozenset({"open"}))
    if reader.kind() == "month":
        missing = _months(reader, reader.take(), named=True)
        reader.limits = replace(reader.limits, bymonth=_joined(set(range(1, 13)) - missing))
        return
    days = _day_list(reader)
    if any(len(entry) > 2 for entry in days):
        raise UnsureError("not in one week of the month")
    hours, notes = read_hours(reader)
    if notes or (hours and token.kind == "closed"):
        raise UnsureError("closed for a part of the day")
    if hours:
        reader.groups.append(Group(days, hours, exception=True))
        reader.places.pop()
    reader.limits = replace(reader.limits, excluded=(*reader.limits.excluded, *days))


def _months(reader: _Reader, first: Token, *, named: bool = False) -> set[int]:
    """Months in a list or a range; one alone must be said with "in", since "May" and "March" are verbs too."""
    if reader.kind() in ("dash", "to") and reader.kind(1) == "month":
        reader.take()
        last = reader.take().number
        if first.number <= last:
            return set(range(first.number, last + 1))
        return set(range(first.number, 13)) | set(range(1, last + 1))
    months = {first.number}
    while reader.kind() == "joint" and reader.kind(1) == "month":
        reader.take()
        months.add(reader.take().number)
    if len(months) == 1 and not named and " " not in first.text.strip():
        raise UnsureError("a month, or a word?")
    return months


def _joined(months: set[int]) -> str | None:
    return ",".join(str(month) for month in sorted(months)) if 0 < len(months) < 12 else None
