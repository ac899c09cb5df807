"""Supply: where something happens, how often, and what does not count and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asset_map.asset import Asset, Kind, Location, Visibility

Floats = NDArray[np.float64]
NOT_RUNNING = "not running at present"
WORKERS_ONLY = "for workers only"
ROUGHLY = "its place may be shown only roughly"
IMPRECISE = "its place is known only to a part of a town"
CONTACT = "only an office or a contact address is known"
UNKNOWN = "nobody has said whether it happens at the place we know"
COMES = "it is online or comes to people"
NO_PLACE = "no place is known"
_IMPRECISE_METHODS = ("postcode sector", "postcode district")


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """Places where something happens; arrays of shape (n,).

    `asset` is the position in `assets` (ids) of the one that happens there: one asset may have many places, which share
    its sessions. `left_out` says why the other assets do not count, and how many they are.
    """

    assets: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    asset: NDArray[np.intp]
    sessions: Floats
    left_out: tuple[tuple[str, int], ...] = ()


def supply(
    assets: Iterable[Asset],
    terms: Collection[str],
    visibility: Visibility = "public",
    kinds: Collection[Kind] = (),
) -> Supply:
    """The places of the assets that have one of `terms` and are of one of `kinds`: where it happens, never an office.

    No terms mean any, no kinds mean any.

    With visibility "public", what is for workers only or only roughly placed is left out, since a figure for a small
    area would tell where it is.
    """
    ids: list[str] = []
    places: list[tuple[float, float, int]] = []
    left_out: Counter[str] = Counter()
    for asset in assets:
        if (terms and not any(term.id in terms for term in asset.terms)) or (kinds and asset.kind not in kinds):
            continue
        points = [] if (why := _not_counted(asset, visibility)) else _where_it_happens(asset, visibility)
        if points:
            places += [(latitude, longitude, len(ids)) for latitude, longitude in sorted(points)]
            ids.append(asset.id)
        else:
            left_out[why or _why_no_place(asset)] += 1
    table = np.array(places, dtype=float).reshape(-1, 3)
    counted = tuple(sorted(left_out.items(), key=lambda one: (-one[1], one[0])))
    owner = table[:, 2].astype(np.intp)
    shared = 1 / np.bincount(owner, minlength=len(ids))[owner]
    return Supply(tuple(ids), table[:, 0], table[:, 1], owner, shared, counted)


def _not_counted(asset: Asset, visibility: Visibility) -> str | None:
    if asset.status != "active":
        return NOT_RUNNING
    return WORKERS_ONLY if asset.visibility == "workers" and visibility == "public" else None


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
