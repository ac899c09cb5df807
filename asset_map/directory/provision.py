"""Areas, who lives there, and what they can reach: from files to the store, and from the store to tables and maps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from asset_map.asset import Area
from asset_map.errors import BadInput, NotFound
from asset_map.postcode import postcode_table
from asset_map.provision.access import AccessTable, access_table, supply
from asset_map.provision.area_index import AreaIndex
from asset_map.provision.boundaries import read_boundaries
from asset_map.provision.outline import outline, svg_map
from asset_map.provision.profiles import read_profile, with_profiles
from asset_map.provision.residents import ResidentPoints, spread_residents, ward_profiles

if TYPE_CHECKING:
    from asset_map.directory import Directory

Cache = dict[tuple[object, ...], ResidentPoints]
FINEST = "lsoa"
"""The areas for which population is published; figures for all others are made from theirs."""


def load_areas(directory: Directory, path: Path, kind: str, edition: str, code: str, name: str) -> int:
    """Replace a boundary set, and give every asset the codes of the areas it lies in. Returns how many areas.

    Raises RefusedFile, which leaves the areas that were there.
    """
    areas = read_boundaries(path, kind, edition, code, name)
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


def _residents(directory: Directory, cache: Cache) -> ResidentPoints:
    areas = [area for area in directory.store.areas(FINEST) if area.profile is not None]
    if not areas:
        raise NotFound("nobody is known to live anywhere yet; run `asset-map areas profile` with a population file")
    newest = max(area.edition for area in areas)
    areas = [area for area in areas if area.edition == newest]
    key = (newest, len(areas), sum(area.profile.residents for area in areas if area.profile))
    if key not in cache:
        cache.clear()
        cache[key] = spread_residents(areas, AreaIndex(areas), postcode_table())
    return cache[key]


def warm(directory: Directory, cache: Cache) -> None:
    """Spread residents over postcodes, where it is known how many there are."""
    if any(area.profile for area in directory.store.areas(FINEST)):
        _residents(directory, cache)


def areas_of(directory: Directory, area_kind: str) -> list[Area]:
    """The areas of a kind, newest edition; raises NotFound that names the kinds there are."""
    kinds = directory.store.area_kinds()
    editions = sorted(edition for kind, edition in kinds if kind == area_kind)
    if not editions:
        there = ", ".join(sorted({kind for kind, _ in kinds})) or "none; run `asset-map areas load`"
        raise NotFound(f"no areas of kind “{area_kind}” are loaded; there are: {there}")
    return directory.store.areas(area_kind, editions[-1])


def access(directory: Directory, cache: Cache, interest: str, area_kind: str, minutes: float) -> AccessTable:
    """Access to an interest with all that is a kind of it, area by area."""
    if interest not in directory.taxonomy.terms:
        raise NotFound(f"no interest term is called “{interest}”; `asset-map terms list` shows them")
    if not 1 <= minutes <= 120:
        raise BadInput(f"{minutes:g} minutes: expected 1 to 120")
    areas = areas_of(directory, area_kind)
    wanted = kinds_of(directory, interest)
    reachable = supply(directory.store.assets_with(wanted), wanted)
    return access_table(interest, areas, _residents(directory, cache), reachable, minutes)


def kinds_of(directory: Directory, interest: str) -> frozenset[str]:
    """An interest term with every term that is a kind of it."""
    found, waiting = {interest}, [interest]
    while waiting:
        for narrower in directory.taxonomy.narrower.get(waiting.pop(), ()):
            if narrower not in found:
                found.add(narrower)
                waiting.append(narrower)
    return frozenset(found)


def access_map(directory: Directory, table: AccessTable) -> str:
    """A table of access as a plain map."""
    label = directory.taxonomy.terms[table.interest].label
    title = f"{label}: share of residents within {table.minutes:g} minutes on foot"
    values = {row.code: row.coverage for row in table.rows}
    description = f"One shape for each {table.area_kind}, {table.edition}. The table has the same figures."
    return svg_map(areas_of(directory, table.area_kind), values, title=title, description=description)


def shapes(directory: Directory, area_kind: str) -> dict[str, object]:
    """The simplified outlines of the areas of a kind, as GeoJSON."""
    return outline(areas_of(directory, area_kind))
