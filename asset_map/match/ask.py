"""Reading an ask: from a person's own words to interests, strengths, must-haves, times and a place.

Clause by clause: the longest saying first, on the words as they stand (stems mislead: house, housing), then the nearest
saying by meaning. Place names, must-haves, times and ages come out first. What is denied turns into *not*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from asset_map.match import Chip, ChipKind, Reading
from asset_map.match.evidence import Meaning, by_cues, by_meaning, by_words, meaning_of, with_meaning
from asset_map.match.facts import ReadingFacts, reading_facts
from asset_map.match.parts import Part, Parts
from asset_map.match.people import Strength
from asset_map.match.phrases import Heard, SayingIndex
from asset_map.search import Embedder
from asset_map.search.sayings import Progress, SayingVectors
from asset_map.taxonomy import Taxonomy

LEAST = {"wish": 0.60, "item": 0.65, "told": 0.68}
"""The least cosine of a reading by meaning alone, by how the clause is meant."""
PLAIN = 0.8
"""From this cosine on even a word of many meanings is plain, where it is wished for."""
ALONE = 0.45
"""The same where nothing else in the ask is understood."""
TOLD = 0.75
"""What one word counts in a clause that neither wishes nor lists, such as "the pool shut"."""
UNSURE, SURE = 0.45, 0.6
"""Readings fainter than the first are left out where one is surer than the second."""
LIKED = 0.65
"""From this sureness on something is liked, so that how somebody is may stand aside."""
IN_A_TRADE = 0.6
MEETING = frozenset(("company", "talks", "singles", "talking_group", "befriending"))
"""What "meet others like me" sounds like beside the thing they have in common."""
NEAREST = 60
ORDER: tuple[ChipKind, ...] = ("interest", "strength", "not", "audience", "must", "place", "time", "unread")

Places = Callable[[str], bool]


class AskReader:
    """Reads asks. One per process; safe to share between threads. Without an embedder only words are used."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        embedder: Embedder | None = None,
        cache_folder: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self.embedder = embedder
        self.sayings = SayingVectors(taxonomy, embedder, cache_folder, progress) if embedder else None

    @cached_property
    def facts(self) -> ReadingFacts:
        """The facts of `data/reading/`."""
        return reading_facts()

    @cached_property
    def index(self) -> SayingIndex:
        """All sayings."""
        return SayingIndex(self.taxonomy, self.facts.empty)

    def read(self, text: str, places: Places | None = None) -> tuple[Chip, ...]:
        """The chips of an ask, surest first; none for an empty one. `places` tells whether it knows a place's name."""
        parts = Parts(text, self.facts, self.index, places)
        return _Reading(self, parts).chips()

    def meanings(self, texts: Sequence[str]) -> list[Meaning]:
        """What each text is near in meaning."""
        if self.sayings is None:
            return [Meaning() for _ in texts]
        return [meaning_of(near) for near in self.sayings.nearest(texts, most=NEAREST)]


def read_ask(
    text: str, taxonomy: Taxonomy, embedder: Embedder | None = None, places: Places | None = None
) -> tuple[Chip, ...]:
    """One ask, read once. To read many, keep an `AskReader`: it keeps the vectors of the sayings."""
    return AskReader(taxonomy, embedder).read(text, places)


@dataclass(frozen=True, slots=True)
class _Found:
    """A chip with what decides whether it stays."""

    chip: Chip
    aside: bool = False
    """It says how somebody is, and is an interest only where there is no other."""


