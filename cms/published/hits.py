"""The hits of a search, asked of the database once more: may this person see them now?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from django.db.models import (
    Exists,
    F,
    Model,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Substr
from wagtail.documents import get_document_model

from cms import published
from cms.domain.circles import Circle, Readership
from cms.domain.indexing import ObjectType
from cms.domain.kinds import State
from cms.domain.reader import Reader
from cms.domain.verdicts import count_verdicts, latest_of_projects
from cms.kept_query import KeptObjects, parameter
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
    *("id", "title", "slug", "kind", "body", "situation", "approach", "result", "lesson", "date"),
    *("visibility", "attribution", "source_id", "live", "first_published_at", "last_published_at"),
    "project_id",
)
_SHOWN_OF_LINKS = ("id", "title", "slug")
#: A kept query has so many places for ids.
_PLACES = (10, 25, 100)


@lru_cache(maxsize=300)
def _experience_hits(reader: Reader, places: int) -> KeptObjects[Experience]:
    judging = Supplement.objects.filter(experience=OuterRef("pk"), live=True).exclude(verdict="")
    hits = published.experiences(reader).annotate(is_judged=Exists(judging.order_by()))
    return KeptObjects(
        Experience,
        lambda: hits.filter(pk__in=_ids(places)).order_by(),
        {"project": _SHOWN_OF_LINKS},
        ("is_judged",),
        columns=_SHOWN_OF_HITS,
    )


@lru_cache(maxsize=300)
def _experience_links(reader: Reader, places: int) -> KeptObjects[Experience]:
    """The same with only what a link to an entry needs: half the time."""
    rows = published.experiences(reader)
    return KeptObjects(
        Experience,
        lambda: rows.filter(pk__in=_ids(places)).order_by(),
        columns=_SHOWN_OF_LINKS,
    )


def _ids(places: int) -> list[Value]:
    return [parameter(f"id{number}") for number in range(places)]


def _experiences(
    query: Callable[[Reader, int], KeptObjects[Experience]], pks: list[int], reader: Reader
) -> list[Experience]:
    """The entries with these ids; places that are left over repeat the first one."""
    found: list[Experience] = []
    for start in range(0, len(pks), _PLACES[-1]):
        part = pks[start : start + _PLACES[-1]]
        places = next(number for number in _PLACES if number >= len(part))
        filled = part + part[:1] * (places - len(part))
        values = {f"id{number}": pk for number, pk in enumerate(filled)}
        found += query(reader.alike, places).all(**values)
    return found


_VISIBLE = {
    ObjectType.EXPERIENCE: published.experiences,
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
        if object_type is ObjectType.EXPERIENCE:
            query = _experience_links if only_titles else _experience_hits
            objects = _experiences(query, pks, reader)
            if with_topics:
                prefetch_related_objects(objects, "topics")
        elif object_type is ObjectType.DOCUMENT:
            objects = readable_documents(pks, reader)
        else:
            objects = list(_VISIBLE[object_type](reader).filter(pk__in=pks))
        if object_type in _DETAILS and not (only_titles and object_type is ObjectType.EXPERIENCE):
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
    "id": "slug",
}
_SORTED_OTHERWISE = {
    (ObjectType.SUPPLEMENT, "title"): "experience__title",
    (ObjectType.DOCUMENT, "modified"): "created_at",
    (ObjectType.DOCUMENT, "published"): "created_at",
}


def sort_values(
    ids: Mapping[ObjectType, Iterable[int]], names: Sequence[str]
) -> dict[tuple[ObjectType, int], tuple]:
    """What hits are sorted by, in the order of ``names``; None for what one lacks.

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
    if name == "state":
        return Value(State.PUBLISHED.value)
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
