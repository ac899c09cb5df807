"""Every contract test runs on every engine. A further engine is one more entry in ENGINES; none may be left out."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from asset_map.search import SearchEngine
from asset_map.search.engines import open_engine

ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"embedded": open_engine}


@pytest.fixture(params=sorted(ENGINES))
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], SearchEngine]:
    """Opens an engine on this test's own index; can be sent to another process."""
    return partial(ENGINES[request.param], tmp_path / "index")


@pytest.fixture
def engine(opener: Callable[[], SearchEngine]) -> Iterator[SearchEngine]:
    engine = opener()
    yield engine
    engine.close()
