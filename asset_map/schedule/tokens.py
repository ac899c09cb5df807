"""The words of opening times, cut into tokens. Whatever is not in this table is a word that the reader must keep."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from asset_map.schedule.clock import CLOCK, Clock, Half, read_clock
from asset_map.schedule.saying import MONTHS
from asset_map.schedule.times import DAYS


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: what it is (a name of the table below, "clock" or "word") and what it means."""

    kind: str
    text: str
    days: tuple[str, ...] = ()
    clock: Clock | None = None
    number: int = 0
    half: Half | None = None
    on: date | None = None


class UnsureError(ValueError):
    """The words can mean more than one thing, or something that a schedule cannot hold."""


@dataclass(slots=True)
class Cursor:
    """A place among tokens. `full_day` says that some time there is of the 24-hour kind."""

    tokens: Sequence[Token]
    full_day: bool
    at: int = 0

    def kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].kind if 0 <= place < len(self.tokens) else ""

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def skip(self, kinds: frozenset[str]) -> None:
        while self.kind() in kinds:
            self.at += 1


_DAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_DATE = rf"(?P<{{0}}_d>\d{{{{1,2}}}})(?:st|nd|rd|th)?\s+(?P<{{0}}_m>{_MONTH})\s+(?P<{{0}}_y>20\d\d)\b"
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "other": 2, "alternate": 2}
_HOLIDAYS = r"(?:public |school )?(?:bank|public) (?:and public )?hol(?:iday)?s?"
_NOTES = (
    rf"(?:except|excluding|excl?\.?|not(?: open)?|closed|including|inc\.?)(?: on| for)?(?: all)? {_HOLIDAYS}"
    r"|(?:by|strictly by) appointment(?: only)?|drop[- ]?in|booking (?:is )?(?:essential|required|advised)"
    r"|(?:please )?(?:ring|call|phone)(?: first| ahead)"
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("note", _NOTES),
    ("date_from", r"(?:from|starting|starts|beginning)\s+" + _DATE.format("from")),
    ("date_until", r"(?:until|till|ends|ending)\s+" + _DATE.format("until")),
    ("term", r"(?:during |in )?(?:the )?(?:school )?term(?:[- ]?times?)?(?: only)?\b|(?:during|in) term\b"),
    ("interval", r"fortnightly|every fortnight|alternate|every (?:other|alternate)\b(?! month)"
                 r"|every (?P<weeks>\d|two|three|four|five|six) weeks(?: on)?"),
    ("monthly", r"(?:(?:of|in) )?(?:the|each|every|a|per) month|of month|monthly|"
                r"every (?P<months>\d|two|three|four|five|six|other) months?"),
    ("days", r"week ?days?|week ?ends?|daily|every ?day|(?:seven|7) days(?: (?:a|per) week)?|all week"),
    ("all_day", r"(?:open )?24 ?(?:hours?|hrs?)(?: a day)?\b|24/7|all day"),
    ("day", rf"(?P<name>{_DAY})(?:['’]?s)?\b\.?"),
    ("week", r"(?P<nth>1st|first|2nd|second|3rd|third|4th|fourth|5th|fifth|last)\b"),
    ("late", r"(?:-|to|'?till?|until)\s*late\b|onwards?\b"),
    ("hint", r"(?P<half>mornings?|a\.?m\.?|afternoons?|eve(?:ning)?s?|nights?|p\.?m\.?)(?!\w)"),
    ("except", r"(?:except|excluding|excl\.?|not|but not|apart from)(?: on| in)?\b"),
    ("closed", r"closed(?: on| in| during| for| throughout)?\b"),
    ("month", rf"(?:in |throughout )?(?P<in_month>{_MONTH})\b\.?"),
    ("every", r"every|each"),
    ("from", r"(?:from|starts? at|starting at|at|between)\b|@"),
    ("until", r"'?till?\b|until|up to"),
    ("to", r"to\b|through\b|thru\b"),
    ("dash", r"[-=]"),
    ("joint", r"and\b|&|,|/|\+"),
    ("break", r"[;:.()\[\]\n]"),
    ("open", r"open(?:s|ing)?(?: (?:times?|hours?))?|weekly|the|on|hours|sessions?(?: times?)?|only|is|are"),
)  # fmt: skip
_SIGNS = ("dash", "joint", "break", "from")
_TABLE = re.compile(
    "|".join(rf"(?P<{kind}>{words})" + ("" if kind in _SIGNS else r"(?!\w)") for kind, words in _PATTERNS),
    re.IGNORECASE,
)
_WORD = re.compile(r"£\d+(?:[.,]\d+)*|\w[\w'’£%-]*|[^\w\s]+")
_TWO_LETTERS = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|[\s\d:,;-])+")
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


def plain(text: str) -> str:
    """The text with one kind of dash, apostrophe and space, and OpenStreetMap's days (Mo-Fr) spelled out."""
    tidy = re.sub(r"[‐‑‒–—―−]", "-", text).replace("’", "'").replace("‘", "'").replace("\xa0", " ")
    if _TWO_LETTERS.fullmatch(tidy) and re.search("[A-Z]", tidy):
        for day, name in zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True):
            tidy = tidy.replace(day.title(), name)
    return tidy


def tokens_of(text: str) -> tuple[Token, ...]:
    """Every token of plain text, in order; nothing but spaces is left out."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace() and text[at] != "\n":
            at += 1
            continue
        inside_word = at > 0 and text[at - 1].isalnum() and text[at].isalpha()
        match = None if inside_word else _TABLE.match(text, at)
        clock = CLOCK.match(text, at)
        time = read_clock(clock) if clock else None
        if clock and time and not (match and (match["all_day"] or match["days"])):
            token, at = Token("clock", clock.group(), clock=time), clock.end()
        elif match:
            token, at = _token(match), match.end()
        else:
            word = _WORD.match(text, at)
            token = Token("word", word.group() if word else text[at])
            at += len(token.text)
        found.append(token)
    return tuple(found)


def _token(match: re.Match[str]) -> Token:
    kind = next(kind for kind, _ in _PATTERNS if match[kind] is not None)
    text = match.group()
    if kind == "day":
        return Token(kind, text, days=tuple(day for day in DAYS if match["name"].upper().startswith(day)))
    if kind == "days":
        word = text.lower().replace(" ", "")
        return Token(
            kind, text, days=DAYS[:5] if word.startswith("weekd") else DAYS[5:] if word.startswith("weeke") else DAYS
        )
    if kind == "week":
        nth = match["nth"].lower()
        return Token(kind, text, number=_ORDER.get(nth) or int(nth[0]))
    if kind == "month":
        return Token(kind, text, number=_month(match["in_month"]))
    if kind in ("interval", "monthly"):
        count = (match["weeks"] or match["months"] or "").lower()
        often = int(count) if count.isdigit() else _COUNTS.get(count, 2 if kind == "interval" else 1)
        return Token(kind if often else "word", text, number=often)
    if kind == "hint":
        morning = match["half"].lower().startswith(("m", "am", "a.m"))
        return Token(kind, text, half="am" if morning else "pm")
    if kind in ("date_from", "date_until"):
        on = _date(match, kind.removeprefix("date_"))
        return Token(kind if on else "word", text, on=on)
    return Token(kind, text)


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS) if month and month.lower().startswith(name[:3].lower()))


def _date(match: re.Match[str], which: str) -> date | None:
    try:
        return date(int(match[f"{which}_y"]), _month(match[f"{which}_m"]), int(match[f"{which}_d"]))
    except ValueError:
        return None
