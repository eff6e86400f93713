"""What of the database belongs into the search indices, as plain SearchEntry values.

Reads what is true now; a constant number of queries for a batch of objects.
"""

from collections.abc import Callable, Iterable, Iterator

from wagtail.documents import get_document_model

from cms.domain.indexing import ObjectType, SearchEntry
from cms.models import (
    Comment,
    ExchangeEventPage,
    Experience,
    InfoPage,
    NewsPage,
    Outcome,
    Project,
    Supplement,
    TablePage,
    Topic,
)
from cms.published.search_entries.comments import comments
from cms.published.search_entries.documents import documents
from cms.published.search_entries.experiences import experiences
from cms.published.search_entries.outcomes import outcomes
from cms.published.search_entries.pages import events, info_pages, news, tables
from cms.published.search_entries.supplements import supplements
from cms.published.search_entries.topics import projects, topics

MODELS = {
    ObjectType.EXPERIENCE: Experience,
    ObjectType.SUPPLEMENT: Supplement,
    ObjectType.OUTCOME: Outcome,
    ObjectType.EVENT: ExchangeEventPage,
    ObjectType.TABLE: TablePage,
    ObjectType.TOPIC: Topic,
    ObjectType.PROJECT: Project,
    ObjectType.NEWS: NewsPage,
    ObjectType.PAGE: InfoPage,
    ObjectType.DOCUMENT: get_document_model(),
    ObjectType.COMMENT: Comment,
}
_READERS: dict[ObjectType, Callable[[list[int]], Iterable[SearchEntry]]] = {
    ObjectType.EXPERIENCE: experiences,
    ObjectType.SUPPLEMENT: supplements,
    ObjectType.OUTCOME: outcomes,
    ObjectType.EVENT: events,
    ObjectType.TABLE: tables,
    ObjectType.TOPIC: topics,
    ObjectType.PROJECT: projects,
    ObjectType.NEWS: news,
    ObjectType.PAGE: info_pages,
    ObjectType.DOCUMENT: documents,
    ObjectType.COMMENT: comments,
}

#: Of what may have a hundred pages, so many are read at once.
MOST_DOCUMENTS = 20


def all_ids(object_type: ObjectType, batch: int = 500) -> Iterator[list[int]]:
    """The ids of every object of a type, in batches, in their order."""
    batch = min(batch, MOST_DOCUMENTS) if object_type is ObjectType.DOCUMENT else batch
    last = 0
    while True:
        rows = MODELS[object_type].objects.filter(pk__gt=last).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:batch])
        if not ids:
            return
        yield ids
        last = ids[-1]


def entries(object_type: ObjectType, ids: Iterable[int]) -> list[SearchEntry]:
    """The live versions and drafts of these objects; what is missing is not to be found."""
    return list(each(object_type, ids))


def each(object_type: ObjectType, ids: Iterable[int]) -> Iterator[SearchEntry]:
    """The same one by one: what comes before something that can't be read has been read."""
    yield from _READERS[object_type](list(ids))
