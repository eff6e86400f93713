"""What of the database belongs into the search indices, as plain SearchEntry values.

Reads what is true now; a constant number of queries for a batch of objects.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.plain import to_plain_text
from cms.domain.reader import ANONYMOUS, Reader
from cms.models import (
    Argument,
    ExchangeEventPage,
    Experience,
    ExperienceSource,
    NewsPage,
    Outcome,
    Project,
    TablePage,
    Topic,
)
from cms.models.choices import AttributionChoices

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


def _events_of_tables(table_ids: Iterable[int]) -> dict[int, ExchangeEventPage]:
    """The events of these tables, by the table's id."""
    paths = TablePage.objects.filter(pk__in=set(table_ids)).values_list("pk", "path")
    parents = {pk: path[: -TablePage.steplen] for pk, path in paths}
    events = ExchangeEventPage.objects.filter(path__in=set(parents.values()))
    by_path = {event.path: event for event in events}
    return {pk: by_path[path] for pk, path in parents.items() if path in by_path}


@dataclass
class _Said:
    """The tables and events at which an entry was said, by id.

    ``telling`` are those of a steering group: they tell whose entry it is.
    """

    tables: set[int] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    telling_tables: set[int] = field(default_factory=set)
    telling_events: set[int] = field(default_factory=set)

    def add(self, table_id: int | None, event: ExchangeEventPage | None) -> None:
        tells = event is not None and event.project_id is not None
        if table_id is not None:
            self.tables.add(table_id)
            if tells:
                self.telling_tables.add(table_id)
        if event is not None:
            self.events.add(event.pk)
            if tells:
                self.telling_events.add(event.pk)

    def where(self, *, hides_project: bool) -> dict[str, tuple[int, ...]]:
        """The ids as the fields of a SearchEntry."""
        events, tables = self.events, self.tables
        if hides_project:
            events, tables = events - self.telling_events, tables - self.telling_tables
        return {"event_ids": tuple(sorted(events)), "table_ids": tuple(sorted(tables))}


def _said_at(rows: list[Experience]) -> dict[int, _Said]:
    """Where each of these entries was said: at its own table, and at those of its sources."""
    said = ExperienceSource.objects.filter(experience__in=rows).select_related("event")
    pairs = [(row.pk, row.table_id, None) for row in rows]
    pairs += [(source.experience_id, source.table_id, source.event) for source in said]
    events = _events_of_tables(table_id for _pk, table_id, _event in pairs if table_id)
    found: dict[int, _Said] = defaultdict(_Said)
    for pk, table_id, event in pairs:
        found[pk].add(table_id, events.get(table_id, event))
    return found


class _Details:
    """What belongs to these entries, by the entry's id: ids and texts, without the objects.

    A rebuild reads everything: as objects it would take four times as long.
    """

    def __init__(self, ids: list[int]) -> None:
        self.topics = _term_ids("topics", ids)
        self.institutions = _term_ids("institutions", ids)
        self.target_groups = _term_ids("target_groups", ids)
        arguments = Argument.objects.filter(experience__in=ids).order_by("sort_order", "pk")
        self.arguments = _grouped(arguments.values_list("experience", "text"))


def _term_ids(name: str, ids: list[int]) -> dict[int, list[int]]:
    field = Experience._meta.get_field(name)
    links = field.remote_field.through.objects.filter(experience__in=ids)
    return _grouped(links.values_list("experience", field.m2m_reverse_field_name()))


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list]:
    grouped: dict[int, list] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return grouped


def _experiences(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = _ancestors()
    rows = list(Experience.objects.filter(pk__in=ids).order_by())
    drafts = [row for row in rows if row.has_unpublished_changes or not row.live]
    prefetch_related_objects(drafts, "latest_revision")
    details = _Details(ids)
    said_at = _said_at(rows)
    live_ids = set(
        published.experiences(_ALL).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    )
    for row in rows:
        common = {
            "type": ObjectType.EXPERIENCE,
            "id": row.pk,
            "published_at": row.first_published_at,
        }
        if row.pk in live_ids:
            yield _live_experience(row, details, said_at[row.pk], ancestors, common)
        if row.has_unpublished_changes or not row.live:
            yield _draft_experience(row, said_at[row.pk], ancestors, common)


def _live_experience(
    row: Experience, details: _Details, said: _Said, ancestors, common
) -> SearchEntry:
    # Under "ein Projekt" no filter must tell who it was: not the project, not the id that it
    # gave the entry, not its steering group (the rule of cms/views/attribution.py).
    hides_project = (
        row.attribution == AttributionChoices.ANONYMOUS and row.visibility != Circle.PROJECT
    )
    return SearchEntry(
        **common,
        **said.where(hides_project=hides_project),
        source_id="" if hides_project else row.source_id or "",
        version=Version.LIVE,
        title=row.title,
        text=_text(
            row.body,
            row.situation,
            row.approach,
            row.result,
            *details.arguments[row.pk],
        ),
        lesson=row.lesson,
        circle=Circle(row.visibility),
        project_id=None if hides_project else row.project_id,
        kind=row.kind,
        topic_ids=_with_ancestors(details.topics[row.pk], ancestors),
        institution_ids=tuple(sorted(details.institutions[row.pk])),
        target_group_ids=tuple(sorted(details.target_groups[row.pk])),
        date=_date_of(row.date, row.first_published_at),
    )


def _draft_experience(row: Experience, said: _Said, ancestors, common) -> SearchEntry:
    """The latest draft, from the revision's JSON: no query for each row.

    A revision from before a field existed lacks it.
    """
    content = row.latest_revision.content if row.latest_revision else row.serializable_data()
    written = content.get("date")
    texts = [content.get(name) for name in ("body", "situation", "approach", "result")]
    texts += [argument.get("text") for argument in content.get("arguments", [])]
    return SearchEntry(
        **common,
        **said.where(hides_project=False),
        source_id=row.source_id or "",
        version=Version.DRAFT,
        title=content.get("title", row.title),
        text=_text(*(text or "" for text in texts)),
        lesson=content.get("lesson", ""),
        circle=Circle(content.get("visibility", row.visibility)),
        project_id=row.project_id,
        kind=content.get("kind", row.kind),
        topic_ids=_with_ancestors(content.get("topics", []), ancestors),
        institution_ids=tuple(sorted(content.get("institutions", []))),
        target_group_ids=tuple(sorted(content.get("target_groups", []))),
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
            event_ids=(row.event_id,) if row.event_id else (),
            table_ids=(row.table_id,) if row.table_id else (),
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
            event_ids=(row.pk,),
            project_id=row.project_id,
        )


def _tables(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = _ancestors()
    rows = list(published.tables().filter(pk__in=ids).prefetch_related("topics"))
    events = _events_of_tables(row.pk for row in rows)
    for row in rows:
        event = events[row.pk]
        yield _page_entry(
            ObjectType.TABLE,
            row,
            _text(row.summary),
            date=event.date,
            event_ids=(event.pk,),
            table_ids=(row.pk,),
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
    public = published.topic_ids(ANONYMOUS)
    for row in Topic.objects.filter(pk__in=ids):
        yield SearchEntry(
            type=ObjectType.TOPIC,
            id=row.pk,
            version=Version.LIVE,
            title=row.title,
            text=row.introduction,
            circle=Circle.PUBLIC if row.pk in public else Circle.PROJECTS,
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
