"""Search in the database: plainer, for the time in which the engine is away.

Every word must stand in the object's texts, in any spelling of case; what has all of them in
its title comes first, then the newest. No inflection, no compounds, no counts of facets: the
page says that it is reduced. The newest objects are read first, and only for as long as a
person who waited for the engine already should wait.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Value,
)

from cms import published
from cms.domain.indexing import ObjectType, Version
from cms.domain.kinds import OutcomeKind, OutcomeState, Verdict
from cms.domain.reader import Reader
from cms.published.hits import readable
from search import draft_fallback
from search.engine import Hit, Results
from search.ordering import in_order
from search.queries import COLUMN_OF, SearchRequest, Sort, storable_text
from search.text_query import QueryText

MOST_WORDS = 8
#: After so many seconds what was found until then is the answer.
SECONDS = 0.4
#: So many ids are looked through by one query (`tests/benchmarks/bench_outage.py`).
CHUNK = 4_000
#: Not a column: an entry may have been said at several tables.
SAID_AT = "said_at"
#: Not columns either: what projects say of an entry, and what is still open.
JUDGED, UNDECIDED, TO_DO = "judged", "undecided", "to_do"
#: The fields of a request that narrow it, but for types and words.
FILTERS = (
    *("kinds", "topic_ids", "project_ids", "institution_ids", "target_group_ids"),
    *("event_ids", "table_ids", "years", "verdicts", "only_open"),
)
#: Bounds of the years -> what they compare.
_BOUNDS = {"first_year": "gte", "last_year": "lte"}
#: The same of days of the entry's date.
_DAYS = {"first_day": "gte", "last_day": "lte"}
#: And moments of its first publication and its last one.
_MOMENTS = {
    "published_from": "first_published_at__gte",
    "published_before": "first_published_at__lt",
    "modified_from": "last_published_at__gte",
    "modified_before": "last_published_at__lt",
}


@dataclass(frozen=True)
class _Columns:
    """Where to look in one type: the title, the other texts, when it is from, and the filters.

    A filter that a type does not know leaves the type out, as in an index.
    """

    texts: tuple[str, ...]
    title: str | None = "title"
    date: str | None = "first_published_at"
    filters: dict[str, str] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Can it be narrowed by this field of a request?"""
        if name in _MOMENTS:
            return self.date is not None
        return ("years" if name in _BOUNDS | _DAYS else name) in self.filters


_COLUMNS: dict[ObjectType, _Columns] = {
    ObjectType.TOPIC: _Columns(("introduction",), date=None, filters={"topic_ids": "pk"}),
    ObjectType.PROJECT: _Columns(
        ("description", "carrier", "other_names"), date=None, filters={"project_ids": "pk"}
    ),
    ObjectType.EVENT: _Columns(
        ("introduction", "programme", "material", "plenary", "place"),
        filters={"event_ids": "pk", "project_ids": "project", "years": "date__year"},
    ),
    ObjectType.TABLE: _Columns(("summary",), filters={"table_ids": "pk", "topic_ids": "topics"}),
    ObjectType.NEWS: _Columns(
        ("teaser", "body"), filters={"project_ids": "project", "years": "date__year"}
    ),
    ObjectType.OUTCOME: _Columns(
        ("text",),
        filters={
            "kinds": "kind",
            "project_ids": "project",
            "event_ids": "event",
            "table_ids": "table",
            "years": "event__date__year",
            "only_open": TO_DO,
        },
    ),
    ObjectType.EXPERIENCE: _Columns(
        ("body", "lesson", "situation", "approach", "result"),
        filters={
            "kinds": "kind",
            "project_ids": "project",
            "years": "date__year",
            "topic_ids": "topics",
            "institution_ids": "institutions",
            "target_group_ids": "target_groups",
            "table_ids": SAID_AT,
            "source_id": "source_id",
            "verdicts": JUDGED,
            "only_open": UNDECIDED,
        },
    ),
    # Its project may be one that is not to be named: by that it is not found here.
    ObjectType.SUPPLEMENT: _Columns(
        (),
        title="text",
        filters={"verdicts": "verdict", "years": "first_published_at__year"},
    ),
    ObjectType.PAGE: _Columns(("body",)),
}


