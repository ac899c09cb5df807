"""From a store to a gap table: what may be chosen, what is kept, the sample, and a real council."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented import asset, place
from test_provision_gap import EXACT

from asset_map.cli.gaps import say
from asset_map.config import Settings, data_folder
from asset_map.directory import Directory
from asset_map.directory.as_json import gaps_json
from asset_map.errors import AssetMapError, BadInput, NotFound
from asset_map.provision.access.catchment import population_mean, shortfall
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.access.reach import by_area, measure
from asset_map.provision.access.supply import COMES, UNKNOWN, WORKERS_ONLY

FOOD = Choice(interests=("growing_food",), area_kind="lsoa")
KEYS = ["code", "name", "residents", "coverage", "coverage_two", "access", "shortfall", "need", "gap", "confidence"]


@pytest.mark.parametrize(
    ("choice", "error", "words"),
    [
        (Choice(interests=("flying",)), NotFound, "no interest term is called “flying”; `asset-map terms list`"),
        (Choice(interests=("growing_foods",)), NotFound, "is called “growing_foods”; perhaps growing_food; `asset-map"),
        (Choice(interests=("Growing Food",)), NotFound, "is called “Growing Food”; perhaps growing_food; `asset-map"),
        (Choice(), BadInput, "nothing was chosen"),
        (Choice(kinds=("castle",)), BadInput, "kind of asset “castle” is not known; expected one of group, venue"),  # type: ignore[arg-type]
        (Choice(kinds=("venue",), area_kind="parish"), NotFound, "there are: lsoa, ward"),
        (
            Choice(kinds=("venue",), edition="2011"),
            NotFound,
            "no edition 2011 of areas of kind “ward”; there are: 2025",
        ),
        (Choice(kinds=("venue",), place="Hull"), NotFound, "is called “Hull”; there are: "),
        (Choice(kinds=("venue",), ages="7"), BadInput, "age group “7” is not known; expected one of all, 0-15"),
        (Choice(kinds=("venue",), travel="boat"), BadInput, "way of travel “boat” is not known; expected one of walk"),  # type: ignore[arg-type]
        (Choice(kinds=("venue",), need="rain"), BadInput, "need “rain” is not known; expected one of deprivation"),  # type: ignore[arg-type]
        (Choice(kinds=("venue",), minutes=0), BadInput, "0 minutes: expected 1 to 120"),
        (Choice(kinds=("venue",), minutes=float("nan")), BadInput, "nan minutes: expected 1 to 120"),
        (Choice(kinds=("venue",), target=-1.0), BadInput, "a target of -1 sessions a week"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_plain_words(
    directory: Directory, choice: Choice, error: type[AssetMapError], words: str
) -> None:
    with pytest.raises(error) as refused:
        directory.provision.gaps(choice)
    assert words in refused.value.message


def test_without_areas_or_residents_it_says_what_to_do(empty: Directory, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="asset-map areas load"):
        empty.provision.gaps(FOOD)
    ring = [[-2.2, 52.1], [-2.1, 52.1], [-2.1, 52.2], [-2.2, 52.1]]
    feature = {
        "type": "Feature",
        "properties": {"LSOA21CD": "E01000001", "LSOA21NM": "Somewhere"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "one.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    empty.load_areas(file, "lsoa", "2021", "LSOA21CD", "LSOA21NM")
    with pytest.raises(NotFound, match="asset-map areas profile"):
        empty.provision.gaps(FOOD)


def test_a_table_is_kept_until_something_changes(sample_copy: Directory) -> None:
    provision = sample_copy.provision
    before = provision.gaps(FOOD)
    assert provision.gaps(FOOD) is before
    assert provision.prepared(FOOD) is provision.prepared(FOOD)
    with sample_copy.store.writing() as writer:
        writer.put_assets([asset("new", place(latitude=52.2, longitude=-2.22), term="growing_food")])
    after = provision.gaps(FOOD)
    assert after.assets == before.assets + 1
    assert (after.coverage or 0) > (before.coverage or 0)


def test_a_field_that_only_workers_may_know_shows_in_no_figure(sample_copy: Directory) -> None:
    before = sample_copy.provision.gaps(FOOD)
    here = place(latitude=52.2, longitude=-2.22)
    with sample_copy.store.writing() as writer:
        writer.put_assets(
            [
                asset("a", here, term="growing_food", workers_only=("terms",)),
                asset("b", here, term="growing_food", workers_only=("locations",)),
            ]
        )
    after = sample_copy.provision.gaps(FOOD)
    assert (after.assets, after.rows) == (before.assets, before.rows)


def test_threads_that_ask_for_the_same_wait_for_one_working_out(sample_home: Path) -> None:
    opened = Directory.open(Settings(home=sample_home, embedder="none"))
    with ThreadPoolExecutor(6) as threads:
        tables = list(threads.map(lambda _: opened.provision.gaps(FOOD), range(6)))
    opened.close()
    assert all(table is tables[0] for table in tables)


@pytest.fixture
def sample_copy(sample_home: Path, tmp_path: Path) -> Iterator[Directory]:
    """A directory with the sample that may be written to."""
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        if (sample_home / name).exists():
            (tmp_path / name).write_bytes((sample_home / name).read_bytes())
    opened = Directory.open(Settings(home=tmp_path, embedder="none"))
    yield opened
    opened.close()


# The sample --------------------------------------------------------------------------------------------------------


def test_the_sample_has_figures_for_every_small_area(directory: Directory) -> None:
    table = directory.provision.gaps(FOOD)
    assert (table.choice.edition, table.label, len(table.rows), table.runs) == ("2021", "Growing food", 64, 81)
    assert dict(table.left_out) == {COMES: 1, UNKNOWN: 1, WORKERS_ONLY: 1}
    assert 0 < table.assets_timed < table.assets
    assert all(row.coverage is not None and row.need is not None for row in table.rows)
    assert any(row.gap for row in table.rows)
    assert {row.edge for row in table.rows} == {True, False}
    wards = directory.provision.gaps(Choice(interests=("growing_food",)))
    assert wards.coverage == pytest.approx(table.coverage, abs=0.002)


def test_ages_and_kinds_and_several_interests_may_be_chosen(directory: Directory) -> None:
    def gaps(**choice: Any) -> GapTable:
        return directory.provision.gaps(Choice(**{"interests": ("growing_food",), **choice}))

    everyone, old, young = gaps(), gaps(ages="65+"), gaps(ages="0-15")
    people = [sum(row.people or 0 for row in table.rows) for table in (everyone, old, young)]
    assert people[1] + people[2] < people[0] == pytest.approx(104_000, rel=0.01)
    both = gaps(interests=("growing_food", "swimming"))
    assert both.label == "Growing food or Swimming"
    assert (both.coverage or 0) > (everyone.coverage or 0)
    groups = gaps(kinds=("group",))
    assert groups.label == "Growing food (groups and activities)"
    assert 0 < groups.assets < everyone.assets
    assert gaps(interests=(), kinds=("venue", "green_space")).label == "Venues and Green spaces"


def test_the_figures_are_those_of_the_method(directory: Directory) -> None:
    prepared = directory.provision.prepared(FOOD)
    figures = by_area(prepared.reach.points, measure(prepared.reach, prepared.given), len(prepared.areas))
    table = {row.code: row for row in directory.provision.gaps(FOOD).rows}
    rows = [table[area.code] for area in prepared.areas]
    assert [row.access for row in rows] == pytest.approx(figures.access.tolist(), **EXACT)
    mean = population_mean(figures.people, figures.access)
    lacking = shortfall(figures.people, figures.access, mean)
    assert [row.shortfall for row in rows] == pytest.approx(lacking.tolist(), **EXACT)
    mean = population_mean(figures.people, figures.access)
    assert directory.provision.gaps(FOOD).mean_access == pytest.approx(mean, **EXACT)


def test_json_has_the_figures_of_the_table(directory: Directory) -> None:
    table = directory.provision.gaps(FOOD)
    plain = gaps_json(table)
    assert list(plain) == ["interest", "area_kind", "edition", "areas", "left_out"]
    assert (plain["interest"], plain["area_kind"], plain["edition"]) == ("growing_food", "lsoa", "2021")
    assert [list(area) for area in plain["areas"]] == [KEYS] * 64
    assert [[area[key] for key in KEYS] for area in plain["areas"]] == [
        [getattr(row, key) for key in KEYS] for row in table.rows
    ]


def test_the_command_says_what_was_found_and_what_the_words_mean(
    directory: Directory, capsys: pytest.CaptureFixture[str]
) -> None:
    say(directory.provision.gaps(Choice(interests=("growing_food",), ages="65+")))
    said = capsys.readouterr().out
    assert said.startswith("Growing food: 16 areas of kind ward, edition 2025.\n")
    assert "of residents aged 65 and over have at least one within 15 minutes on foot" in said
    assert f"Not counted: 1, {UNKNOWN}." in said
    assert "is not nought" in said
    assert "problem" not in said


# A real council ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(open_data: Path, trafford: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """Trafford: areas, residents, deprivation and the list of allotments."""
    opened = Directory.open(Settings(home=tmp_path_factory.mktemp("trafford"), embedder="none"))
    areas, population = open_data / "geography" / "boundaries", open_data / "population"
    opened.load_areas(areas / "trafford_lsoa21.geojson", "lsoa", "2021", "LSOA21CD", "LSOA21NM", "Trafford")
    opened.load_areas(areas / "trafford_ward25.geojson", "ward", "2025", "WD25CD", "WD25NM", "Trafford")
    opened.load_profiles(
        [
            population / "lsoa21_census2021_age_bands.csv.gz",
            population / "lsoa21_census2021_disability.csv.gz",
            open_data / "deprivation" / "imd2025_england_lsoa21.csv.gz",
        ]
    )
    opened.load([trafford / "trafford_allotments.csv"])
    yield opened
    opened.close()


@pytest.mark.open_data
def test_three_quarters_of_trafford_can_walk_to_an_allotment(real: Directory) -> None:
    table = real.provision.gaps(FOOD)
    assert table.coverage == pytest.approx(0.746, abs=0.01)
    assert (len(table.rows), table.assets, sum(row.assets for row in table.rows)) == (138 + 1, 35, 35)
    assert 0.35 < (table.coverage_two or 0) < 0.55


@pytest.mark.open_data
def test_sessions_given_out_in_trafford_are_those_there_are(real: Directory) -> None:
    prepared = real.provision.prepared(FOOD)
    measured = measure(prepared.reach, prepared.given)
    reached = np.unique(prepared.reach.destination)
    assert measured.access @ prepared.reach.points.people == pytest.approx(
        prepared.reach.places.sessions[reached].sum()
    )


@pytest.mark.open_data
def test_gaps_of_trafford_are_poor_places_with_little_in_reach(real: Directory) -> None:
    table = real.provision.gaps(Choice(interests=("growing_food",), area_kind="lsoa", place="Trafford"))
    gaps = [row for row in table.rows if row.gap]
    assert 1 <= len(gaps) <= 20
    mean = sum(row.need or 0 for row in table.rows) / len(table.rows)
    for row in gaps:
        assert (row.need or 0) > mean
        assert (row.access or 0) < (table.mean_access or 0)
        assert 0 < (row.confidence or 0) <= 1
    assert {row.confidence_class for row in table.rows} == {"high", "medium", "low"}
    assert real.provision.gaps(Choice(interests=("growing_food",), need="disability", ages="65+")).rows[0].need


def test_what_comes_to_people_is_named_for_the_areas_it_serves(empty: Directory, tmp_path: Path) -> None:
    boundaries = data_folder() / "sample" / "areas" / "worcester_ward25.geojson"
    empty.load_areas(boundaries, "ward", "2025", "WD25CD", "WD25NM")
    vans = tmp_path / "vans.csv"
    vans.write_text("Name,Kind,Areas served\nBook Van,service,Arboretum\nSecret Van,connector,Arboretum\n")
    empty.load([vans], source="Vans")
    wards = {area.name: area for area in empty.store.areas()}
    for name, coming in (("Arboretum", ["Book Van"]), ("Claines", [])):
        found = empty.provision.coming(Choice(kinds=("service", "connector")), wards[name])
        assert [asset.name for asset in found] == coming
