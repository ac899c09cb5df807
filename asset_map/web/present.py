"""An asset in words: what the templates show. Values in, words out; nothing is looked up here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from asset_map.asset import Accessibility, Asset, Contact, CostOption, Location, Phone
from asset_map.match import Match
from asset_map.match.words import age_in_words, schedule_in_words
from asset_map.phone import phone_for_screen
from asset_map.web.asking import MOST_SHOWN, PAGE

KIND_WORDS = {
    "group": "Group or activity",
    "venue": "Place to go",
    "service": "Service",
    "green_space": "Green space",
    "employer": "Employer",
    "connector": "Person who connects people",
}
ACCESS_WORDS = {
    "step_free": "Step-free",
    "toilet": "Accessible toilet",
    "changing": "Toilet with a hoist and a changing bench",
    "parking": "Accessible parking",
    "hearing_loop": "Hearing loop",
    "transport": "Transport provided",
    "quiet": "Quiet space",
    "carer_free": "A carer comes free",
}
KNOWN_WORDS = {"yes": "Yes", "no": "No"}
NOBODY_CONFIRMED = "Nobody has confirmed this yet"
ASK_WHERE = "This is where to get in touch. Ask where they meet."
ASK_WHETHER = "Nobody has said whether it happens here. Ask first."
CLOSED_WORDS = {
    "inactive": "Not running at present",
    "temporarily closed": "Closed for now",
    "defunct": "No longer running",
    "not yet approached": "Not yet approached about taking part",
}
WALK_AT_MOST = 45
WHY = ("interest", "strength", "words", "audience", "must", "different")
"""The kinds of reason that say why; the other kinds are facts with lines of their own."""
MAP_KINDS = ("ward", "constituency", "lsoa")


@dataclass(frozen=True, slots=True)
class Line:
    """A link with the words to show, such as a telephone number with its tel: address."""

    words: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlace:
    """A place as it may be shown. `pin` is (latitude, longitude), None where it is rough or not where it happens."""

    lines: tuple[str, ...]
    note: str = ""
    pin: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An asset in words. An empty value means that nobody has said."""

    id: str
    name: str
    also_called: str
    what: str
    closed: str
    about: str
    run_by: str
    workers_only: bool
    far: str
    places: tuple[ShownPlace, ...]
    when: tuple[str, ...]
    cost: tuple[str, ...]
    who_for: tuple[str, ...]
    access: tuple[tuple[str, str], ...]
    access_unknown: str
    people: tuple[str, ...]
    phones: tuple[Line, ...]
    emails: tuple[Line, ...]
    website: Line | None
    languages: tuple[str, ...]
    confirmed: str
    is_confirmed: bool
    extra: tuple[tuple[str, str], ...]

    @property
    def ask_on(self) -> str:
        """ "Ask on 0161 496 0000", or nothing where nobody has said how."""
        first = (*self.phones, *self.emails)
        return f"Ask on {first[0].words}." if first else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMatch:
    """A match in words: the asset, why it is here, and what nobody has said."""

    asset: Shown
    why: tuple[str, ...]
    unknowns: tuple[str, ...]
    might_fit: bool
    different: bool


def today() -> date:
    """The day by the clock of the machine."""
    return date.today()


def first(matches: Sequence[Match], show: int) -> tuple[Match, ...]:
    """The first few of more; what is deliberately different, which stands last, keeps its place at the end."""
    if len(matches) <= show:
        return tuple(matches)
    different = any(reason.kind == "different" for reason in matches[-1].reasons)
    return (*matches[: show - 1], matches[-1]) if different else tuple(matches[:show])


def next_page(show: int, matches: Sequence[Match]) -> int | None:
    """How many to show after "show more", None where there are no more."""
    return min(show + PAGE, MOST_SHOWN) if len(matches) > show and show < MOST_SHOWN else None


def match(found: Match, on: date) -> ShownMatch:
    """A match in words."""
    shown = asset(found.asset, on, far=how_far(found.metres, found.minutes))
    return ShownMatch(
        asset=shown,
        why=tuple(reason.text for reason in found.reasons if reason.kind in WHY),
        unknowns=found.unknowns,
        might_fit=found.might_fit,
        different=any(reason.kind == "different" for reason in found.reasons),
    )


def asset(found: Asset, on: date, *, far: str | None = None) -> Shown:
    """An asset in words. What is for workers only has been taken out before, where it must not be seen."""
    people, phones, emails = _who_to_ask(found)
    return Shown(
        id=found.id,
        name=found.name,
        also_called=found.alternate_name or "",
        what=KIND_WORDS.get(found.kind, ""),
        closed=CLOSED_WORDS.get(found.status, ""),
        about=found.description or "",
        run_by=found.organization.name if found.organization and found.organization.name != found.name else "",
        workers_only=found.visibility == "workers",
        far=far or "",
        places=_places(found),
        when=tuple(words for item in found.schedules if (words := schedule_in_words(item))),
        cost=_cost(found),
        who_for=_who_for(found),
        access=_access(found.accessibility),
        access_unknown=_access_unknown(found.accessibility),
        people=people,
        phones=phones,
        emails=emails,
        website=_website(found.website),
        languages=found.languages,
        confirmed=confirmed(found, on),
        is_confirmed=found.assurance is not None,
        extra=found.extra,
    )


def how_far(metres: float | None, minutes: int | None) -> str:
    """ "about 12 minutes' walk (0.9 km)"; beyond a long walk only the distance."""
    if metres is None:
        return ""
    distance = f"{metres / 1000:.1f} km" if metres >= 100 else "less than 100 metres"
    if minutes is None or minutes > WALK_AT_MOST:
        return f"about {distance} away"
    return f"about {minutes} minutes’ walk ({distance})" if minutes > 1 else f"about 1 minute’s walk ({distance})"


