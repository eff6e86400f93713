"""Search in the database: plainer, for the time in which the engine is away.

Every word must stand in the title, the text or the lesson, in any spelling of case. No
inflection, no compounds, no counts: the page says that it is reduced.
"""

from django.db.models import Q, QuerySet

from cms import published
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from search.engine import Hit, Results
from search.queries import QueryText, SearchRequest, storable_text

MOST_WORDS = 8


def search(request: SearchRequest, reader: Reader) -> Results:
    """Published experiences of this reader's circles that hold every word, newest first."""
    if request.types and ObjectType.EXPERIENCE not in request.types:
        return Results([], 0)
    found = _filtered(published.experiences(reader), request)
    for word in QueryText.read(request.text).words[:MOST_WORDS]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(body__icontains=word)
            | Q(lesson__icontains=word)
            | Q(situation__icontains=word)
            | Q(approach__icontains=word)
            | Q(result__icontains=word)
        )
    offset, size = request.page
    ids = found.values_list("pk", flat=True)[offset : offset + size]
    return Results([Hit(ObjectType.EXPERIENCE, pk, 0.0) for pk in ids], found.count())


def _filtered(entries: QuerySet, request: SearchRequest) -> QuerySet:
    """The chosen facets, as far as they are about experiences."""
    filters = {
        "kind__in": request.kinds,
        "project__in": request.project_ids,
        "date__year__in": request.years,
    }
    entries = entries.filter(**{name: values for name, values in filters.items() if values})
    # What would tell the project does not find an entry of "ein Projekt".
    if request.project_ids or request.source_id is not None:
        entries = entries.exclude(attribution="anonymous")
    if request.table_ids:
        entries = published.said_at(entries, request.table_ids)
    for field, ids in (("topics", request.topic_ids), ("institutions", request.institution_ids)):
        if ids:
            through = getattr(entries.model, field).through
            column = next(
                f.name for f in through._meta.fields if f.is_relation and f.name != "experience"
            )
            matching = through.objects.filter(**{f"{column}__in": ids}).values("experience_id")
            entries = entries.filter(pk__in=matching)
    if request.source_id is not None:
        entries = entries.filter(source_id=storable_text(request.source_id))
    return entries
