"""Matching: an ask in a person's words, assets in order, and for each one why, and what nobody has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asset_map.asset import Asset
from asset_map.geo import Point

ChipKind = Literal["interest", "strength", "not", "audience", "must", "place", "time", "unread"]
ReasonKind = Literal[
    "interest", "strength", "words", "audience", "must", "place", "when", "cost", "who", "assured", "different"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read words: an interest term and how sure we are, 0 to 1."""

    id: str
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A part of the ask as it was understood. `words` are verbatim from the ask.

    `terms` (surest first) is for interest, strength and not. `value` is a stable code for the other kinds:
    must: free, step_free, women_only, men_only, online, toilet, parking, hearing_loop, transport, quiet, carer_free;
    time: days as "TU" or "-TU" (not on Tuesdays), "morning", "afternoon", "evening", "weekend", each may have "-";
    audience: "age:9", "age:70+", "carer", "parent", "women", "men", "young", "older", ...; place: as it was said.
    """

    kind: ChipKind
    words: str
    terms: tuple[Reading, ...] = ()
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an ask is made from. `radius_m` is how far the place itself may reach from its centre (0 for a door)."""

    label: str
    point: Point
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What matters to a person. Holds no name and is not stored."""

    text: str
    chips: tuple[Chip, ...]
    place: Place | None = None
    reach_m: float = 5000.0

    def of(self, *kinds: ChipKind) -> tuple[Chip, ...]:
        """The chips of these kinds, in order."""
        return tuple(chip for chip in self.chips if chip.kind in kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why, in plain words, with what it can be checked against: the field and the words found there."""

    kind: ReasonKind
    text: str
    field: str | None = None
    words: str | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An asset for an ask. `interest` is the words of the chip it answers first; `unknowns` are plain sentences.

    `metres` is a straight line to where it happens, `minutes` on foot; both None unless the place means `activity`.
    """

    asset: Asset
    interest: str
    score: float
    metres: float | None
    minutes: int | None
    reasons: tuple[Reason, ...]
    unknowns: tuple[str, ...] = ()
    might_fit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What was not shown and why, counted: {"why": "not free", "count": 3}."""

    why: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The answer to an ask. `notices` are sentences such as "Nothing found near you for chess"."""

    ask: Ask
    matches: tuple[Match, ...]
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()
