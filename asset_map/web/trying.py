"""What somebody tries on the what-if page, as the address of the page says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from asset_map.geo import Point, in_great_britain
from asset_map.provision.access.siting import Goal
from asset_map.provision.access.what_if import Change, NewPlace

MOST_PLACES = 50
MOST_SUGGESTED = 10
LONGEST_WORDS = 80
_DEGREES = re.compile(r"\s*([+-]?\d{1,2}(?:\.\d{1,12})?)\s*[,\s]\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*")
_PLACES_OF_DEGREES = 5  # about a metre, and the same place has the same address


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """Places that would open, ids of assets that would close, and what is asked for: a tenth, or the best places.

    `choice` are the names and values of what a commissioner looks at; `errors` are sentences by the field to put right,
    and `unread` is the place that could not be read, as it was typed.
    """

    choice: tuple[tuple[str, str], ...] = ()
    places: tuple[Point, ...] = ()
    close: tuple[str, ...] = ()
    tenth: str = ""
    best: int = 0
    goal: Goal = "residents"
    errors: dict[str, str] = field(default_factory=dict)
    unread: str = ""

    @property
    def change(self) -> Change:
        """The places and assets as a change to try."""
        add = tuple(NewPlace(latitude=one.latitude, longitude=one.longitude) for one in self.places)
        return Change(add=add, remove=self.close)

    def with_places(self, more: Iterable[Point]) -> Trying:
        """With more places to try, and without the question that led to them."""
        return replace(self, places=(*self.places, *(_rounded(one) for one in more)), tenth="", best=0)

    def without_place(self, position: int) -> Trying:
        """Without one of the places, counted from 0."""
        return replace(self, places=self.places[:position] + self.places[position + 1 :])

    def without_closing(self, asset: str) -> Trying:
        """With one asset left open."""
        return replace(self, close=tuple(one for one in self.close if one != asset))

    def pairs(self, *leave_out: str) -> list[tuple[str, str]]:
        """Names and values for an address, in one order; without those to leave out."""
        asked = [("tenth", self.tenth)] if self.tenth else []
        asked += [("best", str(self.best))] if self.best else []
        asked += [("goal", self.goal)] if asked and self.goal != "residents" else []
        opening = [("place_at", written(one)) for one in self.places]
        found = [*self.choice, *opening, *(("close", one) for one in self.close), *asked]
        return [(name, value) for name, value in found if name not in leave_out]


def written(point: Point) -> str:
    """A place as it stands in an address: "52.19301,-2.22154"."""
    return f"{point.latitude:.{_PLACES_OF_DEGREES}f},{point.longitude:.{_PLACES_OF_DEGREES}f}"


def read_trying(args: MultiDict[str, str], choice: Mapping[str, str | list[str]]) -> Trying:
    """Read the query of an address, beside the names and values of its choice.

    What cannot be read is left out and named in `errors`.
    """
    errors: dict[str, str] = {}
    given = args.getlist("place_at")
    goal: Goal = "high_need" if args.get("goal") == "high_need" else "residents"
    return Trying(
        choice=tuple(
            (name, value) for name, said in choice.items() for value in ([said] if isinstance(said, str) else said)
        ),
        places=_places(given, errors),
        close=tuple(dict.fromkeys(one for one in args.getlist("close") if one)),
        tenth=" ".join(args.get("tenth", "").split())[:LONGEST_WORDS],
        best=_best(args.get("best", ""), errors),
        goal=goal,
        errors=errors,
        unread=next((one.strip()[:LONGEST_WORDS] for one in given if one.strip() and not _DEGREES.fullmatch(one)), ""),
    )


def _places(given: Iterable[str], errors: dict[str, str]) -> tuple[Point, ...]:
    found: dict[Point, None] = {}
    for text in given:
        if not text.strip():
            continue
        read = _DEGREES.fullmatch(text)
        point = _rounded(Point(float(read[1]), float(read[2]))) if read else None
        if point is None:
            errors["place_at"] = f"“{text[:40]}” is not a place. Give latitude and longitude, such as 52.193, -2.221"
        elif not in_great_britain(point):
            errors["place_at"] = (
                f"{written(point)} is not in Great Britain. Latitude comes first, such as 52.193, -2.221"
            )
        else:
            found[point] = None
    if len(found) > MOST_PLACES:
        errors["place_at"] = (
            f"These are {len(found)} places. At most {MOST_PLACES} can be tried at once: take some away"
        )
    return tuple(found)


def _rounded(point: Point) -> Point:
    return Point(round(point.latitude, _PLACES_OF_DEGREES), round(point.longitude, _PLACES_OF_DEGREES))


def _best(text: str, errors: dict[str, str]) -> int:
    if not text.strip():
        return 0
    if text.strip().isdecimal() and 1 <= int(text) <= MOST_SUGGESTED:
        return int(text)
    errors["best"] = f"“{text[:10]}” places cannot be suggested. Choose a number from 1 to {MOST_SUGGESTED}"
    return 0
