"""Supply: where something happens, how often, and what does not count and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from asset_map.asset import NOT_APPROACHED, Asset, Kind, Location, Visibility
from asset_map.geo import Box
from asset_map.provision.access.sessions import age_discount, sessions_a_week

Floats = NDArray[np.float64]
NOT_RUNNING = "not running at present"
WORKERS_ONLY = "for workers only, here or elsewhere"
ROUGHLY = "its place may be shown only roughly, here or elsewhere"
IMPRECISE = "its place is known only to a part of a town"
CONTACT = "only an office or a contact address is known"
UNKNOWN = "nobody has said whether it happens at the place we know"
COMES = "it is online or comes to people"
NO_PLACE = "no place is known"
_IMPRECISE_METHODS = ("postcode sector", "postcode district")


UNPLACED = frozenset({WORKERS_ONLY, ROUGHLY, IMPRECISE, CONTACT, UNKNOWN, NO_PLACE})
"""Reasons that do not say that nothing happens here: it may, at a place that is not known or must not be told."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Records:
    """What the figures rest on: how many assets have known `timed` sessions a week and a `dated` assurance.

    `oldest` and `newest` are the days on which their records were last assured, or loaded where nobody has.
    """

    timed: int = 0
    dated: int = 0
    oldest: date | None = None
    newest: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """Places where something happens; arrays of shape (n,).

    `asset` is the position in `assets` (ids) of the one that happens there: one asset may have many places, which share
    its `sessions` a week. `left_out` says why the other assets do not count, and how many they are; `beside` are the
    (latitude, longitude, number of the asset) of the places that those have, shape (m, 3).
    """

    assets: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    asset: NDArray[np.intp]
    sessions: Floats
    left_out: tuple[tuple[str, int], ...] = ()
    beside: Floats = field(default_factory=lambda: np.empty((0, 3)))
    records: Records = field(default_factory=Records)

    @property
    def unknowable(self) -> bool:
        """Whether nothing counts only since places, or what they mean, are not known: nought would then be a claim."""
        return not self.assets and any(why in UNPLACED for why, _ in self.left_out)


def supply(
    assets: Iterable[Asset],
    terms: Collection[str],
    visibility: Visibility = "public",
    kinds: Collection[Kind] = (),
    *,
    today: date | None = None,
    within: Box | None = None,
) -> Supply:
    """The places of the assets that have one of `terms` and are of one of `kinds`: where it happens, never an office.

    No terms mean any, no kinds mean any. An asset has the sessions a week of its schedules, 1 where they are not known,
    discounted for the age of its record as on `today` (None: not discounted). Assets all of whose places lie beyond
    `within` are as if they were not there, unless their places must not be told: whether one is among those left out
    would tell how far from the box it lies.

    What nobody has approached yet is no provision, and not even left out. With visibility "public", what is for workers
    only or only roughly placed is left out, since a figure for a small area would tell where it is.
    """
    wanted = [asset for asset in assets if _chosen(asset, terms, kinds) and not _beyond(asset, within, visibility)]
    why = {asset.id: _why_not(asset, visibility) for asset in wanted}
    counted = [asset for asset in wanted if why[asset.id] is None]
    left_out = Counter(reason for reason in why.values() if reason is not None)
    places = [(*place, at) for at, one in enumerate(counted) for place in sorted(_where_it_happens(one, visibility))]
    table = np.array(places, dtype=float).reshape(-1, 3)
    owner = table[:, 2].astype(np.intp)
    rates = [sessions_a_week(asset.schedules, today) for asset in counted]
    weekly = np.array([_discounted(*both, today) for both in zip(counted, rates, strict=True)])
    return Supply(
        tuple(asset.id for asset in counted),
        table[:, 0],
        table[:, 1],
        owner,
        weekly[owner] / np.bincount(owner)[owner] if counted else weekly,
        tuple(sorted(left_out.items(), key=lambda one: (-one[1], one[0]))),
        _beside(asset for asset in wanted if why[asset.id] is not None),
        _records(counted, sum(rate is not None for rate in rates)),
    )


def _chosen(asset: Asset, terms: Collection[str], kinds: Collection[Kind]) -> bool:
    if asset.status == NOT_APPROACHED or (kinds and asset.kind not in kinds):
        return False
    return not terms or any(term.id in terms for term in asset.terms)


def _beyond(asset: Asset, box: Box | None, visibility: Visibility) -> bool:
    told = visibility == "workers" or asset.visibility == "public"
    points = [
        location.point
        for location in asset.locations
        if location.point is not None and told and (visibility == "workers" or not location.roughly)
    ]
    if box is None or not points:
        return False
    return not any(
        box.south <= point.latitude <= box.north and box.west <= point.longitude <= box.east for point in points
    )


def _discounted(asset: Asset, rate: float | None, today: date | None) -> float:
    return (1.0 if rate is None else rate) * (age_discount(asset.assurance, today) if today else 1.0)


def _beside(assets: Iterable[Asset]) -> Floats:
    """The places of assets that do not count, other than those that may be shown only roughly or not at all."""
    rows = {
        (location.point.latitude, location.point.longitude, at)
        for at, asset in enumerate(assets)
        if asset.visibility == "public"
        for location in asset.locations
        if location.point is not None and not location.roughly and _precise(location)
    }
    return np.array(sorted(rows), dtype=float).reshape(-1, 3)


def _records(assets: Sequence[Asset], timed: int) -> Records:
    dates = [day for asset in assets if (day := _last_seen(asset)) is not None]
    dated = sum(asset.assurance is not None for asset in assets)
    return Records(timed=timed, dated=dated, oldest=min(dates, default=None), newest=max(dates, default=None))


def _last_seen(asset: Asset) -> date | None:
    if asset.assurance is not None:
        return asset.assurance.on
    loaded = max((fact.on[:10] for fact in asset.provenance), default="")
    return date.fromisoformat(loaded) if loaded else None


def _why_not(asset: Asset, visibility: Visibility) -> str | None:
    """Why an asset does not count; None for one that does."""
    if asset.status != "active":
        return NOT_RUNNING
    if asset.visibility == "workers" and visibility == "public":
        return WORKERS_ONLY
    return None if _where_it_happens(asset, visibility) else _why_no_place(asset)


def _where_it_happens(asset: Asset, visibility: Visibility) -> set[tuple[float, float]]:
    return {
        (location.point.latitude, location.point.longitude)
        for location in asset.locations
        if location.point is not None
        and location.meaning == "activity"
        and location.method not in _IMPRECISE_METHODS
        and (visibility == "workers" or not location.roughly)
    }


def _why_no_place(asset: Asset) -> str:
    """The reason that is nearest to counting, so that the one thing that would help is said."""
    placed = [location for location in asset.locations if location.point is not None]
    happens = [location for location in placed if location.meaning == "activity"]
    if happens:
        return ROUGHLY if any(map(_precise, happens)) else IMPRECISE
    if any(location.meaning == "unknown" for location in placed):
        return UNKNOWN
    if placed:
        return CONTACT
    return COMES if asset.online or asset.service_areas else NO_PLACE


def _precise(location: Location) -> bool:
    return location.method not in _IMPRECISE_METHODS
