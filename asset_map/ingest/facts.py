"""The words of `data/words.yml`: what people write in cells, and what it means."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeVar

import msgspec
import yaml

from asset_map.asset import Kind, Status, Visibility
from asset_map.config import data_folder, read_yaml
from asset_map.errors import BadFacts

Meant = TypeVar("Meant", bound=str)


class AccessWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases that say a place has something, that it has not, and that mean something else."""

    words: tuple[str, ...]
    against: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


class OnlineWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that say whether it can be joined from home."""

    yes: frozenset[str]
    no: frozenset[str]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `data/words.yml`."""

    nothing: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    acronyms: frozenset[str]
    small_words: frozenset[str]
    kinds: dict[Kind, tuple[str, ...]]
    visibility: dict[Visibility, tuple[str, ...]]
    private_phrases: tuple[str, ...]
    status: dict[Status, tuple[str, ...]]
    online: OnlineWords
    languages: dict[str, str]
    access: dict[str, AccessWords]
    negations: tuple[str, ...]
    half: tuple[str, ...]


@cache
def words() -> Words:
    """The words, read once; raises BadFacts where the file is not sound."""
    path = data_folder() / "words.yml"
    try:
        return msgspec.convert(read_yaml(path), Words)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadFacts(f"{path}: {error}; expected the lists described at the top of the file") from error


def simple(text: str) -> str:
    """A cell as it is compared: lower case, single spaces, no full stop at the end, one kind of apostrophe."""
    tidy = re.sub(r"\s+", " ", text.replace("’", "'")).strip().lower()
    return tidy.rstrip(".!") or tidy


def is_nothing(text: str, also: frozenset[str] = frozenset()) -> bool:
    """Whether a cell says nothing: empty, "N/A", "-", or one of the source's own words for it (`also`, any case)."""
    tidy = simple(text)
    return not tidy or tidy in words().nothing or tidy in {simple(word) for word in also}


def meant(text: str, table: dict[Meant, tuple[str, ...]]) -> Meant | None:
    """The entry of a table of words that a whole cell names, or None."""
    tidy = simple(text)
    return next((meaning for meaning, said in table.items() if tidy in said or tidy == simple(meaning)), None)


@cache
def phrase(*said: str) -> re.Pattern[str]:
    """A pattern for any of these phrases as whole words, the longest first."""
    ordered = sorted(said, key=lambda one: (-len(one), one))
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(one) for one in ordered) + r")(?!\w)", re.IGNORECASE)
