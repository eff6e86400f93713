"""Opens each engine for a test, on a real server or in a folder, and clears up after it."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from search.elastic import ElasticEngine
from search.embedded import EmbeddedEngine
from search.engine import BULK_TIMEOUT, Engine

SERVERS = ("elastic", pytest.param("elasticsearch9", marks=pytest.mark.elasticsearch9))
KINDS = (*SERVERS, "embedded")


def elasticsearch_url(kind: str = "elastic") -> str:
    """The node for tests. Fails the test where there is none: it must not pass unseen."""
    if kind == "elasticsearch9":
        url = os.environ.get("ELASTICSEARCH9_URL")
        if not url:
            pytest.skip("ELASTICSEARCH9_URL is not set; `make test` starts an Elasticsearch 9.")
        return url
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        pytest.fail(
            "ELASTICSEARCH_URL is not set: these tests need a real Elasticsearch 8.19. "
            "`make elasticsearch` starts one; `make test` does so by itself."
        )
    return url


@contextmanager
def open_engine(kind: str, folder: Path) -> Iterator[Engine]:
    """An engine of this kind with empty indices."""
    if kind == "embedded":
        engine: Engine = EmbeddedEngine(folder)
        engine.ensure_indices()
        yield engine
        return
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    url = elasticsearch_url(kind)
    try:
        # Tests share their machine: how fast an answer comes is for the benchmark.
        engine = ElasticEngine([url], prefix, search_timeout=BULK_TIMEOUT)
        engine.ensure_indices()
        yield engine
    finally:
        with Elasticsearch(url) as client:
            for index in client.indices.get(index=f"{prefix}-*", allow_no_indices=True):
                client.indices.delete(index=index)
