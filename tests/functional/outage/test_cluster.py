"""Two nodes with a copy of each index: one may go."""

import uuid
from collections.abc import Iterator

import pytest

from search.elastic import ElasticEngine
from search.engine import EngineUnavailable, IndexName, Write
from search.indices import IndexSettings
from search.queries import SearchRequest
from tests.functional.outage.nodes import OwnNode, own_node
from tests.functional.outage.polling import eventually
from tests.functional.search.entries import ANONYMOUS, PUBLIC_WORK
from tools.elasticsearch_node import Wishes
from tools.programs import free_port

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]


def wishes(name: str, ports: dict[str, int], **more: object) -> Wishes:
    return Wishes(
        settings={
            "discovery.type": None,
            "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in ports.values()],
            "cluster.initial_master_nodes": ["first"],
            "cluster.name": "two",
            "node.name": name,
            "transport.port": ports[name],
            **more,
        }
    )


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[OwnNode, OwnNode]]:
    ports = {"first": free_port(), "second": free_port()}
    # With two that may lead, neither would lead without the other.
    with (
        own_node(wishes("first", ports)) as first,
        own_node(wishes("second", ports, **{"node.roles": ["data", "ingest"]})) as second,
    ):
        yield first, second


def finds(engine: ElasticEngine) -> bool:
    try:
        return engine.search(SearchRequest(text="Handzettel"), ANONYMOUS).total == 1
    except EngineUnavailable:
        return False


def test_search_and_feed_go_on_without_one_node(pair) -> None:
    first, second = pair
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    # The one that goes is asked first.
    engine = ElasticEngine([second.url, first.url], prefix, search_timeout=20.0)
    engine.ensure_indices()
    for name in IndexName:
        engine.write([Write(PUBLIC_WORK, 1)], name)
        engine.refresh(name)
    settings = engine.status().indices[0].settings
    assert (settings["number_of_replicas"], settings["auto_expand_replicas"]) == ("1", "0-1")
    with first.client() as client:
        client.cluster.health(wait_for_status="green", timeout="60s")
        second.kill()
        eventually(lambda: finds(engine))
        assert all(finds(engine) for _ in range(10))
        results = engine.write([Write(PUBLIC_WORK, 2)], IndexName.PUBLIC)
        assert all(result.ok for result in results)
        second.start()
        eventually(lambda: client.cluster.health()["number_of_nodes"] == 2)


def test_copies_are_changed_without_a_rebuild(pair) -> None:
    first, _second = pair
    prefix = f"test-{uuid.uuid4().hex[:12]}"

    def chosen(replicas: str) -> ElasticEngine:
        settings = IndexSettings(shards=2, replicas=replicas, refresh_interval="1s")
        return ElasticEngine([first.url], prefix, settings=settings, search_timeout=20.0)

    chosen("0").ensure_indices()
    before = chosen("0").status().indices[0]
    assert (before.settings["number_of_shards"], before.settings["refresh_interval"]) == ("2", "1s")
    assert before.settings["number_of_replicas"] == "0"
    chosen("1").apply_settings()
    after = chosen("1").status().indices[0]
    assert (after.settings["number_of_replicas"], after.concrete) == ("1", before.concrete)
