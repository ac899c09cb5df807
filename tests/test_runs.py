"""A run can be taken back exactly, in any order; what a person decided outlives it; areas fit whenever they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from lists import CHESS, CHOIR, GROUPS, PLOTS, content, named, names, write

from asset_map.directory import Directory
from asset_map.directory.loading import recompute
from asset_map.errors import NotFound

MOVED = (*CHOIR[:3], "Fridays 11am", *CHOIR[4:])
SQUARE = """{"type": "FeatureCollection", "features": [{"type": "Feature",
 "properties": {"CODE": "E05000001", "NAME": "Sale"}, "geometry": {"type": "Polygon",
 "coordinates": [[[-2.4, 53.38], [-2.2, 53.38], [-2.2, 53.48], [-2.4, 53.48], [-2.4, 53.38]]]}}]}"""


def load(directory: Directory, path: Path, *rows: tuple[str, ...], source: str | None = None) -> int:
    run = directory.load([write(path, rows or GROUPS)], source=source).run
    assert run is not None
    return run


# ---- taking back


def test_undoing_the_first_load_leaves_nothing(empty: Directory, tmp_path: Path) -> None:
    before = content(empty)
    empty.undo(load(empty, tmp_path / "groups.csv"))
    assert (content(empty), names(empty)) == (before, [])


def test_undoing_a_new_edition_restores_exactly_what_it_replaced(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path / "groups.csv")
    before = content(empty)
    run = load(empty, tmp_path / "groups.csv", CHESS, MOVED, ("Tea & Talk", "Company", "M33 7ZF", "", "", ""))
    assert content(empty) != before
    empty.undo(run)
    assert content(empty) == before


def test_undoing_a_list_that_joined_others_takes_out_only_what_it_said(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path / "groups.csv")
    before = content(empty)
    told = (CHESS[0], "A much longer description of the very same chess club, with more to say", *CHESS[2:])
    run = load(empty, tmp_path / "neighbours.csv", told)
    assert told[1] in (named(empty, CHESS[0]).description or "")
    empty.undo(run)
    assert content(empty) == before


def test_undoing_the_list_that_founded_an_asset_leaves_what_another_says_of_it(
    empty: Directory, tmp_path: Path
) -> None:
    first = load(empty, tmp_path / "groups.csv")
    load(empty, tmp_path / "neighbours.csv", CHESS)
    empty.undo(first)
    assert names(empty) == [CHESS[0]]
    assert {claim.source for claim in named(empty, CHESS[0]).claims} == {"neighbours"}


def test_undoing_an_earlier_run_leaves_later_ones(empty: Directory, tmp_path: Path) -> None:
    first = load(empty, tmp_path / "groups.csv", CHESS, CHOIR)
    load(empty, tmp_path / "groups.csv", MOVED, PLOTS)
    empty.undo(first)
    assert names(empty) == [CHOIR[0], PLOTS[0]]
    assert [times.byday for times in named(empty, CHOIR[0]).schedules] == ["FR"]


def test_runs_can_be_undone_in_any_order(empty: Directory, tmp_path: Path) -> None:
    runs = [load(empty, tmp_path / name, *rows) for name, *rows in (("a.csv",), ("a.csv", MOVED), ("b.csv",))]
    for run in (runs[1], runs[0], runs[2]):
        empty.undo(run)
    assert names(empty) == []


def test_what_was_undone_can_be_loaded_again(empty: Directory, tmp_path: Path) -> None:
    run = load(empty, tmp_path / "groups.csv")
    before = content(empty)
    empty.undo(run)
    load(empty, tmp_path / "groups.csv")
    assert content(empty) == before


def test_what_was_undone_is_no_more_found(empty: Directory, tmp_path: Path) -> None:
    run = load(empty, tmp_path / "groups.csv")
    assert empty.match("chess", "M33", 5000).matches
    empty.undo(run)
    assert empty.match("chess", "M33", 5000).matches == ()


def test_a_run_is_undone_once_and_an_unknown_one_is_named(empty: Directory, tmp_path: Path) -> None:
    run = load(empty, tmp_path / "groups.csv")
    empty.undo(run)
    with pytest.raises(NotFound, match=f"run {run} was undone already"):
        empty.undo(run)
    with pytest.raises(NotFound, match="run 99 is not known"):
        empty.undo(99)


def test_every_run_is_listed_with_its_files_and_whether_it_was_undone(empty: Directory, tmp_path: Path) -> None:
    runs = [load(empty, tmp_path / "groups.csv"), load(empty, tmp_path / "hub.csv", PLOTS)]
    empty.undo(runs[0])
    assert [(run.id, run.undone_at is not None) for run in empty.runs()] == [(2, False), (1, True)]
    assert "hub.csv" in empty.runs()[0].report


# ---- what a person decided


def test_a_decision_to_join_survives_the_next_edition_undo_and_reload(empty: Directory, tmp_path: Path) -> None:
    run = load(empty, tmp_path / "groups.csv")
    chess, choir = named(empty, CHESS[0]), named(empty, CHOIR[0])
    empty.merge(chess.id, choir.id)
    load(empty, tmp_path / "groups.csv", CHESS, MOVED, PLOTS)
    assert names(empty) == [CHESS[0], PLOTS[0]]
    for earlier in (run, run + 1):
        empty.undo(earlier)
    load(empty, tmp_path / "groups.csv")
    assert names(empty) == [CHESS[0], PLOTS[0]]
    assert len(named(empty, CHESS[0]).claims) == 2


def test_a_decision_to_keep_apart_survives_reload(empty: Directory, tmp_path: Path) -> None:
    run = load(empty, tmp_path / "groups.csv", CHESS)
    load(empty, tmp_path / "hub.csv", CHESS)
    (asset,) = empty.assets()
    claim = next(claim for claim in asset.claims if claim.source == "hub")
    made = empty.split(asset.id, claim.source, claim.key)
    assert {one.id for one in empty.assets()} == {asset.id, made}
    empty.undo(run)
    load(empty, tmp_path / "groups.csv", CHESS)
    load(empty, tmp_path / "hub.csv", CHESS)
    assert {one.id for one in empty.assets()} == {asset.id, made}


def test_a_decision_in_the_store_is_worked_out_again(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path / "groups.csv")
    chess, choir = named(empty, CHESS[0]), named(empty, CHOIR[0])
    with empty.store.writing() as writer:
        refs = [(claim.source, claim.key) for claim in choir.claims]
        done = recompute(empty, writer, writer.decide(refs, chess.id))
    assert (done.removed, done.restored) == (1, 1)
    assert [one.asset for one in empty.store.held("groups").values()].count(chess.id) == 2


def test_splitting_what_is_not_there_is_named(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path / "groups.csv")
    asset = named(empty, CHESS[0])
    with pytest.raises(NotFound, match="has no record 'x' of the source 'y'"):
        empty.split(asset.id, "y", "x")
    with pytest.raises(NotFound, match="no asset has the id nobody"):
        empty.merge(asset.id, "nobody")


# ---- areas


@pytest.mark.parametrize("first", ["areas", "assets"])
def test_areas_loaded_before_or_after_assets_give_the_same_codes(empty: Directory, tmp_path: Path, first: str) -> None:
    boundaries = tmp_path / "wards.geojson"
    boundaries.write_text(SQUARE)
    if first == "assets":
        load(empty, tmp_path / "groups.csv")
    assert empty.load_areas(boundaries, "ward", "2025", "CODE", "NAME").number == 1
    if first == "areas":
        load(empty, tmp_path / "groups.csv")
    codes = {(area.kind, area.edition, area.code) for asset in empty.assets() for area in asset.locations[0].areas}
    assert codes == {("ward", "2025", "E05000001")}
    assert empty.place("sale").label == "Sale"


def test_undo_keeps_the_codes_of_areas(empty: Directory, tmp_path: Path) -> None:
    boundaries = tmp_path / "wards.geojson"
    boundaries.write_text(SQUARE)
    empty.load_areas(boundaries, "ward", "2025", "CODE", "NAME")
    load(empty, tmp_path / "groups.csv")
    before = content(empty)
    empty.undo(load(empty, tmp_path / "groups.csv", MOVED))
    assert content(empty) == before


def test_an_asset_says_what_only_one_of_its_claims_says(empty: Directory, tmp_path: Path) -> None:
    load(empty, tmp_path / "groups.csv", CHESS)
    load(empty, tmp_path / "hub.csv", (*CHESS[:4], "", ""))
    asset = named(empty, CHESS[0])
    assert asset.free is True
    assert {item.source for item in asset.provenance if item.field == "free"} == {"groups"}
