"""People as ``@users`` answers them: those with an account, and those who are invited.

And how many of them, or of groups, a list holds.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import api_root
from cms.api.contract import ApiError, listed, parameter, query_parameter
from cms.api.schemas import Listing
from cms.api.summaries import iso_time, reference
from cms.models import Invitation
from cms.permissions import roles
from cms.permissions.who_can import Held, Person, with_roles
from cms.services.groups import groups_of

JSON = dict[str, Any]

DEFAULT_LIMIT = 25
MAX_LIMIT = 500
LIMIT = query_parameter(
    "limit",
    "integer",
    f"At most so many, and never more than {MAX_LIMIT}.",
    minimum=1,
    default=DEFAULT_LIMIT,
)


def limit_of(request: HttpRequest) -> int:
    """The parameter LIMIT. Raises ApiError (400)."""
    text = parameter(request, "limit") or str(DEFAULT_LIMIT)
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise ApiError(400, errors=[("limit", _("Bitte eine ganze Zahl ab 1 angeben."))])
    return min(int(text[:9]), MAX_LIMIT)


class HeldRole(Schema):
    """A role on a project, of a person's own or through a group; or one that is promised."""

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


class User(Schema):
    """Somebody with an account, or whoever reads a mail address that is invited."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    id: str = Field(description="The name of the account; of who is invited the mail address.")
    username: str = Field(description="Empty of who is invited: they choose it themselves.")
    fullname: str
    email: str
    description: str
    home_page: None
    location: None
    portrait: None
    is_active: bool = Field(description="False of who is invited, and of a closed account.")
    roles: list[str] = Field(description="The roles held on any project.")
    groups: Groups
    projects: list[HeldRole]
    invited_until: str | None = Field(
        None, description="Only of who is invited: when the link that was mailed ends."
    )


def user_address(name: str, request: HttpRequest) -> str:
    """Where ``@users`` has somebody of this id."""
    return f"{api_root(request)}/@users/{quote(name, safe='')}"


def users_data(found: QuerySet | Iterable, request: HttpRequest) -> list[JSON]:
    """These accounts, with all their roles. A few queries, however many they are."""
    people = with_roles(list(found))
    groups = groups_of(one.user for one in people)
    return [_user(one, groups[one.user.pk], request) for one in people]


def _user(one: Person, groups: list[Group], request: HttpRequest) -> JSON:
    name = one.user.get_username()
    held = {reason.role for reason in one.reasons}
    return {
        **_person(name, name, one.user.get_full_name(), one.user.email, request),
        "is_active": one.user.is_active,
        "roles": _in_order(held),
        "groups": listed(
            request,
            user_address(name, request),
            [{"id": str(group), "title": str(group)} for group in groups],
        ),
        "projects": [_held(held, request) for held in one.reasons if held.role],
    }


def invited_data(invitations: list[Invitation], request: HttpRequest) -> JSON:
    """Whoever reads the address that all of these were sent to: what they will be."""
    email = invitations[0].email
    return {
        **_person(email, "", "", email, request),
        "is_active": False,
        "roles": _in_order({invitation.role for invitation in invitations}),
        "groups": listed(request, user_address(email, request), []),
        "projects": [_promised(invitation, request) for invitation in invitations],
        "invited_until": iso_time(min(one.valid_until for one in invitations)),
    }


def _person(id_: str, username: str, full_name: str, email: str, request: HttpRequest) -> JSON:
    return {
        "@id": user_address(id_, request),
        "id": id_,
        "username": username,
        "fullname": full_name,
        "email": email,
        "description": "",
        "home_page": None,
        "location": None,
        "portrait": None,
    }


def _held(held: Held, request: HttpRequest) -> JSON:
    return {
        "project": reference(held.project, request),
        "role": held.role,
        "title": held.role_name,
        "until": held.until.isoformat() if held.until else None,
        "group": held.holder.name if held.is_group else None,
    }


def _promised(invitation: Invitation, request: HttpRequest) -> JSON:
    return {
        "project": reference(invitation.project, request),
        "role": invitation.role,
        "title": invitation.role_name,
        "until": invitation.until.isoformat() if invitation.until else None,
        "group": None,
    }


def _in_order(held: set[str]) -> list[str]:
    return [role for role in roles.ROLES if role in held]
