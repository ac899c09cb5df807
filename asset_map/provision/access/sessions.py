"""How much of something an asset is: sessions a week, and how far its record is to be trusted for its age."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from asset_map.asset import Assurance, Schedule

WEEKS, TERM_WEEKS, MONTHS = 52.0, 39.0, 12.0
"""In a year; schools in England are open for 190 days, which is 38 weeks and some, spread over 39."""
FLOOR, UNDATED = 0.5, 0.75
"""What is left of a session on a record that nobody has confirmed for many years, and where no date is known."""


def sessions_a_week(schedules: Iterable[Schedule], today: date | None = None) -> float | None:
    """Sessions a week over a year; None where no rule is known, only words or nothing at all.

    A day on which it is open counts as one session. What ended before `today` does not count.
    """
    running = [one for one in schedules if not (today and one.until and one.until < today)]
    known = [_rate(one) for one in running if one.freq is not None]
    return sum(known) if known else None


def _rate(schedule: Schedule) -> float:
    days = [day.strip() for day in (schedule.byday or "").split(",") if day.strip()]
    months = len({month.strip() for month in (schedule.bymonth or "").split(",") if month.strip()})
    every = max(1, schedule.interval)
    # In a year an ordinal such as "1TU" comes once a month, a bare "TU" every week.
    a_month = sum(1.0 if any(map(str.isdigit, day)) else WEEKS / MONTHS for day in days) or 1.0
    if schedule.freq == "YEARLY":
        a_year = (a_month * months if days and months else float(months or len(days) or 1)) / every
        return a_year / WEEKS
    rate = {"DAILY": 7.0, "WEEKLY": float(len(set(days)) or 1), "MONTHLY": a_month * MONTHS / WEEKS}
    share = months / MONTHS if months else 1.0
    return rate[schedule.freq or "WEEKLY"] / every * share * (TERM_WEEKS / WEEKS if schedule.term_time else 1.0)


def age_discount(assurance: Assurance | None, today: date) -> float:
    """1 for what was confirmed within a year, then halving its distance to FLOOR every two years: a gentle discount."""
    if assurance is None:
        return UNDATED
    years = max(0.0, (today - assurance.on).days / 365.25 - 1)
    return FLOOR + (1 - FLOOR) * float(0.5 ** (years / 2))
