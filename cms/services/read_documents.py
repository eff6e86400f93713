"""Reads the words of documents for the search, beside the requests and the feed.

A file is read once and its words are kept. A worker claims a document for a minute; one that
dies is relieved. What cannot be read is told to the office, see cms/admin/unread_documents.py.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cms.domain.document_text import DocumentTextError, TextProblem
from cms.domain.indexing import ObjectType
from cms.formats.document_text import read_file
from cms.models import DocumentText, IndexJob
from cms.services import background

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=1)
MOST_ATTEMPTS = 6
IDLE_SECONDS = 1.0
FAILED_SECONDS = 20.0


def start_thread() -> None:
    """Starts the worker once in this process. It ends with the process."""
    background.start_thread("read-documents", _run)


def _run() -> None:
    background.go_on(_read_what_waits, rest=FAILED_SECONDS)


def _read_what_waits() -> float:
    read_due()
    return IDLE_SECONDS


def read_due() -> int:
    """Reads until nothing waits; how many documents that were."""
    done = 0
    while (row := DocumentText.objects.due().select_related("document").first()) is not None:
        claimed = timezone.now() + CLAIM * 2**row.attempts
        mine = DocumentText.objects.filter(pk=row.pk, next_try_at=row.next_try_at)
        if mine.update(next_try_at=claimed, attempts=F("attempts") + 1):
            _read(row, DocumentText.objects.filter(pk=row.pk, next_try_at=claimed))
            done += 1
    return done


def _read(row: DocumentText, claim) -> None:
    """Keeps what is read, unless the file was replaced meanwhile: then it waits again."""
    document = row.document
    text, problem = _words(document) if row.attempts < MOST_ATTEMPTS else ("", TextProblem.TOO_SLOW)
    if problem is TextProblem.MISSING and row.attempts + 1 < MOST_ATTEMPTS:
        # Storage may be away for a while: the claim runs out, and it is tried again.
        claim.update(problem=problem)
        return
    with transaction.atomic():
        kept = claim.update(
            file_name=document.file.name,
            file_hash=document.file_hash,
            text=text,
            problem=problem or "",
            next_try_at=None,
        )
        if kept:
            IndexJob.objects.enqueue(ObjectType.DOCUMENT, [document.pk], "text read")


def _words(document) -> tuple[str, TextProblem | None]:
    try:
        with document.file.open("rb") as file:
            return read_file(file, document.file.name), None
    except DocumentTextError as error:
        return "", error.problem
    except OSError:
        return "", TextProblem.MISSING
