"""``@aliases``: other addresses that lead to something. For the office."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field
from wagtail.contrib.redirects.models import Redirect

from cms.api.addresses import address, api_root
from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    body,
    listed,
    no_content,
    parameter,
    person,
    query_parameter,
    require_match,
)
from cms.api.moments import MOMENT, moment_of
from cms.api.schemas import Error, Listing, sends
from cms.api.sources import named
from cms.api.summaries import iso_time
from cms.api.traversal import Item, find
from cms.models import Experience
from cms.permissions import policies
from cms.services.access import require
from cms.services.aliases import (
    MOST,
    Wanted,
    add_aliases,
    aliases_of,
    all_aliases,
    remove_aliases,
    remove_from_all,
)

router = Router(tags=["aliases"])

_ERRORS = {400: Error, 401: Error, 403: Error, 404: Error}
_WRITTEN = {204: None, 409: Error, 422: Error, **_ERRORS}
_FILTERS = ("query", "manual", "start", "end")
_LIST = {
    "openapi_extra": {
        "parameters": [
            *BATCH_PARAMETERS,
            query_parameter("query", "string", "Part of a path, or of where it leads."),
            query_parameter("manual", "boolean", "Made by hand, or kept when something moved."),
            query_parameter("start", "string", "Not before this day or time.", **MOMENT),
            query_parameter("end", "string", "Before this day or time.", **MOMENT),
        ]
    }
}


class Alias(Schema):
    model_config = ConfigDict(populate_by_name=True)

    path: str = Field(description="The other address, as a path of the public site.")
    redirect_to: str = Field(alias="redirect-to", description="Where it leads.")
    manual: bool = Field(description="False: kept when something was moved.")
    datetime: str | None


class Aliases(Listing):
    items: list[Alias]


class AliasPath(Schema):
    path: str = Field(
        min_length=1, description="A path of the public site; the first slash may miss."
    )


class AliasPaths(Schema):
    items: list[str | AliasPath] | str | AliasPath = Field(description="One, or many.")


class RootAlias(AliasPath):
    model_config = ConfigDict(populate_by_name=True)

    redirect_to: str = Field(
        min_length=1, alias="redirect-to", description="An address, a path or a UID."
    )


class RootAliases(Schema):
    items: list[RootAlias] | RootAlias = Field(description="One, or many.")


# --- reading -------------------------------------------------------------------------------------


@router.get("/@aliases", response={200: Aliases, 304: None, **_ERRORS}, **_LIST)
def list_all(request: HttpRequest) -> HttpResponse:
    """All kept addresses, and where each leads."""
    rows = all_aliases(person(request), _filters(request))
    wanted = batch(request, rows.count())
    items = [_row(row) for row in wanted.of(rows)]
    return answer(request, listed(request, f"{api_root(request)}/@aliases", items, wanted))


@router.get(
    "/{path:path}/@aliases", response={200: Aliases, 304: None, 422: Error, **_ERRORS}, **_LIST
)
def list_aliases(request: HttpRequest, path: str) -> HttpResponse:
    """The addresses that lead here; an entry's short one is among them unless some are chosen."""
    obj = _obj(request, path)
    items = [_row(row) for row in aliases_of(obj, person(request), _filters(request))]
    if isinstance(obj, Experience) and not any(parameter(request, name) for name in _FILTERS):
        items.insert(0, _short(obj))
    wanted = batch(request, len(items))
    here = f"{address(obj, request)}/@aliases"
    return answer(request, listed(request, here, wanted.of(items), wanted), obj=obj)


def _filters(request: HttpRequest) -> Wanted:
    """Which of them are asked for. Raises ApiError (400)."""
    manual = parameter(request, "manual").lower()
    if manual not in ("", "true", "false", "1", "0"):
        raise ApiError(400, errors=[("manual", gettext("Bitte true oder false angeben."))])
    return Wanted(
        text=parameter(request, "query").replace("\0", ""),
        manual=manual in ("true", "1") if manual else None,
        start=_moment(request, "start"),
        end=_moment(request, "end"),
    )


