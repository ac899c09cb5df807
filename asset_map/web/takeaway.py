"""Files of the gap map: the same address as the page, with another ending."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from asset_map.asset import KINDS
from asset_map.directory.takeaway import FORMATS, take_away
from asset_map.errors import BadInput
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.files.gap_map import Shown
from asset_map.web.gap_choice import ANY, View, view_from
from asset_map.web.gap_picture import classes_of, figure
from asset_map.web.here import directory

pages = Blueprint("takeaway", __name__)


def gaps(ending: str) -> Response:
    """The gap table of the choice in the address, as a file; the map in the shades of the page."""
    view = _view()

    def shown(table: GapTable) -> Shown:
        chosen = figure(table.choice, view.show)
        breaks = classes_of(chosen, [table]).breaks
        return Shown(unit=chosen.legend, value=chosen.value, breaks=breaks, label=chosen.say)

    made = take_away(directory(), view.choice, ending, shown=shown)
    response = Response(made.content, mimetype=made.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    if ending == "csv":
        given: dict[str, Any] = request.args.to_dict(flat=False)
        about = url_for("takeaway.gaps", ending="csv-metadata.json", **given)
        response.headers["Link"] = f'<{about}>; rel="describedby"; type="{FORMATS["csv-metadata.json"].mimetype}"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _view() -> View:
    """What the address asks for. A page says what it shows in its stead; a file would be taken for what was asked."""
    view = view_from(request.args)
    told = [note.partition(". ")[0].rstrip(".") + "." for note in view.notes]
    told += [
        f"“{kind[:60]}” is not a kind of asset; expected {', '.join(KINDS)}."
        for kind in request.args.getlist("kind")
        if kind not in ("", ANY, *KINDS)
    ]
    if told:
        raise BadInput(f"No file was made. {' '.join(told)}")
    return view


for _ending in FORMATS:
    pages.add_url_rule(f"/gaps.{_ending}", "gaps", gaps, defaults={"ending": _ending})