_OLDEST_FIRST = (Sort.OLDEST, Sort.EARLIEST, Sort.LONG_UNCHANGED)


class _Found(NamedTuple):
    """One object that was found; what comes first sorts last."""

    in_title: bool
    when: float
    pk: int
    type: ObjectType
    version: Version = Version.LIVE


def search(request: SearchRequest, reader: Reader) -> Results:
    """What is in this reader's circles, and holds every word: as far as time allows.

    Published, unless drafts are asked for.
    """
    query = QueryText.read(request.text)
    if request.text.strip() and query.is_empty:
        return Results([], 0)
    end = time.monotonic() + SECONDS
    offset, size = request.page
    oldest_first = request.order in _OLDEST_FIRST
    found: list[_Found] = []
    if Version.LIVE in request.versions:
        found += _published(request, reader, query, end)
    if Version.DRAFT in request.versions:
        found += _drafts(request, reader, query, end)
    best = request.order is Sort.BEST
    found.sort(key=lambda one: (best and one.in_title, one.when, one.pk), reverse=not oldest_first)
    hits = [Hit(one.type, one.pk, 0.0, one.version) for one in found]
    if request.sort in COLUMN_OF:
        hits = in_order(hits, [COLUMN_OF[request.sort]])
    return Results(hits[offset : offset + size], len(hits))


def _published(
    request: SearchRequest, reader: Reader, query: QueryText, end: float
) -> Iterator[_Found]:
    words, wanted = _words(query), _wanted(request)
    oldest_first = request.order in _OLDEST_FIRST
    for object_type, columns in _COLUMNS.items():
        if request.types and object_type not in request.types:
            continue
        if not all(columns.knows(name) for name in wanted):
            continue
        rows = _narrowed(readable(object_type, reader), columns, wanted, reader)
        if request.keys:
            rows = rows.filter(pk__in=_ids_of(request.keys, object_type))
        for excluded in query.excluded:
            rows = rows.exclude(_in_one_of((columns.title, *columns.texts), excluded))
        yield from _matching(object_type, columns, rows, words, end, oldest_first=oldest_first)


def _drafts(
    request: SearchRequest, reader: Reader, query: QueryText, end: float
) -> Iterator[_Found]:
    for draft in draft_fallback.matching(request, reader, _words(query), query.excluded, end):
        object_type, pk = draft.ref
        when = draft.changed_at.timestamp() if draft.changed_at else 0.0
        yield _Found(False, when, pk, object_type, Version.DRAFT)


def suggest(prefix: str, reader: Reader, size: int, types: Collection[ObjectType]) -> list[Hit]:
    """Objects of these types with these words, or beginnings of words, in their titles."""
    words = _words(QueryText.read(prefix))
    end = time.monotonic() + SECONDS
    hits: list[Hit] = []
    for object_type, columns in _COLUMNS.items():
        if not words or len(hits) >= size:
            break
        if object_type not in types:
            continue
        titles = _Columns((), columns.title, columns.date)
        rows = readable(object_type, reader)
        found = _matching(object_type, titles, rows, words, end)
        hits += [Hit(one.type, one.pk, 0.0) for one in islice(found, size - len(hits))]
    return hits


def _words(query: QueryText) -> list[str]:
    """The words that must be there, in a question those that say something; and phrases."""
    return [*query.content[:MOST_WORDS], *query.phrases]


def _ids_of(keys: Collection[str], object_type: ObjectType) -> list[int]:
    hits = [Hit.from_key(key, None) for key in keys]
    return [hit.id for hit in hits if hit.type is object_type]


def _wanted(request: SearchRequest) -> dict[str, tuple]:
    """The filters that are chosen. A topic stands for those below it, too."""
    wanted = {name: getattr(request, name) for name in FILTERS if getattr(request, name)}
    if request.only_open:
        wanted["only_open"] = (True,)
    bounds = {name: getattr(request, name) for name in _BOUNDS | _DAYS | _MOMENTS}
    wanted |= {name: (bound,) for name, bound in bounds.items() if bound is not None}
    if request.source_id is not None:
        wanted["source_id"] = (storable_text(request.source_id),)
    if request.topic_ids:
        nodes = published.topic_nodes(published.topic_tree())
        chosen = [nodes[pk] for pk in request.topic_ids if pk in nodes]
        wanted["topic_ids"] = tuple(one.topic.pk for node in chosen for one in node.below())
    return wanted


