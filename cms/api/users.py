"""``@users``, ``@groups``, ``@roles``: who there is, read only.

The office reads what its screen of accounts shows; anybody else themselves. Giving access is
``@sharing``'s.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import api_root
from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    listed,
    parameter,
    parameter_list,
    person,
    query_parameter,
)
from cms.api.schemas import Error, Listing
from cms.api.summaries import reference
from cms.permissions import policies, roles
from cms.permissions.who_can import Held, Person, with_roles
from cms.services.access import require
from cms.services.accounts import find_accounts
from cms.services.groups import groups_of, guide_groups, roles_of_groups

router = Router(tags=["users"])

DEFAULT_LIMIT = 25
MAX_LIMIT = 500
_ERRORS = {304: None, 401: Error, 403: Error}
_LIMIT = query_parameter(
    "limit",
    "integer",
    f"At most so many, and never more than {MAX_LIMIT}.",
    minimum=1,
    default=DEFAULT_LIMIT,
)


class _Addressed(Schema):
    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    id: str


class HeldRole(Schema):
    """A role on a project, of a person's own or through a group."""

    project: dict[str, str]
    role: str
    title: str
    until: str | None = Field(description="The last day on which it holds.")
    group: str | None


class GroupLink(Schema):
    id: str
    title: str


class Groups(Listing):
    items: list[GroupLink]


class User(_Addressed):
    username: str
    fullname: str
    email: str
    description: str
    home_page: None
    location: None
    portrait: None
    is_active: bool
    roles: list[str] = Field(description="The roles held on any project.")
    groups: Groups
    projects: list[HeldRole]


class GroupSummary(_Addressed):
    groupname: str
    title: str
    description: str
    email: str
    roles: list[str]


class Members(Listing):
    items: list[str] = Field(description="Names of accounts.")


class GroupWithMembers(GroupSummary):
    users: Members


class Role(_Addressed):
    type_: str = Field(alias="@type")
    title: str


@router.get(
    "/@users",
    response={200: list[User], 400: Error, **_ERRORS},
    openapi_extra={
        "parameters": [
            query_parameter("query", "string", "Part of the account's name."),
            query_parameter("search", "string", "Parts of account's name, name or mail address."),
            query_parameter("groups-filter", "string", "Only members of these groups."),
            _LIMIT,
        ]
    },
)
def users(request: HttpRequest) -> HttpResponse:
    """All accounts, in the order of their names. For the office."""
    _require_office(request)
    found = find_accounts(_text(request, "search"))
    found = found.filter(username__icontains=_text(request, "query"))
    groups = parameter_list(request, "groups-filter")
    if groups:
        found = found.filter(groups__in=guide_groups().filter(name__in=groups)).distinct()
    return answer(request, _users(found[: _limit(request)], request))


@router.get("/@users/{name}", response={200: User, 404: Error, **_ERRORS})
def user(request: HttpRequest, name: str) -> HttpResponse:
    """One account: one's own; any for the office."""
    asking = _signed_in(request)
    found = find_accounts().filter(username=name) if "\0" not in name else ()
    if asking.get_username() != name and not policies.can(asking, policies.OFFICE):
        raise Http404  # whether there is one of this name, too
    data = _users(found, request)
    if not data:
        raise Http404
    return answer(request, data[0])


@router.get(
    "/@groups",
    response={200: list[GroupSummary], 400: Error, **_ERRORS},
    openapi_extra={
        "parameters": [query_parameter("query", "string", "How the name begins."), _LIMIT]
    },
)
def groups(request: HttpRequest) -> HttpResponse:
    """The groups of people. For the office."""
    _require_office(request)
    found = guide_groups().filter(name__istartswith=_text(request, "query"))
    found = list(found[: _limit(request)])
    held = roles_of_groups(found)
    return answer(request, [_group(group, held[group.pk], request) for group in found])


@router.get(
    "/@groups/{path:name}",
    response={200: GroupWithMembers, 400: Error, 404: Error, **_ERRORS},
    openapi_extra={"parameters": BATCH_PARAMETERS},
)
def group(request: HttpRequest, name: str) -> HttpResponse:
    """One group with its members. For the office."""
    _require_office(request)
    found = guide_groups().filter(name=name).first() if "\0" not in name else None
    if found is None:
        raise Http404
    data = _group(found, roles_of_groups([found])[found.pk], request)
    members = found.user_set.order_by("username").values_list("username", flat=True)
    wanted = batch(request, members.count())
    names = list(wanted.of(members))
    return answer(request, {**data, "users": listed(request, data["@id"], names, wanted)})


@router.get("/@roles", response={200: list[Role], **_ERRORS}, operation_id="guide_roles")
def all_roles(request: HttpRequest) -> HttpResponse:
    """The roles that somebody can have on a project."""
    _signed_in(request)
    root = api_root(request)
    data = [
        {"@id": f"{root}/@roles/{role}", "@type": "role", "id": role, "title": str(title)}
        for role, title in roles.ROLE_NAMES.items()
    ]
    return answer(request, data)


def _signed_in(request: HttpRequest):
    """Who asks. Raises ApiError (401) for nobody."""
    if not person(request).is_authenticated:
        raise ApiError(401)
    return person(request)


def _require_office(request: HttpRequest) -> None:
    """Raises ApiError (401), NotAllowedError."""
    require(_signed_in(request), policies.OFFICE)


def _text(request: HttpRequest, name: str) -> str:
    return parameter(request, name).strip()


def _limit(request: HttpRequest) -> int:
    text = parameter(request, "limit") or str(DEFAULT_LIMIT)
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise ApiError(400, errors=[("limit", _("Bitte eine ganze Zahl ab 1 angeben."))])
    return min(int(text[:9]), MAX_LIMIT)


def _users(found: QuerySet | Iterable, request: HttpRequest) -> list[dict[str, Any]]:
    people = with_roles(list(found))
    groups = groups_of(one.user for one in people)
    return [_user(one, groups[one.user.pk], request) for one in people]


def _user(one: Person, groups: list[Group], request: HttpRequest) -> dict[str, Any]:
    name = one.user.get_username()
    here = f"{api_root(request)}/@users/{quote(name)}"
    return {
        "@id": here,
        "id": name,
        "username": name,
        "fullname": one.user.get_full_name(),
        "email": one.user.email,
        "description": "",
        "home_page": None,
        "location": None,
        "portrait": None,
        "is_active": one.user.is_active,
        "roles": _role_ids(one.reasons),
        "groups": listed(request, here, [{"id": str(one), "title": str(one)} for one in groups]),
        "projects": [_held(held, request) for held in one.reasons if held.role],
    }


def _held(held: Held, request: HttpRequest) -> dict[str, Any]:
    return {
        "project": reference(held.project, request),
        "role": held.role,
        "title": held.role_name,
        "until": held.until.isoformat() if held.until else None,
        "group": held.holder.name if held.is_group else None,
    }


def _group(group: Group, held: set[str], request: HttpRequest) -> dict[str, Any]:
    return {
        "@id": f"{api_root(request)}/@groups/{quote(group.name, safe='')}",
        "id": group.name,
        "groupname": group.name,
        "title": group.name,
        "description": "",
        "email": "",
        "roles": [role for role in roles.ROLES if role in held],
    }


def _role_ids(reasons: list[Held]) -> list[str]:
    held = {reason.role for reason in reasons}
    return [role for role in roles.ROLES if role in held]
