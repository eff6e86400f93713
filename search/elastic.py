"""The engine on Elasticsearch 8.19 or newer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import streaming_bulk

from cms.domain.reader import Reader
from search.analysis.compounds import CompoundSplitter, default_splitter
from search.documents import to_document
from search.engine import (
    BULK_TIMEOUT,
    SEARCH_TIMEOUT,
    EngineStatus,
    EngineUnavailable,
    Hit,
    IndexName,
    IndexStatus,
    ItemResult,
    Operation,
    Outcome,
    Results,
    Stored,
    Write,
    allowed_in,
    facet_counts,
    index_for,
    index_name_of,
    status_of,
)
from search.indices import BUILDING, PREVIOUS, READ, WRITE, Indices
from search.queries import JSON, SearchRequest, build_query

CHUNK = 500
PAGE = 2_000


class ElasticEngine:
    """The guide's indices on an Elasticsearch server or cluster; see `search.engine.Engine`."""

    def __init__(
        self,
        urls: list[str],
        prefix: str,
        *,
        api_key: str | None = None,
        basic_auth: tuple[str, str] | None = None,
        ca_certs: str | None = None,
        shards: int = 1,
        replicas: int = 0,
        splitter: CompoundSplitter | None = None,
        search_timeout: float = SEARCH_TIMEOUT,
    ) -> None:
        options: dict[str, Any] = {"ca_certs": ca_certs} if ca_certs else {}
        client = Elasticsearch(urls, api_key=api_key, basic_auth=basic_auth, **options)
        # A person waits: one try, then the database answers.
        self._quick = client.options(request_timeout=search_timeout, max_retries=0)
        self._patient = client.options(request_timeout=BULK_TIMEOUT)
        self._indices = Indices(self._patient, prefix, shards, replicas)
        self._quick_look = Indices(self._quick, prefix, shards, replicas)
        self._splitter = splitter

    @property
    def splitter(self) -> CompoundSplitter:
        """The compound splitter; the default one is loaded when it is first needed."""
        return self._splitter or default_splitter()

    def search(self, request: SearchRequest, reader: Reader) -> Results:
        """What this reader finds."""
        body = build_query(request, reader, self.splitter.parts_of_text)
        answer = self._ask(body, reader)
        facets = {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in counts["values"]["buckets"]]
            for name, counts in answer.get("aggregations", {}).items()
        }
        total = answer["hits"]["total"]["value"]
        return Results(_hits(answer), total, facet_counts(request, facets))

    def hits(self, body: JSON, reader: Reader) -> list[Hit]:
        """The best hits of a query body."""
        return _hits(self._ask(body, reader))

    def write(
        self, operations: Iterable[Operation], index: str, concrete: str | None = None
    ) -> list[ItemResult]:
        """Write and delete; the result for each, in their order."""
        allowed = [allowed_in(index, operation) for operation in operations]
        with _reaching():
            roles = self._indices.roles(index)
            if concrete is not None and roles.get(BUILDING) != concrete:
                raise LookupError(f"{concrete} is not being built")
            targets = [BUILDING] if concrete else [WRITE, BUILDING]
            answers = [
                self._bulk(allowed, self._indices.alias(index, role))
                for role in targets
                if role in roles
            ]
        if not answers:
            raise EngineUnavailable(f"there is no {index} index yet")
        return [_worst(results) for results in zip(*answers, strict=True)]

    def status(self) -> EngineStatus:
        """How the engine is; a node that does not answer is told, not raised."""
        try:
            with _reaching():
                version = self._quick.info()["version"]["number"]
                indices = tuple(self._index_status(name) for name in IndexName)
        except EngineUnavailable as error:
            return EngineStatus("elasticsearch", available=False, error=str(error))
        return status_of("elasticsearch", version, indices)

    def ensure_indices(self) -> None:
        """Create the indices that are not there yet, empty."""
        with _reaching():
            for name in IndexName:
                if READ not in self._indices.roles(name):
                    self._indices.swap(name, self._indices.create(name))

    def create_index(self, name: str) -> str:
        """Begin to build an index beside the current one; returns its concrete name."""
        with _reaching():
            return self._indices.create(name)

    def swap(self, name: str, concrete: str) -> None:
        """Make the built index the current one; LookupError if it is not being built."""
        with _reaching():
            self._indices.swap(name, concrete)

    def rollback(self, name: str) -> str:
        """Exchange the current index and the one kept; LookupError if there is none."""
        with _reaching():
            return self._indices.rollback(name)

    def drop(self, concrete: str) -> None:
        """Remove an index; ValueError if it is the current one or none of ours."""
        index_name_of(concrete)
        with _reaching():
            self._indices.drop(concrete)

    def refresh(self, name: str) -> None:
        """Make everything that was written visible to searches, the index being built too."""
        with _reaching():
            roles = self._indices.roles(name)
            names = {roles[role] for role in (READ, BUILDING) if role in roles}
            if not names:
                raise EngineUnavailable(f"there is no {name} index yet")
            self._patient.indices.refresh(index=sorted(names))

    def count(self, name: str, concrete: str | None = None) -> int:
        """How many documents an index holds, those a refresh has shown."""
        with _reaching():
            target = concrete or self._indices.alias(name, READ)
            return int(self._patient.count(index=target)["count"])

    def stored(self, name: str, concrete: str | None = None) -> Iterator[Stored]:
        """Key, version and checksum of every document, as it stood at the first of them."""
        with _reaching():
            target = concrete or self._indices.alias(name, READ)
            point = self._patient.open_point_in_time(index=target, keep_alive="2m")["id"]
            try:
                yield from self._walk(point)
            finally:
                self._patient.close_point_in_time(id=point)

    def _walk(self, point: str) -> Iterator[Stored]:
        after: list[Any] | None = None
        while True:
            page = self._patient.search(
                pit={"id": point, "keep_alive": "2m"},
                size=PAGE,
                sort=["_shard_doc"],
                search_after=after,
                version=True,
                source=False,
                docvalue_fields=["checksum"],
                track_total_hits=False,
            )["hits"]["hits"]
            if not page:
                return
            for hit in page:
                (checksum,) = hit.get("fields", {}).get("checksum", [""])
                yield Stored(hit["_id"], hit["_version"], checksum)
            after = page[-1]["sort"]

    def _ask(self, body: JSON, reader: Reader) -> Any:
        with _reaching():
            return self._quick.search(
                index=self._indices.alias(index_for(reader), READ),
                body=body,
                # Half an answer would look like a whole one.
                allow_partial_search_results=False,
            )

    def _bulk(self, operations: list[Operation], alias: str) -> list[ItemResult]:
        """Send operations to an alias; an index that is gone is never made anew by a write."""
        answers = streaming_bulk(
            self._patient,
            (self._action(operation, alias) for operation in operations),
            chunk_size=CHUNK,
            raise_on_error=False,
            max_retries=3,
            initial_backoff=0.5,
            require_alias=True,
        )
        return [
            _result(operation.key, item)
            for operation, (_, item) in zip(operations, answers, strict=True)
        ]

    def _action(self, operation: Operation, alias: str) -> JSON:
        action = {
            "_op_type": "delete",
            "_index": alias,
            "_id": operation.key,
            "version": operation.version,
            "version_type": "external_gte",
        }
        if isinstance(operation, Write):
            document = to_document(operation.entry, self.splitter)
            return {**action, "_op_type": "index", "_source": document}
        return action

    def _index_status(self, name: IndexName) -> IndexStatus:
        roles = self._quick_look.roles(name)
        current = roles.get(READ)
        documents = int(self._quick.count(index=current)["count"]) if current else 0
        fits = current is None or self._quick_look.fits(current)
        return IndexStatus(name, current, documents, roles.get(PREVIOUS), roles.get(BUILDING), fits)


@contextmanager
def _reaching() -> Iterator[None]:
    """Whatever keeps the server from answering becomes `EngineUnavailable`."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(str(error)) from error


def _hits(answer: Any) -> list[Hit]:
    return [Hit.from_key(hit["_id"], hit["_score"]) for hit in answer["hits"]["hits"]]


def _result(key: str, item: dict[str, Any]) -> ItemResult:
    """The result of one bulk item; deleting what is not there is done, not wrong."""
    (answer,) = item.values()
    if answer["status"] == 409:
        return ItemResult(key, Outcome.SUPERSEDED)
    if "error" in answer:
        error = answer["error"]
        reason = error["reason"] if isinstance(error, dict) else error
        return ItemResult(key, Outcome.FAILED, str(reason))
    return ItemResult(key, Outcome.DONE)


def _worst(results: tuple[ItemResult, ...]) -> ItemResult:
    """The result of one operation in several indices: a failure in any is a failure."""
    return next((result for result in results if not result.ok), results[0])
