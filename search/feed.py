"""Outbox -> index. Idempotent: any order, any number of workers, as often as you like.

For each due job the feed reads what is true now and writes or deletes it with an external
version. The version is drawn after the job was seen and before the object is read: see
cms.models.publications.FeedRun for why the higher number is always the newer truth.

A worker that was held up between reading and writing may come too late for an index to know
that its version is old (decision 0058). It notices that itself, and looks again before it lets
go of the jobs.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from cms.domain.indexing import ObjectType, Version
from cms.models.publications import REDACTED, FeedRun, IndexJob
from cms.published import search_entries
from search import learnt_words
from search.engine import (
    Delete,
    Engine,
    EngineUnavailable,
    IndexName,
    ItemResult,
    Operation,
    Outcome,
    Write,
)

logger = logging.getLogger(__name__)

BATCH = 500
#: After so many failures a row is set aside: it waits a day between tries and is shown.
POISON_ATTEMPTS = 8
LONGEST_WAIT = timedelta(days=1)
#: After so long a deleted document's version may be forgotten (a node that was started anew).
LATE = timedelta(seconds=60)
#: How far versions jump over those of an index: also over those of documents deleted in it.
JUMP = 1_000_000

Ref = tuple[ObjectType, int]
Failures = dict[tuple[Ref, IndexName], str]


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
    """A number higher than every one before it."""
    return FeedRun.objects.create().pk


def forget_versions() -> None:
    """Clears old numbers away. Outside of a claim: another one would wait for its end."""
    newest = FeedRun.objects.aggregate(highest=Max("pk"))["highest"] or 0
    FeedRun.objects.filter(pk__lt=newest).delete()


def highest_version(engine: Engine) -> int:
    """The highest version in the current indices and those kept; 0 without any."""
    versions = (
        engine.highest_version(index.name, concrete)
        for index in engine.status().indices
        for concrete in (index.concrete, index.previous)
        if concrete and index.fits
    )
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
    """The same, and what kept each object that cannot be read from it: one stops no other.

    A draft that cannot be read takes nothing away from what is published of it.
    """
    ids = list(ids)
    try:
        return operations(object_type, ids, version), {}
    except DatabaseError:
        raise
    except Exception as error:
        # Whatever an old revision may hold: the others are read all the same.
        if len(ids) == 1:
            logger.exception("%s:%s cannot be read", object_type, ids[0])
            why = f"{type(error).__name__}: {error}"
            return _readable_versions(object_type, ids[0], version), {(object_type, ids[0]): why}
    batch: list[Operation] = []
    unreadable: dict[Ref, str] = {}
    for pk in ids:
        found, failed = readable_operations(object_type, [pk], version)
        batch += found
        unreadable |= failed
    return batch, unreadable


def _readable_versions(object_type: ObjectType, pk: int, version: int) -> list[Operation]:
    """What is read of an object before what cannot be read: a live version comes first."""
    read: list[Operation] = []
    with suppress(Exception):
        for entry in search_entries.each(object_type, [pk]):
            read.append(Write(entry, version))  # also if the next one fails
    return read


def set_aside_unreadable(unreadable: Mapping[Ref, str]) -> None:
    """Sets aside what a rebuild could not read: it is shown, and tried again once a day."""
    for (object_type, pk), error in unreadable.items():
        of_it = IndexJob.objects.filter(object_type=object_type.value, object_id=pk)
        if not of_it.exists():
            IndexJob.objects.enqueue(object_type, [pk], "rebuild")
        later = timezone.now() + LONGEST_WAIT
        of_it.update(attempts=POISON_ATTEMPTS, error=error[:2000], next_try_at=later)


def feed_batch(
    engine: Engine, size: int = BATCH, up_to: int | None = None, after: int = 0
) -> FeedResult:
    """Works off the oldest due jobs, or of those with ids after one and up to another.

    Raises EngineUnavailable, the jobs are kept then.
    """
    with _claimed(size, up_to, after) as jobs:
        if not jobs:
            return FeedResult()
        learnt_words.refresh(at_once=any(job.reason == learnt_words.REASON for job in jobs))
        failures = _written_in_time(engine, jobs)
        _split_anew(engine)
        if any(job.reason == REDACTED for job in jobs):
            drop_kept(engine)
        # Few are due: somebody waits for them. A full batch shows by the index's own interval.
        if len(jobs) < size:
            _show(engine)
        return _settle(jobs, failures)


def drain(engine: Engine, after: int = 0) -> FeedResult:
    """Works until nothing is due of what is there now: others may go on and on publishing.

    Jobs up to the id ``after`` are left alone.
    """
    total = FeedResult()
    newest = IndexJob.objects.aggregate(pk=Max("pk"))["pk"]
    if newest is None:
        return total
    while not (result := feed_batch(engine, up_to=newest, after=after)).is_empty:
        total += result
    if total.done:
        forget_versions()
    return total


@contextmanager
def _claimed(size: int, up_to: int | None, after: int) -> Iterator[list[IndexJob]]:
    """Due jobs, with all others of the same objects; other workers skip them meanwhile.

    The claim is a transaction, so that it ends with its worker; the engine's time limits bound
    it (decision 0058). On SQLite there is one feed; a second one only does the same work again.
    """
    due = IndexJob.objects.filter(
        pk__gt=after,
        next_try_at__lte=timezone.now(),
        # What a newer release knows and this one does not waits for that one.
        object_type__in=list(ObjectType),
    ).order_by("id")
    if up_to is not None:
        due = due.filter(pk__lte=up_to)
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            first = list(due.select_for_update(skip_locked=True)[:size])
            others = _others_of(first).select_for_update(skip_locked=True)
            yield first + list(others)
    else:
        first = list(due[:size])
        yield first + list(_others_of(first))


def _others_of(jobs: list[IndexJob]) -> QuerySet[IndexJob]:
    """Further jobs of the same objects, also those put off: one look serves them all."""
    same = Q(pk=None)
    for object_type, refs in _by_type(jobs).items():
        same |= Q(object_type=object_type.value, object_id__in=refs)
    return IndexJob.objects.filter(same).exclude(pk__in=[job.pk for job in jobs])


def _by_type(jobs: list[IndexJob]) -> dict[ObjectType, list[int]]:
    """The ids of the jobs' objects, each once."""
    by_type: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in sorted({_ref(job) for job in jobs}):
        by_type[object_type].append(pk)
    return by_type


