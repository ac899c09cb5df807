"""What if something opened here or closed there: worked out from what is touched, equal to working out everything."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.asset import Area, Profile
from asset_map.errors import NotFound
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.access.gaps import Prepared, confidence_of, prepare, tabulate
from asset_map.provision.access.reach import measure
from asset_map.provision.access.supply import Supply
from asset_map.provision.access.what_if import Baseline, Change, NewPlace, WhatIf, baseline, try_change, what_if
from asset_map.provision.areas.residents import ResidentPoints

SOUTH, WEST, SIDE = 52.0, -2.0, 0.02
ACROSS = 4
FIGURES = ("coverage", "coverage_two", "access", "shortfall", "people")
spots = st.tuples(st.floats(SOUTH - 0.01, SOUTH + 0.09), st.floats(WEST - 0.01, WEST + 0.09))
places = st.builds(lambda at, n: NewPlace(latitude=at[0], longitude=at[1], sessions=n), spots, st.floats(0.2, 20))


def areas() -> tuple[Area, ...]:
    """Sixteen squares of about 2 by 1.4 km; the score of deprivation rises with the number in the code."""
    made = []
    for at in range(ACROSS**2):
        south, west = SOUTH + SIDE * (at // ACROSS), WEST + SIDE * (at % ACROSS)
        made.append(
            Area(
                kind="lsoa",
                edition="2021",
                code=f"E{at:02}",
                name=f"Square {at}",
                wkb=shapely.to_wkb(shapely.box(west, south, west + SIDE, south + SIDE)),
                latitude=south + SIDE / 2,
                longitude=west + SIDE / 2,
                profile=Profile(residents=1000, imd_score=float(at), imd_decile=1 + at // 2),
            )
        )
    return tuple(made)


AREAS = areas()


def residents(seed: int, count: int = 300) -> ResidentPoints:
    """Points all over the squares and a little beyond, with up to 40 people each."""
    random = np.random.default_rng(seed)
    latitude = random.uniform(SOUTH - 0.01, SOUTH + 0.09, count)
    longitude = random.uniform(WEST - 0.01, WEST + 0.09, count)
    return ResidentPoints(AREAS, latitude, longitude, random.uniform(1, 40, count), np.zeros(count, dtype=np.intp))


def supplied(rows: list[tuple[float, float, int, float]]) -> Supply:
    """Places as (latitude, longitude, number of the asset, sessions)."""
    table = np.array(rows, dtype=float).reshape(-1, 4)
    ids = tuple(f"asset {number}" for number in sorted({int(row[2]) for row in rows}))
    return Supply(ids, table[:, 0], table[:, 1], np.unique(table[:, 2], return_inverse=True)[1], table[:, 3])


def some_supply(seed: int, assets: int) -> list[tuple[float, float, int, float]]:
    """Assets with one to three places each."""
    random = np.random.default_rng(1000 + seed)
    rows = []
    for asset in range(assets):
        for _ in range(random.integers(1, 4)):
            rows.append((*random.uniform((SOUTH, WEST), (SOUTH + 0.08, WEST + 0.08)), asset, random.uniform(0.2, 5)))
    return rows


def prepared(rows: list[tuple[float, float, int, float]], seed: int = 1, **choice: float) -> Prepared:
    return prepare(Choice(interests=("x",), area_kind="lsoa", **choice), "X", AREAS, residents(seed), supplied(rows))


def figures(table: GapTable, name: str) -> list[float]:
    rows = sorted(table.rows, key=lambda row: row.code)
    return [np.nan if (value := getattr(row, name)) is None else float(value) for row in rows]


def tried(rows: list[tuple[float, float, int, float]], change: Change, **choice: float) -> WhatIf:
    start = prepared(rows, **choice)
    return what_if(start, measure(start.reach, start.given), change)


def north(metres: float) -> float:
    return SOUTH + 0.04 + metres / 111_195


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 50), st.integers(0, 12), st.lists(places, max_size=4), st.data())
def test_what_is_touched_gives_the_same_as_everything(seed: int, assets: int, add: list[NewPlace], data: st.DataObject):
    rows = some_supply(seed, assets)
    numbers = data.draw(st.sets(st.integers(0, assets - 1), max_size=3)) if assets else set()
    found = tried(rows, Change(add=tuple(add), remove=tuple(f"asset {number}" for number in sorted(numbers))))
    kept = [row for row in rows if row[2] not in numbers]
    kept += [(one.latitude, one.longitude, 100 + at, one.sessions) for at, one in enumerate(add)]
    anew = prepared(kept)
    expected = tabulate(anew, measure(anew.reach, anew.given))
    for name in FIGURES:
        assert figures(found.after, name) == pytest.approx(figures(expected, name), rel=0, abs=1e-9, nan_ok=True)
    assert {row.code: row.gap for row in found.after.rows} == {row.code: row.gap for row in expected.rows}
    assert found.after.mean_access == pytest.approx(expected.mean_access, rel=0, abs=1e-9, nan_ok=True)
    assert found.after.assets == expected.assets
    assert {row.code: row.assets for row in found.after.rows} == {row.code: row.assets for row in expected.rows}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 50), st.integers(0, 12), st.lists(places, min_size=1, max_size=4))
def test_coverage_never_falls_when_a_place_opens(seed: int, assets: int, add: list[NewPlace]) -> None:
    found = tried(some_supply(seed, assets), Change(add=tuple(add)))
    for name in ("coverage", "coverage_two"):
        before, after = figures(found.before, name), figures(found.after, name)
        assert all(b <= a or np.isnan(b) for b, a in zip(before, after, strict=True))
    assert found.lost == 0
    assert found.gained >= found.gained_in_need >= 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.lists(places, min_size=1, max_size=4))
def test_gained_is_what_coverage_says(seed: int, add: list[NewPlace]) -> None:
    start = prepared(some_supply(seed, 3))
    found = what_if(start, measure(start.reach, start.given), Change(add=tuple(add)))
    inside = start.reach.points.area >= 0
    people = float(start.reach.points.people[inside].sum())
    share = (found.after.coverage or 0) - (found.before.coverage or 0)
    assert found.gained == pytest.approx(share * people, abs=1e-6)


def test_opening_and_closing_the_same_is_as_it_was() -> None:
    rows = some_supply(5, 6)
    moved = [row for row in rows if row[2] == 3]
    again = tuple(NewPlace(latitude=row[0], longitude=row[1], sessions=row[3]) for row in moved)
    found = tried(rows, Change(add=again, remove=("asset 3",)))
    assert (found.gained, found.lost, found.flips) == (0, 0, ())
    assert figures(found.after, "access") == pytest.approx(figures(found.before, "access"), rel=0, abs=1e-9)


def test_a_place_that_closes_leaves_exactly_nought_behind() -> None:
    found = tried([(north(0), WEST + 0.04, 0, 3.0)], Change(remove=("asset 0",)))
    assert set(figures(found.after, "access")) == {0.0}
    assert found.lost > 0
    assert found.gained == 0


def test_an_asset_that_does_not_count_cannot_close() -> None:
    with pytest.raises(NotFound, match="asset 9 does not count here"):
        tried(some_supply(1, 2), Change(remove=("asset 9",)))


def test_no_change_changes_nothing() -> None:
    found = tried(some_supply(1, 4), Change())
    assert (found.gained, found.lost, found.flips, found.far) == (0, 0, (), ())
    assert found.after.rows == found.before.rows


def test_a_place_that_reaches_nobody_is_kept_and_said() -> None:
    sea = NewPlace(latitude=54.0, longitude=-4.5, name="At sea")
    town = NewPlace(latitude=north(0), longitude=WEST + 0.04, name="In town")
    found = tried(some_supply(1, 4), Change(add=(sea, town)))
    assert found.far == (sea,)
    assert found.after.assets == found.before.assets + 2


def test_what_an_area_cannot_reach_leaves_its_figures_exactly_as_they_were() -> None:
    corner = NewPlace(latitude=SOUTH, longitude=WEST)
    found = tried(some_supply(2, 8), Change(add=(corner,)), minutes=5.0)
    before = {row.code: row.access for row in found.before.rows}
    same = [row.code for row in found.after.rows if row.access == before[row.code]]
    assert len(same) == len(AREAS) - 1
    assert "E00" not in same


def test_more_people_gain_in_need_where_the_place_is_among_them() -> None:
    nothing: list[tuple[float, float, int, float]] = []
    needy = NewPlace(latitude=AREAS[-1].latitude, longitude=AREAS[-1].longitude)
    others = NewPlace(latitude=AREAS[0].latitude, longitude=AREAS[0].longitude)
    assert tried(nothing, Change(add=(needy,)), minutes=10.0).gained_in_need > 0
    assert tried(nothing, Change(add=(others,)), minutes=10.0).gained_in_need == 0


def surely(rows: list[tuple[float, float, int, float]], **choice: float) -> Baseline:
    """A baseline whose table has a confidence."""
    start = prepared(rows, **choice)
    measured = measure(start.reach, start.given)
    return baseline(start, measured, tabulate(start, measured, confidence_of(start, measured)))


def help_for_a_gap(now: Baseline) -> tuple[str, NewPlace]:
    """The code of an area that is a gap, and a place with much going on amid it."""
    code = max(row.code for row in now.table.rows if row.gap)
    area = next(area for area in AREAS if area.code == code)
    return code, NewPlace(latitude=area.latitude, longitude=area.longitude, sessions=50.0)


def test_flags_that_change_are_named_with_the_confidence_of_runs_made_anew() -> None:
    now = surely([(AREAS[0].latitude, AREAS[0].longitude, 0, 1.0)], minutes=10.0)
    code, here = help_for_a_gap(now)
    found = try_change(now, Change(add=(here,)))
    assert code in {flip.code for flip in found.flips if flip.before and not flip.after}
    there = (here.latitude, here.longitude, 1, here.sessions)
    anew = surely([(AREAS[0].latitude, AREAS[0].longitude, 0, 1.0), there], minutes=10.0)
    assert figures(found.after, "confidence") == pytest.approx(figures(anew.table, "confidence"))
    assert found.after.runs == now.table.runs > 0


def test_where_runs_take_too_long_no_confidence_is_carried_over_to_what_changes() -> None:
    now = surely([(AREAS[0].latitude, AREAS[0].longitude, 0, 1.0)], minutes=10.0)
    code, here = help_for_a_gap(now)
    found = try_change(now, Change(add=(here,)), most_points=0)
    before = {row.code: row for row in found.before.rows}
    for row in found.after.rows:
        changed = (row.access, row.gap) != (before[row.code].access, before[row.code].gap)
        assert row.confidence == (None if changed else before[row.code].confidence)
    assert next(row for row in found.after.rows if row.code == code).confidence is None
    assert any(row.confidence is not None for row in found.after.rows)


def test_trying_many_changes_on_one_baseline_leaves_it_as_it_was() -> None:
    start = prepared(some_supply(3, 6))
    measured = measure(start.reach, start.given)
    now = baseline(start, measured)
    first = try_change(now, Change(remove=("asset 1",)))
    try_change(now, Change(add=(NewPlace(latitude=north(0), longitude=WEST + 0.04),)))
    assert try_change(now, Change(remove=("asset 1",))).after == first.after
