"""``@relations``: what belongs to what. Only where the person may read both ends."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms import published
from cms.api.contract import (
    ApiError,
    answer,
    envelope_summary,
    flag,
    parameter,
    query_parameter,
    reader,
    whole_number,
)
from cms.api.schemas import Error, Summary
from cms.api.sources import named
from cms.models import ExchangeEventPage, Experience, Outcome, Project, Supplement, TablePage
from cms.models.choices import AttributionChoices
from cms.views.attribution import may_name_source
from cms.views.experience import sources_of

router = Router(tags=["relations"])

MOST = 100
Pair = tuple[Model, Model]


class RelationPair(Schema):
    source: Summary
    target: Summary


class RelationsOfName(Schema):
    items: list[RelationPair]
    items_total: int
    readonly: bool = Field(description="True: each is made by its own service.")


class Relations(Schema):
    """Without a parameter `stats` counts them by name; else `relations` holds them."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    stats: dict[str, int] | None = None
    broken: dict[str, Any] | None = Field(None, description="Empty: the database allows none.")
    relations: dict[str, RelationsOfName] | None = None


class _Found:
    """The pairs of one relation: how many, and the first of them."""

    def __init__(self, rows: QuerySet | Sequence[Any], pair: Callable[[Any], Pair]) -> None:
        self._rows, self._pair = rows, pair

    @property
    def total(self) -> int:
        return self._rows.count() if isinstance(self._rows, QuerySet) else len(self._rows)

    def first(self, most: int) -> list[Pair]:
        return [self._pair(row) for row in self._rows[:most]]


def _supplements(request: HttpRequest, source: Model | None, target: Model | None) -> _Found:
    """A supplement -> the experience that it adds to."""
    rows = published.supplements(reader(request))
    if source is not None:
        rows = rows.filter(pk=source.pk) if isinstance(source, Supplement) else rows.none()
    if target is not None:
        is_entry = isinstance(target, Experience)
        rows = rows.filter(experience=target.pk) if is_entry else rows.none()
    return _Found(rows, lambda row: (row, row.experience))


def _sources(request: HttpRequest, source: Model | None, target: Model | None) -> _Found:
    """An experience -> the table or event where it was said, if that does not tell whose it is."""
    if source is not None:
        if not isinstance(source, Experience):
            return _Found([], lambda row: row)
        places = [place.table or place.event for place in sources_of(source)]
        if target is not None:
            places = [place for place in places if place.pk == target.pk]
        return _Found(places, lambda place: (source, place))
    if isinstance(target, TablePage):
        event = target.get_parent().specific
        entries = published.entries_of_table(target, reader(request))
        entries = [entry for entry in entries if may_name_source(entry, event)]
        return _Found(entries, lambda entry: (entry, target))
    if target is not None:
        return _Found([], lambda row: row)
    # Of all of them: only those that carry their project's name, so that no place tells it.
    rows = published.experiences(reader(request)).exclude(table=None)
    rows = rows.filter(attribution=AttributionChoices.NAMED)
    return _Found(rows, lambda entry: (entry, entry.table))


def _successors(request: HttpRequest, source: Model | None, target: Model | None) -> _Found:
    """An ended project -> the one that goes on with its work."""
    rows = published.projects().exclude(successor=None).select_related("successor")
    if source is not None:
        rows = rows.filter(pk=source.pk) if isinstance(source, Project) else rows.none()
    if target is not None:
        rows = rows.filter(successor=target.pk) if isinstance(target, Project) else rows.none()
    return _Found(rows, lambda row: (row, row.successor))


def _deferred(request: HttpRequest, source: Model | None, target: Model | None) -> _Found:
    """A decision or follow-up -> the event to which it was put off."""
    rows = published.outcomes(reader(request)).filter(deferred_to__live=True)
    if source is not None:
        rows = rows.filter(pk=source.pk) if isinstance(source, Outcome) else rows.none()
    if target is not None:
        is_event = isinstance(target, ExchangeEventPage)
        rows = rows.filter(deferred_to=target.pk) if is_event else rows.none()
    return _Found(rows, lambda row: (row, row.deferred_to))


RELATIONS: dict[str, Callable[[HttpRequest, Model | None, Model | None], _Found]] = {
    "deferred_to": _deferred,
    "sources": _sources,
    "successor": _successors,
    "supplements": _supplements,
}


@router.get(
    "/@relations",
    response={200: Relations, 304: None, 400: Error, 422: Error},
    openapi_extra={
        "parameters": [
            query_parameter("relation", "string", "Only this one.", enum=list(RELATIONS)),
            query_parameter("source", "string", "Address, path or UID of the one end."),
            query_parameter("target", "string", "Address, path or UID of the other end."),
            query_parameter("onlyBroken", "boolean", "True: none, since the database allows none."),
            query_parameter(
                "max", "integer", "Of each relation at most so many.", minimum=1, maximum=MOST
            ),
        ]
    },
)
def relations(request: HttpRequest) -> HttpResponse:
    """Relations by name, source or target; without any of these how many there are."""
    names = [parameter(request, "relation")] if parameter(request, "relation") else list(RELATIONS)
    if names[0] not in RELATIONS:
        message = gettext("Bekannt sind: %(names)s.") % {"names": ", ".join(RELATIONS)}
        raise ApiError(400, errors=[("relation", message)])
    ends = [_end(request, "source"), _end(request, "target")]
    most = whole_number(request, "max", MOST, least=1, most=MOST)
    here = {"@id": request.build_absolute_uri()}
    if flag(request, "onlyBroken"):
        return answer(request, {**here, "relations": {}})
    if not parameter(request, "relation") and ends == [None, None]:
        counts = {name: find(request, None, None).total for name, find in RELATIONS.items()}
        counts = {name: count for name, count in counts.items() if count}
        return answer(request, {**here, "broken": {}, "stats": counts})
    found = {}
    for name in names:
        pairs = RELATIONS[name](request, *ends)
        items = [_as_json(*pair, request) for pair in pairs.first(most)]
        if items:
            found[name] = {"items": items, "items_total": pairs.total, "readonly": True}
    return answer(request, {**here, "relations": found})


def _as_json(source: Model, target: Model, request: HttpRequest) -> dict[str, Any]:
    return {
        "source": envelope_summary(source, request, ("UID",)),
        "target": envelope_summary(target, request, ("UID",)),
    }


def _end(request: HttpRequest, name: str) -> Model | None:
    text = parameter(request, name)
    if not text:
        return None
    obj = named(text, request, name).obj
    if not isinstance(obj, Model):
        raise ApiError(422, errors=[(name, gettext("Das hat keine Beziehungen."))])
    return obj
