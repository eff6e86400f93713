"""``@sharing``: who has which role here and why; giving and taking roles and invitations."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import address
from cms.api.contract import (
    ApiError,
    answer,
    body,
    no_content,
    parameter,
    person,
    query_parameter,
)
from cms.api.schemas import Error, sends
from cms.api.summaries import iso_time
from cms.api.traversal import find
from cms.domain.errors import RuleError
from cms.domain.people import name_of
from cms.models import Experience, ExperienceUserGrant, Invitation, Project
from cms.models.entry import Entry
from cms.permissions import policies, roles
from cms.permissions.who_can import Access, Held, Person, who_can
from cms.services.accounts import find_accounts
from cms.services.groups import guide_groups
from cms.services.share import COMMENTER, Wish, invite_commenters, share

router = Router(tags=["sharing"])

JSON = dict[str, Any]

#: Plone's words for roles that somebody has here without having been given them here.
ACQUIRED, GLOBAL = "acquired", "global"
#: People, and groups, that a search finds.
MOST_FOUND = 25


@dataclass(frozen=True)
class Shared:
    """A project, or an entry with the project that it belongs to."""

    obj: Project | Entry
    project: Project

    @property
    def is_project(self) -> bool:
        return self.obj is self.project


def _shared(request: HttpRequest, path: str) -> Shared:
    """What stands at ``path``. Raises Http404 if nobody has roles on such a thing, and
    PermissionDenied for who doesn't see the drafts of the project.
    """
    obj = find(path, request).obj
    if not isinstance(obj, Project | Entry):
        raise Http404
    project = obj if isinstance(obj, Project) else obj.project
    if not policies.can(person(request), policies.SEE, project):
        raise PermissionDenied
    return Shared(obj, project)


# --- reading -------------------------------------------------------------------------------------


def _as_json(shared: Shared, request: HttpRequest) -> JSON:
    user, access = person(request), who_can(shared.project)
    may_grant = policies.can(user, policies.GRANT, shared.project)
    data: JSON = {
        "@id": f"{address(shared.obj, request)}/@sharing",
        "available_roles": _available(shared, user),
        "entries": [
            *(_of_person(one, shared, may_grant, request) for one in access.people),
            *_of_groups(access.groups, shared, user, request),
            *_searched(shared, access, request),
        ],
        "inherit": True,
    }
    if may_grant and shared.is_project:
        data["invitations"] = _invitations(shared.project)
    elif may_grant and isinstance(shared.obj, Experience):
        data["entries"] += _commenters(shared, access, request)
    return data


def _available(shared: Shared, user: Any) -> list[JSON]:
    """The roles that people can have here, and whether the person may give them."""
    available = [
        {
            "id": role,
            "title": str(roles.ROLE_NAMES[role]),
            "description": str(roles.ROLE_WORDS[role]),
            "grantable": shared.is_project and policies.may_grant(user, role, shared.project),
        }
        for role in roles.roles_on(shared.project)
    ]
    if isinstance(shared.obj, Experience):
        may_invite = policies.can(user, policies.GRANT, shared.obj)
        available.append(
            {
                "id": COMMENTER,
                "title": gettext("Zum Kommentieren eingeladen"),
                "description": roles.EXPERIENCE_PERMISSIONS[roles.COMMENT_ON_ENTRY],
                "grantable": may_invite and shared.obj.workflow_in_progress,
            }
        )
    return available


def _of_person(one: Person, shared: Shared, may_grant: bool, request: HttpRequest) -> JSON:
    direct = {held.role for held in _here(one.reasons, shared) if not held.is_group}
    by_group = {held.role for held in _here(one.reasons, shared) if held.is_group}
    held: dict[str, bool | str] = {}
    for role in roles.roles_on(shared.project):
        if role in direct:
            held[role] = shared.is_project or ACQUIRED
        elif role in by_group:
            held[role] = ACQUIRED
        else:
            held[role] = GLOBAL if one.runs_office and role != roles.PARTNER else False
    return {
        "id": one.user.get_username(),
        "login": one.user.get_username(),
        "type": "user",
        "title": name_of(one.user),
        "disabled": not (may_grant and shared.is_project),
        "roles": held,
        "reasons": _reasons(one, shared, request),
    }


def _reasons(one: Person, shared: Shared, request: HttpRequest) -> list[JSON]:
    if one.user.is_superuser and not one.reasons:
        return [{"via": "administrator", "title": gettext("Technische Verwaltung")}]
    return [_reason(reason, shared, request) for reason in one.reasons]


def _of_groups(
    all_held: Iterable[Held], shared: Shared, user: Any, request: HttpRequest
) -> list[JSON]:
    """A row for each group, whatever it holds."""
    rows: dict[int, JSON] = {}
    for held in all_held:
        row = rows.setdefault(held.holder.pk, _of_group(held.holder, shared, user))
        row["roles"][held.role] = shared.is_project or ACQUIRED
        row["reasons"].append(_reason(held, shared, request))
    return list(rows.values())


def _of_group(group: Group, shared: Shared, user: Any) -> JSON:
    """A group that has no role here."""
    may_change = shared.is_project and policies.can(user, policies.OFFICE)
    return {
        "id": group.name,
        "login": None,
        "type": "group",
        "title": group.name,
        "disabled": not may_change,
        "roles": dict.fromkeys(roles.roles_on(shared.project), False),
        "reasons": [],
    }


def _searched(shared: Shared, access: Access, request: HttpRequest) -> Iterator[JSON]:
    """Who else is found by ``search``, to be given a role; by the office, which knows everybody."""
    text, user = parameter(request, "search").replace("\0", "").strip(), person(request)
    if not (text and shared.is_project and policies.can(user, policies.OFFICE)):
        return
    people = find_accounts(text).filter(is_active=True)
    people = people.exclude(pk__in=[one.user.pk for one in access.people])
    for account in people[:MOST_FOUND]:
        yield _of_person(Person(account), shared, may_grant=True, request=request)
    groups = guide_groups().filter(name__icontains=text)
    groups = groups.exclude(pk__in=[held.holder.pk for held in access.groups])
    for group in groups[:MOST_FOUND]:
        yield _of_group(group, shared, user)


def _here(reasons: Iterable[Held], shared: Shared) -> list[Held]:
    return [held for held in reasons if held.project.pk == shared.project.pk]


def _reason(held: Held, shared: Shared, request: HttpRequest) -> JSON:
    """Which role, on which project, since and until when, by whom: the why."""
    is_here = held.project.pk == shared.project.pk
    return {
        "via": "group" if held.is_group else "direct" if is_here else "office",
        "role": held.role,
        "title": held.role_name,
        "description": held.words,
        "group": held.holder.name if held.is_group else None,
        "project": {"@id": address(held.project, request), "title": held.project.title},
        "since": iso_time(held.since),
        "until": held.until.isoformat() if held.until else None,
        "granted_by": name_of(held.by) if held.by else None,
    }


def _invitations(project: Project) -> list[JSON]:
    rows = Invitation.objects.pending().filter(project=project).select_related("invited_by")
    return [
        {
            "email": row.email,
            "role": row.role,
            "title": row.role_name,
            "until": row.until.isoformat() if row.until else None,
            "sent": iso_time(row.sent_at),
            "invited_by": name_of(row.invited_by),
        }
        for row in rows
    ]


def _commenters(shared: Shared, access: Access, request: HttpRequest) -> Iterator[JSON]:
    """The partners who are invited to comment on this experience."""
    grants = ExperienceUserGrant.rows.in_force().filter(content_object=shared.obj.pk)
    for grant in grants.select_related("user", "granted_by"):
        yield {
            "id": grant.user.get_username(),
            "login": grant.user.get_username(),
            "type": "user",
            "title": name_of(grant.user),
            "disabled": False,
            "roles": {COMMENTER: True},
            "reasons": [
                {
                    "via": "invitation",
                    "role": COMMENTER,
                    "title": gettext("Zum Kommentieren eingeladen"),
                    "since": iso_time(grant.granted_at),
                    "until": grant.until.isoformat() if grant.until else None,
                    "granted_by": name_of(grant.granted_by) if grant.granted_by else None,
                }
            ],
        }


# --- writing -------------------------------------------------------------------------------------


def _wishes(sent: JSON) -> Iterator[Wish]:
    """What was sent, one role of somebody after the other. Raises ApiError (422)."""
    if sent.get("inherit", True) is not True:
        message = gettext("Die Koordinierungsstelle sieht immer, was in den Projekten geschieht.")
        raise ApiError(422, errors=[("inherit", message)])
    entries = sent.get("entries", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _wrong("entries", gettext("Bitte eine Liste von Objekten angeben."))
    for entry in entries:
        yield from _wishes_of(entry)


def _wishes_of(entry: JSON) -> Iterator[Wish]:
    who, held = entry.get("id"), entry.get("roles", {})
    if not isinstance(who, str) or not who.strip():
        raise _wrong("id", gettext("Bitte einen Benutzernamen oder eine E-Mail-Adresse angeben."))
    if entry.get("type", "user") not in ("user", "group"):
        raise _wrong("type", gettext("Bitte user oder group angeben."))
    if not isinstance(held, dict):
        raise _wrong("roles", gettext("Bitte zu jeder Rolle true oder false angeben."))
    until = _day(entry.get("until"))
    for role, value in held.items():
        if value in (ACQUIRED, GLOBAL):
            continue  # sent back as it was read: nothing that is given here
        if not isinstance(value, bool):
            raise _wrong("roles", gettext("Bitte zu jeder Rolle true oder false angeben."))
        is_group = entry.get("type") == "group"
        yield Wish(who, role, value, is_group, until, sets_until="until" in entry)


def _day(value: Any) -> datetime.date | None:
    if value is None:
        return None
    try:
        day = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise _wrong("until", gettext("Bitte einen Tag angeben, etwa 2030-12-31."))
    return day


def _wrong(field: str, message: str) -> ApiError:
    return ApiError(422, errors=[(field, message)])


# --- the service ---------------------------------------------------------------------------------


class AvailableRole(Schema):
    id: str
    title: str
    description: str
    grantable: bool = Field(description="May the person give it here?")


class SharingEntry(Schema):
    """What a person or a group may do here."""

    id: str
    login: str | None
    type: str
    title: str
    disabled: bool = Field(description="True if the person can't change this row.")
    roles: dict[str, bool | str] = Field(
        description="`true`: given here; `acquired`: by a group, or on an entry by its project; "
        "`global`: as the office."
    )
    reasons: list[dict[str, Any]] = Field(
        description="Why: `via` (direct, group, office, invitation, administrator), role, project, "
        "since, until, granted_by."
    )


class Sharing(Schema):
    """Who has which role."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    available_roles: list[AvailableRole]
    entries: list[SharingEntry]
    inherit: bool = Field(description="Always true: the office sees all projects.")
    invitations: list[dict[str, Any]] | None = Field(
        None, description="Who has not answered yet, for those who give access."
    )


