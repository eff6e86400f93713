"""Compares indices with the database, and repairs what differs.

First in large (`search.tally`), in one pass over each; then what differs there, document by
document, until the feed has brought what it was about to write.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cms.domain.indexing import ObjectType
from cms.models.publications import IndexJob
from cms.published import search_entries
from search.engine import Delete, Engine, IndexName, Operation, Write
from search.feed import (
    Ref,
    drain,
    draw_version,
    jump_ahead,
    operations,
    readable_operations,
    ref_of_key,
)
from search.tally import SPAN, Span, Tally, is_stray, keys_of

#: So often, and with such a pause, a difference is looked at again before it is one.
LOOKS = 10
PAUSE_SECONDS = 0.3

Concrete = dict[IndexName, str]
#: Objects of one type, not more than a query may name.
Part = tuple[ObjectType, list[int]]


@dataclass
class Drift:
    """What differs in one index: keys that are missing, that should not be there, whose content
    is another one; and objects that cannot be read and therefore not be compared."""

    index: IndexName
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        """Every document that differs."""
        return {*self.missing, *self.surplus, *self.different}

    @property
    def is_clean(self) -> bool:
        return not (self.keys or self.unreadable)


@dataclass
class Expected:
    """What the database says should be in each index, summed up; and what cannot be read."""

    tallies: dict[IndexName, Tally] = field(
        default_factory=lambda: {name: Tally() for name in IndexName}
    )
    unreadable: dict[Ref, str] = field(default_factory=dict)

    def add(self, batch: Iterable[Operation], failures: Mapping[Ref, str]) -> None:
        """Counts what was read of some objects."""
        self.unreadable.update(failures)
        for operation in batch:
            if isinstance(operation, Write):
                entry = operation.entry
                checksum = entry.checksum
                self.tallies[IndexName.INTERNAL].add(entry.key, checksum)
                if entry.is_public:
                    self.tallies[IndexName.PUBLIC].add(entry.key, checksum)


def find(engine: Engine, concrete: Concrete | None = None) -> list[Drift]:
    """Compares every document of both indices with the database, after the due jobs are done.

    The current indices, or those of ``concrete``.
    """
    drain(engine)
    expected = Expected()
    version = draw_version()
    for object_type in ObjectType:
        for ids in search_entries.all_ids(object_type):
            expected.add(*readable_operations(object_type, ids, version))
    return compare(engine, expected, concrete)


def compare(engine: Engine, expected: Expected, concrete: Concrete | None = None) -> list[Drift]:
    """What differs between what was read of the database and these indices."""
    return [
        _compare(engine, name, expected, concrete[name] if concrete else None) for name in IndexName
    ]


def _compare(engine: Engine, name: IndexName, expected: Expected, concrete: str | None) -> Drift:
    engine.refresh(name)
    found = Tally()
    for one in engine.stored(name, concrete):
        found.add(one.key, one.checksum)
    spans = expected.tallies[name].differing(found)
    drift = _settled(engine, name, concrete, spans)
    drift.checked = expected.tallies[name].count
    drift.surplus += sorted(found.strays)
    unreadable = {f"{object_type}:{pk}" for object_type, pk in expected.unreadable}
    drift.unreadable = sorted(unreadable.union(drift.unreadable))
    return drift


def _settled(engine: Engine, name: IndexName, concrete: str | None, spans: list[Span]) -> Drift:
    """What differs in these spans, and still does after the feed has done what it was about to."""
    drift = _look(engine, name, concrete, [(span.type, span.ids) for span in spans])
    for _look_again in range(LOOKS):
        if not drift.keys:
            break
        time.sleep(PAUSE_SECONDS)
        drain(engine)
        engine.refresh(name)
        parts = _parts(drift.keys)
        before, drift = drift, _look(engine, name, concrete, parts)
        if drift == before and not _waiting(parts):
            break
    about_to_change = _waiting(_parts(drift.keys))
    return _without(drift, about_to_change)


def _look(engine: Engine, name: IndexName, concrete: str | None, parts: Iterable[Part]) -> Drift:
    """Compares these objects' documents one by one."""
    drift = Drift(name)
    for object_type, ids in parts:
        expected: dict[str, str] = {}
        batch, failures = readable_operations(object_type, ids, version=0)
        unreadable = {f"{failed}:{pk}" for failed, pk in failures}
        for entry in (one.entry for one in batch if isinstance(one, Write)):
            if name is IndexName.INTERNAL or entry.is_public:
                expected[entry.key] = entry.checksum
        found = {
            one.key: one.checksum
            for one in engine.stored(name, concrete, keys_of(object_type, ids))
            if one.key in expected or one.key.rpartition(":")[0] not in unreadable
        }
        both = expected.keys() & found.keys()
        drift.missing += sorted(expected.keys() - found.keys())
        drift.surplus += sorted(found.keys() - expected.keys())
        drift.different += sorted(key for key in both if expected[key] != found[key])
        drift.unreadable += sorted(unreadable)
    return drift


def _without(drift: Drift, refs: set[Ref]) -> Drift:
    def kept(keys: list[str]) -> list[str]:
        return [key for key in keys if ref_of_key(key) not in refs]

    return Drift(
        drift.index,
        missing=kept(drift.missing),
        surplus=kept(drift.surplus),
        different=kept(drift.different),
        unreadable=drift.unreadable,
    )


def _parts(keys: Collection[str]) -> list[Part]:
    """The objects of these documents, in parts: a whole index may be another one."""
    by_type: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in sorted({ref_of_key(key) for key in keys}):
        by_type[object_type].append(pk)
    return [
        (object_type, ids[begin : begin + SPAN])
        for object_type, ids in by_type.items()
        for begin in range(0, len(ids), SPAN)
    ]


def _waiting(parts: Iterable[Part]) -> set[Ref]:
    """Those of these objects that the feed is about to look at; what failed is not."""
    return {
        (object_type, pk)
        for object_type, ids in parts
        for pk in IndexJob.objects.filter(
            object_type=object_type.value, object_id__in=ids, attempts=0
        ).values_list("object_id", flat=True)
    }


def repair(engine: Engine, drifts: list[Drift]) -> int:
    """Has every object that differs looked at again by the feed; how many they were."""
    keys = {key for drift in drifts for key in drift.keys}
    if not keys:
        return 0
    # Whatever wrote what differs, the repair must not lose against its version.
    jump_ahead(engine)
    strays = {key for key in keys if is_stray(key)}
    parts = _parts(keys - strays)
    for name in IndexName:
        engine.write([Delete(key, draw_version()) for key in sorted(strays)], name)
    for object_type, ids in parts:
        IndexJob.objects.enqueue(object_type, ids, "drift")
    drain(engine)
    for name in IndexName:
        engine.refresh(name)
    return len(strays) + sum(len(ids) for _type, ids in parts)


def mend(engine: Engine, drift: Drift, concrete: str) -> int:
    """Writes what differs in an index that is being built; how many objects that were."""
    strays = {key for key in drift.keys if is_stray(key)}
    parts = _parts(drift.keys - strays)
    version = draw_version()
    engine.write([Delete(key, version) for key in sorted(strays)], drift.index, concrete)
    for object_type, ids in parts:
        engine.write(operations(object_type, ids, version), drift.index, concrete)
    return len(strays) + sum(len(ids) for _type, ids in parts)
