"""Drafts as the hits of a search: what a list shows of them, and what they are sorted by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, TextField, Value, When

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.kinds import State
from cms.domain.reader import Reader
from cms.models import Experience, Supplement, Topic
from cms.models.choices import CircleChoices
from cms.models.entry import Entry
from cms.published.drafts import ENTRY_TYPES, Ref, as_drafted, not_published


def newest_versions(
    refs: Iterable[Ref], reader: Reader, *, with_topics: bool = False
) -> dict[Ref, Entry]:
    """The newest drafts of these that this reader may see now, with all that a list shows.

    Of what is live, too: the row is then told as the unpublished one that its readers don't
    see. A constant number of queries.
    """
    ids: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in refs:
        ids[object_type].append(pk)
    found: dict[Ref, Entry] = {}
    for object_type, pks in ids.items():
        related = ["project", "latest_revision"]
        related += ["experience"] if object_type is ObjectType.SUPPLEMENT else []
        rows = not_published(object_type, reader).select_related(*related)
        found |= {(object_type, row.pk): _as_hit(row) for row in rows.filter(pk__in=pks)}
    if with_topics:
        add_topics([row for row in found.values() if isinstance(row, Experience)])
    return found


def _as_hit(row: Entry) -> Entry:
    if row.state_value == State.PUBLISHED:
        row.state_value = State.DRAFT.value
    row.live = False
    as_drafted(row)
    if isinstance(row, Supplement):
        row.shown_circle, row.shown_project = CircleChoices(row.visibility), row.project
    return row


def add_topics(rows: Iterable[Experience]) -> None:
    """The topics of drafts, which stand in their newest revisions alone. One query."""
    ids = {
        row: row.latest_revision.content.get("topics", [])
        for row in rows
        if row.latest_revision is not None
    }
    topics = Topic.objects.in_bulk({pk for pks in ids.values() for pk in pks})
    for row, pks in ids.items():
        held = Topic.objects.all()
        # As Django's prefetch_related keeps them.
        held._result_cache = [topics[pk] for pk in pks if pk in topics]
        held._prefetch_done = True
        row.__dict__.setdefault("_prefetched_objects_cache", {})["topics"] = held


# --- their order ---------------------------------------------------------------------------------

#: A supplement has the title of its experience while its project may read that.
_TITLE_OF_EXPERIENCE = Case(
    When(
        Q(experience__live=True)
        & (Q(experience__project=F("project")) | ~Q(experience__visibility=Circle.PROJECT)),
        then=F("experience__title"),
    )
)
_NOTHING = Value(None, output_field=TextField())
_SORTED_BY = {
    "title": F("latest_revision__content__title"),
    "date": F("latest_revision__content__date"),
    "modified": F("latest_revision__created_at"),
    "published": F("first_published_at"),
    "id": F("slug"),
    "state": Case(
        When(state_value=State.PUBLISHED.value, then=Value(State.DRAFT.value)),
        default=F("state_value"),
    ),
}
_SORTED_OTHERWISE = {
    (ObjectType.SUPPLEMENT, "title"): _TITLE_OF_EXPERIENCE,
    (ObjectType.SUPPLEMENT, "date"): _NOTHING,
    (ObjectType.SUPPLEMENT, "id"): _NOTHING,
}


def sort_values(
    ids: Mapping[ObjectType, Iterable[int]], names: Sequence[str]
) -> dict[Ref, tuple[Any, ...]]:
    """What drafts are sorted by, in the order of ``names``, as published.hits.sort_values.

    A query for each type.
    """
    found: dict[Ref, tuple[Any, ...]] = {}
    for object_type, pks in ids.items():
        columns = [_SORTED_OTHERWISE.get((object_type, name), _SORTED_BY[name]) for name in names]
        rows = ENTRY_TYPES[object_type].objects.with_state().filter(pk__in=list(pks)).order_by()
        for pk, *values in rows.values_list("pk", *columns):
            found[object_type, pk] = tuple(map(_comparable, names, values))
    return found


def _comparable(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name == "date" and value else value
