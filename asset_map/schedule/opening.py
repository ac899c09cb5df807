"""Opening times as people write them, read only where they are certain.

The text falls into parts (lines, sentences, semicolons). A part is read when every word in it is understood, or when
the words left over stand before or after the times and change nothing; then its own words stay beside the rule. Any
other part is kept as words alone. Where words such as "except" or "closed" were not understood, nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from asset_map.schedule.groups import Group, Limits, groups_of
from asset_map.schedule.hours import UNCLEAR
from asset_map.schedule.times import DAYS, Times, join_days, join_same
from asset_map.schedule.tokens import Token, UnsureError, plain, tokens_of

_SENTENCE = re.compile(r"\s*[\n;•]+\s*|(?<=[^\s.])\.\s+(?=[A-Z(])")
_ABBREVIATED = re.compile(r"\b(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun|[ap]\.?m|incl?|excl?|approx)$", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:except|excluding|excl|not|no|closed|closes|apart|unless|but|or|other|alternate|alternating|usually|mostly|most"
    r"|some|may|might|var(?:y|ies|iable|ious)|weeks?|fortnight|months?|holidays?|summer|winter|spring|autumn|easter"
    r"|christmas|temporarily|suspended|cancelled|tb[ca]|check|approx\w*|about|around|until|till?|from|before|after|first"
    r"|second|third|last|every|rota|odd|even|days?|currently|previously|was|were|subject|\w+n't)\b|(?<![£\d.,])\d(?!\d?s\b)",
    re.IGNORECASE,
)
_SPOILS = re.compile(
    r"\b(?:except|excluding|not|closed|closes|unless|alternate|alternating|fortnight\w*|temporarily|suspended|cancelled"
    r"|holidays?|term|terms|summer|winter|spring|autumn|easter|christmas|weeks?|until|till?|instead|months?|rota"
    r"|january|february|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_SHUT = re.compile(r"(?:n/?a[ ,-]*)?(?:is |are )?(?:closed|shut)(?: all day)?[.!]?", re.IGNORECASE)
_YES = re.compile(r"(?:yes|y|x|✓|✔|true|open)[.!]?", re.IGNORECASE)
_ON_ASKING = re.compile(r"(?:strictly )?by (?:appointment|arrangement)(?: only)?[.!]?", re.IGNORECASE)
_LEADING = {"word", "dash", "joint", "break", "open", "to"}
_TRAILING = {*_LEADING, "every", "from"}
_BARE = {"joint", "break", "dash", "open", "every"}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the text as read; `words` is what it says where not everything was understood."""

    groups: tuple[Group, ...]
    limits: Limits
    words: str | None


@lru_cache(maxsize=8192)
def read_opening(text: str, day: str | None = None) -> tuple[Times, ...]:
    """What is certain in words such as "Tues 10-12 (term time)", and the rest as descriptions in the source's words.

    `day` ("MO" to "SU") is the day that a column stands for; there "closed" says nothing and "yes" says the day.
    Every part that cannot be read is a `Times` with only a description, so that no word is lost.
    """
    text = text.strip()
    if not text or (day and _SHUT.fullmatch(text)):
        return ()
    if day and _YES.fullmatch(text):
        return (Times(freq="WEEKLY", byday=day),)
    if day and _ON_ASKING.fullmatch(text):
        return (Times(freq="WEEKLY", byday=day, description=text),)
    parts = _split(text)
    read = [_read_part(part, day) for part in parts]
    if any(part is None for part in read) and (whole := _read_part(text, day)) and whole.words is None:
        parts, read = [text], [whole]
    times = _joined(parts, read)
    if times is None:
        label = f"{_name(day)}: {text}" if day else text
        return (Times(description=label),)
    return times


