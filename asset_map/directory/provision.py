"""What residents can reach: from the store to tables. Keeps what takes long to work out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

import shapely

from asset_map.asset import KINDS, Area, Asset
from asset_map.directory.areas import FINEST
from asset_map.directory.visibility import for_public, without_hidden
from asset_map.errors import BadInput, NotFound
from asset_map.postcode import postcode_table
from asset_map.provision.access.choice import NEEDS, WAYS, Choice
from asset_map.provision.access.edge import box_of, homes_beyond
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.access.gaps import Prepared, confidence_of, given_by, prepare, tabulate
from asset_map.provision.access.reach import Floats, measure, pairs_within
from asset_map.provision.access.sensitivity import widest_m
from asset_map.provision.access.supply import supply
from asset_map.provision.areas.ages import AGE_GROUPS
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.residents import ResidentPoints, spread_residents
from asset_map.provision.areas.service_areas import service_polygons

if TYPE_CHECKING:
    from asset_map.directory import Directory

KIND_LABELS = {
    "group": "Groups and activities",
    "venue": "Venues",
    "service": "Services",
    "green_space": "Green spaces",
    "employer": "Employers",
    "connector": "People who connect people",
}
Value = TypeVar("Value")
KEPT = 8
"""Choices of which the pairs and the table are kept: a page asks for the same one for table, map and downloads."""


class _Kept(Generic[Value]):
    """The last few values that were worked out; two threads that ask for the same one wait for one working out."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._slots: OrderedDict[Hashable, tuple[Lock, list[Value]]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        with self._lock:
            lock, slot = self._slots.setdefault(key, (Lock(), []))
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        with lock:
            if not slot:
                slot.append(make())
            return slot[0]


