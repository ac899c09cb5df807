"""What every test may ask for: a directory with the sample loaded, an empty one, and real data where it is at hand."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from asset_map.cli.loading import load_sample
from asset_map.cli.opening import Bar
from asset_map.config import Settings, data_folder
from asset_map.directory import Directory
from asset_map.search import Embedder
from asset_map.search.embedder import open_embedder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests last: they are slow to start and say least about what is wrong."""
    items.sort(key=lambda item: "browser" in item.nodeid)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In continuous integration a contract test that is skipped has failed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and "contract" in item.nodeid and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"a contract test was skipped in CI: {item.nodeid}"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which the sample is loaded, once for all test processes. Not to be written to."""
    alone = worker_id == "master"
    shared = tmp_path_factory.mktemp("sample") if alone else tmp_path_factory.getbasetemp().parent / "sample"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            opened = Directory.open(Settings(home=shared / "home"))
            with Bar() as bar:
                load_sample(opened, data_folder() / "sample", bar)
            opened.close()
            (shared / "done").touch()
    return shared / "home"


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The embedder that comes with the extra `meaning`."""
    opened = open_embedder("minilm")
    if opened is None:
        pytest.skip("install asset-map[meaning] to run this")
    return opened


@pytest.fixture(scope="session")
def directory(sample_home: Path) -> Iterator[Directory]:
    """An open directory with the sample. Not to be written to."""
    opened = Directory.open(Settings(home=sample_home))
    yield opened
    opened.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Directory]:
    """An open directory with nothing in it, without meaning so that it is quick."""
    opened = Directory.open(Settings(home=tmp_path / "home", embedder="none"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of real open data."""
    folder = os.environ.get("ASSET_MAP_OPEN_DATA")
    if not folder:
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    return Path(folder)


@pytest.fixture(scope="session")
def trafford(open_data: Path) -> Path:
    """Real lists of one council."""
    return open_data / "council_lists" / "trafford_greater_manchester"
