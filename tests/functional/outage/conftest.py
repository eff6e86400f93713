"""A site on a node of the tests' own, reached through a front that can be taken away."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from search import feed, service
from search.rebuild import rebuild
from tests.functional.outage.front import Front
from tests.functional.outage.nodes import OwnNode, own_node


@pytest.fixture(scope="session")
def node() -> Iterator[OwnNode]:
    with own_node() as started:
        yield started


@pytest.fixture
def front(node: OwnNode) -> Iterator[Front]:
    front = Front(node.port)
    yield front
    front.close()


@pytest.fixture
def site(transactional_db, settings, node: OwnNode, front: Front) -> Iterator[Callable[[], None]]:
    """The site's search on that node, with indices that hold everything; returns what feeds."""
    settings.ELASTICSEARCH_URL = front.url
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid.uuid4().hex[:12]}"
    service.engine.cache_clear()
    node.start()
    rebuild(service.engine())
    yield lambda: feed.drain(service.engine())
    node.start()
    with node.client() as client:
        for index in client.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*"):
            client.indices.delete(index=index)
