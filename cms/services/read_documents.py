"""Reads the words of documents for the search, beside the requests and the feed.

A file is read once and its words are kept. A worker claims a document for a minute; one that
dies is relieved. What cannot be read is told to the office, see cms/admin/unread_documents.py.
"""

import logging
import threading
import time
from datetime import timedelta

from django.db import close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from cms.domain.document_text import DocumentTextError, TextProblem
from cms.domain.indexing import ObjectType
from cms.formats.document_text import read_file
from cms.models import DocumentText, IndexJob

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=1)
MOST_ATTEMPTS = 6
IDLE_SECONDS = 1.0
FAILED_SECONDS = 20.0

_started = threading.Event()


def start_thread() -> None:
    """Starts the worker once in this process. It ends with the process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_run, name="read-documents", daemon=True).start()


def _run() -> None:
    while True:
        try:
            read_due()
            time.sleep(IDLE_SECONDS)
        except Exception:
            # The thread must outlive anything: a locked database, a full disk. It is logged.
            logger.exception("reading documents failed; trying again")
            time.sleep(FAILED_SECONDS)
        finally:
            close_old_connections()


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