def _narrowed(
    rows: QuerySet, columns: _Columns, wanted: dict[str, tuple], reader: Reader
) -> QuerySet:
    """The rows that have one of the values of each filter."""
    everything = rows.model._base_manager
    for name, values in wanted.items():
        if name in _BOUNDS | _DAYS | _MOMENTS:
            rows = rows.filter(**{_bound(name, columns): values[0]})
            continue
        column = columns.filters[name]
        if column == SAID_AT:
            rows = published.said_at(rows, values)
        elif column == JUDGED:
            rows = published.judged(rows, values, reader)
        elif column == UNDECIDED:
            rows = published.judged(rows, (Verdict.OPEN,), reader)
        elif column == TO_DO:
            rows = rows.filter(kind=OutcomeKind.FOLLOW_UP, state=OutcomeState.OPEN)
        else:
            # A subquery instead of a join: what has two of the values is found once.
            rows = rows.filter(pk__in=everything.filter(**{f"{column}__in": values}).values("pk"))
    # What would tell the project does not find an entry of "ein Projekt".
    has_attribution = any(one.name == "attribution" for one in rows.model._meta.fields)
    if has_attribution and wanted.keys() & {"project_ids", "source_id"}:
        rows = rows.exclude(attribution="anonymous")
    return rows.order_by()


def _bound(name: str, columns: _Columns) -> str:
    """The look-up that compares a column with a year, a day or a moment."""
    if name in _MOMENTS:
        return _MOMENTS[name]
    year = columns.filters["years"]
    if name in _BOUNDS:
        return f"{year}__{_BOUNDS[name]}"
    column = year.removesuffix("__year")
    return f"{column}{'__date' if column == columns.date else ''}__{_DAYS[name]}"


def _matching(
    object_type: ObjectType,
    columns: _Columns,
    rows: QuerySet,
    words: list[str],
    end: float,
    *,
    oldest_first: bool = False,
) -> Iterator[_Found]:
    """The rows with every word, the newest ids first, until the time is over.

    The first ids are always looked at: a busy machine must not find nothing.
    """
    texts = (columns.title, *columns.texts)
    in_title = _all_in((columns.title,), words) if words else Value(False)
    matching = rows.filter(_all_in(texts, words)).annotate(
        in_title=ExpressionWrapper(in_title, output_field=BooleanField())
    )
    last = rows.model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    chunks = range(0, last, CHUNK)
    for number, begin in enumerate(chunks if oldest_first else reversed(chunks)):
        if number and time.monotonic() >= end:
            return
        chunk = matching.filter(pk__gt=begin, pk__lte=begin + CHUNK)
        yield from (_found(object_type, *row) for row in _values(chunk, columns))


def _values(rows: QuerySet, columns: _Columns) -> QuerySet:
    when = F(columns.date) if columns.date else Value(None, output_field=DateTimeField())
    return rows.annotate(when=when).values_list("in_title", "when", "pk")


def _found(object_type: ObjectType, in_title: bool, when: datetime | None, pk: int) -> _Found:
    return _Found(bool(in_title), when.timestamp() if when else 0.0, pk, object_type)


def _all_in(columns: tuple[str, ...], words: list[str]) -> Q:
    """SQL: each of the words stands in one of the columns."""
    return Q(*(_in_one_of(columns, word) for word in words))


def _in_one_of(columns: tuple[str, ...], word: str) -> Q:
    # SQLite only knows that A is a: other letters are looked for in each spelling.
    spellings = {word} if word.isascii() else {word, word.lower(), word.capitalize()}
    found = Q()
    for column in columns:
        for spelling in sorted(spellings):
            found |= Q(**{f"{column}__icontains": storable_text(spelling)})
    return found
