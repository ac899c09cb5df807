"""The parts of an ask: clauses with what was heard in them and how they are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from asset_map.match.circumstances import Circumstance, circumstances
from asset_map.match.clauses import STOPS, Clause, Denial, denials, split
from asset_map.match.facts import ReadingFacts, Spoken
from asset_map.match.people import Strength, is_a_name, others_doing, strength_spans
from asset_map.match.phrases import Heard, SayingIndex
from asset_map.taxonomy.words import Word, words_of

Tone = Literal["wish", "item", "told"]
"""A wish ("I'd like to swim"), an item of a list ("swimming"), or anything else told ("the pool shut")."""
LONGEST_ITEM = 5
GROUPS = frozenset("group groups club others other meet".split())
_TELLING = frozenset(
    "i he she it they we i'm he's she's they're we're i've is was are were am has had have been be it's that's there's "
    "says said went came got goes gets left died lost moved born makes became his her their my".split()
)


@dataclass(frozen=True, slots=True)
class Part:
    """A clause. `told` is its text without fillers and without what is known already.

    `telling` counts its words that could be about something, people aside; it is `vague` where they say nothing alone.
    """

    clause: Clause
    told: str
    telling: int
    vague: bool
    tone: Tone
    heard: tuple[Heard, ...]
    figurative: bool
    alike: bool


class Parts:
    """One ask, taken apart."""

    def __init__(self, text: str, facts: ReadingFacts, index: SayingIndex, places: object = None) -> None:
        self.text, self.facts = text, facts
        self.words: list[Word] = words_of(text)
        self.spoken: list[Spoken] = facts.find(self.words)
        heard, names = self._names(index.find(self.words))
        heard = [one for one in heard if not self._in_idiom(one)]
        spans = [(one.first, one.stop) for one in heard if one.size > 1]
        self.denied: list[Denial] = denials(self.words, self.spoken, spans)
        self.around: list[Circumstance] = circumstances(
            text,
            self.words,
            self.spoken,
            heard,
            self.denied,
            facts,
            places,  # type: ignore[arg-type]
        )
        taken = {n for one in self.around if one.takes for n in range(one.first, one.stop)}
        self.idle = taken | names | self._numbers("idiom", "alike")
        self.heard = _apart([h for h in heard if self.idle.isdisjoint(range(h.first, h.stop))])
        whole = [(h.first, h.stop) for h in self.heard] + [(i.first, i.stop) for i in self._facts("idiom")]
        self.clauses = split(self.words, whole)
        self.strengths: list[Strength] = strength_spans(self.clauses, self.words, self.spoken)

    @cached_property
    def parts(self) -> list[Part]:
        """The clauses that are about the person, from the left."""
        others = others_doing(self.clauses, self.words, self.spoken)
        return [self._part(clause) for clause in self.clauses if clause not in others]

    def said(self, first: int, stop: int) -> str:
        """The words verbatim."""
        return self.text[self.words[first].start : self.words[stop - 1].end]

    def denial(self, first: int, stop: int) -> Denial | None:
        """What denies these words, if anything does."""
        return next((one for one in self.denied if one.first <= first < one.stop and stop <= one.stop + 1), None)

    def denies(self, clause: Clause) -> Denial | None:
        """What denies all that a clause tells."""
        telling = [n for n in range(clause.first, clause.stop) if self._tells(n) and n not in self._denying]
        return next((d for d in self.denied if telling and all(d.first <= n < d.stop for n in telling)), None)

    def about_people(self, heard: Heard) -> bool:
        """Whether the saying is nothing but somebody ("my grandson") or how they are ("retired")."""
        people = self._numbers("kin", "audience") | {n for n, w in enumerate(self.words) if w.text in self.facts.empty}
        return all(n in people for n in range(heard.first, heard.stop))

    @cached_property
    def _denying(self) -> set[int]:
        return self._numbers("denies", "dislikes", "tolerates", "ends")

    def sentences(self) -> list[tuple[int, int]]:
        """First word and word after the last of each sentence that is about the person and denies nothing."""
        spans: dict[int, tuple[int, int]] = {}
        for part in self.parts:
            first, _ = spans.get(part.clause.sentence, (part.clause.first, 0))
            spans[part.clause.sentence] = (first, part.clause.stop)
        return [span for span in spans.values() if not any(span[0] <= d.first < span[1] for d in self.denied)]

    def _facts(self, *kinds: str) -> list[Spoken]:
        return [one for one in self.spoken if one.fact.kind in kinds]

    def _numbers(self, *kinds: str) -> set[int]:
        return {n for one in self._facts(*kinds) for n in range(one.first, one.stop)}

    def _names(self, heard: Sequence[Heard]) -> tuple[list[Heard], set[int]]:
        called = {one.stop for one in self._facts("called")}
        names = [one for one in heard if is_a_name(one, self.text, self.words, self.facts, called)]
        numbers = {n for one in names if one.size == 1 for n in range(one.first, one.stop)}
        return [one for one in heard if one not in names], numbers

    def _in_idiom(self, heard: Heard) -> bool:
        """Whether a figure of speech touches it; a longer saying around the figure stands."""
        for idiom in self._facts("idiom"):
            around = heard.first <= idiom.first and idiom.stop <= heard.stop and heard.size > idiom.stop - idiom.first
            if heard.first < idiom.stop and idiom.first < heard.stop and not around:
                return True
        return False

    def _part(self, clause: Clause) -> Part:
        span = range(clause.first, clause.stop)
        heard = tuple(h for h in self.heard if clause.first <= h.first and h.stop <= clause.stop)
        covered = {n for h in heard for n in range(h.first, h.stop)}
        numbers = [n for n in span if n not in self.idle and (n not in self._denying or n in covered)]
        numbers = self._trim(numbers, covered)
        tone = self._tone(clause)
        # "Would like a girlfriend", "a group for dads": people are what is wanted.
        people = set() if tone == "wish" or any(self.words[n].text in GROUPS for n in span) else self._numbers("kin")
        telling = [n for n in numbers if self._tells(n) and n not in people]
        return Part(
            clause=clause,
            told=self.said(numbers[0], numbers[-1] + 1).strip() if numbers else "",
            telling=len(telling),
            vague=self._vague(clause, telling, tone),
            tone=tone,
            heard=heard,
            figurative=any(i.first in span for i in self._facts("idiom")),
            alike=any(i.first in span for i in self._facts("alike")),
        )

    def _tells(self, number: int) -> bool:
        word = self.words[number].text
        return word not in self.facts.empty and word[0].isalpha()

    def _vague(self, clause: Clause, telling: Sequence[int], tone: Tone) -> bool:
        """Whether what is left of a clause says nothing by itself: names only, or one word that could be anything."""
        names = all(self.text[self.words[n].start].isupper() for n in telling) and len(self.words) > 2
        if len(telling) != 1 or names:
            return bool(telling) and names
        lost = any(n in self.idle for n in range(clause.first, clause.stop))
        return lost or tone == "told" or self.words[telling[0]].text in self.facts.ambiguous

    def _tone(self, clause: Clause) -> Tone:
        span = range(clause.first, clause.stop)
        if any(one.first in span and one.first not in self.idle for one in self._facts("wish")):
            return "wish"
        short = sum(self.words[n].text not in STOPS for n in span) <= LONGEST_ITEM
        return "item" if short and not any(self.words[n].text in _TELLING for n in span) else "told"

    def _trim(self, numbers: list[int], covered: set[int]) -> list[int]:
        """Fillers off the front and the back, but never a word of a saying."""
        fillers = sorted(((o.first, o.stop) for o in self._facts("fillers")), key=lambda span: (span[0], -span[1]))
        free = [span for span in fillers if covered.isdisjoint(range(*span))]
        while numbers:
            span = next((s for s in free if s[0] == numbers[0]), None)
            if not span:
                break
            numbers = [n for n in numbers if n >= span[1]]
        while numbers:
            span = next((s for s in free if s[1] - 1 == numbers[-1]), None)
            if not span:
                break
            numbers = [n for n in numbers if n < span[0]]
        return numbers


def _apart(heard: Sequence[Heard]) -> list[Heard]:
    """The longest first, none over another."""
    kept: list[Heard] = []
    for one in heard:
        if all(one.stop <= other.first or other.stop <= one.first for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.first)
