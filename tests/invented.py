"""Areas, postcodes, assets and supply made by hand: shared by the tests of provision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from asset_map.asset import Area, Asset, Location, Profile, Term
from asset_map.geo import METRES_PER_DEGREE, Box
from asset_map.postcode import PostcodePoints
from asset_map.provision.access.supply import Supply
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.residents import ResidentPoints, spread_residents

SOUTH = 52.0


class Table:
    """Postcodes at given places; those of `offices` have no homes."""

    def __init__(self, homes: Sequence[tuple[float, float]], offices: tuple[tuple[float, float], ...] = ()) -> None:
        self.homes, self.offices = list(homes), list(offices)

    def within(self, box: Box, homes_only: bool = False) -> PostcodePoints:
        listed = self.homes if homes_only else self.homes + self.offices
        kept = [(y, x) for y, x in listed if box.south <= y <= box.north and box.west <= x <= box.east]
        places = np.array(kept, dtype=float).reshape(-1, 2)
        return PostcodePoints(np.arange(len(kept), dtype=np.int32), places[:, 0], places[:, 1])


def area(code: str, west: float, profile: Profile | None = None, kind: str = "lsoa", width: float = 0.1) -> Area:
    """A box a tenth of a degree high; LSOAs are of 2021, all others of 2025."""
    return Area(
        kind=kind,
        edition="2021" if kind == "lsoa" else "2025",
        code=code,
        name=f"Area {code}",
        wkb=shapely.to_wkb(shapely.box(west, SOUTH, west + width, SOUTH + 0.1)),
        latitude=SOUTH + 0.05,
        longitude=west + width / 2,
        profile=profile,
    )


def spread(areas: Sequence[Area], *homes: tuple[float, float]) -> ResidentPoints:
    """The residents of the areas at these homes."""
    return spread_residents(areas, AreaIndex(areas), Table(homes))


def north(metres: float, longitude: float = -1.95) -> tuple[float, float]:
    """A place so many metres north of the middle of an area from west -2.0."""
    return (SOUTH + 0.05 + metres / METRES_PER_DEGREE, longitude)


def places(*rows: tuple[float, ...], **fields: Any) -> Supply:
    """Places as (latitude, longitude, number of the asset) or (…, sessions)."""
    table = np.array([(*row, 1.0)[:4] for row in rows], dtype=float).reshape(-1, 4)
    owner = table[:, 2].astype(np.intp)
    ids = tuple(f"asset {number}" for number in range(int(owner.max(initial=-1)) + 1))
    return Supply(ids, table[:, 0], table[:, 1], owner, table[:, 3], **fields)


def asset(id: str = "a", *locations: Location, term: str = "swimming", **fields: Any) -> Asset:
    """An asset with one interest term."""
    return Asset(id=id, name=id, terms=(Term(id=term, source="name"),), locations=locations, **fields)


def place(meaning: Any = "activity", latitude: float = 52.05, **fields: Any) -> Location:
    """A place that is known by its postcode."""
    fields = {"longitude": -1.95, "method": "postcode", **fields}
    return Location(latitude=latitude, meaning=meaning, **fields)


def random_points(seed: int, count: int) -> NDArray[np.float64]:
    """(latitude, longitude) of `count` places in about 11 by 7 km; shape (count, 2)."""
    return np.random.default_rng(seed).uniform((52.0, -2.1), (52.1, -2.0), (count, 2))
