"""Which engine answers: the one place that knows the engines by name."""

from __future__ import annotations

from pathlib import Path

from asset_map.config import data_folder
from asset_map.search import SearchEngine
from asset_map.search.embedded import EmbeddedEngine
from asset_map.search.words import read_synonyms


def open_engine(folder: Path) -> SearchEngine:
    """The engine whose files lie in `folder`, which need not exist yet. Raises BadFacts for unsound synonyms."""
    return EmbeddedEngine(folder, read_synonyms(data_folder() / "synonyms.yml"))
