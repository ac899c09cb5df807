"""Gap tables made by hand, with the areas they are of: shared by the tests of files, maps and papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import shapely

from asset_map.asset import Area
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.files.account import Account, Credit, account_of

MADE = date(2026, 11, 22)
OGL_LIST = Credit(
    "Allotments in Ambridge", "Borsetshire Council", "Open Government Licence v3.0", "https://example.org/a"
)
AWKWARD = '=HYPERLINK("x") #let $ * [b] _i_ `c` <l> @r \\ "q" \'a\' 🥕 שלום \u202e\x07é'


def areas_of(names: dict[str, str]) -> list[Area]:
    """A row of squares a tenth of a degree wide, one an area, by code."""
    shapes = [
        (code, name, shapely.box(-2 + 0.1 * at, 52.0, -1.9 + 0.1 * at, 52.1))
        for at, (code, name) in enumerate(names.items())
    ]
    return [
        Area(
            kind="lsoa",
            edition="2021",
            code=code,
            name=name,
            wkb=shapely.to_wkb(shape),
            latitude=shape.centroid.y,
            longitude=shape.centroid.x,
        )
        for code, name, shape in shapes
    ]


def row(code: str, **facts: Any) -> GapRow:
    """An area with figures; `facts` replace them."""
    usual = GapRow(
        code=code,
        name=f"Ambridge {code}",
        residents=1500,
        people=1500,
        coverage=1 / 3,
        coverage_two=0.1,
        access=0.123456789012345,
        shortfall=2.5,
        need=31.25,
        gap=True,
        confidence=0.95,
        assets=1,
        lower_than=0.75,
        imd_decile=2,
    )
    return replace(usual, **facts)


def unknown(code: str, **facts: Any) -> GapRow:
    """An area without enough data."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("residents", "people", "coverage", "coverage_two", "access", "shortfall", "need", "gap", "confidence"), None
    )
    return row(code, **{**nothing, "lower_than": None, "imd_decile": None, "assets": 0, **facts})


def table_of(*rows: GapRow, **facts: Any) -> GapTable:
    """A table of rows; `facts` replace what is said of all of it."""
    usual = GapTable(
        choice=Choice(interests=("growing_food",), area_kind="lsoa", edition="2021"),
        label="Growing food",
        rows=rows,
        coverage=0.62,
        coverage_two=0.31,
        mean_access=0.2,
        assets=12,
        assets_timed=4,
        assets_dated=3,
        left_out=(("only an office or a contact address is known", 5),),
        oldest=date(2024, 5, 3),
        newest=MADE,
        runs=27,
    )
    return replace(usual, **facts)


def four_areas() -> tuple[GapTable, list[Area]]:
    """A gap, an awkward name, nought and an area without enough data."""
    table = table_of(
        row("E01000001"),
        row("E01000002", name=AWKWARD, gap=False, confidence=0.7, shortfall=0.5),
        row("E01000003", coverage=0.0, coverage_two=0.0, access=0.0, gap=False, confidence=None, assets=0, edge=True),
        unknown("E01000004", rural_urban="-Rural"),
    )
    return table, areas_of({one.code: one.name for one in table.rows})


def account(table: GapTable, *credits: Credit) -> Account:
    """What is said beside a table made on one day in Ambridge."""
    return account_of(table, made=MADE, place="Ambridge", credits=credits or (OGL_LIST,))
