"""``@aliases``: other addresses that lead to something. For the office."""

from typing import Any

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
    batching_links,
    body,
    no_content,
    person,
)
from cms.api.schemas import Batching, Error, sends
from cms.api.summaries import iso_time
from cms.api.traversal import Item, find
from cms.models import Experience
from cms.permissions import policies
from cms.services.access import require
from cms.services.aliases import add_aliases, aliases_of, all_aliases, remove_aliases

router = Router(tags=["aliases"])

_ERRORS = {400: Error, 401: Error, 403: Error, 404: Error}


class Alias(Schema):
    path: str = Field(description="The other address, as a path of the public site.")
    manual: bool | None = Field(None, description="False: kept when something was moved.")
    datetime: str | None = None


class RootAlias(Alias):
    model_config = ConfigDict(populate_by_name=True)

    redirect_to: str = Field(alias="redirect-to")


class Aliases(Schema):
    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    items: list[Alias]
    items_total: int


class RootAliases(Schema):
    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    items: list[RootAlias]
    items_total: int
    batching: Batching | None = None


class AliasPaths(Schema):
    aliases: list[str] = Field(description="Paths of the public site; the first slash may miss.")


@router.get(
    "/@aliases",
    response={200: RootAliases, 304: None, **_ERRORS},
    openapi_extra={"parameters": BATCH_PARAMETERS},
)
def list_all(request: HttpRequest) -> HttpResponse:
    """All kept addresses, and where each leads."""
    rows = all_aliases(person(request))
    wanted = batch(request, rows.count())
    data = {
        "@id": f"{api_root(request)}/@aliases",
        "items": [{**_row(row), "redirect-to": _target(row)} for row in wanted.of(rows)],
        "items_total": wanted.total,
        **batching_links(request, wanted),
    }
    return answer(request, data)


@router.get("/{path:path}/@aliases", response={200: Aliases, 304: None, 422: Error, **_ERRORS})
def list_aliases(request: HttpRequest, path: str) -> HttpResponse:
    """The addresses that lead here, an entry's short one among them."""
    obj = _obj(request, path)
    items = [_row(row) for row in aliases_of(obj, person(request))]
    if isinstance(obj, Experience):
        items.insert(0, {"path": f"/e/{obj.pk}", "manual": False, "datetime": None})
    at = f"{address(obj, request)}/@aliases"
    return answer(request, {"@id": at, "items": items, "items_total": len(items)})


@router.post(
    "/{path:path}/@aliases",
    response={204: None, 409: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(AliasPaths),
)
def add(request: HttpRequest, path: str) -> HttpResponse:
    """Lets further addresses lead here."""
    obj = _obj(request, path)
    add_aliases(obj, _paths(request), person(request))
    return no_content(request)


@router.delete(
    "/{path:path}/@aliases",
    response={204: None, 422: Error, **_ERRORS},
    openapi_extra=sends(AliasPaths),
)
def remove(request: HttpRequest, path: str) -> HttpResponse:
    """Takes addresses away that lead here."""
    obj = _obj(request, path)
    remove_aliases(obj, _paths(request), person(request))
    return no_content(request)


def _obj(request: HttpRequest, path: str) -> Item:
    """Raises Http404, NotAllowedError; ApiError (422) for a list that is no object."""
    obj = find(path, request, "").obj
    require(person(request), policies.OFFICE)
    if not hasattr(obj, "pk"):
        raise ApiError(422, gettext("Dafür gibt es keine weiteren Adressen."))
    return obj


def _row(row: Redirect) -> dict[str, Any]:
    return {
        "path": row.old_path,
        "manual": not row.automatically_created,
        "datetime": iso_time(row.created_at),
    }


def _target(row: Redirect) -> str:
    # Wagtail's own ``link`` reads each page anew.
    return (row.redirect_page.get_url() if row.redirect_page else row.redirect_link) or ""


def _paths(request: HttpRequest) -> list[str]:
    paths = body(request).get("aliases")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        message = gettext("Bitte als Liste von Pfaden angeben.")
        raise ApiError(400, errors=[("aliases", message)])
    return paths
