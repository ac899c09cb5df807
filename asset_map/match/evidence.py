"""How sure a reading is: what is heard word for word, weighed against what the clause means."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from asset_map.match import Reading
from asset_map.match.phrases import Heard
from asset_map.search.sayings import Near
from asset_map.taxonomy import Found

MOST_READINGS = 4
CLOSE_TO_BEST = 0.09
"""A chip offers at most the best four readings, and by meaning only those near the best (INTERESTS.md)."""
ALIKE = 0.10
"""How much farther than the nearest term a term heard may be before the clause speaks against it."""
DOUBT = 1.4
LEAST_FACTOR, SINGLE, SEVERAL = 0.45, 0.65, 0.8
"""The least that is left of a word of many meanings, of any other word, and of several words."""
UNWEIGHED = 0.6
CUE, CUE_LIKE, CUE_GAP = 0.55, 0.3, 0.15
NEARLY = 0.06
"""A word of many meanings counts only where its term is this near to the nearest of all."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The terms near a clause in meaning, nearest first; empty where there is no embedder."""

    near: Sequence[Near] = ()
    cosines: Mapping[str, float] = field(default_factory=dict)

    @property
    def best(self) -> float:
        return self.near[0].cosine if self.near else 0.0

    def without(self, terms: Collection[str]) -> Meaning:
        """What is meant beside these terms, which other words of the clause have said already."""
        return meaning_of([one for one in self.near if one.term not in terms]) if terms else self


def meaning_of(near: Sequence[Near]) -> Meaning:
    """Near terms with their cosines by id."""
    return Meaning(near, {one.term: one.cosine for one in near})


def by_words(heard: Heard, meaning: Meaning, whole: bool, doubtful: bool) -> tuple[Reading, ...]:
    """Readings of a saying heard; none where a `doubtful` word has many meanings and the clause means another.

    The clause's meaning orders them, and weakens a single word that it speaks against, unless the saying is the `whole`
    of what is said.
    """
    readings = []
    for term, sure in heard.terms.items():
        gap = meaning.best - meaning.cosines.get(term, 0.0)
        if doubtful and not whole and gap > NEARLY:
            continue
        # With nothing to weigh a word of many meanings against, it is a guess.
        unweighed = doubtful and not meaning.near
        factor = UNWEIGHED if unweighed else 1.0 if whole else _agreement(gap, heard.size, doubtful)
        nearer = 0.1 * min(gap, 0.3)
        readings.append(Reading(id=term, sure=round(max(0.05, sure * factor - nearer), 3)))
    return best(readings)


def with_meaning(readings: Sequence[Reading], meaning: Meaning) -> tuple[Reading, ...]:
    """The readings of words, and after them what the clause means as well."""
    if not readings:
        return ()
    floor = max(reading.sure for reading in readings) - 0.05
    also = [
        Reading(id=one.term, sure=round(min(floor, sure_of(one.cosine)), 3))
        for one in meaning.near[:MOST_READINGS]
        if one.cosine >= max(0.5, meaning.best - CLOSE_TO_BEST) and all(one.term != r.id for r in readings)
    ]
    return best([*readings, *also])


def by_cues(found: Mapping[str, Found], meaning: Meaning) -> tuple[Reading, ...]:
    """Readings of words that mark assets, such as "gurdwara", where no saying is heard, unless the meaning differs."""
    cosines = {term: meaning.cosines.get(term, 0.0) for term, one in found.items() if not one.weak}
    kept = {t: c for t, c in cosines.items() if not meaning.near or c >= max(CUE_LIKE, meaning.best - CUE_GAP)}
    return best([Reading(id=term, sure=round(CUE + cosine / 10, 3)) for term, cosine in kept.items()])


def by_meaning(meaning: Meaning, at_least: float) -> tuple[Reading, ...]:
    """Readings of a clause by meaning alone."""
    if meaning.best < at_least:
        return ()
    kept = [one for one in meaning.near if one.cosine >= max(0.45, meaning.best - CLOSE_TO_BEST)]
    return best([Reading(id=one.term, sure=sure_of(one.cosine)) for one in kept])


def best(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """The best four, surest first, then by id."""
    return tuple(sorted(readings, key=lambda reading: (-reading.sure, reading.id))[:MOST_READINGS])


def sure_of(cosine: float) -> float:
    """How sure a cosine makes us: .45 is a guess, .75 as good as a word heard."""
    return round(min(0.9, max(0.2, 0.3 + (cosine - 0.45) * 1.8)), 3)


def _agreement(gap: float, size: int, doubtful: bool) -> float:
    least = LEAST_FACTOR if doubtful else SINGLE if size == 1 else SEVERAL
    return min(1.0, max(least, 1 - DOUBT * max(0.0, gap - ALIKE)))
