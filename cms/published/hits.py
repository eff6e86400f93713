"""The hits of a search, asked of the database once more: may this person see them now?"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Model, QuerySet

from cms import published
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.models import Experience, Topic
from cms.published.files import readable_documents

#: What a list of hits shows of an entry; reading all of it costs twice the time.
_SHOWN_OF_HITS = (
    *("title", "slug", "kind", "body", "situation", "approach", "result", "lesson", "date"),
    *("visibility", "attribution", "source_id", "first_published_at", "last_published_at"),
    *("project__title", "project__slug"),
)


@lru_cache(maxsize=100)
def _experience_hits(reader: Reader) -> QuerySet[Experience]:
    """Kept, since putting this query together takes as long as running it. Never run itself."""
    hits = published.experiences(reader).select_related(None).select_related("project")
    return hits.only(*_SHOWN_OF_HITS).order_by()


_VISIBLE = {
    ObjectType.EXPERIENCE: _experience_hits,
    ObjectType.OUTCOME: published.outcomes,
    ObjectType.EVENT: lambda reader: published.events(),
    ObjectType.TABLE: lambda reader: published.tables(),
    ObjectType.NEWS: lambda reader: published.news(),
    ObjectType.TOPIC: lambda reader: Topic.objects.filter(
        pk__in=published.topic_ids(reader)
    ).select_related("parent__parent"),
    ObjectType.PROJECT: lambda reader: published.projects(),
    ObjectType.SUPPLEMENT: published.supplements,
    ObjectType.PAGE: lambda reader: published.info_pages(),
    ObjectType.COMMENT: published.comments,
}


def readable(object_type: ObjectType, reader: Reader) -> QuerySet:
    """All objects of a type that this reader may see now; to be narrowed before it is run."""
    return _VISIBLE[object_type](reader).all()


def visible(
    refs: Iterable[tuple[ObjectType, int]], reader: Reader, *, with_topics: bool = False
) -> dict[tuple[ObjectType, int], Model]:
    """The objects among ``refs`` that this reader may see now: every hit is asked again here.

    Experiences come with what a list of hits shows, and with their topics on request. A
    constant number of queries for each type of object.
    """
    ids: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in refs:
        ids[object_type].append(pk)
    found = {}
    for document in readable_documents(ids.pop(ObjectType.DOCUMENT, ()), reader):
        found[ObjectType.DOCUMENT, document.pk] = document
    for object_type, pks in ids.items():
        objects = _VISIBLE[object_type](reader).filter(pk__in=pks)
        if with_topics and object_type is ObjectType.EXPERIENCE:
            objects = objects.prefetch_related("topics")
        for obj in objects:
            found[object_type, obj.pk] = obj
    return found
