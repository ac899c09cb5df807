"""What if something opened here or closed there: before and after, and where it would do most."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from asset_map.directory import what_if as trying_out
from asset_map.directory.visibility import for_public
from asset_map.directory.what_if import Tenth
from asset_map.errors import BadInput, NotFound, UnknownPlace
from asset_map.geo import Point
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gaps import Prepared
from asset_map.provision.access.siting import Candidate, Suggested
from asset_map.provision.access.what_if import WhatIf
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.web import before_after
from asset_map.web.gap_choice import areas_in_words, in_address, view_from
from asset_map.web.here import directory, workers
from asset_map.web.naming import near
from asset_map.web.trying import MOST_SUGGESTED, Trying, read_trying

pages = Blueprint("what_if", __name__)

FIELDS = ("postcode", "place_at", "best", "tenth", "close")
"""What may have to be put right, in the order of the page."""
ELSEWHERE = "something that does not count here"
FEWEST = 20
"""Places not yet approached, of which the public page says anything: of fewer, a tenth would be a single one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in words; `href` tries it, or takes it away. `far`: nobody who lives here can reach it."""

    point: Point
    words: str
    href: str
    far: bool = False
    gained: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Places that would do most, best first, with the people they bring together, and the address that tries them."""

    spots: tuple[Spot, ...]
    gained: float
    href: str


@pages.get("/gaps/what-if")
def page() -> Any:
    """The page: what is chosen, what is tried, and what it would change."""
    view = view_from(request.args)
    choice = view.choice
    trying = read_trying(request.args, in_address(choice))
    postcode = request.args.get("postcode", "").strip()
    if postcode and (elsewhere := _with_postcode(trying, postcode)):
        return elsewhere
    given: dict[str, Any] = {
        "trying": trying,
        "choice": choice,
        "postcode": postcode,
        "most_suggested": MOST_SUGGESTED,
        "workers": workers(),
        "change": url_for("commissioner.gaps", **_grouped(trying.choice)),
        "places_json": json.dumps([[one.latitude, one.longitude] for one in trying.places]),
        "areas": areas_in_words(choice.area_kind),
        "notes": view.notes,
    }
    given |= _worked_out(trying, choice)
    given["errors"] = {name: trying.errors[name] for name in FIELDS if name in trying.errors}
    return render_template("what_if.html", **given), 400 if trying.errors else 200


def address(trying: Trying) -> str:
    """The address of the page for what is tried."""
    return url_for("what_if.page", **_grouped(trying.pairs()))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names with all their values, as `url_for` takes them."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _with_postcode(trying: Trying, postcode: str) -> Response | None:
    """The address with the place of a postcode instead of it; None, with an error said, where it has no place."""
    try:
        place = directory().place(postcode)
    except UnknownPlace as error:
        trying.errors["postcode"] = error.message[:1].upper() + error.message[1:]
        return None
    return redirect(address(trying.with_places([place.point])), 302)


def _worked_out(trying: Trying, choice: Choice) -> dict[str, Any]:
    """Everything that is shown once something is chosen. What cannot be tried is named in `trying.errors`."""
    if not choice.interests and not choice.kinds:
        return {"waiting": "choice"}
    try:
        start = trying_out.now(directory(), choice)
    except (NotFound, BadInput) as error:
        return {"waiting": "areas", "why": error.message}
    prepared, before = start.prepared, start.table
    found = _found(trying, choice)
    names = _Names(prepared)
    counting = _counting(prepared)
    return {
        "before": before,
        "found": found,
        "spots": _spots(trying, found, names),
        "closing": [(counting.get(one, ELSEWHERE), address(trying.without_closing(one))) for one in trying.close],
        "counting": sorted(counting.items(), key=lambda one: (one[1].casefold(), one[0])),
        "changed": before_after.changed(found) if found else (),
        "more_to_share": before_after.more_to_share(found) if found else 0,
        "pictures": before_after.pictures(prepared, before, found, trying.places),
        "for_the_map": before_after.for_the_map(prepared, before, found),
        "shares": before_after.shares,
        "points_of": before_after.points_of,
        "need_known": any(row.need is not None for row in before.rows),
        **_suggested(trying, choice, names),
    }


