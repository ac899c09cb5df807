"""Loading a list: every row has an outcome, a second time changes nothing, and next month's list updates."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lists import CHESS, CHOIR, GROUPS, HEADER, PLOTS, content, named, names, write

from asset_map.directory import Directory
from asset_map.directory.as_json import asset_json
from asset_map.directory.loading import FileLoaded, Loaded


def outcomes(done: Loaded) -> list[tuple[int, str]]:
    return [(row.row, row.outcome) for file in done.files for row in file.rows]


def fixes(file: FileLoaded) -> list[str]:
    return [fix.message for row in file.rows for fix in row.fixes]


# ---- every row has an outcome


def test_every_row_of_a_list_has_an_outcome_under_the_number_a_spreadsheet_shows(
    empty: Directory, tmp_path: Path
) -> None:
    done = empty.load([write(tmp_path / "groups.csv")])
    assert outcomes(done) == [(2, "new"), (3, "new"), (4, "new")]
    assert [row.asset for row in done.files[0].rows] == [named(empty, row[0]).id for row in GROUPS]


def test_a_row_without_a_name_is_to_fix_and_its_cells_are_kept(empty: Directory, tmp_path: Path) -> None:
    nameless = ("", "Table tennis upstairs", "M33 7ZF", "Fridays", "£1", "")
    done = empty.load([write(tmp_path / "groups.csv", [CHESS, nameless, CHOIR])])
    row = done.files[0].rows[1]
    assert (row.row, row.outcome, row.asset, row.cells) == (3, "to_fix", None, nameless)
    assert fixes(done.files[0]) == ["row 3 of groups.csv: no name; give what it is called"]
    assert names(empty) == ["Northside Chess Club", "Riverside Choir"]


def test_an_incomplete_postcode_is_told_and_the_row_is_stored(empty: Directory, tmp_path: Path) -> None:
    done = empty.load([write(tmp_path / "groups.csv", [CHESS, (*CHOIR[:2], "HU1", *CHOIR[3:])])])
    assert fixes(done.files[0]) == ["row 3 of groups.csv: postcode 'HU1' is incomplete; expected one like 'HU1 1AA'"]
    assert outcomes(done) == [(2, "new"), (3, "new")]
    (place,) = named(empty, "Riverside Choir").locations
    assert (place.postcode, place.method) in (("HU1", "postcode district"), ("HU1", "none"))


def test_rows_that_share_a_declared_key_become_one_asset_with_the_words_of_both(
    empty: Directory, tmp_path: Path
) -> None:
    header = ("site_id", "site_name", "facility_type", "postcode", "lon", "lat")
    rows = [("7", "Park Road Centre", kind, "M33 7ZF", "-2.32", "53.42") for kind in ("Sports halls", "Squash courts")]
    done = empty.load([write(tmp_path / "sports_facilities.csv", rows, header)])
    assert outcomes(done) == [(2, "new"), (3, "merged")]
    assert named(empty, "Park Road Centre").categories == ("Sports halls", "Squash courts")


def test_rows_of_one_name_at_one_place_are_one_asset_with_the_times_of_both(empty: Directory, tmp_path: Path) -> None:
    sessions = [CHESS, (*CHESS[:3], "Fridays 2pm", *CHESS[4:])]
    done = empty.load([write(tmp_path / "groups.csv", sessions)])
    assert outcomes(done) == [(2, "new"), (3, "merged")]
    assert [times.byday for times in named(empty, "Northside Chess Club").schedules] == ["TU", "FR"]


def test_rows_of_one_name_at_two_places_are_two(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv", [CHESS, (*CHESS[:2], "WR1 2PA", *CHESS[3:])])])
    assert names(empty) == ["Northside Chess Club"] * 2


def test_a_shared_number_joins_lists_of_different_sources(empty: Directory, tmp_path: Path) -> None:
    header = ("site_id", "site_name", "facility_type", "postcode", "lon", "lat")
    hall = write(
        tmp_path / "sports_facilities.csv",
        [("7", "Park Road Centre", "Sports halls", "M33 7ZF", "-2.32", "53.42")],
        header,
    )
    gym = write(
        tmp_path / "health_and_fitness_gym.csv",
        [("7", "Park Road Centre Gym", "Health and fitness gyms", "M33 7ZF", "-2.32", "53.46")],
        header,
    )
    empty.load([hall])
    done = empty.load([gym])
    assert outcomes(done) == [(2, "merged")]
    (asset,) = empty.assets()
    assert [claim.source for claim in asset.claims] == ["trafford_gyms", "trafford_sports_facilities"]


def test_every_field_knows_its_source(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")], source="hub list")
    told = {item.field: item.source for item in named(empty, "Riverside Choir").provenance}
    assert {told[name] for name in ("name", "description", "locations", "schedules", "cost_options")} == {"hub_list"}


# ---- the name of a source


@pytest.mark.parametrize(
    ("file", "given", "source", "by"),
    [
        ("trafford_allotments.csv", None, "trafford_allotments", "the manifest trafford_allotments"),
        ("Hull groups 2026-03 (2).csv", None, "hull_groups", "the file name Hull groups 2026-03 (2).csv"),
        ("Hull groups April 2026 final.csv", None, "hull_groups", "the file name Hull groups April 2026 final.csv"),
        ("anything.csv", "Hull groups", "hull_groups", "as given"),
    ],
)
def test_a_source_is_named_by_its_manifest_else_as_given_else_by_the_file_without_dates(
    empty: Directory, tmp_path: Path, file: str, given: str | None, source: str, by: str
) -> None:
    done = empty.load([write(tmp_path / file)], source=given)
    assert (done.files[0].source, done.files[0].named_by) == (source, by)
    assert [one.name for one in empty.sources()] == [source]


# ---- the same list again


def test_a_second_load_finds_everything_unchanged(empty: Directory, tmp_path: Path) -> None:
    path = write(tmp_path / "groups.csv")
    empty.load([path])
    before = content(empty)
    assert outcomes(empty.load([path])) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]
    assert content(empty) == before


def test_the_same_list_under_another_name_doubles_nothing(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")], source="hub list")
    before = content(empty)
    done = empty.load([write(tmp_path / "sent by Pat.csv")], source="hub list")
    assert {outcome for _, outcome in outcomes(done)} == {"unchanged"}
    assert content(empty) == before


def test_the_same_list_from_somebody_else_joins_what_is_there(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")])
    done = empty.load([write(tmp_path / "neighbours.csv")])
    assert {outcome for _, outcome in outcomes(done)} == {"merged"}
    assert names(empty) == sorted(row[0] for row in GROUPS)
    assert {len(asset.claims) for asset in empty.assets()} == {2}


def test_rows_in_another_order_change_nothing(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")])
    before = content(empty)
    done = empty.load([write(tmp_path / "groups.csv", reversed(GROUPS))])
    assert {outcome for _, outcome in outcomes(done)} == {"unchanged"}
    assert content(empty) == before


def test_columns_in_another_order_change_nothing(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")])
    before = content(empty)
    turned = [tuple(reversed(row)) for row in GROUPS]
    done = empty.load([write(tmp_path / "groups.csv", turned, tuple(reversed(HEADER)))])
    assert {outcome for _, outcome in outcomes(done)} == {"unchanged"}
    assert content(empty) == before


# ---- next month's list


def test_next_months_list_updates_adds_and_leaves_what_is_gone(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups 2026-03.csv")])
    later = ("Tea & Talk", "A cuppa and good company", "M33 7ZF", "Wednesdays 2pm", "Free", "")
    moved = (*CHOIR[:3], "Fridays 11am", *CHOIR[4:])
    done = empty.load([write(tmp_path / "groups 2026-04.csv", [CHESS, moved, later])])
    assert outcomes(done) == [(2, "unchanged"), (3, "changed"), (4, "new")]
    assert names(empty) == sorted([CHESS[0], CHOIR[0], PLOTS[0], later[0]])
    assert [s.byday for s in named(empty, "Riverside Choir").schedules] == ["FR"]


def test_a_changed_row_is_found_by_its_new_words_and_no_more_by_its_old(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv", [("The Old School", "Chess", "M33 7ZF", "", "", "")])])
    empty.load([write(tmp_path / "groups.csv", [("The Old School", "Pottery", "M33 7ZF", "", "", "")])])
    assert [m.asset.name for m in empty.match("pottery", "M33 7ZF", 1000).matches] == ["The Old School"]
    assert empty.match("chess", "M33 7ZF", 1000).matches == ()


# ---- several files in one load


def test_files_named_together_are_one_run(empty: Directory, tmp_path: Path) -> None:
    one, other = write(tmp_path / "groups.csv", [CHESS]), write(tmp_path / "hub.csv", [CHOIR])
    assert empty.load([one, other]).run == 1
    assert [run.id for run in empty.runs()] == [1]
    empty.undo(1)
    assert names(empty) == []


def test_a_list_in_two_files_of_one_source_is_one_list(empty: Directory, tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.csv", [CHESS, CHOIR]), write(tmp_path / "b.csv", [CHOIR, PLOTS])
    done = empty.load([one, other], source="hub list")
    assert [outcome for _, outcome in outcomes(done)] == ["new", "new", "merged", "new"]
    assert names(empty) == sorted(row[0] for row in GROUPS)


def test_a_refused_file_is_named_and_the_others_are_loaded(empty: Directory, tmp_path: Path) -> None:
    bad = tmp_path / "notes.csv"
    bad.write_bytes(b"")
    done = empty.load([bad, write(tmp_path / "groups.csv")])
    assert done.files[0].refused is not None
    assert "notes.csv" in done.files[0].refused.message
    assert len(names(empty)) == 3


def test_a_refused_file_alone_stores_nothing_and_makes_no_run(empty: Directory, tmp_path: Path) -> None:
    bad = tmp_path / "numbers.csv"
    bad.write_text("1,2,3\n4,5,6\n")
    done = empty.load([bad])
    assert (done.run, done.files[0].refused is not None) == (None, True)
    assert (names(empty), empty.runs(), empty.sources()) == ([], [], ())


# ---- a preview


def test_a_preview_shows_the_assets_in_the_form_of_export_and_stores_nothing(empty: Directory, tmp_path: Path) -> None:
    path = write(tmp_path / "groups.csv")
    shown = empty.load([path], preview=True)
    assert (shown.run, shown.as_json()["run"], names(empty), empty.runs()) == (None, None, [], [])
    assert outcomes(shown) == [(2, "new"), (3, "new"), (4, "new")]
    empty.load([path])
    for told, asset in zip(shown.as_json()["assets"], empty.assets(), strict=True):
        kept = asset_json(asset)
        assert list(told) == list(kept)
        # The day of the load is in the provenance; a preview has none.
        assert {**told, "provenance": None} == {**kept, "provenance": None}


def test_a_preview_of_next_months_list_shows_only_what_would_change(empty: Directory, tmp_path: Path) -> None:
    empty.load([write(tmp_path / "groups.csv")])
    shown = empty.load([write(tmp_path / "groups.csv", [CHESS, (*CHOIR[:4], "£4", "")])], preview=True)
    assert outcomes(shown) == [(2, "unchanged"), (3, "changed")]
    assert [asset.name for asset in shown.assets] == ["Riverside Choir"]


# ---- large and odd lists


def test_a_list_of_forty_thousand_rows_is_loaded_whole(empty: Directory, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("Name", "Latitude", "Longitude"))
        out.writerows((f"Chess {n}", 51 + n // 200 * 0.01, -3 + n % 200 * 0.01) for n in range(40_000))
    done = empty.load([path])
    assert done.files[0].counts() == {"new": 40_000}
    assert empty.counts().assets == 40_000
    assert [m.asset.name for m in empty.match("chess", "WR1 2PA", 50_000, limit=3).matches]


def test_a_list_with_no_rows_says_so(empty: Directory, tmp_path: Path) -> None:
    done = empty.load([write(tmp_path / "groups.csv", [])])
    assert done.run is None
    assert done.files[0].refused is not None