def _ref(job: IndexJob) -> Ref:
    return ObjectType(job.object_type), job.object_id


def ref_of_key(key: str) -> Ref:
    """The object of a document."""
    object_type, pk, _version = key.split(":")
    return ObjectType(object_type), int(pk)


def _is_done(job: IndexJob, name: IndexName) -> bool:
    return job.public_done if name is IndexName.PUBLIC else job.internal_done


def _written_in_time(engine: Engine, jobs: list[IndexJob]) -> Failures:
    """Writes what the jobs ask for; if that came too late, once more.

    Late is what took long, or met other indices in the end than in the beginning: those may
    not know of a deletion that happened meanwhile, and take for new what is old.
    """
    for _attempt in range(2):
        began, layout = timezone.now(), engine.layout()
        failures = _write(engine, jobs)
        if timezone.now() - began < LATE and engine.layout() == layout:
            return failures
    why = "written late; to be looked at again"
    return {(_ref(job), name): why for job in jobs for name in IndexName} | failures


def _write(engine: Engine, jobs: list[IndexJob]) -> Failures:
    """Writes what each index still lacks; the errors by object and index."""
    version = draw_version()
    batch: list[Operation] = []
    failures: Failures = {}
    for object_type, ids in _by_type(jobs).items():
        readable, unreadable = readable_operations(object_type, ids, version)
        batch += readable
        failures |= {(ref, name): why for ref, why in unreadable.items() for name in IndexName}
    if learnt_words.learn(batch):
        learnt_words.refresh(at_once=True)
    for name in IndexName:
        wanted = {_ref(job) for job in jobs if not _is_done(job, name)}
        missing = [operation for operation in batch if ref_of_key(operation.key) in wanted]
        for result in _results(engine, missing, name):
            if not result.ok:
                failures[ref_of_key(result.key), name] = result.error
    return failures


