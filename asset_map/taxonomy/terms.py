"""Interest terms: what people like to do, as people say it and as assets write it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from asset_map.config import read_yaml
from asset_map.errors import BadFacts
from asset_map.taxonomy.cues import CueFinder

NARROWER, WIDER, NEIGHBOUR = 0.88, 0.42, 0.72
"""How much of a wish for a term a narrower, a wider or a neighbouring term answers, a step."""
FAINTEST = 0.05
GIVES = ("movement", "company", "calm", "purpose", "skills", "help")

_FIELDS = {"id", "label", "broader", "near", "said", "cues", "not_cues", "gives", "gentle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestTerm:
    """One interest. `near` maps neighbours to a closeness from 0 to 1; `gentle` is None where nobody has said."""

    id: str
    label: str
    group: str
    broader: tuple[str, ...] = ()
    near: Mapping[str, float] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    not_cues: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    gentle: bool | None = None


class Taxonomy:
    """All interest terms and how they hang together. What is slow to build is built when first used."""

    def __init__(self, terms: Mapping[str, InterestTerm]) -> None:
        self.terms: Mapping[str, InterestTerm] = MappingProxyType(dict(terms))

    @cached_property
    def cues(self) -> CueFinder:
        """Finds the words that mark an asset."""
        return CueFinder(self.terms.values())

    @cached_property
    def narrower(self) -> Mapping[str, tuple[str, ...]]:
        """The terms one step narrower, by id."""
        found: dict[str, list[str]] = {term: [] for term in self.terms}
        for term in self.terms.values():
            for wider in term.broader:
                found[wider].append(term.id)
        return {term: tuple(sorted(under)) for term, under in found.items()}

    @cached_property
    def neighbours(self) -> Mapping[str, Mapping[str, float]]:
        """Closeness of neighbours, read both ways; the greater where both terms name it."""
        found: dict[str, dict[str, float]] = {term: {} for term in self.terms}
        for term in self.terms.values():
            for other, closeness in term.near.items():
                found[term.id][other] = max(closeness, found[term.id].get(other, 0.0))
                found[other][term.id] = max(closeness, found[other].get(term.id, 0.0))
        return found

    def spread(self, term: str, sure: float = 1.0) -> dict[str, float]:
        """Weights (0 to 1) of all terms that answer a wish for `term`, itself included, best first then by id."""
        weights = {term: sure}
        for steps, factor in ((self.narrower, NARROWER), ({t.id: t.broader for t in self._line(term)}, WIDER)):
            front = {term: sure}
            while front:
                front = {
                    other: weight * factor
                    for one, weight in front.items()
                    for other in steps.get(one, ())
                    if weight * factor > weights.get(other, FAINTEST)
                }
                weights.update(front)
        for other, closeness in self.neighbours.get(term, {}).items():
            weight = sure * closeness * NEIGHBOUR
            if weight > weights.get(other, FAINTEST):
                weights[other] = weight
        return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))

    def advice(self, term: str) -> str:
        """What to do about a term that is not there: the id of the one that is spelt most like it, or where to look."""
        spelt = {one.label.casefold(): one.id for one in self.terms.values()} | {one: one for one in self.terms}
        near = difflib.get_close_matches(term.strip().casefold(), spelt, n=1, cutoff=0.75)
        perhaps = f"perhaps {spelt[near[0]]}; " if near else ""
        return f"{perhaps}`asset-map terms list` shows them"

    def wider(self, term: str) -> frozenset[str]:
        """All terms wider than this one, however many steps up."""
        return frozenset(one.id for one in self._line(term)) - {term}

    def _line(self, term: str) -> list[InterestTerm]:
        seen: dict[str, InterestTerm] = {}
        waiting = [term]
        while waiting:
            one = self.terms.get(waiting.pop())
            if one and one.id not in seen:
                seen[one.id] = one
                waiting.extend(one.broader)
        return list(seen.values())


def load_taxonomy(folder: Path) -> Taxonomy:
    """All `*.yml` of a folder. Raises BadFacts, naming file and term, for what cannot be used at all."""
    terms: dict[str, InterestTerm] = {}
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise BadFacts(f"{folder}: no interest terms; expected files such as sport-and-movement.yml")
    for path in files:
        for term in read_terms(path):
            if term.id in terms:
                raise BadFacts(f"{path.name}: term {term.id!r} is in {terms[term.id].group}.yml too; rename one")
            terms[term.id] = term
    for term in terms.values():
        for other in (*term.broader, *term.near):
            if other not in terms:
                raise BadFacts(f"{term.group}.yml: term {term.id!r} points to {other!r}, which no file has")
    return Taxonomy(terms)


def read_terms(path: Path) -> list[InterestTerm]:
    """The terms of one file; the group is the name of the file. Raises BadFacts."""
    try:
        rows = read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadFacts(f"{path.name}: cannot be read as YAML: {error}") from error
    if not isinstance(rows, list):
        raise BadFacts(f"{path.name}: expected a list of terms, each beginning with '- id:'")
    return [_term(path, number, row) for number, row in enumerate(rows, 1)]


def _term(path: Path, number: int, row: Any) -> InterestTerm:
    where = f"{path.name}: term {row.get('id') if isinstance(row, dict) else None or number!r}"
    if not isinstance(row, dict) or not row.get("id") or not row.get("label"):
        raise BadFacts(f"{where}: needs an id and a label")
    if unknown := sorted(set(row) - _FIELDS):
        raise BadFacts(f"{where}: does not know {unknown[0]!r}; expected {', '.join(sorted(_FIELDS))}")
    near = row.get("near") or {}
    if not isinstance(near, dict) or not all(isinstance(value, int | float) for value in near.values()):
        raise BadFacts(f"{where}: 'near' is {near!r}; expected ids with a closeness such as {{gym: 0.8}}")
    return InterestTerm(
        id=str(row["id"]),
        label=str(row["label"]),
        group=path.stem,
        near={str(other): float(value) for other, value in near.items()},
        gentle=row.get("gentle"),
        **{name: _texts(where, name, row.get(name)) for name in ("broader", "said", "cues", "not_cues", "gives")},
    )


def _texts(where: str, name: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        odd = next((item for item in value if not isinstance(item, str)), value) if isinstance(value, list) else value
        raise BadFacts(f"{where}: {name!r} holds {odd!r}; expected a list of words (put quotes round numbers)")
    return tuple(item.strip() for item in value if item.strip())
