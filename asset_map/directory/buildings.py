"""Areas without community buildings, and what else they have: from the store and the facts to a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from asset_map.asset import Asset
from asset_map.config import data_folder, read_yaml
from asset_map.directory.visibility import for_public
from asset_map.errors import BadFacts, NotFound
from asset_map.provision.access.choice import Choice
from asset_map.provision.buildings import AreaAssets, BuildingsReport, BuildingWords, Named, buildings_report

if TYPE_CHECKING:
    from asset_map.directory import Directory

FACTS = "community_buildings.yml"
LISTS = ("is_one", "if_in_use", "terms", "looks_like_one", "streets", "something_else")


def buildings(
    directory: Directory, area_kind: str = "ward", place: str = "", *, workers: bool = False
) -> BuildingsReport:
    """The report for the areas of a kind, newest edition; raises NotFound that names what there is, or BadFacts."""
    areas = directory.provision.areas(Choice(area_kind=area_kind, place=place))
    try:
        residents = directory.provision.residents()
    except NotFound:
        residents = None
    return buildings_report(
        areas,
        (asset if workers else _public(asset) for asset in directory.assets()),
        building_words(data_folder() / FACTS),
        residents,
        visibility="workers" if workers else "public",
        place=place,
    )


def building_words(path: Path) -> BuildingWords:
    """The facts file of community buildings; raises BadFacts that says what is wrong in it."""
    try:
        facts: Any = read_yaml(path, as_text=True)
    except (OSError, yaml.YAMLError) as error:
        raise BadFacts(f"{path.name} cannot be read: {error}") from error
    if not isinstance(facts, dict):
        raise BadFacts(f"{path.name}: expected the lists {', '.join(LISTS)} and could_connect")
    if odd := sorted(set(facts) - {*LISTS, "could_connect"}):
        raise BadFacts(f"{path.name}: {odd[0]!r} is not known; expected {', '.join(LISTS)} or could_connect")
    lists = {name: _words(path, name, facts.get(name, [])) for name in LISTS}
    if not lists["is_one"]:
        raise BadFacts(f"{path.name}: is_one is empty; name at least one word, such as “library”")
    could = facts.get("could_connect", {})
    if not isinstance(could, dict):
        raise BadFacts(f"{path.name}: could_connect should hold sorts of place, each with a list of words")
    return BuildingWords(
        is_one=lists["is_one"],
        if_in_use=lists["if_in_use"],
        terms=frozenset(lists["terms"]),
        looks_like_one=lists["looks_like_one"],
        streets=lists["streets"],
        something_else=lists["something_else"],
        could_connect=tuple((label, _words(path, label, words)) for label, words in could.items()),
    )


def _words(path: Path, name: str, words: object) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise BadFacts(f"{path.name}: {name} should be a list of words")
    return tuple(words)


def _public(asset: Asset) -> Asset:
    """What everybody may see of an asset. Those for workers only stay as they are: they are counted, never named."""
    return asset if asset.visibility == "workers" else for_public(asset)


def buildings_json(report: BuildingsReport) -> dict[str, Any]:
    """A report as JSON. `connectors` is a number: their names stand in the pages for workers only."""
    return {
        "area_kind": report.area_kind,
        "edition": report.edition,
        "place": report.place,
        "areas": [_area_json(row) for row in report.rows],
        "connectors_roughly": report.connectors_roughly,
        "left_out": [{"why": why, "count": count} for why, count in report.left_out],
    }


def _area_json(row: AreaAssets) -> dict[str, Any]:
    near = row.nearest
    return {
        "code": row.code,
        "name": row.name,
        "residents": row.residents,
        "imd_decile": row.imd_decile,
        "most_deprived_share": row.most_deprived_share,
        "buildings": _named_json(row.buildings),
        "nearest": near
        and {"asset": near.building.id, "name": near.building.name, "metres": near.metres, "minutes": near.minutes},
        "connectors": row.connectors,
        "offices": row.offices,
        "groups": _named_json(row.groups),
        "green_spaces": _named_json(row.green_spaces),
        "employers": _named_json(row.employers),
        "services": _named_json(row.services),
        "venues": _named_json(row.venues),
        "could_connect": [{"asset": one.id, "name": one.name, "what": one.what} for one in row.could_connect],
    }


def _named_json(found: tuple[Named, ...]) -> list[dict[str, str]]:
    return [{"asset": one.id, "name": one.name} for one in found]
