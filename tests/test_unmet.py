"""Unmet asks: area, reason and month are kept, nothing else; subtracting one view from another tells nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from lists import environment, run

from asset_map.asset import AreaCode
from asset_map.config import Settings, data_folder
from asset_map.directory import Directory
from asset_map.directory.unmet import Published, add_invented, area_of, asked_for_often, published, record
from asset_map.errors import AssetMapError, BadInput, NotFound
from asset_map.geo import Point
from asset_map.practice.unmet import REASONS, Period, UnmetAsk, published_period, read_month
from asset_map.provision.access.choice import Choice

TODAY = date(2026, 11, 22)
ARBORETUM = AreaCode(kind="ward", edition="2025", code="E05015849")
SAMPLE = data_folder() / "sample"


@pytest.fixture
def worcester(empty: Directory) -> Directory:
    """The wards and LSOAs of Worcester, and nothing else."""
    areas = SAMPLE / "areas"
    empty.load_areas(areas / "worcester_ward25.geojson", "ward", "2025", "WD25CD", "WD25NM")
    empty.load_areas(areas / "worcester_lsoa21.geojson", "lsoa", "2021", "LSOA21CD", "LSOA21NM")
    return empty


def ward(name: str) -> AreaCode:
    return AreaCode(kind="ward", edition="", code=name)


def asked(directory: Directory, times: int, term: str = "chess", area: AreaCode = ARBORETUM) -> None:
    """So many asks for the half-year that is out on TODAY."""
    for _ in range(times):
        record(directory, term, area, "too_far", "2026-07", late=True, today=TODAY)


def stored(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "store.db")) as db:
        return db.execute("SELECT * FROM unmet ORDER BY 1, 2, 3, 4, 5, 6").fetchall()


# ---- what is kept


def test_an_ask_is_a_term_an_area_a_reason_a_month_and_a_count(worcester: Directory) -> None:
    for _ in range(2):
        kept = record(worcester, "chess", ward("Arboretum"), "too_far", today=TODAY)
    assert kept == UnmetAsk("chess", ARBORETUM, "too_far", "2026-11")
    assert stored(worcester.settings.home) == [("chess", "ward", "2025", "E05015849", "too_far", "2026-11", 2)]


def test_an_ask_changes_the_stamp_of_unmet_asks_and_no_other(worcester: Directory) -> None:
    unmet, content = worcester.store.stamp("unmet"), worcester.store.stamp("content")
    record(worcester, "chess", ARBORETUM, "full")
    assert worcester.store.stamp("unmet") == unmet + 1
    assert worcester.store.stamp("content") == content


@pytest.mark.parametrize("text", ["WR1 2PA", "wr12pa", "WR1", "WR1 2", "WR", "Arboretum, WR1 2PA", "E1"])
def test_a_postcode_is_refused_with_the_reason(worcester: Directory, text: str) -> None:
    with pytest.raises(BadInput, match="an area, never a postcode: it could point to a person"):
        record(worcester, "chess", ward(text), "too_far")
    assert stored(worcester.settings.home) == []


@pytest.mark.parametrize(
    ("term", "area", "reason", "month", "said"),
    [
        ("ches", ARBORETUM, "too_far", None, "no interest term is called 'ches'"),
        ("chess", ward("Arbor"), "too_far", None, "expected one like 'Arboretum'"),
        ("chess", AreaCode(kind="parish", edition="", code="X"), "too_far", None, "there are: lsoa 2021, ward 2025"),
        ("chess", AreaCode(kind="ward", edition="2011", code="X"), "too_far", None, "edition '2011', are loaded"),
        ("chess", ARBORETUM, "far", None, "expected one of nothing_there, too_far"),
        ("chess", ARBORETUM, "too_far", "2026-12", "has not come yet"),
        ("chess", ARBORETUM, "too_far", "1999-12", "too long ago"),
        ("chess", ARBORETUM, "too_far", "2026-11-22", "without a day"),
        ("chess", ARBORETUM, "too_far", "2026-13", "expected one like '2026-11'"),
        ("chess", ARBORETUM, "too_far", "", "expected one like '2026-11'"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_plain_words(
    worcester: Directory, term: str, area: AreaCode, reason: str, month: str | None, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        record(worcester, term, area, reason, month, today=TODAY)
    assert stored(worcester.settings.home) == []


def test_a_place_is_reduced_to_its_area_before_anything_is_written(worcester: Directory) -> None:
    assert area_of(worcester, Point(52.2030, -2.2190), "ward") == ARBORETUM
    with pytest.raises(NotFound, match="lies in no ward that is loaded"):
        area_of(worcester, Point(51.5, -0.1), "ward")


WRITE = """
import sys
from asset_map.asset import AreaCode
from asset_map.config import Settings
from asset_map.directory import Directory
from asset_map.directory.unmet import record
from pathlib import Path
directory = Directory.open(Settings(home=Path(sys.argv[1]), embedder="none"))
for _ in range(25):
    record(directory, "chess", AreaCode(kind="ward", edition="2025", code="E05015849"), "full")
