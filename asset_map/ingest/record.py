"""The content of a record from the cells of a row: only what the source said, and nothing that it said is lost.

What a field cannot hold stays as words: in the description of a schedule, of a cost or of an access fact, or as an
extra fact under the name of its field. Where the place is gets decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from asset_map.asset import (
    NOT_APPROACHED,
    Accessibility,
    Assurance,
    Kind,
    Schedule,
    Service,
    ServiceArea,
    Visibility,
)
from asset_map.ingest import FIELDS, Fix
from asset_map.ingest.amounts import ages_within, read_age, read_ages, read_cost, read_date, says_whom
from asset_map.ingest.cells import ACCESS_FIELDS, Cells, Extras, ServiceDefaults, Step, once
from asset_map.ingest.clean import clean_line, clean_name, clean_text
from asset_map.ingest.facts import is_nothing
from asset_map.ingest.hours import read_hours
from asset_map.ingest.reach import read_reach, read_who
from asset_map.ingest.words import (
    guess_kind,
    kind_of,
    read_access,
    read_fact,
    read_kind,
    read_languages,
    read_list,
    read_online,
    read_status,
    read_visibility,
)

__all__ = ["ServiceDefaults", "build_service"]

SAID_BY_SOURCE = "the source says so"
LONGEST_ELIGIBILITY_WORDS = 6
"""An entry of more words than this is a sentence and goes to the description of who it is for."""


def build_service(
    values: Mapping[str, Sequence[str]], defaults: ServiceDefaults, extras: Sequence[tuple[str, str]] = ()
) -> tuple[Service | None, tuple[Fix, ...]]:
    """A service without places and terms, and the fixes of its row; None where nothing in the row is a name.

    `values` holds by field of `FIELDS` the cells of its columns, as they stand; `extras` are (heading, cell) pairs.
    """
    cells = Cells(values, defaults)
    said, fixes, kept = _content(cells)
    if said["name"] is None:
        return None, (*fixes, Fix(code="name_missing", field="name", message="no name; give what it is called"))
    said["extra"] = tuple(dict.fromkeys([*_told(extras, defaults), *kept]))
    return Service(formal=defaults.formal, **said), tuple(fixes)


def _content(cells: Cells) -> tuple[dict[str, Any], list[Fix], Extras]:
    """Every field of the service but its places, with the fixes and the words that no field holds."""
    said: dict[str, Any] = {}
    fixes: list[Fix] = []
    kept: Extras = []
    for step in (_names, read_reach, read_who, _what, _when, _cost, _ages, _access, _state):
        found, wrong, words = step(cells)
        said |= found
        fixes += wrong
        kept += words
    _kind_and_visibility(cells, said, fixes, kept)
    _eligibility(cells, said)
    return said, fixes, kept


def _names(cells: Cells) -> Step:
    names = [name for text in cells.of("name") if (name := clean_name(text))]
    others = [name for text in cells.of("alternate_name") if (name := clean_name(text))]
    alternate = [name for name in (*names[1:], *others) if name != names[0]] if names else others
    told = "; ".join(dict.fromkeys(alternate))
    return {"name": names[0] if names else None, "alternate_name": told or None}, [], []


def _what(cells: Cells) -> Step:
    description = "\n".join(once([clean_text(text) for text in cells.of("description")]))
    categories = once([entry for text in cells.of("category") for entry in read_list(text)])
    areas = once([ServiceArea(name=entry) for text in cells.of("service_area") for entry in read_list(text)])
    online = [read_online(text) for text in cells.of("online")]
    kept = [("online", clean_line(text)) for text in cells.of("online") if read_online(text) is None]
    said = {
        "description": description or None,
        "categories": categories or cells.defaults.categories,
        "service_areas": areas,
        "online": True in online,
        "languages": once([name for text in cells.of("languages") for name in read_languages(text)]),
    }
    return said, [], kept


def _when(cells: Cells) -> Step:
    """Times; cells of an opening column that hold only a number or a link are extra facts."""
    by_day = {name.removeprefix("opening_").upper(): cells.of(name) for name in FIELDS if name.startswith("opening_")}
    times, left = read_hours(cells.of("opening"), by_day)
    return {"schedules": tuple(Schedule(**asdict(one)) for one in times)}, [], [("opening", text) for text in left]


def _cost(cells: Cells) -> Step:
    read = [read_cost(text) for text in cells.of("cost")]
    answers = {free for free, _ in read if free is not None}
    options = once([option for _, options in read for option in options])
    return {"free": answers.pop() if len(answers) == 1 else None, "cost_options": options}, [], []


def _ages(cells: Cells) -> Step:
    fixes: list[Fix] = []
    kept: Extras = []
    limits: dict[str, int | None] = {}
    for name in ("minimum_age", "maximum_age"):
        for text in cells.of(name):
            limits[name], wrong = read_age(text, name)
            fixes += wrong
            kept += [(name, clean_line(text))] if wrong else []
    low, high = limits.get("minimum_age"), limits.get("maximum_age")
    if low is not None and high is not None and low > high:
        message = f"ages {low} to {high}: the first is above the second; check whether they are swapped"
        fixes.append(Fix(code="ages_swapped", field="minimum_age", message=message))
        kept.append(("age", f"{low} to {high}"))
        low = high = None
    elif low is None and high is None:
        certain = [read for name in ("age", "eligibility") for text in cells.of(name) if (read := read_ages(text))]
        within = ages_within("\n".join([*cells.of("eligibility"), *cells.of("description")]))
        low, high = certain[0] if certain else within or (None, None)
    return {"minimum_age": low, "maximum_age": high}, fixes, kept


def _eligibility(cells: Cells, said: dict[str, Any]) -> None:
    """Who it is for: short entries, and sentences or ages that were not certain as a description."""
    entries = [entry for text in cells.of("eligibility") for entry in read_list(text)]
    long = [entry for entry in entries if len(entry.split()) > LONGEST_ELIGIBILITY_WORDS]
    unsure = [clean_line(text) for text in cells.of("age") if read_ages(text) is None or says_whom(text)]
    ages = (said["minimum_age"], said["maximum_age"])
    unsure += [clean_line(text) for text in cells.of("age") if (read := read_ages(text)) and read != ages]
    said["eligibility"] = once([entry for entry in entries if entry not in long])
    said["eligibility_description"] = "\n".join(once([*long, *unsure])) or None


def _access(cells: Cells) -> Step:
    """Access facts: a column of its own is believed before notes; notes that hold no fact are kept as they are."""
    facts: dict[str, Accessibility] = {}
    kept: Extras = []
    for name in ACCESS_FIELDS:
        for fact in (fact for text in cells.of(name) for fact in read_fact(name, text)):
            facts.setdefault(name, fact)
    for text in cells.of("accessibility"):
        found, left = read_access(text)
        for fact in found:
            left = (*left, fact.description or fact.name) if fact.name in facts else left
            facts.setdefault(fact.name, fact)
        kept += [("accessibility", clause) for clause in left]
    return {"accessibility": tuple(facts[name] for name in ACCESS_FIELDS if name in facts)}, [], kept


def _state(cells: Cells) -> Step:
    """Whether it still runs, and when somebody last said that it is right."""
    fixes: list[Fix] = []
    kept: Extras = []
    said: dict[str, Any] = {"status": cells.defaults.status}
    for text in cells.of("status"):
        status, wrong = read_status(text)
        said |= {"status": status} if status else {}
        fixes += wrong
        kept += [("status", clean_line(text))] if wrong or len(text.split()) > 2 else []
    for text in cells.of("assured_date"):
        day, wrong = read_date(text)
        if day and ("assurance" not in said or day > said["assurance"].on):
            said["assurance"] = Assurance(on=day, how=SAID_BY_SOURCE)
        fixes += wrong
        kept += [("assured_date", clean_line(text))] if wrong else []
    return said, fixes, kept


def _kind_and_visibility(cells: Cells, said: dict[str, Any], fixes: list[Fix], kept: Extras) -> None:
    """Kind: the row's, then the source's, then by words.

    A person who connects people is for workers, and so is what nobody has approached yet, whatever the row says.
    """
    defaults, name = cells.defaults, said["name"] or ""
    own = [kind for kind in _read_all(cells, "kind", read_kind, fixes, kept) if kind]
    categories = said["categories"]
    kind: Kind = (
        (own[0] if own else None)
        or kind_of(categories, "", defaults.kinds)
        or defaults.kind
        or guess_kind(categories, name)
        or "group"
    )
    told = [seen for seen in _read_all(cells, "visibility", read_visibility, fixes, kept) if seen]
    if said["status"] == NOT_APPROACHED:
        told = ["workers"]
    default: Visibility = "workers" if kind == "connector" else defaults.visibility
    said["kind"] = kind
    said["visibility"] = "workers" if "workers" in told else told[0] if told else default
    said["workers_only"] = cells.keeping_back()


def _read_all(
    cells: Cells, name: str, read: Callable[[str], tuple[Any, tuple[Fix, ...]]], fixes: list[Fix], kept: Extras
) -> list[Any]:
    found = []
    for text in cells.of(name):
        value, wrong = read(text)
        found.append(value)
        fixes += wrong
        kept += [(name, clean_line(text))] if wrong else []
    return found


def _told(extras: Sequence[tuple[str, str]], defaults: ServiceDefaults) -> Iterator[tuple[str, str]]:
    """Extra facts that say something, under their headings."""
    nothing = frozenset(defaults.nothing)
    for heading, text in extras:
        if not is_nothing(text, nothing):
            yield clean_line(heading), clean_text(text)
