"""``@users``: who there is, one's own account, and whoever is invited.

The office reads what its screen of accounts shows; anybody else themselves, and whom they have
invited. Accounts come by invitation: a POST sends one, and a DELETE takes it back.
"""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from cms.api import own_account
from cms.api.authentication import in_person, signed_in
from cms.api.contract import (
    ApiError,
    answer,
    body,
    no_content,
    parameter,
    parameter_list,
    query_parameter,
    require_answer,
)
from cms.api.invitation_request import NewUser, address_in, place_in
from cms.api.people import LIMIT, User, invited_data, limit_of, users_data
from cms.api.schemas import Error, Message, sends
from cms.domain.errors import NotAllowedError
from cms.models import Invitation
from cms.permissions import policies
from cms.services.access import require
from cms.services.accounts import find_accounts
from cms.services.groups import guide_groups
from cms.services.invite import invite, pending_for, revoke_invitation

router = Router(tags=["users"])

JSON = dict[str, Any]

_ERRORS = {304: None, 401: Error, 403: Error}
_WRITING_ERRORS = {400: Error, 401: Error, 403: Error, 404: Error}


@router.get(
    "/@users",
    response={200: list[User], 400: Error, **_ERRORS},
    openapi_extra={
        "parameters": [
            query_parameter("query", "string", "Part of the account's name."),
            query_parameter("search", "string", "Parts of account's name, name or mail address."),
            query_parameter("groups-filter", "string", "Only members of these groups."),
            LIMIT,
        ]
    },
)
def users(request: HttpRequest) -> HttpResponse:
    """All accounts, in the order of their names. For the office."""
    require(signed_in(request), policies.OFFICE)
    found = find_accounts(parameter(request, "search").strip())
    found = found.filter(username__icontains=parameter(request, "query").strip())
    groups = parameter_list(request, "groups-filter")
    if groups:
        found = found.filter(groups__in=guide_groups().filter(name__in=groups)).distinct()
    return answer(request, users_data(found[: limit_of(request)], request))


@router.get("/@users/{path:name}", response={200: User, 404: Error, **_ERRORS})
def user(request: HttpRequest, name: str) -> HttpResponse:
    """One account: one's own; any for the office. Or whom one has invited, by mail address."""
    asking = signed_in(request)
    return answer(request, _account(asking, name, request) or _invited(asking, name, request))


def _account(asking: Any, name: str, request: HttpRequest) -> JSON | None:
    """The account of this name, for whoever may know of it."""
    if asking.get_username() != name and not policies.can(asking, policies.OFFICE):
        return None  # whether there is one of this name, too
    return next(iter(users_data(find_accounts().filter(username=name), request)), None)


def _invited(asking: Any, name: str, request: HttpRequest) -> JSON:
    return invited_data(_invitations(asking, name), request)


def _invitations(asking: Any, name: str) -> list[Invitation]:
    """Those to this mail address that the person could take back. Raises Http404."""
    found = pending_for(name, by=asking)
    if not found:
        raise Http404
    return found


# --- inviting ------------------------------------------------------------------------------------


@router.post(
    "/@users",
    response={201: User, 422: Error, **_WRITING_ERRORS},
    openapi_extra=sends(NewUser),
)
def invite_user(request: HttpRequest) -> HttpResponse:
    """Mails an invitation; the answer is the same whether the address has an account or not.

    All roles that are named, or nothing. For the office, and for who gives roles on a project.
    """
    asking, sent = signed_in(request), body(request)
    if not policies.can_somewhere(asking, policies.GRANT):
        raise NotAllowedError(_("Einladen können die Koordinierungsstelle und die Leitungen."))
    email = address_in(sent)
    project, wanted = place_in(sent, asking)
    with transaction.atomic():
        for role in wanted:
            invite(email, project, role, by=asking)
    data = _invited(asking, email, request)
    response = answer(request, data, status=201)
    response["Location"] = data["@id"]
    return response


@router.delete("/@users/{path:name}", response={204: None, 409: Error, **_WRITING_ERRORS})
def uninvite_user(request: HttpRequest, name: str) -> HttpResponse:
    """Takes the invitations of a mail address back. Accounts are not deleted: 409."""
    asking = signed_in(request)
    if _account(asking, name, request):
        message = _(
            "Ein Konto wird nicht über die API gelöscht: Was die Person geschrieben hat, bleibt "
            "beim Projekt. Rollen nimmt @sharing des Projekts."
        )
        raise ApiError(409, message)
    with transaction.atomic():
        for invitation in _invitations(asking, name):
            revoke_invitation(invitation, by=asking)
    return no_content(request)


# --- one's own account ---------------------------------------------------------------------------


@router.patch(
    "/@users/{path:name}",
    response={202: Message, 204: None, 422: Error, **_WRITING_ERRORS},
    openapi_extra=sends(own_account.UserChange),
)
def change_user(request: HttpRequest, name: str) -> HttpResponse:
    """Changes one's own account; nobody else's, not even by the office.

    204 if all is changed; 202 if a link was mailed to the new address, which counts only then.
    """
    asking = in_person(request, own_account.NO_PROGRAM)
    read = _account(asking, name, request) or _invited(asking, name, request)
    if asking.get_username() != name:
        raise ApiError(403, _("Das eigene Konto ändert nur die Person selbst."))
    require_answer(request, read)
    mailed_to = own_account.change(asking, read, body(request))
    if mailed_to is None:
        return no_content(request)
    message = _(
        "Eine E-Mail ist unterwegs an {address}. Die neue Adresse gilt, sobald Sie den Link darin "
        "öffnen und bestätigen."
    )
    return answer(request, {"message": message.format(address=mailed_to)}, status=202)
