"""Which assets count, where, and for how many sessions a week."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import asset, place

from asset_map.asset import Asset, Assurance, Location, Provenance, Schedule, ServiceArea
from asset_map.geo import Box
from asset_map.provision.access import supply as reasons
from asset_map.provision.access.sessions import FLOOR, UNDATED, age_discount, sessions_a_week
from asset_map.provision.access.supply import Supply, supply

TODAY = date(2026, 11, 22)


# What counts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (asset("a", place("contact")), reasons.CONTACT),
        (asset("a", place("unknown"), place("contact")), reasons.UNKNOWN),
        (asset("a"), reasons.NO_PLACE),
        (asset("a", Location(postcode="WR1")), reasons.NO_PLACE),
        (asset("a", online=True), reasons.COMES),
        (asset("a", service_areas=(ServiceArea(name="Worcester"),)), reasons.COMES),
        (asset("a", place(method="postcode district")), reasons.IMPRECISE),
        (asset("a", place(roughly=True)), reasons.ROUGHLY),
        (asset("a", place(), visibility="workers"), reasons.WORKERS_ONLY),
        (asset("a", place(), status="temporarily closed"), reasons.NOT_RUNNING),
    ],
)
def test_what_does_not_count_is_counted_by_its_reason(left: Asset, why: str) -> None:
    found = supply([left, asset("b", place()), asset("c", place("contact"), term="chess")], {"swimming"})
    assert found.assets == ("b",)
    assert found.left_out == ((why, 1),)


def test_only_the_places_where_it_happens_count_and_each_once() -> None:
    found = supply([asset("a", place(), place(), place("contact", 52.2), place(latitude=52.1))], ["swimming"])
    assert found.latitude.tolist() == [52.05, 52.1]
    assert found.asset.tolist() == [0, 0]


def test_for_workers_everything_with_a_place_counts() -> None:
    hidden = [asset("a", place(roughly=True)), asset("b", place(), visibility="workers")]
    assert supply(hidden, {"swimming"}, "workers").assets == ("a", "b")


def test_kinds_and_interests_both_have_to_fit() -> None:
    known = [asset("a", place(), kind="venue"), asset("b", place()), asset("c", place(), term="chess", kind="venue")]
    assert supply(known, {"swimming"}, kinds=["venue"]).assets == ("a",)
    assert supply(known, set(), kinds=["venue"]).assets == ("a", "c")
    assert supply(known, {"swimming", "chess"}).assets == ("a", "b", "c")


def test_what_lies_wholly_beyond_a_box_is_as_if_it_were_not_there() -> None:
    here = Box(south=52.0, west=-2.0, north=52.1, east=-1.9)
    known = [
        asset("near", place()),
        asset("far", place(latitude=53.0)),
        asset("both", place(), place(latitude=53.0)),
        asset("far office", place("contact", latitude=53.0)),
        asset("nowhere"),
    ]
    found = supply(known, {"swimming"}, within=here)
    assert found.assets == ("near", "both")
    assert found.left_out == ((reasons.NO_PLACE, 1),)


def test_what_must_not_be_told_is_left_out_alike_near_and_far() -> None:
    here = Box(south=52.0, west=-2.0, north=52.1, east=-1.9)
    for latitude in (52.05, 53.0):
        known = [
            asset("refuge", place(latitude=latitude), visibility="workers"),
            asset("roughly", place(latitude=latitude, roughly=True)),
        ]
        found = supply(known, {"swimming"}, within=here)
        assert found.left_out == ((reasons.WORKERS_ONLY, 1), (reasons.ROUGHLY, 1))
        for_workers = supply(known, {"swimming"}, "workers", within=here)
        assert for_workers.assets == (("refuge", "roughly") if latitude == 52.05 else ())


def test_places_beside_are_those_that_may_be_told() -> None:
    known = [
        asset("office", place("contact"), place("contact", 52.06)),
        asset("counts", place()),
        asset("closed", place(latitude=52.07), status="defunct"),
        asset("refuge", place(roughly=True)),
        asset("hidden", place(latitude=52.08), visibility="workers"),
        asset("somewhere", place("unknown", method="postcode district")),
    ]
    found = supply(known, {"swimming"})
    assert [(round(y, 2), int(number)) for y, _, number in found.beside] == [(52.05, 0), (52.06, 0), (52.07, 1)]


@pytest.mark.parametrize(
    ("left", "unknowable"),
    [
        ([asset("a", place("contact"))], True),
        ([asset("a", place("unknown"))], True),
        ([asset("a")], True),
        ([asset("a", place(), visibility="workers")], True),
        ([asset("a", online=True)], False),
        ([asset("a", place(), status="defunct")], False),
        ([asset("a", place("contact")), asset("b", place())], False),
        ([], False),
    ],
)
def test_nought_would_be_a_claim_where_all_that_is_known_has_no_place(left: list[Asset], unknowable: bool) -> None:
    assert supply(left, {"swimming"}).unknowable is unknowable


# How much ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "weekly"),
    [
        (Schedule(freq="WEEKLY", byday="MO,TH"), 2),
        (Schedule(freq="WEEKLY"), 1),
        (Schedule(freq="WEEKLY", interval=2, byday="MO"), 0.5),
        (Schedule(freq="WEEKLY", byday="MO,TH", term_time=True), 2 * 39 / 52),
        (Schedule(freq="WEEKLY", byday="SA", bymonth="6,7,8"), 0.25),
        (Schedule(freq="DAILY"), 7),
        (Schedule(freq="DAILY", interval=2), 3.5),
        (Schedule(freq="MONTHLY"), 12 / 52),
        (Schedule(freq="MONTHLY", byday="1TU,3TU"), 24 / 52),
        (Schedule(freq="MONTHLY", byday="-1FR", interval=3), 4 / 52),
        (Schedule(freq="MONTHLY", byday="TU"), 1),
        (Schedule(freq="YEARLY"), 1 / 52),
        (Schedule(freq="YEARLY", bymonth="5,9"), 2 / 52),
        (Schedule(freq="YEARLY", byday="1SA", bymonth="5,9"), 2 / 52),
        (Schedule(freq="WEEKLY", byday="MO", until=date(2026, 11, 22)), 1),
    ],
)
def test_sessions_a_week_are_those_of_a_year(schedule: Schedule, weekly: float) -> None:
    assert sessions_a_week([schedule], TODAY) == pytest.approx(weekly)


def test_sessions_of_several_rules_add_up_and_words_alone_are_not_known() -> None:
    words, rule = Schedule(description="most Mondays"), Schedule(freq="WEEKLY", byday="MO")
    assert sessions_a_week([rule, words, Schedule(freq="DAILY")], TODAY) == 8
    assert sessions_a_week([words], TODAY) is None
    assert sessions_a_week([], TODAY) is None
    assert sessions_a_week([Schedule(freq="WEEKLY", until=date(2026, 11, 21))], TODAY) is None


@given(st.dates(), st.dates())
def test_the_discount_is_gentle(on: date, today: date) -> None:
    assert FLOOR <= age_discount(Assurance(on=on, how="call"), today) <= 1


@pytest.mark.parametrize(
    ("on", "left"), [("2026-11-22", 1), ("2025-11-23", 1), ("2023-11-22", 0.75), ("2021-11-22", 0.625)]
)
def test_a_record_is_worth_less_the_longer_nobody_confirmed_it(on: str, left: float) -> None:
    assert age_discount(Assurance(on=date.fromisoformat(on), how="call"), TODAY) == pytest.approx(left, abs=0.001)
    assert age_discount(None, TODAY) == UNDATED


def weekly(asset: Asset, **options: Any) -> Supply:
    return supply([asset], {"swimming"}, **options)


def test_an_asset_shares_its_sessions_among_its_places() -> None:
    often = asset("a", place(), place(latitude=52.06), schedules=(Schedule(freq="WEEKLY", byday="MO,WE,FR"),))
    assert weekly(often).sessions.tolist() == [1.5, 1.5]
    assert weekly(often, today=TODAY).sessions.tolist() == [1.5 * UNDATED] * 2


def test_what_is_known_of_the_records_is_told() -> None:
    loaded = (Provenance(field="name", source="s", key="1", on="2026-02-03"),)
    known = [
        asset("a", place(), schedules=(Schedule(freq="DAILY"),), assurance=Assurance(on=date(2020, 1, 2), how="call")),
        asset("b", place(), provenance=loaded, assurance=Assurance(on=date(2025, 5, 6), how="visit")),
        asset("c", place(), provenance=loaded, schedules=(Schedule(description="now and then"),)),
        asset("d", provenance=(Provenance(field="name", source="s", key="2", on="2010-01-01"),)),
    ]
    records = supply(known, {"swimming"}, today=TODAY).records
    assert (records.timed, records.dated) == (1, 2)
    assert (records.oldest, records.newest) == (date(2020, 1, 2), date(2026, 2, 3))
    assert supply([], {"swimming"}).records.oldest is None
