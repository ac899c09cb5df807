"""What people say for the interest terms, found word for word."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from asset_map.taxonomy import Taxonomy
from asset_map.taxonomy.words import Phrases, Word, either_number, key_of, words_of

SEVERAL_WORDS, ONE_WORD = 0.95, 0.88
"""How sure a saying of several words or of a single one is, when only one term has it."""
SHARED = 0.05
"""A word in ten terms' sayings says less than a word in one: how much less, for each doubling."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A saying heard: words from `first` up to `stop`, and the terms that have it, with how sure each is."""

    first: int
    stop: int
    terms: Mapping[str, float]
    proper: bool
    """Whether the terms write it with a capital themselves."""

    @property
    def size(self) -> int:
        return self.stop - self.first


@dataclass(frozen=True, slots=True)
class _Saying:
    term: str
    label: bool
    proper: bool


class SayingIndex:
    """Every saying and label of every term, with the plural or singular of its last word."""

    def __init__(self, taxonomy: Taxonomy, empty: frozenset[str]) -> None:
        self._phrases: Phrases[_Saying] = Phrases()
        self._empty = empty
        # Where two terms share a saying the wider is the safer reading: it takes the narrower with it.
        self._depth = {term: 0.004 * len(taxonomy.wider(term)) for term in taxonomy.terms}
        users: dict[str, set[str]] = defaultdict(set)
        for term in taxonomy.terms.values():
            for said in (term.label, *term.said):
                words = key_of(said)
                last = words.rpartition(" ")[2]
                self._phrases.add(
                    words, _Saying(term.id, said == term.label, said[:1].isupper()), endings=either_number(last)
                )
                for word in words.split():
                    users[word].add(term.id)
        self._shared = {word: len(terms) for word, terms in users.items()}

    def find(self, words: list[Word]) -> list[Heard]:
        """Every saying in the words, longest first, then from the left; overlaps included."""
        spans: dict[tuple[int, int], list[_Saying]] = defaultdict(list)
        for first, stop, saying in self._phrases.find(words):
            spans[first, stop].append(saying)
        heard = []
        for (first, stop), sayings in spans.items():
            sure = self._sure([word.text for word in words[first:stop]])
            if sure:
                terms = {saying.term: round(sure - self._depth[saying.term], 3) for saying in sayings}
                proper = any(saying.proper and not saying.label for saying in sayings)
                heard.append(Heard(first, stop, _by_sureness(terms), proper))
        return sorted(heard, key=lambda one: (-one.size, one.first))

    def _sure(self, words: list[str]) -> float:
        telling = [word for word in words if word not in self._empty]
        if not telling:
            return SEVERAL_WORDS - 0.1 if len(words) > 2 else 0.0
        if len(telling) > 1 or len(words) > 2:
            return SEVERAL_WORDS
        doublings = math.log2(max(1, self._shared.get(telling[0], 1)))
        return max(0.5, ONE_WORD - SHARED * doublings)


def _by_sureness(terms: Mapping[str, float]) -> dict[str, float]:
    """Several terms with one saying share some of the sureness."""
    share = 1.0 if len(terms) == 1 else 0.95
    return {term: round(sure * share, 3) for term, sure in sorted(terms.items(), key=lambda item: (-item[1], item[0]))}


def telling_words(text: str, empty: frozenset[str]) -> list[str]:
    """The words of a text that could be about something."""
    return [word.text for word in words_of(text) if word.text not in empty and word.text[0].isalnum()]
