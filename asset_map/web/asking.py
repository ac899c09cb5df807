"""Reading what a person put into a form. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from asset_map.match import Chip, ChipKind, Reading

REACHES: tuple[tuple[int, str], ...] = (
    (1000, "A short walk (1 km)"),
    (2000, "A longer walk or a short bus ride (2 km)"),
    (5000, "Across town (5 km)"),
    (10000, "Further away (10 km)"),
    (25000, "A day out (25 km)"),
)
"""How far somebody would go: metres in a straight line, and the words on screen."""
USUAL_REACH_M = 5000
PAGE = 10
MOST_SHOWN = 100
LONGEST_TEXT = 2000
LONGEST_PLACE = 120

OUT = "out"
WORDS_ONLY = "words"
KEEP = "keep"
WITH_TERMS: tuple[ChipKind, ...] = ("interest", "strength", "not")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for: their words, a place, metres to go, and how many to show."""

    text: str = ""
    where: str = ""
    reach_m: int = USUAL_REACH_M
    show: int = PAGE

    @property
    def wider_m(self) -> int | None:
        """The next wider reach in metres, None where this is the widest."""
        return next((metres for metres, _ in REACHES if metres > self.reach_m), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decided about a part of an ask: `taken` as a term id, "words", "keep" or "out"."""

    taken: str
    means: str


def wanted(form: Mapping[str, str], text_field: str = "text") -> Wanted:
    """What a form or an address asks for. Numbers that are not on offer become the usual ones."""
    reaches = {str(metres): metres for metres, _ in REACHES}
    show = form.get("show", "")
    return Wanted(
        text=_one_space(form.get(text_field, ""))[:LONGEST_TEXT],
        where=_one_space(form.get("where", ""))[:LONGEST_PLACE],
        reach_m=reaches.get(form.get("reach", ""), USUAL_REACH_M),
        show=min(MOST_SHOWN, max(PAGE, int(show))) if show.isascii() and show.isdigit() and len(show) < 5 else PAGE,
    )


def _one_space(text: str) -> str:
    return " ".join(text.split())


def choices(form: Mapping[str, str]) -> dict[tuple[str, str], Choice]:
    """What was decided about each part, by (kind, words); a part whose box is not ticked is left out."""
    decided: dict[tuple[str, str], Choice] = {}
    for index in range(60):
        kind, words = form.get(f"part-{index}-kind"), form.get(f"part-{index}-words")
        if kind and words:
            decided[kind, words] = Choice(form.get(f"part-{index}-as", OUT), form.get(f"part-{index}-means", kind))
    return decided


def decide(chips: Iterable[Chip], decided: Mapping[tuple[str, str], Choice]) -> tuple[Chip, ...]:
    """The chips as a person decided them. A decision about words that are no longer there is forgotten."""
    kept = (_decide(chip, decided.get((chip.kind, chip.words))) for chip in chips)
    return tuple(chip for chip in kept if chip is not None)


def _decide(chip: Chip, choice: Choice | None) -> Chip | None:
    if choice is None:
        return chip
    if choice.taken == OUT:
        return None
    if chip.kind not in WITH_TERMS:
        return chip
    means = next((kind for kind in WITH_TERMS if kind == choice.means), chip.kind)
    return replace(chip, kind=means, terms=_terms(chip, choice.taken))


def _terms(chip: Chip, taken: str) -> tuple[Reading, ...]:
    if taken == WORDS_ONLY:
        return ()
    if not chip.terms or taken == chip.terms[0].id or all(term.id != taken for term in chip.terms):
        return chip.terms
    return (Reading(id=taken, sure=1.0),)
