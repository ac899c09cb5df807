"""Must-haves, times and ages: fits, does not fit, or nobody has said. Unknown is not no."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from asset_map.asset import Asset, Known, Schedule
from asset_map.match import Ask, Chip, Reason
from asset_map.match.words import ask_whom
from asset_map.schedule import part_of_day, runs_on

DAYS = {
    "MO": "Mondays",
    "TU": "Tuesdays",
    "WE": "Wednesdays",
    "TH": "Thursdays",
    "FR": "Fridays",
    "SA": "Saturdays",
    "SU": "Sundays",
}
ACCESS_WORDS = {
    "step_free": "step-free",
    "toilet": "an accessible toilet",
    "parking": "accessible parking",
    "changing": "a changing place",
    "hearing_loop": "a hearing loop",
    "transport": "transport provided",
    "quiet": "quiet",
    "carer_free": "free for a carer",
}
MUST_WORDS = {
    "free": "free",
    "women_only": "for women only",
    "men_only": "for men only",
    "online": "online",
    **ACCESS_WORDS,
}

GROWN_UP = frozenset({"partner", "older"})
"""Audiences that a group for children is not for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an asset stands to what must be: `against` says why it does not fit; `unsaid` what nobody has said."""

    reasons: tuple[Reason, ...] = ()
    unsaid: tuple[str, ...] = ()
    against: str | None = None


def judge(asset: Asset, ask: Ask) -> Verdict:
    """Hold an asset against every must-have, time, age and unwanted thing of an ask."""
    reasons: list[Reason] = []
    unsaid: list[str] = []
    whom = ask_whom(asset)
    for chip in ask.of("must", "time", "audience"):
        known, words, field = _look(asset, chip)
        if known == "no":
            return Verdict(against=_against(chip, words))
        if known == "yes" and field and not (chip.value or "").startswith("-"):
            reasons.append(Reason(kind="must", text=_sentence(words), field=field))
        elif known == "unknown":
            unsaid.append(f"{_sentence(words)}: not known.{f' {whom}.' if whom else ''}")
    return Verdict(tuple(reasons), tuple(unsaid))


def unwanted(asset: Asset, ask: Ask) -> str | None:
    """The words of the ask that say this is not wanted, if an asset is plainly that."""
    strong = {term.id for term in asset.terms if term.strength >= 0.6}
    for chip in ask.of("not"):
        if chip.terms and chip.terms[0].id in strong:
            return chip.words
    return None


def _against(chip: Chip, words: str) -> str:
    if (chip.value or "").startswith("-"):
        return words.replace("other than", "only")
    return f"not {words}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _look(asset: Asset, chip: Chip) -> tuple[Known, str, str]:
    """(yes, no or unknown; what it is about in words; the field to check); yes without a field is nothing to say."""
    value = chip.value or ""
    if chip.kind == "must":
        look = _MUSTS.get(value)
        known = look(asset) if look else _access(asset, value)
        return known, MUST_WORDS.get(value, chip.words), _field(value)
    if chip.kind == "time":
        return _time(asset, value), _time_words(value), "schedules"
    return _audience(asset, value)


def _field(value: str) -> str:
    return {"free": "free", "online": "online", "women_only": "eligibility", "men_only": "eligibility"}.get(
        value, "accessibility"
    )


def _access(asset: Asset, name: str) -> Known:
    said = [fact.known for fact in asset.accessibility if fact.name == name and fact.known != "unknown"]
    return said[0] if said else "unknown"


def _free(asset: Asset) -> Known:
    if asset.free is None:
        return "unknown"
    return "yes" if asset.free else "no"


def _online(asset: Asset) -> Known:
    if asset.online:
        return "yes"
    return "no" if asset.locations else "unknown"


def _only(for_whom: str, others: str) -> Callable[[Asset], Known]:
    def look(asset: Asset) -> Known:
        said = " ".join((asset.name, *asset.eligibility, asset.eligibility_description or "")).casefold()
        words = set(re.findall(r"[a-z]+", said.replace("’", "").replace("'", "")))
        if words & set(for_whom.split()):
            return "yes"
        return "no" if words & set(others.split()) else "unknown"

    return look


WOMEN, MEN = "women womens woman ladies girls female females", "men mens man gentlemen boys male males"
_MUSTS: dict[str, Callable[[Asset], Known]] = {
    "free": _free,
    "online": _online,
    "women_only": _only(WOMEN, MEN),
    "men_only": _only(MEN, WOMEN),
}


def _time(asset: Asset, value: str) -> Known:
    """Whether something happens when it should. "-TU" fits whatever has another day to offer."""
    certain = [s for s in asset.schedules if s.byday or s.opens_at]
    if not certain:
        return "unknown"
    wanted = value.lstrip("-")
    on = [(_besides if value.startswith("-") else _at)(schedule, wanted) for schedule in certain]
    if "yes" in on:
        return "yes"
    return "unknown" if "unknown" in on else "no"


def _besides(times: Schedule, unwanted: str) -> Known:
    """Whether something happens at another time than the unwanted one."""
    if unwanted in DAYS or unwanted == "weekend":
        if not times.byday:
            return "unknown"
        days = {"SA", "SU"} if unwanted == "weekend" else {unwanted}
        return "yes" if {entry[-2:] for entry in times.byday.split(",")} - days else "no"
    if not times.opens_at:
        return "unknown"
    return "yes" if set(part_of_day(times.opens_at, times.closes_at)) - {unwanted} else "no"


def _at(times: Schedule, wanted: str) -> Known:
    if wanted in DAYS:
        if not times.byday:
            return "unknown"
        return "yes" if runs_on(times.byday, wanted) else "no"
    if wanted == "weekend":
        if not times.byday:
            return "unknown"
        return "yes" if runs_on(times.byday, "SA") or runs_on(times.byday, "SU") else "no"
    if not times.opens_at:
        return "unknown"
    if wanted == "evening":
        # Offices that close at six are not an evening out.
        return "yes" if times.opens_at >= "17:00" or (times.closes_at or "") >= "19:00" else "no"
    return "yes" if wanted in part_of_day(times.opens_at, times.closes_at) else "no"


def _time_words(value: str) -> str:
    wanted = value.lstrip("-")
    words = f"on {DAYS[wanted]}" if wanted in DAYS else {"weekend": "at the weekend"}.get(wanted, f"in the {wanted}")
    return f"other than {words}" if value.startswith("-") else words


def _audience(asset: Asset, value: str) -> tuple[Known, str, str]:
    """Ages decide; other audiences only speak for an asset that names them."""
    if value.startswith("age:"):
        return _age(asset, value.removeprefix("age:"))
    if value in GROWN_UP and asset.maximum_age is not None and asset.maximum_age < 18:
        return ("no", "for grown-ups", "maximum_age")
    return ("yes", "", "")


def _age(asset: Asset, value: str) -> tuple[Known, str, str]:
    youngest = int(re.sub(r"\D.*", "", value) or 0)
    oldest = 120 if value.endswith("+") else int(re.sub(r".*\D", "", value) or youngest)
    words = f"for somebody aged {value.rstrip('+')}{' or over' if value.endswith('+') else ''}"
    if asset.minimum_age is None and asset.maximum_age is None:
        return ("yes", "", "") if youngest >= 18 else ("unknown", words, "minimum_age")
    fits = (asset.minimum_age or 0) <= oldest and (asset.maximum_age or 120) >= youngest
    return ("yes" if fits else "no", words, "minimum_age")
