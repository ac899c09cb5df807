"""What an asset is: interest terms read from its name, its categories, its file and its description.

Cues first; meaning only where cues are silent, for vectors of thin records mislead. Every term keeps the field and the
words that gave it, which are the reasons shown later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from asset_map.asset import Term, TermFrom
from asset_map.search import Embedder
from asset_map.search.sayings import Near, SayingVectors
from asset_map.taxonomy import CueField, Found, Taxonomy

FIELD_STRENGTH: dict[CueField, float] = {"name": 1.0, "category": 0.85, "file": 0.75, "description": 0.65}
WEAK = 0.45
"""What weak evidence (`~`) counts beside plain words."""
WIDER_TOO = 0.8
"""A wider term found by the same words as a narrower one says less."""
PLENTY = 4
"""Terms that one description may speak for before each of them counts less."""
DESCRIPTION_CHARACTERS = 1500
FAINTEST = 0.15
LIKE_A_SAYING, CLOSE_TO_BEST, MOST_BY_MEANING = 0.6, 0.05, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is said of one record. `file_words` is what the file, the sheet and the manifest say of all their rows."""

    name: str
    categories: tuple[str, ...] = ()
    description: str = ""
    file_words: str = ""


def classify(facts: Facts, taxonomy: Taxonomy, meaning: SayingVectors | Embedder | None = None) -> tuple[Term, ...]:
    """The terms of one record, strongest first, then by id; see `classify_all`."""
    return classify_all([facts], taxonomy, meaning)[0]


def classify_all(
    facts: Sequence[Facts], taxonomy: Taxonomy, meaning: SayingVectors | Embedder | None = None
) -> list[tuple[Term, ...]]:
    """The terms of many records, in order of the records, each strongest first, then by id.

    Strength falls from name to category, file and description. Records without any cue are compared with what people
    say, in one go; without `meaning` they keep no term.
    """
    files: dict[str, list[Term]] = {}
    found = []
    for one in facts:
        if one.file_words not in files:
            files[one.file_words] = _field_terms(one.file_words, "file", taxonomy)
        found.append(_by_cues(one, files[one.file_words], taxonomy))
    silent = [number for number, terms in enumerate(found) if not terms and _tells(facts[number])]
    if meaning is None or not silent:
        return found
    sayings = meaning if isinstance(meaning, SayingVectors) else SayingVectors(taxonomy, meaning)
    near = sayings.nearest([_text(facts[number]) for number in silent], at_least=LIKE_A_SAYING)
    for number, terms in zip(silent, near, strict=True):
        found[number] = _by_meaning(terms)
    return found


def _by_cues(facts: Facts, file_terms: Iterable[Term], taxonomy: Taxonomy) -> tuple[Term, ...]:
    said = _field_terms(facts.name, "name", taxonomy)
    for category in facts.categories:
        said += _field_terms(category, "category", taxonomy)
    said += file_terms
    said += _field_terms(facts.description[:DESCRIPTION_CHARACTERS], "description", taxonomy)
    best: dict[str, Term] = {}
    fields: dict[str, set[TermFrom]] = {}
    for term in sorted(said, key=lambda term: (-term.strength, term.id)):
        best.setdefault(term.id, term)
        fields.setdefault(term.id, set()).add(term.source)
    joined = [
        replace(term, strength=round(min(1.0, term.strength + 0.1 * (len(fields[term.id]) - 1)), 3))
        for term in best.values()
    ]
    strong = [term for term in joined if term.strength >= FAINTEST]
    return tuple(sorted(strong, key=lambda term: (-term.strength, term.id)))


def _field_terms(text: str, field: CueField, taxonomy: Taxonomy) -> list[Term]:
    if not text.strip():
        return []
    found = taxonomy.cues.find(text, field)
    plenty = min(1.0, (PLENTY / len(found)) ** 0.5) if found and field == "description" else 1.0
    wider = {
        other
        for term, one in found.items()
        for other in taxonomy.wider(term)
        if other in found and not one.weak and found[other].words in one.words
    }
    terms = []
    for term, one in found.items():
        strength = FIELD_STRENGTH[field] * plenty * (WEAK if one.weak else 1.0) * (WIDER_TOO if term in wider else 1.0)
        terms.append(Term(id=term, source=field, words=one.words, strength=round(_often(strength, one), 3)))
    return terms


def _often(strength: float, found: Found) -> float:
    """Said twice or three times, it is a little surer."""
    return min(1.0, strength * (1 + 0.1 * min(found.hits - 1, 2)))


def _tells(facts: Facts) -> bool:
    """Whether there is more than a proper name, which is near to all sorts of things (Eaton Road, Elland Road)."""
    return bool(facts.description.strip()) or len(facts.name.split()) > 3


def _text(facts: Facts) -> str:
    parts = (facts.name, *facts.categories, facts.description[:200])
    return ". ".join(part.strip() for part in parts if part.strip())


def _by_meaning(near: Sequence[Near]) -> tuple[Term, ...]:
    """Few and faint: half the cosine, so that no guess outweighs a word."""
    return tuple(
        Term(id=one.term, source="meaning", words=one.saying, strength=round(one.cosine / 2, 3))
        for one in near[:MOST_BY_MEANING]
        if one.cosine >= near[0].cosine - CLOSE_TO_BEST
    )
