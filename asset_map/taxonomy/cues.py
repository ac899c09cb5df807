"""Cues: words that mark an asset as offering something, and the false friends that veto them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from asset_map.taxonomy.words import Phrases, key_of, numbers, straight, words_of

CueField = Literal["name", "category", "file", "description"]
_MARK = re.compile(r"^(~|name:|cat:)")


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue or, with `veto`, one false friend of the term. `pattern` is None for plain words."""

    term: str
    written: str
    words: str
    field: Literal["name", "category"] | None = None
    weak: bool = False
    veto: bool = False
    open_ended: bool = False
    pattern: re.Pattern[str] | None = None

    @property
    def single(self) -> bool:
        return self.pattern is None and " " not in self.words

    def reads(self, field: CueField) -> bool:
        """Whether it is tried on this field."""
        return self.field is None or self.field == field


@dataclass(frozen=True, slots=True)
class Found:
    """What speaks for a term in one text: the words, how many separate hits, whether all of them are weak."""

    words: str
    hits: int
    weak: bool


class HasCues(Protocol):
    """A term, as far as cues go."""

    @property
    def id(self) -> str: ...
    @property
    def cues(self) -> tuple[str, ...]: ...
    @property
    def not_cues(self) -> tuple[str, ...]: ...


def parse_cue(term: str, written: str, *, veto: bool = False) -> Cue:
    """Read the notation of `data/interests/README.md`; raises ValueError for a pattern that does not compile."""
    body, weak, field = written.strip(), False, None
    while mark := _MARK.match(body):
        weak = weak or mark.group() == "~"
        field = {"name:": "name", "cat:": "category"}.get(mark.group(), field)
        body = body[mark.end() :].strip()
    pattern = _pattern(body)
    words = "" if pattern else key_of(body)
    if not pattern and not words:
        raise ValueError(f"cue {written!r} has no words")
    return Cue(
        term,
        written,
        words,
        field=field,  # type: ignore[arg-type]  # one of the two values of the table above
        weak=weak,
        veto=veto,
        open_ended=pattern is None and body.endswith("*"),
        pattern=pattern,
    )


def _pattern(body: str) -> re.Pattern[str] | None:
    try:
        if body.startswith("=") and len(body) > 1:
            return re.compile(body[1:])
        if len(body) > 2 and body.startswith("/") and body.endswith("/"):
            return re.compile(body[1:-1], re.IGNORECASE)
        if "*" in body[:-1]:
            words = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in body.split())
            return re.compile(r"\b" + r"[\s-]+".join(words) + r"\b", re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"pattern {body!r} does not compile: {error}") from error
    return None


class CueFinder:
    """All cues of all terms at once: one pass over the words of a text, then the few patterns of its field."""

    def __init__(self, terms: Iterable[HasCues]) -> None:
        self._phrases: Phrases[Cue] = Phrases()
        self._patterns: list[Cue] = []
        for term in terms:
            for veto, cues in ((False, term.cues), (True, term.not_cues)):
                for written in cues:
                    self._add(parse_cue(term.id, written, veto=veto))

    def _add(self, cue: Cue) -> None:
        if cue.pattern:
            self._patterns.append(cue)
        elif cue.open_ended:
            self._phrases.add(cue.words, cue, open_ended=True)
        else:
            self._phrases.add(cue.words, cue, endings=numbers(cue.words.rpartition(" ")[2]))

    def find(self, text: str, field: CueField) -> Mapping[str, Found]:
        """Terms that `text` speaks for, in order of id.

        A false friend of one word bars its term from a name or a category and is cut from longer texts; one of
        several words is cut from all: cues that touch it do not count. A longer cue around it stands.
        """
        hits = self._hits(text, field)
        vetoes: dict[str, list[tuple[int, int, bool]]] = {}
        for cue, start, end in hits:
            if cue.veto:
                bars = cue.single and field in ("name", "category")
                vetoes.setdefault(cue.term, []).append((start, end, bars))
        kept: dict[str, list[tuple[Cue, int, int]]] = {}
        for cue, start, end in hits:
            if not cue.veto and not any(_cut(start, end, *veto) for veto in vetoes.get(cue.term, ())):
                kept.setdefault(cue.term, []).append((cue, start, end))
        return {term: _summary(text, kept[term]) for term in sorted(kept)}

    def _hits(self, text: str, field: CueField) -> list[tuple[Cue, int, int]]:
        words = words_of(text)
        hits = [
            (cue, words[first].start, words[stop - 1].end)
            for first, stop, cue in self._phrases.find(words)
            if cue.reads(field)
        ]
        plain = straight(text)
        for cue in self._patterns:
            if cue.pattern and cue.reads(field):
                hits += [(cue, match.start(), match.end()) for match in cue.pattern.finditer(plain)]
        return hits


def _cut(start: int, end: int, begin: int, stop: int, bars: bool) -> bool:
    """Whether a false friend from `begin` to `stop` takes this cue away; not when it is merely a part of the cue."""
    if start <= begin and stop <= end and (start, end) != (begin, stop):
        return False
    return bars or (start < stop and begin < end)


def _summary(text: str, hits: list[tuple[Cue, int, int]]) -> Found:
    """The longest strong words first; hits inside one another are one."""
    ordered = sorted(hits, key=lambda hit: (hit[0].weak, hit[1] - hit[2], hit[1], hit[0].written))
    apart: list[tuple[int, int]] = []
    for _, start, end in ordered:
        if not any(start < stop and begin < end for begin, stop in apart):
            apart.append((start, end))
    start, end = ordered[0][1], ordered[0][2]
    return Found(text[start:end].strip(), len(apart), ordered[0][0].weak)
