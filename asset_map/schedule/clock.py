"""Hours as people write them, and the rule for hours without am or pm.

Certain: "7pm", "12 noon", "14.30", "09:00". Half of a range tells the other half: "9-5pm" is 9am to 5pm, "10am-2" is
10am to 2pm. Hours without any mark follow one rule: 9, 10 and 11 begin in the morning, 12 is noon, 1 to 6 are in the
afternoon, and the end is the next such hour after the start. A start at 7 or 8 may be either and is read only where
the end decides it ("8.30-4.30") or a word does ("Thursday evenings 7-9"). One time of the 24-hour kind (13 or more, or
a leading nought) makes every bare time beside it one of that kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Half = Literal["am", "pm"]
NOON, DAY = 12 * 60, 24 * 60
AFTERNOON = range(60, 7 * 60)
MORNING = range(9 * 60, NOON)
LATEST_NIGHT_END, EARLIEST_NIGHT_START = 6 * 60, 17 * 60

CLOCK = re.compile(
    r"(?<![\d.£/])(?:(?:12\s*)?(?P<named>noon|midday|midnight)\b"
    r"|(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d)(?::00)?(?P<hrs>\s*h(?:ou)?rs?\b)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?|\s*o['’ ]?clock\b)?"
    r"(?![\w%]|/\d|[.:]\d|\s*(?:weeks?|h(?:ou)?rs?|min|years?|yrs?)\b)"
    r"|(?P<four>(?:[01]\d|2[0-3])[0-5][05])(?P<marked>\s*h(?:ou)?rs?\b)?(?!\d))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as written: minutes on the face of the clock, which half of the day if said, and how it was written."""

    face: int
    half: Half | None = None
    full: bool = False
    plain: bool = False

    @property
    def bare(self) -> bool:
        """Whether it is a number like any other: "10", and not "10am" or "10.00"."""
        return self.plain and self.half is None

    @property
    def known(self) -> int | None:
        """Minutes after midnight, where am, pm or the 24-hour clock say so."""
        if self.full:
            return self.face
        if self.half is None:
            return None
        return self.face % NOON + (NOON if self.half == "pm" else 0)


def read_clock(match: re.Match[str]) -> Clock | None:
    """The time that a match of `CLOCK` writes; None for one that no clock shows, such as 31 or 25:10."""
    if match["named"]:
        return Clock(0 if match["named"].lower() == "midnight" else NOON, full=True)
    if match["four"]:
        hours, minutes = int(match["four"][:2]), int(match["four"][2:])
        return Clock(hours * 60 + minutes, full=True, plain=not match["marked"])
    hours, minutes = int(match["hour"]), int(match["minute"] or 0)
    if hours > 24 or (hours == 24 and minutes):
        return None
    face = hours % 24 * 60 + minutes
    half: Half | None = {"a": "am", "p": "pm"}.get((match["half"] or "").lower())  # type: ignore[assignment]
    if hours > 12 or hours == 0 or match["hrs"]:
        return None if half == "am" and hours > 12 else Clock(face, full=True, plain=not match["minute"])
    if half:
        return Clock(face, half)
    nought = match["hour"].startswith("0") and match["minute"] is not None
    return Clock(face, full=nought, plain=not match["minute"])


def read_range(start: Clock, end: Clock, hint: Half | None, full_day: bool) -> tuple[str, str] | None:
    """Opening and closing as "HH:MM", or None where am and pm are not certain."""
    start, end = _as_full(start, full_day), _as_full(end, full_day)
    begins, ends = start.known, end.known
    if begins is None:
        begins = _begin(start.face, end, hint)
    if begins is None:
        return None
    if ends is None or (end.full and end.half is None and begins < NOON and ends < begins and 0 < end.face < NOON):
        ends = _next(end.face, begins)
    overnight = ends <= LATEST_NIGHT_END or begins >= EARLIEST_NIGHT_START
    if ends == begins or (ends < begins and not overnight) or (hint == "am" and begins >= NOON):
        return None
    return _text(begins), _text(ends)


def read_start(start: Clock, hint: Half | None, full_day: bool) -> str | None:
    """A lone time as "HH:MM", or None where am and pm are not certain, and for a bare number above 12."""
    start = _as_full(start, full_day)
    known = start.known
    if known is None:
        known = _by_rule(start.face, hint)
    if known is None or (start.plain and start.full) or (hint == "am" and known >= NOON):
        return None
    return _text(known)


def _as_full(clock: Clock, full_day: bool) -> Clock:
    return Clock(clock.face, full=True, plain=clock.plain) if full_day and clock.half is None else clock


def _begin(face: int, end: Clock, hint: Half | None) -> int | None:
    """When a range begins whose start says neither am nor pm."""
    ends = end.known
    if ends is not None and not (end.full and 0 < end.face < NOON):
        return _before(face, ends, hint)
    if ends is None and _by_rule(face, hint) is None:
        # Only the morning reading ends after it begins and still in the day: "8.30-4.30", "8-12".
        return face if (end.face % NOON < face % NOON and end.face < 7 * 60) or end.face == NOON else None
    return _by_rule(face, hint)


def _before(face: int, ends: int, hint: Half | None) -> int | None:
    """The start nearest before a known end. "7-12pm" and "9-12am" often mean the other twelve, and are not read."""
    if hint is not None:
        return _by_rule(face, hint)
    if ends in (0, NOON):
        return face if ends == NOON and 8 * 60 <= face < NOON else None
    latest = [moment for moment in (face % NOON, face % NOON + NOON) if moment < ends]
    return max(latest, default=None)


def _by_rule(face: int, hint: Half | None) -> int | None:
    if hint is not None:
        return face % NOON + (NOON if hint == "pm" else 0)
    if face in MORNING or NOON <= face < NOON + 60:
        return face
    return face + NOON if face in AFTERNOON else None


def _next(face: int, begins: int) -> int:
    """The first time after `begins` that shows `face` on a twelve-hour clock, in minutes after midnight."""
    later = face % NOON
    while later <= begins:
        later += NOON
    return later % DAY


def _text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
