"""Access: what share of an area's residents can walk to something, from where they live to where it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asset_map.asset import Area, Asset, Location, Visibility
from asset_map.geo import DETOUR_FACTOR, EARTH_RADIUS_M, WALK_M_PER_MINUTE
from asset_map.provision.area_index import area_positions
from asset_map.provision.residents import Floats, ResidentPoints

Flags = NDArray[np.bool_]
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

    `asset` is the position in `assets` (ids) of the one that happens there: one asset may have many places.
    `left_out` says why the other assets do not count, and how many they are.
    """

    assets: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    asset: NDArray[np.intp]
    left_out: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """For each resident point whether at least one, and at least two, assets are within reach; arrays of shape (n,)."""

    one: Flags
    two: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """An area. `coverage` and `coverage_two` are shares of residents, 0 to 1; None means not enough data, never 0.

    `assets` are those that happen inside the area; residents may reach others beyond its border.
    """

    code: str
    name: str
    residents: int | None
    coverage: float | None
    coverage_two: float | None
    imd_decile: int | None
    assets: int
    imd_score: float | None = None
    most_deprived_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTable:
    """Access to one interest, area by area: lowest coverage first, then by code, areas without data last.

    `coverage` is the share of all residents of the areas. `left_out` are (why, how many assets).
    """

    interest: str
    area_kind: str
    edition: str
    minutes: float
    rows: tuple[AccessRow, ...]
    coverage: float | None
    coverage_two: float | None
    left_out: tuple[tuple[str, int], ...] = ()


def supply(assets: Iterable[Asset], terms: Collection[str], visibility: Visibility = "public") -> Supply:
    """The places of the assets that have one of `terms`: only where it happens, never an office.

    With visibility "public", what is for workers only or only roughly placed is left out, since a figure for a small
    area would tell where it is.
    """
    ids: list[str] = []
    places: list[tuple[float, float, int]] = []
    left_out: Counter[str] = Counter()
    for asset in assets:
        if not any(term.id in terms for term in asset.terms):
            continue
        points = [] if (why := _not_counted(asset, visibility)) else _where_it_happens(asset, visibility)
        if points:
            places += [(latitude, longitude, len(ids)) for latitude, longitude in sorted(points)]
            ids.append(asset.id)
        else:
            left_out[why or _why_no_place(asset)] += 1
    table = np.array(places, dtype=float).reshape(-1, 3)
    counted = tuple(sorted(left_out.items(), key=lambda one: (-one[1], one[0])))
    return Supply(tuple(ids), table[:, 0], table[:, 1], table[:, 2].astype(np.intp), counted)


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


def coverage(
    residents: ResidentPoints,
    reachable: Supply,
    minutes: float,
    detour: float = DETOUR_FACTOR,
    walk_m_per_minute: float = WALK_M_PER_MINUTE,
) -> Coverage:
    """Whether residents are within `minutes` on foot (inclusive) of one asset, and of two different ones."""
    first, second = nearest_two_m(residents.latitude, residents.longitude, reachable)
    limit = minutes * walk_m_per_minute
    return Coverage(first * detour <= limit, second * detour <= limit)


def nearest_two_m(latitudes: ArrayLike, longitudes: ArrayLike, reachable: Supply) -> tuple[Floats, Floats]:
    """Straight-line metres to the nearest asset and to the next different asset; inf where there is none."""
    where = np.radians(np.column_stack([np.asarray(latitudes, float), np.asarray(longitudes, float)]))
    first, second = np.full(len(where), np.inf), np.full(len(where), np.inf)
    count = len(reachable.latitude)
    if not count or not len(where):
        return first, second
    from sklearn.neighbors import BallTree  # here, because it takes a second to import and most commands do without

    tree = BallTree(np.radians(np.column_stack([reachable.latitude, reachable.longitude])), metric="haversine")
    waiting, k = np.arange(len(where)), min(2, count)
    while len(waiting):
        distance, place = tree.query(where[waiting], k=k)
        owner = reachable.asset[place]
        other = owner != owner[:, :1]
        first[waiting] = distance[:, 0]
        found = other.any(axis=1)
        second[waiting[found]] = distance[found, other[found].argmax(axis=1)]
        # One asset may have many places, such as the stops of a mobile library: look further for another asset.
        waiting, k = waiting[~found] if k < count else waiting[:0], min(2 * k, count)
    return first * EARTH_RADIUS_M, second * EARTH_RADIUS_M


def coverage_by_area(residents: Floats, reached: Flags, area: NDArray[np.intp], areas: int) -> Floats:
    """The share of residents reached in each of `areas` areas; nan where nobody lives, as far as is known.

    `area` is the position of the area of each resident point, -1 for none; all arrays of shape (n,).
    """
    inside = area >= 0
    people = np.bincount(area[inside], weights=residents[inside], minlength=areas)
    there = np.bincount(area[inside & reached], weights=residents[inside & reached], minlength=areas)
    shares: Floats = np.divide(there, people, out=np.full(areas, np.nan), where=people > 0)
    return shares


def access_table(
    interest: str, areas: Sequence[Area], residents: ResidentPoints, reachable: Supply, minutes: float = 15.0
) -> AccessTable:
    """Access to `interest` in areas of one kind and edition.

    `residents` may come from other areas than `areas`: each point counts where it lies, so that figures for wards come
    from the residents of LSOAs. Assets beyond the border count: people cross it. Residents beyond it have no row.
    """
    reached = coverage(residents, reachable, minutes)
    living = area_positions(residents.latitude, residents.longitude, areas)
    one = coverage_by_area(residents.residents, reached.one, living, len(areas))
    two = coverage_by_area(residents.residents, reached.two, living, len(areas))
    people = np.bincount(living[living >= 0], weights=residents.residents[living >= 0], minlength=len(areas))
    inside = _assets_inside(reachable, areas)
    rows = [
        _row(area, float(people[at]), _known(one[at]), _known(two[at]), inside[at]) for at, area in enumerate(areas)
    ]
    everyone = np.where(living >= 0, 0, -1)
    return AccessTable(
        interest=interest,
        area_kind=areas[0].kind if areas else "",
        edition=areas[0].edition if areas else "",
        minutes=minutes,
        rows=tuple(sorted(rows, key=lambda row: (row.coverage is None, row.coverage or 0.0, row.code))),
        coverage=_known(coverage_by_area(residents.residents, reached.one, everyone, 1)[0]),
        coverage_two=_known(coverage_by_area(residents.residents, reached.two, everyone, 1)[0]),
        left_out=reachable.left_out,
    )


def _row(area: Area, people: float, one: float | None, two: float | None, assets: int) -> AccessRow:
    profile = area.profile
    residents = profile.residents if profile is not None else round(people) or None
    return AccessRow(
        code=area.code,
        name=area.name,
        residents=residents,
        coverage=one,
        coverage_two=two,
        imd_decile=profile.imd_decile if profile is not None else None,
        assets=assets,
        imd_score=profile.imd_score if profile is not None else None,
        most_deprived_share=profile.most_deprived_share if profile is not None else None,
    )


def _assets_inside(reachable: Supply, areas: Sequence[Area]) -> list[int]:
    held = area_positions(reachable.latitude, reachable.longitude, areas)
    pairs = {(at, asset) for at, asset in zip(held.tolist(), reachable.asset.tolist(), strict=True) if at >= 0}
    counts = Counter(at for at, _ in pairs)
    return [counts[at] for at in range(len(areas))]


def _known(share: float) -> float | None:
    # Summing fractions of people may land a hair beyond everyone.
    return None if np.isnan(share) else min(1.0, float(share))
