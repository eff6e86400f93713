"""The engines, with the judged texts in them."""

from collections.abc import Iterator

import pytest

from search.engine import Engine
from tests.functional.search.engines import KINDS, open_engine
from tests.relevance.measure import load


@pytest.fixture(scope="module", params=KINDS)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Engine]]:
    """The kind of engine, and the engine."""
    with open_engine(request.param, tmp_path_factory.mktemp("relevance")) as engine:
        load(engine)
        yield request.param, engine
