"""Events, tables, news and pages of fixed texts as search entries: pages are public."""

from collections.abc import Iterator

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.published.pages import events_of_tables
from cms.published.search_entries.common import (
    date_of,
    text_of,
    topic_ancestors,
    with_topics_above,
)


def events(ids: list[int]) -> Iterator[SearchEntry]:
    for row in published.events().filter(pk__in=ids):
        yield _page_entry(
            ObjectType.EVENT,
            row,
            text_of(row.introduction, row.programme, row.material, row.plenary, row.place),
            date=row.date,
            event_ids=(row.pk,),
            project_id=row.project_id,
        )


def tables(ids: list[int]) -> Iterator[SearchEntry]:
    ancestors = topic_ancestors()
    rows = list(published.tables().filter(pk__in=ids).prefetch_related("topics"))
    events = events_of_tables(row.pk for row in rows)
    for row in rows:
        event = events[row.pk]
        yield _page_entry(
            ObjectType.TABLE,
            row,
            text_of(row.summary),
            date=event.date,
            event_ids=(event.pk,),
            table_ids=(row.pk,),
            topic_ids=with_topics_above((topic.pk for topic in row.topics.all()), ancestors),
        )


def news(ids: list[int]) -> Iterator[SearchEntry]:
    for row in published.news().filter(pk__in=ids):
        text = text_of(row.teaser, row.body)
        yield _page_entry(ObjectType.NEWS, row, text, date=row.date, project_id=row.project_id)


def _page_entry(object_type: ObjectType, page, text: str, *, date, **fields) -> SearchEntry:
    return SearchEntry(
        type=object_type,
        id=page.pk,
        version=Version.LIVE,
        title=page.title,
        text=text,
        circle=Circle.PUBLIC,
        date=date_of(date, page.first_published_at),
        published_at=page.first_published_at,
        modified_at=page.last_published_at,
        **fields,
    )


def info_pages(ids: list[int]) -> Iterator[SearchEntry]:
    """Pages of fixed texts: imprint, privacy, plain language and the like."""
    for row in published.info_pages().filter(pk__in=ids):
        yield _page_entry(ObjectType.PAGE, row, text_of(row.body), date=None)