def _joined(parts: Sequence[str], read: Sequence[_Part | None]) -> tuple[Times, ...] | None:
    """Times of all parts, limits without days applied to every one; None where nothing is certain."""
    unread = [part for part, found in zip(parts, read, strict=True) if found is None]
    known = [part for part in read if part is not None]
    groups = [group for part in known for group in part.groups]
    if not groups or any(_SPOILS.search(part) for part in unread):
        return None
    over_all = [part.limits for part in known if not part.groups]
    excluded = {day for part in known for day in part.limits.excluded}
    if len(groups) > 1 and any(limits.interval > 1 for limits in over_all):
        return None
    times: list[Times] = []
    for part in known:
        limits = [part.limits, *over_all] if part.groups else []
        for group in part.groups:
            made = _times(group, limits, excluded, part.words)
            if made is None:
                return None
            times += made
    if unread:
        times.append(Times(description="\n".join(unread)))
    return tuple(dict.fromkeys(join_same(times)))


def _times(group: Group, limits: Sequence[Limits], excluded: set[str], words: str | None) -> list[Times] | None:
    """The times of one group; None where what is left out cannot be taken from its days."""
    days = group.days if group.exception else tuple(day for day in group.days if day not in excluded)
    if not days or (excluded and any(len(day) > 2 for day in days)):
        return None
    one = Times(freq="MONTHLY" if len(days[0]) > 2 else "WEEKLY", byday=join_days(days))
    notes = list(dict.fromkeys(note for limit in limits for note in limit.notes))
    for limit in limits:
        one = replace(
            one,
            interval=max(one.interval, limit.interval),
            bymonth=limit.bymonth or one.bymonth,
            dtstart=limit.dtstart or one.dtstart,
            until=limit.until or one.until,
            term_time=one.term_time or limit.term_time,
        )
    description = words or ", ".join([*group.notes, *notes]) or None
    hours = group.hours or (UNCLEAR,)
    return [replace(one, opens_at=opens, closes_at=closes, description=description) for opens, closes in hours]


def _read_part(part: str, day: str | None) -> _Part | None:
    """One part, or None where it cannot be read for certain."""
    tokens = tokens_of(plain(part))
    first = 0
    while first < len(tokens) and _leads(tokens, first):
        first += 1
    last = len(tokens)
    while last > first and (tokens[last - 1].kind in _TRAILING or _coffee_morning(tokens, last - 1)):
        last -= 1
    outside = tokens[:first] + tokens[last:]
    left_over = [token.text for token in outside if token.kind not in _BARE]
    if any(_CHANGES.search(word) for word in left_over) or _counts(tokens, last):
        return None
    try:
        groups, limits = groups_of(tokens[first:last], day)
    except UnsureError:
        return None
    if not groups and (left_over or limits == Limits()):
        return None
    unclear = any(UNCLEAR in group.hours for group in groups)
    return _Part(groups, limits, part if left_over or unclear else None)


def _leads(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token stands before the times: "from" does not where an hour follows, nor "every" before a day."""
    kind, after = tokens[at].kind, tokens[at + 1].kind if at + 1 < len(tokens) else ""
    if kind in ("from", "until"):
        return after != "clock"
    if kind == "every":
        return after not in ("day", "week")
    return kind in _LEADING or _coffee_morning(tokens, at)


def _counts(tokens: Sequence[Token], last: int) -> bool:
    """Whether the times end in a bare number that counts what follows it: "Monday 3 sessions"."""
    number = tokens[last - 1].clock if 0 < last < len(tokens) and tokens[last].kind in ("word", "open") else None
    return number is not None and number.bare and tokens[last - 2].kind not in ("dash", "to")


def _coffee_morning(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word such as "morning" belongs to the word before it, as in "coffee morning"."""
    return tokens[at].kind == "hint" and at > 0 and tokens[at - 1].kind == "word"


def _split(text: str) -> list[str]:
    """Lines, sentences and what semicolons part, in the source's words; "Tues. Weds." is one sentence."""
    parts: list[str] = []
    begins = 0
    for match in _SENTENCE.finditer(text):
        before = text[begins : match.start()]
        if match.group().strip() in ("", ".") and "\n" not in match.group() and _ABBREVIATED.search(before):
            continue
        parts.append(before.strip())
        begins = match.end()
    parts.append(text[begins:].strip())
    return [part for part in parts if part.strip(" .,;-–")]


def _name(day: str) -> str:
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[DAYS.index(day)]
