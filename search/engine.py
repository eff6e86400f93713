"""What a search engine can do for the guide: one small interface, two engines behind it.

The public index holds what is published for everybody, and nothing else; the internal
one holds every live version and every draft, filtered for each reader.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.reader import Reader
from search.queries import JSON, FacetValue, SearchRequest, chosen_values

#: With what the database then takes (`fallback.SECONDS`) nobody waits longer than 1.5 s.
SEARCH_TIMEOUT = 0.9
BULK_TIMEOUT = 30.0


class EngineUnavailable(Exception):
    """The engine cannot answer now: away, too slow, without rights, or without an index.

    It is then left alone, longer and longer, for so many seconds.
    """

    shortest_rest = 1.0
    longest_rest = 30.0


class EngineRefused(EngineUnavailable):
    """The engine does not accept our password or key.

    Only a person can mend that; trying again and again could lock an account.
    """

    shortest_rest = 60.0
    longest_rest = 900.0


class EngineRejected(EngineUnavailable):
    """The engine understands this one question differently than we do; it answers others."""

    shortest_rest = longest_rest = 0.0


class EngineHurried(EngineUnavailable):
    """The engine had less time than it is given otherwise: that says nothing about it."""

    shortest_rest = longest_rest = 0.0


class EngineSlow(EngineUnavailable):
    """No answer came in time: the engine hangs, or this one question is hard."""


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

    @property
    def ref(self) -> tuple[ObjectType, int]:
        """The object, in whatever version."""
        return self.type, self.id

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
    ``settings`` are those of the server that an operator chooses: shards, replicas ...
    """

    name: IndexName
    concrete: str | None
    documents: int
    previous: str | None = None
    building: str | None = None
    fits: bool = True
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EngineStatus:
    """How the engine is; never an exception. ``refused``: our password or key is wrong."""

    engine: str
    available: bool
    version: str = ""
    indices: tuple[IndexStatus, ...] = ()
    error: str = ""
    refused: bool = False

    @property
    def needs_rebuild(self) -> bool:
        """Are there no indices, or another release's? Not so if the engine is only away."""
        return any(index.concrete is None or not index.fits for index in self.indices)


#: Which concrete index has which role, for every index: (index, role, concrete).
Layout = frozenset[tuple[str, str, str]]


class Stored(NamedTuple):
    """What an index holds of a document, to be compared with the database."""

    key: str
    version: int
    checksum: str


class Engine(Protocol):
    """A search engine. Every method but ``status`` may raise `EngineUnavailable`.

    ``answers_within``: so many seconds are waited for an answer to a person; None: as long as
    it takes, since there is no server that could hang.
    """

    name: str
    answers_within: float | None

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

    def apply_settings(self) -> None:
        """Give the indices that are there the settings that can change while they are used."""
        ...

    def create_index(self, name: str) -> str:
        """Begin to build an index beside the current one; returns its concrete name.

        An earlier one that was never swapped in is dropped.
        """
        ...

    def swap(self, name: str, concrete: str) -> None:
        """Make the built index the current one, atomically; the old one is kept."""
        ...

    def reopen(self, name: str) -> str:
        """Make the index kept one that is being built, to be mended and swapped in again.

        Returns its concrete name. Raises LookupError if there is none.
        """
        ...

    def tidy(self) -> list[str]:
        """Remove what a rebuild left that was interrupted; returns the concrete names."""
        ...

    def layout(self) -> Layout:
        """Which indices there are now. It changes when one is begun, swapped or removed."""
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

    def stored(
        self, name: str, concrete: str | None = None, keys: Collection[str] | None = None
    ) -> Iterator[Stored]:
        """Key, version and checksum of every document, in no particular order.

        With ``keys`` only of these.
        """
        ...

    def highest_version(self, name: str, concrete: str) -> int:
        """The highest version of an index's documents, deleted ones left out; 0 without any."""
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
