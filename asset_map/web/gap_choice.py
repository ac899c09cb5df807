"""What the address of a page about gaps says: the choice, how it is looked at, and what had to be read otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from asset_map.asset import KINDS
from asset_map.provision.access.choice import MINUTES, WAYS, Choice, Need
from asset_map.provision.areas.ages import AGE_GROUPS
from asset_map.provision.files.account import AREA_WORDS
from asset_map.web.here import directory

SHOWN = ("coverage", "access", "shortfall", "need", "gap")
"""The figures that can colour the map."""
SORTED = (
    "name",
    "people",
    "coverage",
    "coverage_two",
    "access",
    "shortfall",
    "need",
    "gap",
    "confidence",
    "assets",
    "asked",
    "second",
    "difference",
)
ORDERS = ("ascending", "descending")
NAMES = ("interest", "kind", "area", "edition", "place", "ages", "minutes", "travel", "need", "target")
"""The names of a choice in an address; with 2 after them they are those of a second choice."""
ANY, MEAN = "any", "mean"
"""In an address: no interest term or kind in particular; no target."""
MOST_INTERESTS = 6
_LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A choice and how it is looked at. `notes` say in sentences what the address asked for that is not there."""

    choice: Choice
    show: str = "coverage"
    sort: str = "coverage"
    order: str = "ascending"
    at: str = ""
    notes: tuple[str, ...] = ()
    second: Choice | None = None

    def query(self, **changes: Any) -> dict[str, Any]:
        """Names and values for an address, in one order; what is as usual is left out."""
        changed = replace(self, **changes)
        found = in_address(changed.choice)
        if changed.second is not None:
            first, second = _in_full(changed.choice), _in_full(changed.second)
            found |= {f"{name}2": value for name, value in second.items() if value != first[name]}
        usual = View(choice=self.choice)
        looks = {name: getattr(changed, name) for name in ("show", "sort", "order", "at")}
        return found | {name: value for name, value in looks.items() if value != getattr(usual, name)}


def in_address(choice: Choice) -> dict[str, Any]:
    """A choice as the names and values of an address."""
    usual = _in_full(Choice())
    where = {"area": choice.area_kind, "edition": choice.edition, "place": choice.place}
    found = where | {name: value for name, value in _in_full(choice).items() if value != usual[name]}
    found.setdefault("minutes", usual["minutes"])
    return {name: found[name] for name in NAMES if found.get(name)}


def _in_full(choice: Choice) -> dict[str, Any]:
    """What may differ between two choices, each with a value that says it also where it is the usual."""
    return {
        "interest": list(choice.interests) or [ANY],
        "kind": list(choice.kinds) or [ANY],
        "ages": choice.ages,
        "minutes": f"{choice.minutes:g}",
        "travel": choice.travel,
        "need": choice.need,
        "target": MEAN if choice.target is None else f"{choice.target:g}",
    }


def choice_from(args: MultiDict[str, str]) -> Choice:
    """The choice of an address. A value that makes no sense counts as not given."""
    return view_from(args).choice


def view_from(args: MultiDict[str, str]) -> View:
    """Everything an address says. A value that makes no sense counts as not given and is named in `notes`."""
    reader = _Reader(args)
    choice = reader.choice()
    return View(
        choice=choice,
        show=_known(args, "show", SHOWN),
        sort=_known(args, "sort", SORTED),
        order=_known(args, "order", ORDERS),
        at=args.get("at", "").strip()[:_LONGEST_WORDS],
        notes=tuple(reader.notes),
    )


def _known(args: MultiDict[str, str], name: str, known: tuple[str, ...]) -> str:
    """A way of looking at it; the usual where there is no such way, since nothing of the figures changes with it."""
    return args[name] if args.get(name) in known else "ascending" if known is ORDERS else "coverage"


def both_from(args: MultiDict[str, str]) -> View:
    """As `view_from`, with the second choice, in which what is not given is as in the first; areas are always so."""
    first = view_from(args)
    merged: MultiDict[str, str] = MultiDict()
    for name in NAMES:
        own = any(args.getlist(f"{name}2")) and name not in ("area", "edition", "place")
        merged.setlist(name, args.getlist(f"{name}2" if own else name))
    reader = _Reader(merged)
    second = replace(reader.choice(), area_kind=first.choice.area_kind)
    return replace(first, second=second, notes=tuple(dict.fromkeys((*first.notes, *reader.notes))))


