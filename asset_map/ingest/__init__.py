"""Ingest: any list of local resources in, clean records and a report out. Pure: it never imports the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["new", "changed", "unchanged", "merged", "to_fix", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Something in a row that needs attention. `message` names the thing, what is wrong and what to do next."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as it stands in a file; `number` is the one a spreadsheet shows. Cells are text, "" where empty."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table: one header, and the rows below it that hold anything. `name` is None where a file has no sheets."""

    name: str | None
    header: tuple[str, ...]
    rows: tuple[Row, ...]


FIELDS: dict[str, str] = {
    "key": "the source's own name for a row",
    "name": "what it is called",
    "alternate_name": "another name",
    "description": "what it is, in words (several columns are joined)",
    "organization": "who runs it",
    "address": "street address, or a part of it (several columns are joined with commas)",
    "city": "town",
    "postcode": "postcode",
    "latitude": "degrees north",
    "longitude": "degrees east",
    "easting": "metres on the National Grid",
    "northing": "metres on the National Grid",
    "uprn": "property number",
    "phone": "telephone",
    "email": "e-mail",
    "website": "web address",
    "contact_name": "who to ask for",
    "opening": "when, in words",
    **{f"opening_{day}": f"when, on {day}" for day in ("mo", "tu", "we", "th", "fr", "sa", "su")},
    "cost": "what it costs, in words",
    "age": "ages, in words",
    "minimum_age": "from which age",
    "maximum_age": "up to which age",
    "eligibility": "who it is for",
    "accessibility": "access, in words",
    "step_free": "yes or no",
    "toilet": "accessible toilet, yes or no",
    "changing": "accessible changing, yes or no",
    "parking": "accessible parking, yes or no",
    "hearing_loop": "yes or no",
    "transport": "transport provided, yes or no",
    "quiet": "quiet, yes or no",
    "carer_free": "a carer comes free, yes or no",
    "category": "what sort of thing, as the source says",
    "kind": "group, venue, service, green space, employer or connector",
    "languages": "languages spoken",
    "charity_number": "number in the register of charities of England and Wales",
    "company_number": "number at Companies House",
    "assured_date": "when somebody last confirmed it",
    "status": "open, closed, ...",
    "visibility": "public or workers",
    "online": "whether it can be joined from home",
    "service_area": "where it comes to people",
    "extra": "kept as an extra fact for workers",
    "ignore": "not read",
}
"""The fields that a column can be mapped to."""
