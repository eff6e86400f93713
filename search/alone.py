"""Only one rebuild or rollback at a time, on whatever machine it runs."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

#: Any number, the same in every release: PostgreSQL's name for this lock.
_LOCK = 5_058_001


class AnotherRuns(Exception):
    """Somebody else is rebuilding the indices; ``str()`` says so, in German."""


@contextmanager
def alone() -> Iterator[None]:
    """Holds the lock; the system takes it back from a process that dies. Raises AnotherRuns."""
    with _in_database() if connection.vendor == "postgresql" else _in_folder():
        yield


@contextmanager
def _in_database() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise _another()
    try:
        yield
    finally:
        # A connection that broke has given the lock back itself.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def _in_folder() -> Iterator[None]:
    settings.SEARCH_FOLDER.mkdir(parents=True, exist_ok=True)
    with (settings.SEARCH_FOLDER / "rebuild.lock").open("w") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _another() from error
        yield


def _another() -> AnotherRuns:
    return AnotherRuns(
        "Der Suchindex wird gerade schon neu gebaut. Bitte warten Sie, bis das fertig ist."
    )
