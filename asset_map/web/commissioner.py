"""Commissioners: where residents cannot reach something, against who lives there, and how sure we are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from asset_map import __version__
from asset_map.directory.takeaway import FORMATS
from asset_map.directory.unmet import Published, asked_for_often, published
from asset_map.directory.visibility import for_public
from asset_map.errors import NotFound
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.areas.area_index import area_positions
from asset_map.provision.files.account import account_of, share_words
from asset_map.provision.files.gap_map import widest_gaps
from asset_map.web import gap_compare, gap_words
from asset_map.web.gap_choice import View, area_kinds, both_from, choice_from, view_from
from asset_map.web.gap_form import options
from asset_map.web.gap_picture import classes_of, draw, figure, figures, said
from asset_map.web.gap_rows import columns, in_words, ordered
from asset_map.web.here import directory

__all__ = ["choice_from", "pages"]

pages = Blueprint("commissioner", __name__)
WORDY = ("gap", "confidence")
IN_WORDS = Markup(' class="am-words"')


@dataclass(frozen=True, slots=True)
class Found:
    """What there is for a choice: its table, what it is made from, and what people asked for in vain."""

    table: GapTable
    prepared: Prepared
    asked: Published | None

    @property
    def counts(self) -> dict[str, int | None] | None:
        """Unmet asks by area; None where there are none to show."""
        return self.asked.counts if self.asked and self.asked.at_least else None


@pages.get("/gaps")
def gaps() -> str:
    """The page: the form, the headline, the map, an area, and the table."""
    view = view_from(request.args)
    found, why = _find(view)
    shown = _shown(view, found) if found else {}
    return render_template("gaps.html", view=view, why=why, form=options(view.choice), **shown)


@pages.get("/gaps/area")
def area() -> str:
    """The panel of one area alone, for the page to put in its place."""
    view = view_from(request.args)
    found, _ = _find(view)
    if found is None:
        raise NotFound("nothing was chosen: choose what people would like to do first")
    return render_template("gaps_area.html", view=view, area=_area(view, found), links=_Links(view))


@pages.get("/gaps/places.json")
def places_json() -> Response:
    """The places that count, as [latitude, longitude, name, id]: only what anybody may know, sorted."""
    found, _ = _find(view_from(request.args))
    if found is None:
        return jsonify([])
    held, placed = directory().store.assets(set(found.prepared.reachable.assets)), found.prepared.reachable
    marks = {
        (round(y, 5), round(x, 5), for_public(held[key]).name, key)
        for y, x, key in zip(
            placed.latitude.tolist(),
            placed.longitude.tolist(),
            (placed.assets[at] for at in placed.asset.tolist()),
            strict=True,
        )
    }
    return jsonify(sorted(marks))


@pages.get("/gaps/compare")
def compare() -> str:
    """Two choices side by side."""
    view = both_from(request.args)
    other = View(choice=view.second or view.choice)
    first, why = _find(view)
    second, why_second = _find(other)
    shown: dict[str, Any] = {}
    if first and second and other.choice != view.choice:
        shown = gap_compare.side_by_side(view, (first.table, second.table), (first.prepared, second.prepared))
        shown["alone"] = [_Links(one).page() for one in (View(choice=view.choice), other)]
        shown["places"] = [_Links(one).query() for one in (View(choice=view.choice), other)]
    return render_template(
        "gaps_compare.html",
        view=view,
        why=why or why_second,
        forms=(options(view.choice), options(other.choice)),
        tries=[(words, f"?{_Links(view).query(second=one)}") for words, one in gap_compare.others(view.choice)],
        links=_Links(view),
        **shown,
    )


@pages.get("/access")
def access() -> AnyResponse:
    """Where this page was before."""
    return redirect(_moved("commissioner.gaps"), 301)


@pages.get("/access.csv")
def access_csv() -> AnyResponse:
    """Where the file was before."""
    return redirect(_moved("takeaway.gaps", ending="csv"), 301)


def _moved(endpoint: str, **given: Any) -> str:
    query: dict[str, Any] = request.args.to_dict(flat=False)
    return url_for(endpoint, **given, **query)


class _Links:
    """Addresses for the same view with something changed."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._to_area = self.query(at="") + "&at="

    def query(self, **changes: Any) -> str:
        """The query of the view, as it stands in an address after the question mark."""
        return urlencode(self._view.query(**changes), doseq=True)

    def page(self, **changes: Any) -> str:
        """The address of the page."""
        return f"{url_for('commissioner.gaps')}?{self.query(**changes)}"

    def to_area(self, code: str) -> str:
        """The address of the page with an area open. Made by hand, since a table has one for each of its rows."""
        return f"?{self._to_area}{quote(code)}#area"

    def sorted_by(self, column: str) -> str:
        """The address of the page sorted by a column, the other way round when it is sorted so now."""
        turned = self._view.sort == column and self._view.order == "ascending"
        return f"?{self.query(sort=column, order='descending' if turned else 'ascending')}#table"


