"""What an asset is: frozen values that follow the objects of Open Referral UK 3.0 (HSDS 3.0).

A `Service` is the content that a source can claim. A `Record` is one source's claim; an `Asset` is one or more
records judged to be the same thing, with every claim and the provenance of every field kept.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Literal

from asset_map.geo import Point

Kind = Literal["group", "venue", "service", "green_space", "employer", "connector"]
"""`group` is a group or an activity; `connector` is a person who connects people."""
Meaning = Literal["activity", "contact", "unknown"]
Known = Literal["yes", "no", "unknown"]
Visibility = Literal["public", "workers"]
Status = Literal["active", "inactive", "temporarily closed", "defunct", "not yet approached"]
"""As in HSDS, and one of our own: somewhere that could take part and has not been asked. It is never matched and never
counted; what-if looks at it."""
NOT_APPROACHED: Status = "not yet approached"
TermFrom = Literal["source", "name", "category", "file", "description", "meaning"]

KINDS: tuple[Kind, ...] = ("group", "venue", "service", "green_space", "employer", "connector")
NAMESPACE = uuid.UUID("6f0d5b0e-6a55-5d5b-9d0c-6f6d2f0a7f11")


def asset_id(source: str, key: str) -> str:
    """The stable id (UUIDv5) of the asset that a source's record founds."""
    return str(uuid.uuid5(NAMESPACE, f"{source}\n{key}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """`number` is E.164 ("+441632960123") where it can be, else as the source wrote it ("116 123")."""

    number: str
    extension: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who to ask for."""

    name: str | None = None
    title: str | None = None
    email: str | None = None
    phones: tuple[Phone, ...] = ()
    visibility: Visibility = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Who runs the service. `identifiers` are (scheme, id) as in org-id.guide, e.g. ("GB-CHC", "214927")."""

    name: str
    description: str | None = None
    website: str | None = None
    email: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCode:
    """An area an asset lies in; `edition` is the year of the boundary set."""

    kind: str
    edition: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where, how we know, and what the place means.

    `method` is "coordinates", "UPRN", "postcode", "postcode sector", "postcode district" or "none"; `accuracy_m` is
    the radius in metres that surely holds the place. `roughly` means that it may be shown only as a rough place.
    """

    name: str | None = None
    address: str | None = None
    city: str | None = None
    postcode: str | None = None
    uprn: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    method: str = "none"
    accuracy_m: float | None = None
    meaning: Meaning = "unknown"
    roughly: bool = False
    areas: tuple[AreaCode, ...] = ()

    @property
    def point(self) -> Point | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea:
    """Where a service comes to people instead of their coming to it."""

    name: str
    area: AreaCode | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When it happens, in local time, in the words of RFC 5545: `byday` is "MO,TH" or "1TU,3TU".

    Times are "HH:MM". With only `description` the source's own words are all that is known.
    """

    freq: Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] | None = None
    interval: int = 1
    byday: str | None = None
    bymonth: str | None = None
    dtstart: date | None = None
    until: date | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    timezone: str = "Europe/London"
    term_time: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOption:
    """What it costs; `amount` in `currency`, None where only words are known."""

    option: str | None = None
    amount: float | None = None
    currency: str = "GBP"
    amount_description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessibility:
    """One fact: `name` is step_free, toilet, parking, changing, hearing_loop, transport, quiet or carer_free."""

    name: str
    known: Known = "unknown"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An interest term an asset has, from which field, with the words that gave it; `strength` is 0 to 1."""

    id: str
    source: TermFrom
    words: str = ""
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """Someone confirmed it is right: Open Referral's `assured_date`, and how they know."""

    on: date
    how: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which source said which field, under which key, and when it was loaded (ISO date)."""

    field: str
    source: str
    key: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Where a record stands in what its source sent; `row` is the number a spreadsheet shows."""

    source: str
    key: str
    sheet: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The content of a record or an asset; the fields of HSDS `service` with what hangs on it."""

    name: str
    kind: Kind = "group"
    alternate_name: str | None = None
    description: str | None = None
    status: Status = "active"
    visibility: Visibility = "public"
    workers_only: tuple[str, ...] = ()
    organization: Organization | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    locations: tuple[Location, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    online: bool = False
    schedules: tuple[Schedule, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    free: bool | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    eligibility: tuple[str, ...] = ()
    eligibility_description: str | None = None
    accessibility: tuple[Accessibility, ...] = ()
    contacts: tuple[Contact, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[str, ...] = ()
    website: str | None = None
    languages: tuple[str, ...] = ()
    assurance: Assurance | None = None
    formal: bool = False
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Service):
    """One source's claim about an asset. `key` names it within its source for ever; `on` is the day it was loaded."""

    source: str
    key: str
    sheet: str | None = None
    row: int | None = None
    on: str = ""

    @property
    def ref(self) -> tuple[str, str]:
        return (self.source, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset(Service):
    """One or more records judged to be the same."""

    id: str
    claims: tuple[Claim, ...] = ()
    provenance: tuple[Provenance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who lives in an area. Counts of residents; `imd_decile` 1 is the most deprived tenth of England.

    An area made of several LSOAs has no decile of its own: `most_deprived_share` (0 to 1) is the share of its
    residents who live in deciles 1 and 2, and `imd_score` the mean weighted by residents. `centre` is the point
    (latitude, longitude) that residents live around, where a file gives it. `made_from` is the kind of the smaller
    areas whose figures were added up, "" where a table gives this area's own.
    """

    residents: int
    by_age: tuple[tuple[str, int], ...] = ()
    disabled_residents: int | None = None
    imd_decile: int | None = None
    imd_score: float | None = None
    rural_urban: str | None = None
    most_deprived_share: float | None = None
    centre: tuple[float, float] | None = None
    made_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place with a code and an edition. `wkb` is its valid (multi)polygon in degrees, longitude first.

    `latitude` and `longitude` are a representative point inside it. `place` names the council or place whose areas were
    loaded with it, "" where nobody said.
    """

    kind: str
    edition: str
    code: str
    name: str
    wkb: bytes
    latitude: float
    longitude: float
    profile: Profile | None = None
    place: str = ""

    @property
    def area_code(self) -> AreaCode:
        return AreaCode(kind=self.kind, edition=self.edition, code=self.code)
