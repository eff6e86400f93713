"""/suche/, /suche/vorschlag/, /healthz and /metrics."""

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from django.views.decorators.vary import vary_on_cookie
from prometheus_client import CONTENT_TYPE_LATEST

from cms.domain.client import Client
from cms.permissions import policies
from search import (
    facets,
    feed,
    metrics,
    missed,
    parameters,
    presentation,
    service,
    spelling,
    suggest,
)
from search.near import find as find_near
from search.queries import WINDOW

#: A parameter of /suche/: the person insists on what they typed.
EXACTLY = "genau"


@require_safe
@vary_on_cookie
def search(request):
    """What is published and visible to the person. Any text is fine; none lists everything."""
    reader = policies.reader_for(request.user)
    asked = parameters.read(request.GET, reader)
    answer = spelling.search(asked.request, reader, exactly=EXACTLY in request.GET)
    found = answer.found
    client = Client(agent=request.headers.get("User-Agent", ""))
    if request.method == "GET" and not client.is_robot:
        missed.note(asked, found)
    near = None
    if not found.total:
        near = find_near(answer.text, reader, narrowed=bool(asked.chosen), degraded=found.degraded)
    # The links of the page go on with the text that is answered.
    address = _with_text(asked.query, answer.text) if answer.instead_of else asked.query
    terms = parameters.terms_of_facets(found.facets, asked.terms, facets.FACET_ROWS)
    last_page = max(1, -(-min(found.total, WINDOW) // parameters.PER_PAGE))
    context = {
        "query": answer.text,
        "did_you_mean": answer.did_you_mean,
        "better": _with_text(asked.query, answer.did_you_mean).urlencode(),
        "instead_of": answer.instead_of,
        "as_typed": f"{_with_text(asked.query, answer.instead_of).urlencode()}&{EXACTLY}=1",
        "near": near,
        "rows": presentation.result_rows(
            found.objects, answer.text, with_circle=request.user.is_authenticated
        ),
        "total": found.total,
        "degraded": found.degraded,
        "facets": facets.facet_groups(found.facets, asked, terms, address),
        "years": facets.year_range(asked, address),
        "chosen": facets.chosen_rows(asked, address),
        "unknown": asked.unknown,
        "page": asked.page,
        "last_page": last_page,
        "previous_url": (
            facets.page_url(address, min(asked.page - 1, last_page)) if asked.page > 1 else ""
        ),
        "next_url": facets.page_url(address, asked.page + 1) if asked.page < last_page else "",
        "reader": reader,
    }
    response = TemplateResponse(request, "search/search.html", context)
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    return response


def _with_text(query: QueryDict, text: str) -> QueryDict:
    """The same search for another text; only first pages are corrected."""
    address = query.copy()
    address.pop(EXACTLY, None)
    address["q"] = text
    return address


@require_GET
@vary_on_cookie
def suggestions(request):
    """Entries, topics, projects that begin like ``q``: for the search field, as JSON."""
    reader = policies.reader_for(request.user)
    rows = [vars(row) for row in suggest.suggest(request.GET.get("q", ""), reader)]
    response = JsonResponse({"suggestions": rows})
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@never_cache
def metrics_page(request):
    """Figures for a monitoring system that knows the token; for anybody else nothing is here."""
    token = getattr(settings, "METRICS_TOKEN", "")
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    is_known = bool(token) and constant_time_compare(sent, token)
    if not (is_known or (settings.DEBUG and not token)):
        raise Http404
    return HttpResponse(metrics.text(service.status()), content_type=CONTENT_TYPE_LATEST)


@require_safe
@never_cache
def health(request):
    """200 while pages can be served, search engine or not; 503 without the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = feed.backlog()
    except DatabaseError:
        return JsonResponse({"status": "error", "database": "unavailable"}, status=503)
    engine = service.status()
    return JsonResponse(
        {
            "status": "ok" if engine.available else "degraded",
            "database": "ok",
            "search": {
                "engine": engine.engine,
                "available": engine.available,
                "version": engine.version,
            },
            "backlog": waiting,
        }
    )
