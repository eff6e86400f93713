"""Search queries as pure data: what is asked, by whom, as an Elasticsearch body.

The clauses and their weights were measured (``facts/search.md``); nothing here talks to a
server. What a person types is read by ``text_query.py``; no query is an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import Reader
from search.analysis.compounds import CompoundSplitter
from search.text_query import (
    JSON,
    MAX_TEXT,
    QueryText,
    part_clause,
    preferred_clauses,
    required_clause,
    required_clauses,
    small_words_clauses,
    synonym_clauses,
    text_clauses,
)

FacetValue = str | int

MAX_SIZE = 1_000  # of hits that an engine is asked for at once
WINDOW = 10_000  # Elasticsearch's own limit for offset + size
FACET_SIZE = 1_000
BIGGEST_NUMBER = 2**63 - 1
LATEST_YEAR = 9999  # a date's


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
    VERDICT = "verdict"
    OPEN = "open"


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
    Facet.VERDICT: "verdicts",
    Facet.OPEN: "is_open",
}
#: The value of ``is_open`` where something is; nowhere else it has one.
IS_OPEN = "true"


class Sort(StrEnum):
    """The order of the hits. Without a text, ``BEST`` is ``NEWEST``."""

    BEST = "best"
    #: By the entry's own date, and what has none by its publication.
    NEWEST = "newest"
    OLDEST = "oldest"
    #: By the first publication.
    LATEST = "latest"
    EARLIEST = "earliest"
    #: By the title.
    A_TO_Z = "a_to_z"
    Z_TO_A = "z_to_a"
    #: By the last change: a publication, or of a draft when it was saved.
    JUST_CHANGED = "just_changed"
    LONG_UNCHANGED = "long_unchanged"


class ColumnName(StrEnum):
    """What is found can be sorted by; by several, or what no index has, the database sorts."""

    TITLE = "title"
    TYPE = "type"
    ID = "id"
    STATE = "state"
    MODIFIED = "modified"
    PUBLISHED = "published"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of an order."""

    name: ColumnName
    descending: bool = False


#: The orders that an index knows, each by one column.
COLUMN_OF: dict[Sort, Column] = {
    Sort.OLDEST: Column(ColumnName.DATE),
    Sort.NEWEST: Column(ColumnName.DATE, descending=True),
    Sort.EARLIEST: Column(ColumnName.PUBLISHED),
    Sort.LATEST: Column(ColumnName.PUBLISHED, descending=True),
    Sort.A_TO_Z: Column(ColumnName.TITLE),
    Sort.Z_TO_A: Column(ColumnName.TITLE, descending=True),
    Sort.LONG_UNCHANGED: Column(ColumnName.MODIFIED),
    Sort.JUST_CHANGED: Column(ColumnName.MODIFIED, descending=True),
}


@dataclass(frozen=True)
class SearchRequest:
    """What a person looks for. Several values of one filter mean any of them."""

    text: str = ""
    #: Phrases that mean the same as words of the text (synonyms.py).
    synonyms: tuple[str, ...] = ()
    types: tuple[ObjectType, ...] = ()
    kinds: tuple[str, ...] = ()
    topic_ids: tuple[int, ...] = ()
    project_ids: tuple[int, ...] = ()
    institution_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()
    event_ids: tuple[int, ...] = ()
    table_ids: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    #: Days of the entry's own date, both included; and moments of its first publication.
    first_day: date | None = None
    last_day: date | None = None
    published_from: datetime | None = None
    published_before: datetime | None = None
    #: And of its last change.
    modified_from: datetime | None = None
    modified_before: datetime | None = None
    verdicts: tuple[str, ...] = ()
    only_open: bool = False
    source_id: str | None = None
    #: Only these documents, if there are any.
    keys: tuple[str, ...] = ()
    #: Words that each must be met, each with phrases that mean the same.
    required: tuple[tuple[str, ...], ...] = ()
    #: A normalised word that longer words must begin or end with.
    part: str = ""
    versions: frozenset[Version] = frozenset({Version.LIVE})
    #: Of cms.domain.kinds.State; without any, what is published. See by_state.py.
    states: tuple[str, ...] = ()
    offset: int = 0
    size: int = 10
    sort: Sort = Sort.BEST
    #: An order that no index knows, by several columns: then ``sort`` counts for nothing.
    columns: tuple[Column, ...] = ()
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
        size = max(0, min(self.size, WINDOW - offset))
        return (offset, size) if size else (0, 0)


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
        Facet.VERDICT: request.verdicts,
        Facet.OPEN: (IS_OPEN,) if request.only_open else (),
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


