"""What an index holds, in few numbers: a count and a sum of checksums for each span of ids.

Two that are equal hold the same documents. Where they differ, only that span is looked at
closely: a million documents are compared without keeping their keys.
"""

import re
from collections import Counter
from typing import NamedTuple

from cms.domain.indexing import ObjectType, Version

SPAN = 500
_KEPT_BITS = 2**64 - 1
_TYPES = {object_type.value: object_type for object_type in ObjectType}
_KEY = re.compile(rf"({'|'.join(ObjectType)}):(0|[1-9][0-9]{{0,18}}):({'|'.join(Version)})")


class Span(NamedTuple):
    """The ids from ``number * SPAN`` on, of one type."""

    type: ObjectType
    number: int

    @property
    def ids(self) -> list[int]:
        return list(range(self.number * SPAN, (self.number + 1) * SPAN))


def keys_of(object_type: ObjectType, ids: list[int]) -> list[str]:
    """The keys of all documents that these objects can have."""
    return [f"{object_type}:{pk}:{version}" for pk in ids for version in Version]


def is_stray(key: str) -> bool:
    """Is this no key of ours?"""
    return _KEY.fullmatch(key) is None


class Tally:
    """Counts documents by span; ``strays`` are keys that are none of ours."""

    def __init__(self) -> None:
        self.count = 0
        self.strays: set[str] = set()
        self._documents: Counter[Span] = Counter()
        self._sums: Counter[Span] = Counter()

    def add(self, key: str, checksum: str) -> None:
        """Counts one document. The sums hold for this process only: Python salts its hashes."""
        self.count += 1
        match = _KEY.fullmatch(key)
        if match is None:
            self.strays.add(key)
            return
        span = Span(_TYPES[match[1]], int(match[2]) // SPAN)
        self._documents[span] += 1
        self._sums[span] = (self._sums[span] + hash((key, checksum))) & _KEPT_BITS

    def differing(self, other: "Tally") -> list[Span]:
        """The spans that are not the same in both."""
        spans = self._documents.keys() | other._documents.keys()
        return sorted(
            span
            for span in spans
            if self._documents[span] != other._documents[span]
            or self._sums[span] != other._sums[span]
        )
