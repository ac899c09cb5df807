"""What one column heading says: the known spellings of `data/columns.yml`, and how near a new one comes to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import yaml
from rapidfuzz.distance import OSA

from asset_map.config import data_folder, read_yaml
from asset_map.errors import BadFacts
from asset_map.ingest import FIELDS

KNOWN, NUMBERED, QUALIFIED, TYPO, BY_VALUES, GUESS = 0.95, 0.9, 0.85, 0.75, 0.6, 0.4
"""How sure a reading is, from 0 to 1, by how it was found."""
SHORTEST_TYPO = 5
"""Letters. A heading shorter than this is spelled right or unknown: "ago" is not "age"."""

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|£")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DAYS = {
    "mo": ("mo", "mon", "monday", "mondays"),
    "tu": ("tu", "tue", "tues", "tuesday", "tuesdays"),
    "we": ("we", "wed", "weds", "wednesday", "wednesdays"),
    "th": ("th", "thu", "thur", "thurs", "thursday", "thursdays"),
    "fr": ("fr", "fri", "friday", "fridays"),
    "sa": ("sa", "sat", "saturday", "saturdays"),
    "su": ("su", "sun", "sunday", "sundays"),
}
_DAY_OF = {word: day for day, words in _DAYS.items() for word in words}
_HOURS = {"opening", "hours", "hour", "times", "time", "open", "staffed", "session", "sessions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a heading alone says. `field` may also be "x", "y" or "both", which only the numbers below it can settle."""

    field: str
    confidence: float
    why: str
    rank: int | None = None
    """Where a heading stands among those that may be the name, 0 the best; `field` is what it is otherwise."""


class _NameGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    otherwise: str
    headings: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: tuple[_NameGroup, ...]
    fields: dict[str, tuple[str, ...]]
    axes: dict[str, tuple[str, ...]]
    qualifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """The known spellings, squeezed, each with its field and its rank as a name, and the words that may precede one."""

    known: dict[str, tuple[str, int | None]]
    qualifiers: frozenset[str]


def squeezed(heading: str) -> str:
    """A heading without what makes no difference: "Post Code", "post_code" and "PostCode" become "postcode"."""
    return "".join(words_of(heading))


def words_of(heading: str) -> list[str]:
    """The words of a heading in lower case: "featureNum" is "feature", "num"."""
    return [word.lower() for word in _WORDS.findall(heading)]


@cache
def read_spellings(path: Path | None = None) -> Spellings:
    """The spellings in `path`, by default `columns.yml` of the data folder; raises BadFacts when it is not sound."""
    path = path or data_folder() / "columns.yml"
    try:
        file = msgspec.convert(read_yaml(path), _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadFacts(f"{path.name}: {error}; compare with the entries beside it") from error
    known: dict[str, tuple[str, int | None]] = {}
    for field, rank, spelling in _entries(file):
        if field not in FIELDS and field not in ("x", "y", "both"):
            raise BadFacts(f"{path.name}: {field!r} is not a field; expected one of {', '.join(FIELDS)}")
        key = squeezed(spelling)
        if key in known:
            raise BadFacts(f"{path.name}: {spelling!r} stands under {known[key][0]!r} and {field!r}; keep one of them")
        known[key] = (field, rank)
    return Spellings(known=known, qualifiers=frozenset(file.qualifiers))


def _entries(file: _File) -> Iterator[tuple[str, int | None, str]]:
    for rank, group in enumerate(file.names):
        yield from ((group.otherwise, rank, spelling) for spelling in group.headings)
    for field, spellings in (*file.fields.items(), *file.axes.items()):
        yield from ((field, None, spelling) for spelling in spellings)


def read_heading(heading: str, spellings: Spellings) -> Reading | None:
    """What a heading says, by known spelling, then without brackets, numbers and qualifiers, then as a typing slip."""
    for text in (heading, _BRACKETS.sub(" ", heading)):
        words = words_of(text)
        found = _known(words, spellings) or _day(words) or _numbered(words, spellings) or _qualified(words, spellings)
        if found:
            return found
    return _typo(squeezed(heading), spellings)


def _known(words: Iterable[str], spellings: Spellings) -> Reading | None:
    entry = spellings.known.get("".join(words))
    return Reading(field=entry[0], rank=entry[1], confidence=KNOWN, why="a known spelling") if entry else None


def _day(words: list[str]) -> Reading | None:
    days = [_DAY_OF[word] for word in words if word in _DAY_OF]
    if len(days) != 1 or not all(word in _DAY_OF or word in _HOURS for word in words):
        return None
    return Reading(field=f"opening_{days[0]}", confidence=KNOWN, why="names a day of the week")


def _numbered(words: list[str], spellings: Spellings) -> Reading | None:
    """ "Address 2", "Phone1"."""
    if len(words) < 2 or not words[-1].isdigit():
        return None
    inner = _known(words[:-1], spellings) or _qualified(words[:-1], spellings)
    if inner is None:
        return None
    return Reading(field=inner.field, rank=inner.rank, confidence=min(NUMBERED, inner.confidence), why=inner.why)


def _qualified(words: list[str], spellings: Spellings) -> Reading | None:
    """ "Venue postcode", "charity_contact_web": harmless words and then a known spelling, which is no key."""
    for start in range(1, len(words)):
        if words[start - 1] not in spellings.qualifiers:
            return None
        inner = _known(words[start:], spellings)
        if inner and inner.field != "key":
            why = f"ends in {' '.join(words[start:])!r}"
            return Reading(field=inner.field, rank=inner.rank, confidence=QUALIFIED, why=why)
    return None


def _typo(key: str, spellings: Spellings) -> Reading | None:
    """The known spelling that is one typing slip away, or two in a long word (optimal string alignment distance)."""
    slips = 1 if len(key) < 8 else 2
    if len(key) < SHORTEST_TYPO:
        return None
    near = (
        (OSA.distance(key, spelling, score_cutoff=slips), spelling)
        for spelling in spellings.known
        if spelling[0] == key[0] and len(spelling) >= SHORTEST_TYPO
    )
    distance, spelling = min(near, default=(slips + 1, ""))
    if distance > slips:
        return None
    field, rank = spellings.known[spelling]
    return Reading(field=field, rank=rank, confidence=TYPO, why=f"nearly {spelling!r}")
