"""The front door: what would you like to do, where are you, and what is there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from asset_map.asset import Asset
from asset_map.errors import EmptyAsk, NotFound, UnknownPlace
from asset_map.geo import metres_between, walking_minutes
from asset_map.match import Matches
from asset_map.provision.access.choice import Choice
from asset_map.provision.drawing.outline import outline
from asset_map.web import present
from asset_map.web.asking import REACHES, Wanted, wanted
from asset_map.web.here import directory, workers

pages = Blueprint("front", __name__)

EXAMPLES = ("gardening", "singing", "walking football", "meeting people", "mending things", "something for toddlers")
Page = str | tuple[str, int]


@pages.get("/")
def home() -> str:
    """The two questions."""
    return _ask(_read(), {})


@pages.get("/find")
def find() -> Page:
    """What is there for the words, near the place."""
    ask = _read()
    errors = _missing(ask)
    if errors:
        return _ask(ask, errors), 400
    try:
        found = directory().match(ask.text, ask.where, ask.reach_m, limit=ask.show + 1)
    except UnknownPlace as error:
        return _ask(ask, {"where": error.message}), error.status
    except EmptyAsk as error:
        return _ask(ask, {"what": error.message}), error.status
    return _results(ask, found)


@pages.get("/asset/<asset_id>")
def asset(asset_id: str) -> str:
    """Everything somebody needs to go there."""
    shown = directory().asset(asset_id, workers=workers())
    ask = _read("near")
    return render_template(
        "asset.html",
        asset=present.asset(shown, present.today(), far=_how_far(shown, ask.where)),
        sources=[source for source in directory().sources() if source.name in {c.source for c in shown.claims}],
        terms=_labels(shown),
        ask=ask,
    )


@pages.get("/areas/<kind>.json")
def areas(kind: str) -> Response:
    """Boundaries for the map, as GeoJSON: the newest, or those of an edition; all, or those of a place."""
    if kind not in {known for known, _ in directory().area_kinds()}:
        raise NotFound(f"no boundaries of the kind {kind!r} are loaded")
    choice = Choice(area_kind=kind, edition=request.args.get("edition", ""), place=request.args.get("place", ""))
    response = jsonify(outline(directory().provision.areas(choice)))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _read(place_field: str = "where") -> Wanted:
    form = dict(request.args.items())
    return wanted({**form, "where": form.get(place_field, "")}, "what")


def _missing(ask: Wanted) -> dict[str, str]:
    errors = {}
    if not ask.text:
        errors["what"] = "Say what you would like to do, such as gardening"
    if not ask.where:
        errors["where"] = "Say where you are: a postcode such as B29 6BD, or the name of a place"
    return errors


def _ask(ask: Wanted, errors: dict[str, str]) -> str:
    counts = directory().counts()
    return render_template("home.html", ask=ask, errors=errors, examples=EXAMPLES, reaches=REACHES, counts=counts)


def _results(ask: Wanted, found: Matches) -> str:
    shown = present.first(found.matches, ask.show)
    more = present.next_page(ask.show, found.matches)
    return render_template(
        "results.html",
        ask=ask,
        place=found.ask.place,
        found=found,
        matches=[present.match(one, present.today()) for one in shown],
        more=more,
        reaches=REACHES,
        area_kind=present.map_areas(directory().area_kinds()),
        crisis=directory().crisis(ask.text),
    )


def _how_far(shown: Asset, near: str) -> str | None:
    if not near:
        return None
    try:
        here = directory().place(near)
    except UnknownPlace:
        return None
    points = [place.point for place in shown.locations if place.point and place.meaning == "activity"]
    if not points:
        return None
    metres = min(metres_between(here.point, point) for point in points)
    return f"{present.how_far(metres, walking_minutes(metres))} from {here.label}"


def _labels(shown: Asset) -> list[str]:
    labels: dict[str, Any] = {term.id: term.label for term in directory().interests()}
    return [labels[term.id] for term in shown.terms if term.id in labels]
