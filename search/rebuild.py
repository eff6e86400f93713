"""A new index beside the old one, filled from the database, compared, then swapped in."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.published import search_entries
from cms.published.hits import visible
from search.engine import Engine, IndexName, ItemResult, Operation, Write
from search.feed import Ref, drain, draw_version, is_behind, jump_ahead, readable_operations

logger = logging.getLogger(__name__)

BATCH = 500
_SEES_ALL = Reader(circle=Circle.PROJECTS, is_office=True)


class RebuildFailed(Exception):
    """The new index does not hold what the database holds; the old one stays in use."""


@dataclass(frozen=True)
class Rebuilt:
    """How many documents the new indices hold, and how many drafts could not be read."""

    public: int
    internal: int
    unreadable: int = 0


def rebuild(engine: Engine, on_progress: Callable[[int], None] | None = None) -> Rebuilt:
    """Builds both indices anew while the old ones answer and the feed goes on.

    The engine writes what the feed brings meanwhile into old and new (versions keep the
    newer). Before the swap, what should be there is compared with what is there. An object
    that cannot be read is left out and told, unless it is published.
    Raises EngineUnavailable, RebuildFailed: nothing is swapped then.
    """
    concrete = {name: engine.create_index(name) for name in IndexName}
    expected: dict[IndexName, set[str]] = {name: set() for name in IndexName}
    done = unreadable = 0
    with _Writers(engine, concrete) as writers:
        for object_type in ObjectType:
            for ids in search_entries.all_ids(object_type, BATCH):
                batch, failures = readable_operations(object_type, ids, draw_version())
                _check_unpublished(failures)
                unreadable += len(failures)
                writers.write(batch)
                for name in IndexName:
                    expected[name].update(_expected_keys(batch, name))
                done += len(ids)
                if on_progress:
                    on_progress(done)
    drain(engine)
    for name in IndexName:
        engine.refresh(name)
    _swap_if_complete(engine, concrete, expected)
    # Only now: whoever is stopped before still finds that the old index is another database's.
    if is_behind(engine):
        jump_ahead(engine)
    drain(engine)
    return Rebuilt(
        engine.count(IndexName.PUBLIC), engine.count(IndexName.INTERNAL), unreadable=unreadable
    )


class _Writers:
    """Writes batches into both new indices at once, while the next batch is read.

    The engine works meanwhile: without this, it waits for the database half of the time.
    """

    def __init__(self, engine: Engine, concrete: dict[IndexName, str]) -> None:
        self._engine = engine
        self._concrete = concrete
        self._threads = ThreadPoolExecutor(len(concrete))
        self._running: list[Future[list[ItemResult]]] = []

    def write(self, batch: list[Operation]) -> None:
        """Begins to write a batch, once the one before is written; raises what that one met."""
        self._finish()
        self._running = [
            self._threads.submit(self._engine.write, batch, name, concrete)
            for name, concrete in self._concrete.items()
        ]

    def _finish(self) -> None:
        running, self._running = self._running, []
        for result in (result for future in running for result in future.result()):
            if not result.ok:
                raise RebuildFailed(f"{result.key}: {result.error}")

    def __enter__(self) -> "_Writers":
        return self

    def __exit__(self, *error: object) -> None:
        with self._threads:  # which waits for the threads, whatever happened
            if error[0] is None:
                self._finish()


def _check_unpublished(failures: dict[Ref, str]) -> None:
    """Raises RebuildFailed if what cannot be read is published: people would miss it."""
    lost = visible(failures, _SEES_ALL)
    if lost:
        object_type, pk = next(iter(lost))
        raise RebuildFailed(f"{object_type}:{pk}: {failures[object_type, pk]}")
    for (object_type, pk), error in failures.items():
        logger.warning("%s:%s is left out: %s", object_type, pk, error)


def _expected_keys(batch: list[Operation], name: IndexName) -> set[str]:
    writes = [operation for operation in batch if isinstance(operation, Write)]
    return {op.key for op in writes if name is IndexName.INTERNAL or op.entry.is_public}


def _swap_if_complete(
    engine: Engine, concrete: dict[IndexName, str], expected: dict[IndexName, set[str]]
) -> None:
    """Swaps both, or raises RebuildFailed.

    A few documents may differ, since people go on working; each difference is asked of
    the database again, so that only real losses stop the swap.
    """
    for name in IndexName:
        found = {one.key for one in engine.stored(name, concrete[name])}
        for key in expected[name] - found:
            object_type, pk, _version = key.split(":")
            now = search_entries.entries(ObjectType(object_type), [int(pk)])
            if any(
                entry.key == key and (name is IndexName.INTERNAL or entry.is_public)
                for entry in now
            ):
                raise RebuildFailed(f"{key} is missing in {concrete[name]}")
    for name in IndexName:
        engine.swap(name, concrete[name])
