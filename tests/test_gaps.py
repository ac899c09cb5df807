"""The gap table: coverage, access, shortfall, need, gap, confidence and edge, area by area."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import SOUTH, Table, area, north, places, random_points, spread

from asset_map.asset import Area, Profile
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.edge import box_of, homes_beyond
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.gaps import confidence_of, gap_table, prepare, tabulate
from asset_map.provision.access.reach import measure
from asset_map.provision.access.supply import COMES, CONTACT, Supply
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.residents import ResidentPoints

SWIM = Choice(interests=("swimming",), area_kind="lsoa", edition="2021")
EDGE_M = 15 * 80 / 1.3
BANDS = (("Aged 15 years and under", 20), ("Aged 16 to 64 years", 50), ("Aged 65 years and over", 30))


def table(areas: list[Area], points: ResidentPoints, reachable: Supply, **choice: Any) -> GapTable:
    return gap_table(replace(SWIM, **choice), "Swimming", areas, points, reachable)


def row(found: GapTable, code: str) -> GapRow:
    return next(row for row in found.rows if row.code == code)


def four_areas() -> list[Area]:
    return [
        area("A", -2.0, Profile(residents=100, imd_decile=1, imd_score=50.0)),
        area("B", -1.9, Profile(residents=300, imd_decile=9, imd_score=5.0)),
        area("C", -1.8),
        area("D", -1.7, Profile(residents=0)),
    ]


FOUR_HOMES = (north(0), north(3000), (52.01, -1.85), (52.09, -1.85))


# Coverage ----------------------------------------------------------------------------------------------------------


def test_reach_is_a_walk_of_so_many_minutes_with_its_last_metre() -> None:
    metres = (0.0, EDGE_M - 1, EDGE_M + 1, 1 - EDGE_M)
    points = spread([area("A", -2.0, Profile(residents=100))], *(north(away) for away in metres))
    prepared = prepare(SWIM, "Swimming", points.areas, points, places((*north(0), 0)))
    measured = measure(prepared.reach, prepared.given)
    reached = dict(zip(points.latitude.tolist(), measured.one.tolist(), strict=True))
    assert reached == {north(away)[0]: away != EDGE_M + 1 for away in metres}
    assert not measured.two.any()
    assert measure(prepared.reach, replace(prepared.given, detour=1.0)).one.all()


def test_two_means_two_different_assets_however_many_places_one_has() -> None:
    stops = [(*north(metres), 0) for metres in range(0, 200, 10)]
    areas = [area("A", -2.0, Profile(residents=1))]
    points = spread(areas, north(0))
    assert row(table(areas, points, places(*stops)), "A").coverage_two == 0
    assert row(table(areas, points, places(*stops, (*north(500), 1))), "A").coverage_two == 1


@pytest.mark.parametrize(("travel", "reached"), [("slow_walk", 0.25), ("walk", 0.5), ("cycle", 0.75), ("car", 1.0)])
def test_other_ways_of_travel_go_further(travel: Any, reached: float) -> None:
    areas = [area("A", -2.0, Profile(residents=4))]
    points = spread(areas, north(0), north(900), north(2800), north(5500))
    assert row(table(areas, points, places((*north(0), 0)), travel=travel), "A").coverage == reached


def test_a_table_has_the_lowest_coverage_first_and_no_data_last() -> None:
    areas = four_areas()
    found = table(areas, spread(areas, *FOUR_HOMES), places((*north(0), 0), left_out=(("x", 2),)))
    assert [
        (row.code, row.coverage, row.coverage_two, row.residents, row.people, row.assets) for row in found.rows
    ] == [
        ("B", 0.0, 0.0, 300, 300, 0),
        ("A", 0.5, 0.0, 100, 100, 1),
        ("C", None, None, None, None, 0),
        ("D", None, None, 0, 0, 0),
    ]
    assert (found.coverage, found.coverage_two, found.points) == (0.125, 0.0, 4)
    assert (found.choice, found.label, found.left_out) == (SWIM, "Swimming", (("x", 2),))
    assert [row.lower_than for row in found.rows] == [1.0, 0.0, None, None]


def test_an_asset_over_the_border_counts_for_those_who_can_walk_there() -> None:
    areas = [area("A", -2.0, Profile(residents=10))]
    (found,) = table(areas, spread(areas, (52.05, -1.901)), places((52.05, -1.899, 0))).rows
    assert (found.coverage, found.assets) == (1.0, 0)


def test_figures_for_wards_come_from_the_residents_of_lsoas() -> None:
    points = spread(four_areas(), north(0), north(3000), (52.05, -1.85), (52.06, -1.85), (52.07, -1.85))
    wards = [area("W", -2.0, Profile(residents=400), kind="ward", width=0.2)]
    (found,) = table(wards, points, places((*north(0), 0))).rows
    assert (found.people, found.coverage, found.imd_decile, found.need) == (400, 0.125, None, None)


# Access and shortfall ----------------------------------------------------------------------------------------------


def test_access_is_sessions_for_a_thousand_people_shared_with_those_beyond_the_border() -> None:
    areas = four_areas()[:2]
    points = spread(areas, north(0, -1.9001), north(0, -1.8999))  # 14 m apart
    found = table(areas, points, places((*north(0, -1.9), 0, 8.0)))
    assert row(found, "A").access == pytest.approx(20)
    alone = table(areas[:1], points, places((*north(0, -1.9), 0, 8.0)))
    assert row(alone, "A").access == pytest.approx(20)
    assert alone.mean_access == pytest.approx(20)


def test_shortfall_is_against_the_mean_or_a_target() -> None:
    areas = four_areas()[:2]
    points = spread(areas, north(0), (52.05, -1.85))
    reachable = places((*north(0), 0, 8.0))  # 80 for a thousand in A, nothing in B: 20 on average
    assert [row.shortfall for row in table(areas, points, reachable).rows] == pytest.approx([6, 0])
    assert [row.shortfall for row in table(areas, points, reachable, target=100.0).rows] == pytest.approx([30, 2])


def test_people_are_those_of_the_chosen_ages() -> None:
    areas = [area("A", -2.0, Profile(residents=100, by_age=BANDS)), area("B", -1.9, Profile(residents=300))]
    points = spread(areas, north(0), (52.05, -1.85))
    found = table(areas, points, places((*north(0), 0, 3.0)), ages="65+")
    assert (row(found, "A").people, row(found, "A").residents) == (30, 100)
    assert row(found, "A").access == pytest.approx(100)
    unknown = row(found, "B")
    assert (unknown.residents, unknown.people, unknown.coverage, unknown.access) == (300, None, None, None)
    assert found.coverage == 1.0


def test_an_area_without_people_of_the_ages_has_no_figures_and_does_no_harm() -> None:
    nobody = Profile(residents=70, by_age=(*BANDS[:1], ("Aged 16 to 64 years", 50), ("Aged 65 years and over", 0)))
    areas = [area("A", -2.0, nobody), area("B", -1.9, Profile(residents=100, by_age=BANDS))]
    found = table(areas, spread(areas, north(0), (52.05, -1.85)), places((*north(0), 0)), ages="65+")
    one = row(found, "A")
    assert (one.residents, one.people, one.coverage, one.access, one.shortfall, one.gap) == (
        70,
        0,
        None,
        None,
        None,
        None,
    )
    assert row(found, "B").coverage == 0.0


# Not enough data ---------------------------------------------------------------------------------------------------


def test_nothing_to_reach_is_zero_where_people_live() -> None:
    areas = four_areas()
    found = table(areas, spread(areas), places())
    assert {row.code: row.coverage for row in found.rows} == {"A": 0.0, "B": 0.0, "C": None, "D": None}
    assert {row.code: row.access for row in found.rows} == {"A": 0.0, "B": 0.0, "C": None, "D": None}
    assert (found.coverage, found.mean_access, found.assets) == (0.0, 0.0, 0)


def test_no_areas_are_an_empty_table() -> None:
    found = table([], spread([]), places())
    assert (found.rows, found.coverage, found.mean_access) == ((), None, None)


@pytest.mark.parametrize(("why", "coverage"), [(CONTACT, None), (COMES, 0.0)])
def test_nought_is_not_claimed_where_we_do_not_know_the_place(why: str, coverage: float | None) -> None:
    areas = four_areas()
    found = table(areas, spread(areas), places(left_out=((why, 1),)))
    one = row(found, "A")
    assert (one.coverage, one.access, one.people) == (coverage, coverage, 100)
    assert (one.gap is None, one.confidence is None, found.coverage is None) == ((coverage is None,) * 3)


def test_what_does_not_count_is_counted_where_it_lies() -> None:
    areas = four_areas()
    beside = np.array([(*north(0), 0), (*north(9), 0), (*north(0), 1), (52.05, -1.85, 1), (60.0, 0.0, 2)])
    found = table(areas, spread(areas), places(left_out=((CONTACT, 3),), beside=beside))
    assert {row.code: row.left_out for row in found.rows} == {"A": 2, "B": 1, "C": 0, "D": 0}


# Gap and confidence ------------------------------------------------------------------------------------------------


def ten_areas() -> list[Area]:
    """A is poorest, J least deprived; each has as many residents, all in its middle."""
    return [
        area(code, -2.0 + 0.1 * at, Profile(residents=100, imd_score=100.0 - at, disabled_residents=2 * at))
        for at, code in enumerate("ABCDEFGHIJ")
    ]


def gaps_of(found: GapTable) -> set[str]:
    return {row.code for row in found.rows if row.gap}


def middles(codes: str) -> Supply:
    """One asset in the middle of each of these, with ever more sessions."""
    return places(*((*north(0, -1.95 + 0.1 * "ABCDEFGHIJ".index(code)), at, 5.0 + at) for at, code in enumerate(codes)))


@pytest.mark.parametrize(
    ("served", "need", "gaps"),
    [
        ("CDEFGHIJ", "deprivation", {"A", "B"}),
        ("CDEFGHIJA", "deprivation", {"B"}),
        ("ABCDEFGH", "deprivation", set()),
        ("ABCDEFGH", "disability", {"I", "J"}),
        ("", "deprivation", {"A", "B"}),
        ("BACDEFGHIJ", "deprivation", {"A", "B"}),
        ("CDEFGHIJAB", "deprivation", set()),
        ("E", "deprivation", {"A", "B"}),
    ],
)
def test_a_gap_is_lowest_access_where_need_is_highest(served: str, need: Any, gaps: set[str]) -> None:
    areas = ten_areas()
    assert gaps_of(table(areas, spread(areas), middles(served), need=need)) == gaps


def test_where_need_is_not_known_there_is_neither_gap_nor_none() -> None:
    areas = [*ten_areas(), area("K", -1.0, Profile(residents=100))]
    one = row(table(areas, spread(areas), middles("CD")), "K")
    assert (one.need, one.gap, one.confidence, one.confidence_class) == (None, None, None, "not enough data")
    assert one.access == 0.0


def test_confidence_says_how_often_the_flag_is_the_same() -> None:
    areas = ten_areas()
    found = table(areas, spread(areas), middles("CDEFGHIJ"))
    assert found.runs == 81
    sure = {row.code: row.confidence for row in found.rows}
    # One asset more in A would end its gap under every assumption; C would be one without its only asset.
    assert sure["A"] == pytest.approx(2 / 3)
    assert row(found, "A").confidence_class == "low"
    assert sure["J"] == 1.0
    prepared = prepare(SWIM, "Swimming", areas, spread(areas), middles("CDEFGHIJ"))
    measured = measure(prepared.reach, prepared.given)
    assert confidence_of(prepared, measured).tolist() == [sure[code] for code in "ABCDEFGHIJ"]
    assert (tabulate(prepared, measured).runs, tabulate(prepared, measured).rows[0].confidence) == (0, None)


# The edge of what is loaded ----------------------------------------------------------------------------------------


def edges(*beyond: tuple[float, float], minutes: float = 15) -> dict[str, bool]:
    areas = four_areas()[:2]
    points = spread(areas, north(0), north(2000), *((52.05 + at / 1000, -1.85) for at in range(30)))
    choice = replace(SWIM, minutes=minutes)
    box = box_of(areas, minutes * 80 / 1.3)
    homes = homes_beyond(box, AreaIndex(areas), Table([*beyond, north(0), (52.05, -1.85)]))
    found = gap_table(choice, "Swimming", areas, points, places((*north(0), 0)), homes)
    return {row.code: row.edge for row in found.rows}


def test_an_area_is_at_the_edge_when_homes_beyond_are_near_enough_to_share() -> None:
    assert edges() == {"A": False, "B": False}  # the sea has no homes
    assert edges(north(5600)) == {"A": False, "B": False}
    assert edges(north(5600), minutes=60) == {"A": True, "B": False}
    assert edges((SOUTH + 0.05, -1.799)) == {"A": False, "B": False}
    assert edges((SOUTH + 0.1001, -1.95), minutes=60) == {"A": True, "B": False}


def test_a_twentieth_of_the_people_at_the_edge_is_not_enough() -> None:
    areas = [area("A", -2.0, Profile(residents=100))]
    beyond = np.array([[SOUTH + 0.1005, -1.95]])
    for homes, crossed in ((19, True), (20, False), (40, False)):
        points = spread(areas, (SOUTH + 0.0999, -1.95), *((52.01, -1.95) for _ in range(homes - 1)))
        (found,) = gap_table(SWIM, "Swimming", areas, points, places(), beyond).rows
        assert found.edge is crossed


# Whatever the order ------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.integers(0, 8))
@settings(deadline=None, max_examples=15)
def test_results_do_not_depend_on_the_order_of_areas_or_assets(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    areas = [
        area(f"E{at:02}", -2.1 + 0.01 * at, Profile(residents=100 + at, imd_score=float(at % 4)), width=0.01)
        for at in range(10)
    ]
    homes = [(float(y), float(x)) for y, x in random_points(seed, 80)]
    spots = [(float(y), float(x), at // 2, 1.0 + at) for at, (y, x) in enumerate(random_points(seed + 1, count))]
    first = table(areas, spread(areas, *homes), places(*spots))
    mixed, last = [areas[at] for at in random.permutation(10)], (count - 1) // 2
    turned = [
        (y, x, last - owner, sessions) for y, x, owner, sessions in (spots[at] for at in random.permutation(count))
    ]
    second = table(mixed, spread(mixed, *homes), places(*turned))
    assert [row.code for row in first.rows] == [row.code for row in second.rows]
    for one, other in zip(first.rows, second.rows, strict=True):
        assert (one.gap, one.confidence, one.people, one.assets) == (
            other.gap,
            other.confidence,
            other.people,
            other.assets,
        )
        figures = [(row.coverage, row.coverage_two, row.access, row.shortfall) for row in (one, other)]
        assert figures[0] == pytest.approx(figures[1])
