"""Real lists of one council, as they come: loaded in one command, placed, and understood."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lists import content

from asset_map.asset import Asset
from asset_map.config import Settings
from asset_map.directory import Directory
from asset_map.directory.loading import Loaded
from asset_map.postcode import read_postcode

pytestmark = pytest.mark.open_data
FILES = (
    "charities_operating_in_trafford.csv",
    "gm_food_banks.csv",
    "health_and_fitness_gym.csv",
    "mental_health_services_RAW.csv",
    "sports_clubs.csv",
    "sports_facilities.csv",
    "swimming_pools.csv",
    "trafford_allotments.csv",
    "trafford_community_hubs.csv",
    "trafford_libraries.csv",
)


@pytest.fixture(scope="module")
def loaded(trafford: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Directory, Loaded]]:
    """All the lists in one run, without meaning so that it is quick. Not to be written to."""
    opened = Directory.open(Settings(home=tmp_path_factory.mktemp("trafford"), embedder="none"))
    yield opened, opened.load([trafford / name for name in FILES])
    opened.close()


@pytest.fixture(scope="module")
def assets(loaded: tuple[Directory, Loaded]) -> list[Asset]:
    return list(loaded[0].assets())


def of(assets: list[Asset], source: str) -> list[Asset]:
    return [asset for asset in assets if any(claim.source == source for claim in asset.claims)]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows that hold anything, with headings in lower case."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = path.read_text(encoding=encoding)
        except UnicodeDecodeError:
            continue
        found = [
            {(k or "").lower(): (v or "").strip() for k, v in row.items() if k}
            for row in csv.DictReader(text.splitlines(keepends=True))
        ]
        return [row for row in found if any(row.values())]
    raise AssertionError(path)


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_an_outcome(loaded: tuple[Directory, Loaded], trafford: Path, name: str) -> None:
    (file,) = (file for file in loaded[1].files if Path(file.file).name == name)
    assert file.refused is None
    assert len(file.rows) == len(rows(trafford / name))
    assert {row.outcome for row in file.rows} <= {"new", "merged", "to_fix", "ignored"}
    assert all(row.asset or row.fixes for row in file.rows)


def says_where(row: dict[str, str]) -> bool:
    full = any(read_postcode(value).kind == "full" for name, value in row.items() if "postcode" in name)
    pairs = (("lat", "lon"), ("latitude", "longitude"), ("easting", "northing"))
    return full or any(_number(row.get(a, "")) and _number(row.get(b, "")) for a, b in pairs)


def _number(text: str) -> bool:
    try:
        return float(text) != 0
    except ValueError:
        return False


def test_nearly_every_row_that_says_where_it_is_has_a_pin(
    loaded: tuple[Directory, Loaded], assets: list[Asset], trafford: Path
) -> None:
    pinned = {asset.id for asset in assets if any(place.point for place in asset.locations)}
    told = placed = 0
    for file in loaded[1].files:
        given = rows(trafford / Path(file.file).name)
        for row, cells in zip(file.rows, given, strict=True):
            if says_where(cells):
                told += 1
                placed += row.asset in pinned
    assert told > 1000
    assert placed / told >= 0.97


def test_every_pin_is_in_great_britain(assets: list[Asset]) -> None:
    points = [place.point for asset in assets for place in asset.locations if place.point]
    assert all(49.8 < point.latitude < 61 and -8.7 < point.longitude < 1.9 for point in points)


def test_a_charitys_address_is_a_contact_and_has_no_walk(loaded: tuple[Directory, Loaded], assets: list[Asset]) -> None:
    alone = [a for a in of(assets, "trafford_charities") if {c.source for c in a.claims} == {"trafford_charities"}]
    assert len(alone) > 600
    assert {place.meaning for asset in alone for place in asset.locations} == {"contact"}
    ids = {asset.id for asset in alone}
    matches = [m for m in loaded[0].match("scouts", "M33 7ZF", 5000.0, limit=50).matches if m.asset.id in ids]
    assert matches
    for match in matches:
        assert (match.metres, match.minutes) == (None, None)
        assert any("where they meet" in unknown.casefold() for unknown in match.unknowns)


def test_a_venue_over_several_rows_is_one_asset_with_its_facilities_as_categories(
    assets: list[Asset], trafford: Path
) -> None:
    facilities: dict[str, set[str]] = {}
    for row in rows(trafford / "sports_facilities.csv"):
        facilities.setdefault(row["site_id"], set()).add(row["facility_type"])
    sites = Counter(
        c.key
        for a in of(assets, "trafford_sports_facilities")
        for c in a.claims
        if c.source == "trafford_sports_facilities"
    )
    assert set(sites) == set(facilities)
    assert set(sites.values()) == {1}
    for asset in of(assets, "trafford_sports_facilities"):
        for claim in asset.claims:
            if claim.source == "trafford_sports_facilities":
                assert facilities[claim.key] <= set(asset.categories)


def test_lists_that_share_site_numbers_are_joined(assets: list[Asset]) -> None:
    gyms = of(assets, "trafford_gyms")
    shared = [asset for asset in gyms if any(claim.source == "trafford_sports_facilities" for claim in asset.claims)]
    assert len(gyms) > 20
    by_number = Counter(value for asset in assets for scheme, value in asset.identifiers if scheme == "active-places")
    assert [number for number, count in by_number.items() if count > 1] == []
    assert all(len(asset.claims) > 1 for asset in shared)


def test_every_row_of_the_allotment_list_is_an_allotment(assets: list[Asset]) -> None:
    sites = of(assets, "trafford_allotments")
    assert len(sites) >= 34
    assert all("allotments" in {term.id for term in asset.terms} for asset in sites)
    assert {asset.kind for asset in sites} == {"green_space"}


def test_the_libraries_are_libraries_at_their_doors(assets: list[Asset]) -> None:
    libraries = of(assets, "trafford_libraries")
    assert len(libraries) == 13
    assert sum("Library" in asset.name for asset in libraries) == 12
    for asset in libraries:
        assert "libraries" in {term.id for term in asset.terms}
        assert asset.locations[0].meaning == "activity"


def test_no_asset_is_called_nothing(assets: list[Asset]) -> None:
    assert [a.id for a in assets if a.name.strip().casefold() in {"", "na", "n/a", "null", "none", "-"}] == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("growing vegetables", "allotments"),
        ("swimming", "swimming"),
        ("crown green bowls", "bowls"),
        ("libraries", "libraries"),
    ],
)
def test_plain_asks_find_what_is_plainly_meant(loaded: tuple[Directory, Loaded], text: str, term: str) -> None:
    top = loaded[0].match(text, "M33 7ZF", 5000.0).matches[:2]
    assert [match.asset.name for match in top if term not in {one.id for one in match.asset.terms}] == []
    assert len(top) == 2


def test_a_second_load_changes_nothing(loaded: tuple[Directory, Loaded], trafford: Path) -> None:
    before = content(loaded[0])
    done = loaded[0].load([trafford / name for name in FILES], preview=True)
    assert {row.outcome for file in done.files for row in file.rows} <= {"unchanged", "to_fix", "ignored"}
    assert done.assets == ()
    assert content(loaded[0]) == before
