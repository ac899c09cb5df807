"""Areas and who lives there: from files to the store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from asset_map.asset import Area
from asset_map.errors import BadInput, NotFound
from asset_map.postcode import postcode_table
from asset_map.provision.area_index import AreaIndex
from asset_map.provision.boundaries import read_boundaries
from asset_map.provision.profiles import read_profile, with_profiles
from asset_map.provision.residents import spread_residents, ward_profiles

if TYPE_CHECKING:
    from asset_map.directory import Directory

FINEST = "lsoa"
"""The areas for which population is published; figures for all others are made from theirs."""


def load_areas(directory: Directory, path: Path, kind: str, edition: str, code: str, name: str, place: str = "") -> int:
    """Replace the boundary set of a place, and give every asset the codes of the areas it lies in. Returns how many.

    Raises RefusedFile, which leaves the areas that were there.
    """
    areas = tuple(replace(area, place=place) for area in read_boundaries(path, kind, edition, code, name))
    store = directory.store
    with store.one_load(directory.settings.load_wait_s, lambda: None):
        with store.writing() as writer:
            writer.put_areas(areas)
        index = AreaIndex(store.areas())
        assets = [
            replace(
                asset,
                locations=tuple(
                    replace(place, areas=index.codes_at(place.point)) if place.point else place
                    for place in asset.locations
                ),
            )
            for asset in store.all_assets()
        ]
        with store.writing() as writer:
            writer.put_assets(assets)
    return len(areas)


def load_profiles(directory: Directory, paths: list[Path], edition: str) -> dict[str, int]:
    """Join population and deprivation to the areas. Returns how many areas of each kind now have a profile."""
    store = directory.store
    areas = store.areas(FINEST, edition)
    if not areas:
        raise BadInput(f"no areas of kind {FINEST}, edition {edition}, are loaded; run `asset-map areas load` first")
    finest = with_profiles(areas, read_profile(*paths, edition=edition), partly=True)
    points = spread_residents(finest, AreaIndex(finest), postcode_table())
    found = {FINEST: sum(area.profile is not None for area in finest)}
    changed = list(finest)
    for kind, other in store.area_kinds():
        if kind != FINEST:
            wider = store.areas(kind, other)
            profiles = ward_profiles(wider, points)
            changed += [replace(area, profile=profiles.get(area.code)) for area in wider]
            found[kind] = len(profiles)
    with store.one_load(directory.settings.load_wait_s, lambda: None), store.writing() as writer:
        writer.put_areas(changed)
    return found


def areas_of(directory: Directory, area_kind: str) -> list[Area]:
    """The areas of a kind, newest edition; raises NotFound that names the kinds there are."""
    kinds = directory.store.area_kinds()
    editions = sorted(edition for kind, edition in kinds if kind == area_kind)
    if not editions:
        there = ", ".join(sorted({kind for kind, _ in kinds})) or "none; run `asset-map areas load`"
        raise NotFound(f"no areas of kind “{area_kind}” are loaded; there are: {there}")
    return directory.store.areas(area_kind, editions[-1])
