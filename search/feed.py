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

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
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
#: How far versions jump over those of an index: also over those of documents deleted in it.
JUMP = 1_000_000

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


def highest_version(engine: Engine) -> int:
    """The highest version in the current indices and those kept; 0 without any."""
    indices = [
        (index.name, concrete)
        for index in engine.status().indices
        for concrete in (index.concrete, index.previous)
        if concrete and index.fits
    ]
    versions = (one.version for name, concrete in indices for one in engine.stored(name, concrete))
    return max(versions, default=0)


def is_behind(engine: Engine) -> bool:
    """Do the indices hold versions that this database never drew? Then they are another's."""
    return draw_version() <= highest_version(engine)


def jump_ahead(engine: Engine) -> None:
    """Makes every version drawn from now on higher than all that the indices ever took."""
    drawn = FeedRun.objects.aggregate(highest=Max("pk"))["highest"] or 0
    FeedRun.objects.create(pk=max(drawn, highest_version(engine)) + JUMP)
    # PostgreSQL counts by itself, whatever number a row was given.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [FeedRun]):
            cursor.execute(statement)


def operations(object_type: ObjectType, ids: Iterable[int], version: int) -> list[Operation]:
    """What brings these objects' documents up to date: each is written, or deleted if gone."""
    ids = list(ids)
    found = {entry.key: entry for entry in search_entries.entries(object_type, ids)}
    keys = [f"{object_type}:{pk}:{which}" for pk in ids for which in Version]
    return [Write(found[key], version) if key in found else Delete(key, version) for key in keys]


def readable_operations(
    object_type: ObjectType, ids: Iterable[int], version: int
) -> tuple[list[Operation], dict[Ref, str]]:
    """The same, and what kept each object that cannot be read from it: one stops no other."""
    ids = list(ids)
    try:
        return operations(object_type, ids, version), {}
    except DatabaseError:
        raise
    except Exception as error:
        # Whatever an old revision may hold: the others are read all the same.
        if len(ids) == 1:
            logger.exception("%s:%s cannot be read", object_type, ids[0])
            return [], {(object_type, ids[0]): f"{type(error).__name__}: {error}"}
    batch: list[Operation] = []
    unreadable: dict[Ref, str] = {}
    for pk in ids:
        found, failed = readable_operations(object_type, [pk], version)
        batch += found
        unreadable |= failed
    return batch, unreadable


def feed_batch(engine: Engine, size: int = BATCH) -> FeedResult:
    """Works off the oldest due jobs. Raises EngineUnavailable, the jobs are kept then."""
    with _claimed(size) as jobs:
        if not jobs:
            return FeedResult()
        return _settle(jobs, _write(engine, jobs))


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


def _ref(job: IndexJob) -> Ref:
    return ObjectType(job.object_type), job.object_id


def _ref_of_key(key: str) -> Ref:
    object_type, pk, _version = key.split(":")
    return ObjectType(object_type), int(pk)


def _is_done(job: IndexJob, name: IndexName) -> bool:
    return job.public_done if name is IndexName.PUBLIC else job.internal_done


def _write(engine: Engine, jobs: list[IndexJob]) -> dict[tuple[Ref, IndexName], str]:
    """Writes what each index still lacks; the errors by object and index."""
    version = draw_version()
    by_type: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in sorted({_ref(job) for job in jobs}):
        by_type[object_type].append(pk)
    batch: list[Operation] = []
    failures: dict[tuple[Ref, IndexName], str] = {}
    for object_type, ids in by_type.items():
        readable, unreadable = readable_operations(object_type, ids, version)
        batch += readable
        failures |= {(ref, name): why for ref, why in unreadable.items() for name in IndexName}
    for name in IndexName:
        wanted = {_ref(job) for job in jobs if not _is_done(job, name)}
        missing = [operation for operation in batch if _ref_of_key(operation.key) in wanted]
        for result in engine.write(missing, name) if missing else ():
            if not result.ok:
                failures[_ref_of_key(result.key), name] = result.error
    return failures


def _settle(jobs: list[IndexJob], failures: dict[tuple[Ref, IndexName], str]) -> FeedResult:
    """Removes what is done, puts off what failed, with longer and longer waits."""
    done, failed = [], []
    for job in jobs:
        ref = _ref(job)
        errors = {
            name: failures[ref, name]
            for name in IndexName
            if (ref, name) in failures and not _is_done(job, name)
        }
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
