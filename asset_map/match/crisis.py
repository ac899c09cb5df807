"""Words that suggest danger, abuse or thoughts of suicide, so that a way out stands above the results."""

from __future__ import annotations

import re
from functools import cache

from asset_map.config import data_folder, read_yaml


def crisis_words(text: str) -> bool:
    """Whether a text suggests that somebody may be in danger. Nothing is kept or logged."""
    words, harmless = _patterns()
    plain = " ".join(text.casefold().replace("’", "'").split())
    return bool(words.search(harmless.sub(" ", plain)))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    facts = read_yaml(data_folder() / "reading" / "crisis.yml")
    words, harmless = (re.compile(rf"\b(?:{'|'.join(facts[key])})\b") for key in ("words", "not"))
    return words, harmless
