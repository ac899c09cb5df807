"""Words of a text with where they stand, so that phrases can be found in any spelling and shown verbatim."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_APOSTROPHES = "’‘`´ʼ"
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*|[&+]|[.,;:()/|!?\n–—\"]|(?<=\s)-(?=\s)")
_PLAIN = {"&": "and"}
# Written without the apostrophe, as people type. "id", "ill", "were", "well" and "shed" stay as they are.
_CONTRACTIONS = {
    word.replace("'", ""): word
    for word in (
        "don't can't won't didn't doesn't isn't wasn't wouldn't couldn't shouldn't haven't hasn't hadn't aren't "
        "weren't ain't he's she's i'm i've you've we've they've you're they're that's what's there's"
    ).split()
}
_SHORT_FOR_IS = frozenset(("it's", "that's", "what's", "there's", "he's", "she's", "let's", "where's", "who's"))


def _folding() -> dict[int, str]:
    """One letter for one letter, so that places in the folded text are places in the text."""
    table = {ord(mark): "'" for mark in _APOSTROPHES}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


_FOLD = _folding()


def fold(text: str) -> str:
    """Lower case, no accents, one kind of apostrophe; exactly as long as `text`."""
    flat = text.translate(_FOLD)
    low = flat.lower()
    return low if len(low) == len(flat) else "".join(c.lower() if len(c.lower()) == 1 else c for c in flat)


def straight(text: str) -> str:
    """`text` with one kind of apostrophe and its capitals kept; exactly as long as `text`."""
    for mark in _APOSTROPHES:
        text = text.replace(mark, "'")
    return text


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared ("women's" is "womens"), and the span it stands in."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Words and stops, in order. A hyphen parts words like a space; a stop is a word of its own."""
    found = []
    for match in _WORD.finditer(fold(text)):
        raw = match.group()
        if raw.endswith("'s") and raw not in _SHORT_FOR_IS:
            raw = raw[:-2] + "s"
        found.append(Word(_CONTRACTIONS.get(raw, _PLAIN.get(raw, raw)), match.start(), match.end()))
    return found


def key_of(text: str) -> str:
    """A phrase as it is compared: its words with one space between."""
    return " ".join(word.text for word in words_of(text))


def numbers(word: str) -> set[str]:
    """A word in its singular and plural spellings."""
    forms = {word, word + "s", word + "es"}
    if word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou":
        forms.add(word[:-1] + "ies")
    return forms


def either_number(word: str) -> set[str]:
    """A word with its plural, and with its singular where it reads like a plural."""
    forms = numbers(word)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        forms.add(word[:-1])
        if word.endswith("ies"):
            forms.add(word[:-3] + "y")
        elif word.endswith(("ches", "shes", "xes", "sses", "zes")):
            forms.add(word[:-2])
    return forms


class Phrases(Generic[T]):
    """Finds any of thousands of phrases in a text by looking up its runs of words, not by trying each phrase."""

    def __init__(self) -> None:
        self._exact: dict[str, list[T]] = {}
        self._open: dict[str, dict[str, list[T]]] = {}
        self._longest: dict[str, int] = {}
        self._open_longest = 0

    def add(self, phrase: str, value: T, *, endings: Iterable[str] = (), open_ended: bool = False) -> None:
        """Add a phrase of `key_of` words; `endings` are further spellings of its last word."""
        head, _, last = phrase.rpartition(" ")
        size = phrase.count(" ") + 1
        first = phrase.split(" ", 1)[0]
        if open_ended:
            self._open.setdefault(head, {}).setdefault(last, []).append(value)
            self._open_longest = max(self._open_longest, size)
            return
        for ending in {last, *endings}:
            self._exact.setdefault(f"{head} {ending}" if head else ending, []).append(value)
            start = ending if size == 1 else first
            self._longest[start] = max(self._longest.get(start, 0), size)

    def find(self, words: list[Word]) -> Iterator[tuple[int, int, T]]:
        """(first word, word after the last, value) of everything found, shorter phrases and overlaps included."""
        texts = [word.text for word in words]
        for start, first in enumerate(texts):
            key = ""
            reach = max(self._longest.get(first, 0), self._open_longest)
            for stop in range(start + 1, min(start + reach, len(texts)) + 1):
                yield from self._ending(key, texts[stop - 1], start, stop)
                key = f"{key} {texts[stop - 1]}" if key else first
                for value in self._exact.get(key, ()):
                    yield start, stop, value

    def _ending(self, head: str, last: str, start: int, stop: int) -> Iterator[tuple[int, int, T]]:
        endings: Mapping[str, list[T]] | None = self._open.get(head)
        if endings is None:
            return
        for size in range(2, len(last) + 1):
            for value in endings.get(last[:size], ()):
                yield start, stop, value
