"""``@history``: versions and transitions of an object, one version, and the way back to it.

Those who may see drafts know every version that was saved, by its number in that order; others
know the published ones that the public page shows, and count them for themselves.
"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field
from wagtail.models import Revision

from cms.api.actors import actor
from cms.api.addresses import address
from cms.api.contract import ApiError, answer, body, held, person, reader, sees_drafts_of
from cms.api.representation import representation
from cms.api.schemas import Content, Message, sends
from cms.api.summaries import iso_time
from cms.api.traversal import DRAFT, LIVE, Found, find
from cms.api.workflow import state_title, transition_title
from cms.models.entry import Entry
from cms.permissions import policies
from cms.published.versions import (
    NumberedVersion,
    as_it_was,
    numbered_revisions,
    numbered_versions,
)
from cms.services.locks import hold_of
from cms.services.revert import revert
from cms.services.transitions import MODELS
from cms.services.workflow_history import Step, steps_of

router = Router(tags=["history"])


class Actor(Schema):
    id_: str | None = Field(alias="@id")
    id: str | None
    fullname: str
    username: str | None


class HistoryItem(Schema):
    """A version (``type`` is ``versioning``) or a transition (``workflow``)."""

    model_config = ConfigDict(extra="allow")

    type: str
    action: str
    transition_title: str
    actor: Actor = Field(description="Empty for those who may not see drafts.")
    comments: str
    time: str
    version: int | None = None
    may_revert: bool | None = None
    redacted: bool | None = Field(None, description="Something was removed from it for good.")
    review_state: str | None = None
    state_title: str | None = None


class Wanted(Schema):
    version: int = Field(ge=0, description="A number, as `@history` gives it.")


@router.get("/@history", operation_id="home_history", response=list[HistoryItem])
def read_home_history(request: HttpRequest) -> HttpResponse:
    """Of the home page no versions are kept."""
    return _answer_history(request, "")


@router.get(
    "/{path:path}/@history",
    operation_id="history",
    response=list[HistoryItem],
)
def read_history(request: HttpRequest, path: str) -> HttpResponse:
    """Versions and transitions, the newest first."""
    return _answer_history(request, path)


def _answer_history(request: HttpRequest, path: str) -> HttpResponse:
    found, versions = found_with_versions(path, request)
    if not versions:
        return answer(request, [], obj=found.obj)
    items = [
        *_version_items(found, versions, request),
        *(_step_item(step, request) for step in steps_of(found.obj, reader(request))),
    ]
    newest_first = sorted(items, key=lambda item: item[0], reverse=True)
    return answer(request, [item for _time, item in newest_first], obj=found.obj)


@router.get(
    "/{path:path}/@history/{number}",
    operation_id="version",
    response=Content,
)
def read_version(request: HttpRequest, path: str, number: str) -> HttpResponse:
    """One version, like the object itself."""
    found, versions = found_with_versions(path, request)
    at = at_version(number, found, versions, path, request)
    data = {**representation(at, request), "version": int(at.version)}
    return answer(request, data, obj=found.obj)


@router.patch(
    "/{path:path}/@history",
    operation_id="revert",
    response=Message,
    openapi_extra=sends(Wanted),
)
def revert_to(request: HttpRequest, path: str) -> HttpResponse:
    """Brings a version back as a draft: what is published stays as it is."""
    number = body(request).get("version")
    found, _versions = found_with_versions(path, request)
    if not sees_drafts_of(found.obj, request):
        raise PermissionDenied
    if not isinstance(found.obj, MODELS):
        raise _no_such_version()
    with held(request, found.obj) as row:
        revision = _revision(row, number)
        revert(row, person(request), revision)
    fresh = type(row).objects.get(pk=row.pk)
    message = gettext("„%(title)s“ hat wieder den Text der Fassung %(number)d, als Entwurf.")
    said = {"message": message % {"title": revision.object_str, "number": number}}
    return answer(request, said, obj=fresh)


def _revision(obj, number: Any) -> Revision:
    """The version of this number. Raises ApiError (422)."""
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**9:
        revision = next(iter(numbered_revisions(obj)[number : number + 1]), None)
        if revision:
            return revision
    raise _no_such_version()


def _no_such_version() -> ApiError:
    message = gettext("Bitte die Nummer einer Fassung angeben, wie @history sie nennt.")
    return ApiError(422, errors=[("version", message)])


# --- versions ------------------------------------------------------------------------------------


def found_with_versions(path: str, request: HttpRequest) -> tuple[Found, list[NumberedVersion]]:
    """What stands there, in the version that is read now, and its versions, the oldest first.

    None of what has no versions. Raises Http404.
    """
    found = find(path, request, version="")
    if not isinstance(found.obj, MODELS):
        return found, []
    return found, numbered_versions(found.obj, reader(request))


def at_version(
    name: str, found: Found, versions: list[NumberedVersion], path: str, request: HttpRequest
) -> Found:
    """The version ``live``, ``draft`` or of a number, as far as this reader knows it.

    Raises Http404 for any other.
    """
    version = number_of(name, found, versions, request)
    if sees_drafts_of(found.obj, request):
        return replace(find(path, request, version=name), version=str(version.number))
    if version is versions[-1] or not isinstance(found.obj, Entry):
        return replace(found, version=str(version.number))
    revision = Revision.objects.filter(pk=version.revision_id).first()
    if revision is None:
        raise Http404
    old = as_it_was(found.obj, revision)
    return replace(found, obj=old, version=str(version.number), revision=revision)


def number_of(
    name: str, found: Found, versions: list[NumberedVersion], request: HttpRequest
) -> NumberedVersion:
    """The version of this name. Raises Http404 for one that this reader does not know."""
    obj, with_drafts = found.obj, sees_drafts_of(found.obj, request)
    wanted = None
    if name.isascii() and name.isdigit():
        number = int(name[:10])
        wanted = versions[number] if number < len(versions) else None
    elif name == LIVE and obj.live and not with_drafts:
        wanted = versions[-1] if versions else None
    elif name in (LIVE, DRAFT) and with_drafts:
        pk = obj.live_revision_id if name == LIVE else obj.latest_revision_id
        wanted = next((version for version in versions if version.revision_id == pk), None)
    if wanted is None:
        raise Http404
    return wanted


# --- items ---------------------------------------------------------------------------------------


def _version_items(found: Found, versions: list[NumberedVersion], request: HttpRequest):
    with_drafts, here = sees_drafts_of(found.obj, request), address(found.obj, request)
    titles = (gettext("Bearbeitet"), gettext("Veröffentlicht"))
    may_revert = _may_revert(found, request)
    for version in versions:
        item = {
            "@id": f"{here}/@history/{version.number}",
            "action": "Edited",
            "actor": actor(version.author, request),
            "comments": "",
            "may_revert": may_revert,
            "redacted": version.is_redacted,
            "time": iso_time(version.time),
            "transition_title": titles[0] if with_drafts else titles[1],
            "type": "versioning",
            "version": version.number,
        }
        yield version.time, item


def _may_revert(found: Found, request: HttpRequest) -> bool:
    user = person(request)
    if not policies.can(user, policies.EDIT, found.obj):
        return False
    hold = hold_of(found.obj, user)
    return hold is None or not hold.message


def _step_item(step: Step, request: HttpRequest):
    title = transition_title(step.transition) if step.transition else gettext("Angelegt")
    return step.time, {
        "action": step.transition.value if step.transition else "Create",
        "actor": actor(step.actor, request),
        "comments": step.words,
        "review_state": step.state.value,
        "state_title": state_title(step.state),
        "time": iso_time(step.time),
        "transition_title": title,
        "type": "workflow",
    }
