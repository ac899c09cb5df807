"""Words people typed, as a full-text expression that cannot break and knows a few synonyms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from asset_map.config import read_yaml
from asset_map.errors import BadFacts

Phrase = tuple[str, ...]
Synonyms = Mapping[Phrase, tuple[Phrase, ...]]
"""For a phrase, as singular words, the other phrases of its groups."""

MOST_WORDS = 64
"""Words of one interest that are looked up; SQLite refuses expressions of hundreds."""

COMMON = frozenset(
    "a about an and are as at be been but by can do for from get go has have he her his i if in into is it its like "
    "me my not of on or our s she so some t that the their them they this to up us was we what when where which who "
    "will with would you your".split()
)
"""Words that nearly every text has. They are looked up only where there are no others."""


def read_synonyms(path: Path) -> Synonyms:
    """Groups of phrases that mean the same, from a YAML list of lists. Raises BadFacts that names what is not sound."""
    try:
        groups = read_yaml(path)
    except (OSError, yaml.YAMLError) as error:
        raise BadFacts(f"{path}: cannot be read ({error}); expected a YAML list of groups") from error
    if not isinstance(groups, list):
        raise BadFacts(f"{path}: expected a list of groups such as '- [allotment, plot]'")
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for number, group in enumerate(groups, start=1):
        if not isinstance(group, list) or len(group) < 2 or not all(isinstance(phrase, str) for phrase in group):
            raise BadFacts(f"{path}: group {number} is {group!r}; expected two or more phrases in [ ]")
        phrases = [tuple(split_words(phrase)) for phrase in group]
        for phrase in phrases:
            key = _singular(phrase)
            others = tuple(other for other in phrases if other != phrase and other not in found.get(key, ()))
            found[key] = (*found.get(key, ()), *others)
    return found


def split_words(text: str) -> list[str]:
    """Lower-case words, without punctuation, in order."""
    return "".join(character if _in_word(character) else " " for character in _plain(text)).split()


def expression(text: str, synonyms: Synonyms) -> str:
    """An FTS5 expression: any of the words, or a synonym of them. Empty where there is nothing to look up."""
    words = split_words(text)[:MOST_WORDS]
    telling = [word for word in words if word not in COMMON] or words
    phrases: list[Phrase] = [(word,) for word in telling]
    phrases += [other for phrase in _phrases(words, synonyms) for other in synonyms[phrase]]
    return " OR ".join(f'"{" ".join(phrase)}"' for phrase in list(dict.fromkeys(phrases))[: 2 * MOST_WORDS])


def _phrases(words: Sequence[str], synonyms: Synonyms) -> Iterator[Phrase]:
    """Every run of words that the synonyms know."""
    longest = max(map(len, synonyms), default=0)
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            phrase = _singular(words[start:end])
            if phrase in synonyms:
                yield phrase


def _singular(words: Iterable[str]) -> Phrase:
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _in_word(character: str) -> bool:
    # Marks belong to the word: without its vowel signs a Hindi or Arabic word falls apart.
    return character.isalnum() or unicodedata.category(character).startswith("M")