def confirmed(found: Asset, on: date) -> str:
    """ "Confirmed 3 weeks ago (somebody was there)", or that nobody has."""
    if found.assurance is None:
        return NOBODY_CONFIRMED
    return f"Confirmed {age_in_words(found.assurance.on, on)}" + (
        f" ({found.assurance.how})" if found.assurance.how else ""
    )


def one_day(day: date) -> str:
    """ "22 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def number(value: float) -> str:
    """ "12,345"."""
    return f"{value:,.0f}"


def map_areas(kinds: tuple[tuple[str, str], ...]) -> str:
    """The kind of area to draw behind the points, "" where none is loaded."""
    loaded = {kind for kind, _ in kinds}
    return next((kind for kind in MAP_KINDS if kind in loaded), "")


def _places(found: Asset) -> tuple[ShownPlace, ...]:
    places = [_place(location, found.name) for location in found.locations]
    places += [ShownPlace(lines=("You can join from home",))] if found.online else []
    places += [ShownPlace(lines=(f"Comes to you: {area.name}",)) for area in found.service_areas]
    return tuple(place for place in places if place.lines or place.note)


def _place(location: Location, of: str) -> ShownPlace:
    if location.roughly:
        near = ", ".join(part for part in (location.city, (location.postcode or "").split(" ")[0]) if part)
        return ShownPlace(lines=(f"Near {near}",) if near else (), note="Ask exactly where. The place is not public.")
    lines = _address(location, of)
    pin = (location.point.latitude, location.point.longitude) if location.point else None
    if location.meaning == "activity":
        return ShownPlace(lines=lines, pin=pin)
    return ShownPlace(lines=lines, note=ASK_WHERE if location.meaning == "contact" else ASK_WHETHER)


def _address(location: Location, of: str) -> tuple[str, ...]:
    """The lines of an address, none of them said before: a source may repeat the name, the town and the postcode."""
    name = location.name if location.name != of else None
    lines: list[str] = []
    for part in (name, *(location.address or "").split(","), location.city, location.postcode):
        line = (part or "").strip()
        if line and not any(_said(line, before) for before in lines):
            lines.append(line)
    return tuple(lines)


def _said(line: str, before: str) -> bool:
    return f" {before.casefold()} ".endswith(f" {line.casefold()} ")


def _cost(found: Asset) -> tuple[str, ...]:
    if found.free:
        return ("Free",)
    said = tuple(words for option in found.cost_options if (words := _cost_option(option)))
    return said or (("There is something to pay. Ask how much.",) if found.free is False else ())


def _cost_option(option: CostOption) -> str:
    words = option.amount_description or ""
    if option.amount is not None and not any(mark.isdigit() for mark in words) and "free" not in words.lower():
        amount = "free" if option.amount == 0 else _money(option.amount, option.currency)
        words = f"{amount} {words}".strip()
    return ": ".join(word for word in (option.option, words) if word)


def _money(amount: float, currency: str) -> str:
    pounds = f"{amount:.0f}" if amount == int(amount) else f"{amount:.2f}"
    return f"£{pounds}" if currency == "GBP" else f"{pounds} {currency}"


def _who_for(found: Asset) -> tuple[str, ...]:
    low, high = found.minimum_age, found.maximum_age
    ages = ""
    if low is not None and high is not None:
        ages = f"Ages {low} to {high}"
    elif low is not None:
        ages = f"Age {low} and over"
    elif high is not None:
        ages = f"Up to age {high}"
    said = (ages, found.eligibility_description or "")
    return tuple(words for words in said if words) or found.eligibility


def _access(facts: tuple[Accessibility, ...]) -> tuple[tuple[str, str], ...]:
    said = {fact.name: fact for fact in facts if fact.known != "unknown" or fact.description}
    return tuple((label, _access_answer(said[name])) for name, label in ACCESS_WORDS.items() if name in said)


def _access_answer(fact: Accessibility) -> str:
    answer = KNOWN_WORDS.get(fact.known, "Not sure")
    return f"{answer}: {fact.description}" if fact.description else answer


def _access_unknown(facts: tuple[Accessibility, ...]) -> str:
    """ "Step-free, hearing loop: not known." for what nobody has said."""
    said = {fact.name for fact in facts if fact.known != "unknown" or fact.description}
    labels = [label for name, label in ACCESS_WORDS.items() if name not in said]
    words = [labels[0], *(label[0].lower() + label[1:] for label in labels[1:])] if labels else []
    return f"{', '.join(words)}: not known." if words else ""


def _who_to_ask(found: Asset) -> tuple[tuple[str, ...], tuple[Line, ...], tuple[Line, ...]]:
    people = tuple(words for contact in found.contacts if (words := _person(contact)))
    everyone = [*found.phones, *(phone for contact in found.contacts for phone in contact.phones)]
    phones = {phone.number: _phone(phone) for phone in everyone}
    written = [*found.emails, *(contact.email for contact in found.contacts if contact.email)]
    emails = {email: Line(email, f"mailto:{email}") for email in written}
    return people, tuple(phones.values()), tuple(emails.values())


def _person(contact: Contact) -> str:
    return ", ".join(word for word in (contact.name, contact.title) if word)


def _phone(phone: Phone) -> Line:
    more = f" extension {phone.extension}" if phone.extension else ""
    dial = "".join(mark for mark in phone.number if mark.isdigit() or mark == "+")
    return Line(phone_for_screen(phone.number) + more, f"tel:{dial}", phone.description or "")


def _website(address: str | None) -> Line | None:
    if not address or not address.lower().startswith(("http://", "https://")):
        return None
    return Line(address.split("://", 1)[1].removeprefix("www.").rstrip("/"), address)
