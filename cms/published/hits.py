"""The hits of a search, asked of the database once more: may this person see them now?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.db.models import Exists, F, Model, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Substr
from wagtail.documents import get_document_model

from cms import published
from cms.domain.circles import Circle, Readership
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.domain.verdicts import count_verdicts, latest_of_projects
from cms.models import (
    DocumentText,
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
from cms.models.choices import CircleChoices
from cms.published.attribution import experiences_around, owners_of_unnamed
from cms.published.comments import visible_comments
from cms.published.files import readable_documents
from cms.published.pages import events_of_tables

#: So many characters of a document's words stand in every listing.
BEGINNING = 500
#: What a list of hits shows of an entry; reading all of it costs twice the time.
_SHOWN_OF_HITS = (
    *("title", "slug", "kind", "body", "situation", "approach", "result", "lesson", "date"),
    *("visibility", "attribution", "source_id", "live", "first_published_at", "last_published_at"),
    *("project__title", "project__slug"),
)


@lru_cache(maxsize=100)
def _experience_hits(reader: Reader) -> QuerySet[Experience]:
    """Kept, since putting this query together takes as long as running it. Never run itself."""
    hits = published.experiences(reader).select_related(None).select_related("project")
    judging = Supplement.objects.filter(experience=OuterRef("pk"), live=True).exclude(verdict="")
    hits = hits.annotate(is_judged=Exists(judging.order_by()))
    return hits.only(*_SHOWN_OF_HITS).order_by()


@lru_cache(maxsize=100)
def _experience_titles(reader: Reader) -> QuerySet[Experience]:
    """The same with only what a link to an entry needs: half the time."""
    titles = published.experiences(reader).select_related(None)
    return titles.only("title", "slug").order_by()


_VISIBLE = {
    ObjectType.EXPERIENCE: _experience_hits,
    ObjectType.SUPPLEMENT: published.supplements,
    ObjectType.OUTCOME: published.outcomes,
    ObjectType.EVENT: lambda reader: published.events(),
    ObjectType.TABLE: lambda reader: published.tables(),
    ObjectType.NEWS: lambda reader: published.news(),
    ObjectType.PAGE: lambda reader: published.info_pages(),
    ObjectType.TOPIC: lambda reader: Topic.objects.filter(
        pk__in=published.topic_ids(reader)
    ).select_related("parent__parent"),
    ObjectType.PROJECT: lambda reader: published.projects(),
    ObjectType.COMMENT: visible_comments,
}


def readable(object_type: ObjectType, reader: Reader) -> QuerySet:
    """All objects of a type that this reader may see now; to be narrowed before it is run.

    Raises KeyError for documents: who reads them is decided one by one.
    """
    return _VISIBLE[object_type](reader).all()


def visible(
    refs: Iterable[tuple[ObjectType, int]],
    reader: Reader,
    *,
    with_topics: bool = False,
    only_titles: bool = False,
) -> dict[tuple[ObjectType, int], Model]:
    """The objects among ``refs`` that this reader may see now: every hit is asked again here.

    They come with what a list of hits shows: experiences with ``verdicts`` (how many projects
    say what) and on request with their topics, supplements and documents with ``shown_circle``
    and ``shown_project`` (None: it is not to be named), documents with ``used_by`` and the
    ``beginning`` of their words, tables with ``event``. With ``only_titles`` experiences come
    with nothing but what a link to them needs. A constant number of queries for each
    type of object.
    """
    ids: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in refs:
        ids[object_type].append(pk)
    found: dict[tuple[ObjectType, int], Model] = {}
    for object_type, pks in ids.items():
        if only_titles and object_type is ObjectType.EXPERIENCE:
            rows = _experience_titles(reader).filter(pk__in=pks)
            found |= {(object_type, row.pk): row for row in rows}
            continue
        if object_type is ObjectType.DOCUMENT:
            objects = readable_documents(pks, reader)
        else:
            rows = _VISIBLE[object_type](reader).filter(pk__in=pks)
            if with_topics and object_type is ObjectType.EXPERIENCE:
                rows = rows.prefetch_related("topics")
            objects = list(rows)
        if object_type in _DETAILS:
            _DETAILS[object_type](objects, reader)
        for obj in objects:
            found[object_type, obj.pk] = obj
    return found


def title_of(obj: Model) -> str:
    """What a hit is called, for anybody: a supplement by what it is to, never by its project."""
    return str(obj.title if isinstance(obj, Supplement) else obj)


def words_of_documents(ids: Iterable[int]) -> dict[int, str]:
    """The words that were read of these documents' files as they are now. One query."""
    rows = DocumentText.objects.of_now().filter(pk__in=list(ids))
    return dict(rows.values_list("pk", "text"))


