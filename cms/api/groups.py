"""``@groups``: the groups of people, for the office; and ``@roles``.

A group has one name, which is its id and its title. What it may do, ``@sharing`` of a project
says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import api_root
from cms.api.authentication import signed_in
from cms.api.contract import (
    BATCH_PARAMETERS,
    DEFAULT_BATCH_SIZE,
    ApiError,
    answer,
    batch,
    body,
    held,
    listed,
    no_content,
    parameter,
    query_parameter,
)
from cms.api.people import LIMIT, limit_of
from cms.api.schemas import LOCATED, Error, Listing, sends
from cms.api.sent import field_of
from cms.models import Project
from cms.permissions import policies, roles
from cms.services.access import locked, require
from cms.services.groups import (
    change_group,
    dissolve_group,
    guide_groups,
    members_of_groups,
    roles_of_groups,
    save_group,
)

router = Router(tags=["users"])

JSON = dict[str, Any]

_ERRORS = {304: None, 401: Error, 403: Error}
_WRITING_ERRORS = {400: Error, 401: Error, 403: Error, 409: Error, 422: Error}


class _Addressed(Schema):
    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    id: str


class Members(Listing):
    items: list[str] = Field(description="Names of accounts.")


class GroupSummary(_Addressed):
    groupname: str
    title: str
    description: str
    email: str
    roles: list[str] = Field(description="The roles held on any project.")
    can_delete: bool
    members: Members = Field(
        description=f"In lists the first {DEFAULT_BATCH_SIZE}; all of them has the group itself."
    )


class GroupWithMembers(GroupSummary):
    users: Members = Field(description="The members, as Plone called them before.")


class Role(_Addressed):
    type_: str = Field(alias="@type")
    title: str


class NewGroup(Schema):
    """A group to make. Its title is its name."""

    groupname: str = Field(max_length=150)
    users: list[str] = Field([], description="Names of accounts.")


class GroupChange(Schema):
    """What changes in a group; what is not named stays."""

    title: str | None = Field(
        None, max_length=150, description="Another name, and with it another address."
    )
    users: dict[str, bool] = Field({}, description="Names of accounts: who joins, who leaves.")


@router.get(
    "/@groups",
    response={200: list[GroupSummary], 400: Error, **_ERRORS},
    openapi_extra={
        "parameters": [query_parameter("query", "string", "How the name begins."), LIMIT]
    },
)
def groups(request: HttpRequest) -> HttpResponse:
    """The groups of people. For the office."""
    require(signed_in(request), policies.OFFICE)
    found = guide_groups().filter(name__istartswith=parameter(request, "query").strip())
    found = list(found[: limit_of(request)])
    held, members = roles_of_groups(found), members_of_groups(found)
    data = [_group(one, held[one.pk], members[one.pk], request) for one in found]
    return answer(request, data)


@router.post(
    "/@groups",
    response={201: GroupWithMembers, **_WRITING_ERRORS},
    openapi_extra=sends(NewGroup),
)
def create_group(request: HttpRequest) -> HttpResponse:
    """A new group. For the office."""
    asking, sent = signed_in(request), body(request)
    require(asking, policies.OFFICE)
    name, names = _name(sent, "groupname"), field_of(sent, "users", [])
    if not name:
        raise _wrong("groupname", _("Bitte einen Namen angeben."))
    if not isinstance(names, list):
        raise _wrong("users", _("Bitte als Liste von Benutzernamen angeben."))
    _refuse_rights(sent)
    try:
        made = save_group(None, name, _accounts(names), by=asking)
    except ValidationError as error:
        raise ApiError(422, errors=[("groupname", text) for text in error.messages]) from error
    response = answer(request, _with_members(made, request), status=201)
    response["Location"] = _address(made, request)
    return response


@router.get(
    "/@groups/{path:name}",
    response={200: GroupWithMembers, 400: Error, 404: Error, **_ERRORS},
    openapi_extra={"parameters": BATCH_PARAMETERS},
)
def group(request: HttpRequest, name: str) -> HttpResponse:
    """One group with its members. For the office."""
    return answer(request, _with_members(_found(request, name), request))


@router.patch(
    "/@groups/{path:name}",
    response={204: None, 404: Error, **_WRITING_ERRORS},
    openapi_extra={**sends(GroupChange), **LOCATED},
)
def update_group(request: HttpRequest, name: str) -> HttpResponse:
    """Another name, other members; `Location` is where it is then. For the office."""
    found, sent = _found(request, name), body(request)
    members = field_of(sent, "users", {})
    if not isinstance(members, dict) or not all(
        isinstance(is_in, bool) for is_in in members.values()
    ):
        raise _wrong("users", _("Bitte zu jedem Benutzernamen true oder false angeben."))
    _refuse_rights(sent)
    joining = [name for name, is_in in members.items() if is_in]
    leaving = [name for name, is_in in members.items() if not is_in]
    try:
        with _held(request, found) as row:
            changed = change_group(
                row,
                name=_name(sent, "title"),
                joining=_accounts(joining),
                leaving=row.user_set.filter(username__in=leaving),
                by=signed_in(request),
            )
    except ValidationError as error:
        raise ApiError(422, errors=[("title", text) for text in error.messages]) from error
    response = no_content(request)
    response["Location"] = _address(changed, request)
    return response


@router.delete("/@groups/{path:name}", response={204: None, 404: Error, **_WRITING_ERRORS})
def delete_group(request: HttpRequest, name: str) -> HttpResponse:
    """Dissolves a group: its members lose what they could do through it. For the office."""
    with _held(request, _found(request, name)) as row:
        dissolve_group(row, by=signed_in(request))
    return no_content(request)


@router.get("/@roles", response={200: list[Role], **_ERRORS}, operation_id="guide_roles")
def all_roles(request: HttpRequest) -> HttpResponse:
    """The roles that somebody can have on a project."""
    signed_in(request)
    root = api_root(request)
    data = [
        {"@id": f"{root}/@roles/{role}", "@type": "role", "id": role, "title": str(title)}
        for role, title in roles.ROLE_NAMES.items()
    ]
    return answer(request, data)


# --- what is answered ----------------------------------------------------------------------------


def _found(request: HttpRequest, name: str) -> Group:
    """Raises ApiError (401), NotAllowedError, Http404."""
    require(signed_in(request), policies.OFFICE)
    found = guide_groups().filter(name=name).first()
    if found is None:
        raise Http404
    return found


@contextmanager
def _held(request: HttpRequest, group: Group) -> Iterator[Group]:
    """The row, which If-Match (if sent) names as it is now. Raises ApiError (412)."""
    with transaction.atomic():
        locked(Project.objects.office())  # first, as the services of groups
        with held(request, group, lambda row: _with_members(row, request)) as row:
            yield row


def _address(group: Group, request: HttpRequest) -> str:
    return f"{api_root(request)}/@groups/{quote(group.name, safe='')}"


def _group(group: Group, held: set[str], members: list[str], request: HttpRequest) -> JSON:
    here = _address(group, request)
    first = listed(request, here, members[:DEFAULT_BATCH_SIZE])
    return {
        "@id": here,
        "id": group.name,
        "groupname": group.name,
        "title": group.name,
        "description": "",
        "email": "",
        "roles": [role for role in roles.ROLES if role in held],
        "can_delete": True,
        "members": {**first, "items_total": len(members)},
    }


def _with_members(group: Group, request: HttpRequest) -> JSON:
    held, members = roles_of_groups([group])[group.pk], members_of_groups([group])[group.pk]
    data = _group(group, held, members, request)
    wanted = batch(request, len(members))
    part = listed(request, data["@id"], wanted.of(members), wanted)
    return {**data, "members": part, "users": part}


# --- what is sent --------------------------------------------------------------------------------


def _name(sent: JSON, field: str) -> str:
    """A name that is sent, or nothing. Raises ApiError (422)."""
    name = field_of(sent, field, "")
    if not isinstance(name, str):
        raise _wrong(field, _("Bitte als Text angeben."))
    return name.strip()


def _refuse_rights(sent: JSON) -> None:
    """A group that is made without the rights that were asked for would look as if it had them."""
    for field in ("roles", "groups"):
        if sent.get(field):
            raise _wrong(field, _("Was eine Gruppe darf, sagt @sharing eines Projekts."))


def _accounts(names: list[Any]) -> list[Any]:
    """The open accounts of these names. Raises ApiError (422) if one is missing."""
    if not all(isinstance(name, str) for name in names):
        raise _wrong("users", _("Bitte Benutzernamen angeben."))
    found = list(get_user_model().objects.filter(username__in=names, is_active=True))
    missing = sorted(set(names) - {user.get_username() for user in found})
    if missing:
        raise _wrong("users", _("Diese Zugänge gibt es nicht: %s.") % ", ".join(missing)[:200])
    return found


def _wrong(field: str, message: str) -> ApiError:
    return ApiError(422, errors=[(field, message)])
