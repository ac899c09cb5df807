"""The facts under `data/reading/` that help to read what somebody says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from asset_map.config import data_folder, read_yaml
from asset_map.errors import BadFacts
from asset_map.taxonomy.words import Phrases, Word, either_number, key_of


@dataclass(frozen=True, slots=True)
class Fact:
    """What a phrase means. `kind` is must, time, audience, idiom, kin, name, trade or a part of `grammar.yml`.

    With `open` its words may be part of an interest as well.
    """

    kind: str
    value: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A fact found: words from `first` up to, not including, `stop`."""

    first: int
    stop: int
    fact: Fact


class ReadingFacts:
    """All phrases of the facts in one index, and the few lists that are not phrases."""

    def __init__(self, folder: Path) -> None:
        self.phrases: Phrases[Fact] = Phrases()
        for kind, value, phrase in _facts(folder):
            self._add(kind, value, phrase)
        places = _read(folder / "places.yml")
        self.postcode_areas = frozenset(str(places["areas"]).split())
        self.not_places = frozenset(key_of(word) for word in places["not_places"])
        for kind in ("before", "not_before"):
            for phrase in places[kind]:
                self.phrases.add(key_of(phrase), Fact(f"place_{kind}", ""))
        self.trades: Mapping[str, str] = {
            key_of(trade): term for term, names in _read(folder / "strengths.yml")["trades"].items() for trade in names
        }
        self.names = frozenset(name for row in _read(folder / "names.yml") for name in row)
        self.circumstances = frozenset(_read(folder / "audience.yml")["circumstances"])
        self.ambiguous = frozenset(key_of(word) for word in _read(folder / "grammar.yml")["ambiguous"])
        self.empty = frozenset(key_of(word) for word in _read(folder / "grammar.yml")["empty"])

    def _add(self, kind: str, value: str, phrase: str) -> None:
        fact = Fact(kind, value, open=phrase.startswith("~") or kind in ("audience", "kin"))
        words = key_of(phrase.removeprefix("~"))
        # Plurals only where a phrase is a thing: "not" has none, and "run" is not "runs".
        plural = kind in ("audience", "kin", "trade", "must") and " " not in words
        self.phrases.add(words, fact, endings=either_number(words) if plural else ())

    def find(self, words: list[Word]) -> list[Spoken]:
        """Everything found, from the left, longer before shorter."""
        found = [Spoken(first, stop, fact) for first, stop, fact in self.phrases.find(words)]
        return sorted(found, key=lambda one: (one.first, -one.stop, one.fact.kind, one.fact.value))


def _facts(folder: Path) -> Iterator[tuple[str, str, str]]:
    for kind, file in (("must", "must_haves"), ("time", "times")):
        for value, phrases in _read(folder / f"{file}.yml").items():
            yield from ((kind, value, phrase) for phrase in phrases)
    audience = _read(folder / "audience.yml")
    yield from (("kin", phrase, phrase) for phrase in audience["kin"])
    for value, phrases in audience["groups"].items():
        yield from (("audience", value, phrase) for phrase in phrases)
    yield from (("idiom", "", phrase) for group in _read(folder / "idioms.yml") for phrase in group)
    for kind, phrases in _read(folder / "grammar.yml").items():
        if kind not in ("empty", "ambiguous"):
            yield from ((kind, "", phrase) for phrase in phrases)
    strengths = _read(folder / "strengths.yml")
    for kind in ("openers", "closers"):
        yield from ((kind, "", phrase) for phrase in strengths[kind])
    for term, trades in strengths["trades"].items():
        yield from (("trade", term, trade) for trade in trades)


def _read(path: Path) -> Any:
    try:
        # Every scalar is text: plain YAML reads "no", "on" and "off" as true or false.
        return read_yaml(path, as_text=True)
    except (OSError, yaml.YAMLError) as error:
        raise BadFacts(f"{path.name}: cannot be read: {error}") from error


@lru_cache(maxsize=1)
def reading_facts(folder: Path | None = None) -> ReadingFacts:
    """The facts of `data/reading/`, read once. Raises BadFacts that names the file."""
    try:
        return ReadingFacts(folder or data_folder() / "reading")
    except (AttributeError, KeyError, TypeError) as error:
        raise BadFacts(f"data/reading: {error!r}; see data/reading/README.md for what each file holds") from error
