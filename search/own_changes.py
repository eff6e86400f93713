"""Who has just published something finds it with the next search.

Saving never waits for the engine. So the publisher's own next search waits, for a moment, until
the feed has brought what this person published in the last seconds; nobody else waits.
"""

import time
from datetime import timedelta

from django.utils import timezone

from cms.models.publications import IndexJob, Publication

#: What was published longer ago is no longer waited for: the feed does not run, or has a lot to do.
RECENT = timedelta(seconds=10)
WAIT_SECONDS = 0.7
PAUSE_SECONDS = 0.03

#: Who waited in vain, and until when nothing of theirs is waited for: a page asks several times.
_in_vain: dict[int, float] = {}


def wait_for(user_id: int | None) -> float:
    """Waits until this person's last publications are in the index; how many seconds that took.

    One query for somebody who published nothing just now, none for somebody without an account.
    """
    begin = time.monotonic()
    if user_id is None or begin < _in_vain.get(user_id, 0.0):
        return 0.0
    recent = Publication.objects.filter(
        published_by=user_id, published_at__gte=timezone.now() - RECENT
    )
    ids = list(recent.order_by().values_list("object_id", flat=True))
    if not ids:
        return 0.0
    # Of whatever type: one that has the same number is waited for in vain, but not for long.
    jobs = IndexJob.objects.filter(object_id__in=ids, attempts=0)
    while jobs.exists() and time.monotonic() - begin < WAIT_SECONDS:
        time.sleep(PAUSE_SECONDS)
    waited = time.monotonic() - begin
    if waited >= WAIT_SECONDS:
        _in_vain[user_id] = begin + RECENT.total_seconds()
    return waited


def forget() -> None:
    """Nobody has waited in vain."""
    _in_vain.clear()
