"""Documents as search entries: those that something published opens, with their kept words."""

from collections.abc import Iterator
from itertools import chain

from django.utils import timezone
from wagtail.documents import get_document_model

from cms.domain.circles import Readership
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.models import DocumentText
from cms.published.attribution import experiences_around, owners_of_unnamed
from cms.published.files import uses_of, with_owner
from cms.published.search_entries.common import SEES_ALL


def documents(ids: list[int]) -> Iterator[SearchEntry]:
    """Each for whoever reads something published that opens it.

    Its words are there when its file was read (cms/services/read_documents.py).
    """
    rows = list(with_owner(ids))
    owners = {row.pk: row.owner_id for row in rows}
    uses = uses_of(get_document_model(), owners, SEES_ALL)
    words = dict(DocumentText.objects.of_now().filter(pk__in=uses).values_list("pk", "text"))
    all_uses = chain.from_iterable(uses.values())
    unnamed = owners_of_unnamed(experiences_around(use.obj for use in all_uses))
    for row in rows:
        if row.pk in uses:
            readers = Readership.together(use.readers for use in uses[row.pk])
            around = experiences_around(use.obj for use in uses[row.pk])
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
                modified_at=row.created_at,
            )