def _add_verdicts(entries: list[Experience], reader: Reader) -> None:
    """What the projects say of each entry, as far as this reader may see it.

    One query, and only where somebody says anything.
    """
    judging: dict[int, list[Supplement]] = defaultdict(list)
    if judged := [entry for entry in entries if entry.is_judged]:
        rows = Supplement.objects.filter(
            published.in_circle(reader), live=True, experience__in=judged
        )
        rows = rows.exclude(verdict="").order_by()
        for row in rows.only("experience_id", "project_id", "verdict", "last_published_at"):
            judging[row.experience_id].append(row)
    for entry in entries:
        entry.verdicts = count_verdicts(latest_of_projects(judging[entry.pk]))


def _describe_supplements(rows: list[Supplement], reader: Reader) -> None:
    unnamed = owners_of_unnamed({row.experience for row in rows})
    for row in rows:
        row.shown_circle = CircleChoices(published.readership_of(row).circle)
        hidden = row.project_id in unnamed[row.experience_id]
        row.shown_project = None if hidden else row.project


def _describe_documents(documents: list, reader: Reader) -> None:
    beginnings = DocumentText.objects.of_now().filter(pk__in=[one.pk for one in documents])
    words = dict(beginnings.values_list("pk", Substr("text", 1, BEGINNING)))
    unnamed = owners_of_unnamed(
        experiences_around(use.obj for document in documents for use in document.used_by)
    )
    owners = published.projects().in_bulk({document.owner_id for document in documents} - {None})
    for document in documents:
        around = experiences_around(use.obj for use in document.used_by)
        hidden = any(document.owner_id in unnamed[entry.pk] for entry in around)
        # Without a use it is read by those who see the drafts of its project.
        readers = [use.readers for use in document.used_by] or [Readership(Circle.PROJECT)]
        document.shown_circle = CircleChoices(Readership.together(readers).circle)
        document.beginning = words.get(document.pk, "")
        document.shown_project = None if hidden else owners.get(document.owner_id)


def _add_events(tables: list[TablePage], reader: Reader) -> None:
    events = events_of_tables(table.pk for table in tables)
    for table in tables:
        table.event = events[table.pk]


_DETAILS = {
    ObjectType.EXPERIENCE: _add_verdicts,
    ObjectType.SUPPLEMENT: _describe_supplements,
    ObjectType.DOCUMENT: _describe_documents,
    ObjectType.TABLE: _add_events,
}


# --- their order ---------------------------------------------------------------------------------

_SORTED_BY = {
    "title": "title",
    "date": "date",
    "modified": "last_published_at",
    "published": "first_published_at",
}
_SORTED_OTHERWISE = {
    (ObjectType.SUPPLEMENT, "title"): "experience__title",
    (ObjectType.DOCUMENT, "modified"): "created_at",
    (ObjectType.DOCUMENT, "published"): "created_at",
}


def sort_values(
    ids: Mapping[ObjectType, Iterable[int]], names: Sequence[str]
) -> dict[tuple[ObjectType, int], tuple]:
    """What hits are sorted by, in the order of ``names`` (of _SORTED_BY); None for what one lacks.

    A query for each type. For sorting only: who may see them is asked of :func:`visible`.
    """
    found: dict[tuple[ObjectType, int], tuple] = {}
    for object_type, pks in ids.items():
        rows = _SORTED_MODELS[object_type]._base_manager.filter(pk__in=list(pks))
        columns = [_sort_column(rows.model, object_type, name) for name in names]
        for pk, *values in rows.values_list("pk", *columns):
            found[object_type, pk] = tuple(values)
    return found


def _sort_column(model: type[Model], object_type: ObjectType, name: str) -> F | Value:
    path = _SORTED_OTHERWISE.get((object_type, name), _SORTED_BY[name])
    known = {field.name for field in model._meta.get_fields()}
    return F(path) if path.partition("__")[0] in known else Value(None, output_field=TextField())


_SORTED_MODELS: dict[ObjectType, type[Model]] = {
    ObjectType.EXPERIENCE: Experience,
    ObjectType.SUPPLEMENT: Supplement,
    ObjectType.OUTCOME: Outcome,
    ObjectType.EVENT: ExchangeEventPage,
    ObjectType.TABLE: TablePage,
    ObjectType.NEWS: NewsPage,
    ObjectType.PAGE: InfoPage,
    ObjectType.TOPIC: Topic,
    ObjectType.PROJECT: Project,
    ObjectType.DOCUMENT: get_document_model(),
}
