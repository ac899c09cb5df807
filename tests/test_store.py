"""The store: a run is whole or not at all, can be taken back, and readers never wait."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_map.asset import Area, Asset, Location, Profile, Record, Schedule, Term
from asset_map.errors import Busy, NotFound
from asset_map.geo import Point, metres_between
from asset_map.store import Claimed, Store

SALE = Point(53.424, -2.322)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


def asset(key: str, point: Point | None = SALE, **values: Any) -> Asset:
    places = (Location(latitude=point.latitude, longitude=point.longitude, meaning="activity"),) if point else ()
    return Asset(**{"name": f"Group {key}", "locations": places, **values}, id=key)


def claimed(key: str, name: str = "Chess club", asset: str | None = None, source: str = "list") -> Claimed:
    return Claimed(Record(source=source, key=key, name=name), asset or f"asset-{key}", f"{source} {key} {name}")


def run(store: Store, *claims: Claimed) -> int:
    with store.writing() as writer:
        return writer.add_run("2026-03-01T10:00:00", b"{}", list(claims))


def names(store: Store, asset: str) -> list[str]:
    return [record.name for record in store.records_of(asset)]


def test_what_goes_in_comes_out(store: Store) -> None:
    one = asset("a", terms=(Term(id="chess", source="name", words="chess"),), schedules=(Schedule(byday="TU"),))
    with store.writing() as writer:
        writer.put_assets([one])
    assert store.asset("a") == one


def test_putting_again_replaces(store: Store) -> None:
    for name in ("Old", "New"):
        with store.writing() as writer:
            writer.put_assets([asset("a", name=name)])
    assert [a.name for a in store.all_assets()] == ["New"]
    assert len(store.near(SALE, 10)) == 1


def test_an_asset_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="no asset has the id a-1"):
        store.asset("a-1")


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.writing() as writer:
            writer.put_assets([asset("a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.count() == 0
    assert store.queued(10) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.floats(50, 58), st.floats(-5, 1.5)), max_size=25),
    st.floats(50, 58),
    st.floats(-5, 1.5),
    st.floats(10, 400_000),
)
def test_near_finds_what_lies_within_and_orders_by_distance(
    store: Store, points: list[tuple[float, float]], latitude: float, longitude: float, radius_m: float
) -> None:
    with store.writing() as writer:
        writer.remove_assets([a.id for a in store.all_assets()])
    made = [asset(f"{n:02}", Point(*point)) for n, point in enumerate(points)]
    with store.writing() as writer:
        writer.put_assets(made)
    centre = Point(latitude, longitude)
    far = {a.id: metres_between(centre, a.locations[0].point) for a in made if a.locations[0].point}
    expected = sorted((metres, key) for key, metres in far.items() if metres <= radius_m)
    assert [a.id for a in store.near(centre, radius_m)] == [key for _, key in expected]


def test_a_run_makes_its_records_the_current_ones(store: Store) -> None:
    assert run(store, claimed("1")) == 1
    assert run(store, claimed("1", "Chess and go club")) == 2
    assert names(store, "asset-1") == ["Chess and go club"]
    assert [r.id for r in store.runs()] == [2, 1]


def test_undoing_brings_back_what_was_replaced(store: Store) -> None:
    run(store, claimed("1"))
    second = run(store, claimed("1", "Wrong"), claimed("2", "Also wrong"))
    with store.writing() as writer:
        assert writer.withdraw(second) == ["asset-1", "asset-2"]
    assert names(store, "asset-1") == ["Chess club"]
    assert names(store, "asset-2") == []


def test_undoing_an_earlier_run_leaves_later_ones(store: Store) -> None:
    first = run(store, claimed("1"), claimed("2"))
    second = run(store, claimed("1", "Newer"))
    with store.writing() as writer:
        writer.withdraw(first)
    assert names(store, "asset-1") == ["Newer"]
    assert names(store, "asset-2") == []
    with store.writing() as writer:
        writer.withdraw(second)
    assert names(store, "asset-1") == []


@pytest.mark.parametrize("again", [False, True])
def test_a_run_is_undone_once(store: Store, again: bool) -> None:
    number = run(store, claimed("1")) if again else 7
    if again:
        with store.writing() as writer:
            writer.withdraw(number)
    with pytest.raises(NotFound, match="undone already" if again else "run 7 is not known"), store.writing() as writer:
        writer.withdraw(number)


def test_a_decision_moves_a_record_and_outlives_its_run(store: Store) -> None:
    number = run(store, claimed("1"), claimed("2"))
    with store.writing() as writer:
        assert writer.decide([("list", "2")], "asset-1") == ["asset-1", "asset-2"]
    assert len(store.records_of("asset-1")) == 2
    with store.writing() as writer:
        writer.withdraw(number)
    assert store.decisions() == {("list", "2"): "asset-1"}


def test_changes_are_queued_for_the_index_until_it_has_them(store: Store) -> None:
    with store.writing() as writer:
        writer.put_assets([asset("a"), asset("b")])
        writer.remove_assets(["b"])
    queued = store.queued(10)
    assert [(item.asset, item.gone) for item in queued] == [("a", False), ("b", False), ("b", True)]
    with store.writing() as writer:
        writer.drained(queued[-1].number)
    assert store.queued(10) == []


def test_areas_of_a_kind_and_edition_are_replaced_together(store: Store) -> None:
    def area(code: str, edition: str) -> Area:
        profile = Profile(residents=1500, imd_decile=3)
        return Area(
            kind="lsoa", edition=edition, code=code, name=code, wkb=b"x", latitude=53, longitude=-2, profile=profile
        )

    with store.writing() as writer:
        writer.put_areas([area("E1", "2011"), area("E2", "2021")])
        writer.put_areas([area("E3", "2021")])
    assert [a.code for a in store.areas()] == ["E1", "E3"]
    assert store.areas("lsoa", "2021")[0].profile == Profile(residents=1500, imd_decile=3)
    assert store.area_kinds() == [("lsoa", "2011"), ("lsoa", "2021")]


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.writing() as writer:
        writer.put_assets([asset("a")])
        assert store.count() == 0
    assert store.count() == 1


def _hold(folder: Path, held: Any, free: Any) -> None:
    with Store.open(folder).one_load(5, lambda: None):
        held.set()
        free.wait(30)


def test_a_second_load_waits_then_says_why(store: Store, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, free = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, held, free))
    other.start()
    assert held.wait(30)
    said: list[str] = []
    with (
        pytest.raises(Busy, match="another load still holds the store"),
        store.one_load(0.3, lambda: said.append("wait")),
    ):
        pass
    free.set()
    with store.one_load(30, lambda: said.append("wait")):
        other.join(30)
    assert said[0] == "wait"


KILLED = """
import sys, time
from pathlib import Path
from asset_map.asset import Asset
from asset_map.store import Store
store = Store.open(Path(sys.argv[1]))
with store.one_load(5, lambda: None), store.writing() as writer:
    writer.put_assets([Asset(id=str(n), name="never") for n in range(2000)])
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_kill_in_the_middle_leaves_what_was_there_and_the_next_load_works(store: Store, tmp_path: Path) -> None:
    with store.writing() as writer:
        writer.put_assets([asset("a")])
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "written\n"
        os.kill(other.pid, signal.SIGKILL)
    assert [a.id for a in store.all_assets()] == ["a"]
    started = time.monotonic()
    with store.one_load(5, lambda: None), store.writing() as writer:
        writer.put_assets([asset("b")])
    assert [a.id for a in store.all_assets()] == ["a", "b"]
    assert time.monotonic() - started < 5


def test_the_tables_are_those_of_the_migrations(store: Store, tmp_path: Path) -> None:
    """A column in the code without a migration would show here."""
    from asset_map.store.tables import metadata

    with sqlite3.connect(tmp_path / "store.db") as db:
        for table in metadata.sorted_tables:
            columns = {row[1] for row in db.execute(f"PRAGMA table_info({table.name})")}
            assert columns == {column.name for column in table.columns}, table.name
    db.close()


def test_the_newest_version_is_that_of_the_migrations() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from asset_map.store import sql

    config = Config()
    config.set_main_option("script_location", str(Path(sql.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == sql.HEAD
