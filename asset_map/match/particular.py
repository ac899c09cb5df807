"""What is plainly for somebody in particular, by faith, condition, age or background, and not for whoever is asking."""

from __future__ import annotations

import re
from functools import cache

from asset_map.asset import Asset
from asset_map.match import Ask, Chip
from asset_map.taxonomy import Taxonomy

FAMILIES = "families-and-young-people"
GROUPS = frozenset({"identity-culture-and-faith", "health-and-living-with-conditions", FAMILIES})
"""The groups of terms that say who something is for."""
ALSO = frozenset({"womens_groups", "mens_groups"})
FOR_ANYBODY = frozenset(
    """cultural faith_music faith_charity school_alumni street_pastors health mental_wellbeing calm meditation sleep
    laughter music_for_health reminiscence healthwatch peer_support_mh talking_group counselling advocacy""".split()
)
"""Terms of those groups that say what something is, and not who it is for."""
PLAINLY = 0.8
AUDIENCE = {"women": "womens_groups", "men": "mens_groups", "carer": "carers"}
"""The term that answers an audience chip."""


CARER_SURE, OTHERS_SURE = 0.6, 0.45
"""A carer hears of other carers in turn; how somebody is otherwise gets a place in four: it is not who they are."""
NOT_A_GROUP = frozenset({"pain", "long_term_conditions", "physical_disability", "wheelchair_access", "disability"})
"""How somebody is that says how gently to go, and not whom to meet."""


def same_shoes(ask: Ask, taxonomy: Taxonomy) -> list[tuple[Chip, str, float]]:
    """The term of others in the same shoes for each audience chip that has one, with how sure: each term once."""
    chosen: dict[str, tuple[Chip, str, float]] = {}
    for chip in ask.of("audience"):
        term = "carers" if chip.value == "carer" else chip.value or ""
        if term in taxonomy.terms and term not in NOT_A_GROUP:
            chosen.setdefault(term, (chip, term, CARER_SURE if term == "carers" else OTHERS_SURE))
    return list(chosen.values())


def for_somebody_else(asset: Asset, asked: frozenset[str], taxonomy: Taxonomy) -> bool:
    """Whether an asset's name or category says that it is for people of whom the ask says nothing.

    `asked` are the `particular_terms` of the ask.
    """
    said = {
        term.id
        for term in asset.terms
        if term.strength >= PLAINLY and term.source in {"name", "category"} and _is_particular(term.id, taxonomy)
    }
    return bool(said) and not said & asked


def is_false_friend(asset: Asset, chip: Chip, taxonomy: Taxonomy) -> bool:
    """Whether an asset's name only sounds like what was said: "walking football" for a walk."""
    if not chip.terms or any(term.id == chip.terms[0].id for term in asset.terms):
        return False
    term = taxonomy.terms.get(chip.terms[0].id)
    pattern = _false_friends(term.not_cues) if term is not None else None
    return pattern is not None and bool(pattern.search(asset.name.casefold()))


@cache
def _false_friends(not_cues: tuple[str, ...]) -> re.Pattern[str] | None:
    plain = [cue.casefold() for cue in not_cues if not re.match(r"[/=~]|\w+:", cue)]
    ends = [re.escape(cue.rstrip("*")) + (r"\w*" if cue.endswith("*") else r"s?") for cue in plain]
    return re.compile(rf"\b(?:{'|'.join(ends)})\b") if ends else None


def _is_particular(term: str, taxonomy: Taxonomy) -> bool:
    known = taxonomy.terms.get(term)
    return known is not None and (known.group in GROUPS or term in ALSO) and term not in FOR_ANYBODY


def particular_terms(ask: Ask, taxonomy: Taxonomy) -> frozenset[str]:
    """The particular terms that an ask speaks of, with what is near them."""
    read = {reading.id for chip in ask.of("interest", "strength") for reading in chip.terms}
    read |= {AUDIENCE[chip.value] for chip in ask.of("audience") if chip.value in AUDIENCE}
    # How somebody is comes as an audience that names its term: "has aphasia".
    read |= {chip.value for chip in ask.of("audience") if chip.value and chip.value in taxonomy.terms}
    spoken = {term for term in read if term in taxonomy.terms and _is_particular(term, taxonomy)}
    if any(chip.value in {"parent", "young"} or _is_a_child(chip.value or "") for chip in ask.of("audience")):
        spoken |= {term.id for term in taxonomy.terms.values() if term.group == FAMILIES}
    # Somebody who speaks of faith in general may mean any.
    spoken |= {term for term in read if term in {"cultural", "health", "mental_wellbeing"}}
    return frozenset(near for term in spoken for near in taxonomy.spread(term))


def _is_a_child(value: str) -> bool:
    age = value.removeprefix("age:").rstrip("+")
    return value.startswith("age:") and age.isdigit() and int(age) < 18
