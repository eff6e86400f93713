"""Compares the indices with the database, and repairs what differs."""

from dataclasses import dataclass, field

from cms.domain.indexing import ObjectType
from cms.models.publications import IndexJob
from cms.published import search_entries
from search.engine import Engine, IndexName, Write
from search.feed import drain, draw_version, jump_ahead, readable_operations


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
    def is_clean(self) -> bool:
        return not (self.missing or self.surplus or self.different or self.unreadable)


def find(engine: Engine) -> list[Drift]:
    """Compares every document of both indices with the database, after the due jobs are done."""
    drain(engine)
    expected: dict[IndexName, dict[str, str]] = {name: {} for name in IndexName}
    unreadable: set[str] = set()
    version = draw_version()
    for object_type in ObjectType:
        for ids in search_entries.all_ids(object_type):
            batch, failures = readable_operations(object_type, ids, version)
            unreadable |= {f"{failed}:{pk}" for failed, pk in failures}
            for entry in (operation.entry for operation in batch if isinstance(operation, Write)):
                expected[IndexName.INTERNAL][entry.key] = entry.checksum
                if entry.is_public:
                    expected[IndexName.PUBLIC][entry.key] = entry.checksum
    return [_compare(engine, name, expected[name], unreadable) for name in IndexName]


def _compare(
    engine: Engine, name: IndexName, expected: dict[str, str], unreadable: set[str]
) -> Drift:
    engine.refresh(name)
    found = {
        one.key: one.checksum
        for one in engine.stored(name)
        if one.key.rpartition(":")[0] not in unreadable
    }
    return Drift(
        name,
        len(expected),
        missing=sorted(expected.keys() - found.keys()),
        surplus=sorted(found.keys() - expected.keys()),
        different=sorted(
            key for key in expected.keys() & found.keys() if expected[key] != found[key]
        ),
        unreadable=sorted(unreadable),
    )


def repair(engine: Engine, drifts: list[Drift]) -> int:
    """Has every object that differs looked at again; how many they were."""
    keys = {key for drift in drifts for key in drift.missing + drift.surplus + drift.different}
    refs = {tuple(key.split(":")[:2]) for key in keys}
    if refs:
        # Whatever wrote what differs, the repair must not lose against its version.
        jump_ahead(engine)
    for object_type, pk in sorted(refs):
        IndexJob.objects.enqueue(ObjectType(object_type), [int(pk)], "drift")
    drain(engine)
    for name in IndexName:
        engine.refresh(name)
    return len(refs)
