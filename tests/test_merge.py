"""One asset from several records: every record is kept, each field is chosen by the stated rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import AreaCode, Location, Phone, Record, Term
from asset_map.geo import Point
from asset_map.ingest.merge import merge


def record(source: str = "list", key: str = "1", **values: Any) -> Record:
    return Record(**{"name": "Sale Harriers", **values}, source=source, key=key, on="2026-03-01")


def nowhere(_: Point) -> tuple[AreaCode, ...]:
    return ()


def merged(*records: Record, **priority: int) -> Any:
    return merge("id", records, priority, nowhere)


def test_one_record_is_its_asset() -> None:
    one = record(description="Running for all", website="https://example.org")
    asset = merged(one)
    assert (asset.name, asset.description, asset.website) == (one.name, one.description, one.website)
    assert [(claim.source, claim.key) for claim in asset.claims] == [("list", "1")]


def test_the_source_with_the_higher_priority_is_believed() -> None:
    a, b = record("a", website="https://a.example.org"), record("b", website="https://b.example.org")
    assert merged(a, b).website == "https://a.example.org"
    assert merged(a, b, b=1).website == "https://b.example.org"


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_loading_makes_no_difference(order: list[str]) -> None:
    records = [record(s, description=f"from {s}", emails=(f"{s}@example.org",), minimum_age=len(s)) for s in order]
    assert merged(*records) == merged(*sorted(records, key=lambda r: r.source))


def test_lists_are_joined_without_repeats() -> None:
    phones = (Phone(number="+441614960000"),)
    asset = merged(record("a", phones=phones), record("b", phones=(*phones, Phone(number="+441614960001"))))
    assert [phone.number for phone in asset.phones] == ["+441614960000", "+441614960001"]


def test_places_close_together_are_one_and_the_more_exact_is_kept() -> None:
    rough = Location(latitude=53.4230, longitude=-2.3210, method="postcode", meaning="contact", postcode="M33 7ZF")
    exact = Location(latitude=53.4231, longitude=-2.3212, method="coordinates", meaning="activity", address="1 High St")
    asset = merged(record("a", locations=(rough,)), record("b", locations=(exact,)))
    (place,) = asset.locations
    assert (place.method, place.meaning, place.postcode, place.address) == (
        "coordinates",
        "activity",
        "M33 7ZF",
        "1 High St",
    )


def test_two_places_apart_are_both_kept() -> None:
    places = [Location(latitude=53.42 + i / 50, longitude=-2.3, method="coordinates") for i in range(2)]
    assert len(merged(record("a", locations=(places[0],)), record("b", locations=(places[1],))).locations) == 2


def test_a_workers_list_never_shows_through_a_public_record() -> None:
    public = record("council", description="Public words")
    private = record(
        "own_list", visibility="workers", phones=(Phone(number="+447700900123"),), description="Secret" * 9
    )
    asset = merged(public, private)
    assert asset.visibility == "public"
    assert asset.description == "Public words"
    assert asset.workers_only == ("phones",)


def test_every_field_names_the_source_that_said_it() -> None:
    asset = merged(record("a", website="https://example.org"), record("b", minimum_age=18))
    said = {(item.field, item.source, item.on) for item in asset.provenance}
    assert ("website", "a", "2026-03-01") in said
    assert ("minimum_age", "b", "2026-03-01") in said


def test_the_strongest_evidence_for_a_term_is_kept() -> None:
    weak, strong = Term(id="running", source="description", strength=0.4), Term(id="running", source="name")
    assert merged(record("a", terms=(weak,)), record("b", terms=(strong,))).terms == (strong,)


def test_the_places_of_an_asset_get_the_codes_of_their_areas() -> None:
    code = AreaCode(kind="ward", edition="2025", code="E05000001")
    place = Location(latitude=53.4, longitude=-2.3, method="coordinates")
    assert merge("id", [record(locations=(place,))], {}, lambda _: (code,)).locations[0].areas == (code,)


def test_nothing_is_made_of_no_record() -> None:
    with pytest.raises(ValueError, match="no record left"):
        merged()
