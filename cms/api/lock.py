"""``@lock``: that somebody is writing on something, so that others wait."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import Field

from cms.api.actors import user_address
from cms.api.addresses import Folder
from cms.api.contract import ApiError, answer, body, person, require_match
from cms.api.schemas import sends
from cms.api.summaries import iso_time
from cms.api.traversal import find
from cms.domain.people import name_of
from cms.models.edit_lock import EditLock
from cms.permissions import policies
from cms.services.locks import (
    DEFAULT_SECONDS,
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    hold_of,
    lock,
    may_take_over,
    unlock,
)
from cms.services.transitions import MODELS

router = Router(tags=["lock"])


class LockInfo(Schema):
    locked: bool
    stealable: bool
    name: str | None = None
    message: str | None = None
    creator: str | None = None
    creator_name: str | None = None
    creator_url: str | None = None
    created: str | None = None
    time: float | None = None
    timeout: int | None = None
    token: str | None = None


class Asked(Schema):
    timeout: int = Field(
        DEFAULT_SECONDS,
        description="Seconds until it ends by itself. Less than "
        f"{SHORTEST_SECONDS} or more than {LONGEST_SECONDS} becomes that.",
    )
    stealable: bool = Field(True, description="Whoever may edit can end it with `force`.")


class Unlocked(Schema):
    force: bool = Field(False, description="Also a lock of somebody else.")


@router.get("/@lock", operation_id="home_lock", response=LockInfo)
def read_home_lock(request: HttpRequest) -> HttpResponse:
    """Nobody locks the home page over the API."""
    return _answer_lock(request, find("", request).obj)


@router.get(
    "/{path:path}/@lock",
    operation_id="lock",
    response=LockInfo,
)
def read_lock(request: HttpRequest, path: str) -> HttpResponse:
    """Who writes on it now; for those who may write on it, too."""
    return _answer_lock(request, find(path, request).obj)


@router.post(
    "/{path:path}/@lock",
    operation_id="make_lock",
    response=LockInfo,
    openapi_extra=sends(Asked, required=False),
)
def make_lock(request: HttpRequest, path: str) -> HttpResponse:
    """Locks it for this person; 423 if somebody else holds it."""
    return _lock(request, path)


@router.patch(
    "/{path:path}/@lock",
    operation_id="refresh_lock",
    response=LockInfo,
    openapi_extra=sends(Asked, required=False),
)
def refresh_lock(request: HttpRequest, path: str) -> HttpResponse:
    """Keeps the lock for longer; makes it anew if it has ended meanwhile."""
    return _lock(request, path)


@router.delete(
    "/{path:path}/@lock",
    operation_id="unlock",
    response=LockInfo,
    openapi_extra=sends(Unlocked, required=False),
)
def delete_lock(request: HttpRequest, path: str) -> HttpResponse:
    """Ends the lock; somebody else's only with ``force``, by those who may."""
    obj = _lockable(request, path)
    unlock(obj, person(request), force=_flag(body(request), "force", default=False))
    return _answer_lock(request, obj)


def lock_info(obj: Model | Folder, request: HttpRequest) -> dict[str, Any]:
    """What holds ``obj``, for those who may edit it; for others it is never locked."""
    if not isinstance(obj, MODELS) or not policies.can(person(request), policies.EDIT, obj):
        return {"locked": False, "stealable": False}
    hold = hold_of(obj, person(request))
    if hold is None:
        return {"locked": False, "stealable": True}
    told = (
        {"name": hold.kind.value, "message": hold.message}
        if hold.message
        else {"name": hold.kind.value}
    )
    if hold.edit is None:
        return {"locked": True, "stealable": False, **told}
    return {**_edit_lock(hold.edit, obj, request), **told}


def _edit_lock(edit: EditLock, obj: Model, request: HttpRequest) -> dict[str, Any]:
    user = person(request)
    told = {
        "locked": True,
        "stealable": may_take_over(edit, obj, user),
        "creator": edit.user.get_username(),
        "creator_name": name_of(edit.user),
        "creator_url": user_address(edit.user, request),
        "created": iso_time(edit.created_at),
        "time": edit.created_at.timestamp(),
        "timeout": edit.timeout,
    }
    return told | {"token": edit.token} if edit.user_id == user.pk else told


def _answer_lock(request: HttpRequest, obj: Model | Folder) -> HttpResponse:
    return answer(request, lock_info(obj, request), obj=obj if isinstance(obj, MODELS) else None)


def _lockable(request: HttpRequest, path: str) -> Model:
    obj = find(path, request).obj
    if not isinstance(obj, MODELS):
        raise Http404
    require_match(request, obj)
    return obj


def _lock(request: HttpRequest, path: str) -> HttpResponse:
    data = body(request)
    obj = _lockable(request, path)
    stealable = _flag(data, "stealable", default=True)
    lock(obj, person(request), seconds=_seconds(data), stealable=stealable)
    return _answer_lock(request, obj)


def _flag(data: dict[str, Any], name: str, *, default: bool) -> bool:
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise ApiError(422, errors=[(name, gettext("Bitte true oder false angeben."))])
    return value


def _seconds(data: dict[str, Any]) -> int:
    value = data.get("timeout", DEFAULT_SECONDS)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiError(422, errors=[("timeout", gettext("Bitte eine ganze Zahl angeben."))])
    return value