def _results(engine: Engine, batch: list[Operation], name: IndexName) -> list[ItemResult]:
    """What became of each operation; one that the engine stumbles over stops no other."""
    if not batch:
        return []
    try:
        return engine.write(batch, name)
    except EngineUnavailable:
        raise
    except Exception as error:
        if len(batch) > 1:
            return [result for one in batch for result in _results(engine, [one], name)]
        logger.exception("%s cannot be written", batch[0].key)
        why = f"{type(error).__name__}: {error}"
        return [ItemResult(batch[0].key, Outcome.FAILED, why)]


def _split_anew(engine: Engine) -> None:
    """Has compounds with new words split. It stays due: no reason to write the batch again."""
    try:
        learnt_words.split_anew(engine)
    except EngineUnavailable as error:
        logger.warning("new words split compounds later: %s", error)


def _show(engine: Engine) -> None:
    """Makes visible what was written. Without it, it shows a moment later: no reason to fail."""
    try:
        for name in IndexName:
            engine.refresh(name)
    except EngineUnavailable as error:
        logger.warning("what was written is shown later: %s", error)


def _settle(jobs: list[IndexJob], failures: Failures) -> FeedResult:
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


def retry() -> int:
    """Makes everything that was put off due now, as if it had never failed; how many jobs."""
    return IndexJob.objects.filter(attempts__gt=0).update(attempts=0, next_try_at=timezone.now())


def plain_jobs() -> list[int]:
    """The ids of the jobs that wait for nothing but a look at their object.

    Whoever reads everything after this has looked for them; see `dismiss`.
    """
    waiting = IndexJob.objects.filter(attempts=0, object_type__in=list(ObjectType))
    with_errands = (REDACTED, learnt_words.REASON)
    return list(waiting.exclude(reason__in=with_errands).values_list("pk", flat=True))


def dismiss(jobs: list[int], unreadable: Iterable[Ref]) -> None:
    """Removes jobs whose objects were read and written since, but for those that could not be."""
    kept = Q(pk=None)
    for object_type, pk in unreadable:
        kept |= Q(object_type=object_type.value, object_id=pk)
    for start in range(0, len(jobs), BATCH):
        IndexJob.objects.filter(pk__in=jobs[start : start + BATCH]).exclude(kept).delete()


def drop_kept(engine: Engine) -> list[str]:
    """Removes the indices that are kept for a rollback; their concrete names."""
    kept = [concrete for _name, role, concrete in engine.layout() if role == "previous"]
    for concrete in kept:
        engine.drop(concrete)
    return kept


def set_aside() -> QuerySet[IndexJob]:
    """The jobs that failed so often that they wait a day between tries, oldest first."""
    return IndexJob.objects.filter(attempts__gte=POISON_ATTEMPTS).order_by("id")


def waiting() -> QuerySet[IndexJob]:
    """The jobs that the feed has before it; those that were set aside are told apart."""
    return IndexJob.objects.filter(attempts__lt=POISON_ATTEMPTS)


def backlog() -> dict[str, int]:
    """How many jobs wait, for how many seconds the oldest one does, how many are set aside."""
    counted = waiting().aggregate(waiting=Count("pk"), oldest=Min("created_at"))
    age = timezone.now() - counted["oldest"] if counted["oldest"] else timedelta()
    return {
        "waiting": counted["waiting"],
        "oldest_seconds": round(age.total_seconds()),
        "set_aside": set_aside().count(),
    }
