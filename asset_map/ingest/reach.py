"""How to reach it, who runs it and who to ask for, from the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from asset_map.asset import Contact, Organization, Visibility
from asset_map.ingest import Fix
from asset_map.ingest.cells import Cells, Extras, Step, once
from asset_map.ingest.clean import clean_emails, clean_line, clean_name, clean_websites
from asset_map.ingest.identifiers import charity_identifier, company_identifier
from asset_map.ingest.phones import clean_phones
from asset_map.ingest.words import keeps_back


def read_reach(cells: Cells) -> Step:
    """Phones, e-mails and websites, wherever in these cells they stand: an e-mail in the website column is one too."""
    fixes: list[Fix] = []
    kept: Extras = []
    phones = _each(cells.of("phone"), clean_phones, fixes)
    emails = _each(cells.of("email"), clean_emails, fixes)
    sites = _each(cells.of("website"), clean_websites, fixes)
    astray = [address for text in cells.of("website") for address in clean_emails(text)[0]]
    if astray and not sites:
        fixes[:] = [fix for fix in fixes if fix.field != "website"]
    kept += [("phone", clean_line(text)) for text in cells.of("phone") if not clean_phones(text)[0]]
    kept += [("email", clean_line(text)) for text in cells.of("email") if _more(text, clean_emails(text)[0])]
    kept += [
        ("website", clean_line(text)) for text in cells.of("website") if _more(text, clean_websites(text)[0], astray)
    ]
    kept += [("website", address) for address in sites[1:]]
    said = {
        "phones": once(phones),
        "emails": once([*emails, *astray]),
        "website": sites[0] if sites else None,
    }
    return said, fixes, kept


def _each(
    texts: Sequence[str], read: Callable[[str], tuple[tuple[Any, ...], tuple[Fix, ...]]], fixes: list[Fix]
) -> list[Any]:
    found: list[Any] = []
    for text in texts:
        values, wrong = read(text)
        found += values
        fixes += wrong
    return found


def _more(text: str, found: Sequence[str], astray: Sequence[str] = ()) -> bool:
    """Whether a cell says more than the addresses found in it."""
    rest = re.sub(r"(?i)\bmailto:|\b(?:e-?mail|web(?:site)?|or|and)\b:?", " ", clean_line(text)).lower()
    for address in (*found, *astray):
        bare = re.sub(r"^https?://(?:www\.)?", "", address.lower())
        rest = rest.replace(address.lower(), " ").replace(bare, " ")
    rest = re.sub(r"https?:/*|www\.", " ", rest)
    hidden = bool(found) and re.fullmatch(r"\S+\s*\W?\bat\b\W?\s*.+", clean_line(text)) is not None
    return not hidden and re.search(r"\w", rest) is not None


def read_who(cells: Cells) -> Step:
    """Who runs it, with their register numbers, and who to ask for; a contact cell may hold a phone or an e-mail."""
    fixes: list[Fix] = []
    kept: Extras = []
    identifiers: list[tuple[str, str]] = []
    for name, read in (("charity_number", charity_identifier), ("company_number", company_identifier)):
        for text in cells.of(name):
            identifier, wrong = read(text)
            identifiers += [identifier] if identifier else []
            fixes += wrong
            kept += [(name, clean_line(text))] if wrong else []
    runs = [name for text in cells.of("organization") if (name := clean_name(text))]
    organization = Organization(name=runs[0], identifiers=once(identifiers)) if runs else None
    kept += [("organization", name) for name in runs[1:]]
    contacts = [contact for text in cells.of("contact_name") if (contact := _contact(text))]
    return {"organization": organization, "identifiers": once(identifiers), "contacts": once(contacts)}, fixes, kept


def _contact(text: str) -> Contact | None:
    emails = clean_emails(text)[0]
    rest = clean_line(text)
    for address in emails:
        rest = re.sub(re.escape(address), " ", rest, flags=re.IGNORECASE)
    numbers = clean_phones(rest)[0] if re.search(r"(?:\d[\s()-]*){9}", rest) else ()
    phones = tuple(replace(phone, description=None) for phone in numbers)
    if phones:
        rest = re.sub(r"(?:\+|\()?\d[\d\s()-]{7,}\d", " ", rest)
    name = clean_name(re.sub(r"\s*[<>|;:]+\s*", " ", rest).strip(" ,-–()/"))
    if name is None and not emails and not phones:
        return None
    visibility: Visibility = "workers" if keeps_back(text) else "public"
    return Contact(name=name, email=emails[0] if emails else None, phones=phones, visibility=visibility)
