"""Telephone numbers from a cell: several, with extensions, without their leading nought, or three digits long."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from asset_map.asset import Phone
from asset_map.ingest import Fix
from asset_map.ingest.clean import clean_line
from asset_map.ingest.facts import is_nothing

SHORT_CODES = frozenset({"101", "105", "111", "112", "116000", "116117", "116123", "119", "123", "159", "999"})
"""Numbers that are dialled as they stand in the United Kingdom."""
RELAY = re.compile(r"(?<!\d)1800[12]\s*(?=[\s0+])")
"""The prefix of Relay UK for people who type or read a call."""

_SHORT = re.compile(r"(?<![\d+])(?:1\s?1\s?6[\s-]?(?:000|117|123)|1(?:01|05|11|12|19|23|59)|999)(?![\s-]?\d)")
_RUN = re.compile(
    r"(?<![\w@.])(?:\+|\(\s*\+?)?\d(?:[\s().\-–/+]*\d){5,60}(?:[\s,;]*(?:ext(?:n|ension)?|xtn|x)[\s.:]*\d{1,6})?(?!\w)",
    re.I,
)
_NUMBERED = re.compile(r"\d+(?:\.0+|(?:\.\d+)?[eE]\+?\d+)")
_JOINTS = re.compile(
    r"^(?:[\s,;:/|&.\-–]|\b(?:or|and|tel(?:ephone)?|phone|mob(?:ile)?|call|ring|number|no|t|m|on)\b[.:]?)+"
    r"|(?:[\s,;:/|&\-–]|\b(?:or|and|tel(?:ephone)?|phone|mob(?:ile)?|call|ring|t|m|on)\b[.:]?)+$",
    re.IGNORECASE,
)
SHORTEST_DIGITS = 6
"""Fewer digits after a whole number are not another one."""
NATIONAL_DIGITS = 10
"""Digits of nearly every British number after the nought, those kept for drama included."""


def clean_phones(text: str) -> tuple[tuple[Phone, ...], tuple[Fix, ...]]:
    """Every number in a cell, each once, as E.164 where it can be; words beside a number are its description.

    A number that cannot be dialled is kept as it was written, with a fix. A cell of words alone gives no phone.
    """
    tidy = _mended(clean_line(text))
    if is_nothing(tidy):
        return (), ()
    found: dict[tuple[str, str | None], Phone] = {}
    wrong: list[str] = []
    spans = _spans(tidy)
    for at, (begin, end) in enumerate(spans):
        before = tidy[:begin] if at == 0 else ""
        after = tidy[end : spans[at + 1][0]] if at + 1 < len(spans) else tidy[end:]
        phone, fine = _read(tidy[begin:end], _words(before, after))
        found.setdefault((phone.number, phone.extension), phone)
        wrong += [] if fine else [phone.number]
    fixes = [_fix(f"{number!r} is not a number that can be dialled") for number in wrong]
    if not found:
        fixes.append(_fix(f"{tidy[:60]!r} holds no number"))
    return tuple(found.values()), tuple(fixes)


def _fix(said: str) -> Fix:
    message = f"phone {said}; expected one with its area code, like '01632 960123'"
    return Fix(code="phone_unreadable", field="phone", message=message)


def _mended(text: str) -> str:
    """1614960000.0 and 1.61496E+09 are numbers that a spreadsheet took for amounts; O161 begins with a nought."""
    if not _NUMBERED.fullmatch(text):
        return re.sub(r"(?<![^\W_])[oO](?=\d{3})", "0", text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(int(number)) if number == int(number) and 0 < number < 10**15 else text


def _spans(text: str) -> list[tuple[int, int]]:
    """Where numbers stand, in order: long ones cut where a new one begins, short codes where no long one stands."""
    spans = [span for match in _RUN.finditer(text) for span in _cut(text, *match.span())]
    short = [match.span() for match in _SHORT.finditer(text)]
    spans = [span for span in spans if re.sub(r"\D", "", text[slice(*span)]) not in SHORT_CODES]
    spans += [one for one in short if not any(begin < one[1] and one[0] < end for begin, end in spans)]
    return sorted(spans) or [match.span() for match in re.finditer(r"\d[\d\s]{1,8}\d", text)][:1]


def _cut(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """A run of digits as one number, or as several where a nought or a plus begins a group after a whole number."""
    spans: list[tuple[int, int]] = []
    for match in re.compile(r"(?<=[\s/–-])[(+]{0,2}\d").finditer(text, begin, end):
        at = match.start()
        more = len(re.sub(r"\D", "", text[at:end])) >= SHORTEST_DIGITS
        if more and re.search(r"[0+]", match.group()) and _parse(RELAY.sub("", text[begin:at])) is not None:
            spans.append((begin, begin + len(text[begin:at].rstrip(" /–-"))))
            begin = at
    return [*spans, (begin, end)]


def _read(written: str, words: str | None) -> tuple[Phone, bool]:
    """The number of one run of digits, and whether it can be dialled."""
    written = written.strip()
    digits = re.sub(r"\D", "", written)
    if digits in SHORT_CODES:
        return Phone(number="116 " + digits[3:] if len(digits) == 6 else digits, description=words), True
    relay = RELAY.match(written)
    if relay:
        words = "; ".join(part for part in (words, "with Relay UK 1800" + written[4]) if part)
        written = written[relay.end() :]
    whole = _parse(written)
    if whole is not None:
        return _phone(whole, words), True
    head, slash, tail = written.partition("/")
    first = _parse(head)
    if first is not None:
        return _phone(first, "; ".join(part for part in (slash + tail, words) if part)), True
    return Phone(number=written, description=words), False


def _parse(written: str) -> PhoneNumber | None:
    """A number that can be dialled, or None. Without a plus or a nought it is British and lost its nought."""
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return number
    national = str(number.national_number)
    british = number.country_code == 44 and len(national) == NATIONAL_DIGITS and national[0] in "12378"
    return number if british and len(set(national)) > 1 and phonenumbers.is_possible_number(number) else None


def _phone(number: PhoneNumber, words: str | None) -> Phone:
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(number=e164, extension=number.extension or None, description=words)


def _words(before: str, after: str) -> str | None:
    """The words beside a number, without "tel" and "or"; one pair of brackets around all of them goes."""
    parts = [_trim(part) for part in (before, after)]
    return "; ".join(part for part in parts if part) or None


def _trim(text: str) -> str:
    tidy = _JOINTS.sub("", _JOINTS.sub("", text.strip()))
    whole = re.fullmatch(r"\(([^()]*)\)[.]?", tidy)
    tidy = whole[1].strip() if whole else tidy
    return "" if not re.search(r"\w", tidy) else tidy.strip()
