"""``GET /api/@search``: full-text search in Plone's shapes."""

from dataclasses import asdict, replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext
from ninja import Router

from cms.api.contract import (
    BATCH_PARAMETERS,
    TOPIC_FIELDS,
    ApiError,
    answer,
    batch,
    batching_links,
    canonical,
    envelope_summary,
    flag,
    parameter,
    parameter_list,
    query_parameter,
    reader,
)
from cms.api.representation import FULL_BATCHES, full_object
from cms.domain.indexing import Version
from cms.domain.kinds import State
from cms.published import Terms
from search import by_state, parameters, plone_query, querystring, spelling, suggest
from search.below import below
from search.parameters import FACETS, Counted, Parameters
from search.plone_query import OWN_ORDER, SORT_ON
from search.portal_types import PORTAL_TYPES
from search.presentation import result_rows
from search.queries import SearchRequest
from search.schemas import Found as FoundItems
from search.schemas import Suggestions
from search.service import Found

router = Router(tags=["search"])

#: How a version is asked of an object's address.
_VERSIONS = {Version.LIVE: "", Version.DRAFT: "draft"}
FILTERS = (
    *("art", "typ", "thema", "projekt", "institution", "zielgruppe", "urteil", "tisch"),
    *("jahr", "von", "bis", "offen"),
)
PARAMETERS = [
    query_parameter(
        "SearchableText", "string", "What to look for; any text. Empty lists everything."
    ),
    query_parameter(
        "metadata_fields", "string", "Further fields of each item; repeatable, also `:list`."
    ),
    query_parameter(
        "portal_type", "string", f"Only these types: {', '.join(PORTAL_TYPES)}. Repeatable."
    ),
    query_parameter("source_id", "string", "Only the entry with this id of its source."),
    query_parameter(
        "path.query", "string", "Only what stands there or below, wherever it is asked. Repeatable."
    ),
    query_parameter(
        "path.depth", "integer", "So many levels below: 1 is what a folder lists.", minimum=-1
    ),
    query_parameter(
        "review_state",
        "string",
        f"Of {', '.join(State)}; without it `published`. Other states are those of drafts, for "
        "those who may see them, and without `facets`. Repeatable.",
    ),
    query_parameter("Subject", "string", "Only of these topics, by title or token. Repeatable."),
    query_parameter("UID", "string", "Only these objects. Repeatable."),
    *(
        parameter
        for name in ("created", "effective", "modified", "date")
        for parameter in (
            query_parameter(
                f"{name}.query",
                "array",
                "A day, or two: `2026-03-02`.",
                items={"type": "string", "format": "date"},
            ),
            query_parameter(
                f"{name}.range",
                "string",
                "From it on, until it, or between two; else that day.",
                enum=["min", "max", "min:max"],
            ),
        )
    ),
    query_parameter(
        "sort_on",
        "string",
        f"{', '.join(SORT_ON)}. Otherwise, also for {', '.join(OWN_ORDER)} and unknown names: "
        "what fits best, without words the newest. Repeatable.",
    ),
    query_parameter("sort_order", "string", "`ascending` (default) or `descending`."),
    query_parameter(
        "fullobjects", "boolean", "Each item as `GET` of its address answers it; fewer at a time."
    ),
    query_parameter("facets", "boolean", "Also answer the counts of the facets."),
    query_parameter(
        "highlights",
        "boolean",
        "Each item's `highlight`: `title` and `fragment` as escaped HTML, hits in `<mark>`.",
    ),
    *(
        query_parameter(name, "string", "Filter, as in the addresses of /suche/. Repeatable.")
        for name in FILTERS
    ),
    *BATCH_PARAMETERS,
]

_SEARCH = {"response": {200: FoundItems}, "openapi_extra": {"parameters": PARAMETERS}}


@router.get("/@search", summary="Full-text search", operation_id="search", **_SEARCH)
def search(request: HttpRequest) -> HttpResponse:
    """Items that the person may see, best first. Without credentials the public index answers."""
    return _answer_search(request, "")


@router.get(
    "/{path:path}/@search",
    summary="Full-text search below an address",
    operation_id="search_below",
    **_SEARCH,
)
def search_below(request: HttpRequest, path: str) -> HttpResponse:
    """What stands at a folder's address or below it, however deep, or to a `path.depth`."""
    return _answer_search(request, path)


