"""The engine without a server: tantivy in a folder, for one machine.

The same documents, queries, filters and facets as on Elasticsearch. Texts are analysed in
Python. Every document, also a deleted one, keeps its external version in the index
itself, so that one commit holds both or neither.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import tantivy

from cms.domain.indexing import Version
from cms.domain.reader import Reader
from search.analysis.compounds import CompoundSplitter, default_splitter
from search.embedded_documents import build_schema, to_tantivy, tombstone
from search.embedded_queries import all_of, translate
from search.embedded_store import BUILDING, CURRENT, PREVIOUS, IndexFolders
from search.engine import (
    EngineStatus,
    EngineUnavailable,
    Hit,
    IndexName,
    IndexStatus,
    ItemResult,
    Layout,
    Operation,
    Outcome,
    Results,
    Stored,
    Write,
    allowed_in,
    facet_counts,
    index_for,
    status_of,
)
from search.queries import (
    JSON,
    FacetValue,
    SearchRequest,
    Sort,
    build_query,
)

WRITER_MEMORY = 30_000_000
KEEP_TOMBSTONES = 24 * 60 * 60
#: By which field, and in which direction; other orders have a field of their own. What has no
#: value comes last either way.
_ORDERS: dict[Sort, tuple[str | None, tantivy.Order]] = {
    Sort.BEST: (None, tantivy.Order.Desc),
    Sort.A_TO_Z: ("title_order", tantivy.Order.Asc),
    Sort.Z_TO_A: ("title_order", tantivy.Order.Desc),
    Sort.LONG_UNCHANGED: ("modified", tantivy.Order.Asc),
    Sort.JUST_CHANGED: ("modified", tantivy.Order.Desc),
}
NOT_DELETED: JSON = {"terms": {"version": [state.value for state in Version]}}


class EmbeddedEngine:
    """The guide's indices in a folder; see `search.engine.Engine`."""

    name = "embedded"
    answers_within = None

    def __init__(
        self, folder: Path, *, splitter: Callable[[], CompoundSplitter] = default_splitter
    ) -> None:
        self._schema = build_schema()
        self._folders = IndexFolders(folder, self._schema)
        self._splitter = splitter

    @property
    def splitter(self) -> CompoundSplitter:
        """The compound splitter as it is now."""
        return self._splitter()

    def search(self, request: SearchRequest, reader: Reader) -> Results:
        """What this reader finds."""
        body = build_query(request, reader, self.splitter)
        with _working():
            searcher = self._searcher(index_for(reader))
            chosen = [body["post_filter"]] if "post_filter" in body else []
            query = self._narrowed(body["query"], chosen)
            hits, total = self._page(searcher, query, body, request.order)
            facets = {
                name: self._counted(searcher, body["query"], counts)
                for name, counts in body.get("aggs", {}).items()
            }
        return Results(hits, total, facet_counts(request, facets))

    def hits(self, body: JSON, reader: Reader) -> list[Hit]:
        """The best hits of a query body."""
        with _working():
            searcher = self._searcher(index_for(reader))
            query = translate(body["query"], self._schema)
            return self._page(searcher, query, body, Sort.BEST)[0]

    def write(
        self, operations: Iterable[Operation], index: str, concrete: str | None = None
    ) -> list[ItemResult]:
        """Write and delete in one commit for each index; the result for each, in their order."""
        allowed = [allowed_in(index, operation) for operation in operations]
        prepared = [(operation, self._document(operation)) for operation in allowed]
        with _working(), self._folders.locked():
            roles = self._folders.roles(index)
            if concrete is not None and roles.get(BUILDING) != concrete:
                raise LookupError(f"{concrete} is not being built")
            present = [concrete] if concrete else _present(roles, CURRENT, BUILDING)
            targets = [target for target in present if self._folders.fits(target)]
            if not targets:
                raise EngineUnavailable(f"there is no {index} index yet")
            # What the index being built answers is the same: it holds no newer version.
            results = [self._write_into(target, prepared) for target in targets]
        return results[0]

    def status(self) -> EngineStatus:
        """How the engine is; a folder that cannot be read is told, not raised."""
        try:
            with _working():
                indices = tuple(self._index_status(name) for name in IndexName)
        except EngineUnavailable as error:
            return EngineStatus(self.name, available=False, error=str(error))
        return status_of(self.name, version("tantivy"), indices)

    def ensure_indices(self) -> None:
        """Create the indices that are not there yet, empty."""
        with _working():
            for name in IndexName:
                if CURRENT not in self._folders.roles(name):
                    self._folders.swap(name, self._folders.create(name))

    def apply_settings(self) -> None:
        """Nothing to do: there is nothing to choose."""

    def create_index(self, name: str) -> str:
        """Begin to build an index beside the current one; returns its concrete name."""
        with _working():
            return self._folders.create(name)

    def swap(self, name: str, concrete: str) -> None:
        """Make the built index the current one; LookupError if it is not being built."""
        with _working():
            self._folders.swap(name, concrete)

    def reopen(self, name: str) -> str:
        """Make the index kept one that is being built; LookupError if there is none."""
        with _working():
            return self._folders.reopen(name)

    def tidy(self) -> list[str]:
        """Remove what a rebuild left that was interrupted; returns the concrete names."""
        with _working():
            return [concrete for name in IndexName for concrete in self._folders.tidy(name)]

    def layout(self) -> Layout:
        """Which indices there are now."""
        with _working():
            return frozenset(
                (name.value, role, concrete)
                for name in IndexName
                for role, concrete in self._folders.roles(name).items()
            )

    def drop(self, concrete: str) -> None:
        """Remove an index; ValueError if it is the current one or none of ours."""
        self._folders.drop(concrete)

    def refresh(self, name: str) -> None:
        """Nothing to do: every search sees what was committed before it."""

    def count(self, name: str, concrete: str | None = None) -> int:
        """How many documents an index holds."""
        with _working():
            return self._count(self._searcher(name, concrete))

    def stored(
        self, name: str, concrete: str | None = None, keys: Collection[str] | None = None
    ) -> Iterator[Stored]:
        """Key, version and checksum of every document, as it stood at the first of them."""
        with _working():
            searcher = self._searcher(name, concrete)
            query = translate(NOT_DELETED, self._schema)
            if keys is not None:
                among = tantivy.Query.term_set_query(self._schema, "key", sorted(keys))
                both = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)]
                query = tantivy.Query.boolean_query(both)
            found = searcher.search(query, max(1, searcher.num_docs), count=False)
            for _, address in found.hits:
                document = searcher.doc(address)
                yield Stored(*_key_and_revision(document), str(document.get_first("checksum")))

    def highest_version(self, name: str, concrete: str) -> int:
        """The highest version of an index's documents; 0 without any."""
        with _working():
            searcher = self._searcher(name, concrete)
            highest = {"highest": {"max": {"field": "revision"}}}
            query = translate(NOT_DELETED, self._schema)
            return int(searcher.aggregate(query, highest)["highest"]["value"] or 0)

    def _searcher(self, name: str, concrete: str | None = None) -> tantivy.Searcher:
        target = concrete or self._folders.roles(name).get(CURRENT)
        if target is None:
            raise EngineUnavailable(f"there is no {name} index yet")
        return self._folders.open(target).searcher()

    def _narrowed(self, query: JSON, filters: list[JSON]) -> tantivy.Query:
        if not filters:
            return translate(query, self._schema)
        return translate({"bool": {"must": [query], "filter": filters}}, self._schema)

    def _page(
        self, searcher: tantivy.Searcher, query: tantivy.Query, body: JSON, order: Sort
    ) -> tuple[list[Hit], int]:
        field, direction = _ORDERS.get(order, (order.value, tantivy.Order.Desc))
        # tantivy panics on a limit of 0.
        found = searcher.search(
            query,
            max(1, body["size"]),
            order_by_field=field,
            order=direction,
            offset=body["from"],
        )
        hits = [
            Hit.from_key(_key_and_revision(searcher.doc(address))[0], None if field else score)
            for score, address in found.hits[: body["size"]]
        ]
        return hits, _count_of(found)

    def _counted(
        self, searcher: tantivy.Searcher, query: JSON, counts: JSON
    ) -> list[tuple[FacetValue, int]]:
        """The counts of one facet: the query under all choices but the facet's own."""
        terms = {"values": counts["aggs"]["values"]}
        found = searcher.aggregate(self._narrowed(query, [counts["filter"]]), terms)
        return [(bucket["key"], bucket["doc_count"]) for bucket in found["values"]["buckets"]]

    def _count(self, searcher: tantivy.Searcher) -> int:
        return _count_of(searcher.search(all_of([NOT_DELETED], self._schema), 1))

    def _document(self, operation: Operation) -> tantivy.Document:
        if isinstance(operation, Write):
            return to_tantivy(operation.entry, operation.version, self.splitter)
        return tombstone(operation.key, operation.version, int(time.time()))

    def _write_into(
        self, concrete: str, prepared: list[tuple[Operation, tantivy.Document]]
    ) -> list[ItemResult]:
        index = self._folders.open(concrete)
        revisions = self._revisions(index, {operation.key for operation, _ in prepared})
        results = []
        writer = index.writer(heap_size=WRITER_MEMORY, num_threads=1)
        for operation, document in prepared:
            if operation.version < revisions.get(operation.key, operation.version):
                results.append(ItemResult(operation.key, Outcome.SUPERSEDED))
                continue
            revisions[operation.key] = operation.version
            writer.delete_documents_by_term("key", operation.key)
            writer.add_document(document)
            results.append(ItemResult(operation.key, Outcome.DONE))
        self._forget_tombstones(writer)
        writer.commit()
        writer.wait_merging_threads()
        return results

    def _revisions(self, index: tantivy.Index, keys: set[str]) -> dict[str, int]:
        """The versions that an index holds of these documents, deleted ones included."""
        if not keys:
            return {}
        searcher = index.searcher()
        query = tantivy.Query.term_set_query(self._schema, "key", sorted(keys))
        found = searcher.search(query, len(keys), count=False)
        return dict(_key_and_revision(searcher.doc(address)) for _, address in found.hits)

    def _forget_tombstones(self, writer: tantivy.IndexWriter) -> None:
        cutoff = int(time.time()) - KEEP_TOMBSTONES
        integer = tantivy.FieldType.Integer
        writer.delete_documents_by_query(
            tantivy.Query.range_query(self._schema, "deleted_at", integer, 0, cutoff)
        )

    def _index_status(self, name: IndexName) -> IndexStatus:
        roles = self._folders.roles(name)
        current = roles.get(CURRENT)
        fits = current is None or self._folders.fits(current)
        documents = self._count(self._searcher(name)) if current and fits else 0
        return IndexStatus(name, current, documents, roles.get(PREVIOUS), roles.get(BUILDING), fits)


@contextmanager
def _working() -> Iterator[None]:
    """What the file system or tantivy (ValueError) cannot do becomes `EngineUnavailable`."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise EngineUnavailable(str(error)) from error


def _present(roles: dict[str, str], *wanted: str) -> list[str]:
    return [roles[role] for role in wanted if role in roles]


def _count_of(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # tantivy's stubs lack it


def _key_and_revision(document: tantivy.Document) -> tuple[str, int]:
    return str(document.get_first("key")), int(document.get_first("revision") or 0)
