"""What views and the API call: the engine of this site, and the database when it is away."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db.models import Model

from cms.domain.reader import Reader
from cms.published.hits import visible
from search import fallback, learnt_words, metrics, own_changes, synonyms
from search.analysis.compounds import default_splitter
from search.analysis.known_words import known_words
from search.elastic import ElasticEngine
from search.embedded import EmbeddedEngine
from search.engine import (
    Engine,
    EngineRefused,
    EngineStatus,
    EngineUnavailable,
    Hit,
    Results,
)
from search.indices import IndexSettings
from search.ordering import in_order
from search.outage import CircuitBreaker
from search.queries import MAX_SIZE, WINDOW, SearchRequest
from search.text_query import JSON, QueryText

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

#: The status takes several questions to the engine.
STATUS_SECONDS = 3.0


@cache
def engine() -> Engine:
    """The engine of this process: Elasticsearch if ELASTICSEARCH_URL is set, else embedded."""
    urls = [url.strip() for url in settings.ELASTICSEARCH_URL.split(",") if url.strip()]
    if not urls:
        return EmbeddedEngine(settings.SEARCH_FOLDER, splitter=learnt_words.current_splitter)
    return ElasticEngine(
        urls,
        settings.SEARCH_INDEX_PREFIX,
        api_key=settings.ELASTICSEARCH_API_KEY or None,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS or None,
        splitter=learnt_words.current_splitter,
        settings=IndexSettings(
            shards=settings.ELASTICSEARCH_SHARDS,
            replicas=str(settings.ELASTICSEARCH_REPLICAS),
            refresh_interval=getattr(
                settings, "ELASTICSEARCH_REFRESH_INTERVAL", IndexSettings.refresh_interval
            ),
            gc_deletes=getattr(settings, "ELASTICSEARCH_GC_DELETES", IndexSettings.gc_deletes),
        ),
    )


def warm_up() -> None:
    """Loads what the first search would wait for: the dictionary (seconds)."""
    default_splitter()
    known_words()
    engine()


breaker = CircuitBreaker()


def ask(question: Callable[[Engine], Answer], waited: float = 0.0) -> Answer:
    """The engine's answer, in time: everything that a person waits for is asked through here.

    ``waited``: so many seconds of that time are over.
    Raises EngineUnavailable: at once while the engine is known to be away.
    """
    learnt_words.refresh()
    asked = engine()
    seconds = asked.answers_within and asked.answers_within - waited
    try:
        return breaker.ask(lambda: question(asked), seconds, hurried=waited > 0)
    except EngineUnavailable as error:
        metrics.FAILURES.inc()
        logger.warning("search engine is away: %s", error)
        raise


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
    request = replace(request, synonyms=synonyms_of(request.text))
    find = _results_by_columns if request.columns else _results
    results, degraded = find(request, reader)
    refs = ((hit.type, hit.id) for hit in results.hits)
    seen = visible(refs, reader, with_topics=with_topics)
    objects = [(hit, seen[hit.type, hit.id]) for hit in results.hits if (hit.type, hit.id) in seen]
    hidden = len(results.hits) - len(objects)
    return Found(objects, max(results.total - hidden, 0), results.facets, degraded)


def _results_by_columns(request: SearchRequest, reader: Reader) -> tuple[Results, bool]:
    """A page in an order that the database knows: of all that the engine gives, its WINDOW."""
    offset, size = request.page
    if not size:
        return _results(request, reader)
    page, degraded = _results(replace(request, offset=0, size=MAX_SIZE), reader)
    hits, facets = list(page.hits), page.facets
    for start in range(MAX_SIZE, min(page.total, WINDOW), MAX_SIZE):
        following = replace(request, offset=start, size=MAX_SIZE, facets=())
        page, degraded = _results(following, reader)
        hits += page.hits
    ordered = in_order(hits, request.columns)
    return Results(ordered[offset : offset + size], page.total, facets), degraded


def synonyms_of(text: str) -> tuple[str, ...]:
    """What the office says means the same as words of this text."""
    words = QueryText.read(text).words
    return synonyms.current().expand(words) if words else ()


def _results(request: SearchRequest, reader: Reader) -> tuple[Results, bool]:
    begin = time.monotonic()
    waited = own_changes.wait_for(reader.user_id)
    try:
        results, degraded = ask(lambda engine: engine.search(request, reader), waited), False
    except EngineUnavailable:
        results, degraded = fallback.search(request, reader), True
    answered_by = metrics.SECONDS.labels("database" if degraded else "engine")
    answered_by.observe(time.monotonic() - begin)
    return results, degraded


def hits(body: JSON, reader: Reader) -> list[Hit] | None:
    """The hits of a query that helps a person along; None while the engine is away.

    They are not authorised yet: that is for published.py.
    """
    try:
        return ask(lambda engine: engine.hits(body, reader))
    except EngineUnavailable:
        return None


def status() -> EngineStatus:
    """How the engine is; never raises.

    Whoever watches the site this way also finds out for everybody that the engine is back.
    """
    asked = engine()
    seconds = asked.answers_within and STATUS_SECONDS
    try:
        return breaker.ask(lambda: _available(asked), seconds)
    except EngineUnavailable as error:
        return EngineStatus(asked.name, available=False, error=str(error))


def _available(engine: Engine) -> EngineStatus:
    status = engine.status()
    if not status.available:
        raise (EngineRefused if status.refused else EngineUnavailable)(status.error)
    return status
