"""Plain English for what an asset says of itself."""

from __future__ import annotations

from datetime import date

from asset_map.asset import Asset, Schedule
from asset_map.geo import walking_minutes
from asset_map.phone import phone_for_screen
from asset_map.schedule import say

LONG_WALK_MINUTES = 45


def how_far(metres: float) -> str:
    """ "0.9 km away, about 15 minutes on foot"; far places without the walk."""
    minutes = walking_minutes(metres)
    far = f"{metres / 1000:.1f} km away"
    if minutes > LONG_WALK_MINUTES:
        return far
    return f"{far}, about {minutes} minute{'' if minutes == 1 else 's'} on foot"


def age_in_words(on: date, today: date) -> str:
    """How long ago, in the largest unit that fits: "today", "3 weeks ago", "2 years ago"."""
    days = (today - on).days
    if days <= 0:
        return "today"
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= size:
            number = days // size
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "today"


def ask_whom(asset: Asset) -> str:
    """Who to ask, and how: "Ask Jo on 0161 496 0000"; "" where nobody has said."""
    named = next((c for c in asset.contacts if c.name and c.visibility == "public"), None)
    name = f" {named.name}" if named and "contacts" not in asset.workers_only else ""
    phones = [*(named.phones if named else ()), *asset.phones]
    if phones and "phones" not in asset.workers_only:
        return f"Ask{name} on {phone_for_screen(phones[0].number)}"
    emails = [*([named.email] if named and named.email else []), *asset.emails]
    if emails and "emails" not in asset.workers_only:
        return f"Ask{name} at {emails[0]}"
    if asset.website and "website" not in asset.workers_only:
        return f"Ask{name} through {asset.website}"
    return f"Ask{name}" if name else ""


def schedule_in_words(schedule: Schedule) -> str:
    """One schedule as people say it; the source's own words where nothing else is certain."""
    if schedule.freq is None and schedule.opens_at is None:
        return schedule.description or ""
    return say(schedule)


def schedules_in_words(asset: Asset) -> str:
    """Every schedule of an asset, "" where nobody has said."""
    said = (schedule_in_words(schedule) for schedule in asset.schedules)
    return "; ".join(dict.fromkeys(words for words in said if words))
