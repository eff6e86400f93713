"""Search queries as pure data: what is asked, by whom, as an Elasticsearch body.

The clauses and their weights were measured (``facts/search.md``); nothing here talks to a
server. Whatever a person types is only text: there is no syntax, so there is no error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import Reader
from search.analysis.german import clean, is_stop_word, normalise, words

JSON = dict[str, Any]
FacetValue = str | int
PartsOf = Callable[[str], list[str]]

MAX_TEXT = 1_000
MAX_WORDS = 100
MAX_SIZE = 1_000
WINDOW = 10_000  # Elasticsearch's own limit for offset + size
FACET_SIZE = 1_000
BIGGEST_NUMBER = 2**63 - 1

EDITOR_WORDS = 4
PREFIX_FROM = 3
SHORTEST_BEGINNING, PREFIX_CUT = 2, 15  # as in the chain `prefix`
FUZZINESS = (5, 9)  # from 5 letters one typo, from 9 letters two


class Boosts(NamedTuple):
    """How much each clause weighs beside the main one."""

    split: float = 1.0
    exact: float = 0.3
    pairs: float = 0.2
    parts: float = 0.4
    prefix: float = 0.4
    all_words: float = 0.6
    fuzzy: float = 0.15
    title: float = 0.3
    lesson: float = 0.2


BOOSTS = Boosts()


class Facet(StrEnum):
    """What a search can be narrowed by, and counted by."""

    TYPE = "type"
    KIND = "kind"
    TOPIC = "topic"
    PROJECT = "project"
    INSTITUTION = "institution"
    TARGET_GROUP = "target_group"
    EVENT = "event"
    TABLE = "table"
    YEAR = "year"


FACET_FIELDS: dict[Facet, str] = {
    Facet.TYPE: "type",
    Facet.KIND: "kind",
    Facet.TOPIC: "topic_ids",
    Facet.PROJECT: "project_id",
    Facet.INSTITUTION: "institution_ids",
    Facet.TARGET_GROUP: "target_group_ids",
    Facet.EVENT: "event_ids",
    Facet.TABLE: "table_ids",
    Facet.YEAR: "year",
}


class Sort(StrEnum):
    """The order of the hits. Without a text, ``BEST`` is ``NEWEST``."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class SearchRequest:
    """What a person looks for. Several values of one filter mean any of them."""

    text: str = ""
    types: tuple[ObjectType, ...] = ()
    kinds: tuple[str, ...] = ()
    topic_ids: tuple[int, ...] = ()
    project_ids: tuple[int, ...] = ()
    institution_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()
    event_ids: tuple[int, ...] = ()
    table_ids: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    source_id: str | None = None
    versions: frozenset[Version] = frozenset({Version.LIVE})
    offset: int = 0
    size: int = 10
    sort: Sort = Sort.BEST
    facets: tuple[Facet, ...] = ()

    @property
    def order(self) -> Sort:
        """The order that results: without a text nothing is better than anything else."""
        if self.sort is Sort.BEST and not self.text.strip():
            return Sort.NEWEST
        return self.sort

    @property
    def page(self) -> tuple[int, int]:
        """Offset and size within what an engine can give; beyond it a page is empty."""
        offset = max(0, self.offset)
        size = max(0, min(self.size, MAX_SIZE, WINDOW - offset))
        return (offset, size) if size else (0, 0)


@dataclass(frozen=True)
class QueryText:
    """A person's text, read: its words, and the last one if it may be unfinished."""

    words: tuple[str, ...]
    unfinished: str

    @classmethod
    def read(cls, text: str) -> "QueryText":
        """Read any text; only its first 1,000 characters and 100 words count."""
        start = clean(text[:MAX_TEXT])
        found = tuple(words(start)[:MAX_WORDS])
        last = normalise(found[-1]) if found else ""
        finished = len(last) < PREFIX_FROM or start[-1:] in ".?!" or start[-1:].isspace()
        return cls(found, "" if finished else last[:PREFIX_CUT])

    @property
    def text(self) -> str:
        """The words with spaces between them: nothing else is left."""
        return " ".join(self.words)

    @property
    def others(self) -> tuple[str, ...]:
        """The words before the unfinished one that the stem chain does not leave out."""
        return tuple(word for word in self.words[:-1] if not is_stop_word(word))

    @property
    def is_short(self) -> bool:
        """Is this a few words, as editors type them, and not a question?"""
        return 0 < len(self.words) <= EDITOR_WORDS


def chosen_values(request: SearchRequest) -> dict[Facet, tuple[FacetValue, ...]]:
    """The facets that the request narrows, each with the values chosen."""
    values: dict[Facet, tuple[FacetValue, ...]] = {
        Facet.TYPE: request.types,
        Facet.KIND: request.kinds,
        Facet.TOPIC: request.topic_ids,
        Facet.PROJECT: request.project_ids,
        Facet.INSTITUTION: request.institution_ids,
        Facet.TARGET_GROUP: request.target_group_ids,
        Facet.EVENT: request.event_ids,
        Facet.TABLE: request.table_ids,
        Facet.YEAR: request.years,
    }
    return {facet: tuple(map(_storable, chosen)) for facet, chosen in values.items() if chosen}


def _storable(value: FacetValue) -> FacetValue:
    """A value that an index may be asked for; no document holds a negative number."""
    if isinstance(value, str):
        return storable_text(value)
    return value if 0 <= value <= BIGGEST_NUMBER else -1


