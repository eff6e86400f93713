"""Counts what was looked for and not found, for the office's list.

What somebody types may be a name. So only a keyed hash is kept until the same words were missed
on DAYS_TO_SHOW days; then the words are kept if the check for personal data finds nothing in them.
Who searched is not kept at all.
"""

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.models import Case, F, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cms.domain.personal_data import find
from cms.models import MissedSearch
from cms.permissions import policies
from cms.services.access import require
from cms.services.audit import record
from cms.services.check_personal_data import known_in_the_guide

logger = logging.getLogger(__name__)

#: On so many different days the same words must be missed before the office sees them.
DAYS_TO_SHOW = 3
#: Longer ones are pasted texts, which nobody else types.
LONGEST = 100
#: More are no people's: so many rows come in a day at most, from whatever programs search.
MOST_NEW_A_DAY = 1000
#: A person waits: if others write for longer, this one search is not counted.
PATIENCE_MS = 100
#: Words that came again and again, and hashes of others, are kept so long after the last time.
KEEP_SHOWN = datetime.timedelta(days=180)
KEEP_HASHES = datetime.timedelta(days=30)


def count_missed(text: str, same: str) -> None:
    """Counts a search for ``text`` that found nothing. Never raises, never waits for long.

    ``same`` is what searches for the same have in common: their words without inflection.
    """
    text = " ".join(text.split())
    if not same or len(text) > LONGEST:
        return
    key = salted_hmac("cms.missed_search", same, algorithm="sha256").hexdigest()
    try:
        with _impatient(), transaction.atomic():
            _count(key)
            ripe = MissedSearch.objects.filter(
                key=key, days__gte=DAYS_TO_SHOW, is_checked=False
            ).exists()
            if ripe:
                kept = "" if tells_of_a_person(text) else text
                MissedSearch.objects.filter(key=key).update(text=kept, is_checked=True)
    except DatabaseError as error:
        logger.info("a search without an answer was not counted: %s", error)


def _count(key: str) -> None:
    today = timezone.localdate()
    counted = MissedSearch.objects.filter(key=key).update(
        count=F("count") + 1,
        days=Case(When(last_day=today, then=F("days")), default=F("days") + 1),
        last_day=today,
    )
    new_today = MissedSearch.objects.filter(last_day=today, first_day=today)
    if not counted and new_today.count() < MOST_NEW_A_DAY:
        row = MissedSearch(key=key, first_day=today, last_day=today)
        MissedSearch.objects.bulk_create([row], ignore_conflicts=True)


def tells_of_a_person(text: str) -> bool:
    """May these words tell who a person is? Also if they are typed in small letters."""
    known = known_in_the_guide()
    return any(find(written, known) for written in (text, text.title()))


@contextmanager
def _impatient() -> Iterator[None]:
    """On SQLite others may be writing for seconds; on PostgreSQL rows are hardly ever locked."""
    if connection.vendor != "sqlite":
        yield
        return
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def settle(missed: MissedSearch, user) -> None:
    """Takes it off the office's list: there is an answer now, or there will be none."""
    require(user, policies.OFFICE)
    with transaction.atomic():
        MissedSearch.objects.filter(pk=missed.pk).update(done=True)
        record("missed_search.settled", by=user, obj=missed)


def forget_missed_searches() -> int:
    """Deletes what was not looked for again for long; how many."""
    today = timezone.localdate()
    old_hashes = MissedSearch.objects.filter(text="", last_day__lt=today - KEEP_HASHES)
    old_words = MissedSearch.objects.filter(last_day__lt=today - KEEP_SHOWN)
    return old_hashes.delete()[0] + old_words.delete()[0]
