"""A new index beside the old one, filled from the database, compared, then swapped in."""

from collections.abc import Callable
from dataclasses import dataclass

from cms.domain.indexing import ObjectType
from cms.published import search_entries
from search.engine import Engine, IndexName, Operation, Write
from search.feed import drain, draw_version, operations

BATCH = 500


class RebuildFailed(Exception):
    """The new index does not hold what the database holds; the old one stays in use."""


@dataclass(frozen=True)
class Rebuilt:
    """How many documents the new indices hold."""

    public: int
    internal: int


def rebuild(engine: Engine, on_progress: Callable[[int], None] | None = None) -> Rebuilt:
    """Builds both indices anew while the old ones answer and the feed goes on.

    The engine writes what the feed brings meanwhile into old and new (versions keep the
    newer). Before the swap, what should be there is compared with what is there.
    Raises EngineUnavailable, RebuildFailed: nothing is swapped then.
    """
    concrete = {name: engine.create_index(name) for name in IndexName}
    expected: dict[IndexName, set[str]] = {name: set() for name in IndexName}
    done = 0
    for object_type in ObjectType:
        for ids in search_entries.all_ids(object_type, BATCH):
            batch: list[Operation] = operations(object_type, ids, draw_version())
            for name in IndexName:
                failed = [
                    result for result in engine.write(batch, name, concrete[name]) if not result.ok
                ]
                if failed:
                    raise RebuildFailed(f"{failed[0].key}: {failed[0].error}")
                expected[name].update(_expected_keys(batch, name))
            done += len(ids)
            if on_progress:
                on_progress(done)
    drain(engine)
    for name in IndexName:
        engine.refresh(name)
    _swap_if_complete(engine, concrete, expected)
    drain(engine)
    return Rebuilt(*(engine.count(name) for name in (IndexName.PUBLIC, IndexName.INTERNAL)))


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
        found = {key for key, _version in engine.ids_with_versions(name, concrete[name])}
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
