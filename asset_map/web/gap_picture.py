"""The map of a gap table: which figure colours it, in which classes, and the drawing that needs no JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asset_map.geo import Point
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.drawing.classes import Classes, classify
from asset_map.provision.drawing.legend import SHADES
from asset_map.provision.drawing.svg import svg_map
from asset_map.provision.files.account import NEED_WORDS, residents_words
from asset_map.web.gap_words import journey

Value = float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that may colour the map: words for its link, what the legend says it is, and how a value is written."""

    name: str
    words: str
    legend: str
    value: Callable[[GapRow], Value]
    say: Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A map, its legend as (shade 1 to 5, words) from lowest to highest, and the shade of each area (0: no data)."""

    figure: Figure
    svg: Markup
    legend: tuple[tuple[int, str], ...]
    shade: Mapping[str, int]


def figures(choice: Choice) -> tuple[Figure, ...]:
    """All figures that may colour the map, in the order in which they are offered."""
    who = residents_words(choice)
    reach = f"Share of {who} within {journey(choice)}"
    need = share if choice.need == "disability" else plain
    return (
        Figure("coverage", "Who can reach one", reach, lambda row: row.coverage, share),
        Figure("access", "Access", "Access: sessions a week for 1,000 people", lambda row: row.access, plain),
        Figure("shortfall", "Sessions short", "Sessions a week that are lacking", lambda row: row.shortfall, plain),
        Figure("need", "Need", NEED_WORDS[choice.need], lambda row: row.need, need),
        Figure("gap", "Gaps only", "Gaps", lambda row: None if row.gap is None else 0.0, _looked_at),
    )


def figure(choice: Choice, name: str) -> Figure:
    """One of the figures by its name."""
    return next(one for one in figures(choice) if one.name == name)


def classes_of(shown: Figure, tables: Sequence[GapTable]) -> Classes:
    """Classes for a figure of one table, or the same for several; every area of every table in turn."""
    return classify([shown.value(row) for table in tables for row in table.rows], shown.say)


def draw(prepared: Prepared, table: GapTable, shown: Figure, classes: Classes, ident: str = "gap-map") -> Picture:
    """The picture of a table in given classes."""
    values = {row.code: shown.value(row) for row in table.rows}
    shades = SHADES[len(classes.breaks)]
    svg = svg_map(
        prepared.areas,
        values,
        title=f"{table.label}: {shown.legend[:1].lower()}{shown.legend[1:]}",
        description="One shape for each area. The table has the same figures.",
        breaks=classes.breaks,
        label=shown.say,
        ident=ident,
        gaps={row.code for row in table.rows if row.gap},
        points=points_of(prepared),
        unit=shown.legend,
    )
    legend = tuple((shade + 1, words) for shade, words in zip(shades, classes.labels, strict=False))
    shade = {code: 0 if value is None else shades[classes.class_of(value)] + 1 for code, value in values.items()}
    if shown.name == "gap":  # the drawing has them in outline; where there are colours, they tell more
        legend = ((1, "No gap"), (5, "Gap"))
        shade = {row.code: 0 if row.gap is None else 5 if row.gap else 1 for row in table.rows}
    return Picture(
        figure=shown,
        svg=Markup(svg),  # noqa: S704 drawn by our own code, which escapes the names in it
        legend=legend,
        shade=shade,
    )


def said(row: GapRow, shown: Figure) -> str:
    """What the map says of an area under the pointer."""
    if shown.name == "gap":
        return {True: "Gap", False: "No gap", None: "not enough data"}[row.gap]
    value = shown.value(row)
    return "not enough data" if value is None else shown.say(value)


def points_of(prepared: Prepared) -> list[Point]:
    """The places that count."""
    held = prepared.reachable
    return [Point(y, x) for y, x in zip(held.latitude.tolist(), held.longitude.tolist(), strict=True)]


def _looked_at(_: float) -> str:
    """What the drawing says of every area with data, before "; a gap"."""
    return "looked at"


def share(value: float) -> str:
    """A share as percent, as exactly as a class needs."""
    return f"{value * 100:.3g}%"


def plain(value: float) -> str:
    """A number as exactly as a class needs."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
