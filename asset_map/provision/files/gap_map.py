"""The gap map as a picture: who can reach it in five shades, gaps outlined, the widest of them numbered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asset_map.asset import Area
from asset_map.geo import Point
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.drawing.svg import FEW, FIFTHS, svg_map
from asset_map.provision.files.account import STATISTICS, Account, share_words

WIDEST = 10
_LONGEST_NAME = 40
_LONGEST_NOTE = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The figure that shades the map: what it is, its value for a row, the lower ends of its classes but the first."""

    unit: str
    value: Callable[[GapRow], float | None]
    breaks: tuple[float, ...]
    label: Callable[[float], str]


def coverage_of(account: Account) -> Shown:
    """The share who can reach at least one, in fifths, which are the same for every choice and so can be compared."""
    return Shown(unit=account.measure, value=lambda row: row.coverage, breaks=FIFTHS, label=share_words)


def widest_gaps(table: GapTable, most: int = WIDEST) -> list[GapRow]:
    """The areas that lack most: those called gaps first, then by shortfall, then by code; none that lacks nothing."""
    lacking = [row for row in table.rows if row.gap or (row.shortfall or 0.0) > 0]
    return sorted(lacking, key=lambda row: (not row.gap, -(row.shortfall or 0.0), row.code))[:most]


def draw_gaps(
    table: GapTable,
    account: Account,
    areas: Sequence[Area],
    points: Sequence[Point] = (),
    *,
    shown: Shown | None = None,
    headed: bool = True,
    font: str = "arial, sans-serif",
    say: Callable[[str], str] = str,
) -> str:
    """A figure (coverage, unless `shown` is another) as one SVG; see `svg_map`.

    `headed` writes title, dates and sources on it, so that it can stand alone. `say` is put to every name that is
    written. The areas that lack most have their rank, and few areas have their names.
    """
    shown = shown or coverage_of(account)
    names = {row.code: row.name for row in table.rows} if len(areas) <= FEW else {}
    ranked = {row.code: f"{at} {names.get(row.code, '')}".strip() for at, row in enumerate(widest_gaps(table), 1)}
    return svg_map(
        areas,
        {row.code: shown.value(row) for row in table.rows},
        title=say(account.title),
        description=say(" ".join(account.headline)),
        ident="gap-map",
        breaks=shown.breaks,
        label=shown.label,
        gaps={row.code for row in table.rows if row.gap},
        points=points,
        names={code: say(name)[:_LONGEST_NAME] for code, name in {**names, **ranked}.items()},
        unit=shown.unit,
        headed=headed,
        note=_note(account, bool(ranked)) if headed else "",
        font=font,
    )


def _note(account: Account, ranked: bool) -> str:
    """What a picture must say when it is copied away from its paper."""
    numbers = ["Numbers: the areas that lack most, gaps first."] if ranked else []
    lists = "; ".join(account.publishers)
    sources = f"{STATISTICS} Lists: {lists}." if lists else STATISTICS
    short = sources if len(sources) <= _LONGEST_NOTE else f"{sources[: _LONGEST_NOTE - 1]}…"
    return "\n".join([*account.headline, *numbers, " ".join(account.dates[:2]), short])
