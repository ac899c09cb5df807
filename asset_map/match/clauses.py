"""An ask in clauses: where they part, and which of them say what somebody does not want."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asset_map.match.facts import Spoken
from asset_map.taxonomy.words import Word

SENTENCE_ENDS = frozenset(".!?;\n")
STOPS = SENTENCE_ENDS | frozenset(',:()/|–—"-')
JOINTS = frozenset(
    "and but also so because cos though although then while or nor plus + anyway however except unless who "
    "where".split()
)
TURNS = SENTENCE_ENDS | frozenset(":()–—-") | {"but", "so", "because", "cos", "though", "although", "anyway", "however"}
"""Where a denial ends."""
SPEAKERS = frozenset("i he she they we i'd he'd she'd they'd we'd".split())
SUBJECTS = frozenset(
    "i he she they we it i'd he'd she'd they'd we'd i'm he's she's i've would wants wanted love".split()
)


@dataclass(frozen=True, slots=True)
class Clause:
    """Words from `first` up to `stop`; `sentence` counts from 0."""

    first: int
    stop: int
    sentence: int

    @property
    def size(self) -> int:
        return self.stop - self.first


def split(words: Sequence[Word], whole: Iterable[tuple[int, int]]) -> list[Clause]:
    """The clauses; nothing is parted inside the spans `whole`, such as "fish and chips"."""
    kept = {number for first, stop in whole for number in range(first, stop)}
    clauses: list[Clause] = []
    start = sentence = 0
    for number, word in enumerate([*words, Word(".", 0, 0)]):
        if number in kept or (word.text not in STOPS and word.text not in JOINTS):
            continue
        if number > start:
            clauses.append(Clause(start, number, sentence))
        start = number + 1
        sentence += word.text in SENTENCE_ENDS
    return clauses


@dataclass(frozen=True, slots=True)
class Denial:
    """Words that are not wanted; with `put_up_with` ("don't mind") they are neither wanted nor not."""

    first: int
    stop: int
    put_up_with: bool = False


def denials(words: Sequence[Word], spoken: Sequence[Spoken], kept: Iterable[tuple[int, int]]) -> list[Denial]:
    """What is denied, from the left. A denial inside `kept` ("can't boil an egg") is part of a saying."""
    taken = {n for first, stop in kept for n in range(first, stop)}
    taken |= {n for one in spoken if one.fact.kind == "affirms" for n in range(one.first, one.stop)}
    found = []
    for one in spoken:
        kind = one.fact.kind
        if kind not in ("dislikes", "denies", "ends", "tolerates") or one.first in taken:
            continue
        if kind == "ends":
            if one.stop >= len(words) or words[one.stop].text in STOPS or one.stop - one.first > 1:
                found.append(Denial(_back(words, one.first), one.first))
        else:
            found.append(Denial(one.stop, _ahead(words, one.stop), kind == "tolerates"))
    return [one for one in (*found, *_rather(words)) if one.stop > one.first]


def _ahead(words: Sequence[Word], start: int) -> int:
    for number in range(start, len(words)):
        text = words[number].text
        if text in TURNS or text == "," or (text in SPEAKERS and number > start):
            return number
        after = words[number + 1].text if number + 1 < len(words) else ""
        if text in ("and", "or", "nor", "+") and after in SUBJECTS:
            return number
    return len(words)


def _back(words: Sequence[Word], stop: int) -> int:
    """The clause before "is out"; where nothing is said in it, as in "no, I gave that up", the one before that."""
    start = stop
    while start > 0 and words[start - 1].text not in STOPS | {"but", "and", "so"}:
        start -= 1
    told = [
        word for word in words[start:stop] if word.text not in ("i", "he", "she", "they", "no", "have", "had", "i've")
    ]
    if told or start == 0:
        return start
    return _back(words, start - 1)


def _rather(words: Sequence[Word]) -> list[Denial]:
    """ "He'd rather kick one than watch": what comes after "than", and what came before "but he'd rather"."""
    found = []
    rather = False
    for number, word in enumerate(words):
        if word.text in SENTENCE_ENDS:
            rather = False
        if word.text == "rather":
            rather = True
            but = next((n for n in (number - 1, number - 2) if n > 0 and words[n].text == "but"), None)
            if but is not None:
                found.append(Denial(_back(words, but), but, put_up_with=True))
        if rather and word.text == "than":
            found.append(Denial(number + 1, _ahead(words, number + 1)))
    return found
