"""What a phrase comes nearest to in meaning, among everything people say for the interest terms."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asset_map.search import Embedder
from asset_map.taxonomy import Taxonomy

BATCH = 256
Progress = Callable[[int, int], None]
"""Called with how many phrases are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Near:
    """A term near in meaning: the cosine of its nearest saying, and that saying."""

    term: str
    cosine: float
    saying: str


class SayingVectors:
    """Vectors of all sayings and labels, made when first needed and kept in a file of `cache_folder`.

    The file is named after the embedder and the sayings, so an edited saying makes a new one. Safe to share between
    threads. About 6,000 phrases take 20 seconds once, and 4.5 MB.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        embedder: Embedder,
        cache_folder: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.embedder = embedder
        self._folder = cache_folder
        self._progress = progress
        self._lock = threading.Lock()
        self._vectors: NDArray[np.float32] | None = None
        pairs = [(term.id, said) for term in taxonomy.terms.values() for said in (term.label, *term.said)]
        self._terms = [term for term, _ in pairs]
        self._sayings = [said for _, said in pairs]
        self._starts = np.array([n for n, term in enumerate(self._terms) if n == 0 or self._terms[n - 1] != term])

    def nearest(self, texts: Sequence[str], *, at_least: float = 0.0, most: int = 8) -> list[tuple[Near, ...]]:
        """For each text the terms whose nearest saying has a cosine of `at_least`, nearest first then by id."""
        if not texts or not len(self._terms):
            return [() for _ in texts]
        vectors = self._all()
        found: list[tuple[Near, ...]] = []
        for start in range(0, len(texts), BATCH):
            cosines = self.embedder.embed(texts[start : start + BATCH]) @ vectors.T
            found += [self._best(row, at_least, most) for row in cosines]
        return found

    def warm(self) -> None:
        """Make or load the vectors now instead of with the first ask."""
        self._all()

    def _best(self, row: NDArray[np.float32], at_least: float, most: int) -> tuple[Near, ...]:
        tops = np.maximum.reduceat(row, self._starts)
        order = sorted(range(len(tops)), key=lambda n: (-tops[n], self._terms[self._starts[n]]))[:most]
        near = []
        for number in order:
            if tops[number] < at_least:
                break
            start = int(self._starts[number])
            stop = int(self._starts[number + 1]) if number + 1 < len(tops) else len(row)
            best = start + int(row[start:stop].argmax())
            near.append(Near(self._terms[best], round(float(row[best]), 4), self._sayings[best]))
        return tuple(near)

    def _all(self) -> NDArray[np.float32]:
        with self._lock:
            if self._vectors is None:
                self._vectors = self._load_or_make()
            return self._vectors

    def _load_or_make(self) -> NDArray[np.float32]:
        path = self._path()
        shape = (len(self._sayings), self.embedder.width)
        if path and path.is_file():
            try:
                kept = np.load(path, allow_pickle=False)
                if kept.shape == shape:
                    read: NDArray[np.float32] = kept.astype(np.float32)
                    return read
            except (OSError, ValueError):
                pass  # A copy that cannot be read is made again.
        vectors = self._make()
        if path:
            _write(path, vectors)
        return vectors.astype(np.float16).astype(np.float32)

    def _make(self) -> NDArray[np.float32]:
        parts = []
        for start in range(0, len(self._sayings), BATCH):
            parts.append(self.embedder.embed(self._sayings[start : start + BATCH]))
            if self._progress:
                self._progress(min(start + BATCH, len(self._sayings)), len(self._sayings))
        return np.concatenate(parts)

    def _path(self) -> Path | None:
        if self._folder is None:
            return None
        said = "\n".join(self._sayings).encode()
        digest = hashlib.sha256(said + b"\0" + self.embedder.name.encode()).hexdigest()[:16]
        return self._folder / f"sayings-{re.sub(r'[^A-Za-z0-9.-]+', '-', self.embedder.name)}-{digest}.npy"


def _write(path: Path, vectors: NDArray[np.float32]) -> None:
    """Whole or not at all: under another name first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, vectors.astype(np.float16), allow_pickle=False)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
