"""Reading content: ``GET /api/<public path>``. Include it last: it takes every address."""

from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Router

from cms import published
from cms.api.addresses import address, public_path
from cms.api.contract import (
    BATCH_PARAMETERS,
    answer,
    batch,
    batching_links,
    parameter_list,
    query_parameter,
    reader,
)
from cms.api.expanders import EXPANDERS, OWN_ROUTES, component, components
from cms.api.lock import lock_info
from cms.api.schemas import Component, Content, Error
from cms.api.serializers import own_fields
from cms.api.summaries import ALL_METADATA, METADATA_FIELDS, envelope_summary
from cms.api.traversal import Found, Item, find, items
from cms.models import Experience
from cms.published import drafts

router = Router(tags=["content"])

_OTHERS = {302: None, 304: None, 400: Error, 404: Error, 405: Error}
_CONTENT = {
    "response": {200: Content, **_OTHERS},
    "openapi_extra": {
        "parameters": [
            *BATCH_PARAMETERS,
            query_parameter(
                "expand", "string", f"Components to fill in, with commas: {', '.join(EXPANDERS)}."
            ),
            query_parameter(
                "expand.navigation.depth", "integer", "Levels of the navigation.", minimum=1
            ),
            query_parameter(
                "fields", "string", "Only these fields, with commas; `@id` and `@type` stay."
            ),
            query_parameter(
                "metadata_fields",
                "string",
                f"Further fields of the items, with commas: {', '.join(METADATA_FIELDS)}; "
                f"`{ALL_METADATA}` for all.",
            ),
        ]
    },
}

Service = StrEnum("Service", {name.upper(): name for name in EXPANDERS if name not in OWN_ROUTES})
_SERVICE = {"response": {200: Component, **_OTHERS}}


@router.get("/@{service}", operation_id="home_service", **_SERVICE)
def read_home_service(request: HttpRequest, service: Service) -> HttpResponse:
    """One component of the home page."""
    return _answer_service(request, "", service)


@router.get("/{path:path}/@{service}", operation_id="service", **_SERVICE)
def read_service(request: HttpRequest, path: str, service: Service) -> HttpResponse:
    """One component of an object: what ``expand`` would fill in."""
    return _answer_service(request, path, service)


@router.get("/", operation_id="home", **_CONTENT)
def read_home(request: HttpRequest) -> HttpResponse:
    """The home page: where everything begins."""
    return _answer_content(request, "")


@router.get("/{path:path}", operation_id="content", **_CONTENT)
def read_content(request: HttpRequest, path: str) -> HttpResponse:
    """An object or a folder, by its address on the public site."""
    return _answer_content(request, path)


def _answer_service(request: HttpRequest, path: str, service: str) -> HttpResponse:
    return answer(request, component(service, find(path, request), request))


def _answer_content(request: HttpRequest, path: str) -> HttpResponse:
    found = find(path, request)
    if public_path(found.obj, request) != path:
        return _moved(found.obj, request)
    data = representation(found, request)
    wanted = parameter_list(request, "fields")
    if wanted:
        data = {name: data[name] for name in data if name in {"@id", "@type", *wanted}}
    return answer(request, {**data, **listing(found, request)}, obj=found.obj)


def representation(found: Found, request: HttpRequest) -> dict[str, Any]:
    """All that an object says of itself, without what it holds."""
    return {**envelope(found, request), **own_fields(found.obj, request)}


def _moved(obj: Item, request: HttpRequest) -> HttpResponse:
    """The short address of an entry, or one that a topic had before."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address(obj, request)}{'?' if query else ''}{query}")


def envelope(found: Found, request: HttpRequest) -> dict[str, Any]:
    """What every object answers, in Plone's names."""
    metadata = ("UID", "created", "modified", "effective", "is_folderish")
    return {
        **envelope_summary(found.obj, request, metadata),
        "id": public_path(found.obj, request).rpartition("/")[2],
        "parent": envelope_summary(found.above[-1], request, ["UID", "is_folderish"])
        if found.above
        else {},
        "lock": lock_info(found.obj, request),
        "@components": components(found, request),
    }


def listing(found: Found, request: HttpRequest) -> dict[str, Any]:
    """``items``, ``items_total`` and ``batching`` of a folder; empty for anything else."""
    held = items(found, request)
    if held is None:
        return {}
    metadata = parameter_list(request, "metadata_fields")
    if isinstance(held, QuerySet):
        total = held.count()
        if held.model is Experience and drafts.sees_drafts(reader(request)):
            held = held.with_state()
        if held.model is Experience and {"topics", ALL_METADATA} & set(metadata):
            held = published.with_details(held)
    else:
        total = len(held)
    wanted = batch(request, total)
    return {
        "items": [envelope_summary(obj, request, metadata) for obj in wanted.of(held)],
        "items_total": total,
        **batching_links(request, wanted),
    }
