"""Areas and their community buildings; and, where there is none, what else there is: people, groups, green space."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from asset_map.asset import NOT_APPROACHED, Area, Asset, Location, Visibility
from asset_map.geo import Point, metres_from, walking_minutes
from asset_map.provision.areas.area_index import area_positions
from asset_map.provision.areas.residents import ResidentPoints

Sort = Literal[
    "building", "could_connect", "connector", "group", "office", "green_space", "employer", "service", "venue"
]
"""`office` is a group of which only a contact address is known; `could_connect` a place that is no building yet."""
NOT_RUNNING = "not running at present"
FOR_WORKERS = "known only from lists that are for workers"
IMPRECISE = "its place is known only to a part of a town"
OFFICE = "only an office or a contact address is known"
NOT_SAID = "nobody has said what happens there"
NOT_ASKED = "Not yet approached"
_ROUGH_METHODS = ("postcode sector", "postcode district", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingWords:
    """What makes a venue a community building, by the words of its name and categories; see the file of facts.

    `if_in_use` are words that tell of one only where something is known to happen. `terms` are ids of interest terms.
    `could_connect` are (words for the screen, words to find).
    """

    is_one: tuple[str, ...]
    if_in_use: tuple[str, ...] = ()
    terms: frozenset[str] = frozenset()
    looks_like_one: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    something_else: tuple[str, ...] = ()
    could_connect: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def sort_of(self, asset: Asset) -> Sort:
        """What an asset is in a report of buildings."""
        if asset.status == NOT_APPROACHED:
            return "could_connect"
        if asset.kind == "venue" and self._speaks(asset, (*self.is_one, *self.if_in_use)):
            return "building"
        if asset.kind in ("venue", "service") and self.what_connects(asset):
            return "could_connect"
        return asset.kind

    def surely(self, asset: Asset) -> bool:
        """Whether a building is one even where nobody has said what happens there."""
        return self._speaks(asset, self.is_one)

    def what_connects(self, asset: Asset) -> str:
        """The sort of place that could connect, such as "School"; "" where no word tells."""
        texts = _texts(asset)
        return next((label for label, words in self.could_connect if _any(words, texts)), "")

    def _speaks(self, asset: Asset, words: tuple[str, ...]) -> bool:
        name, *categories = _texts(asset)
        streets = tuple(f"{word} {street}" for word in words for street in self.streets)
        lookalikes = _pattern((*self.looks_like_one, *streets))
        heard = [text for text in (name, *categories) if _any(words, [lookalikes.sub(" ", text)])]
        # A category with both, such as "High School run library", is heard as the building.
        if _any(self.something_else, [name, *(text for text in categories if text not in heard)]):
            return False
        by_term = any(term.id in self.terms and term.source in ("source", "description") for term in asset.terms)
        return bool(heard) or by_term


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An asset in a list; `what` says more where a list holds several sorts."""

    id: str
    name: str
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The nearest building beyond an area: straight-line metres and minutes on foot from the middle of its people."""

    building: Named
    metres: float
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAssets:
    """An area with its community buildings and its other assets; each list by name, then id.

    `connectors` is how many people who connect are known there; `connector_names` are for workers only. `groups` meet
    there; `offices` is how many more have only a contact address there. `residents` None: not known.
    """

    code: str
    name: str
    residents: int | None
    imd_decile: int | None
    most_deprived_share: float | None
    buildings: tuple[Named, ...]
    nearest: Nearest | None
    connectors: int
    connector_names: tuple[Named, ...]
    groups: tuple[Named, ...]
    offices: int
    green_spaces: tuple[Named, ...]
    employers: tuple[Named, ...]
    services: tuple[Named, ...]
    venues: tuple[Named, ...]
    could_connect: tuple[Named, ...]

    @property
    def others(self) -> int:
        """How many other assets are known there, people included; places that only could connect are not."""
        lists = (self.groups, self.green_spaces, self.employers, self.services, self.venues)
        return self.connectors + sum(len(one) for one in lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingsReport:
    """Areas of one kind and edition: those without a building first, then most residents, then code.

    `buildings` is how many are known in the areas; `left_out` are (why, how many) that stand there and do not count.
    `connectors_roughly` are people who connect and are known only to a part of a town: they count for no area.
    """

    area_kind: str
    edition: str
    place: str
    rows: tuple[AreaAssets, ...]
    buildings: int
    left_out: tuple[tuple[str, int], ...]
    connectors_roughly: int

    @property
    def without(self) -> tuple[AreaAssets, ...]:
        """Areas in which no community building is known."""
        return tuple(row for row in self.rows if not row.buildings)


@dataclass(frozen=True, slots=True)
class _Stand:
    """An asset at one of its places. `area` is the position of the area, -1 for none; `why` it does not count there."""

    named: Named
    sort: Sort
    point: Point
    why: str
    hidden: bool
    area: int = -1


def buildings_report(
    areas: Sequence[Area],
    assets: Iterable[Asset],
    words: BuildingWords,
    residents: ResidentPoints | None = None,
    *,
    visibility: Visibility = "public",
    place: str = "",
) -> BuildingsReport:
    """The report for `areas`, which are of one kind and edition. `residents` None: nobody is known to live anywhere.

    With visibility "public" people who connect are counted and never named, and all else that is for workers only is
    left out. A building beyond the areas may be the nearest.
    """
    stands = _stands(areas, assets, words, visibility)
    middles = _middles(areas, residents)
    by_area: dict[int, list[_Stand]] = {}
    for stand in stands:
        by_area.setdefault(stand.area, []).append(stand)
    buildings = [stand for stand in stands if stand.sort == "building" and not stand.why]
    rows = [
        _row(area, by_area.get(at, []), _nearest(middles[at], [one for one in buildings if one.area != at]))
        for at, area in enumerate(areas)
    ]
    rows.sort(key=lambda row: (bool(row.buildings), row.residents is None, -(row.residents or 0), row.code))
    return BuildingsReport(
        area_kind=areas[0].kind if areas else "",
        edition=areas[0].edition if areas else "",
        place=place,
        rows=tuple(rows),
        buildings=sum(len(row.buildings) for row in rows),
        left_out=_left_out(stands, "building"),
        connectors_roughly=dict(_left_out(stands, "connector")).get(IMPRECISE, 0),
    )


def _stands(
    areas: Sequence[Area], assets: Iterable[Asset], words: BuildingWords, visibility: Visibility
) -> list[_Stand]:
    """Every place of every asset, by name, then id, then place."""
    found = []
    for asset in assets:
        sort = words.sort_of(asset)
        what = words.what_connects(asset) or NOT_ASKED if sort == "could_connect" else ""
        named = Named(id=asset.id, name=asset.name, what=what)
        hidden = asset.visibility == "workers" and visibility == "public"
        unsure = sort == "building" and not words.surely(asset)
        for location in asset.locations:
            here: Sort = "office" if sort == "group" and location.meaning == "contact" else sort
            if location.point is not None:
                why = _why_not(asset, location, here, hidden) or (
                    NOT_SAID if unsure and location.meaning != "activity" else ""
                )
                found.append(_Stand(named, here, location.point, why, hidden))
    held = area_positions([one.point.latitude for one in found], [one.point.longitude for one in found], areas)
    found = [replace(stand, area=at) for stand, at in zip(found, held.tolist(), strict=True)]
    return sorted(found, key=lambda one: (one.named.name.casefold(), one.named.id, one.point.latitude))


def _why_not(asset: Asset, location: Location, sort: Sort, hidden: bool) -> str:
    """Why a place does not count; "" where it does. Buildings stand where they are, the others where it happens."""
    if hidden and sort != "connector":
        return FOR_WORKERS
    if asset.status not in ("active", NOT_APPROACHED):
        return NOT_RUNNING
    if location.method in _ROUGH_METHODS:
        return IMPRECISE
    if sort in ("building", "could_connect", "connector"):
        return OFFICE if location.meaning == "contact" else ""
    return "" if location.meaning == ("contact" if sort == "office" else "activity") else OFFICE


def _left_out(stands: Iterable[_Stand], sort: Sort) -> tuple[tuple[str, int], ...]:
    """Assets of a sort that stand in the areas and count nowhere, by the reason: most first."""
    counted = {one.named.id for one in stands if not one.why}
    why = {
        one.named.id: one.why for one in stands if one.sort == sort and one.area >= 0 and one.named.id not in counted
    }
    return tuple(sorted(Counter(why.values()).items(), key=lambda one: (-one[1], one[0])))


def _row(area: Area, stands: Sequence[_Stand], nearest: Nearest | None) -> AreaAssets:
    def named(sort: Sort, shown: Collection[bool] = (False,)) -> tuple[Named, ...]:
        held = (one for one in stands if one.sort == sort and not one.why and one.hidden in shown)
        return tuple(dict.fromkeys(one.named for one in held))

    profile, groups = area.profile, named("group")

    def once(found: Sequence[Named]) -> tuple[Named, ...]:
        """Two lists that name the same hall tell of one building. Groups of one name may be many."""
        by_name = {one.name.casefold(): one for one in reversed(found)}
        return tuple(one for one in found if by_name[one.name.casefold()] is one)

    return AreaAssets(
        code=area.code,
        name=area.name,
        residents=profile.residents if profile else None,
        imd_decile=profile.imd_decile if profile else None,
        most_deprived_share=profile.most_deprived_share if profile else None,
        buildings=once(named("building")),
        nearest=nearest,
        connectors=len(named("connector", (False, True))),
        connector_names=named("connector"),
        groups=groups,
        offices=len(set(named("office")) - set(groups)),
        green_spaces=once(named("green_space")),
        employers=once(named("employer")),
        services=once(named("service")),
        venues=once(named("venue")),
        could_connect=once(named("could_connect")),
    )


def _centre(area: Area) -> Point:
    given = area.profile.centre if area.profile else None
    return Point(*given) if given else Point(area.latitude, area.longitude)


def _middles(areas: Sequence[Area], residents: ResidentPoints | None) -> list[Point]:
    """The middle of the people of each area; where nobody is known to live, the centre that a file gave, or a point."""
    middles = [_centre(area) for area in areas]
    if residents is None:
        return middles
    held = area_positions(residents.latitude, residents.longitude, areas)
    for at in np.unique(held[held >= 0]).tolist():
        people = np.where(held == at, residents.residents, 0.0)
        if people.sum() > 0:
            middles[at] = Point(
                float(people @ residents.latitude / people.sum()), float(people @ residents.longitude / people.sum())
            )
    return middles


def _nearest(middle: Point, buildings: Sequence[_Stand]) -> Nearest | None:
    """Of two that are as near, the first by name."""
    if not buildings:
        return None
    latitudes = np.array([one.point.latitude for one in buildings])
    metres = metres_from(middle, latitudes, np.array([one.point.longitude for one in buildings]))
    at = int(metres.argmin())
    return Nearest(building=buildings[at].named, metres=float(metres[at]), minutes=walking_minutes(float(metres[at])))


def _texts(asset: Asset) -> list[str]:
    """Name and categories, as words are looked for in them."""
    return [_plain(text) for text in (asset.name, *asset.categories)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").replace("-", " ").split())


def _any(words: Sequence[str], texts: Iterable[str]) -> bool:
    pattern = _pattern(tuple(words))
    return any(pattern.search(text) for text in texts)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words, longest first, each with or without an s at its end; no words are found nowhere."""
    longest_first = sorted({_plain(word) for word in words}, key=lambda word: (-len(word), word))
    joined = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{joined})s?(?!\w)" if joined else r"(?!)")
