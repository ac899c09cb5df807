"""What the form of a page about gaps offers, with what was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asset_map.directory.provision import KIND_LABELS
from asset_map.provision.access.choice import NEEDS, WAYS, Choice
from asset_map.provision.areas.ages import AGE_GROUPS
from asset_map.web.gap_choice import area_kinds, areas_in_words, minutes_on_offer, places
from asset_map.web.here import directory

Items = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Options:
    """The items of each field. `interests` are the selects: one for each chosen term, and one more to add another.

    `beyond_usual` says whether anything is chosen among what is folded away.
    """

    interests: tuple[Items, ...]
    kinds: Items
    ages: Items
    travel: Items
    minutes: Items
    areas: Items
    places: Items
    need: Items
    target: str
    beyond_usual: bool


def options(choice: Choice) -> Options:
    """The fields for a choice."""
    where = [(one, one) for one in places(choice.area_kind)]
    beyond = bool(choice.kinds or choice.target or choice.need != "deprivation")
    return Options(
        interests=_interests(choice),
        kinds=[
            {"value": kind, "text": words, "checked": kind in choice.kinds}
            for kind, words in KIND_LABELS.items()
            if kind != "connector"  # people who connect people are for workers only, so never counted here
        ],
        ages=_items(((one.id, _capital(one.label)) for one in AGE_GROUPS.values()), choice.ages),
        travel=_items(((one.id, _capital(one.label)) for one in WAYS.values()), choice.travel),
        minutes=_items(((f"{one:g}", f"{one:g} minutes") for one in minutes_on_offer(choice)), f"{choice.minutes:g}"),
        areas=_items(
            ((kind, f"{_capital(areas_in_words(kind))}, {year}") for kind, year in area_kinds().items()),
            choice.area_kind,
        ),
        places=_items([("", "All"), *where], choice.place) if len(where) > 1 or choice.place else [],
        need=_items(((one, _capital(words)) for one, words in NEEDS.items()), choice.need),
        target="" if choice.target is None else f"{choice.target:g}",
        beyond_usual=beyond,
    )


def _interests(choice: Choice) -> tuple[Items, ...]:
    terms = [(term.id, term.label) for term in directory().interests()]
    selects = [
        _items([("", "Choose one" if not at else "Nothing more"), *terms], one)
        for at, one in enumerate(choice.interests)
    ]
    selects.append(_items([("", "Nothing more" if selects else "Choose one"), *terms], ""))
    return tuple(selects if len(selects) > 1 else [*selects, _items([("", "Nothing more"), *terms], "")])


def _items(offered: Iterable[tuple[str, str]], chosen: str) -> Items:
    return [{"value": value, "text": words, "selected": value == chosen} for value, words in offered]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
