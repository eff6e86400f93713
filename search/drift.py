"""Compares the indices with the database, and repairs what differs."""

from dataclasses import dataclass, field

from cms.domain.indexing import ObjectType
from cms.models.publications import IndexJob
from cms.published import search_entries
from search.engine import Engine, IndexName
from search.feed import drain


@dataclass
class Drift:
    """What differs in one index: keys that are missing, and keys that should not be there."""

    index: IndexName
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.missing and not self.surplus


def find(engine: Engine) -> list[Drift]:
    """Compares every key of both indices with the database, after the due jobs are done."""
    drain(engine)
    expected: dict[IndexName, set[str]] = {name: set() for name in IndexName}
    for object_type in ObjectType:
        for ids in search_entries.all_ids(object_type):
            for entry in search_entries.entries(object_type, ids):
                expected[IndexName.INTERNAL].add(entry.key)
                if entry.is_public:
                    expected[IndexName.PUBLIC].add(entry.key)
    drifts = []
    for name in IndexName:
        engine.refresh(name)
        found = {key for key, _version in engine.ids_with_versions(name)}
        drifts.append(
            Drift(
                name,
                len(expected[name]),
                sorted(expected[name] - found),
                sorted(found - expected[name]),
            )
        )
    return drifts


def repair(engine: Engine, drifts: list[Drift]) -> int:
    """Has every object that differs looked at again; how many they were."""
    keys = {key for drift in drifts for key in drift.missing + drift.surplus}
    refs = {tuple(key.split(":")[:2]) for key in keys}
    for object_type, pk in sorted(refs):
        IndexJob.objects.enqueue(ObjectType(object_type), [int(pk)], "drift")
    drain(engine)
    for name in IndexName:
        engine.refresh(name)
    return len(refs)
