"""Where residents are: an area's residents spread equally over its live postcodes.

With one point for a whole area, the share of residents who can walk somewhere could only be nought or all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from asset_map.asset import Area, Profile
from asset_map.geo import Box
from asset_map.postcode import PostcodePoints
from asset_map.provision.area_index import AreaIndex, Positions, area_positions

Floats = NDArray[np.float64]
MOST_DEPRIVED_FIFTH = (1, 2)
"""The deciles of the most deprived 20 % of areas."""


class Postcodes(Protocol):
    """A table of live postcodes, such as `asset_map.postcode.postcode_table()`."""

    def within(self, box: Box, homes_only: bool = False) -> PostcodePoints:
        """The postcodes in a box, all or those with homes."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ResidentPoints:
    """Places with a number of residents each; arrays of shape (n,).

    `area` is the position in `areas` of the area whose residents they are. `without_postcode` are the codes of areas
    in which no live postcode lies: their residents stand at the area's representative point.
    """

    areas: tuple[Area, ...]
    latitude: Floats
    longitude: Floats
    residents: Floats
    area: Positions
    without_postcode: tuple[str, ...] = ()


def spread_residents(areas: Sequence[Area], index: AreaIndex, table: Postcodes) -> ResidentPoints:
    """Spread each area's residents over the live postcodes inside it, leaving out sorting offices and large users.

    `areas` are of one kind and edition, in `index` too, with profiles; one without a profile or without residents has
    no points. Residents are fractions: 1,500 people over 40 postcodes are 37.5 each.
    """
    peopled = tuple(area for area in areas if area.profile is not None and area.profile.residents > 0)
    if not peopled:
        nothing = np.empty(0)
        return ResidentPoints(peopled, nothing, nothing, nothing, nothing.astype(np.intp))
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([area.wkb for area in peopled]))
    box = Box(south=south, west=west, north=north, east=east)
    homes = _inside(peopled, index, table.within(box, homes_only=True))
    others = _inside(peopled, index, table.within(box))
    middles = np.array([(area.latitude, area.longitude, at) for at, area in enumerate(peopled)])
    rows = _only_new(_only_new(homes, others), middles)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0], rows[:, 2]))]
    area = rows[:, 2].astype(np.intp)
    people = np.array([_residents(area) for area in peopled]) / np.bincount(area, minlength=len(peopled))
    with_postcode = set(np.concatenate([homes[:, 2], others[:, 2]]).astype(int).tolist())
    without = tuple(one.code for at, one in enumerate(peopled) if at not in with_postcode)
    return ResidentPoints(peopled, rows[:, 0], rows[:, 1], people[area], area, without)


def _inside(areas: Sequence[Area], index: AreaIndex, points: PostcodePoints) -> Floats:
    """Rows of latitude, longitude and position in `areas`, of the points that lie in one of them."""
    held = index.assign(points.latitudes, points.longitudes, areas[0].kind, areas[0].edition)
    place_of = {area.area_code: at for at, area in enumerate(areas)}
    renumber = np.array([place_of.get(area.area_code, -1) for area in index.areas] + [-1])
    position = renumber[held]
    return np.column_stack([points.latitudes, points.longitudes, position])[position >= 0]


def _only_new(rows: Floats, more: Floats) -> Floats:
    """The rows, and those of `more` whose area has none yet."""
    return np.concatenate([rows, more[~np.isin(more[:, 2], rows[:, 2])]])


def ward_profiles(wards: Sequence[Area], points: ResidentPoints) -> Mapping[str, Profile]:
    """Profiles by code for areas that no table is published for, from the LSOAs whose residents `points` are.

    A ward's residents are those of the postcodes that lie in it; ages and disabled residents are shared out alike. The
    score of deprivation is the mean weighted by residents; a decile would be a rank among wards, so there is none. A
    ward without residents has no profile. `wards` are of one kind and edition.
    """
    held = area_positions(points.latitude, points.longitude, wards)
    totals = np.array([_residents(area) for area in points.areas])
    share = points.residents / totals[points.area] if len(totals) else points.residents
    order = np.argsort(held, kind="stable")
    starts = np.searchsorted(held[order], np.arange(len(wards) + 1))
    profiles = {}
    for at, ward in enumerate(wards):
        mine = order[starts[at] : starts[at + 1]]
        lsoas, which = np.unique(points.area[mine], return_inverse=True)
        sources = [profile for lsoa in lsoas if (profile := points.areas[lsoa].profile) is not None]
        if sources:
            profiles[ward.code] = _sum(sources, np.bincount(which, weights=share[mine]).astype(float))
    return profiles


def _sum(profiles: Sequence[Profile], share: Floats) -> Profile:
    """One profile from the `share` (0 to 1) of each of `profiles`."""
    people = share * np.array([profile.residents for profile in profiles])
    bands = sorted({band for profile in profiles for band, _ in profile.by_age}, key=_first_number)
    by_band = [dict(profile.by_age) for profile in profiles]
    disabled = [profile.disabled_residents for profile in profiles]
    disabled_mean = _mean(disabled, share)
    decile = [profile.imd_decile for profile in profiles]
    most = [None if one is None else float(one in MOST_DEPRIVED_FIFTH) for one in decile]
    return Profile(
        residents=round(float(people.sum())),
        by_age=tuple((band, round(float(share @ [one.get(band, 0) for one in by_band]))) for band in bands),
        disabled_residents=None if disabled_mean is None else round(disabled_mean * float(share.sum())),
        imd_score=_mean([profile.imd_score for profile in profiles], people),
        most_deprived_share=_mean(most, people),
    )


def _mean(values: Sequence[float | None], weight: Floats) -> float | None:
    """The weighted mean, None when a value is not known."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or weight.sum() == 0:
        return None
    return float(np.array(known, dtype=float) @ weight / weight.sum())


def _first_number(band: str) -> tuple[int, str]:
    digits = "".join(character if character.isdigit() else " " for character in band).split()
    return (int(digits[0]) if digits else 0, band)


def _residents(area: Area) -> int:
    return area.profile.residents if area.profile is not None else 0
