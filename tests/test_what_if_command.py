"""Trying places from a spreadsheet: a bad row is named and the others count, and the answer is that of the page."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asset_map.cli import main
from asset_map.directory import Directory
from asset_map.directory.what_if import (
    Tenth,
    a_tenth,
    candidates,
    everywhere,
    now,
    read_places,
    suggest,
    what_if,
)
from asset_map.errors import BadInput, NotFound, RefusedFile
from asset_map.geo import Point, metres_between, to_grid
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.what_if import Change, NewPlace

Tried = Callable[..., tuple[int, str, str]]
CHOICE = Choice(interests=("growing_food",), area_kind="lsoa")
HILL = Point(52.1761, -2.2385)


def places(path: Path, header: str, *rows: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


@pytest.fixture
def tried(sample_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tried:
    """Runs `what-if` on the sample as the entry point does: (exit code, standard output, standard error)."""

    def go(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("ASSET_MAP_HOME", str(sample_home))
        choice = ("--interest", "growing_food", "--area-kind", "lsoa")
        monkeypatch.setattr(sys, "argv", ["asset-map", "what-if", *choice, *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return go


def answer(tried: Tried, *arguments: object) -> Any:
    code, out, err = tried(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


# ---- the file


def test_a_place_is_known_by_degrees_by_grid_or_by_postcode(tmp_path: Path) -> None:
    east, north = to_grid(HILL)
    ways = (
        ("name,latitude,longitude", f"Hill,{HILL.latitude},{HILL.longitude}"),
        ("Name,Easting,Northing", f"Hill,{east:.0f},{north:.0f}"),
        ("Name,Postcode", "Hill,WR2 4NZ"),
    )
    for header, row in ways:
        (found,) = read_places(places(tmp_path / "places.csv", header, row)).places
        assert metres_between(Point(found.latitude, found.longitude), HILL) < 300
        assert (found.name, found.sessions) == ("Hill", 1.0)


def test_a_bad_row_is_named_with_its_number_and_the_others_count(tmp_path: Path) -> None:
    rows = ("Hill,WR2 4NZ,2", "Lane,WR2,1", "Nowhere,,1", "Field,WR1 1HZ,many", "Yard,WR5 1HR,")
    read = read_places(places(tmp_path / "places.csv", "Name,Postcode,Sessions a week", *rows))
    assert [(one.name, one.sessions) for one in read.places] == [("Hill", 2.0), ("Yard", 1.0)]
    assert [fix.split(":")[0] for fix in read.fixes] == [f"row {number} of places.csv" for number in (3, 4, 5)]
    assert "WR2" in read.fixes[0]
    assert "give latitude and longitude, easting and northing, or a full postcode" in read.fixes[1]
    assert "sessions 'many' cannot be used" in read.fixes[2]


@pytest.mark.parametrize("sessions", ["0", "-1", "nan", "inf", "5000"])
def test_sessions_that_make_no_sense_are_named(tmp_path: Path, sessions: str) -> None:
    file = places(tmp_path / "places.csv", "Name,Postcode,Sessions", f"Hill,WR2 4NZ,{sessions}", "Yard,WR5 1HR,1")
    read = read_places(file)
    assert [one.name for one in read.places] == ["Yard"]
    assert f"sessions '{sessions}' cannot be used" in read.fixes[0]


def test_a_repaired_postcode_counts_and_is_said(tmp_path: Path) -> None:
    read = read_places(places(tmp_path / "places.csv", "Name,Postcode", "Hill,wr24nz", "Yard,WR5 IHR"))
    assert len(read.places) == 2
    assert "row 3 of places.csv" in read.fixes[-1]


def test_a_file_without_a_usable_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="no row with a usable place"):
        read_places(places(tmp_path / "places.csv", "Name,Postcode", "Hill,WR2"))
    with pytest.raises(RefusedFile, match="headings but no rows"):
        read_places(places(tmp_path / "places.csv", "Name,Postcode"))
    with pytest.raises(RefusedFile):
        read_places(tmp_path / "missing.csv")


def test_old_encodings_are_read(tmp_path: Path) -> None:
    file = places(tmp_path / "places.csv", "Name;Postcode", "Café Élan;WR2 4NZ", encoding="cp1252")
    assert read_places(file).places[0].name == "Café Élan"


# ---- trying it


def test_the_command_gives_what_the_page_gives(tried: Tried, directory: Directory, tmp_path: Path) -> None:
    file = places(tmp_path / "places.csv", "Name,Postcode,Sessions", "Hill,WR2 4NZ,2")
    said = answer(tried, "--places", file)
    found = what_if(directory, CHOICE, Change(add=read_places(file).places))
    assert said["gained"] == pytest.approx(found.gained)
    assert [one["code"] for one in said["flips"]] == [one.code for one in found.flips]
    after = {row["code"]: row["coverage"] for row in said["after"]["areas"]}
    assert after == {row.code: row.coverage for row in found.after.rows}
    assert said["gained"] > 0
    assert said["far"] == []


def test_a_place_elsewhere_is_kept_and_said(tried: Tried, tmp_path: Path) -> None:
    file = places(tmp_path / "places.csv", "Name,Postcode", "Hill,WR2 4NZ", "Far away,LS1 4DY")
    code, out, _ = tried("--places", file)
    assert code == 0
    assert "2 would open" in out
    assert "Far away reaches nobody who lives in these areas." in out


def test_what_closes_loses_somebody(tried: Tried, directory: Directory) -> None:
    reachable = directory.provision.prepared(CHOICE).reachable.assets
    said = answer(tried, *(part for asset in reachable for part in ("--close", asset)))
    assert said["lost"] > 0
    assert {row["coverage"] for row in said["after"]["areas"]} <= {0.0, None}
    with pytest.raises(NotFound):
        what_if(directory, CHOICE, Change(remove=("nothing",)))


def test_nothing_to_try_is_said_and_so_is_among_without_best(tried: Tried) -> None:
    for options, said in (((), "nothing to try"), (("--among", "school"), "give --best too")):
        code, _, err = tried(*options)
        assert code == 2
        assert said in err


# ---- where it would do most


def test_the_best_among_schools_are_schools_and_gain_what_they_say(tried: Tried, directory: Directory) -> None:
    said = answer(tried, "--best", 3, "--among", "primary schools")
    schools = {one.id: one for one in candidates(directory, "primary schools")}
    chosen = [schools[one["id"]] for one in said["best"]]
    opened = tuple(NewPlace(latitude=one.latitude, longitude=one.longitude) for one in chosen)
    assert said["best"][-1]["total"] == pytest.approx(what_if(directory, CHOICE, Change(add=opened)).gained)


def test_anywhere_is_a_place_in_every_square_where_people_live(directory: Directory) -> None:
    start = now(directory, CHOICE)
    among = everywhere(start.prepared)
    points = start.prepared.reach.points
    homes = set(zip(points.latitude.tolist(), points.longitude.tolist(), strict=True))
    assert {(one.latitude, one.longitude) for one in among} <= homes
    assert 200 < len(among) < len(homes) / 2
    (best,) = suggest(directory, CHOICE, 1, "residents")
    schools = suggest(directory, CHOICE, 1, "residents", candidates(directory, "school"))
    assert best.candidate.name.startswith("near WR")
    assert best.gained >= schools[0].gained


def test_a_tenth_says_the_likely_beside_the_best(directory: Directory) -> None:
    schools = candidates(directory, "primary school")
    found = a_tenth(directory, CHOICE, schools)
    assert (found.of, found.size, found.draws) == (20, 2, 20)
    assert found.least <= found.average <= found.most <= found.gained
    assert found.gained == found.best[-1].total
    assert found == a_tenth(directory, CHOICE, tuple(reversed(schools)))


def test_a_tenth_of_a_few_is_one_and_all_of_them_are_all(directory: Directory) -> None:
    schools = candidates(directory, "primary school")
    assert a_tenth(directory, CHOICE, schools[:3]).size == 1
    every = a_tenth(directory, CHOICE, schools, share=1.0)
    assert every.size == 20
    assert every.gained == pytest.approx(every.average)


@pytest.mark.parametrize("share", [0.0, 1.1, -1.0])
def test_a_share_that_makes_no_sense_is_refused(directory: Directory, share: float) -> None:
    with pytest.raises(BadInput, match="a share of"):
        a_tenth(directory, CHOICE, candidates(directory, "school"), share)


def test_without_candidates_it_says_how_to_load_some(directory: Directory, tried: Tried) -> None:
    with pytest.raises(BadInput, match="--not-yet-approached"):
        a_tenth(directory, CHOICE, ())
    code, _, err = tried("--tenth", "pub")
    assert code == 2
    assert "no asset that has the words “pub”" in err


def test_the_tenth_on_the_command_line(tried: Tried, directory: Directory) -> None:
    said = answer(tried, "--tenth", "primary school", "--goal", "high_need")["tenth"]
    found: Tenth = a_tenth(directory, CHOICE, candidates(directory, "primary school"), goal="high_need")
    assert said["average"] == pytest.approx(found.average)
    assert [one["id"] for one in said["best"]] == [one.candidate.id for one in found.best]


def test_a_schools_file_of_a_hundred_is_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    with file.open("w", newline="") as handle:
        csv.writer(handle).writerows([("Name", "Postcode"), *((f"Hall {n}", "WR2 4NZ") for n in range(100))])
    assert [one.name for one in read_places(file).places] == [f"Hall {n}" for n in range(100)]
