"""What of the database belongs into the search indices, as plain SearchEntry values.

Reads what is true now; a constant number of queries for a batch of objects.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator

from django.utils import timezone

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.plain import to_plain_text
from cms.domain.reader import Reader
from cms.models import ExchangeEventPage, Experience, NewsPage, Outcome, Project, TablePage, Topic

#: Sees every circle: circles are a matter of the query, not of what stands in the index.
_ALL = Reader(circle=Circle.PROJECTS, is_office=True)

MODELS = {
    ObjectType.EXPERIENCE: Experience,
    ObjectType.OUTCOME: Outcome,
    ObjectType.EVENT: ExchangeEventPage,
    ObjectType.TABLE: TablePage,
    ObjectType.TOPIC: Topic,
    ObjectType.PROJECT: Project,
    ObjectType.NEWS: NewsPage,
}


def all_ids(object_type: ObjectType, batch: int = 500) -> Iterator[list[int]]:
    """The ids of every object of a type, in batches, in their order."""
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
    return list(_READERS[object_type](list(ids)))


def _date_of(date: datetime.date | None, moment: datetime.datetime | None) -> datetime.date | None:
    return date or (timezone.localdate(moment) if moment else None)


def _ancestors() -> dict[int, tuple[int, ...]]:
    """Each topic's id with the ids of all topics above it, itself included."""
    nodes = published.topic_nodes(published.topic_tree())
    return {pk: (*(above.topic.pk for above in node.above()), pk) for pk, node in nodes.items()}


def _with_ancestors(
    topic_ids: Iterable[int], ancestors: dict[int, tuple[int, ...]]
) -> tuple[int, ...]:
    return tuple(sorted({above for pk in topic_ids for above in ancestors.get(pk, ())}))


def _event_ids(tables: Iterable[TablePage | None]) -> dict[int, int]:
    """Ids of the events of these tables, by the table's id."""
    parents = {table.pk: table.path[: -TablePage.steplen] for table in tables if table is not None}
    events = dict(
        ExchangeEventPage.objects.filter(path__in=set(parents.values())).values_list("path", "pk")
    )
    return {pk: events[path] for pk, path in parents.items() if path in events}


