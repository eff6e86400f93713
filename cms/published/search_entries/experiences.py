"""Experiences as search entries: the live version, and the draft beside it."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.models import Argument, ExchangeEventPage, Experience, ExperienceSource
from cms.models.choices import AttributionChoices
from cms.published.pages import events_of_tables
from cms.published.search_entries.common import (
    SEES_ALL,
    date_of,
    grouped,
    text_of,
    topic_ancestors,
    with_topics_above,
)
from cms.published.search_entries.supplements import Judged, judged_by_id


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
    events = events_of_tables(table_id for _pk, table_id, _event in pairs if table_id)
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
        self.arguments = grouped(arguments.values_list("experience", "text"))
        self.judged = judged_by_id(ids)


def _term_ids(name: str, ids: list[int]) -> dict[int, list[int]]:
    field = Experience._meta.get_field(name)
    links = field.remote_field.through.objects.filter(experience__in=ids)
    return grouped(links.values_list("experience", field.m2m_reverse_field_name()))


def experiences(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = topic_ancestors()
    rows = list(Experience.objects.filter(pk__in=ids).order_by())
    drafts = [row for row in rows if row.has_unpublished_changes or not row.live]
    prefetch_related_objects(drafts, "latest_revision")
    details = _Details(ids)
    said_at = _said_at(rows)
    live_ids = set(
        published.experiences(SEES_ALL).filter(pk__in=ids).order_by().values_list("pk", flat=True)
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
    judged = details.judged.get(row.pk, Judged())
    return SearchEntry(
        **common,
        **said.where(hides_project=hides_project),
        source_id="" if hides_project else row.source_id or "",
        version=Version.LIVE,
        title=row.title,
        text=text_of(
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
        topic_ids=with_topics_above(details.topics[row.pk], ancestors),
        institution_ids=tuple(sorted(details.institutions[row.pk])),
        target_group_ids=tuple(sorted(details.target_groups[row.pk])),
        verdicts=judged.verdicts,
        proven=judged.proven,
        is_open=judged.is_open,
        date=date_of(row.date, row.first_published_at),
        modified_at=row.last_published_at,
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
        text=text_of(*(text or "" for text in texts)),
        lesson=content.get("lesson", ""),
        circle=Circle(content.get("visibility", row.visibility)),
        project_id=row.project_id,
        kind=content.get("kind", row.kind),
        topic_ids=with_topics_above(content.get("topics", []), ancestors),
        institution_ids=tuple(sorted(content.get("institutions", []))),
        target_group_ids=tuple(sorted(content.get("target_groups", []))),
        date=datetime.date.fromisoformat(str(written)) if written else None,
        modified_at=row.latest_revision.created_at if row.latest_revision else None,
    )