def _moment(request: HttpRequest, name: str) -> datetime.datetime | None:
    text = parameter(request, name)
    if not text:
        return None
    found = moment_of(text)
    if found is None:
        raise ApiError(400, errors=[(name, gettext("Bitte einen Tag angeben, etwa 2026-03-02."))])
    return found


def _row(row: Redirect) -> dict[str, Any]:
    return {
        "path": row.old_path,
        "redirect-to": _target(row),
        "manual": not row.automatically_created,
        "datetime": iso_time(row.created_at),
    }


def _short(entry: Experience) -> dict[str, Any]:
    target = entry.get_absolute_url()
    return {"path": f"/e/{entry.pk}", "redirect-to": target, "manual": False, "datetime": None}


def _target(row: Redirect) -> str:
    # Wagtail's own ``link`` reads each page anew.
    return (row.redirect_page.get_url() if row.redirect_page else row.redirect_link) or ""


# --- writing -------------------------------------------------------------------------------------


@router.post("/@aliases", response=_WRITTEN, openapi_extra=sends(RootAliases))
def add_many(request: HttpRequest) -> HttpResponse:
    """Lets further addresses lead to several things; all or none."""
    require(person(request), policies.OFFICE)
    with transaction.atomic():
        for item in _items(request):
            target = named(item.get("redirect-to"), request, "redirect-to").obj
            add_aliases(_with_aliases(target), [item["path"]], person(request))
    return no_content(request)


@router.delete("/@aliases", response=_WRITTEN, openapi_extra=sends(AliasPaths))
def remove_many(request: HttpRequest) -> HttpResponse:
    """Takes addresses away, wherever they lead."""
    require(person(request), policies.OFFICE)
    remove_from_all([item["path"] for item in _items(request)], person(request))
    return no_content(request)


@router.post("/{path:path}/@aliases", response=_WRITTEN, openapi_extra=sends(AliasPaths))
def add(request: HttpRequest, path: str) -> HttpResponse:
    """Lets further addresses lead here."""
    obj = _obj(request, path)
    paths = [item["path"] for item in _items(request)]
    require_match(request, obj)
    add_aliases(obj, paths, person(request))
    return no_content(request)


@router.delete("/{path:path}/@aliases", response=_WRITTEN, openapi_extra=sends(AliasPaths))
def remove(request: HttpRequest, path: str) -> HttpResponse:
    """Takes addresses away that lead here."""
    obj = _obj(request, path)
    paths = [item["path"] for item in _items(request)]
    require_match(request, obj)
    remove_aliases(obj, paths, person(request))
    return no_content(request)


def _obj(request: HttpRequest, path: str) -> Item:
    """Raises Http404, NotAllowedError; ApiError (422) for a list that is no object."""
    obj = find(path, request, "").obj
    require(person(request), policies.OFFICE)
    return _with_aliases(obj)


def _with_aliases(obj: Item) -> Item:
    if not hasattr(obj, "pk"):
        raise ApiError(422, gettext("Dafür gibt es keine weiteren Adressen."))
    return obj


def _items(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """What was sent, one alias after the other: a path, or an object with one."""
    items = body(request).get("items")
    items = [{"path": one} if isinstance(one, str) else one for one in _as_list(items)]
    if not all(isinstance(one, dict) and isinstance(one.get("path"), str) for one in items):
        message = gettext("Bitte als Liste von {„path“} angeben.")
        raise ApiError(400, errors=[("items", message)])
    if len(items) > MOST:
        message = gettext("Höchstens %(most)d auf einmal.") % {"most": MOST}
        raise ApiError(422, errors=[("items", message)])
    yield from items


def _as_list(items: Any) -> list[Any]:
    return items if isinstance(items, list) else [items]
