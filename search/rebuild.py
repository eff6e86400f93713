"""A new index beside the old one, filled from the database, compared, then swapped in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.published import search_entries
from cms.published.hits import readable
from search import drift, learnt_words
from search.alone import alone
from search.batch_writer import BatchWriter, WriteFailed
from search.engine import Engine, IndexName, Operation
from search.feed import (
    Ref,
    dismiss,
    drain,
    draw_version,
    is_behind,
    jump_ahead,
    plain_jobs,
    readable_operations,
    ref_of_key,
    set_aside_unreadable,
)

BATCH = 500
#: More published objects that cannot be read are no broken rows, but a fault of this release.
MOST_LOST = 20
_SEES_ALL = Reader(circle=Circle.PROJECTS, is_office=True)


class RebuildFailed(Exception):
    """The new index does not hold what the database holds; the old one stays in use."""


@dataclass(frozen=True)
class Rebuilt:
    """How many documents the new indices hold, and how many objects could not be read."""

    public: int
    internal: int
    unreadable: int = 0


def rebuild(engine: Engine, on_progress: Callable[[int], None] | None = None) -> Rebuilt:
    """Builds both indices anew while the old ones answer and the feed goes on.

    The engine writes what the feed brings meanwhile into old and new (versions keep the
    newer). Before the swap, what was read is compared with what is there; each difference is
    asked of the database again, so that only real ones stop the swap. An object that cannot
    be read is left out and set aside, as the feed does it.
    Raises AnotherRuns, EngineUnavailable, RebuildFailed: nothing is swapped then.
    """
    with alone():
        concrete = {name: engine.create_index(name) for name in IndexName}
        waiting = plain_jobs()
        with _cleared_away(engine):
            expected = _fill(engine, concrete, on_progress)
            # After a big import the old index would otherwise be fed once more, for nothing.
            drain(engine, after=max(waiting, default=0))
            for found in drift.compare(engine, expected, concrete):
                _check(found)
            for name in IndexName:
                engine.swap(name, concrete[name])
        # Only now: whoever is stopped before still finds that the old index is another database's.
        if is_behind(engine):
            jump_ahead(engine)
        dismiss(waiting, expected.unreadable)
        set_aside_unreadable(expected.unreadable)
        learnt_words.split_anew(engine)
        drain(engine)
    return Rebuilt(
        engine.count(IndexName.PUBLIC),
        engine.count(IndexName.INTERNAL),
        unreadable=len(expected.unreadable),
    )


def rollback(engine: Engine) -> dict[str, int]:
    """Goes back to the indices before the last rebuild; how many objects had changed, for each.

    They are brought up to date and compared before they answer: what was withdrawn since then
    stays withdrawn. Raises LookupError if none are kept, AnotherRuns, EngineUnavailable,
    RebuildFailed: nothing is swapped then.
    """
    with alone():
        with _cleared_away(engine):
            concrete = {name: engine.reopen(name) for name in IndexName}
            outdated = drift.find(engine, concrete)
            mended = {
                one.index.value: drift.mend(engine, one, concrete[one.index]) for one in outdated
            }
            for found in drift.find(engine, concrete):
                _check(found)
            for name in IndexName:
                engine.swap(name, concrete[name])
        drain(engine)
    return mended


@contextmanager
def _cleared_away(engine: Engine) -> Iterator[None]:
    """What is not finished is removed; what a kill leaves, the next rebuild or verify removes."""
    try:
        yield
    except Exception:
        engine.tidy()
        raise


def _fill(
    engine: Engine, concrete: drift.Concrete, on_progress: Callable[[int], None] | None
) -> drift.Expected:
    """Writes all that the database holds; what should then be there."""
    expected = drift.Expected()
    done = lost = 0
    try:
        with BatchWriter(engine, concrete) as writer:
            for object_type in ObjectType:
                for ids in search_entries.all_ids(object_type, BATCH):
                    batch, failures = readable_operations(object_type, ids, draw_version())
                    lost += _lost(object_type, batch, failures)
                    if lost > MOST_LOST:
                        raise RebuildFailed(f"{lost} Einträge sind nicht lesbar: {failures}"[:500])
                    if learnt_words.learn(batch):
                        learnt_words.refresh(at_once=True)
                    writer.write(batch)
                    expected.add(batch, failures)
                    done += len(ids)
                    if on_progress:
                        on_progress(done)
    except WriteFailed as error:
        raise RebuildFailed(str(error)) from error
    return expected


def _lost(object_type: ObjectType, batch: list[Operation], failures: dict[Ref, str]) -> int:
    """How many published objects people will miss, since they cannot be read."""
    written = {ref_of_key(operation.key) for operation in batch}
    lost = [pk for _type, pk in failures.keys() - written]
    # Who reads a document is decided one by one; without its words it is found by what uses it.
    if not lost or object_type is ObjectType.DOCUMENT:
        return 0
    return readable(object_type, _SEES_ALL).filter(pk__in=lost).count()


def _check(found: drift.Drift) -> None:
    if found.keys:
        shown = ", ".join(sorted(found.keys)[:10])
        raise RebuildFailed(
            f"Der neue Index „{found.index}“ stimmt nicht mit der Datenbank überein: {shown}"
        )
