"""The rule for when something happens, in the words of RFC 5545, and the dates it gives in local time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import islice, takewhile
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from asset_map.errors import BadInput

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
FREQUENCIES: tuple[Frequency, ...] = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PartOfDay = Literal["morning", "afternoon", "evening"]

DAYS: tuple[str, ...] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""The days of the week as RFC 5545 writes them, in the order in which they are listed."""

PARTS_OF_DAY: tuple[tuple[PartOfDay, str, str], ...] = (
    ("morning", "00:00", "12:00"),
    ("afternoon", "12:00", "17:00"),
    ("evening", "17:00", "24:00"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When something happens, field by field as in `asset.Schedule`.

    With only `description` the words are all that is known. Beside a rule, `description` holds words that the rule
    does not cover, such as "until late" or "except bank holidays".
    """

    freq: Frequency | None = None
    interval: int = 1
    byday: str | None = None
    bymonth: str | None = None
    dtstart: date | None = None
    until: date | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    timezone: str = "Europe/London"
    term_time: bool = False
    description: str | None = None


class Timing(Protocol):
    """Anything with the fields of `Times`: an `asset.Schedule` is one too."""

    @property
    def freq(self) -> Frequency | None: ...
    @property
    def interval(self) -> int: ...
    @property
    def byday(self) -> str | None: ...
    @property
    def bymonth(self) -> str | None: ...
    @property
    def dtstart(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...
    @property
    def opens_at(self) -> str | None: ...
    @property
    def closes_at(self) -> str | None: ...
    @property
    def timezone(self) -> str: ...
    @property
    def term_time(self) -> bool: ...
    @property
    def description(self) -> str | None: ...


def join_days(days: Iterable[str]) -> str:
    """ "MO,TH" or "1TU,-1FR" from entries in any order, each once, in the order of the week."""
    return ",".join(sorted(set(days), key=_day_order))


def runs_on(byday: str | None, day: str) -> bool | None:
    """Whether "MO,TH" or "1TU,3TU" includes a day such as "TU"; None where no day is known."""
    if not byday:
        return None
    return any(entry.endswith(day) for entry in byday.split(","))


def part_of_day(opens_at: str | None, closes_at: str | None) -> tuple[PartOfDay, ...]:
    """The parts of the day it runs in: morning before 12, afternoon to 17, evening from 17; () where not known.

    With no closing time, or one after midnight, the opening time alone speaks for the rest.
    """
    if not opens_at:
        return ()
    closes = opens_at if closes_at is None else "24:00" if closes_at <= opens_at else closes_at
    parts = [name for name, begins, ends in PARTS_OF_DAY if opens_at < ends and (closes > begins or opens_at >= begins)]
    return tuple(parts)


def occurrences(times: Timing, start: datetime | date, count: int) -> tuple[datetime, ...]:
    """The first `count` beginnings at or after `start`, in the local time of `times.timezone`, clock changes included.

    A plain date or a time without a zone is local. Where the hour is not known it is midnight; an hour that the
    clocks skip is moved on, as RFC 5545 has it. Terms differ by council and are not taken out. Nothing comes back
    where the dates cannot be known: no days, or every other week without a first date.
    """
    zone = ZoneInfo(times.timezone)
    begin = _local(start, zone)
    found = (
        moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        for moment in _moments(times, begin)
        if moment >= begin
    )
    return tuple(islice(found, max(count, 0)))


def to_rrule(times: Timing) -> str | None:
    """The rule as RFC 5545 text such as "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"; None where there is no rule.

    Days without a frequency are weekly, which is how Open Referral UK is read.
    """
    freq = times.freq or ("WEEKLY" if times.byday else None)
    if freq is None:
        return None
    parts = [f"FREQ={freq}"]
    if times.interval > 1:
        parts.append(f"INTERVAL={times.interval}")
    if times.bymonth:
        parts.append(f"BYMONTH={times.bymonth}")
    if times.byday:
        parts.append(f"BYDAY={times.byday}")
    if times.until:
        parts.append(f"UNTIL={times.until:%Y%m%d}T235959")
    return ";".join(parts)


def from_rrule(text: str) -> Times:
    """The rule that RFC 5545 text states; raises BadInput for what a schedule cannot hold, such as BYSETPOS."""
    rule = text.strip().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    unknown = sorted(set(parts) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "UNTIL", "WKST"})
    if unknown:
        raise BadInput(f"rule {text!r}: {', '.join(unknown)} cannot be kept; use FREQ, INTERVAL, BYDAY, BYMONTH, UNTIL")
    freq = next((freq for freq in FREQUENCIES if freq == parts.get("FREQ")), None)
    if freq is None:
        raise BadInput(f"rule {text!r}: no frequency; expected one like 'FREQ=WEEKLY;BYDAY=TU'")
    try:
        _endless(rule.upper(), datetime(2000, 1, 1))
        times = Times(
            freq=freq,
            interval=int(parts.get("INTERVAL", "1")),
            byday=join_days(entry.lstrip("+") for entry in parts["BYDAY"].split(",")) if parts.get("BYDAY") else None,
            bymonth=parts.get("BYMONTH") or None,
            until=datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date() if parts.get("UNTIL") else None,
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BadInput(f"rule {text!r} cannot be read; expected one like 'FREQ=WEEKLY;BYDAY=TU'") from error
    if times.interval < 1:
        raise BadInput(f"rule {text!r}: INTERVAL must be 1 or more")
    return times


def join_same(times: Iterable[Times]) -> tuple[Times, ...]:
    """Weekly times that differ only in their days, as one: Monday 9 to 5 and Tuesday 9 to 5 become both days."""
    merged: dict[Times, set[str]] = {}
    for one in times:
        plain = replace(one, byday=None) if one.freq == "WEEKLY" and one.byday else one
        merged.setdefault(plain, set()).update((one.byday or "").split(",") if plain is not one else ())
    return tuple(replace(one, byday=join_days(days)) if days else one for one, days in merged.items())


def _day_order(entry: str) -> tuple[int, int, str]:
    week = entry[:-2]
    position = int(week) if week.lstrip("-").isdigit() else 0
    day = DAYS.index(entry[-2:]) if entry[-2:] in DAYS else len(DAYS)
    return (day, position if position >= 0 else 100 + position, entry)


def _local(start: datetime | date, zone: ZoneInfo) -> datetime:
    if not isinstance(start, datetime):
        return datetime.combine(start, time())
    return start if start.tzinfo is None else start.astimezone(zone).replace(tzinfo=None)


def _moments(times: Timing, begin: datetime) -> Iterator[datetime]:
    """Local beginnings without a zone, from the first date on."""
    hour = time.fromisoformat(times.opens_at) if times.opens_at else time()
    rule = to_rrule(times)
    if rule is None:
        return iter(() if times.dtstart is None else (datetime.combine(times.dtstart, hour),))
    if times.dtstart is None and (times.interval > 1 or (not times.byday and times.freq != "DAILY")):
        return iter(())
    first = datetime.combine(times.dtstart or begin.date(), hour)
    until = times.until
    later = _endless(rule, first).xafter(max(begin, first), inc=True)
    return later if until is None else takewhile(lambda moment: moment.date() <= until, later)


def _endless(rule: str, first: datetime) -> rrule:
    """The rule without its end: `until` is a local date here, and dateutil wants the zones of both to agree."""
    found = rrulestr(";".join(part for part in rule.split(";") if not part.startswith("UNTIL")), dtstart=first)
    if not isinstance(found, rrule):
        raise TypeError(rule)
    return found
