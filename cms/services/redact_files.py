"""Files in which a passage or a name stands: in their name, or in what they hold."""

import os
from dataclasses import dataclass

from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.domain.redaction import Wording
from cms.formats.file_text import text_of_file


@dataclass(frozen=True)
class FoundFile:
    """A document in which the wording stands, or that can't be read: a person has to look."""

    document: object
    is_readable: bool
    excerpt: str = ""


def find_files(wording: Wording) -> list[FoundFile]:
    """The documents to delete or replace, and those that nobody but a person can read."""
    found = []
    for document in get_document_model()._default_manager.order_by("pk").iterator():
        text = _text_of(document)
        if text is None:
            found.append(FoundFile(document, is_readable=False))
        elif wording.stands_in(text):
            found.append(FoundFile(document, is_readable=True, excerpt=wording.excerpt(text)))
    return found


def _text_of(document) -> str | None:
    try:
        with document.file.open("rb") as file:
            return text_of_file(document.file.name, file.read())
    except OSError:
        return ""  # the file is gone: nothing stands in it


def delete_documents(ids: set[int]) -> int:
    """Deletes these documents with their files (after the commit); how many there were."""
    documents = list(get_document_model()._default_manager.filter(pk__in=ids))
    for document in documents:
        document.delete()
    return len(documents)


def rename_files(wording: Wording) -> int:
    """Gives files of documents and images another name if the wording stands in it."""
    renamed = 0
    for model in (get_document_model(), get_image_model()):
        for row in model._default_manager.order_by("pk").iterator():
            folder, name = os.path.split(row.file.name)
            new_name, found = wording.remove_from_path(name)
            if found:
                _rename(row, os.path.join(folder, new_name))
                renamed += 1
    return renamed


def _rename(row, new_name: str) -> None:
    storage, old_name = row.file.storage, row.file.name
    with storage.open(old_name) as content:
        saved_as = storage.save(new_name, content)
    if hasattr(row, "renditions"):
        for rendition in row.renditions.all():  # made anew when next shown
            rendition.delete()
    type(row)._default_manager.filter(pk=row.pk).update(file=saved_as)
    transaction.on_commit(lambda: storage.delete(old_name))
