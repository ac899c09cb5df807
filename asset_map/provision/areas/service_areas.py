"""Service areas as polygons: the loaded areas that an asset names as where it comes to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import shapely
from shapely.geometry import MultiPolygon, Polygon

from asset_map.asset import Area, AreaCode, Asset, ServiceArea

Named = Mapping[str, AreaCode]
"""The area that a name or a code stands for, by the name or code in lower case."""


def area_names(areas: Sequence[Area]) -> Named:
    """Every code and every name that stands for one area only, of its newest edition.

    A name that several areas share, such as a ward of two councils or a ward and a neighbourhood, stands for none:
    nobody could say which was meant.
    """
    found: dict[str, set[AreaCode]] = {}
    for area in areas:
        for text in {_plain(area.code), _plain(area.name)}:
            found.setdefault(text, set()).add(area.area_code)
    named = {}
    for text, codes in found.items():
        newest = max(codes, key=lambda code: (code.edition, code.kind, code.code))
        if len({(code.kind, code.code) for code in codes}) == 1 or _same_place(codes, newest):
            named[text] = newest
    return named


def _same_place(codes: set[AreaCode], newest: AreaCode) -> bool:
    """Whether a name is that of one area an edition: wards keep their names and get new codes."""
    editions = [(code.kind, code.edition) for code in codes]
    return {code.kind for code in codes} == {newest.kind} and len(set(editions)) == len(editions)


def resolved(asset: Asset, named: Named, before: Named | None = None) -> Asset:
    """The asset with the area code of every service area that names a loaded area.

    A code that a source gave stays. One that was only filled in from `before`, the names there were, is taken back
    where its name stands for nothing any more.
    """
    if not asset.service_areas:
        return asset
    return replace(asset, service_areas=tuple(_resolved(one, named, before or {}) for one in asset.service_areas))


def _resolved(served: ServiceArea, named: Named, before: Named) -> ServiceArea:
    name = _plain(served.name)
    given = None if served.area == before.get(name) else served.area
    return replace(served, area=given or named.get(name))


def service_polygons(asset: Asset, areas: Sequence[Area]) -> MultiPolygon | None:
    """The ground, in degrees, that an asset comes to: of every service area that names one of `areas`.

    Named by code, by exact name, or by the place for which areas were loaded ("Trafford"): then all its areas of the
    widest layer. None where nothing is named, which does not mean nowhere.
    """
    named = area_names(areas)
    shapes = [shape for served in asset.service_areas for shape in _ground(served, areas, named)]
    if not shapes:
        return None
    ground = shapely.union_all(shapely.from_wkb(shapes))
    return MultiPolygon([part for part in shapely.get_parts(ground) if isinstance(part, Polygon)])


def _ground(served: ServiceArea, areas: Sequence[Area], named: Named) -> list[bytes]:
    code = served.area or named.get(_plain(served.name))
    shapes = [area.wkb for area in areas if area.area_code == code]
    if shapes or code is not None:
        return shapes
    layers: dict[tuple[str, str], list[bytes]] = {}
    for area in areas:
        if _plain(area.place) == _plain(served.name) != "":
            layers.setdefault((area.kind, area.edition), []).append(area.wkb)
    # The layer with fewest areas has the widest ones, and gives the same ground soonest.
    return min(sorted(layers.items()), key=lambda layer: len(layer[1]))[1] if layers else []


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
