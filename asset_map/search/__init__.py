"""The seam to any search engine: our own questions and answers, and nobody's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from asset_map.asset import Kind, Visibility
from asset_map.geo import Point

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine needs to know of an asset. `vector` is of unit length; None where no embedder is at hand."""

    asset: str
    name: str
    text: str
    kind: Kind
    visibility: Visibility
    points: tuple[Point, ...]
    anywhere: bool
    terms: tuple[tuple[str, float], ...]
    vector: Vector | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """One interest: its words, its meaning and the weights (0 to 1) of the terms that answer it."""

    words: str
    vector: Vector | None = None
    terms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """Several interests at once, near one place. Without `centre` the whole index is searched."""

    probes: tuple[Probe, ...]
    centre: Point | None = None
    radius_m: float | None = None
    visibility: Visibility = "public"
    kinds: tuple[Kind, ...] = ()
    limit: int = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """An asset for a probe: `cosine` -1 to 1, `words` the BM25 score (0 or more), `term` the best weight × strength.

    `metres` is to its nearest point, None for one without a place or a query without a centre.
    """

    asset: str
    cosine: float
    words: float
    term: float
    metres: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """For each probe, its hits, best first by `relevance`, ties by asset id."""

    hits: tuple[tuple[Hit, ...], ...]


def relevance(hit: Hit) -> float:
    """Meaning plus a small word bonus plus knowledge: the mix measured best on judged real records (INTERESTS.md)."""
    return hit.cosine + 0.1 * hit.words / (hit.words + 4) + 0.7 * hit.term


class Embedder(Protocol):
    """Turns phrases into unit vectors."""

    name: str
    width: int

    def embed(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), width), float32."""
        ...


class SearchEngine(Protocol):
    """The index is a copy of the store: it can be thrown away and built again. Threads may share an engine."""

    @property
    def needs_rebuild(self) -> bool:
        """True until `rebuild` has been done by this version: before, the index may be missing, partial or older."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything, in one step that readers see at once."""
        ...

    def put(self, documents: Iterable[Document]) -> None:
        """Add or replace, by asset id."""
        ...

    def remove(self, assets: Iterable[str]) -> None:
        """Take out; ids that are not there are no error."""
        ...

    def search(self, query: Query) -> Page:
        """Up to `query.limit` hits a probe inside the radius, and every one marked `anywhere` is inside.

        Everything inside is a hit, also what has nothing in common with a probe (`relevance` 0): callers draw the line.
        The radius includes its edge, and a radius without a centre counts as none. A vector of another width than
        the documents' is no vector. The same query on the same documents gives the same page, to the last bit.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