class WantedEntry(Schema):
    """Roles of one person or group; a role that is not named stays as it is."""

    id: str = Field(description="Exact user name or e-mail address; of a group its name.")
    type: str = "user"
    roles: dict[str, bool | str]
    until: str | None = Field(None, description="The last day; left out: as it is, or no end.")


class WantedSharing(Schema):
    entries: list[WantedEntry]
    inherit: bool = True


_REFUSED = {401: Error, 403: Error, 404: Error}


@router.get(
    "/{path:path}/@sharing",
    operation_id="sharing",
    response={200: Sharing, 304: None, **_REFUSED},
    openapi_extra={
        "parameters": [
            query_parameter("search", "string", "Others too, by name or address: for the office.")
        ]
    },
)
def read_sharing(request: HttpRequest, path: str) -> HttpResponse:
    """Everybody with a role in the project, or in the project of the entry, and why."""
    return answer(request, _as_json(_shared(request, path), request))


@router.post(
    "/{path:path}/@sharing",
    operation_id="change_sharing",
    response={200: Sharing, 204: None, 400: Error, 422: Error, **_REFUSED},
    openapi_extra=sends(WantedSharing),
)
def write_sharing(request: HttpRequest, path: str) -> HttpResponse:
    """Gives and takes roles on a project, or invitations to comment on an experience.

    All that is sent, or nothing. `Prefer: return=representation` answers what is then.
    """
    shared, user = _shared(request, path), person(request)
    wishes = list(_wishes(body(request)))
    if isinstance(shared.obj, Experience):
        invite_commenters(shared.obj, wishes, by=user)
    elif shared.is_project:
        share(shared.project, wishes, by=user)
    else:
        raise RuleError(gettext("Zu Ergänzungen wird niemand eingeladen."))
    policies.forget_grants(user)
    wants_answer = "return=representation" in request.headers.get("Prefer", "")
    if wants_answer and policies.can(user, policies.SEE, shared.project):
        return answer(request, _as_json(shared, request))
    return no_content(request)
