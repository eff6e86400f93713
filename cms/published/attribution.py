"""Whose an entry of "ein Projekt" is: not to be told by what stands around it."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from cms.models import Experience, Publication, Supplement
from cms.models.choices import AttributionChoices


def owners_of_unnamed(experiences: Iterable[Experience]) -> dict[int, set[int]]:
    """Ids of the projects not to be named around each entry: whose it is, and whose it was.

    The rule of cms/views/attribution.py, for many entries; all others have none. One query.
    """
    owners: dict[int, set[int]] = defaultdict(set)
    for entry in experiences:
        if entry.attribution == AttributionChoices.ANONYMOUS:
            owners[entry.pk].add(entry.project_id)
    content_type = ContentType.objects.get_for_model(Experience)
    rows = Publication.objects.filter(content_type=content_type, object_id__in=list(owners))
    for pk, project_id in rows.order_by().values_list("object_id", "project_id"):
        owners[pk].add(project_id)
    return owners


def experiences_around(objects: Iterable[Model]) -> set[Experience]:
    """The experiences among these objects, and those that the supplements among them are to."""
    return {
        obj.experience if isinstance(obj, Supplement) else obj
        for obj in objects
        if isinstance(obj, Experience | Supplement)
    }
