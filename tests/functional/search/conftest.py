"""The two engines, for tests that both must pass."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from search import service
from search.engine import Engine, IndexName, Write
from search.feed import drain
from tests.functional.search.engines import KINDS, open_engine
from tests.functional.search.entries import GUIDE


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with empty indices, for tests that write."""
    with open_engine(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=KINDS)
def guide(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine that holds the small guide of ``entries.py``, for tests that read."""
    with open_engine(request.param, tmp_path_factory.mktemp("guide")) as opened:
        for name in IndexName:
            results = opened.write([Write(entry, 1) for entry in GUIDE], name)
            assert all(result.ok for result in results)
            opened.refresh(name)
        yield opened


@pytest.fixture(params=KINDS)
def fed(
    request: pytest.FixtureRequest, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Engine]]:
    """The site searches with this engine; returns what feeds it what is due, and gives it."""
    with open_engine(request.param, tmp_path) as opened:
        monkeypatch.setattr(service, "engine", cache(lambda: opened))

        def feed() -> Engine:
            drain(opened)
            for name in IndexName:
                opened.refresh(name)
            return opened

        yield feed