def storable_text(text: str) -> str:
    """Text that can be sent to an engine or a database.

    Half characters become question marks, and NUL, which PostgreSQL refuses, a space.
    """
    return text[:MAX_TEXT].replace("\x00", " ").encode("utf-8", "replace").decode()


def build_query(request: SearchRequest, reader: Reader, parts_of: PartsOf) -> JSON:
    """The body of a search; ``parts_of`` gives the compound parts of a text."""
    offset, size = request.page
    chosen = chosen_values(request)
    staying = {facet: values for facet, values in chosen.items() if facet in request.facets}
    filters = [visible(reader, request.versions)]
    filters += [_any_of(facet, chosen[facet]) for facet in chosen if facet not in staying]
    if request.source_id is not None:
        filters.append({"term": {"source_id": storable_text(request.source_id)}})
    body: JSON = {
        "from": offset,
        "size": size,
        "track_total_hits": True,
        "_source": False,
        "query": {"bool": {"filter": filters, **_scoring(request.text, parts_of)}},
        "sort": _sorting(request.order),
    }
    if staying:
        body["post_filter"] = _all_of([_any_of(facet, staying[facet]) for facet in staying])
    if request.facets:
        body["aggs"] = {facet.value: _counts(facet, staying) for facet in request.facets}
    return body


def visible(reader: Reader, versions: Iterable[Version]) -> JSON:
    """The filter for what this reader may see, by circle and project ids."""
    projects = sorted(reader.project_ids)
    wanted = set(versions)
    ways: list[JSON] = []
    if Version.LIVE in wanted:
        live = {"term": {"version": Version.LIVE.value}}
        circles = [circle.value for circle in reader.circles]
        ways.append(_all_of([live, {"terms": {"circle": circles}}]))
        own = {"term": {"circle": Circle.PROJECT.value}}
        ways.append(_all_of([live, own, {"terms": {"project_id": projects}}]))
    if Version.DRAFT in wanted:
        draft = {"term": {"version": Version.DRAFT.value}}
        whose = [] if reader.is_office else [{"terms": {"project_id": projects}}]
        ways.append(_all_of([draft, *whose]))
    return {"bool": {"should": ways, "minimum_should_match": 1}} if ways else {"match_none": {}}


def _scoring(text: str, parts_of: PartsOf) -> JSON:
    """The part of the query that ranks."""
    if not text.strip():
        return {"must": [{"match_all": {}}]}
    query = QueryText.read(text)
    if not query.words:
        return {"must": [{"match_none": {}}]}
    return {"should": text_clauses(query, parts_of), "minimum_should_match": 1}


def text_clauses(query: QueryText, parts_of: PartsOf) -> list[JSON]:
    """The measured clauses: one main one, and side clauses that only add to it."""
    clauses = [
        _match("split", query.text, BOOSTS.split),
        _match("text.exact", query.text, BOOSTS.exact),
        _match("title", query.text, BOOSTS.title),
        _match("lesson", query.text, BOOSTS.lesson),
    ]
    if len(query.words) > 1:
        clauses.append(_match("text.pairs", query.text, BOOSTS.pairs))
    if parts := parts_of(query.text):
        clauses.append(_match("split", " ".join(parts), BOOSTS.parts))
    if query.unfinished:
        clauses.append(_match("text.prefix", query.unfinished, BOOSTS.prefix))
        if query.is_short:
            clauses.append(_all_words(query))
    if query.is_short:
        clauses.append(_fuzzy(query))
    return clauses


def _all_words(query: QueryText) -> JSON:
    """The second refinement: every word, the last one as far as it is typed."""
    must = [_match("text.prefix", query.unfinished)]
    if query.others:
        must.append(_match("split", " ".join(query.others), operator="and"))
    return {"bool": {"must": must, "boost": BOOSTS.all_words}}


def _fuzzy(query: QueryText) -> JSON:
    """Typos: a side clause, because on the main field they hurt (lesson 2)."""
    return _match(
        "text.exact",
        query.text,
        BOOSTS.fuzzy,
        fuzziness="AUTO:{},{}".format(*FUZZINESS),
        prefix_length=1,
        max_expansions=30,
    )


def _match(field: str, text: str, boost: float = 1.0, **options: FacetValue) -> JSON:
    return {"match": {field: {"query": text, "boost": boost, **options}}}


def _all_of(filters: list[JSON]) -> JSON:
    return {"bool": {"filter": filters}}


def _any_of(facet: Facet, values: tuple[FacetValue, ...]) -> JSON:
    return {"terms": {FACET_FIELDS[facet]: list(values)}}


def _counts(facet: Facet, staying: dict[Facet, tuple[FacetValue, ...]]) -> JSON:
    """The counts of one facet under all choices but its own, so that it stays whole."""
    others = [_any_of(other, values) for other, values in staying.items() if other is not facet]
    return {
        "filter": _all_of(others) if others else {"match_all": {}},
        "aggs": {"values": {"terms": {"field": FACET_FIELDS[facet], "size": FACET_SIZE}}},
    }


def _sorting(order: Sort) -> list[JSON]:
    """Sort criteria; what has no date comes last, and equal hits keep one order."""
    direction = "asc" if order is Sort.OLDEST else "desc"
    by_date: list[JSON] = [
        {"date": {"order": direction, "missing": "_last"}},
        {"published_at": {"order": direction, "missing": "_last"}},
        {"object_id": {"order": direction}},
    ]
    return [{"_score": {"order": "desc"}}, *by_date] if order is Sort.BEST else by_date