def _find(view: View) -> tuple[Found | None, str]:
    """What there is, or why there is nothing: "areas", "choice" or "residents"."""
    choice = view.choice
    if not area_kinds():
        return None, "areas"
    if not choice.interests and not choice.kinds:
        return None, "choice"
    try:
        table = directory().provision.gaps(choice)
        prepared = directory().provision.prepared(choice)
    except NotFound:
        return None, "residents"
    terms = tuple(sorted(directory().provision.terms_of(choice)))
    asked = None
    if terms:
        with_edition = table.choice.edition
        asked = published(directory(), terms, choice.area_kind, choice.place, edition=with_edition)
    return Found(table, prepared, asked), ""


def _shown(view: View, found: Found) -> dict[str, Any]:
    table, links = found.table, _Links(view)
    shown = figure(view.choice, view.show)
    picture = draw(found.prepared, table, shown, classes_of(shown, (table,)))
    cols = columns(table, found.counts, bool(found.asked and found.asked.exact))
    rows = ordered(table, cols, view.sort, view.order)
    sentence, named = gap_words.headline(table)
    return {
        "table": table,
        "picture": picture,
        "figures": figures(view.choice),
        "columns": cols,
        "classes": [IN_WORDS if column.name in WORDY else "" for column in cols[1:]],
        "rows": in_words(rows, cols, picture.shade, lambda row: said(row, shown)),
        "headline": sentence,
        "named": named,
        "key_figures": gap_words.key_figures(table),
        "area": _area(view, found),
        "widest": [row for row in widest_gaps(table) if row.gap],
        "often": asked_for_often(found.asked, table) if found.asked else (),
        "asked": found.asked,
        "account": account_of(table, made=date.today(), place=view.choice.place),
        "links": links,
        "formats": FORMATS,
        "wider": _wider(view),
        "share_words": share_words,
    }


def _wider(view: View) -> list[tuple[str, str]]:
    """Interest terms of which a chosen one is a kind, as (id, label): where to look when nothing is known."""
    terms = directory().taxonomy.terms
    wider = {up for one in view.choice.interests for up in terms[one].broader} - set(view.choice.interests)
    return sorted(((one, terms[one].label) for one in wider), key=lambda one: (one[1].casefold(), one[0]))


def _area(view: View, found: Found) -> dict[str, Any] | None:
    """Everything about the area that the address names; `words` is None where there is no such area."""
    if not view.at:
        return None
    row = next((row for row in found.table.rows if row.code == view.at), None)
    if row is None:
        return {"words": None, "inside": (), "coming": ()}
    whole = next(area for area in found.prepared.areas if area.code == view.at)
    asked = None
    if found.asked and found.counts is not None:
        asked = (found.counts.get(row.code), found.asked.period.label)
    words = gap_words.area_in_words(found.table, row, whole, asked, bool(found.asked and found.asked.exact))
    coming = [(asset.id, asset.name) for asset in directory().provision.coming(found.table.choice, whole)]
    return {"words": words, "inside": _inside(row, found), "coming": coming}


def _inside(row: GapRow, found: Found) -> list[tuple[str, str]]:
    """(id, name) of what happens inside an area, by name."""
    held = found.prepared.reachable
    whole = [area for area in found.prepared.areas if area.code == row.code]
    here = np.unique(held.asset[area_positions(held.latitude, held.longitude, whole) == 0]).tolist()
    assets = directory().store.assets({held.assets[at] for at in here})
    named = ((key, for_public(asset).name) for key, asset in assets.items())
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


# ---- kept by browsers


@pages.before_request
def unchanged() -> Response | None:
    """Answer at once that nothing has changed since a browser asked the same."""
    if request.if_none_match.contains(_tag()):
        return Response(status=304, headers={"ETag": f'"{_tag()}"'})
    return None


@pages.after_request
def tagged(response: Response) -> Response:
    """Name what the answer was made from, so that the next time it need not be made."""
    if response.status_code == 200:
        response.set_etag(_tag())
    return response


def _tag() -> str:
    here, settings = directory(), directory().settings
    made_from = (
        __version__,
        current_app.static_url_path,
        _templates(),
        settings.council,
        settings.tiles,
        settings.workers_view,
        here.store.stamp(),
        here.store.stamp("unmet"),
        date.today().isoformat(),
        request.full_path,
    )
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:32]


@cache
def _templates() -> str:
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted((*folder.glob("*.py"), *(folder / "templates").glob("*.html"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
