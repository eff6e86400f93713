"""What views and the API call: the engine of this site, and the database when it is away."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db.models import Model

from cms.domain.indexing import Version
from cms.domain.reader import Reader
from cms.published.draft_hits import newest_versions
from cms.published.drafts import Ref
from cms.published.hits import visible
from search import by_state, fallback, learnt_words, metrics, own_changes, synonyms
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
    find = _results
    if by_state.asks_for_drafts(request):
        find = _results_with_drafts
    elif request.columns:
        find = _results_by_columns
    results, degraded = find(request, reader)
    objects = _objects(results.hits, reader, with_topics)
    hidden = len(results.hits) - len(objects)
    return Found(objects, max(results.total - hidden, 0), results.facets, degraded)


def _objects(hits: list[Hit], reader: Reader, with_topics: bool) -> list[tuple[Hit, Model]]:
    """The hits that this reader may see now, published ones and drafts, each with its object."""
    live = (hit.ref for hit in hits if hit.version is Version.LIVE)
    drafted = [hit.ref for hit in hits if hit.version is Version.DRAFT]
    seen: dict[Version, Mapping[Ref, Model]] = {
        Version.LIVE: visible(live, reader, with_topics=with_topics),
        Version.DRAFT: newest_versions(drafted, reader, with_topics=with_topics) if drafted else {},
    }
    return [(hit, seen[hit.version][hit.ref]) for hit in hits if hit.ref in seen[hit.version]]


def _results_by_columns(request: SearchRequest, reader: Reader) -> tuple[Results, bool]:
    """A page in an order that the database knows: of all that the engine gives, its WINDOW."""
    offset, size = request.page
    if not size:
        return _results(request, reader)
    found, degraded = _results(replace(request, offset=0, size=WINDOW), reader)
    ordered = in_order(found.hits, request.columns)
    return replace(found, hits=ordered[offset : offset + size]), degraded


def _results_with_drafts(request: SearchRequest, reader: Reader) -> tuple[Results, bool]:
    """A page of all that is in the states asked for, at most WINDOW; nothing else is counted."""
    asked = by_state.for_the_engine(request)
    found, degraded = _results(asked, reader)
    hits = by_state.decided(found.hits, asked, reader)
    if request.columns:
        hits = in_order(hits, request.columns)
    offset, size = request.page
    return Results(hits[offset : offset + size], len(hits)), degraded


def synonyms_of(text: str) -> tuple[str, ...]:
    """What the office says means the same as words of this text."""
    words = QueryText.read(text).words
    return synonyms.current().expand(words) if words else ()


def _results(request: SearchRequest, reader: Reader) -> tuple[Results, bool]:
    begin = time.monotonic()
    waited = own_changes.wait_for(reader.user_id)
    try:
        results, degraded = _of_engine(request, reader, waited), False
    except EngineUnavailable:
        results, degraded = fallback.search(request, reader), True
    answered_by = metrics.SECONDS.labels("database" if degraded else "engine")
    answered_by.observe(time.monotonic() - begin)
    return results, degraded


def _of_engine(request: SearchRequest, reader: Reader, waited: float) -> Results:
    """So many hits, in as many questions as it takes: nearly always it is one."""
    offset, size = request.page
    first = replace(request, size=min(size, MAX_SIZE))
    found = ask(lambda engine: engine.search(first, reader), waited)
    hits = list(found.hits)
    for start in range(offset + MAX_SIZE, min(offset + size, found.total), MAX_SIZE):
        part = replace(request, offset=start, size=min(MAX_SIZE, offset + size - start), facets=())
        hits += ask(lambda engine, part=part: engine.search(part, reader)).hits
    return replace(found, hits=hits)


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
