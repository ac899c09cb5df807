"""Which records are about one thing. First by keys that identify it, then by close names at the same place.

Pure: it is handed a function that finds the assets which might be the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from asset_map.asset import Record, Service, asset_id
from asset_map.geo import metres_between
from asset_map.ingest.merge import SAME_PLACE_M

SAME_NAME = 92.0
"""Likeness of names (0 to 100) from which two things at one place are one."""
LIKE_NAME = 80.0
"""Likeness from which a person is asked whether two things at one place are one."""

NUMBERS = {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4"}
FILLERS = frozenset("the of at and ltd limited cic cio plc a in".split())
TELLING = frozenset(
    """junior juniors youth senior seniors ladies women womens men mens girls boys infant infants primary nursery
    secondary college north south east west upper lower under over beavers cubs scouts guides brownies
    rainbows""".split()
)
"""Words that tell two groups of one name apart."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset that might be the same; `sources` are those whose records it already has."""

    asset: str
    service: Service
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a record belongs: `asset`, and whether it founded it or joined another's."""

    asset: str
    founded: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two assets that may be one, for a person to decide, and why; `ref` is the record that raised it."""

    left: str
    right: str
    why: str
    ref: tuple[str, str]


Find = Callable[[Record], Sequence[Candidate]]


def plain_name(name: str) -> str:
    """A name for comparing: lower case, no punctuation, no filler words, numbers as digits."""
    words = re.sub(r"[^\w\s]", " ", name.casefold().replace("'", "").replace("’", "")).split()
    return " ".join(NUMBERS.get(word, word) for word in words if word not in FILLERS)


def likeness(a: str, b: str) -> float:
    """How alike two names are, 0 to 100; 0 where a word or number tells them apart."""
    left, right = plain_name(a), plain_name(b)
    if not left or not right:
        return 0.0
    apart = set(left.split()) ^ set(right.split())
    if any(word in TELLING or word.isdigit() for word in apart):
        return 0.0
    return float(fuzz.token_sort_ratio(left, right))


def settle(
    records: Iterable[Record], decided: Mapping[tuple[str, str], str], find: Find
) -> tuple[dict[tuple[str, str], Joined], list[Suggestion]]:
    """The asset of each new record, in order, with suggestions for a person. A person's decision comes first."""
    found = _Batch()
    joined: dict[tuple[str, str], Joined] = {}
    suggestions: list[Suggestion] = []
    for record in records:
        own = asset_id(record.source, record.key)
        if record.ref in decided:
            home = decided[record.ref]
        else:
            home, maybe = _home(record, own, [*found.near(record), *find(record)])
            suggestions += maybe
        joined[record.ref] = Joined(home, home == own)
        found.add(Candidate(home, record, frozenset({record.source})))
    return joined, suggestions


def _home(record: Record, own: str, candidates: Sequence[Candidate]) -> tuple[str, list[Suggestion]]:
    """The asset for a record, and suggestions where it is not sure."""
    best: tuple[float, str] | None = None
    maybe: list[Suggestion] = []
    for candidate in candidates:
        score, why = sameness(record, candidate)
        if score >= SAME_NAME and (best is None or (-score, candidate.asset) < best):
            best = (-score, candidate.asset)
        elif LIKE_NAME <= score < SAME_NAME and candidate.asset != own:
            maybe.append(Suggestion(own, candidate.asset, why, record.ref))
    if best is not None:
        return best[1], []
    return own, list({s.right: s for s in maybe}.values())


def sameness(record: Record, candidate: Candidate) -> tuple[float, str]:
    """How surely a record and an asset are one, 0 to 100, and why in words."""
    other = candidate.service
    if "connector" in (record.kind, other.kind) or record.visibility != other.visibility:
        return 0.0, "people, and lists that are not public, are never joined by themselves"
    alike = likeness(record.name, other.name)
    shared = set(record.identifiers) & set(other.identifiers)
    if shared:
        scheme, value = min(shared)
        return (100.0 if alike >= 60 else LIKE_NAME), f"both have the number {value} ({scheme})"
    if set(dict(record.identifiers)) & set(dict(other.identifiers)) or not _one_place(record, other):
        return 0.0, "numbers or places differ"
    vouched = bool(_ways_to_reach(record) & _ways_to_reach(other))
    if vouched:
        alike = max(alike, bare_likeness(record.name, other.name))
    if record.source in candidate.sources and alike < 100:
        # One list tells its own rows apart, so a person is asked, where there is reason to ask.
        unsure = alike >= SAME_NAME or (vouched and alike >= LIKE_NAME)
        return (min(alike, SAME_NAME - 1) if unsure else 0.0), f"alike names in one list: {other.name}"
    if not vouched and alike < SAME_NAME:
        alike = max(alike, min(SAME_NAME - 1, bare_likeness(record.name, other.name)))
    return alike, f"names {alike:.0f} % alike at the same place: {record.name} / {other.name}"


def bare_likeness(a: str, b: str) -> float:
    """Likeness without what stands in brackets and without spaces: "Match-Day Kitchen (B30)" is "Matchday Kitchen"."""
    left, right = (plain_name(re.sub(r"\([^)]*\)", " ", name)).removesuffix(" group") for name in (a, b))
    if not left or not right or not likeness(left, right):
        return 0.0
    return float(fuzz.ratio(left.replace(" ", ""), right.replace(" ", "")))


def _ways_to_reach(service: Service) -> set[str]:
    return {phone.number for phone in service.phones} | set(service.emails)


def _one_place(a: Service, b: Service) -> bool:
    """Whether two services share a place that is more than a rough one."""
    exact = {"coordinates", "UPRN", "postcode"}
    for left in a.locations:
        for right in b.locations:
            if left.point is None or right.point is None or not {left.method, right.method} <= exact:
                continue
            if metres_between(left.point, right.point) < SAME_PLACE_M or (
                left.postcode is not None and left.postcode == right.postcode
            ):
                return True
    return False


class _Batch:
    """The records of this load, found by rough place, identifier and name, as the store finds its assets."""

    def __init__(self) -> None:
        self._cells: dict[tuple[object, ...], list[Candidate]] = {}

    def add(self, candidate: Candidate) -> None:
        for cell in set(_cells(candidate.service, 0)):
            self._cells.setdefault(cell, []).append(candidate)

    def near(self, record: Record) -> list[Candidate]:
        seen: dict[tuple[str, str], Candidate] = {}
        for cell in _cells(record, 1):
            for candidate in self._cells.get(cell, ()):
                seen[(candidate.asset, candidate.service.name)] = candidate
        return list(seen.values())


def _cells(service: Service, around: int) -> Iterable[tuple[object, ...]]:
    """Cells of 0.005 degrees (about 550 m by 330 m), with the neighbours within `around`; postcodes; identifiers."""
    yield from service.identifiers
    for place in service.locations:
        if place.postcode:
            yield ("postcode", place.postcode)
        if place.point is not None:
            row, column = round(place.point.latitude / 0.005), round(place.point.longitude / 0.005)
            for i in range(-around, around + 1):
                for j in range(-around, around + 1):
                    yield (row + i, column + j)