def _answer_search(request: HttpRequest, path: str) -> HttpResponse:
    whole = flag(request, "fullobjects")
    wanted = batch(request, 0, **(FULL_BATCHES if whole else {}))
    with_facets = flag(request, "facets")
    fields = parameter_list(request, "metadata_fields")
    asked = _request(request)
    narrowed = _below(asked.request, path, request)
    if with_facets and by_state.asks_for_drafts(narrowed):
        message = gettext("Gezählt wird nur, was veröffentlicht ist: bitte ohne Entwürfe.")
        raise ApiError(400, errors=[("facets", message)])
    answered = spelling.search(
        replace(
            narrowed,
            offset=wanted.start,
            size=wanted.size,
            facets=tuple(FACETS) if with_facets else (),
        ),
        reader(request),
        exactly=True,
        with_topics=not TOPIC_FIELDS.isdisjoint(fields),
    )
    found = answered.found
    items = items_of(found, request, fields, whole=whole)
    if flag(request, "highlights"):
        rows = result_rows(found.objects, asked.request.text)
        for item, row in zip(items, rows, strict=True):
            item["highlight"] = {"title": row["title"], "fragment": row["fragment"]}
    data = {
        "@id": canonical(request),
        "items": items,
        "items_total": found.total,
        **batching_links(request, replace(wanted, total=found.total)),
    }
    if answered.did_you_mean:
        data["did_you_mean"] = answered.did_you_mean
    if found.degraded:
        data["degraded"] = True
    if with_facets:
        data["facets"] = _facets(found.facets, asked.terms)
    return answer(request, data)


@router.get(
    "/@suggest",
    summary="Suggestions while somebody types",
    operation_id="suggest",
    response={200: Suggestions},
    openapi_extra={
        "parameters": [query_parameter("q", "string", "What was typed so far; any text.")]
    },
)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Topics, projects, places and entries that hold the words, the last one as far as typed."""
    text = parameter(request, "q")[: suggest.MOST_LETTERS]
    rows = suggest.suggest(text, reader(request))
    data = {
        "@id": request.build_absolute_uri(),
        "suggestions": [
            {**asdict(row), "url": request.build_absolute_uri(row.url)} for row in rows
        ],
    }
    return answer(request, data)


def items_of(
    found: Found, request: HttpRequest, metadata_fields: list[str], *, whole: bool
) -> list[dict]:
    """The items of an answer; of a draft what its newest version says."""
    if not whole:
        return [envelope_summary(obj, request, metadata_fields) for _hit, obj in found.objects]
    return [full_object(obj, request, _VERSIONS[hit.version]) for hit, obj in found.objects]


def _below(found: SearchRequest, path: str, request: HttpRequest) -> SearchRequest:
    """Under the conditions of Plone's parameters; of a place, if none is asked for: here."""
    narrowed = querystring.narrowed(found, plone_query.criteria(request), reader(request))
    if (not path and plone_query.depth(request) is None) or plone_query.paths(request):
        return narrowed
    place = below(path, reader(request), plone_query.depth(request))
    if place is None:
        raise ApiError(404)
    return querystring.both(narrowed, place, "path")


def _request(request: HttpRequest) -> Parameters:
    """The parameters as a search: the filters are those of the addresses of /suche/."""
    query = QueryDict(mutable=True)
    for name in FILTERS:
        query.setlist(name, parameter_list(request, name))
    query["q"] = parameter(request, "SearchableText")
    asked = parameters.read(query, reader(request))
    order = plone_query.order(
        parameter_list(request, "sort_on"), parameter_list(request, "sort_order")
    )
    narrowed = replace(asked.request, source_id=parameter(request, "source_id") or None, **order)
    return replace(asked, request=narrowed)


def _facets(facets: Counted, known: Terms) -> dict:
    terms = parameters.terms_of_facets(facets, known)
    answered = {}
    for facet, (name, title) in FACETS.items():
        items = [
            {"token": term.slug, "title": term.title, "count": count}
            for value, count in facets.get(facet.value, [])
            if (term := parameters.term_of(facet, value, terms))
        ]
        answered[name] = {"title": title, "items": items}
    return answered
