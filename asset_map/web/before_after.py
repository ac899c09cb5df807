"""Before and after a change in words, pictures and figures: what the what-if page shows. Nothing is looked up here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from asset_map.geo import Point
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.access.what_if import WhatIf
from asset_map.provision.drawing.svg import FIFTHS, svg_map

LISTED = 0.0005
"""From which change of a share an area is listed: a twentieth of one in a hundred."""
SMALLEST = 1e-9
"""Below this, sessions for 1,000 people are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An area before and after; `gained` are people newly within the minutes, below nought where they lose it."""

    before: GapRow
    after: GapRow
    gained: float

    @property
    def flips(self) -> bool:
        """Whether it starts or stops being a gap."""
        known = self.before.gap is not None and self.after.gap is not None
        return known and self.before.gap != self.after.gap


def changed(found: WhatIf) -> tuple[Changed, ...]:
    """Areas whose coverage or flag changes: most people gained first, then code."""
    was = {row.code: row for row in found.before.rows}
    rows = [_changed(was[row.code], row) for row in found.after.rows]
    listed = [one for one in rows if one.flips or _differs(one.before.coverage, one.after.coverage, LISTED)]
    return tuple(sorted(listed, key=lambda one: (-one.gained, one.after.code)))


def more_to_share(found: WhatIf) -> int:
    """How many other areas get more or fewer sessions for each person, with as many people within the minutes."""
    listed = {one.after.code for one in changed(found)}
    was = {row.code: row.access for row in found.before.rows}
    return sum(row.code not in listed and _differs(was[row.code], row.access, SMALLEST) for row in found.after.rows)


def shares(before: float | None, after: float | None) -> tuple[str, str]:
    """Two shares as percentages: whole ones, or to a tenth where whole ones would hide that they differ."""
    whole = before is not None and after is not None and f"{before:.0%}" == f"{after:.0%}" and before != after
    digits = 1 if whole else 0
    first, second = ("not known" if one is None else f"{one * 100:.{digits}f}%" for one in (before, after))
    return first, second


def points_of(before: float | None, after: float | None) -> str:
    """The difference of two shares in points of a hundred: "+12.3 points"; "" where one is not known."""
    if before is None or after is None:
        return ""
    points = f"{(after - before) * 100:+.1f}"
    return "none" if points[1:] == "0.0" else f"{points} points".replace("-", "−")


def pictures(prepared: Prepared, before: GapTable, found: WhatIf | None, places: Sequence[Point]) -> list[Markup]:
    """The map as it is, and with a change the map as it would be, drawn in the same classes."""
    tables = [("now", before, "as it is")] + ([("then", found.after, "with the change")] if found else [])
    held = prepared.reachable
    there = [Point(y, x) for y, x in zip(held.latitude.tolist(), held.longitude.tolist(), strict=True)]
    drawn = []
    for ident, table, words in tables:
        svg = svg_map(
            prepared.areas,
            {row.code: row.coverage for row in table.rows},
            title=f"{table.label}, {words}",
            description="One shape for each area. The figures of the areas that change are in the table.",
            breaks=FIFTHS,
            ident=f"map-{ident}",
            gaps={row.code for row in table.rows if row.gap},
            points=[*there, *places] if ident == "then" else there,
            names={},
        )
        drawn.append(Markup(svg))  # noqa: S704 drawn by our own code, which escapes the names in it
    return drawn


def for_the_map(prepared: Prepared, before: GapTable, found: WhatIf | None) -> dict[str, str]:
    """What the map with JavaScript draws, as JSON: shares of each area before and after, and places that count."""
    after = found.after if found else before
    then = {row.code: row.coverage for row in after.rows}
    values = {row.code: [_short(row.coverage), _short(then[row.code])] for row in before.rows}
    held = prepared.reachable
    near = np.unique(prepared.reach.destination)
    there = np.column_stack([held.latitude, held.longitude])[near[near < len(held.latitude)]].round(5).tolist()
    return {"values": json.dumps(values, separators=(",", ":")), "assets": json.dumps(there, separators=(",", ":"))}


def _changed(before: GapRow, after: GapRow) -> Changed:
    if after.coverage is None or after.people is None:
        return Changed(before=before, after=after, gained=0.0)
    # Where nothing of the kind is known anywhere there is no figure before, and nobody had it within reach.
    gained = (after.coverage - (before.coverage or 0.0)) * after.people
    return Changed(before=before, after=after, gained=gained)


def _differs(before: float | None, after: float | None, by: float) -> bool:
    return abs((after or 0.0) - (before or 0.0)) >= by


def _short(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