class _Reading:
    """One ask while it is read."""

    def __init__(self, reader: AskReader, parts: Parts) -> None:
        self.reader, self.facts, self.parts = reader, reader.facts, parts

    def chips(self) -> tuple[Chip, ...]:
        parts = self.parts.parts
        meanings = self.reader.meanings([part.told or "-" for part in parts])
        found: list[_Found] = []
        unread: list[Chip] = []
        for part, meaning in zip(parts, meanings, strict=True):
            here = self._of_part(part, meaning)
            found += here
            if not here and part.telling and not part.vague and not self._denied(part):
                unread.append(Chip(kind="unread", words=part.told))
        if not any(one.chip.kind in ("interest", "strength") for one in found):
            found += self._guess(parts, meanings)
            unread = [one for one in unread if not any(one.words in other.chip.words for other in found)]
        chips = _distinct(_aside(found, any(part.alike for part in parts)))
        around = [one.chip for one in self.parts.around if one.chip]
        chips = [one for one in chips if one.kind != "audience" or all(one.words != other.words for other in around)]
        return _in_order([*chips, *around, *unread])

    def _of_part(self, part: Part, meaning: Meaning) -> list[_Found]:
        strength = next((s for s in self.parts.strengths if part.clause.first <= s.first < part.clause.stop), None)
        found = [one for heard in part.heard if (one := self._of_saying(part, heard, meaning, strength))]
        if strength and not any(one.chip.kind == "strength" for one in found):
            terms = tuple(Reading(id=term, sure=IN_A_TRADE) for term in strength.terms)
            words = self.parts.said(strength.first, strength.stop)
            found.append(_Found(Chip(kind="strength", words=words, terms=terms)))
        return found or self._by_meaning(part, meaning)

    def _by_meaning(self, part: Part, meaning: Meaning) -> list[_Found]:
        """A clause in which no saying is heard."""
        denial = self.parts.denies(part.clause)
        plain = not part.vague or (part.tone == "wish" and meaning.best >= PLAIN and not denial)
        if not part.telling or not plain or part.figurative:
            return []
        readings: tuple[Reading, ...] = ()
        if part.tone != "told" and not denial:
            readings = by_cues(self.reader.taxonomy.cues.find(part.told, "description"), meaning)
        readings = readings or by_meaning(meaning, LEAST["told" if denial else part.tone])
        if not readings or (denial and denial.put_up_with):
            return []
        chip = Chip(kind="not" if denial else "interest", words=part.told, terms=readings)
        return [_Found(chip, readings[0].id in self.facts.circumstances)]

    def _of_saying(self, part: Part, heard: Heard, meaning: Meaning, strength: Strength | None) -> _Found | None:
        said = self.parts.said(heard.first, heard.stop)
        whole = part.told.casefold() == said.casefold() and part.tone != "told"
        doubtful = heard.size == 1 and self.parts.words[heard.first].text in self.facts.ambiguous
        others = {term for other in part.heard if other is not heard for term in other.terms}
        readings = by_words(heard, meaning.without(others - heard.terms.keys()), whole, doubtful)
        denial = self.parts.denial(heard.first, heard.stop)
        if denial or not readings:
            chip = Chip(kind="not", words=said, terms=readings)
            return _Found(chip) if denial and not denial.put_up_with and readings else None
        if heard.size == 1 and part.tone == "told":
            readings = tuple(replace(reading, sure=round(reading.sure * TOLD, 3)) for reading in readings)
        if len(part.heard) == 1:
            readings = with_meaning(readings, meaning)
        if part.alike and readings[0].id in MEETING:
            return None
        words = part.told if len(part.heard) == 1 and len(part.told.split()) <= 5 else said
        if strength and strength.first < heard.stop and heard.first < strength.stop:
            both = self.parts.said(min(strength.first, heard.first), max(strength.stop, heard.stop))
            terms = tuple(replace(reading, sure=min(reading.sure, IN_A_TRADE)) for reading in readings)
            return _Found(Chip(kind="strength", words=both, terms=terms))
        aside = self.parts.about_people(heard) or readings[0].id in self.facts.circumstances
        return _Found(Chip(kind="interest", words=words, terms=readings), aside and part.tone != "wish")

    def _guess(self, parts: Sequence[Part], meanings: Sequence[Meaning]) -> list[_Found]:
        """Where nothing is understood clause by clause: the best guess at a clause, a sentence or the whole."""
        open_parts = [(p.told, m) for p, m in zip(parts, meanings, strict=True) if p.telling and not self._denied(p)]
        said = [self.parts.said(first, stop) for first, stop in self.parts.sentences()]
        tries = [*open_parts, *zip(said, self.reader.meanings(said), strict=True)]
        for told, meaning in sorted(tries, key=lambda one: (-one[1].best, one[0])):
            readings = by_meaning(meaning, ALONE)
            return [_Found(Chip(kind="interest", words=told, terms=readings))] if readings else []
        return []

    def _denied(self, part: Part) -> bool:
        return self.parts.denies(part.clause) is not None


def _aside(found: Sequence[_Found], alike: bool) -> list[Chip]:
    """How somebody is turns into who it is for, where a liking is known and no others like them are meant."""
    likes = any(
        one.chip.kind == "interest"
        and not one.aside
        and one.chip.terms[0].sure >= LIKED
        and one.chip.terms[0].id not in MEETING
        for one in found
    )
    if alike or not likes:
        return [one.chip for one in found]
    chips = []
    for one in found:
        chip = one.chip
        if one.aside:
            chip = Chip(kind="audience", words=chip.words, value=chip.terms[0].id)
        chips.append(chip)
    return chips


def _distinct(chips: Sequence[Chip]) -> list[Chip]:
    """One chip an interest: of those with the same surest term the surest; faint ones only where none is sure."""
    kept: dict[tuple[str, str], Chip] = {}
    unwanted = {chip.terms[0].id for chip in chips if chip.kind == "not" and chip.terms}
    surest = max((chip.terms[0].sure for chip in chips if chip.terms and chip.kind == "interest"), default=0.0)
    for chip in sorted(chips, key=lambda chip: -chip.terms[0].sure if chip.terms else 0.0):
        if chip.kind == "interest":
            terms = tuple(reading for reading in chip.terms if reading.id not in unwanted)
            if not terms or (terms[0].sure < UNSURE and surest >= SURE):
                continue
            chip = replace(chip, terms=terms)
        kind = chip.kind if chip.kind in ("not", "audience") else ""
        kept.setdefault((kind, chip.terms[0].id if chip.terms else chip.value or chip.words), chip)
    return list(kept.values())


def _in_order(chips: Sequence[Chip]) -> tuple[Chip, ...]:
    """Interests and strengths surest first, then the rest by kind; ties as they were said."""

    def order(item: tuple[int, Chip]) -> tuple[int, float, int]:
        place, chip = item
        rank = max(1, ORDER.index(chip.kind))
        return (rank, -chip.terms[0].sure if chip.terms and rank == 1 else 0.0, place)

    return tuple(chip for _, chip in sorted(enumerate(chips), key=order))
