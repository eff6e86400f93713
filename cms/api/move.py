"""``@copy`` and ``@move``: an entry into a project, as a copy or handed over."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import Field

from cms.api.addresses import address
from cms.api.contract import ApiError, answer, body, person
from cms.api.schemas import Error, sends
from cms.api.sources import named_list
from cms.api.traversal import find
from cms.domain.errors import NotAllowedError
from cms.models import Experience, Project
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import require
from cms.services.copy_entry import copy_entry
from cms.services.hand_over import hand_over

router = Router(tags=["copy and move"])

#: At once, in one transaction.
MOST = 100


class Sources(Schema):
    source: str | list[str] = Field(
        description=f"What is meant: an address, a path or a UID; or a list of up to {MOST}."
    )


class Moved(Schema):
    source: str = Field(description="Where it was.")
    target: str = Field(description="Where it is, or its copy. A hand-over changes no address.")


_SERVICE = {
    "response": {200: list[Moved], 400: Error, 401: Error, 403: Error, 404: Error, 422: Error},
    "openapi_extra": sends(Sources),
}


@router.post("/@copy", operation_id="home_copy", **_SERVICE)
def copy_home(request: HttpRequest) -> HttpResponse:
    """Nothing is copied to the home page: 422, as for any other place but a project."""
    return _each(request, "", policies.EDIT, _copy)


@router.post("/@move", operation_id="home_move", **_SERVICE)
def move_home(request: HttpRequest) -> HttpResponse:
    """The same of handing over."""
    return _each(request, "", policies.MOVE, _move)


@router.post("/{path:path}/@copy", operation_id="copy", **_SERVICE)
def copy(request: HttpRequest, path: str) -> HttpResponse:
    """Copies experiences into the project at ``path``, as new drafts; all or none."""
    return _each(request, path, policies.EDIT, _copy)


@router.post("/{path:path}/@move", operation_id="move", **_SERVICE)
def move(request: HttpRequest, path: str) -> HttpResponse:
    """Hands entries over to the project at ``path``; all or none. Needs the right on both."""
    return _each(request, path, policies.MOVE, _move)


Act = Callable[[HttpRequest, Entry, Project], Entry]


def _each(request: HttpRequest, path: str, action: str, act: Act) -> HttpResponse:
    target = find(path, request, "").obj
    if not isinstance(target, Project):
        if not person(request).is_authenticated:
            raise ApiError(401)
        raise ApiError(422, gettext("Einträge gehören in ein Projekt; das hier ist keines."))
    require(person(request), action, target)
    data = body(request)
    found = named_list(data.get("source"), request, "source", MOST)
    results = []
    with transaction.atomic():
        for source in found:
            before = address(source.obj, request)
            made = act(request, source.obj, target)
            results.append({"source": before, "target": address(made, request)})
    return answer(request, results)


def _copy(request: HttpRequest, entry: Entry, project: Project) -> Entry:
    if not isinstance(entry, Experience):
        raise _wrong(gettext("Kopieren kann man Erfahrungen."))
    return copy_entry(entry, project, person(request))


def _move(request: HttpRequest, entry: Entry, project: Project) -> Entry:
    if not isinstance(entry, Entry):
        raise _wrong(gettext("Übergeben kann man Erfahrungen und Ergänzungen."))
    if not policies.can(person(request), policies.MOVE, entry):
        raise NotAllowedError(gettext("Dazu fehlt Ihnen das Recht."))
    row = type(entry).objects.get(pk=entry.pk)  # a draft is no row to be saved
    hand_over(row, project, person(request))
    return row


def _wrong(message: str) -> ApiError:
    return ApiError(422, errors=[("source", message)])