def _found(trying: Trying, choice: Choice) -> WhatIf | None:
    """Before and after; None where nothing is tried, or what is tried has to be put right first."""
    if trying.errors or not (trying.places or trying.close):
        return None
    try:
        return trying_out.what_if(directory(), choice, trying.change)
    except NotFound:
        trying.errors["close"] = "One of the things that would close does not count here. Take it away, or choose again"
    return None


class _Names:
    """Names places by ward where wards are loaded, since people know them; else by the areas that are looked at."""

    def __init__(self, prepared: Prepared) -> None:
        try:
            self._index = AreaIndex(directory().provision.areas(Choice(area_kind="ward")))
        except NotFound:
            self._index = prepared.index

    def __call__(self, point: Point) -> str:
        return near(point, self._index)


def _spots(trying: Trying, found: WhatIf | None, names: _Names) -> tuple[Spot, ...]:
    """The places that are tried, each with the address that takes it away."""
    far = {(one.latitude, one.longitude) for one in found.far} if found else set()
    return tuple(
        Spot(
            point=point,
            words=names(point),
            href=address(trying.without_place(at)),
            far=(point.latitude, point.longitude) in far,
        )
        for at, point in enumerate(trying.places)
    )


def _counting(prepared: Prepared) -> dict[str, str]:
    """Names, by id, of the assets that people of these areas can reach."""
    reach = prepared.reach
    inside = reach.points.area[reach.origin] >= 0
    positions = np.unique(reach.places.asset[reach.destination[inside]]).tolist()
    held = directory().store.assets({prepared.reachable.assets[at] for at in positions})
    return {key: (asset if workers() else for_public(asset)).name for key, asset in held.items()}


def _suggested(trying: Trying, choice: Choice, names: _Names) -> dict[str, Any]:
    """The best places and the best tenth, where somebody asks for them."""
    unasked = len(trying_out.candidates(directory()))
    told = unasked if workers() or unasked >= FEWEST else 0
    given: dict[str, Any] = {"unasked": told, "best": None, "tenth": None, "matching": ()}
    try:
        if trying.best:
            found = trying_out.suggest(directory(), choice, trying.best, trying.goal)
            given["best"] = _suggestion(trying, found, names)
        if trying.tenth:
            given |= _tenth(trying, choice, names)
    except BadInput as error:
        trying.errors["best" if trying.best else "tenth"] = error.message[:1].upper() + error.message[1:]
    return given


def _tenth(trying: Trying, choice: Choice, names: _Names) -> dict[str, Any]:
    """A tenth of those that nobody has approached yet; which they are, and where, only in the view for workers."""
    matching = trying_out.candidates(directory(), trying.tenth)
    if not matching or (len(matching) < FEWEST and not workers()):
        return {"matching": (), "fewest": 0 if workers() else FEWEST}
    tenth: Tenth = trying_out.a_tenth(directory(), choice, matching, goal=trying.goal)
    if not workers():
        return {"tenth": tenth, "tenth_best": None}
    shown = tuple(_spot(trying, one, names) for one in matching)
    return {"tenth": tenth, "tenth_best": _suggestion(trying, tenth.best, names, named=True), "matching": shown}


def _suggestion(trying: Trying, found: Sequence[Suggested], names: _Names, *, named: bool = False) -> Suggestion:
    spots = tuple(_spot(trying, one.candidate, names, gained=one.gained, named=named) for one in found)
    return Suggestion(
        spots=spots,
        gained=found[-1].total if found else 0.0,
        href=address(trying.with_places([one.point for one in spots])),
    )


def _spot(trying: Trying, candidate: Candidate, names: _Names, *, gained: float = 0.0, named: bool = True) -> Spot:
    point = Point(candidate.latitude, candidate.longitude)
    return Spot(
        point=point,
        words=f"{candidate.name}, {names(point)}" if named else names(point),
        href=address(trying.with_places([point])),
        gained=gained,
    )
