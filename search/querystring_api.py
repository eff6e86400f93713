"""``@querystring-search``: what listings of Plone's front ends ask, answered as ``@search``."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router

from cms.api.contract import (
    BATCH_PARAMETERS,
    DEFAULT_BATCH_SIZE,
    TOPIC_FIELDS,
    ApiError,
    answer,
    batch,
    batching_links,
    body,
    canonical,
    json_object,
    parameter,
    parameter_list,
    reader,
)
from cms.api.representation import FULL_BATCHES
from search import plone_query, querystring, service
from search.api import items_of
from search.plone_query import OWN_ORDER, SORT_ON
from search.queries import WINDOW, SearchRequest
from search.querystring_indexes import described
from search.querystring_schema import BODY, FLAGS, ORDERS
from search.schemas import Found, Indexes

router = Router(tags=["search"])

JSON = dict[str, Any]

_GET: JSON = {
    "response": {200: Found},
    "openapi_extra": {
        "parameters": [
            {
                "in": "query",
                "name": "query",
                "required": True,
                "description": "The JSON object that POST sends.",
                "content": {"application/json": {"schema": BODY}},
            },
            *BATCH_PARAMETERS,
        ]
    },
}
_POST: JSON = {
    "response": {200: Found},
    "openapi_extra": {
        "security": [{}, {"bearer": []}, {"session": []}],
        "parameters": BATCH_PARAMETERS,
        "requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}},
    },
}


@router.get("/@querystring-search", operation_id="home_querystring", **_GET)
def get_home(request: HttpRequest) -> HttpResponse:
    """What fits all conditions, as far as the person may see it."""
    return _answer(request, _asked(request), "")


@router.post("/@querystring-search", operation_id="home_querystring_post", **_POST)
def post_home(request: HttpRequest) -> HttpResponse:
    """The same; the conditions are sent. Nothing is changed by it."""
    return _answer(request, body(request), "")


@router.get("/{path:path}/@querystring-search", operation_id="querystring", **_GET)
def get_here(request: HttpRequest, path: str) -> HttpResponse:
    """The same; relative paths begin here."""
    return _answer(request, _asked(request), path)


@router.post("/{path:path}/@querystring-search", operation_id="querystring_post", **_POST)
def post_here(request: HttpRequest, path: str) -> HttpResponse:
    """The same; relative paths begin here."""
    return _answer(request, body(request), path)


_INDEXES: JSON = {"response": {200: Indexes}}


@router.get("/@querystring", operation_id="home_querystring_indexes", **_INDEXES)
def get_home_indexes(request: HttpRequest) -> HttpResponse:
    """Which indexes and operations there are for `@querystring-search`, and which values."""
    return _answer_indexes(request)


@router.get("/{path:path}/@querystring", operation_id="querystring_indexes", **_INDEXES)
def get_indexes_here(request: HttpRequest, path: str) -> HttpResponse:
    """The same: they are the same everywhere."""
    return _answer_indexes(request)


def _answer_indexes(request: HttpRequest) -> HttpResponse:
    return answer(request, {"@id": canonical(request), **described(reader(request))})


def _asked(request: HttpRequest) -> JSON:
    """The JSON object in ``query``; Plone's client encodes it once more than it must."""
    text = parameter(request, "query", "{}")
    for sent in (text, unquote(text)):
        with suppress(ApiError):
            return json_object(sent)
    raise ApiError(400, errors=[("query", gettext("Bitte ein JSON-Objekt angeben."))])


def _answer(request: HttpRequest, asked: JSON, here: str) -> HttpResponse:
    whole = _flag(asked, "fullobjects")
    start, size = _number(asked, "b_start", 0), _number(asked, "b_size", DEFAULT_BATCH_SIZE)
    wanted = batch(request, 0, default_size=size, **(FULL_BATCHES if whole else {}))
    if not parameter(request, "b_start"):
        wanted = replace(wanted, start=start)
    limit = _number(asked, "limit", WINDOW)
    size = max(0, min(wanted.size, limit - wanted.start))
    fields = _fields(request, asked)
    found = service.search(
        replace(_search(request, asked, here), offset=wanted.start, size=size),
        reader(request),
        with_topics=not TOPIC_FIELDS.isdisjoint(fields),
    )
    total = min(found.total, limit)
    data = {
        "@id": canonical(request),
        "items": items_of(found, request, fields, whole=whole),
        "items_total": total,
        **batching_links(request, replace(wanted, total=total)),
    }
    if found.degraded:
        data["degraded"] = True
    return answer(request, data)


def _search(request: HttpRequest, asked: JSON, here: str) -> SearchRequest:
    found = querystring.read(asked.get("query"), reader(request), here)
    sort_on, order = asked.get("sort_on"), asked.get("sort_order")
    if order not in ORDERS:
        raise ApiError(400, errors=[("sort_order", gettext("ascending oder descending"))])
    if sort_on not in ("", None, *SORT_ON, *OWN_ORDER):
        message = gettext("Danach kann nicht sortiert werden; nur nach %(known)s.")
        raise ApiError(400, errors=[("sort_on", message % {"known": ", ".join(SORT_ON)})])
    return replace(found, **plone_query.order([sort_on or ""], [order or ""]))


def _fields(request: HttpRequest, asked: JSON) -> list[str]:
    sent = asked.get("metadata_fields")
    sent = [] if sent is None else sent
    fields = [sent] if isinstance(sent, str) else sent
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise ApiError(400, errors=[("metadata_fields", gettext("Bitte eine Liste angeben."))])
    return [*fields, *parameter_list(request, "metadata_fields")]


def _flag(asked: JSON, name: str) -> bool:
    value = asked.get(name)
    if not isinstance(value, bool | int | str | None) or value not in FLAGS:
        raise ApiError(400, errors=[(name, gettext("Bitte true oder false angeben."))])
    return FLAGS[value]


def _number(asked: JSON, name: str, default: int) -> int:
    """A whole number, or one as text. Raises ApiError (400)."""
    value = asked.get(name)
    if value is None or value == "":
        return default
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ApiError(400, errors=[(name, gettext("Bitte eine ganze Zahl ab 0 angeben."))])
    return int(text)
