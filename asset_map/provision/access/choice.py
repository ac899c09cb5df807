"""What a commissioner looks at: what people want to do, who they are, where, and how far they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asset_map.asset import Kind
from asset_map.geo import DETOUR_FACTOR, WALK_M_PER_MINUTE
from asset_map.provision.areas.ages import AGE_GROUPS, AgeGroup

Travel = Literal["walk", "slow_walk", "cycle", "car"]
Need = Literal["deprivation", "disability"]
NEEDS: dict[str, str] = {"deprivation": "deprivation", "disability": "disabled residents"}
"""What need may be measured by, and what it is called."""
MINUTES = (10, 15, 20, 30)
"""The journeys that pages offer; any number from 1 to 120 works."""
REACH_TIMES = 2.0
"""The catchment of E2SFCA is twice the minutes of the headline: people go further, less often."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of travel. Minutes are straight-line metres times `detour`, divided by `m_per_minute`."""

    id: Travel
    label: str
    m_per_minute: float
    detour: float = DETOUR_FACTOR


WAYS: dict[str, Way] = {
    way.id: way
    for way in (
        Way("walk", "on foot", WALK_M_PER_MINUTE),
        Way("slow_walk", "on foot, walking slowly", 48.0),
        Way("cycle", "by bicycle", 250.0),
        Way("car", "by car", 500.0),
    )
}
"""4.8, 2.9 and 15 km an hour, and 30 with parking: assumptions that pages state, not timetables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One view of provision. At least one interest term or one asset kind is chosen.

    `edition` "" is the newest; `place` "" is every area of the kind. `target` is sessions a week for 1,000 residents of
    the chosen ages; None compares with the mean of the areas.
    """

    interests: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    area_kind: str = "ward"
    edition: str = ""
    place: str = ""
    ages: str = "all"
    minutes: float = 15.0
    travel: Travel = "walk"
    need: Need = "deprivation"
    target: float | None = None

    @property
    def way(self) -> Way:
        return WAYS[self.travel]

    @property
    def age_group(self) -> AgeGroup:
        return AGE_GROUPS[self.ages]
