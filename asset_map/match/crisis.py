"""Words that suggest danger, abuse or thoughts of suicide, so that a way out stands above the results."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from asset_map.config import data_folder, read_yaml


def crisis_words(text: str) -> bool:
    """Whether a text suggests that somebody may be in danger. Nothing is kept or logged."""
    danger, harmless = _patterns()
    return bool(danger.search(harmless.sub(" … ", _plain(text))))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").replace("-", " ").split())


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    facts: dict[str, Any] = read_yaml(data_folder() / "reading" / "crisis.yml", as_text=True)
    return _any_of([said for group in facts["danger"].values() for said in group]), _any_of(facts["not"])


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words, longest first, so that a longer harmless one is cut out whole."""
    plain = sorted({_plain(phrase) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(phrase) for phrase in plain)})(?!\w)")
