"""Topics and projects as search entries: what everything else is found by."""

from collections.abc import Iterator

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader
from cms.models import Topic
from cms.published.search_entries.common import topic_ancestors


def topics(ids: list[int]) -> Iterator[SearchEntry]:
    """Each in the widest circle whose readers see something in it; of drafts only, for the office.

    In a wider one counts and facets would tell its name to people who may not see it.
    """
    ancestors = topic_ancestors()
    circles: dict[int, Circle] = {}
    for circle in (Circle.PROJECTS, Circle.NETWORK, Circle.PUBLIC):
        circles |= dict.fromkeys(published.topic_ids(Reader(circle=circle)), circle)
    for row in Topic.objects.filter(pk__in=ids):
        yield SearchEntry(
            type=ObjectType.TOPIC,
            id=row.pk,
            version=Version.LIVE,
            title=row.title,
            text=row.introduction,
            circle=circles.get(row.pk, Circle.PROJECT),
            topic_ids=ancestors[row.pk],
        )


def projects(ids: list[int]) -> Iterator[SearchEntry]:
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
