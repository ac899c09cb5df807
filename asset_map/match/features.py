"""What speaks for and against an asset, each with the words a person will read and what they can be checked against."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asset_map.asset import Asset, Location, Term
from asset_map.geo import Point, metres_between, walking_minutes
from asset_map.match import Ask, Chip, Reason, ReasonKind
from asset_map.match.words import age_in_words, ask_whom, how_far, schedules_in_words
from asset_map.search import Hit
from asset_map.search.words import COMMON, split_words
from asset_map.taxonomy import Taxonomy

FROM = {
    "name": "its name says",
    "alternate_name": "another name of it says",
    "category": "it is listed under",
    "file": "it is on the list of",
    "description": "it says",
    "source": "its publisher lists it under",
    "meaning": "it reads like",
}


@dataclass(frozen=True, slots=True)
class Nearest:
    """The place to go to: `metres` in a straight line; None where nobody knows that it happens there."""

    place: Location | None
    metres: float | None

    @property
    def minutes(self) -> int | None:
        return None if self.metres is None else walking_minutes(self.metres)


def nearest(asset: Asset, centre: Point | None) -> Nearest:
    """The nearest place where it happens, else any place, without a distance."""
    happening = [place for place in asset.locations if place.meaning == "activity" and place.point is not None]
    if centre is None or not happening:
        return Nearest(next(iter(happening or asset.locations), None), None)
    metres, _, place = min((metres_between(centre, p.point), i, p) for i, p in enumerate(happening) if p.point)
    return Nearest(place, metres)


def interest_reason(chip: Chip, asset: Asset, weights: Mapping[str, float], hit: Hit, taxonomy: Taxonomy) -> Reason:
    """The asset offers what was asked for: the term with the words that gave it, else words in common, else meaning."""
    found = best_term(asset, weights)
    if found is not None:
        label = taxonomy.terms[found.id].label if found.id in taxonomy.terms else found.id
        field = _where_found(found, asset)
        seen = f" ({FROM[field]} “{found.words}”)" if found.words else ""
        text = f"You said “{chip.words}”: {label}{seen}"
        field = "description" if field == "meaning" else field
        return Reason(kind=_kind(chip), text=text, field=field, words=found.words, term=found.id)
    if hit.words > 0:
        shared = shared_words(chip.words, asset)
        if shared:
            text = f"You said “{chip.words}”: it says “{shared}”"
            return Reason(kind="words", text=text, field="description", words=shared)
    text = f"You said “{chip.words}”: what it says about itself is close in meaning"
    return Reason(kind="words", text=text, field="description", words=(asset.description or asset.name)[:80])


def _where_found(term: Term, asset: Asset) -> str:
    """The field that holds the words of a term: one of several records may have called it by another name."""
    if term.source == "name" and term.words.casefold() not in asset.name.casefold():
        return "alternate_name"
    return term.source


def _kind(chip: Chip) -> ReasonKind:
    return "strength" if chip.kind == "strength" else "interest"


def best_term(asset: Asset, weights: Mapping[str, float]) -> Term | None:
    """The term of the asset that answers best: weight times strength, ties by id."""
    answering = [term for term in asset.terms if weights.get(term.id, 0.0) > 0]
    return min(answering, key=lambda term: (-weights[term.id] * term.strength, term.id), default=None)


def second_term(asset: Asset, weights: Mapping[str, float]) -> float:
    """How well a second term answers too, 0 to 1."""
    scores = sorted((weights.get(term.id, 0.0) * term.strength for term in asset.terms), reverse=True)
    return scores[1] if len(scores) > 1 else 0.0


def shared_words(asked: str, asset: Asset) -> str:
    """The first word of the asset, as it is written there, that the ask has too; "" for none."""
    stems = _stems(asked)
    for word in _written(asset).split():
        bare = word.strip(".,;:()!?\"'“”‘’")
        if stems & _stems(bare):
            return bare
    return ""


def says_all(asked: str, asset: Asset) -> bool:
    """Whether an asset says every telling word of an ask, in any of its endings."""
    stems = _stems(asked)
    return bool(stems) and stems <= _stems(_written(asset))


def _written(asset: Asset) -> str:
    return " ".join((asset.name, *asset.categories, asset.description or ""))


def _stems(text: str) -> set[str]:
    """Telling words without the endings that make no difference: sing, singing and singers are one."""
    bare = (re.sub(r"(ings?|ers?|ed|ies|es|s|e|y)$", "", word) or word for word in split_words(text))
    return {re.sub(r"([^aeiou])\1$", r"\1", stem) for stem in bare if len(stem) > 2 and stem not in COMMON}


def place_reason(asset: Asset, near: Nearest) -> Reason | None:
    """Where it is, and how far on foot."""
    if near.metres is not None and near.place is not None:
        return Reason(kind="place", text=how_far(near.metres), field="locations", words=near.place.postcode)
    if asset.online:
        return Reason(kind="place", text="You can join from home", field="online")
    if asset.service_areas:
        return Reason(kind="place", text=f"Comes to you: {asset.service_areas[0].name}", field="service_areas")
    return None


def practical_reasons(asset: Asset, today: date) -> list[Reason]:
    """When, what it costs, who to ask, and who confirmed it."""
    found: list[Reason] = []
    when = schedules_in_words(asset)
    if when:
        found.append(Reason(kind="when", text=when, field="schedules"))
    cost = cost_in_words(asset)
    if cost:
        found.append(Reason(kind="cost", text=cost, field="cost_options"))
    who = ask_whom(asset)
    if who:
        found.append(Reason(kind="who", text=who, field="contacts"))
    if asset.assurance is not None:
        text = f"Confirmed {age_in_words(asset.assurance.on, today)} ({asset.assurance.how})"
        found.append(Reason(kind="assured", text=text, field="assurance"))
    return found


def cost_in_words(asset: Asset) -> str:
    """What it costs, "" where nobody has said."""
    said = [
        option.amount_description or (f"£{option.amount:.2f}" if option.amount else option.option or "")
        for option in asset.cost_options
    ]
    words = "; ".join(dict.fromkeys(word for word in said if word))
    if asset.free and "free" not in words.lower():
        return f"Free. {words}" if words else "Free"
    return words


def freshness(asset: Asset, today: date) -> float:
    """1 for just confirmed, halving towards a floor every two years; 0.5 where nobody has said: a gentle discount."""
    if asset.assurance is None:
        return 0.5
    years = max(0, (today - asset.assurance.on).days) / 365.25
    return 0.3 + 0.7 * float(0.5 ** (years / 2))


def unknowns(asset: Asset, ask: Ask, near: Nearest) -> list[str]:
    """What nobody has said, as sentences that say whom to ask."""
    whom = ask_whom(asset)
    ask_them = f" {whom}." if whom else ""
    found: list[str] = []
    if near.place is not None and near.place.meaning == "contact":
        found.append(f"Where they meet: the address is an office.{ask_them or ' Ask where they meet.'}")
    elif near.place is not None and near.place.meaning == "unknown" and not asset.online:
        found.append(f"Whether it happens at {near.place.postcode or 'the address we have'}: not known.{ask_them}")
    elif near.place is None and not asset.online and not asset.service_areas:
        found.append(f"Where it happens: not known.{ask_them}")
    if not asset.schedules:
        found.append(f"When: not known.{ask_them}")
    if not asset.cost_options and asset.free is None:
        found.append(f"Cost: not known.{ask_them}")
    said = {fact.name for fact in asset.accessibility if fact.known != "unknown"}
    if "step_free" not in said and not any(c.value == "step_free" for c in ask.of("must")) and near.place is not None:
        found.append(f"Step-free: not known.{ask_them}")
    return found


def organisation_of(asset: Asset) -> str:
    """What counts as one organisation when variety is kept: who runs it, else its own name."""
    return (asset.organization.name if asset.organization else asset.name).casefold()


def serves(asset: Asset, weights: Sequence[Mapping[str, float]]) -> int:
    """How many interests an asset has a good term for."""
    return sum(1 for some in weights if any(some.get(t.id, 0) * t.strength >= 0.5 for t in asset.terms))
