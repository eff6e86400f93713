"""What views and the API call: the engine of this site, and the database when it is away."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Model

from cms import published
from cms.domain.reader import Reader
from search import fallback
from search.analysis.compounds import default_splitter
from search.analysis.known_words import known_words
from search.elastic import ElasticEngine
from search.embedded import EmbeddedEngine
from search.engine import Engine, EngineStatus, EngineUnavailable, Hit, Results
from search.queries import JSON, SearchRequest

logger = logging.getLogger(__name__)

#: After a failure the engine is left alone for so many seconds: nobody else waits for it.
REST_SECONDS = 5.0


@cache
def engine() -> Engine:
    """The engine of this process: Elasticsearch if ELASTICSEARCH_URL is set, else embedded."""
    urls = [url.strip() for url in settings.ELASTICSEARCH_URL.split(",") if url.strip()]
    if not urls:
        return EmbeddedEngine(settings.SEARCH_FOLDER)
    return ElasticEngine(
        urls,
        settings.SEARCH_INDEX_PREFIX,
        api_key=settings.ELASTICSEARCH_API_KEY or None,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS or None,
        shards=settings.ELASTICSEARCH_SHARDS,
        replicas=settings.ELASTICSEARCH_REPLICAS,
    )


def warm_up() -> None:
    """Loads what the first search would wait for: the dictionary (seconds)."""
    default_splitter()
    known_words()
    engine()


class _Rest:
    """Remembers that the engine was away a moment ago."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_SECONDS

    def end(self) -> None:
        with self._lock:
            self._until = 0.0

    @property
    def holds(self) -> bool:
        return time.monotonic() < self._until


rest = _Rest()


@dataclass(frozen=True)
class Found:
    """One page of objects that this reader may see, in the engine's order.

    ``degraded`` says that the database answered, plainer, because the engine is away.
    """

    objects: list[tuple[Hit, Model]]
    total: int
    facets: dict[str, list[tuple[str | int, int]]]
    degraded: bool = False


def search(request: SearchRequest, reader: Reader, *, with_topics: bool = False) -> Found:
    """Searches, and asks published.py about every hit once more.

    ``with_topics`` reads the topics of the experiences with them.
    """
    results, degraded = _results(request, reader)
    refs = ((hit.type, hit.id) for hit in results.hits)
    visible = published.visible(refs, reader, with_topics=with_topics)
    objects = [
        (hit, visible[hit.type, hit.id]) for hit in results.hits if (hit.type, hit.id) in visible
    ]
    hidden = len(results.hits) - len(objects)
    return Found(objects, max(results.total - hidden, 0), results.facets, degraded)


def _results(request: SearchRequest, reader: Reader) -> tuple[Results, bool]:
    if not rest.holds:
        try:
            return engine().search(request, reader), False
        except EngineUnavailable as error:
            logger.warning("search engine is away: %s", error)
            rest.begin()
    return fallback.search(request, reader), True


def hits(body: JSON, reader: Reader) -> list[Hit] | None:
    """The hits of a query that helps a person along; None while the engine is away.

    They are not authorised yet: that is for published.py.
    """
    if rest.holds:
        return None
    try:
        return engine().hits(body, reader)
    except EngineUnavailable as error:
        logger.warning("search engine is away: %s", error)
        rest.begin()
        return None


def status() -> EngineStatus:
    """How the engine is; never raises."""
    return engine().status()
