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
from typing import Any, NamedTuple

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
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.published.hits import readable
from search.engine import Hit, Results
from search.queries import SearchRequest, Sort, storable_text
from search.text_query import QueryText

MOST_WORDS = 8
#: After so many seconds what was found until then is the answer.
SECONDS = 0.4
#: So many ids are looked through by one query.
CHUNK = 4_000
#: Not a lookup: an entry may have been said at several tables.
SAID_AT = "said_at"
_YEARS = {
    "years": "date__year__in",
    "first_year": "date__year__gte",
    "last_year": "date__year__lte",
}
_PROJECT = {"project_ids": "project__in"}


@dataclass(frozen=True)
class _Columns:
    """Where to look in one type: the title, the other texts, when it is from, and the filters.

    A filter that a type does not know leaves the type out, as in an index.
    """

    texts: tuple[str, ...]
    title: str | None = "title"
    date: str | None = "first_published_at"
    filters: dict[str, str] = field(default_factory=dict)


#: Documents and comments are for an index alone: who reads them is decided one by one.
_COLUMNS: dict[ObjectType, _Columns] = {
    ObjectType.TOPIC: _Columns(("introduction",), date=None, filters={"topic_ids": "pk__in"}),
    ObjectType.PROJECT: _Columns(
        ("description", "carrier", "other_names"), date=None, filters={"project_ids": "pk__in"}
    ),
    ObjectType.PAGE: _Columns(()),
    ObjectType.EVENT: _Columns(
        ("introduction", "programme", "material", "plenary", "place"),
        filters={"event_ids": "pk__in", **_PROJECT, **_YEARS},
    ),
    ObjectType.TABLE: _Columns(
        ("summary",), filters={"table_ids": "pk__in", "topic_ids": "topics__in"}
    ),
    ObjectType.NEWS: _Columns(("teaser", "body"), filters={**_PROJECT, **_YEARS}),
    ObjectType.OUTCOME: _Columns(
        ("text",),
        filters={"kinds": "kind__in", "event_ids": "event__in", "table_ids": "table__in"}
        | _PROJECT,
    ),
    ObjectType.SUPPLEMENT: _Columns(("text",), title=None),
    ObjectType.EXPERIENCE: _Columns(
        ("body", "lesson", "situation", "approach", "result"),
        filters={
            "kinds": "kind__in",
            "topic_ids": "topics__in",
            "institution_ids": "institutions__in",
            "target_group_ids": "target_groups__in",
            "table_ids": SAID_AT,
            "source_id": "source_id",
        }
        | _PROJECT
        | _YEARS,
    ),
}
#: What a request may be narrowed by. Verdicts and open questions only an index knows: the page
#: says that these do not count now.
FILTERS = frozenset().union(*(columns.filters for columns in _COLUMNS.values()))


class _Found(NamedTuple):
    """One object that was found; what comes first sorts last."""

    in_title: bool
    when: float
    pk: int
    type: ObjectType


def search(request: SearchRequest, reader: Reader) -> Results:
    """What is published, in this reader's circles, and holds every word: as far as time allows."""
    query = QueryText.read(request.text)
    words = _words(query)
    if request.text.strip() and query.is_empty:
        return Results([], 0)
    end = time.monotonic() + SECONDS
    wanted = _wanted(request)
    offset, size = request.page
    found: list[_Found] = []
    total = 0
    for object_type, columns in _COLUMNS.items():
        if request.types and object_type not in request.types:
            continue
        if not wanted.keys() <= columns.filters.keys():
            continue
        rows = _narrowed(readable(object_type, reader), columns, wanted)
        for excluded in query.excluded:
            rows = rows.exclude(_in_one_of((columns.title, *columns.texts), excluded))
        if words:
            matches = list(_matching(object_type, columns, rows, words, end))
            total += len(matches)
        else:
            matches = _first(object_type, columns, rows, request.order, offset + size)
            total += rows.count()
        found += matches
    best = request.order is Sort.BEST
    found.sort(
        key=lambda one: (best and one.in_title, one.when, one.pk),
        reverse=request.order is not Sort.OLDEST,
    )
    return Results([Hit(one.type, one.pk, 0.0) for one in found[offset : offset + size]], total)


