"""Areas and who lives there: from files to the store. A change is kept whole or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from asset_map.asset import Area, Asset
from asset_map.directory import indexing
from asset_map.errors import BadInput, NotFound
from asset_map.postcode import postcode_table
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.boundaries import read_boundaries
from asset_map.provision.areas.profiles import Taken, join_profiles
from asset_map.provision.areas.residents import MOSTLY_KNOWN, added_up, known_share, spread_residents, ward_profiles
from asset_map.provision.areas.service_areas import Named, area_names, resolved
from asset_map.store import Writer

if TYPE_CHECKING:
    from asset_map.directory import Directory

FINEST = "lsoa"
"""The areas for which population is published; figures for all others are made from theirs."""
BATCH = 5000
"""Assets held in memory at a time: some 50 MB."""
Step = Callable[[str, int, int], None]


def unwatched(_name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class AreasLoaded:
    """What became of a boundary file.

    `moved` are (place, how many) whose codes were loaded for another place before, `gone` are areas of this place that
    the file no longer has. `places` are (place, how many) of this kind and edition now. `assets` got other areas.
    """

    kind: str
    edition: str
    place: str
    number: int
    moved: tuple[tuple[str, int], ...]
    gone: int
    places: tuple[tuple[str, int], ...]
    assets: int


@dataclass(frozen=True, slots=True)
class ProfilesJoined:
    """What became of files about residents.

    `taken` is what came from which file. `missing` are the codes of areas that nothing gives a number of residents for.
    `with_residents` are (kind, edition, how many, of how many) of every layer.
    """

    kind: str
    edition: str
    taken: tuple[Taken, ...]
    missing: tuple[str, ...]
    with_residents: tuple[tuple[str, str, int, int], ...]


def load_areas(
    directory: Directory,
    path: Path,
    kind: str,
    edition: str,
    code: str = "",
    name: str = "",
    place: str = "",
    layer: str = "",
    progress: Step = unwatched,
) -> AreasLoaded:
    """Replace the boundary set of a place, and give every asset the codes of the areas it lies in.

    Areas keep what is known of their residents where code and edition stay. A code that was loaded for another place
    moves to this one. Raises BadInput or RefusedFile, which leave everything as it was.
    """
    _check(kind, edition)
    read = {area.code: replace(area, place=place) for area in read_boundaries(path, kind, edition, code, name, layer)}
    with directory.store.one_load(directory.settings.load_wait_s, lambda: None):
        before = directory.store.areas()
        layer_before = {area.code: area for area in before if (area.kind, area.edition) == (kind, edition)}
        replaced = [one for one in layer_before.values() if one.place == place or one.code in read]
        fresh = [
            replace(one, profile=known.profile) if (known := layer_before.get(one.code)) else one
            for one in read.values()
        ]
        after = [*_without(before, replaced), *fresh]
        changed = _keep(directory, before, _with_sums(after, [*fresh, *replaced]), progress)
    here = [area for area in after if (area.kind, area.edition) == (kind, edition)]
    moved = [one for one in replaced if one.place != place]
    gone = sum(one.code not in read for one in replaced)
    return AreasLoaded(kind, edition, place, len(fresh), _by_place(moved), gone, _by_place(here), changed)


def _by_place(areas: Sequence[Area]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(area.place for area in areas).items()))


def _check(kind: str, edition: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
        raise BadInput(f"kind {kind!r}: expected a word in small letters, such as lsoa, ward, constituency or patch")
    if not re.fullmatch(r"(19|20)\d\d", edition):
        raise BadInput(f"edition {edition!r}: expected the year of the boundary set, such as 2021")


def remove_areas(
    directory: Directory, kind: str, edition: str, place: str | None = None, progress: Step = unwatched
) -> int:
    """Take out a boundary set, of one place or of all. Returns how many areas; raises NotFound where there are none."""
    with directory.store.one_load(directory.settings.load_wait_s, lambda: None):
        before = directory.store.areas()
        gone = [area for area in before if (area.kind, area.edition) == (kind, edition) and place in (None, area.place)]
        if not gone:
            where = f", for {place}" if place else ""
            raise NotFound(f"no areas of kind {kind}, edition {edition}{where}, are loaded; see `asset-map areas list`")
        _keep(directory, before, _with_sums(_without(before, gone), gone), progress)
    return len(gone)


def _without(areas: Sequence[Area], others: Sequence[Area]) -> list[Area]:
    gone = {area.area_code for area in others}
    return [area for area in areas if area.area_code not in gone]


def load_profiles(directory: Directory, paths: Sequence[Path], edition: str = "", kind: str = FINEST) -> ProfilesJoined:
    """Join population, deprivation and the like to the areas of a kind, and add them up for wider ones.

    Without an edition, to the newest that is loaded.
    What the files do not say stays as it was. Raises BadInput or RefusedFile, which leave everything as it was.
    """
    with directory.store.one_load(directory.settings.load_wait_s, lambda: None):
        before = directory.store.areas()
        edition = edition or max((area.edition for area in before if area.kind == kind), default="")
        areas = [area for area in before if (area.kind, area.edition) == (kind, edition)]
        if not areas:
            there = ", ".join(f"{one} {of}" for one, of in directory.store.area_kinds()) or "none"
            of = f", edition {edition}," if edition else ""
            message = f"no areas of kind {kind}{of} are loaded; there are: {there}; "
            raise BadInput(message + "load their boundaries first with `asset-map areas load`")
        joined, taken = join_profiles(areas, paths)
        after = _with_sums([*_without(before, joined), *joined], joined)
        with directory.store.writing() as writer:
            _write(writer, before, after)
    missing = tuple(area.code for area in after if (area.kind, area.edition) == (kind, edition) and not area.profile)
    counts = Counter((area.kind, area.edition) for area in after)
    known = Counter((area.kind, area.edition) for area in after if area.profile)
    layers = tuple((one, of, known[one, of], counts[one, of]) for one, of in sorted(counts))
    return ProfilesJoined(kind, edition, taken, tuple(sorted(missing)), layers)


def placed(assets: Sequence[Asset], index: AreaIndex, named: Named, before: Named | None = None) -> list[Asset]:
    """The assets with the codes of the areas that their places lie in and that their service areas name.

    `before` are the names there were; see `service_areas.resolved`.
    """
    points = [place.point for asset in assets for place in asset.locations]
    codes = iter(index.codes([point for point in points if point]))
    return [
        resolved(
            replace(
                asset,
                locations=tuple(
                    replace(place, areas=next(codes)) if place.point else place for place in asset.locations
                ),
            ),
            named,
            before,
        )
        for asset in assets
    ]


# What follows from other areas -------------------------------------------------------------------------------------


def _keep(directory: Directory, before: Sequence[Area], after: Sequence[Area], progress: Step) -> int:
    """Write areas and the assets that lie in others now, in one transaction. Returns how many assets changed."""
    store = directory.store
    index, named, names_before = AreaIndex(after), area_names(after), area_names(before)
    changed, done, total = 0, 0, store.count()
    with store.writing() as writer:
        _write(writer, before, after)
        for some in _batches(store.all_assets()):
            now = placed(some, index, named, names_before)
            other = [new for old, new in zip(some, now, strict=True) if new != old]
            # The index knows places and the names of areas, not their codes: only what has no place is looked up anew.
            if moved := [asset for asset in other if _has_place(asset)]:
                writer.put_assets(moved, to_index=False)
            if placeless := [asset for asset in now if not _has_place(asset)]:
                writer.put_assets(placeless)
            changed += len(other)
            done += len(some)
            progress("Giving assets their areas", done, total)
    indexing.bring_up_to_date(store, directory.engine, directory.embedder, lambda at, of: progress("Indexing", at, of))
    return changed


def _batches(assets: Iterator[Asset]) -> Iterator[list[Asset]]:
    while some := list(islice(assets, BATCH)):
        yield some


def _has_place(asset: Asset) -> bool:
    return any(place.point is not None for place in asset.locations)


def _write(writer: Writer, before: Iterable[Area], after: Sequence[Area]) -> None:
    """Write the boundary sets in which anything is different."""
    changed = {(area.kind, area.edition, area.place) for area in set(before) ^ set(after)}
    for kind, edition, place in sorted(changed):
        writer.remove_areas(kind, edition, place)
    if changed:
        writer.put_areas([area for area in after if (area.kind, area.edition, area.place) in changed])


def _with_sums(areas: Sequence[Area], around: Sequence[Area]) -> list[Area]:
    """The areas, where those that touch the ground `around` have the figures of the finest areas added up.

    Where a table gave an area its own residents, only what it does not say is added. An area that reaches beyond the
    finest areas has none: what is known of a part is not known of the whole.
    """
    wider = _touching([area for area in areas if area.kind != FINEST], around)
    if not wider:
        return list(areas)
    peopled = [area for area in areas if area.kind == FINEST and area.profile]
    newest = max((area.edition for area in peopled), default="")
    finest = _touching([area for area in peopled if area.edition == newest], wider)
    points = spread_residents(finest, AreaIndex(finest), postcode_table())
    sums = {}
    for layer in sorted({(area.kind, area.edition) for area in wider}):
        of_layer = [area for area in wider if (area.kind, area.edition) == layer]
        made = ward_profiles(of_layer, points)
        beyond = known_share(of_layer, finest, postcode_table()) < MOSTLY_KNOWN
        for area, reaches_beyond in zip(of_layer, beyond.tolist(), strict=True):
            figures = None if reaches_beyond else made.get(area.code)
            sums[area.area_code] = replace(area, profile=added_up(area.profile, figures, FINEST))
    return [sums.get(area.area_code, area) for area in areas]


def _touching(areas: Sequence[Area], around: Sequence[Area]) -> list[Area]:
    """The areas whose rectangle touches the rectangle around others."""
    if not areas or not around:
        return []
    bounds = shapely.bounds(shapely.from_wkb([area.wkb for area in areas]))
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([area.wkb for area in around]))
    near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return [areas[at] for at in np.flatnonzero(near).tolist()]
