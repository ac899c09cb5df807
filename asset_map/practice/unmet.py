"""Unmet asks: what people wanted to do and could not get, with the area, the reason and the month, and nothing else.

Nothing here can point to a person: no name, no postcode, no day, no words of theirs. What is published holds against
differencing by the way it is cut:

* only asks written with this kind and edition of area count, so wards and the LSOAs inside them share none;
* each term by itself, without the terms that are kinds of it;
* half-years that do not overlap, as soon as they have been over for a month; from then on nothing is added to them;
* the areas of one place (such as a council) together. Sums over terms and places are made of published numbers alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from asset_map.asset import AreaCode
from asset_map.errors import BadInput

REASONS: dict[str, str] = {
    "nothing_there": "nothing there",
    "too_far": "too far",
    "wrong_time": "not at the right time",
    "cost": "costs too much",
    "access": "not step-free, or hard to use",
    "full": "full",
    "not_right": "there was something, but not right for them",
}
"""Why nothing suited: id and words for the screen."""
EARLIEST = "2000-01"
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class UnmetAsk:
    """Something that somebody in an area asked for and could not get. `month` is like "2026-11"."""

    term: str
    area: AreaCode
    reason: str
    month: str


@dataclass(frozen=True, slots=True)
class Period:
    """A half-year, from its first month to its last, such as "2026-04" to "2026-09"."""

    first: str
    last: str

    @property
    def label(self) -> str:
        """As people say it: "April to September 2026"."""
        (year, month), (end_year, end) = (map(int, name.split("-")) for name in (self.first, self.last))
        started = f" {year}" if year != end_year else ""
        return f"{MONTHS[month - 1]}{started} to {MONTHS[end - 1]} {end_year}"

    @property
    def months(self) -> tuple[str, ...]:
        """Its six months, in order."""
        year, month = map(int, self.first.split("-"))
        return tuple(f"{year + (month + n - 1) // 12}-{(month + n - 1) % 12 + 1:02}" for n in range(6))


def month_of(day: date) -> str:
    """The month of a day, such as "2026-11"."""
    return day.isoformat()[:7]


def published_period(today: date) -> Period:
    """The newest half-year (April to September, October to March) that has been over for a whole month.

    The month in between is for asks that are written down late.
    """
    if today.month >= 11:
        return Period(f"{today.year}-04", f"{today.year}-09")
    if today.month >= 5:
        return Period(f"{today.year - 1}-10", f"{today.year}-03")
    return Period(f"{today.year - 1}-04", f"{today.year - 1}-09")


def read_month(text: str, today: date, *, late: bool = False) -> str:
    """A month for an unmet ask; raises BadInput for one in the future, before 2000, or whose numbers are out already.

    `late` takes those too: for bringing in an older list before anybody has read the numbers.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise BadInput(f"month {text!r} is not one; expected one like {month_of(today)!r}, without a day")
    if text > month_of(today):
        raise BadInput(f"month {text!r} has not come yet; it is {month_of(today)}")
    if text < EARLIEST:
        raise BadInput(f"month {text!r} is too long ago; expected {EARLIEST} or later")
    out = published_period(today).last
    if text <= out and not late:
        raise BadInput(
            f"month {text!r} is closed: the numbers up to {out} are out, and a later change could point to a person; "
            f"leave the month out to count it in {month_of(today)}"
        )
    return text
