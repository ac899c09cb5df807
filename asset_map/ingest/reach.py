"""How to reach it, who runs it and who to ask for, from the cells of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from asset_map.asset import Contact, Organization, Phone, Visibility
from asset_map.ingest import Fix
from asset_map.ingest.cells import Cells, Extras, Step, once
from asset_map.ingest.clean import clean_emails, clean_line, clean_name, clean_websites
from asset_map.ingest.identifiers import charity_identifier, company_identifier
from asset_map.ingest.phones import clean_phones
from asset_map.ingest.words import keeps_back

_ADDRESS = re.compile(r"(?:mailto:)?[^\s@<>,;]+@[^\s@<>,;]+", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![\w.])(?:\+|[oO](?=\d))?(?:\d[\s()-]*){9}")
_LABELS = re.compile(r"\b(?:e-?mail|web(?:site)?|or|and|https?|mailto|www)\b:?", re.IGNORECASE)


def read_reach(cells: Cells) -> Step:
    """Phones, e-mails and websites, whichever of their columns they stand in; words beside addresses are kept."""
    phones: list[Phone] = []
    emails: list[str] = []
    sites: list[str] = []
    fixes: list[Fix] = []
    kept: Extras = []
    for name in ("phone", "email", "website"):
        for text in cells.of(name):
            found = _found(name, clean_line(text))
            phones += found.phones
            emails += found.emails
            sites += found.sites
            fixes += found.fixes
            kept += [(name, clean_line(text))] if found.words_left else []
    sites = list(once(sites))
    kept += [("website", address) for address in sites[1:]]
    return {"phones": once(phones), "emails": once(emails), "website": sites[0] if sites else None}, fixes, kept


@dataclass(frozen=True, slots=True)
class _Found:
    """What one cell holds, and whether it says more than that."""

    phones: tuple[Phone, ...]
    emails: tuple[str, ...]
    sites: tuple[str, ...]
    fixes: tuple[Fix, ...]
    words_left: bool


def _found(name: str, line: str) -> _Found:
    emails, email_fixes = clean_emails(line)
    rest = line if emails and "@" not in line else _ADDRESS.sub(" ", line)
    sites, site_fixes = clean_websites(rest if name == "website" else " ".join(_LINK.findall(rest)))
    rest = "" if emails and "@" not in line else _LINK.sub(" ", rest)
    phones, phone_fixes = clean_phones(rest) if name == "phone" or _LONG_NUMBER.search(rest) else ((), ())
    fixes = {"phone": phone_fixes, "email": email_fixes, "website": site_fixes}[name]
    if not {"phone": phones, "email": emails, "website": sites}[name] and (phones or emails or sites):
        fixes = ()
    if name == "website":
        for address in sites:
            rest = rest.replace(re.sub(r"^https?://", "", address), " ")
        rest = re.sub(r"(?<!\S)\S+\.\S+(?!\S)", " ", rest) if sites and not site_fixes else rest
    words_left = not phones and re.search(r"\w", _LABELS.sub(" ", rest)) is not None
    return _Found(phones, emails, sites, fixes, words_left)


def read_who(cells: Cells) -> Step:
    """Who runs it, with their register numbers, and who to ask for; a contact cell may hold a phone or an e-mail."""
    fixes: list[Fix] = []
    kept: Extras = []
    identifiers: list[tuple[str, str]] = []
    for column, read in (("charity_number", charity_identifier), ("company_number", company_identifier)):
        for text in cells.of(column):
            identifier, wrong = read(text)
            identifiers += [identifier] if identifier else []
            fixes += wrong
            kept += [(column, clean_line(text))] if wrong else []
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
    numbers = clean_phones(rest)[0] if _LONG_NUMBER.search(rest) else ()
    phones = tuple(replace(phone, description=None) for phone in numbers)
    if phones:
        rest = re.sub(r"(?:\+|\()?\d[\d\s()-]{7,}\d", " ", rest)
    name = clean_name(re.sub(r"\s*[<>|;:]+\s*", " ", re.sub(r"\(\s*\)", " ", rest)).strip(" ,-–/"))
    if name is None and not emails and not phones:
        return None
    visibility: Visibility = "workers" if keeps_back(text) else "public"
    return Contact(name=name, email=emails[0] if emails else None, phones=phones, visibility=visibility)
