"""What a search engine can do for the guide: one small interface, two engines behind it.

The public index holds what is published for everybody, and nothing else; the internal
one holds every live version and every draft, filtered for each reader.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader
from search.queries import JSON, FacetValue, SearchRequest, chosen_values

SEARCH_TIMEOUT = 1.0
BULK_TIMEOUT = 30.0


class EngineUnavailable(Exception):
    """The engine cannot answer now: away, too slow, without rights, or without an index."""


class IndexName(StrEnum):
    """The two indices."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Hit:
    """An object that was found; ``score`` is 0 where the order is a date."""

    type: ObjectType
    id: int
    score: float
    version: Version = Version.LIVE

    @classmethod
    def from_key(cls, key: str, score: float | None) -> "Hit":
        """The hit for a document's key, ``experience:12:live``."""
        object_type, object_id, version = key.split(":")
        return cls(ObjectType(object_type), int(object_id), score or 0.0, Version(version))


@dataclass(frozen=True)
class Results:
    """One page of hits, how many there are in all, and the counts of each facet."""

    hits: list[Hit]
    total: int
    facets: dict[str, list[tuple[FacetValue, int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Write:
    """Put this entry into the index, unless a newer version of it is there."""

    entry: SearchEntry
    version: int

    @property
    def key(self) -> str:
        """The document's id."""
        return self.entry.key


@dataclass(frozen=True)
class Delete:
    """Take this document out of the index, unless a newer version of it is there."""

    key: str
    version: int


Operation = Write | Delete


class Outcome(StrEnum):
    """What became of an operation."""

    DONE = "done"
    SUPERSEDED = "superseded"
    FAILED = "failed"


@dataclass(frozen=True)
class ItemResult:
    """What became of one operation; ``error`` says why it failed."""

    key: str
    outcome: Outcome
    error: str = ""

    @property
    def ok(self) -> bool:
        """True if nothing is left to do: a newer version in the index counts as done."""
        return self.outcome is not Outcome.FAILED


@dataclass(frozen=True)
class IndexStatus:
    """One index: its concrete name, its documents, and the ones beside it.

    ``fits`` is False if it was built by a release whose documents had other fields.
    """

    name: IndexName
    concrete: str | None
    documents: int
    previous: str | None = None
    building: str | None = None
    fits: bool = True


@dataclass(frozen=True)
class EngineStatus:
    """How the engine is; never an exception."""

    engine: str
    available: bool
    version: str = ""
    indices: tuple[IndexStatus, ...] = ()
    error: str = ""


class Stored(NamedTuple):
    """What an index holds of a document, to be compared with the database."""

    key: str
    version: int
    checksum: str


class Engine(Protocol):
    """A search engine. Every method but ``status`` may raise `EngineUnavailable`."""

    def search(self, request: SearchRequest, reader: Reader) -> Results:
        """What this reader finds. Any text is only text: no query is an error."""
        ...

    def hits(self, body: JSON, reader: Reader) -> list[Hit]:
        """The best hits of a query body, of the index for this reader: without counts.

        For what helps a search along; the body brings its own filter (`queries.visible`).
        """
        ...

    def write(
        self, operations: Iterable[Operation], index: str, concrete: str | None = None
    ) -> list[ItemResult]:
        """Write and delete, in any order and as often as you like; a result for each.

        While an index is being built, both it and the current one are written to, so that
        a rebuild loses nothing; with ``concrete`` only that one, which must be the one
        being built. The public index never takes what is not public: it is deleted there.
        """
        ...

    def status(self) -> EngineStatus:
        """How the engine is."""
        ...

    def ensure_indices(self) -> None:
        """Create the indices that are not there yet, empty."""
        ...

    def create_index(self, name: str) -> str:
        """Begin to build an index beside the current one; returns its concrete name.

        An earlier one that was never swapped in is dropped.
        """
        ...

    def swap(self, name: str, concrete: str) -> None:
        """Make the built index the current one, atomically; the old one is kept."""
        ...

    def rollback(self, name: str) -> str:
        """Exchange the current index and the one kept; returns the now current one.

        The one kept has not been written to since the swap: compare it with the database.
        Raises LookupError if there is none.
        """
        ...

    def drop(self, concrete: str) -> None:
        """Remove an index that is not the current one (ValueError if it is)."""
        ...

    def refresh(self, name: str) -> None:
        """Make everything that was written visible to searches, now."""
        ...

    def count(self, name: str, concrete: str | None = None) -> int:
        """How many documents an index holds."""
        ...

    def stored(self, name: str, concrete: str | None = None) -> Iterator[Stored]:
        """Key, version and checksum of every document, in no particular order."""
        ...


def status_of(engine: str, version: str, indices: tuple[IndexStatus, ...]) -> EngineStatus:
    """The status of an engine that answers; without indices that fit it is not available yet."""
    missing = [status.name.value for status in indices if status.concrete is None]
    unfit = [status.name.value for status in indices if not status.fits]
    error = f"no index yet: {', '.join(missing)}" if missing else ""
    if unfit:
        error = f"to be built anew, its fields are old: {', '.join(unfit)}"
    return EngineStatus(engine, not missing and not unfit, version, indices, error)


def index_for(reader: Reader) -> IndexName:
    """The index that answers this reader: whoever sees only public things asks the public one."""
    only_public = reader.circles == (Circle.PUBLIC,) and not reader.project_ids
    return IndexName.PUBLIC if only_public else IndexName.INTERNAL


def allowed_in(name: str, operation: Operation) -> Operation:
    """The operation as this index takes it: what is not public is deleted from the public one."""
    if name == IndexName.PUBLIC and isinstance(operation, Write) and not operation.entry.is_public:
        return Delete(operation.key, operation.version)
    return operation


def index_name_of(concrete: str) -> IndexName:
    """The index that a concrete name, ``...-public-20131107...``, belongs to.

    Raises LookupError or ValueError for any other name.
    """
    return IndexName(concrete.split("-")[-2])


def timestamp() -> str:
    """The end of a concrete name: later ones sort later."""
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")


def facet_counts(
    request: SearchRequest, counted: dict[str, list[tuple[FacetValue, int]]]
) -> dict[str, list[tuple[FacetValue, int]]]:
    """The facets, most frequent value first.

    Every chosen value is in them, if need be with 0, so that the choice can be taken back.
    """
    chosen = chosen_values(request)
    facets = {}
    for facet in request.facets:
        counts = dict(counted[facet])
        missing = {value: 0 for value in chosen.get(facet, ()) if value not in counts}
        values = {**counts, **missing}.items()
        facets[facet.value] = sorted(values, key=lambda item: (-item[1], item[0]))
    return facets