def _experiences(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = _ancestors()
    rows = (
        Experience.objects.filter(pk__in=ids).select_related("table", "latest_revision").order_by()
    )
    rows = list(published.with_details(rows))
    event_ids = _event_ids(row.table for row in rows)
    live_ids = set(
        published.experiences(_ALL).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    )
    for row in rows:
        common = {
            "type": ObjectType.EXPERIENCE,
            "id": row.pk,
            "event_id": event_ids.get(row.table_id),
            "table_id": row.table_id,
            "published_at": row.first_published_at,
            "source_id": row.source_id or "",
        }
        if row.pk in live_ids:
            yield _live_experience(row, ancestors, common)
        if row.has_unpublished_changes or not row.live:
            yield _draft_experience(row, ancestors, common)


def _live_experience(row: Experience, ancestors, common) -> SearchEntry:
    # Under "ein Projekt" the facet of projects must not tell who it was.
    hides_project = row.attribution == "anonymous" and row.visibility != Circle.PROJECT
    return SearchEntry(
        **common,
        version=Version.LIVE,
        title=row.title,
        text=_text(
            row.body,
            row.situation,
            row.approach,
            row.result,
            *(a.text for a in row.arguments.all()),
        ),
        lesson=row.lesson,
        circle=Circle(row.visibility),
        project_id=None if hides_project else row.project_id,
        kind=row.kind,
        topic_ids=_with_ancestors((topic.pk for topic in row.topics.all()), ancestors),
        institution_ids=tuple(term.pk for term in row.institutions.all()),
        target_group_ids=tuple(term.pk for term in row.target_groups.all()),
        date=_date_of(row.date, row.first_published_at),
    )


def _draft_experience(row: Experience, ancestors, common) -> SearchEntry:
    """The latest draft, from the revision's JSON: no query for each row."""
    content = row.latest_revision.content if row.latest_revision else row.serializable_data()
    written = content.get("date")
    return SearchEntry(
        **common,
        version=Version.DRAFT,
        title=content["title"],
        text=_text(
            content["body"],
            content["situation"],
            content["approach"],
            content["result"],
            *(argument["text"] for argument in content.get("arguments", [])),
        ),
        lesson=content["lesson"],
        circle=Circle(content["visibility"]),
        project_id=row.project_id,
        kind=content["kind"],
        topic_ids=_with_ancestors(content.get("topics", []), ancestors),
        institution_ids=tuple(content.get("institutions", [])),
        target_group_ids=tuple(content.get("target_groups", [])),
        date=datetime.date.fromisoformat(str(written)) if written else None,
    )


def _text(*parts: str) -> str:
    return "\n".join(text for text in map(to_plain_text, parts) if text)


def _outcomes(ids: list[int]) -> Iterator[SearchEntry]:
    for row in published.outcomes(_ALL).filter(pk__in=ids):
        yield SearchEntry(
            type=ObjectType.OUTCOME,
            id=row.pk,
            version=Version.LIVE,
            title=row.title,
            text=row.text,
            circle=Circle(row.visibility),
            project_id=row.project_id,
            kind=row.kind,
            event_id=row.event_id,
            table_id=row.table_id,
            date=_date_of(row.event.date if row.event else None, row.first_published_at),
            published_at=row.first_published_at,
        )


def _events(ids: list[int]) -> Iterator[SearchEntry]:
    for row in published.events().filter(pk__in=ids):
        yield _page_entry(
            ObjectType.EVENT,
            row,
            _text(row.introduction, row.programme, row.material, row.plenary, row.place),
            date=row.date,
            event_id=row.pk,
            project_id=row.project_id,
        )


def _tables(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = _ancestors()
    rows = list(published.tables().filter(pk__in=ids).prefetch_related("topics"))
    event_ids = _event_ids(rows)
    dates = dict(
        ExchangeEventPage.objects.filter(pk__in=event_ids.values()).values_list("pk", "date")
    )
    for row in rows:
        event_id = event_ids.get(row.pk)
        yield _page_entry(
            ObjectType.TABLE,
            row,
            _text(row.summary),
            date=dates.get(event_id),
            event_id=event_id,
            table_id=row.pk,
            topic_ids=_with_ancestors((topic.pk for topic in row.topics.all()), ancestors),
        )


def _news(ids: list[int]) -> Iterator[SearchEntry]:
    for row in published.news().filter(pk__in=ids):
        text = _text(row.teaser, row.body)
        yield _page_entry(ObjectType.NEWS, row, text, date=row.date, project_id=row.project_id)


def _page_entry(object_type: ObjectType, page, text: str, *, date, **fields) -> SearchEntry:
    return SearchEntry(
        type=object_type,
        id=page.pk,
        version=Version.LIVE,
        title=page.title,
        text=text,
        circle=Circle.PUBLIC,
        date=_date_of(date, page.first_published_at),
        published_at=page.first_published_at,
        **fields,
    )


def _topics(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = _ancestors()
    for row in Topic.objects.filter(pk__in=ids):
        yield SearchEntry(
            type=ObjectType.TOPIC,
            id=row.pk,
            version=Version.LIVE,
            title=row.title,
            text=row.introduction,
            circle=Circle.PUBLIC,
            topic_ids=ancestors[row.pk],
        )


def _projects(ids: list[int]) -> Iterator[SearchEntry]:
    for row in published.projects().filter(pk__in=ids):
        places = " ".join(
            f"{place.name} {place.street} {place.postcode} {place.city}"
            for place in row.locations.all()
        )
        yield SearchEntry(
            type=ObjectType.PROJECT,
            id=row.pk,
            version=Version.LIVE,
            title=row.title,
            text="\n".join(filter(None, (row.description, row.carrier, row.other_names, places))),
            circle=Circle.PUBLIC,
            project_id=row.pk,
        )


_READERS: dict[ObjectType, Callable[[list[int]], Iterable[SearchEntry]]] = {
    ObjectType.EXPERIENCE: _experiences,
    ObjectType.OUTCOME: _outcomes,
    ObjectType.EVENT: _events,
    ObjectType.TABLE: _tables,
    ObjectType.TOPIC: _topics,
    ObjectType.PROJECT: _projects,
    ObjectType.NEWS: _news,
}
