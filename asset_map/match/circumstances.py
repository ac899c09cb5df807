"""What an ask says beside interests: the place, must-haves, times, and who it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from asset_map.match import Chip, ChipKind
from asset_map.match.clauses import STOPS, Denial
from asset_map.match.facts import ReadingFacts, Spoken
from asset_map.match.phrases import Heard
from asset_map.taxonomy.words import Word, key_of

OLDEST = 110
_POSTCODE = re.compile(r"\b([A-Za-z]{1,2})(\d[A-Za-z\d]?)(?:\s?(\d[A-Za-z]{2}))?\b")
_AGE = re.compile(
    r"\b(?:aged?|turned|nearly|is|i'm|im|am|he's|she's|who's|hes|shes|[a-z]+'s|at)\s+(?P<is>\d{1,3})\b(?!\s*(?:%|p\b|pm|am|:|/|"
    r"(?:hours?|weeks?|days?|minutes?|mins?|miles?|st\b|th\b|rd\b|nd\b|years? (?:sober|ago|in|since)|yrs? (?:ago|in))))"
    r"|\b(?P<old>\d{1,3})[\s-]*(?:years?[\s-]old|yrs?[\s-]old|y/?o\b|year[\s-]olds?)"
    r"|(?P<over>\bover[\s-](?:the[\s-]age[\s-]of[\s-])?|\b)(?P<from>[4-9]\d)(?:s\b|\+|\s+(?:and|or)\s+over\b)"
    r"|(?:^|[,(.]\s*)(?P<alone>\d{1,2})(?=\s*[,).;]|\s*$)",
    re.IGNORECASE,
)
_NUMBERS = {
    name: n for n, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_SPELT_AGE = re.compile(rf"\b({'|'.join(_NUMBERS)})[\s-]years?[\s-]olds?\b", re.IGNORECASE)
_SMALL = frozenset(("on", "upon", "under", "le", "in", "the", "of", "by"))


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A chip, if any, and the words it stands in; with `takes` they are no part of an interest."""

    chip: Chip | None
    first: int
    stop: int
    takes: bool


def circumstances(
    text: str,
    words: Sequence[Word],
    spoken: Sequence[Spoken],
    heard: Sequence[Heard],
    denied: Sequence[Denial],
    facts: ReadingFacts,
    places: Callable[[str], bool] | None,
) -> list[Circumstance]:
    """Everything found, from the left; a phrase inside a longer saying ("wheelchair rugby") takes nothing from it."""
    found = [*_postcodes(text, words, facts), *_ages(text, words)]
    found += _named_places(
        text, words, spoken, facts, places, any(one.chip.kind == "place" for one in found if one.chip)
    )
    found += _elsewhere(text, words, spoken, heard)
    found += _phrases(text, words, spoken, heard, denied)
    return sorted(found, key=lambda one: (one.first, one.stop))


def _chip(text: str, words: Sequence[Word], first: int, stop: int, kind: ChipKind, value: str) -> Chip:
    return Chip(kind=kind, words=text[words[first].start : words[stop - 1].end], value=value)