def suggest(prefix: str, reader: Reader, size: int, types: Collection[ObjectType]) -> list[Hit]:
    """Objects of these types with these words, or beginnings of words, in their titles."""
    words = _words(QueryText.read(prefix))
    end = time.monotonic() + SECONDS
    hits: list[Hit] = []
    for object_type, columns in _COLUMNS.items():
        if not words or len(hits) >= size:
            break
<<<<<<< HEAD
        if columns.title is None:
=======
        if object_type not in types:
>>>>>>> main
            continue
        titles = _Columns((), columns.title, columns.date)
        rows = readable(object_type, reader)
        found = _matching(object_type, titles, rows, words, end)
        hits += [Hit(one.type, one.pk, 0.0) for one in islice(found, size - len(hits))]
    return hits


<<<<<<< HEAD
def _words(text: str) -> list[str]:
    """The words that must be there: in a question, those that say something."""
    return list(QueryText.read(text).content[:MOST_WORDS])
=======
def _words(query: QueryText) -> list[str]:
    """The words that must be there, in a question those that say something; and phrases."""
    words = query.words[:MOST_WORDS]
    telling = [word for word in words if not is_stop_word(word)] or list(words)
    return [*telling, *query.phrases]
>>>>>>> main


def _wanted(request: SearchRequest) -> dict[str, Any]:
    """The filters that are chosen. A topic stands for those below it, too."""
    wanted = {name: getattr(request, name) for name in FILTERS}
    wanted = {name: value for name, value in wanted.items() if value not in ((), None)}
    if request.source_id is not None:
        wanted["source_id"] = storable_text(request.source_id)
    if request.topic_ids:
        nodes = published.topic_nodes(published.topic_tree())
        chosen = [nodes[pk] for pk in request.topic_ids if pk in nodes]
        wanted["topic_ids"] = tuple(one.topic.pk for node in chosen for one in node.below())
    return wanted


def _narrowed(rows: QuerySet, columns: _Columns, wanted: dict[str, Any]) -> QuerySet:
    """The rows that have one of the values of each filter."""
    everything = rows.model._base_manager
    for name, value in wanted.items():
        lookup = columns.filters[name]
        if lookup == SAID_AT:
            rows = published.said_at(rows, value)
        else:
            # A subquery instead of a join: what has two of the values is found once.
            rows = rows.filter(pk__in=everything.filter(**{lookup: value}).values("pk"))
    # What would tell the project does not find an entry of "ein Projekt".
    has_attribution = any(one.name == "attribution" for one in rows.model._meta.fields)
    if has_attribution and wanted.keys() & {"project_ids", "source_id"}:
        rows = rows.exclude(attribution="anonymous")
    return rows.order_by()


def _first(
    object_type: ObjectType, columns: _Columns, rows: QuerySet, order: Sort, number: int
) -> list[_Found]:
    """So many of all rows, in this order."""
    by = columns.date or "pk"
    if order is Sort.OLDEST:
        ordered = rows.order_by(F(by).asc(nulls_last=True), "pk")
    else:
        ordered = rows.order_by(F(by).desc(nulls_last=True), "-pk")
    values = _values(ordered.annotate(in_title=Value(False)), columns)
    return [_found(object_type, *row) for row in values[:number]]


def _matching(
    object_type: ObjectType, columns: _Columns, rows: QuerySet, words: list[str], end: float
) -> Iterator[_Found]:
    """The rows with every word, the newest ids first, until the time is over."""
    titles = (columns.title,) if columns.title else ()
    in_title = _all_in(titles, words) if titles else Q(pk=None)
    matching = rows.filter(_all_in((*titles, *columns.texts), words)).annotate(
        in_title=ExpressionWrapper(in_title, output_field=BooleanField())
    )
    last = rows.model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    while last > 0 and time.monotonic() < end:
        chunk = matching.filter(pk__lte=last, pk__gt=last - CHUNK)
        yield from (_found(object_type, *row) for row in _values(chunk, columns))
        last -= CHUNK


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
