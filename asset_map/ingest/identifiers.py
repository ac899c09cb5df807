"""Register numbers as org-id.guide writes them."""

from __future__ import annotations

import re

from asset_map.ingest import Fix
from asset_map.ingest.clean import clean_line
from asset_map.ingest.facts import is_nothing

Identifier = tuple[str, str]

_CHARITY: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("GB-SC", re.compile(r"SC0?(\d{5})")),
    ("GB-NIC", re.compile(r"NIC?(1\d{5})")),
    ("GB-CHC", re.compile(r"0*([1-9]\d{5,6})(?:-0)?")),
    ("GB-CHC", re.compile(r"0*([1-9]\d{5,6}-[1-9]\d*)")),
)


def charity_identifier(text: str) -> tuple[Identifier | None, tuple[Fix, ...]]:
    """(scheme, number) of a charity in England and Wales, Scotland or Northern Ireland."""
    said = _compact(text)
    for scheme, pattern in _CHARITY:
        match = pattern.fullmatch(said)
        if match:
            return (scheme, f"SC0{match[1]}" if scheme == "GB-SC" else match[1]), ()
    return None, _wrong("charity_number", text, "six or seven digits, like '1234567'")


def company_identifier(text: str) -> tuple[Identifier | None, tuple[Fix, ...]]:
    """("GB-COH", number) of a company or a charitable incorporated organisation, the noughts in front put back."""
    said = _compact(text)
    if re.fullmatch(r"\d{4,8}", said):
        return ("GB-COH", said.zfill(8)), ()
    match = re.fullmatch(r"([A-Z]{2}|R)(\d{3,7})", said)
    if match and len(said) <= 8:
        return ("GB-COH", match[1] + match[2].zfill(8 - len(match[1]))), ()
    return None, _wrong("company_number", text, "eight digits, like '01234567'")


def _compact(text: str) -> str:
    tidy = re.sub(r"\.0+$", "", clean_line(text).upper())
    tidy = re.sub(r"^(?:REGISTERED )?(?:CHARITY|COMPANY)?\s*(?:NO|NUMBER|NUM|REG)?[.:\s]*(?=\w*\d)", "", tidy)
    return re.sub(r"^GB-(?:CHC|SC|NIC|COH)-", "", re.sub(r"\s", "", tidy))


def _wrong(field: str, text: str, expected: str) -> tuple[Fix, ...]:
    if is_nothing(text) or not text.strip("0. "):
        return ()
    message = f"{field.replace('_', ' ')} {clean_line(text)[:40]!r} is not one; expected {expected}"
    return (Fix(code=f"{field}_unreadable", field=field, message=message),)
