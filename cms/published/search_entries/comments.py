"""Comments as search entries: for those who see the drafts of the entry's project, never public."""

from collections import defaultdict
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.models import Comment, Experience, Supplement


def comments(ids: list[int]) -> Iterator[SearchEntry]:
    """Comments and answers on entries that do not lie in the trash. A query for each model."""
    rows = Comment.objects.filter(pk__in=ids).order_by().defer("before")
    projects = _projects_of_entries(rows)
    for row in rows:
        project_id = projects.get((row.content_type_id, row.object_id))
        if project_id is not None:
            yield SearchEntry(
                type=ObjectType.COMMENT,
                id=row.pk,
                version=Version.DRAFT,
                title="",
                text=row.text,
                circle=Circle.PROJECT,
                project_id=project_id,
                date=timezone.localdate(row.created_at),
                published_at=row.created_at,
            )


def _projects_of_entries(rows) -> dict[tuple[int, int], int]:
    """Whose the commented entries are, by content type and id; without those in the trash."""
    ids: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.content_type_id].add(row.object_id)
    found = {}
    for model in (Experience, Supplement):
        content_type = ContentType.objects.get_for_model(model)
        entries = model.objects.filter(pk__in=ids[content_type.pk]).order_by()
        for pk, project_id in entries.values_list("pk", "project_id"):
            found[content_type.pk, pk] = project_id
    return found
