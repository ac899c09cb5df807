"""Plain English for when something happens; `read_opening` understands every sentence made here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from asset_map.schedule.times import DAYS, Timing

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMES = dict(zip(DAYS, DAY_NAMES, strict=True))
MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
WEEKS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}
ALL_DAY = "all day"
WEEKEND = list(DAYS[5:])


def say(times: Timing) -> str:
    """One line such as "Tuesdays 10am to 12 noon" or "1st and 3rd Tuesday of the month, 10am to 12 noon, term time".

    Words that the rule does not cover follow in brackets; "" where nothing is known at all.
    """
    days, hours = _days(times), _hours(times)
    joint = ", " if "month" in days or hours == ALL_DAY else " "
    parts = [joint.join(part for part in (days, hours) if part)]
    parts += [_months(times.bymonth), "term time" if times.term_time else ""]
    parts += [
        f"from {_date(times.dtstart)}" if times.dtstart else "",
        f"until {_date(times.until)}" if times.until else "",
    ]
    said = ", ".join(part for part in parts if part)
    words = (times.description or "").strip()
    if said and words:
        return f"{said} ({words})"
    return said or words


def say_time(clock: str) -> str:
    """ "10:00" is "10am", "12:00" is "12 noon", "19:30" is "7.30pm", "00:00" is "midnight"."""
    hour, minute = int(clock[:2]) % 24, int(clock[3:5])
    if (hour, minute) == (0, 0):
        return "midnight"
    if (hour, minute) == (12, 0):
        return "12 noon"
    minutes = f".{minute:02d}" if minute else ""
    return f"{(hour - 1) % 12 + 1}{minutes}{'am' if hour < 12 else 'pm'}"


def _hours(times: Timing) -> str:
    if times.opens_at and times.closes_at:
        if (times.opens_at, times.closes_at) == ("00:00", "23:59"):
            return ALL_DAY
        return f"{say_time(times.opens_at)} to {say_time(times.closes_at)}"
    if times.opens_at:
        return f"from {say_time(times.opens_at)}"
    return f"until {say_time(times.closes_at)}" if times.closes_at else ""


def _days(times: Timing) -> str:
    entries = times.byday.split(",") if times.byday else []
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}.get(times.freq or "", "week")
    numbered = [entry for entry in entries if entry not in NAMES]
    if numbered:
        said = f"{_weeks(entries)} of the month"
        return said if times.interval == 1 else f"every {times.interval} months, {said}"
    if not entries:
        if times.freq is None:
            return ""
        return f"every {unit}" if times.interval == 1 else f"every {times.interval} {unit}s"
    if times.interval == 1:
        return _weekly(entries)
    days = _listed([NAMES[entry] for entry in entries])
    return f"every other {days}" if times.interval == 2 else f"every {times.interval} weeks on {days}"


def _weekly(entries: list[str]) -> str:
    if entries == list(DAYS):
        return "every day"
    if entries == WEEKEND:
        return "Saturdays and Sundays"
    first, last = DAYS.index(entries[0]), DAYS.index(entries[-1])
    if len(entries) > 2 and entries == list(DAYS[first : last + 1]):
        return f"{NAMES[entries[0]]} to {NAMES[entries[-1]]}"
    return _listed([f"{NAMES[entry]}s" for entry in entries])


def _weeks(entries: list[str]) -> str:
    """ "1st and 3rd Tuesday and last Friday" from "1TU", "3TU", "-1FR"."""
    by_day: dict[str, list[str]] = {}
    for entry in entries:
        week = int(entry[:-2]) if entry[:-2] else 0
        by_day.setdefault(entry[-2:], []).append(WEEKS.get(week, f"{abs(week)}th to last" if week < 0 else f"{week}th"))
    return _listed([f"{_listed(weeks)} {NAMES.get(day, day)}" for day, weeks in by_day.items()])


def _months(bymonth: str | None) -> str:
    months = sorted({int(month) for month in bymonth.split(",")} & set(range(1, 13))) if bymonth else []
    missing = [month for month in range(1, 13) if month not in months]
    if not months or not missing:
        return ""
    if len(months) > 2 and months == list(range(months[0], months[-1] + 1)):
        return f"{MONTHS[months[0]]} to {MONTHS[months[-1]]}"
    if len(missing) <= 3:
        return f"not in {_listed([MONTHS[month] for month in missing])}"
    return f"in {_listed([MONTHS[month] for month in months])}"


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
