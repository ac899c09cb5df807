"""Checks of the interest terms that `asset-map terms check` prints: what a person editing them gets wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from asset_map.errors import BadFacts
from asset_map.taxonomy.cues import Cue, CueFinder, parse_cue
from asset_map.taxonomy.terms import GIVES, InterestTerm, read_terms
from asset_map.taxonomy.words import key_of


def check_terms(folder: Path) -> list[str]:
    """One message a fault, in the order of the files; empty where all is well."""
    messages: list[str] = []
    terms: dict[str, InterestTerm] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            found = read_terms(path)
        except BadFacts as error:
            messages.append(error.message)
            continue
        for term in found:
            if term.id in terms:
                messages.append(f"{path.name}: {term.id}: the id is in {terms[term.id].group}.yml too")
            terms.setdefault(term.id, term)
    if not terms and not messages:
        messages.append(f"{folder}: no interest terms; expected files such as sport-and-movement.yml")
    for term in terms.values():
        faults = (*_links(term, terms), *_cues(term), *_sayings(term))
        messages += [f"{term.group}.yml: {term.id}: {fault}" for fault in faults]
    return messages + _false_sayings(terms)


def _links(term: InterestTerm, terms: dict[str, InterestTerm]) -> Iterator[str]:
    for other in (*term.broader, *term.near):
        if other not in terms:
            yield f"points to {other!r}, which no file has"
    for other, closeness in term.near.items():
        if not 0 < closeness <= 1:
            yield f"closeness {closeness} to {other!r}; expected more than 0 and at most 1"
        if other == term.id:
            yield "is near itself"
    for gift in term.gives:
        if gift not in GIVES:
            yield f"gives {gift!r}; expected {', '.join(GIVES)}"
    if not term.said:
        yield "nobody says it: add what people say"
    waiting, seen = list(term.broader), set[str]()
    while waiting:
        wider = waiting.pop()
        if wider == term.id:
            yield "is wider than itself: follow 'broader' round"
            return
        if wider not in seen and wider in terms:
            seen.add(wider)
            waiting.extend(terms[wider].broader)


def _cues(term: InterestTerm) -> Iterator[str]:
    for written in (*term.cues, *term.not_cues):
        try:
            parse_cue(term.id, written)
        except ValueError as error:
            yield str(error)
            return
    for name, kept in (("cues", term.cues), ("not_cues", term.not_cues)):
        parsed = [parse_cue(term.id, written) for written in kept]
        counted = Counter(_identity(cue) for cue in parsed)
        yield from (f"{name} has {key[0]!r} {times} times" for key, times in counted.items() if times > 1)
    finder = CueFinder([term])
    for cue in (parse_cue(term.id, written) for written in term.cues):
        if cue.pattern is None and not finder.find(cue.words, cue.field or "name"):
            yield f"cue {cue.written!r} is vetoed by the term's own not_cues"


def _identity(cue: Cue) -> tuple[str, str | None, bool]:
    return (cue.words or cue.written, cue.field, cue.open_ended)


def _sayings(term: InterestTerm) -> Iterator[str]:
    counted = Counter(key_of(said) for said in term.said)
    yield from (f"said has {said!r} {times} times" for said, times in counted.items() if times > 1)
    false = {parse_cue(term.id, written).words for written in term.not_cues if not written.startswith("/")} - {""}
    yield from (f"saying {said!r} is among its own not_cues" for said in term.said if key_of(said) in false)


def _false_sayings(terms: dict[str, InterestTerm]) -> list[str]:
    """Sayings that another term says too although its `not_cues` call them a false friend."""
    said = {(key_of(one), term.id) for term in terms.values() for one in term.said}
    messages = []
    for term in terms.values():
        false = {key_of(one) for one in term.not_cues if not one.startswith("/") and not one.endswith("*")}
        for words, owner in sorted(said):
            if words in false and owner != term.id and (words, term.id) in said:
                messages.append(f"{term.group}.yml: {term.id}: says {words!r}, a false friend here; leave to {owner}")
    return messages
