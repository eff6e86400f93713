"""Documents as search entries: those that something published opens, with their kept words."""

from collections.abc import Iterator

from django.utils import timezone
from wagtail.documents import get_document_model

from cms.domain.circles import Readership
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.models import DocumentText, Experience, Supplement
from cms.published.files import Use, uses_of, with_owner
from cms.published.search_entries.common import SEES_ALL
from cms.published.search_entries.supplements import owners_of_unnamed


def documents(ids: list[int]) -> Iterator[SearchEntry]:
    """Each for whoever reads something published that opens it.

    Its words are there when its file was read (cms/services/read_documents.py).
    """
    rows = list(with_owner(ids))
    owners = {row.pk: row.owner_id for row in rows}
    uses = uses_of(get_document_model(), owners, SEES_ALL)
    words = dict(DocumentText.objects.of_now().filter(pk__in=uses).values_list("pk", "text"))
    unnamed = owners_of_unnamed(_experiences_of(uses))
    for row in rows:
        if row.pk in uses:
            readers = Readership.together(use.readers for use in uses[row.pk])
            around = _experiences_of({row.pk: uses[row.pk]})
            hides_project = any(row.owner_id in unnamed[entry.pk] for entry in around)
            yield SearchEntry(
                type=ObjectType.DOCUMENT,
                id=row.pk,
                version=Version.LIVE,
                title=row.title,
                text=words.get(row.pk, ""),
                circle=readers.circle,
                reader_project_ids=tuple(sorted(readers.project_ids)),
                project_id=None if hides_project else row.owner_id,
                date=timezone.localdate(row.created_at),
                published_at=row.created_at,
            )


def _experiences_of(uses: dict[int, list[Use]]) -> set[Experience]:
    """The experiences around which a document stands: a project may not be named there."""
    objects = [use.obj for of_document in uses.values() for use in of_document]
    return {
        obj.experience if isinstance(obj, Supplement) else obj
        for obj in objects
        if isinstance(obj, Experience | Supplement)
    }
