"""Whose words they are: names that are not interests, other people's doings, and what somebody is good at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asset_map.match.clauses import SENTENCE_ENDS, STOPS, Clause
from asset_map.match.facts import ReadingFacts, Spoken
from asset_map.match.phrases import Heard
from asset_map.taxonomy.words import Word

SKILL_WORDS = 4
"""How many words may stand between "was a" and the trade."""
_AFTER_A_NAME = frozenset("wants likes loves has is was would enjoys used needs and misses doesn't can can't".split())
THEIRS = frozenset("he'd she'd they'd likes loves enjoys wants needs misses fancies supports plays sings does".split())
_LEADS = frozenset("the my our his her your me and".split())


@dataclass(frozen=True, slots=True)
class Strength:
    """A trade or a skill: the words that say it and the terms in which it can be given."""

    first: int
    stop: int
    terms: tuple[str, ...]


def is_a_name(heard: Heard, text: str, words: Sequence[Word], facts: ReadingFacts, called: set[int]) -> bool:
    """Whether a word is there as somebody's or something's name: "my neighbour Rose", "Bowling Green Dairy".

    `called` are the words after "nicknamed" and its like.
    """
    if not all(text[word.start].isupper() for word in words[heard.first : heard.stop]) or _shouted(text):
        return False
    before = words[heard.first - 1] if heard.first else None
    after = words[heard.stop] if heard.stop < len(words) else None
    opens = before is None or before.text in SENTENCE_ENDS or before.text in STOPS
    if heard.size == 1 and heard.first in called:
        return True
    if heard.size == 1 and text[words[heard.first].start : words[heard.first].end] in facts.names:
        if not opens:
            return True
        if after and (after.text in _AFTER_A_NAME or text[after.start].isupper() or text[after.start] == "("):
            return True
    if heard.proper or heard.size > 2:
        return False
    if heard.size == 1 and not opens and words[heard.first].text in facts.ambiguous:
        return True
    beside = [word for word in (before, after) if word and word.text not in STOPS]
    big = [word for word in beside if text[word.start].isupper() and word.end - word.start > 1]
    opening = before is None or before.text in SENTENCE_ENDS
    return bool(big) and not (opening and big == [after] and heard.size > 1)


def _shouted(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) > 0.6 * len(letters)


def others_doing(clauses: Sequence[Clause], words: Sequence[Word], spoken: Sequence[Spoken]) -> set[Clause]:
    """Clauses about what somebody else does ("the wife's a golfer"), where the speaker wants something as well."""
    kinds: dict[str, set[int]] = {"kin": set(), "others": set(), "wish": set()}
    for one in spoken:
        kinds.get(one.fact.kind, set()).add(one.first)
    found = {clause for clause in clauses if _about_another(clause, words, kinds["kin"], kinds["others"])}
    for clause in clauses:
        span = range(clause.first, clause.stop)
        if clause not in found and any(n in kinds["wish"] and words[n].text not in THEIRS for n in span):
            return found
    return set()


def _about_another(clause: Clause, words: Sequence[Word], kin: set[int], others: set[int]) -> bool:
    start = clause.first
    while start < clause.stop and words[start].text in _LEADS:
        start += 1
    if start == clause.first or start not in kin or start + 1 >= clause.stop:
        return False
    is_doing = words[start].text.endswith("s") or words[start + 1].text in ("is", "are", "plays", "goes", "spends")
    return is_doing and any(n in others for n in (start + 1, start + 2))


def strength_spans(clauses: Sequence[Clause], words: Sequence[Word], spoken: Sequence[Spoken]) -> list[Strength]:
    """What somebody did for a living or is good at, from the left."""
    openers = [one for one in spoken if one.fact.kind == "openers"]
    closers = {one.first for one in spoken if one.fact.kind == "closers"}
    trades: dict[tuple[int, int], set[str]] = {}
    for one in spoken:
        if one.fact.kind == "trade":
            trades.setdefault((one.first, one.stop), set()).add(one.fact.value)
    found: list[Strength] = []
    for (first, stop), terms in sorted(trades.items(), key=lambda item: (item[0][0], -item[0][1])):
        clause = next((c for c in clauses if c.first <= first < c.stop), None)
        near = [o for o in openers if clause and clause.first <= o.first and _opens(o, first, words)]
        if found and first < found[-1].stop:
            continue
        if near or stop in closers:
            opened = min(near, key=lambda o: (first - o.stop, o.first)).first if near else first
            found.append(Strength(opened, stop, tuple(sorted(terms))))
    return found


def _opens(opener: Spoken, trade: int, words: Sequence[Word]) -> bool:
    """Whether an opener belongs to the trade: "was a head gardener"; a bare "was" only right before it."""
    bare = opener.stop - opener.first == 1 and words[opener.first].text in ("was", "were")
    return opener.stop <= trade <= opener.stop + (0 if bare else SKILL_WORDS)