def build_query(request: SearchRequest, reader: Reader, splitter: CompoundSplitter) -> JSON:
    """The body of a search; ``splitter`` knows the compounds of the text."""
    offset, size = request.page
    chosen = chosen_values(request)
    staying = {facet: values for facet, values in chosen.items() if facet in request.facets}
    filters = [visible(reader, request.versions)]
    filters += [_any_of(facet, chosen[facet]) for facet in chosen if facet not in staying]
    filters += _year_range(request) + _time_ranges(request)
    if request.source_id is not None:
        filters.append({"term": {"source_id": storable_text(request.source_id)}})
    if request.keys:
        filters.append({"ids": {"values": list(request.keys)}})
    if request.part:
        filters.append(part_clause(request.part))
    filters += required_clauses(QueryText.read(request.text))
    filters += [required_clause(words, splitter) for words in request.required]
    body: JSON = {
        "from": offset,
        "size": size,
        "track_total_hits": True,
        "_source": False,
        "query": {"bool": {"filter": filters, **_scoring(request, splitter)}},
        "sort": _sorting(request.order),
    }
    if staying:
        body["post_filter"] = _all_of([_any_of(facet, staying[facet]) for facet in staying])
    if request.facets:
        body["aggs"] = {facet.value: _counts(facet, staying) for facet in request.facets}
    return body


def hits_and_counts(body: JSON) -> tuple[JSON, JSON]:
    """A search as two: its best hits, and its total with the facets (decision 0065).

    Where nothing is counted Elasticsearch skips what can't be among the best; where nothing is
    ranked it needs no scores, and keeps the answer for whoever asks the same.
    """
    hits = {name: value for name, value in body.items() if name != "aggs"}
    query = body["query"]["bool"]
    counts: JSON = {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": [*query["filter"], *query.get("must", [])]}},
    }
    counts |= {name: body[name] for name in ("aggs", "post_filter") if name in body}
    return {**hits, "track_total_hits": False}, counts


def _year_range(request: SearchRequest) -> list[JSON]:
    """From one year to another, both included; either may be open."""
    bounds = {"gte": request.first_year, "lte": request.last_year}
    given = {
        name: max(0, min(year, LATEST_YEAR)) for name, year in bounds.items() if year is not None
    }
    return [{"range": {"year": given}}] if given else []


def _time_ranges(request: SearchRequest) -> list[JSON]:
    """From one day or moment to another; either may be open."""
    times: dict[str, dict[str, date | datetime | None]] = {
        "date": {"gte": request.first_day, "lte": request.last_day},
        "published_at": {"gte": request.published_from, "lt": request.published_before},
        "modified_at": {"gte": request.modified_from, "lt": request.modified_before},
    }
    return [
        {"range": {name: {bound: value.isoformat() for bound, value in bounds.items() if value}}}
        for name, bounds in times.items()
        if any(bounds.values())
    ]


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
        ways.append(_all_of([live, own, {"terms": {"reader_project_ids": projects}}]))
    if Version.DRAFT in wanted:
        draft = {"term": {"version": Version.DRAFT.value}}
        whose = [] if reader.is_office else [{"terms": {"reader_project_ids": projects}}]
        ways.append(_all_of([draft, *whose]))
    return {"bool": {"should": ways, "minimum_should_match": 1}} if ways else {"match_none": {}}


def _scoring(request: SearchRequest, splitter: CompoundSplitter) -> JSON:
    """The part of the query that ranks."""
    if not request.text.strip():
        return {"must": [{"match_all": {}}]}
    query = QueryText.read(request.text)
    if query.is_empty:
        return {"must": [{"match_none": {}}]}
    if not query.words:
        return {"must": [{"match_all": {}}]}
    ways = text_clauses(query, splitter) + synonym_clauses(request.synonyms)
    return {
        "must": [{"bool": {"should": ways, "minimum_should_match": 1}}],
        "should": small_words_clauses(query) + preferred_clauses(date.today().year),
    }


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


_UPWARDS = (Sort.OLDEST, Sort.EARLIEST, Sort.A_TO_Z, Sort.LONG_UNCHANGED)
#: What is sorted by one field.
_FIELDS = {
    Sort.LATEST: "published_at",
    Sort.EARLIEST: "published_at",
    Sort.A_TO_Z: "title_order",
    Sort.Z_TO_A: "title_order",
    Sort.JUST_CHANGED: "modified_at",
    Sort.LONG_UNCHANGED: "modified_at",
}


def _sorting(order: Sort) -> list[JSON]:
    """Sort criteria; what has no date comes last, and equal hits keep one order."""
    direction = "asc" if order in _UPWARDS else "desc"
    by_id: JSON = {"object_id": {"order": direction}}
    if order in _FIELDS:
        return [{_FIELDS[order]: {"order": direction, "missing": "_last"}}, by_id]
    by_date = [
        {name: {"order": direction, "missing": "_last"}} for name in ("date", "published_at")
    ]
    by_date.append(by_id)
    return [{"_score": {"order": "desc"}}, *by_date] if order is Sort.BEST else by_date
