"""Which records are about one thing: identifiers first, then close names at the same place; people decide the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from asset_map.asset import Location, Phone, Record, asset_id
from asset_map.ingest.dedupe import Candidate, Joined, Suggestion, likeness, settle

HERE = Location(latitude=53.42, longitude=-2.32, method="coordinates")
NEXT_DOOR = Location(latitude=53.4203, longitude=-2.3203, method="coordinates")
FAR = Location(latitude=53.50, longitude=-2.32, method="coordinates")


def record(source: str, key: str, name: str, place: Location | None = HERE, **values: Any) -> Record:
    return Record(source=source, key=key, name=name, locations=(place,) if place else (), **values)


def settled(*records: Record, there: Sequence[Candidate] = (), **decided: str) -> tuple[list[Joined], list[Suggestion]]:
    refs = {tuple(name.split("__")): asset for name, asset in decided.items()}
    joined, suggestions = settle(records, refs, lambda _: there)  # type: ignore[arg-type]
    return [joined[r.ref] for r in records], suggestions


def test_a_record_alone_founds_an_asset_with_a_stable_id() -> None:
    (one,), _ = settled(record("a", "1", "Sale Library"))
    assert one == Joined(asset_id("a", "1"), founded=True)


def test_close_names_at_the_same_place_are_one() -> None:
    (a, b), _ = settled(record("a", "1", "Sale Library"), record("b", "9", "Library, Sale", NEXT_DOOR))
    assert b == Joined(a.asset, founded=False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1st Sale Scouts", "2nd Sale Scouts"),
        ("Hale Juniors FC", "Hale Ladies FC"),
        ("Sale Infant School", "Sale Junior School"),
        ("Altrincham Library", "Urmston Library"),
    ],
)
def test_a_telling_word_keeps_two_apart(left: str, right: str) -> None:
    (a, b), _ = settled(record("a", "1", left), record("b", "1", right))
    assert a.asset != b.asset


def test_the_same_name_elsewhere_is_another() -> None:
    (a, b), _ = settled(record("a", "1", "Sale Library"), record("b", "1", "Sale Library", FAR))
    assert a.asset != b.asset


def test_a_shared_identifier_joins_wherever_they_are() -> None:
    numbers = {"identifiers": (("active-places", "1001039"),)}
    first = record("pools", "1", "David Lloyd (Trafford City)", **numbers)
    (a, b), _ = settled(first, record("gyms", "1", "David Lloyd (Trafford City)", FAR, **numbers))
    assert a.asset == b.asset


def test_different_identifiers_of_one_scheme_keep_apart() -> None:
    a = record("x", "1", "Sale Club", identifiers=(("active-places", "1"),))
    b = record("y", "1", "Sale Club", identifiers=(("active-places", "2"),))
    (one, other), _ = settled(a, b)
    assert one.asset != other.asset


def test_rather_alike_names_are_left_to_a_person() -> None:
    (a, b), suggestions = settled(
        record("a", "1", "Partington Community Centre"), record("b", "1", "Partington Community Hall Centre")
    )
    assert a.asset != b.asset
    assert [(s.left, s.right) for s in suggestions] == [(b.asset, a.asset)]
    assert "alike at the same place" in suggestions[0].why


REACHED: dict[str, Any] = {"phones": (Phone(number="+441214960101"),)}


def test_a_shared_number_vouches_for_names_that_differ_in_brackets_and_spaces() -> None:
    (a, b), _ = settled(
        record("a", "1", "Blues Matchday Kitchen", **REACHED),
        record("b", "1", "Blues Match-Day Kitchen (catering team)", **REACHED),
    )
    assert a.asset == b.asset


def test_without_a_shared_number_brackets_are_left_to_a_person() -> None:
    (a, b), suggestions = settled(record("a", "1", "Victoria Park (Stretford)"), record("b", "1", "Victoria Park"))
    assert a.asset != b.asset
    assert len(suggestions) == 1


def test_one_list_tells_its_own_rows_apart_but_a_person_is_asked() -> None:
    (a, b), suggestions = settled(
        record("a", "1", "Dines Green Knit & Natter", **REACHED), record("a", "2", "Dines Green Knitters", **REACHED)
    )
    assert a.asset != b.asset
    assert [s.ref for s in suggestions] == [("a", "2")]


def test_people_are_never_joined() -> None:
    (a, b), _ = settled(
        record("a", "1", "Jo at the shop", kind="connector"), record("b", "1", "Jo at the shop", kind="connector")
    )
    assert a.asset != b.asset


def test_a_private_list_does_not_join_a_public_one_by_itself() -> None:
    (a, b), _ = settled(record("a", "1", "Sale Library"), record("b", "1", "Sale Library", visibility="workers"))
    assert a.asset != b.asset


def test_what_a_person_decided_comes_first() -> None:
    (a, b), _ = settled(record("a", "1", "Sale Library"), record("b", "1", "Sale Library"), b__1="apart")
    assert b == Joined("apart", founded=False)
    assert a.asset != b.asset


def test_an_asset_of_the_store_is_joined_like_one_of_this_load() -> None:
    held = Candidate("held", record("old", "1", "Sale Library"), frozenset({"old"}))
    (a,), _ = settled(record("a", "1", "Sale Library"), there=[held])
    assert a == Joined("held", founded=False)


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("The Sale Library", "SALE LIBRARY", True),
        ("St John's Centre", "St Johns Centre", True),
        ("Chess", "Chest", False),
    ],
)
def test_likeness_of_names_sees_past_small_words_and_marks(left: str, right: str, alike: bool) -> None:
    assert (likeness(left, right) >= 92) == alike
