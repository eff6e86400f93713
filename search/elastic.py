"""The engine on Elasticsearch 8.19 or newer."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from elasticsearch import (
    ApiError,
    AuthenticationException,
    BadRequestError,
    ConnectionTimeout,
    Elasticsearch,
    TransportError,
)
from elasticsearch.helpers import streaming_bulk

from cms.domain.reader import Reader
from search.analysis.compounds import CompoundSplitter, default_splitter
from search.documents import to_document
from search.engine import (
    BULK_TIMEOUT,
    SEARCH_TIMEOUT,
    EngineRefused,
    EngineRejected,
    EngineSlow,
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
    index_name_of,
    status_of,
)
from search.indices import BUILDING, PREVIOUS, READ, WRITE, IndexSettings, Indices
from search.queries import JSON, SearchRequest, build_query, hits_and_counts

CHUNK = 500
PAGE = 2_000
#: What keeps the server from writing anything at all, told for each document: too busy or out of
#: disk space, an index that is closed for writing, shards that are missing.
AWAY_STATUSES = frozenset({403, 429, 503})
OLDEST_VERSION = (8, 19)
#: For so many seconds an index is known to have the fields of this release.
FITS_SECONDS = 60.0


class ElasticEngine:
    """The guide's indices on an Elasticsearch server or cluster; see `search.engine.Engine`.

    Of several urls each request takes the next one that answers. Nodes that are not named are
    not looked for: the cluster may know them by addresses that are not open to us.
    """

    name = "elasticsearch"

    def __init__(
        self,
        urls: list[str],
        prefix: str,
        *,
        api_key: str | None = None,
        ca_certs: str | None = None,
        settings: IndexSettings | None = None,
        splitter: Callable[[], CompoundSplitter] = default_splitter,
        search_timeout: float = SEARCH_TIMEOUT,
    ) -> None:
        options: dict[str, Any] = {"ca_certs": ca_certs} if ca_certs else {}
        client = Elasticsearch(urls, api_key=api_key, **options)
        self.answers_within = search_timeout
        # A person waits: one try, a second one on another node; then the database answers.
        tries = min(2, len(urls))
        self._quick = client.options(
            request_timeout=search_timeout / tries, max_retries=tries - 1, retry_on_timeout=True
        )
        self._patient = client.options(request_timeout=BULK_TIMEOUT)
        self._indices = Indices(self._patient, prefix, settings or IndexSettings())
        self._quick_look = Indices(self._quick, prefix, settings or IndexSettings())
        self._splitter = splitter
        self._fits_until: dict[IndexName, float] = {}

    @property
    def splitter(self) -> CompoundSplitter:
        """The compound splitter as it is now."""
        return self._splitter()

    def search(self, request: SearchRequest, reader: Reader) -> Results:
        """What this reader finds."""
        body = build_query(request, reader, self.splitter)
        found, counted = self._ask(hits_and_counts(body), reader)
        facets = {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in counts["values"]["buckets"]]
            for name, counts in counted.get("aggregations", {}).items()
        }
        total = counted["hits"]["total"]["value"]
        return Results(_hits(found), total, facet_counts(request, facets))

    def hits(self, body: JSON, reader: Reader) -> list[Hit]:
        """The best hits of a query body."""
        (answer,) = self._ask([body], reader)
        return _hits(answer)

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
                self._bulk(allowed, self._indices.alias(index, role), roles[role])
                for role in targets
                if role in roles
            ]
        if not answers:
            raise EngineUnavailable(f"there is no {index} index yet")
        return [_worst(results) for results in zip(*answers, strict=True)]

    def status(self) -> EngineStatus:
        """How the engine is; a node that does not answer is told, not raised."""
        version, indices = "", ()
        try:
            with _reaching():
                version = self._version()
                # First what the cluster knows also without the documents: is it there, and fits?
                indices = tuple(self._index_status(name) for name in IndexName)
                indices = tuple(
                    replace(index, documents=self._documents(index)) for index in indices
                )
        except EngineUnavailable as error:
            refused = isinstance(error, EngineRefused)
            return EngineStatus(self.name, False, version, indices, str(error), refused)
        return status_of(self.name, version, indices)

    def apply_settings(self) -> None:
        """Give the indices that are there the settings that can change while they are used."""
        with _reaching():
            for name in IndexName:
                self._indices.apply_settings(name)

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

    def reopen(self, name: str) -> str:
        """Make the index kept one that is being built; LookupError if there is none."""
        with _reaching():
            return self._indices.reopen(name)

    def tidy(self) -> list[str]:
        """Remove what a rebuild left that was interrupted; returns the concrete names."""
        with _reaching():
            return [concrete for name in IndexName for concrete in self._indices.tidy(name)]

    def layout(self) -> Layout:
        """Which indices there are now."""
        with _reaching():
            return frozenset(
                (name.value, role, concrete)
                for name in IndexName
                for role, concrete in self._indices.roles(name).items()
            )

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

    def stored(
        self, name: str, concrete: str | None = None, keys: Collection[str] | None = None
    ) -> Iterator[Stored]:
        """Key, version and checksum of every document, as it stood at the first of them."""
        query: JSON = {"match_all": {}} if keys is None else {"ids": {"values": sorted(keys)}}
        with _reaching():
            target = concrete or self._indices.alias(name, READ)
            point = self._patient.open_point_in_time(index=target, keep_alive="2m")["id"]
            try:
                yield from self._walk(point, query)
            finally:
                self._patient.close_point_in_time(id=point)

    def highest_version(self, name: str, concrete: str) -> int:
        """The highest version of an index's documents; 0 without any."""
        with _reaching():
            self._patient.indices.refresh(index=concrete)
            found = self._patient.search(
                index=concrete, size=0, aggs={"highest": {"max": {"field": "revision"}}}
            )
            return int(found["aggregations"]["highest"]["value"] or 0)

    def _walk(self, point: str, query: JSON) -> Iterator[Stored]:
        after: list[Any] | None = None
        while True:
            page = self._patient.search(
                pit={"id": point, "keep_alive": "2m"},
                query=query,
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

    def _ask(self, bodies: Iterable[JSON], reader: Reader) -> list[Any]:
        name = index_for(reader)
        with _reaching():
            self._make_sure_it_fits(name)
            return self._search(self._indices.alias(name, READ), bodies)

    def _search(self, index: str, bodies: Iterable[JSON]) -> list[Any]:
        """The answers to these searches, which the server runs side by side."""
        # Half an answer would look like a whole one.
        header = {"index": index, "allow_partial_search_results": False}
        searches = [part for body in bodies for part in (header, body)]
        answer = self._quick.msearch(searches=searches).body
        answers = answer.get("responses") if isinstance(answer, dict) else None
        if not answers:
            raise EngineUnavailable("what answers is no Elasticsearch")
        for one in answers:
            if "error" in one:
                raise _error(one)
        return answers

    def _make_sure_it_fits(self, name: IndexName) -> None:
        """An index of another release answers, but finds less than it should."""
        if time.monotonic() < self._fits_until.get(name, 0):
            return
        index = self._index_status(name)
        if index.concrete is None or not index.fits:
            raise EngineUnavailable(f"there is no {name} index of this release")
        self._fits_until[name] = time.monotonic() + FITS_SECONDS

    def _version(self) -> str:
        about = self._quick.info().body
        number = str(about["version"]["number"]) if "version" in about else "?"
        parts = number.split(".")[:2]
        if not all(part.isdigit() for part in parts) or (
            tuple(int(part) for part in parts) < OLDEST_VERSION
        ):
            oldest = ".".join(map(str, OLDEST_VERSION))
            raise EngineUnavailable(f"Elasticsearch {number} is too old: {oldest} or newer")
        return number

    def _bulk(self, operations: list[Operation], alias: str, concrete: str) -> list[ItemResult]:
        """Send operations to an alias; an index that is gone is never made anew by a write.

        Deletions go to the alias' concrete index: Elasticsearch asks no alias of them, and one
        with a version would make an index where the alias was. What then comes late or is made
        by it is noticed by the feed (the layout is another one) and removed by `tidy`.
        """
        answers = streaming_bulk(
            self._patient,
            (self._action(operation, alias, concrete) for operation in operations),
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

    def _action(self, operation: Operation, alias: str, concrete: str) -> JSON:
        action = {
            "_op_type": "delete",
            "_index": concrete,
            "_id": operation.key,
            "version": operation.version,
            "version_type": "external_gte",
        }
        if isinstance(operation, Write):
            document = to_document(operation.entry, self.splitter)
            source = {**document, "revision": operation.version}
            return {**action, "_op_type": "index", "_index": alias, "_source": source}
        return action

    def _index_status(self, name: IndexName) -> IndexStatus:
        roles = self._quick_look.roles(name)
        current = roles.get(READ)
        fits = current is None or self._quick_look.fits(current)
        about = self._quick_look.settings_of(current) if current else {}
        return IndexStatus(name, current, 0, roles.get(PREVIOUS), roles.get(BUILDING), fits, about)

    def _documents(self, index: IndexStatus) -> int:
        """Asked as a search is: a missing shard is an error, not a smaller number."""
        if index.concrete is None:
            return 0
        body = {"size": 0, "track_total_hits": True}
        (answer,) = self._search(index.concrete, [body])
        return int(answer["hits"]["total"]["value"])


@contextmanager
def _reaching() -> Iterator[None]:
    """Whatever keeps the server from answering becomes `EngineUnavailable`."""
    try:
        yield
    except BadRequestError as error:
        raise EngineRejected(str(error)) from error
    except ApiError as error:
        is_refused = isinstance(error, AuthenticationException) or (
            error.message == "security_exception"
        )
        raise (EngineRefused if is_refused else EngineUnavailable)(str(error)) from error
    except ConnectionTimeout as error:
        raise EngineSlow(f"{type(error).__name__}: {error.message}") from error
    except TransportError as error:
        # Its text may only say that there was one; the message says which.
        why = f"{type(error).__name__}: {error.message}"
        raise EngineUnavailable(why) from error


def _error(answer: Any) -> EngineUnavailable:
    """Why one of several searches has no answer."""
    error = answer["error"]
    reason = f"{error.get('type')}: {error.get('reason')}"
    if answer["status"] == HTTPStatus.BAD_REQUEST:
        return EngineRejected(reason)
    if error.get("type") == "security_exception":
        return EngineRefused(reason)
    return EngineUnavailable(reason)


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
        if answer["status"] in AWAY_STATUSES:
            raise EngineUnavailable(str(reason))
        return ItemResult(key, Outcome.FAILED, str(reason))
    return ItemResult(key, Outcome.DONE)


def _worst(results: tuple[ItemResult, ...]) -> ItemResult:
    """The result of one operation in several indices: a failure in any is a failure."""
    return next((result for result in results if not result.ok), results[0])