def _span(words: Sequence[Word], start: int, end: int) -> tuple[int, int]:
    """Numbers of the words that characters from `start` to `end` touch."""
    inside = [n for n, word in enumerate(words) if word.start < end and word.end > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _postcodes(text: str, words: Sequence[Word], facts: ReadingFacts) -> Iterator[Circumstance]:
    for match in _POSTCODE.finditer(text):
        area, district, unit = match.groups()
        whole = f"{area}{district}{' ' + unit if unit else ''}"
        # "b4" is how some write "before": a district alone counts only in capitals.
        if area.upper() in facts.postcode_areas and (unit or area.isupper()):
            first, stop = _span(words, match.start(), match.end())
            yield Circumstance(_chip(text, words, first, stop, "place", whole.upper()), first, stop, True)
            return


def _named_places(
    text: str,
    words: Sequence[Word],
    spoken: Sequence[Spoken],
    facts: ReadingFacts,
    places: Callable[[str], bool] | None,
    placed: bool,
) -> Iterator[Circumstance]:
    """Places after "near" or "lives in", or known to us and alone in a clause; the one said last is where they are."""
    barred = {n for one in spoken if one.fact.kind == "place_not_before" for n in range(one.first, one.stop)}
    led = {one.stop: one.first for one in spoken if one.fact.kind == "place_before" and one.first not in barred}
    alone = {n for n in range(len(words)) if n == 0 or words[n - 1].text in STOPS} if places else set()
    for start in sorted({*led, *alone}, key=lambda n: (n not in led, -n)):
        for stop in range(_end_of_name(text, words, start, start in led and places is not None), start, -1):
            name = text[words[start].start : words[stop - 1].end]
            ends = stop == len(words) or words[stop].text in STOPS
            known = places(name) if places else name[:1].isupper()
            if known and key_of(name) not in facts.not_places and (start in led or ends):
                chip = None if placed else _chip(text, words, start, stop, "place", name)
                yield Circumstance(chip, led.get(start, start), stop, True)
                placed = True
                break


def _elsewhere(
    text: str, words: Sequence[Word], spoken: Sequence[Spoken], heard: Sequence[Heard]
) -> Iterator[Circumstance]:
    """ "Born in Bath": a place where nobody is now, and no bath. A land that is an interest itself stays one."""
    for one in spoken:
        if one.fact.kind == "place_not_before":
            stop = _end_of_name(text, words, one.stop, False)
            if stop > one.stop and not any(h.proper and one.stop <= h.first < stop for h in heard):
                yield Circumstance(None, one.stop, stop, True)


def _end_of_name(text: str, words: Sequence[Word], start: int, small_letters: bool) -> int:
    stop = start
    while stop < len(words) and stop - start < 4 and words[stop].text not in STOPS:
        capital = text[words[stop].start].isupper()
        joins = stop > start and words[stop].text in _SMALL
        if not (capital or joins or small_letters):
            break
        stop += 1
    while stop > start and words[stop - 1].text in _SMALL:
        stop -= 1
    return stop


def _ages(text: str, words: Sequence[Word]) -> Iterator[Circumstance]:
    for match in _AGE.finditer(text):
        number = next(int(value) for name, value in match.groupdict().items() if name != "over" and value)
        if number > OLDEST:
            continue
        name = match.lastgroup or "is"
        start, end = match.span(name) if name != "over" else match.span()
        first, stop = _span(words, start, end)
        if first == stop:
            continue
        value = f"age:{number}{'+' if name == 'from' else ''}"
        yield Circumstance(_chip(text, words, first, stop, "audience", value), first, stop, True)
    for match in _SPELT_AGE.finditer(text):
        first, stop = _span(words, *match.span())
        value = f"age:{_NUMBERS[match.group(1).lower()]}"
        yield Circumstance(_chip(text, words, first, stop, "audience", value), first, stop, True)


def _phrases(
    text: str, words: Sequence[Word], spoken: Sequence[Spoken], heard: Sequence[Heard], denied: Sequence[Denial]
) -> list[Circumstance]:
    found: list[Circumstance] = []
    used: set[int] = set()
    ordered = sorted(spoken, key=lambda one: (one.first - one.stop, one.first, one.fact.kind, one.fact.value))
    for one in ordered:
        if one.fact.kind in ("idiom", "must", "time", "audience") and used.isdisjoint(range(one.first, one.stop)):
            used.update(range(one.first, one.stop) if one.fact.kind != "audience" else ())
            longer = any(h.first <= one.first and one.stop <= h.stop and h.size > one.stop - one.first for h in heard)
            chip = None if one.fact.kind == "idiom" else _phrase(text, words, one, denied)
            if chip and not (longer and not one.fact.open):
                found.append(Circumstance(chip, one.first, one.stop, not one.fact.open and not longer))
    seen: set[tuple[str, str | None]] = set()
    kept = []
    for item in sorted(found, key=lambda item: item.first):
        key = (item.chip.kind, item.chip.value) if item.chip else ("", None)
        if key not in seen:
            kept.append(item)
        elif item.takes:
            kept.append(Circumstance(None, item.first, item.stop, True))
        seen.add(key)
    return kept


def _phrase(text: str, words: Sequence[Word], one: Spoken, denied: Sequence[Denial]) -> Chip | None:
    value = one.fact.value
    if one.fact.kind == "time":
        before = words[one.first - 1].text if one.first else ""
        raw = text[words[one.first].start : words[one.stop - 1].end]
        if before in ("since", "last", "until", "till") or (len(raw) == 2 and not raw[0].isupper()):
            return None
        if any(d.first <= one.first < d.stop for d in denied):
            value = value[1:] if value.startswith("-") else f"-{value}"
        return _chip(text, words, one.first, one.stop, "time", value)
    if any(d.first <= one.first < d.stop for d in denied) and one.fact.kind == "audience":
        return None
    return _chip(text, words, one.first, one.stop, "must" if one.fact.kind == "must" else "audience", value)
