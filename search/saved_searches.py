"""Looks whether something new fits the searches that people keep, and has them told.

In a thread of its own beside the feed: what is published is found first and told then, however
many searches are kept. Nothing is lost while the engine is away: a search is looked at again from
where it stood.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.http import QueryDict
from django.utils import timezone

from cms.domain.indexing import ObjectType, Version
from cms.models.publications import IndexJob
from cms.permissions import policies
from cms.published import fresh
from cms.published.search_filters import lost_filters
from cms.services import background, saved_searches
from search import parameters, service
from search.engine import EngineUnavailable
from search.queries import QueryText, SearchRequest
from search.synonyms import current

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
AWAY_SECONDS = 10.0
#: A transaction may end so long after the time that it writes into the history.
OVERLAP = timedelta(minutes=5)
BATCH = 500


def start() -> None:
    """Starts the thread once in this process. It ends with the process."""
    background.start_thread("saved-searches", _run)


def _run() -> None:
    background.go_on(_step, rest=AWAY_SECONDS)


def _step() -> float:
    try:
        look_at_due()
    except EngineUnavailable as error:
        logger.warning("saved searches wait for the search engine: %s", error)
        return AWAY_SECONDS
    return IDLE_SECONDS


def look_at_due() -> int:
    """Looks at what is due; how many people were told of something, one for each search.

    Raises EngineUnavailable; what was not looked at stays due. Any other failure of one search
    stops no other.
    """
    told = 0
    for search in saved_searches.due_searches(OVERLAP):
        try:
            told += bool(_look(search))
        except EngineUnavailable:
            raise
        except Exception:
            logger.exception("saved search %s could not be looked at", search.pk)
            saved_searches.put_off(search)
    return told


def _look(search) -> int:
    """Tells of what is new and fits; of how many."""
    started = timezone.now()
    reader = policies.reader_for(search.user)
    news = fresh.fresh(reader, search.since, search.looked_until - OVERLAP)
    waiting = _waiting(one.ref for one in news)
    # What the feed has not written yet is looked at again the next time.
    until = min([started, *(one.published_at for one in news if one.ref in waiting)])
    asked = QueryDict(search.query)
    request = _strict(parameters.read(asked, reader).request)
    # What it was narrowed to is gone, or not for this person now: it finds nothing, not everything.
    (lost,) = lost_filters([asked], reader)
    refs = [] if lost else [one.ref for one in news if one.ref not in waiting]
    fitting = []
    for begin in range(0, len(refs), BATCH):
        keys = tuple(f"{kind}:{pk}:{Version.LIVE}" for kind, pk in refs[begin : begin + BATCH])
        found = service.search(replace(request, keys=keys), reader)
        if found.degraded:
            raise EngineUnavailable("only the database answers")
        fitting += [(hit.type, hit.id) for hit, _obj in found.objects]
    return saved_searches.tell(search, fitting, until)


def _waiting(refs: Iterable[tuple[ObjectType, int]]) -> set[tuple[ObjectType, int]]:
    """Those for which the outbox still holds a job."""
    wanted = set(refs)
    ids = sorted({pk for _type, pk in wanted})
    found: set[tuple[ObjectType, int]] = set()
    for begin in range(0, len(ids), BATCH):
        jobs = IndexJob.objects.filter(object_id__in=ids[begin : begin + BATCH])
        rows = jobs.values_list("object_type", "object_id").distinct()
        found |= {(ObjectType(object_type), pk) for object_type, pk in rows}
    return found & wanted


def _strict(request: SearchRequest) -> SearchRequest:
    """On the page every word adds to a hit; a mail is about what every word is said of.

    Inflected, misspelt, as a part of a compound, or as the office's synonym.
    """
    query = QueryText.read(request.text)
    spans = current().meanings(query.words)
    required = tuple(
        (word, *(phrase for span, phrases in spans if number in span for phrase in phrases))
        for number, word in enumerate(query.words)
        if word in query.content
    )
    return replace(request, required=required, offset=0, size=BATCH, facets=())
