"""Where a place is that somebody names: a postcode, a part of one, a town in an address, or an area."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import process

from asset_map.errors import UnknownPlace
from asset_map.geo import Point
from asset_map.match import Place
from asset_map.postcode import locate_place_text, read_postcode
from asset_map.store import Store

TOWN_RADIUS_M = 1500.0
"""How far a town reaches from the middle of its assets, where nothing better is known."""


def known(store: Store) -> dict[str, Point]:
    """Every place that can be named, in lower case: towns in addresses, and areas but for small statistical ones."""
    areas = {name.casefold(): point for name, point in store.named_areas(other_than="lsoa")}
    return areas | dict(store.towns())


def find(named: Mapping[str, Point], text: str) -> Place:
    """The place for what somebody typed, among `named` ones and all postcodes.

    Raises UnknownPlace, which says what to try.
    """
    words = " ".join(text.split())
    if read_postcode(words).kind in {"full", "sector", "district"}:
        return _of_postcode(words)
    point = named.get(words.casefold())
    if point is not None:
        return Place(label=words.title(), point=point, radius_m=TOWN_RADIUS_M)
    if any(character.isdigit() for character in words):
        return _of_postcode(words)
    close = [name.title() for name, _, _ in process.extract(words.casefold(), sorted(named), limit=3, score_cutoff=75)]
    hint = f"Did you mean {' or '.join(close)}?" if close else "Try a postcode, such as M33 7ZF, or a nearby town."
    raise UnknownPlace(f"“{words}” is not a place we know. {hint}")


def _of_postcode(text: str) -> Place:
    found = locate_place_text(text)
    # A door is a point; a district is everything within its radius.
    reach = 0.0 if found.method == "postcode" else found.radius_m
    return Place(label=found.postcode.canonical, point=found.point, radius_m=reach)
