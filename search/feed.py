"""Outbox -> index. Idempotent: any order, any number of workers, as often as you like.

For each due job the feed reads what is true now and writes or deletes it with an external
version. The version is drawn after the job was seen and before the object is read: see
cms.models.publications.FeedRun for why the higher number is always the newer truth.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from cms.domain.indexing import ObjectType, Version
from cms.models.publications import FeedRun, IndexJob
from cms.published import search_entries
from search.engine import Delete, Engine, IndexName, Operation, Write

logger = logging.getLogger(__name__)

BATCH = 200
#: After so many failures a row is set aside: it waits a day between tries and is shown.
POISON_ATTEMPTS = 8
LONGEST_WAIT = timedelta(days=1)

Ref = tuple[ObjectType, int]


@dataclass(frozen=True)
class FeedResult:
    """How many objects were brought up to date, and how many jobs failed."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: "FeedResult") -> "FeedResult":
        return FeedResult(self.done + other.done, self.failed + other.failed)

    @property
    def is_empty(self) -> bool:
        return not self.done and not self.failed


def draw_version() -> int:
    """A number higher than every one before it; old rows are cleared away."""
    run = FeedRun.objects.create()
    if run.pk % 100 == 0:
        FeedRun.objects.filter(pk__lt=run.pk).delete()
    return run.pk


def operations(object_type: ObjectType, ids: Iterable[int], version: int) -> list[Operation]:
    """What brings these objects' documents up to date: each is written, or deleted if gone."""
    ids = list(ids)
    found = {entry.key: entry for entry in search_entries.entries(object_type, ids)}
    keys = [f"{object_type}:{pk}:{which}" for pk in ids for which in Version]
    return [Write(found[key], version) if key in found else Delete(key, version) for key in keys]


def feed_batch(engine: Engine, size: int = BATCH) -> FeedResult:
    """Works off the oldest due jobs. Raises EngineUnavailable, the jobs are kept then."""
    with _claimed(size) as jobs:
        if not jobs:
            return FeedResult()
        refs: set[Ref] = {(ObjectType(job.object_type), job.object_id) for job in jobs}
        failures = _write(engine, refs)
        return _settle(jobs, failures)


def drain(engine: Engine) -> FeedResult:
    """Works until nothing is due."""
    total = FeedResult()
    while not (result := feed_batch(engine)).is_empty:
        total += result
    return total


@contextmanager
def _claimed(size: int) -> Iterator[list[IndexJob]]:
    """Due jobs; where the database can, other workers skip them until this one is done.

    On SQLite there is one feed (a thread); a second one only does the same work again.
    """
    due = IndexJob.objects.filter(next_try_at__lte=timezone.now()).order_by("id")
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            yield list(due.select_for_update(skip_locked=True)[:size])
    else:
        yield list(due[:size])


def _write(engine: Engine, refs: set[Ref]) -> dict[tuple[Ref, IndexName], str]:
    """Writes both indices; the errors by object and index."""
    version = draw_version()
    by_type: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in sorted(refs):
        by_type[object_type].append(pk)
    batch = [
        op for object_type, ids in by_type.items() for op in operations(object_type, ids, version)
    ]
    failures = {}
    for name in IndexName:
        for result in engine.write(batch, name):
            if not result.ok:
                object_type, pk, _version = result.key.split(":")
                failures[(ObjectType(object_type), int(pk)), name] = result.error
    return failures


def _settle(jobs: list[IndexJob], failures: dict[tuple[Ref, IndexName], str]) -> FeedResult:
    """Removes what is done, puts off what failed, with longer and longer waits."""
    done, failed = [], []
    for job in jobs:
        ref = (ObjectType(job.object_type), job.object_id)
        errors = {name: failures[ref, name] for name in IndexName if (ref, name) in failures}
        if not errors:
            done.append(job.pk)
            continue
        job.public_done = IndexName.PUBLIC not in errors
        job.internal_done = IndexName.INTERNAL not in errors
        job.attempts += 1
        job.error = "; ".join(f"{name}: {error}" for name, error in errors.items())[:2000]
        poisoned = job.attempts >= POISON_ATTEMPTS
        job.next_try_at = timezone.now() + (
            LONGEST_WAIT if poisoned else timedelta(seconds=2**job.attempts)
        )
        failed.append(job)
        logger.warning("index job %s failed (attempt %s): %s", job, job.attempts, job.error)
    IndexJob.objects.filter(pk__in=done).delete()
    IndexJob.objects.bulk_update(
        failed, ["public_done", "internal_done", "attempts", "error", "next_try_at"]
    )
    return FeedResult(len(done), len(failed))


def backlog() -> dict[str, int]:
    """How many jobs wait, and how many are set aside."""
    return {
        "waiting": IndexJob.objects.filter(attempts__lt=POISON_ATTEMPTS).count(),
        "set_aside": IndexJob.objects.filter(attempts__gte=POISON_ATTEMPTS).count(),
    }
