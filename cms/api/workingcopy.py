"""``@workingcopy``: the draft beside what is published; handing it in goes to review."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from cms.api.actors import user_address
from cms.api.addresses import Folder, address
from cms.api.contract import answer, body, held, no_content, parameter, person, sees_drafts_of
from cms.api.schemas import Nothing, sends
from cms.api.summaries import iso_time
from cms.api.traversal import DRAFT, find
from cms.domain.people import name_of
from cms.services.transitions import MODELS
from cms.services.working_copy import begin, check_in, discard

router = Router(tags=["workingcopy"])


class Copy(Schema):
    id_: str = Field(alias="@id")
    title: str
    created: str | None
    creator_name: str
    creator_url: str | None


class WorkingCopy(Schema):
    working_copy: Copy | None
    working_copy_of: Copy | None


class CopyLink(Schema):
    id_: str = Field(alias="@id")


@router.get("/@workingcopy", operation_id="home_working_copy", response=WorkingCopy)
def read_home_working_copy(request: HttpRequest) -> HttpResponse:
    """The home page has none."""
    return _answer_copy(request, "")


@router.get(
    "/{path:path}/@workingcopy",
    operation_id="working_copy",
    response=WorkingCopy,
)
def read_working_copy(request: HttpRequest, path: str) -> HttpResponse:
    """The draft beside what is published, for those who may see it."""
    return _answer_copy(request, path)


def _answer_copy(request: HttpRequest, path: str) -> HttpResponse:
    obj = find(path, request, version="").obj
    told: dict[str, Any] = {"working_copy": None, "working_copy_of": None}
    told |= working_copy_info(obj, request, is_copy=parameter(request, "version") == DRAFT)
    return answer(request, told, obj=obj)


@router.post(
    "/{path:path}/@workingcopy",
    operation_id="begin_working_copy",
    response={201: CopyLink},
    openapi_extra=sends(Nothing, required=False),
)
def begin_working_copy(request: HttpRequest, path: str) -> HttpResponse:
    """Begins a draft beside what is published."""
    body(request)
    with held(request, _object(path, request)) as row:
        begin(row, person(request))
    fresh = type(row).objects.get(pk=row.pk)
    response = answer(request, {"@id": _of(fresh, request)}, status=201, obj=fresh)
    response["Location"] = address(fresh, request)
    return response


@router.patch(
    "/{path:path}/@workingcopy",
    operation_id="check_in_working_copy",
    response={204: None},
    openapi_extra=sends(Nothing, required=False),
)
def check_in_working_copy(request: HttpRequest, path: str) -> HttpResponse:
    """Hands the draft in: it goes to review, and to its readers once it is approved."""
    body(request)
    with held(request, _object(path, request)) as row:
        check_in(row, person(request))
    return no_content(request, type(row).objects.get(pk=row.pk))


@router.delete(
    "/{path:path}/@workingcopy",
    operation_id="discard_working_copy",
    response={204: None},
)
def discard_working_copy(request: HttpRequest, path: str) -> HttpResponse:
    """Throws the draft away; as a version it stays in the history."""
    with held(request, _object(path, request)) as row:
        discard(row, person(request))
    return no_content(request, type(row).objects.get(pk=row.pk))


def working_copy_info(
    obj: Model | Folder, request: HttpRequest, *, is_copy: bool
) -> dict[str, Any]:
    """Of what is published, its draft; of the draft (``is_copy``), what is published.

    Empty if there are not both, and for those who may not see drafts.
    """
    if not isinstance(obj, MODELS) or not _has_copy(obj) or not sees_drafts_of(obj, request):
        return {}
    if is_copy:
        return {"working_copy_of": _told(obj.live_revision, address(obj, request), request)}
    return {"working_copy": _told(obj.latest_revision, _of(obj, request), request)}


def _object(path: str, request: HttpRequest) -> Model:
    obj = find(path, request, version="").obj
    if not isinstance(obj, MODELS):
        raise Http404
    return obj


def _has_copy(obj) -> bool:
    return obj.live and obj.has_unpublished_changes


def _of(obj: Model, request: HttpRequest) -> str:
    """Where the draft is read."""
    return f"{address(obj, request)}?version={DRAFT}"


def _told(revision, where: str, request: HttpRequest) -> dict[str, Any] | None:
    if revision is None:
        return None
    return {
        "@id": where,
        "title": revision.object_str,
        "created": iso_time(revision.created_at),
        "creator_name": name_of(revision.user) if revision.user else "",
        "creator_url": user_address(revision.user, request),
    }