class Provision:
    """What residents of a directory's areas can reach. Safe to share between threads."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._areas: _Kept[list[Area]] = _Kept(KEPT)
        self._residents: _Kept[ResidentPoints] = _Kept(1)
        self._beyond: _Kept[Floats] = _Kept(KEPT)
        self._prepared: _Kept[Prepared] = _Kept(KEPT // 2)
        self._tables: _Kept[GapTable] = _Kept(KEPT)

    def gaps(self, choice: Choice) -> GapTable:
        """Access against need, area by area, to what is chosen with all that is a kind of it.

        Raises NotFound for what is not there, BadInput for a choice that makes no sense.
        """

        def work_out() -> GapTable:
            prepared = self.prepared(choice)
            measured = measure(prepared.reach, prepared.given)
            return tabulate(prepared, measured, confidence_of(prepared, measured))

        return self._tables.get((choice, *self._now()), work_out)

    def prepared(self, choice: Choice) -> Prepared:
        """What a table of a choice is made from, before anything is measured; raises as `gaps` does."""
        return self._prepared.get((choice, *self._now()), lambda: self._prepare(choice))

    def _prepare(self, choice: Choice) -> Prepared:
        label = self.label(choice)
        areas = self.areas(choice)
        residents = self.residents()
        wanted = self.terms_of(choice)
        store = self._directory.store
        assets = store.assets_with(wanted) if wanted else store.all_assets()
        # A store may hold other councils too: what nobody here could ever reach is not about here.
        near = box_of(areas, widest_m(given_by(choice)))
        # A field that only workers may know must not show in a figure either.
        told = (without_hidden(asset) if asset.workers_only else asset for asset in assets)
        reachable = supply(told, wanted, kinds=choice.kinds, today=date.today(), within=near)
        beyond = self._homes_beyond(choice, areas, residents)
        return prepare(replace(choice, edition=areas[0].edition), label, areas, residents, reachable, beyond)

    def _now(self) -> tuple[int, date]:
        """What was worked out holds as long as this is the same."""
        return self._directory.store.stamp(), date.today()

    def areas(self, choice: Choice) -> list[Area]:
        """The areas of a choice, by code, of its edition or the newest; raises NotFound that names what there is."""
        kinds = self._directory.area_kinds()
        editions = sorted((edition for kind, edition in kinds if kind == choice.area_kind), reverse=True)
        if not editions:
            there = ", ".join(sorted({kind for kind, _ in kinds})) or "none; run `asset-map areas load`"
            raise NotFound(f"no areas of kind “{choice.area_kind}” are loaded; there are: {there}")
        if choice.edition and choice.edition not in editions:
            there = ", ".join(reversed(editions))
            raise NotFound(f"no edition {choice.edition} of areas of kind “{choice.area_kind}”; there are: {there}")
        places: set[str] = set()
        for edition in [choice.edition] if choice.edition else editions:
            loaded = self._loaded(choice.area_kind, edition)
            if found := [area for area in loaded if choice.place in ("", area.place)]:
                return found
            places |= {area.place for area in loaded}
        there = ", ".join(sorted(filter(None, places))) or "none; `asset-map areas load --place` names one"
        raise NotFound(
            f"no place with areas of kind “{choice.area_kind}” is called “{choice.place}”; there are: {there}"
        )

    def _loaded(self, kind: str, edition: str = "") -> list[Area]:
        store = self._directory.store
        return self._areas.get((kind, edition, store.stamp()), lambda: store.areas(kind, edition or None))

    def label(self, choice: Choice) -> str:
        """What was chosen, in words; raises NotFound or BadInput for a choice that makes no sense."""
        taxonomy = self._directory.taxonomy
        terms = taxonomy.terms
        for interest in choice.interests:
            if interest not in terms:
                raise NotFound(f"no interest term is called “{interest}”; {taxonomy.advice(interest)}")
        _refuse_nonsense(choice)
        interests = " or ".join(terms[interest].label for interest in choice.interests)
        kinds = " and ".join(KIND_LABELS[kind] for kind in choice.kinds)
        return f"{interests} ({kinds.lower()})" if interests and kinds else interests or kinds

    def terms_of(self, choice: Choice) -> frozenset[str]:
        """The chosen interest terms with every term that is a kind of one of them."""
        found, waiting = set(choice.interests), list(choice.interests)
        while waiting:
            for narrower in self._directory.taxonomy.narrower.get(waiting.pop(), ()):
                if narrower not in found:
                    found.add(narrower)
                    waiting.append(narrower)
        return frozenset(found)

    def coming(self, choice: Choice, area: Area) -> list[Asset]:
        """Public assets of a choice that come to people in the middle of an area, by name, then id.

        They have no place to walk to and count in no figure; their service areas say where they go.
        """
        store, wanted = self._directory.store, self.terms_of(choice)
        assets = store.assets_with(wanted) if wanted else store.all_assets()
        told = (asset for asset in assets if asset.service_areas and _public(asset, choice))
        every = [one for kind, edition in self._directory.area_kinds() for one in self._loaded(kind, edition)]
        middle = shapely.Point(area.longitude, area.latitude)
        found = [
            for_public(asset)
            for asset in told
            if (ground := service_polygons(asset, every)) is not None and ground.covers(middle)
        ]
        return sorted(found, key=lambda asset: (asset.name.casefold(), asset.id))

    def residents(self) -> ResidentPoints:
        """Where residents of the newest edition of the finest areas live; raises NotFound."""
        areas = [area for area in self._loaded(FINEST) if area.profile is not None]
        if not areas:
            raise NotFound("nobody is known to live anywhere yet; run `asset-map areas profile` with a population file")
        newest = max(area.edition for area in areas)
        areas = [area for area in areas if area.edition == newest]
        # Assets change more often than areas, so the key is the areas and not the stamp.
        return self._residents.get(tuple(areas), lambda: spread_residents(areas, AreaIndex(areas), postcode_table()))

    def _homes_beyond(self, choice: Choice, areas: Sequence[Area], residents: ResidentPoints) -> Floats:
        """Homes outside the finest areas, as far from the areas of the choice as its people go."""
        given = given_by(choice)
        box = box_of(areas, given.minutes * given.m_per_minute / given.detour)
        edition = residents.areas[0].edition if residents.areas else ""
        finest = [area for area in self._loaded(FINEST) if area.edition == edition]
        key = (box, edition, self._directory.store.stamp())
        return self._beyond.get(key, lambda: homes_beyond(box, AreaIndex(finest), postcode_table()))

    def warm(self) -> None:
        """Spread residents over postcodes, where it is known how many there are, and import what finds pairs."""
        if any(area.profile for area in self._loaded(FINEST)):
            self.residents()
            pairs_within([0.0], [0.0], [0.0], [0.0], 1.0)


def _refuse_nonsense(choice: Choice) -> None:
    if not choice.interests and not choice.kinds:
        raise BadInput("nothing was chosen: name an interest term or a kind of asset")
    if not 1 <= choice.minutes <= 120:
        raise BadInput(f"{choice.minutes:g} minutes: expected 1 to 120")
    if choice.target is not None and not 0 < choice.target <= 100_000:
        raise BadInput(f"a target of {choice.target:g} sessions a week for 1,000 people: expected a number above 0")
    for what, given, known in (
        ("kind of asset", choice.kinds, KINDS),
        ("age group", (choice.ages,), AGE_GROUPS),
        ("way of travel", (choice.travel,), WAYS),
        ("need", (choice.need,), NEEDS),
    ):
        for one in given:
            if one not in known:
                raise BadInput(f"{what} “{one}” is not known; expected one of {', '.join(known)}")


def _public(asset: Asset, choice: Choice) -> bool:
    of_kind = not choice.kinds or asset.kind in choice.kinds
    return of_kind and asset.visibility == "public" and asset.status == "active"
