"""What is found, area by area: the values that tables, maps, papers and files are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from asset_map.provision.access.choice import Choice

Confidence = Literal["high", "medium", "low", "not enough data"]
HIGH, MEDIUM = 0.9, 0.7
"""From which share of sensitivity runs confidence is called high, and medium."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One area. Every figure that is None means not enough data; nought means nought.

    `people` are residents of the chosen ages. `coverage` and `coverage_two` are the shares of them, 0 to 1, who reach
    at least one, and at least two, within the chosen minutes. `access` is sessions a week for 1,000 of them (E2SFCA),
    those on old records discounted; `shortfall` is sessions a week short of the mean or the target. `need` is the IMD
    score, or the share of disabled residents; higher is more. `gap` is lowest fifth for access and highest fifth for
    need; `confidence` the share of sensitivity runs in which the same is found. `edge`: part of its catchment lies
    beyond the areas that are loaded.
    `assets` happen inside the area; `left_out` lie in it but do not count. `lower_than` is the share of the other areas
    with data that have a higher coverage.
    """

    code: str
    name: str
    residents: int | None
    people: int | None
    coverage: float | None
    coverage_two: float | None
    access: float | None
    shortfall: float | None
    need: float | None
    gap: bool | None
    confidence: float | None
    edge: bool = False
    assets: int = 0
    left_out: int = 0
    lower_than: float | None = None
    imd_decile: int | None = None
    most_deprived_share: float | None = None
    disabled_share: float | None = None
    rural_urban: str | None = None

    @property
    def confidence_class(self) -> Confidence:
        if self.confidence is None:
            return "not enough data"
        return "high" if self.confidence >= HIGH else "medium" if self.confidence >= MEDIUM else "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapTable:
    """A choice and what is found: lowest coverage first, then lowest access, then code; areas without data last.

    `choice.edition` is filled in. `label` says what was chosen in words. `coverage`, `coverage_two` and `mean_access`
    are of all people of the areas. `assets` count here, `assets_dated` of them with a date of assurance,
    `assets_timed` with known sessions a week (the others count as one). `left_out` are (why, how many). `oldest` and
    `newest` are the dates on which those assets' records were loaded or assured. `runs` is the number of sensitivity
    runs.
    """

    choice: Choice
    label: str
    rows: tuple[GapRow, ...]
    coverage: float | None
    coverage_two: float | None
    mean_access: float | None
    assets: int
    assets_timed: int
    assets_dated: int
    left_out: tuple[tuple[str, int], ...] = ()
    oldest: date | None = None
    newest: date | None = None
    runs: int = 0
    points: int = 0
    """Resident points that the figures are made from."""
