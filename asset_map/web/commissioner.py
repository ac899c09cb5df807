"""Commissioners: where residents can reach something, against who lives there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from asset_map.errors import NotFound
from asset_map.provision.choice import Choice
from asset_map.provision.gap_table import GapRow, GapTable
from asset_map.web.here import directory

pages = Blueprint("commissioner", __name__)

MINUTES = (10, 15, 20, 30)
USUAL_MINUTES = 15
DECILE = ("imd_decile", "Deprivation (1 is most deprived)")
MOST_DEPRIVED = ("most_deprived_share", "Live in the most deprived fifth")
COLUMNS: tuple[tuple[str, str], ...] = (
    ("name", "Area"),
    ("residents", "Residents"),
    ("coverage", "Can walk to one"),
    ("coverage_two", "Can walk to two or more"),
    DECILE,
    MOST_DEPRIVED,
    ("assets", "In the area"),
)
SHARES = ("coverage", "coverage_two", "most_deprived_share")
KIND_WORDS = {"lsoa": "Small areas (LSOA)", "ward": "Wards", "constituency": "Constituencies"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a commissioner looks at: an interest term, a kind of area, minutes on foot, and the order of the rows."""

    interest: str
    area: str
    minutes: int
    sort: str
    order: str


@pages.get("/access")
def access() -> str:
    """The table and the map, with how they are worked out."""
    look = _look()
    table, picture = _table(look)
    return render_template(
        "access.html",
        look=look,
        interests=sorted(directory().interests(), key=lambda term: (term.label.lower(), term.id)),
        kinds=[(kind, f"{KIND_WORDS.get(kind, kind)}, {edition}") for kind, edition in _kinds()],
        minutes=MINUTES,
        columns=_columns(table),
        shares=SHARES,
        area_words=KIND_WORDS.get(look.area, look.area),
        table=table,
        rows=_ordered(table.rows, look) if table else [],
        picture=picture,
    )


@pages.get("/access.csv")
def access_csv() -> Response:
    """The same table as a file."""
    look = _look()
    if not look.interest or not look.area:
        raise NotFound("no such table: choose an interest and a kind of area first")
    table = directory().provision.gaps(_choice(look))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["code", *(name for name, _ in COLUMNS)])
    for row in _ordered(table.rows, look):
        writer.writerow([_cell(row.code), *(_cell(getattr(row, name)) for name, _ in COLUMNS)])
    response = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="access-{look.area}-{look.minutes}-minutes.csv"'
    return response


def _choice(look: Look) -> Choice:
    return Choice(interests=(look.interest,), area_kind=look.area, minutes=look.minutes)


def _table(look: Look) -> tuple[GapTable | None, Markup]:
    """The table and its map; nothing before a choice, or while nobody is known to live anywhere."""
    if not look.interest or not look.area:
        return None, Markup()
    try:
        table = directory().provision.gaps(_choice(look))
    except NotFound:
        return None, Markup()
    # Drawn by our own code, which escapes the names in it.
    return table, Markup(directory().provision.map_svg(table))  # noqa: S704


def _columns(table: GapTable | None) -> tuple[tuple[str, str], ...]:
    """An LSOA has a decile of deprivation; wider areas have the share of residents in deciles 1 and 2 instead."""
    has_deciles = table is not None and any(row.imd_decile is not None for row in table.rows)
    return tuple(column for column in COLUMNS if column != (MOST_DEPRIVED if has_deciles else DECILE))


def _kinds() -> list[tuple[str, str]]:
    """Each kind of area with its newest edition; wards first, since people know them."""
    newest = dict(sorted(directory().area_kinds()))
    return sorted(newest.items(), key=lambda one: (one[0] != "ward", one[0]))


def _look() -> Look:
    form = request.args
    interests = {term.id for term in directory().interests()}
    areas = [kind for kind, _ in _kinds()]
    minutes = form.get("minutes", "")
    area = form.get("area", "")
    return Look(
        interest=form.get("interest", "") if form.get("interest", "") in interests else "",
        area=area if area in areas else (areas[0] if areas else ""),
        minutes=int(minutes) if minutes in {str(one) for one in MINUTES} else USUAL_MINUTES,
        sort=form.get("sort", "") if form.get("sort", "") in {name for name, _ in COLUMNS} else "coverage",
        order="descending" if form.get("order") == "descending" else "ascending",
    )


def _ordered(rows: Iterable[GapRow], look: Look) -> list[GapRow]:
    """Rows in a total order; those without a value come last, whichever way round."""
    by_code = sorted(rows, key=lambda row: row.code)
    known = [row for row in by_code if getattr(row, look.sort) is not None]
    known.sort(key=lambda row: getattr(row, look.sort), reverse=look.order == "descending")
    return known + [row for row in by_code if getattr(row, look.sort) is None]


def _cell(value: object) -> str:
    """A cell that a spreadsheet program reads as text or a number, never as a formula."""
    text = "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
