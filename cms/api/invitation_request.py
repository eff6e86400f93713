"""Whom a POST to ``@users`` invites, read from the request.

Who is invited chooses their name and password themselves: nobody can do it for them.
"""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from cms.api.contract import ApiError
from cms.api.deserializers import named_project
from cms.api.sent import field_of
from cms.models import Project
from cms.permissions import policies, roles

JSON = dict[str, Any]

#: The roles that are held on the office's own project, and mean the whole guide.
_OF_THE_OFFICE = {roles.OFFICE, roles.PARTNER}
#: Plone's word for the role of everybody who has no other.
_ANYBODY = "Member"


class NewUser(Schema):
    """Somebody to invite. What else Plone knows of a user is not looked at."""

    email: str
    roles: list[str] = Field([], description="Left out: the least one, reader or partner.")
    project: str | dict[str, str] | None = Field(
        None,
        description="On which project: its address, or the last part of it. Not needed for the "
        "roles office and partner, and by who gives roles on one project only.",
    )
    sendPasswordReset: bool = Field(
        True, description="Always true: who is invited chooses their password."
    )
    username: str = Field("", description="None, or the address: they choose it themselves.")


def address_in(sent: JSON) -> str:
    """The mail address. Raises ApiError (422), also for what nobody chooses for somebody else."""
    email, username = sent.get("email"), field_of(sent, "username", "")
    wrong = []
    if not isinstance(email, str) or not email.strip():
        wrong.append(("email", _("Bitte die E-Mail-Adresse angeben.")))
    chosen = _("Ihr Passwort wählt die eingeladene Person selbst, über den Link in der Mail.")
    if sent.get("password"):
        wrong.append(("password", chosen))
    if field_of(sent, "sendPasswordReset", True) is not True:
        wrong.append(("sendPasswordReset", chosen))
    if username not in ("", email):
        message = _("Ihren Benutzernamen wählt die eingeladene Person selbst.")
        wrong.append(("username", message))
    if wrong:
        raise ApiError(422, errors=wrong)
    return email


def place_in(sent: JSON, asking: Any) -> tuple[Project, list[str]]:
    """The project and the roles on it that ``asking`` names, or means. Raises ApiError (422)."""
    wanted = _role_names(sent)
    project = _project(sent, wanted, asking)
    possible = roles.roles_on(project)
    unknown = [role for role in wanted if role not in possible]
    if unknown:
        message = _("Diese Rolle gibt es hier nicht: %(role)s") % {"role": unknown[0][:100]}
        raise ApiError(422, errors=[("roles", message)])
    return project, wanted or [possible[0]]


def _role_names(sent: JSON) -> list[str]:
    """Raises ApiError (422)."""
    names = field_of(sent, "roles", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ApiError(422, errors=[("roles", _("Bitte als Liste von Wörtern angeben."))])
    return [name for name in dict.fromkeys(names) if name != _ANYBODY]


def _project(sent: JSON, wanted: list[str], asking: Any) -> Project:
    """The one that is named, or the only one that can be meant. Raises ApiError (422)."""
    project_ids = policies.project_ids_for(asking, policies.GRANT)
    all_projects = Project.objects.all()
    among = all_projects if project_ids is None else all_projects.filter(pk__in=project_ids)
    refusal = _("In diesem Projekt geben Sie keine Rollen, oder es gibt es nicht.")
    named = named_project(sent, among, refusal)
    if named is not None:
        return named
    if project_ids is None and _OF_THE_OFFICE.issuperset(wanted):
        return Project.objects.office()
    only = list(among[:2]) if project_ids is not None else []
    if len(only) != 1:
        message = _("Bitte angeben, in welchem Projekt die Rolle gilt.")
        raise ApiError(422, errors=[("project", message)])
    return only[0]