def area_kinds() -> dict[str, str]:
    """Each kind of area that is loaded with its newest edition; wards first, since people know them."""
    newest = dict(sorted(directory().area_kinds()))
    return dict(sorted(newest.items(), key=lambda one: (one[0] != "ward", one[0])))


def areas_in_words(kind: str) -> str:
    """Areas of a kind, many of them: "wards"."""
    return AREA_WORDS.get(kind, ("", f"areas ({kind})"))[1]


@dataclass(slots=True)
class _Reader:
    """Reads the values of a choice one by one and notes what is not there."""

    args: MultiDict[str, str]
    notes: list[str] = field(default_factory=list)

    def choice(self) -> Choice:
        area = self._area()
        needs: tuple[Need, ...] = get_args(Need)
        return Choice(
            interests=self._interests(),
            kinds=tuple(kind for kind in KINDS if kind in self.args.getlist("kind")),
            area_kind=area,
            edition=(edition := self._edition(area)),
            place=self._place(area, edition),
            ages=self._one("ages", AGE_GROUPS, "all", "We have no figures for the ages {}. All ages are shown."),
            minutes=self._minutes(),
            travel=self._one("travel", WAYS, "walk", "We know no way of travel called {}. Going on foot is shown."),
            need=self._one("need", needs, "deprivation", "We cannot measure need by {}. Deprivation is shown."),
            target=self._target(),
        )

    def _said(self, name: str) -> str:
        return self.args.get(name, "").strip()

    def _note(self, words: str, value: str) -> None:
        self.notes.append(words.format(f"“{value[:_LONGEST_WORDS]}”"))

    def _one(self, name: str, known: Any, usual: Any, words: str) -> Any:
        value = self._said(name)
        if value in known:
            return value
        if value:
            self._note(words, value)
        return usual

    def _interests(self) -> tuple[str, ...]:
        terms = directory().taxonomy.terms
        given = dict.fromkeys(one.strip() for one in self.args.getlist("interest") if one.strip() not in ("", ANY))
        for one in given:
            if one not in terms:
                self._note("We do not have {} on our list of things people like to do. Choose from the list.", one)
        return tuple(one for one in given if one in terms)[:MOST_INTERESTS]

    def _area(self) -> str:
        kinds = area_kinds()
        usual = next(iter(kinds), "ward")
        words = f"No areas of the kind {{}} are loaded. What you see is {areas_in_words(usual)}."
        return str(self._one("area", kinds, usual, words))

    def _edition(self, area: str) -> str:
        editions = {edition for kind, edition in directory().area_kinds() if kind == area}
        return str(self._one("edition", editions, "", "No areas of the edition {} are loaded. The newest are shown."))

    def _place(self, area: str, edition: str) -> str:
        return str(
            self._one("place", places(area, edition), "", "No areas of the place {} are loaded. All areas are shown.")
        )

    def _minutes(self) -> float:
        value = _number(self._said("minutes"))
        if value is not None and 1 <= value <= 120:
            return value
        if self._said("minutes"):
            self._note("{} is not a number of minutes from 1 to 120. 15 minutes are shown.", self._said("minutes"))
        return 15.0

    def _target(self) -> float | None:
        value = _number(self._said("target"))
        if value is not None and 0 < value <= 100_000:
            return value
        if self._said("target") not in ("", MEAN):
            self._note("{} is not a number of sessions. Areas are compared with their mean.", self._said("target"))
        return None


def places(area_kind: str, edition: str = "") -> list[str]:
    """The places whose areas of a kind are loaded, of an edition or any, by name; none where they have no name."""
    editions = [one for kind, one in directory().area_kinds() if kind == area_kind and edition in ("", one)]
    return sorted({area.place for one in editions for area in directory().store.area_names(area_kind, one)} - {""})


def minutes_on_offer(choice: Choice) -> list[float]:
    """The journeys to choose from, with the one that was chosen by its address."""
    return sorted({*map(float, MINUTES), choice.minutes})


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
