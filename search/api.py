"""``GET /api/@search``: full-text search in Plone's shapes."""

from dataclasses import asdict, replace

from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import Router

from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    batching_links,
    envelope_summary,
    parameter,
    parameter_list,
    query_parameter,
    reader,
)
from cms.domain.indexing import ObjectType
from cms.published import Terms
from search import parameters, spelling, suggest
from search.below import below
from search.parameters import FACETS, Counted, Parameters
from search.presentation import result_rows
from search.queries import Sort
from search.schemas import Found, Suggestions

router = Router(tags=["search"])

#: Plone's names of our types; what else a client asks for finds nothing.
PORTAL_TYPES = {
    "Experience": ObjectType.EXPERIENCE,
    "Outcome": ObjectType.OUTCOME,
    "Event": ObjectType.EVENT,
    "Table": ObjectType.TABLE,
    "Topic": ObjectType.TOPIC,
    "Project": ObjectType.PROJECT,
    "News": ObjectType.NEWS,
    "Supplement": ObjectType.SUPPLEMENT,
    "InfoPage": ObjectType.PAGE,
    "Document": ObjectType.DOCUMENT,
}
#: Metadata fields for which the topics of the entries are read along.
TOPIC_FIELDS = frozenset({"topics", "_all"})
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
        "sort_on", "string", "`date`, `effective` or `created`; otherwise by relevance."
    ),
    query_parameter("sort_order", "string", "`descending` (newest first) or `ascending`."),
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

_SEARCH = {"response": {200: Found}, "openapi_extra": {"parameters": PARAMETERS}}


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
    """What stands at a folder's address or below it, however deep: `path.depth` is not needed."""
    return _answer_search(request, path)


def _answer_search(request: HttpRequest, path: str) -> HttpResponse:
    wanted = batch(request, 0)
    with_facets = _says_yes(request, "facets")
    fields = parameter_list(request, "metadata_fields")
    asked = _request(request)
    narrowed = below(asked.request, path, reader(request))
    if narrowed is None:
        raise ApiError(404)
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
    items = [envelope_summary(obj, request, fields) for _hit, obj in found.objects]
    if _says_yes(request, "highlights"):
        rows = result_rows(found.objects, asked.request.text)
        for item, row in zip(items, rows, strict=True):
            item["highlight"] = {"title": row["title"], "fragment": row["fragment"]}
    data = {
        "@id": request.build_absolute_uri(),
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


def _says_yes(request: HttpRequest, name: str) -> bool:
    return parameter(request, name).lower() in ("1", "true", "yes")


def _request(request: HttpRequest) -> Parameters:
    """The parameters as a search: the filters are those of the addresses of /suche/."""
    query = QueryDict(mutable=True)
    for name in FILTERS:
        query.setlist(name, parameter_list(request, name))
    query["q"] = parameter(request, "SearchableText")
    asked = parameters.read(query, reader(request))
    sort = asked.request.sort
    if parameter(request, "sort_on") in ("date", "effective", "created"):
        oldest = parameter(request, "sort_order") == "ascending"
        sort = Sort.OLDEST if oldest else Sort.NEWEST
    types = parameter_list(request, "portal_type")
    narrowed = replace(
        asked.request,
        types=_types(types) if types else asked.request.types,
        source_id=parameter(request, "source_id") or None,
        sort=sort,
    )
    return replace(asked, request=narrowed)


def _types(names: list[str]) -> tuple[ObjectType, ...]:
    """The types of these names. Where none is ours: one that nothing published has."""
    known = tuple(PORTAL_TYPES[name] for name in names if name in PORTAL_TYPES)
    return known or (ObjectType.COMMENT,)


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
