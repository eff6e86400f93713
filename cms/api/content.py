"""Content at ``/api/<public path>``. Include it last: it takes every address."""

from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Router

from cms.api import rich_text, writing
from cms.api.addresses import address, public_path
from cms.api.contract import (
    BATCH_PARAMETERS,
    Batch,
    answer,
    batch,
    batching_links,
    flag,
    marked,
    parameter_list,
    query_parameter,
    reader,
)
from cms.api.expanders import EXPANDERS, OWN_ROUTES, component
from cms.api.navigation import DEPTH, MAX_DEPTH, navigation_depth
from cms.api.ordering import ORDER_PARAMETERS, in_order
from cms.api.representation import FULL_BATCHES, full_object, representation
from cms.api.schemas import Component, Content, Error, Part
from cms.api.summaries import ALL_METADATA, METADATA_FIELDS, TOPIC_FIELDS, envelope_summary
from cms.api.traversal import Found, Item, find, items
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.models import Experience
from cms.published import drafts
from cms.published.draft_hits import add_topics
from cms.published.hits import visible

router = Router(tags=["content"])

_OTHERS = {302: None, 304: None, 400: Error, 404: Error, 405: Error}
_CONTENT = {
    "response": {200: Content | Part, **_OTHERS},
    "openapi_extra": {
        "parameters": [
            *BATCH_PARAMETERS,
            *ORDER_PARAMETERS,
            query_parameter(
                "expand", "string", f"Components to fill in, with commas: {', '.join(EXPANDERS)}."
            ),
            query_parameter(
                DEPTH, "integer", "Levels of the navigation.", minimum=1, maximum=MAX_DEPTH
            ),
            query_parameter(
                "fields", "string", "Only these fields, with commas; `@id` and `@type` stay."
            ),
            rich_text.PARAMETER,
            query_parameter(
                "version",
                "string",
                "`draft` for the newest one, a number for one of `@history`: for those who may "
                "see drafts.",
            ),
            query_parameter(
                "metadata_fields",
                "string",
                f"Further fields of the items, with commas: {', '.join(METADATA_FIELDS)}; "
                f"`{ALL_METADATA}` for all.",
            ),
            query_parameter(
                "fullobjects", "boolean", "Each item of a folder as a whole; fewer at a time."
            ),
            query_parameter("include_items", "boolean", "A folder's items.", default=True),
            query_parameter(
                "include_expandable_elements", "boolean", "`@components`.", default=True
            ),
        ]
    },
}

_PREFER = {
    "in": "header",
    "name": "Prefer",
    "required": False,
    "description": "`return=representation` answers the object as it is then.",
    "schema": {"type": "string"},
}
_LOCK_TOKEN = {
    "in": "header",
    "name": writing.LOCK_HEADER,
    "required": False,
    "description": "The `token` of one's own `@lock`; without it a locked object answers 423.",
    "schema": {"type": "string"},
}
_CREATE: dict[str, Any] = {
    "response": {201: Content, 405: Error},
    "openapi_extra": {"requestBody": writing.body_of("New content. A title is enough.")},
}
_CHANGE: dict[str, Any] = {
    "response": {200: Content, 204: None, 405: Error},
    "openapi_extra": {
        "parameters": [_PREFER, _LOCK_TOKEN],
        "requestBody": writing.body_of("The fields that change."),
    },
}
_DELETE: dict[str, Any] = {"response": {204: None, 405: Error}}

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


@router.post("/{path:path}", operation_id="create", **_CREATE)
def create_content(request: HttpRequest, path: str) -> HttpResponse:
    """A new draft in a folder: an experience in a project, a supplement in an experience."""
    return writing.create(request, path)


@router.patch("/{path:path}", operation_id="change", **_CHANGE)
def change_content(request: HttpRequest, path: str) -> HttpResponse:
    """A new version of the newest draft. What is published stays as it is."""
    return writing.change(request, path)


@router.delete("/{path:path}", operation_id="delete", **_DELETE)
def delete_content(request: HttpRequest, path: str) -> HttpResponse:
    """Throws away what was never published; for 30 days it can be brought back in the admin."""
    return writing.remove(request, path)


def _answer_service(request: HttpRequest, path: str, service: str) -> HttpResponse:
    return answer(request, component(service, find(path, request), request))


def _answer_content(request: HttpRequest, path: str) -> HttpResponse:
    found = find(path, request)
    if public_path(found.obj, request) != path:
        return _moved(found.obj, request)
    _require_parameters(request)
    data = representation(found, request)
    wanted = parameter_list(request, "fields")
    if wanted:
        data = {name: data[name] for name in data if name in {"@id", "@type", *wanted}}
    if not flag(request, "include_expandable_elements", default=True):
        data.pop("@components", None)
    if flag(request, "include_items", default=True):
        data |= listing(found, request)
    return answer(request, data, obj=found.obj, may_be_held=True)


def _require_parameters(request: HttpRequest) -> None:
    """Raises ApiError (400) for a wrong one, also where the answer needs it not."""
    rich_text.rich_text_form(request)
    navigation_depth(request)
    flag(request, "fullobjects")
    batch(request, 0)
    in_order((), request)


def _moved(obj: Item, request: HttpRequest) -> HttpResponse:
    """The short address of an entry, or one that a topic had before."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"{address(obj, request)}{'?' if query else ''}{query}")
    return marked(request, response)  # the address of a draft is made of its title


def listing(found: Found, request: HttpRequest) -> dict[str, Any]:
    """``items``, ``items_total`` and ``batching`` of a folder; empty for anything else."""
    held = items(found, request)
    if held is None:
        return {}
    metadata = parameter_list(request, "metadata_fields")
    held = in_order(held, request)
    total = held.count() if isinstance(held, QuerySet) else len(held)
    whole = flag(request, "fullobjects")
    wanted = batch(request, total, **(FULL_BATCHES if whole else {}))
    write = full_object if whole else partial(envelope_summary, metadata_fields=metadata)
    if isinstance(held, QuerySet) and held.model is Experience:
        listed = _listed_experiences(held, wanted, metadata, reader(request))
    else:
        listed = wanted.of(held)
    return {
        "items": [write(obj, request) for obj in listed],
        "items_total": total,
        **batching_links(request, wanted),
    }


def _listed_experiences(
    held: QuerySet[Experience], wanted: Batch, metadata: list[str], seen_by: Reader
) -> Iterable[Experience]:
    # First which, then what they say, of those alone: sorting all rows with their texts takes a
    # database ten times as long.
    shown = list(wanted.of(held.values_list("pk", flat=True)))
    with_topics = not TOPIC_FIELDS.isdisjoint(metadata)
    if drafts.sees_drafts(seen_by):
        rows = held.order_by().filter(pk__in=shown).with_state().select_related("latest_revision")
        rows = rows.prefetch_related("topics") if with_topics else rows
        found = {row.pk: drafts.as_drafted(row) for row in rows}
        if with_topics:
            add_topics(row for row in found.values() if not row.live)
    else:
        refs = [(ObjectType.EXPERIENCE, pk) for pk in shown]
        hits = visible(refs, seen_by, with_topics=with_topics)
        found = {pk: row for (_type, pk), row in hits.items()}
    return [found[pk] for pk in shown if pk in found]