"""


def test_processes_that_write_at_once_count_right(worcester: Directory) -> None:
    home = worcester.settings.home
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(home)], env=environment(home), stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [(writer.communicate(timeout=120)[1], writer.returncode) for writer in writers] == [(b"", 0)] * 3
    assert [row[-1] for row in stored(home)] == [75]


# ---- half-years


@pytest.mark.parametrize(
    ("today", "first", "last", "label"),
    [
        (date(2026, 10, 31), "2025-10", "2026-03", "October 2025 to March 2026"),
        (date(2026, 11, 1), "2026-04", "2026-09", "April to September 2026"),
        (date(2027, 4, 30), "2026-04", "2026-09", "April to September 2026"),
        (date(2027, 5, 1), "2026-10", "2027-03", "October 2026 to March 2027"),
    ],
)
def test_the_newest_half_year_that_has_been_over_for_a_month_is_out(
    today: date, first: str, last: str, label: str
) -> None:
    period = published_period(today)
    assert (period, period.label) == (Period(first, last), label)
    assert (period.months[0], period.months[-1], len(period.months)) == (first, last, 6)


def test_half_years_never_overlap_and_nothing_is_added_to_one_that_is_out() -> None:
    days = [date(year, month, day) for year in (2025, 2026, 2027) for month in range(1, 13) for day in (1, 28)]
    for day in days:
        for month in published_period(day).months:
            with pytest.raises(BadInput, match="is closed"):
                read_month(month, day)
            assert read_month(month, day, late=True) == month
    months = [period.months for period in sorted({published_period(day) for day in days}, key=lambda one: one.first)]
    assert len({month for one in months for month in one}) == 6 * len(months)


# ---- nothing can be found out by subtracting one view from another


def test_another_ask_today_changes_nothing_of_what_is_out(worcester: Directory) -> None:
    asked(worcester, 7)
    before = published(worcester, ("chess",), "ward", today=TODAY)
    record(worcester, "chess", ARBORETUM, "too_far", today=TODAY)
    record(worcester, "chess", ARBORETUM, "too_far", "2026-10", today=TODAY)
    assert published(worcester, ("chess",), "ward", today=TODAY) == before
    with pytest.raises(BadInput, match="a later change could point to a person"):
        record(worcester, "chess", ARBORETUM, "too_far", "2026-09", today=TODAY)


def test_wards_and_the_lsoas_inside_them_share_no_ask(worcester: Directory) -> None:
    lsoa = area_of(worcester, Point(52.2030, -2.2190), "lsoa")
    asked(worcester, 8)
    asked(worcester, 6, area=lsoa)
    assert published(worcester, ("chess",), "ward", today=TODAY).counts[ARBORETUM.code] == 8
    assert published(worcester, ("chess",), "lsoa", today=TODAY).counts[lsoa.code] == 6


def test_a_wider_term_does_not_hold_the_asks_for_a_narrower_one(worcester: Directory) -> None:
    asked(worcester, 9, "growing_food")
    asked(worcester, 2, "allotments")
    found = published(worcester, ("growing_food",), "ward", today=TODAY)
    assert found.counts[ARBORETUM.code] == 9
    assert "allotments" not in {row.term for row in published(worcester, (), "ward", today=TODAY).terms}


def test_a_term_is_the_same_whichever_others_are_asked_for(worcester: Directory) -> None:
    for times, term, name in ((12, "chess", "Arboretum"), (6, "choir", "Claines"), (2, "chess", "Claines")):
        asked(worcester, times, term, ward(name))
    alone = published(worcester, ("chess",), "ward", today=TODAY).terms
    both = published(worcester, ("chess", "choir"), "ward", today=TODAY)
    assert alone[0] in both.terms
    assert alone[0].asks is None
    assert both.total is None
    assert both.at_least == sum(row.at_least for row in both.terms)


def test_sums_over_terms_are_made_of_shown_numbers_only(worcester: Directory) -> None:
    for times, term in ((12, "chess"), (6, "choir"), (3, "knitting")):
        asked(worcester, times, term)
    both = published(worcester, ("chess", "choir", "knitting"), "ward", today=TODAY)
    assert both.counts[ARBORETUM.code] == 18
    assert not both.exact
    assert set(both.counts.values()) == {18, None}


def test_each_place_has_numbers_of_its_own(empty: Directory) -> None:
    areas = SAMPLE / "areas"
    empty.load_areas(areas / "worcester_ward25.geojson", "ward", "2025", "WD25CD", "WD25NM", "Worcester")
    asked(empty, 9)
    (here,) = published(empty, ("chess",), "ward", "Worcester", today=TODAY).terms
    assert (here.place, here.at_least) == ("Worcester", 9)
    assert published(empty, ("chess",), "ward", today=TODAY).terms == (here,)
    assert published(empty, ("chess",), "ward", "Elsewhere", today=TODAY).terms == ()


def test_an_unknown_term_or_area_kind_is_refused(worcester: Directory) -> None:
    with pytest.raises(NotFound, match="“ches”"):
        published(worcester, ("ches",), "ward")
    with pytest.raises(BadInput, match="there are: lsoa 2021, ward 2025"):
        published(worcester, (), "parish")


# ---- beside access


@pytest.fixture(scope="module")
def sample(directory: Directory) -> Published:
    return published(directory, (), "ward")


def test_the_sample_shows_what_people_asked_for_and_could_not_get(sample: Published) -> None:
    assert [row.term for row in sample.terms[:3]] == ["swimming", "growing_food", "mens_shed"]
    assert [row.at_least for row in sample.terms] == sorted((row.at_least for row in sample.terms), reverse=True)
    assert all(count is None or count >= 5 for row in sample.terms for count in dict(row.reasons).values())
    assert sample.period == published_period(date.today())


def test_loading_the_sample_again_adds_nothing(worcester: Directory) -> None:
    path = SAMPLE / "unmet_asks.yml"
    assert add_invented(worcester, path) > 200
    before = stored(worcester.settings.home)
    assert add_invented(worcester, path) == 0
    assert stored(worcester.settings.home) == before


def test_asked_for_often_and_hard_to_reach(directory: Directory) -> None:
    table = directory.provision.gaps(Choice(interests=("growing_food",)))
    found = asked_for_often(published(directory, ("growing_food",), "ward"), table)
    assert [(area.name, area.asks) for area in found] == [("Dines Green & Grove Farm", 16)]
    assert found[0].coverage < (table.coverage or 0)


def test_where_everybody_reaches_it_nothing_is_hard_to_reach(directory: Directory) -> None:
    table = directory.provision.gaps(Choice(interests=("growing_food",), minutes=120.0, travel="car"))
    assert table.coverage == 1
    assert asked_for_often(published(directory, ("growing_food",), "ward"), table) == ()


def test_without_asks_nothing_is_asked_for_often(directory: Directory) -> None:
    table = directory.provision.gaps(Choice(interests=("pottery",)))
    assert asked_for_often(published(directory, ("pottery",), "ward"), table) == ()


# ---- the command line


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unmet")
    with closing(Directory.open(Settings(home=folder, embedder="none"))) as directory:
        path = SAMPLE / "areas" / "worcester_ward25.geojson"
        directory.load_areas(path, "ward", "2025", "WD25CD", "WD25NM")
        asked(directory, 6)
    return folder


def test_the_command_counts_an_ask_and_says_what_is_kept(home: Path) -> None:
    done = run(home, "unmet", "add", "--interest", "knitting", "--area", "Claines", "--reason", "full")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Counted: knitting, ward E05015852, full, {date.today().isoformat()[:7]}.\n"


def test_the_command_refuses_a_postcode(home: Path) -> None:
    done = run(home, "unmet", "add", "--interest", "knitting", "--area", "WR1 2PA", "--reason", "full")
    assert done.returncode == AssetMapError.exit_code + 1
    assert "never a postcode" in done.stderr
    assert done.stdout == ""


def test_the_list_is_what_anybody_may_see(home: Path) -> None:
    with closing(sqlite3.connect(home / "store.db")) as db, db:
        db.execute("UPDATE unmet SET month = ? WHERE term = 'chess'", [published_period(date.today()).first])
    said = run(home, "unmet", "list", "--interest", "chess").stdout
    assert "6 or more  Chess and draughts" in said
    assert "        6  Arboretum" in said
    assert "  under 5  Claines" in said
    shown = json.loads(run(home, "unmet", "list", "--interest", "chess", "--json").stdout)
    (row,) = shown["interests"]
    assert (row["asks"], row["at_least"]) == (None, 6)
    assert {area["asks"] for area in row["areas"]} == {6, None}


def test_the_reasons_are_listed_in_words(home: Path) -> None:
    said = run(home, "unmet", "reasons").stdout
    assert all(reason in said and label in said for reason, label in REASONS.items())
