"""Experiences as rows, inserted in bulk: published, with their revisions and their history.

`load_experiences` looks at every line; a million of them would take longer than the measurement.
Nothing goes into the outbox: the indices are to be built.
"""

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.models import Revision

from cms.domain.plain import to_rich_text
from cms.models import Experience, Project, Publication, Topic
from tests.benchmarks import texts

CHUNK = 2_000


def projects() -> dict[str, int]:
    """The projects that the experiences belong to, made if need be; ids by slug."""
    for slug in texts.project_slugs():
        Project.objects.get_or_create(slug=slug, defaults={"title": slug.capitalize()})
    return dict(Project.objects.values_list("slug", "pk"))


def topics() -> dict[str, int]:
    """The topics of the texts, made if need be; ids by title."""
    for title in texts.TOPICS:
        Topic.objects.get_or_create(title=title)
    return dict(Topic.objects.values_list("title", "pk"))


def insert(lines: Iterator[str], user) -> None:
    """Inserts the experiences of these lines (see `texts.experiences`), published by ``user``."""
    own, tags = projects(), topics()
    first = (Experience.with_trash.aggregate(last=Max("pk"))["last"] or 0) + 1
    numbered = enumerate(map(json.loads, lines), start=first)
    while chunk := list(islice(numbered, CHUNK)):
        with transaction.atomic():
            _insert(chunk, own, tags, user)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Experience]):
            cursor.execute(statement)


def _insert(chunk: list[tuple[int, dict]], own: dict[str, int], tags: dict[str, int], user) -> None:
    content_type = ContentType.objects.get_for_model(Experience)
    now = timezone.now()
    rows = [
        Experience(
            pk=pk,
            source_id=line["source_id"],
            slug=f"{line['source_id']}-{pk}",
            project_id=own[line["project"]],
            kind=line["kind"],
            title=line["title"],
            body=to_rich_text([line["body"]]),
            date=date.fromisoformat(line["date"]),
            visibility=line["visibility"],
            live=True,
            has_unpublished_changes=False,
            first_published_at=now,
            last_published_at=now,
        )
        for pk, line in chunk
    ]
    topic_ids = [[tags[title] for title in line["topics"]] for _pk, line in chunk]
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=content_type,
            base_content_type=content_type,
            object_id=str(row.pk),
            created_at=now,
            user=user,
            object_str=row.title,
            content=_content(row, ids),
        )
        for row, ids in zip(rows, topic_ids, strict=True)
    )
    for row, revision in zip(rows, revisions, strict=True):
        row.live_revision = row.latest_revision = revision
    Experience.objects.bulk_create(rows)
    through = Experience.topics.through
    through.objects.bulk_create(
        through(experience_id=row.pk, topic_id=topic_id)
        for row, ids in zip(rows, topic_ids, strict=True)
        for topic_id in ids
    )
    Publication.objects.bulk_create(
        Publication(
            content_type=content_type,
            object_id=row.pk,
            revision=row.live_revision,
            project_id=row.project_id,
            title=row.title,
            circle=row.visibility,
            published_by=user,
            published_at=now,
        )
        for row in rows
    )


def _content(row: Experience, topic_ids: list[int]) -> dict:
    """What a revision keeps of it."""
    kept = ("title", "body", "kind", "slug", "source_id", "visibility", "attribution")
    return {
        **{name: getattr(row, name) for name in kept},
        "pk": row.pk,
        "project": row.project_id,
        "date": row.date.isoformat(),
        "live": True,
        "topics": topic_ids,
        "target_groups": [],
        "institutions": [],
        "arguments": [],
    }
