"""Areas without community buildings, and the people, groups and green space they have all the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request

from asset_map.directory.buildings import buildings
from asset_map.provision.buildings import AreaAssets, BuildingsReport, Named
from asset_map.provision.files.tables import safe_text
from asset_map.web import present
from asset_map.web.gap_choice import area_kinds, areas_in_words, places
from asset_map.web.here import directory, workers

pages = Blueprint("buildings", __name__)

LISTS = (
    ("groups", "Groups that meet here"),
    ("green_spaces", "Green space"),
    ("employers", "Employers"),
    ("services", "Services"),
    ("venues", "Other places to go"),
)
"""The lists of a card, as (field, words), in the order in which they are shown."""
COLUMNS = (
    "code",
    "name",
    "residents",
    "imd_decile",
    "most_deprived_share",
    "buildings",
    "building_names",
    "nearest_beyond",
    "nearest_metres",
    "nearest_minutes_on_foot",
    "people_who_connect",
    "groups",
    "groups_with_only_an_office_there",
    "green_spaces",
    "employers",
    "services",
    "other_places",
    "could_connect",
    "could_connect_names",
)


@pages.get("/gaps/buildings")
def report() -> str:
    """Areas in which no community building is known, with all else that is; then the other areas."""
    kinds = area_kinds()
    area = request.args.get("area", "")
    area = area if area in kinds else next(iter(kinds), "")
    found = buildings(directory(), area, request.args.get("place", ""), workers=workers()) if area else None
    return render_template(
        "buildings.html",
        report=found,
        area=area,
        kinds=[(kind, areas_in_words(kind)) for kind in kinds],
        places=places(area),
        many=areas_in_words(area),
        lists=LISTS,
        workers=workers(),
        how_far=present.how_far,
        without_residents=_residents(found.without) if found else None,
    )


@pages.get("/gaps/buildings.csv")
def as_csv() -> Response:
    """The same as a file, one area a row."""
    area = request.args.get("area", "ward")
    found = buildings(directory(), area, request.args.get("place", ""), workers=workers())
    response = Response("\ufeff" + _csv(found), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="community-buildings-{found.area_kind}.csv"'
    return response


def _residents(rows: Iterable[AreaAssets]) -> int | None:
    """Residents of some areas together; None where nobody is known to live in any."""
    known = [row.residents for row in rows if row.residents is not None]
    return sum(known) if known else None


def _csv(found: BuildingsReport) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in found.rows:
        near = row.nearest
        cells = [row.code, row.name, row.residents, row.imd_decile, row.most_deprived_share]
        cells += [len(row.buildings), _names(row.buildings)]
        cells += [near.building.name, round(near.metres), near.minutes] if near else [None, None, None]
        cells += [row.connectors, len(row.groups), row.offices, len(row.green_spaces), len(row.employers)]
        cells += [len(row.services), len(row.venues), len(row.could_connect), _names(row.could_connect)]
        writer.writerow(["" if cell is None else safe_text(str(cell)) for cell in cells])
    return file.getvalue()


def _names(found: Iterable[Named]) -> str:
    return "; ".join(one.name for one in found)
