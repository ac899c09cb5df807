"""What a search engine must do when several processes use one index, and when one of them is killed."""

import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Literal

import pytest

from asset_map.geo import Point
from asset_map.search import Document, Probe, Query, SearchEngine

Opener = Callable[[], SearchEngine]
SPAWN = multiprocessing.get_context("spawn")
HOME = Point(52.48, -1.9)
PATIENCE_S = 60


def document(asset: str) -> Document:
    return Document(asset, "Chess club", "", "group", "public", (HOME,), False, (("chess", 1.0),))


def found(engine: SearchEngine) -> list[str]:
    query = Query((Probe("chess", None, {"chess": 1.0}),), HOME, 1000)
    return [hit.asset for hit in engine.search(query).hits[0]]


def write(opener: Opener, change: Literal["put", "rebuild"], assets: list[str]) -> None:
    engine = opener()
    getattr(engine, change)(document(asset) for asset in assets)
    engine.close()


def write_and_hang(opener: Opener, change: Literal["put", "rebuild"], told: Connection) -> None:
    """Gets so far with a change that much of it is on disk, says so, and never finishes."""

    def endless() -> Iterator[Document]:
        yield from (document(f"new {number}") for number in range(10_000))
        told.send("half way")
        told.recv()

    getattr(opener(), change)(endless())


def search_and_tell(opener: Opener, told: Connection) -> None:
    engine = opener()
    while told.recv() == "ask":
        told.send(found(engine))
    engine.close()


@pytest.mark.parametrize("change", ["put", "rebuild"])
def test_a_second_process_sees_what_the_first_adds(opener: Opener, change: Literal["put", "rebuild"]) -> None:
    write(opener, "rebuild", ["a"])
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=search_and_tell, args=(opener, theirs))
    process.start()
    answers = []
    for assets in (["a"], ["a", "b"], ["a", "b", "c"]):
        write(opener, change, assets)
        ours.send("ask")
        assert ours.poll(PATIENCE_S)
        answers.append(ours.recv())
    ours.send("stop")
    process.join(PATIENCE_S)
    assert answers == [["a"], ["a", "b"], ["a", "b", "c"]]
    assert process.exitcode == 0


@pytest.mark.parametrize("change", ["put", "rebuild"])
def test_a_writer_killed_half_way_leaves_the_old_content(opener: Opener, change: Literal["put", "rebuild"]) -> None:
    write(opener, "rebuild", ["old"])
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=write_and_hang, args=(opener, change, theirs))
    process.start()
    assert ours.poll(PATIENCE_S)
    process.kill()
    process.join(PATIENCE_S)
    engine = opener()
    assert found(engine) == ["old"]
    engine.put([document("next")])
    assert found(engine) == ["next", "old"]
    engine.rebuild([document("last")])
    assert found(engine) == ["last"]
    engine.close()


def test_two_writers_both_get_their_way(opener: Opener) -> None:
    processes = [
        SPAWN.Process(target=write, args=(opener, "put", [f"{name}{number}" for number in range(20)])) for name in "ab"
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE_S)
    engine = opener()
    assert len(found(engine)) == 40
    engine.close()
