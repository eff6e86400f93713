"""Decisions and follow-ups as search entries."""

from collections.abc import Iterator

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.kinds import OutcomeKind, OutcomeState
from cms.published.search_entries.common import SEES_ALL, date_of


def outcomes(ids: list[int]) -> Iterator[SearchEntry]:
    """Published ones; what is still to be done is an open question."""
    for row in published.outcomes(SEES_ALL).filter(pk__in=ids):
        yield SearchEntry(
            type=ObjectType.OUTCOME,
            id=row.pk,
            version=Version.LIVE,
            title=row.title,
            text=row.text,
            circle=Circle(row.visibility),
            project_id=row.project_id,
            kind=row.kind,
            is_open=(row.kind, row.state) == (OutcomeKind.FOLLOW_UP, OutcomeState.OPEN),
            event_ids=(row.event_id,) if row.event_id else (),
            table_ids=(row.table_id,) if row.table_id else (),
            date=date_of(row.event.date if row.event else None, row.first_published_at),
            published_at=row.first_published_at,
            modified_at=row.last_published_at,
        )
