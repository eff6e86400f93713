"""What several readers of search entries share: dates, texts, topics, tables' events."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cms import published
from cms.domain.circles import Circle
from cms.domain.plain import to_plain_text
from cms.domain.reader import Reader

#: Sees every circle: circles are a matter of the query, not of what stands in the index.
SEES_ALL = Reader(circle=Circle.PROJECTS, is_office=True)


def date_of(date: datetime.date | None, moment: datetime.datetime | None) -> datetime.date | None:
    """The day that is told of something, else the one on which it was published."""
    return date or (timezone.localdate(moment) if moment else None)


def text_of(*parts: str) -> str:
    """The words of these pieces of rich or plain text, a line for each."""
    return "\n".join(text for text in map(to_plain_text, parts) if text)


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list]:
    """The second values of the pairs by the first."""
    found: dict[Any, list] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def topic_ancestors() -> dict[int, tuple[int, ...]]:
    """Each topic's id with the ids of all topics above it, itself included."""
    nodes = published.topic_nodes(published.topic_tree())
    return {pk: (*(above.topic.pk for above in node.above()), pk) for pk, node in nodes.items()}


def with_topics_above(
    topic_ids: Iterable[int], ancestors: dict[int, tuple[int, ...]]
) -> tuple[int, ...]:
    """These topics' ids with those of all topics above them."""
    return tuple(sorted({above for pk in topic_ids for above in ancestors.get(pk, ())}))
