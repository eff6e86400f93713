"""One's own account: what a PATCH of it changes, and ``@users/<name>/reset-password``.

Nothing here that the screens of the account don't ask for, too. Personal API tokens change
nothing: whoever finds one must not get the account with it.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema
from pydantic import Field

from cms.api.authentication import credential, in_person
from cms.api.contract import ApiError, answer, body
from cms.api.schemas import Error, Message, sends
from cms.api.sent import field_of
from cms.domain.errors import RuleError
from cms.services import own_account, passwords, sessions, sign_in
from cms.services.tries import TooManyTriesError
from cms.views.client import client_of

router = Router(tags=["users"])

JSON = dict[str, Any]

NO_PROGRAM = gettext_lazy("Mit einem API-Schlüssel ändert man kein Konto: bitte nach @login.")


_CHANGED_ELSEWHERE = {
    "username": gettext_lazy("Der Benutzername bleibt, wie er ist."),
    "is_active": gettext_lazy("Ein Konto legt nur die technische Verwaltung still."),
    "roles": gettext_lazy("Rollen gibt und nimmt @sharing des Projekts."),
    "password": gettext_lazy("Ein neues Passwort nimmt @users/<Benutzername>/reset-password."),
}


class UserChange(Schema):
    """What somebody changes of their own account. What is sent as it is changes nothing."""

    fullname: str | None = Field(None, description="The last word is the last name.")
    email: str | None = Field(None, description="Counts once the link mailed to it is confirmed.")
    old_password: str | None = Field(None, description="The present one, for another `email`.")


def change(user: Any, read: JSON, sent: JSON) -> str | None:
    """Changes what is sent; all or nothing. The address that a link was mailed to, if any.

    ``read``: the account as it is answered. Raises ApiError: 422, also for what is changed
    elsewhere or not at all; 403 for a wrong password. TooManyTriesError.
    """
    changes = _changes(read, sent)
    if "email" in changes:
        _confirm(user, sent.get("old_password"))
    try:
        with transaction.atomic():
            if "fullname" in changes:
                own_account.change_full_name(user, changes["fullname"])
            if "email" in changes:
                own_account.ask_for_email(user, changes["email"])
    except ValidationError as error:
        field = "email" if "email" in error.error_dict else "fullname"
        raise ApiError(422, errors=[(field, text) for text in error.messages]) from error
    return changes.get("email")


def _changes(read: JSON, sent: JSON) -> dict[str, str]:
    """Another name, another address. Raises ApiError (422) for what can't be changed here."""
    wrong = [
        (field, str(reason))
        for field, reason in _CHANGED_ELSEWHERE.items()
        if field in sent and not _is_so(sent[field], read.get(field))
    ]
    changes = {
        field: sent[field]
        for field in ("fullname", "email")
        if field in sent and sent[field] != read[field]
    }
    for field, value in changes.items():
        if not isinstance(value, str):
            wrong.append((field, _("Bitte als Text angeben.")))
    if wrong:
        raise ApiError(422, errors=wrong)
    return changes


def _is_so(sent: Any, held: Any) -> bool:
    """Is this as it was read? Plone's clients send roles as a mapping to true and false."""
    if isinstance(sent, dict) and isinstance(held, list):
        return all(wanted == (role in held) for role, wanted in sent.items())
    return sent == held or sent in (None, "")


def _confirm(user: Any, password: Any) -> None:
    """The person says once more who they are. Raises ApiError: 422, 403; TooManyTriesError."""
    if not isinstance(password, str) or not password:
        message = _("Bitte auch das jetzige Passwort senden.")
        raise ApiError(422, errors=[("old_password", message)])
    try:
        sign_in.confirm_password(user, password)
    except TooManyTriesError:
        raise
    except RuleError as error:
        raise ApiError(403, str(error), errors=[("old_password", str(error))]) from error


# --- passwords -----------------------------------------------------------------------------------


class NewPassword(Schema):
    """A new password, with the old one or with the token of a mailed link. Or nothing of this."""

    new_password: str | None = None
    old_password: str | None = Field(None, description="The present one.")
    reset_token: str | None = Field(None, description="The last part of the mailed link.")


@router.post(
    "/@users/{name}/reset-password",
    operation_id="reset_password",
    response={200: Message, 400: Error, 401: Error, 403: Error, 422: Error, 429: Error},
    openapi_extra={
        **sends(NewPassword, required=False),
        "security": [{}, {"bearer": []}, {"session": []}],
    },
)
def reset_password(request: HttpRequest, name: str) -> HttpResponse:
    """Without a body: mails a link to a new password, if there is such an account.

    With `reset_token`: sets the new password, as the page behind that link does. With
    `old_password`: sets one's own; other sessions end, this one goes on.
    """
    sent = body(request)
    if not sent:
        passwords.ask_for_reset(name, client_of(request))
        return _done(
            request, _("Gibt es dieses Konto, ist eine E-Mail an seine Adresse unterwegs.")
        )
    old, token, new = (_text(sent, key) for key in ("old_password", "reset_token", "new_password"))
    if bool(old) == bool(token):
        raise ApiError(400, _("Bitte entweder old_password oder reset_token senden."))
    if not new:
        raise ApiError(400, errors=[("new_password", _("Bitte das neue Passwort angeben."))])
    try:
        if token:
            _set_with_token(request, name, token, new)
        else:
            _change_own(request, name, old, new)
    except ValidationError as error:
        raise ApiError(422, errors=[("new_password", text) for text in error.messages]) from error
    return _done(request, _("Das neue Passwort gilt. Andere Sitzungen sind beendet."))


def _text(sent: JSON, name: str) -> str:
    """Raises ApiError (400)."""
    value = field_of(sent, name, "")
    if not isinstance(value, str):
        raise ApiError(400, errors=[(name, _("Bitte als Text angeben."))])
    return value


def _set_with_token(request: HttpRequest, name: str, token: str, new: str) -> None:
    """Raises ApiError (403), ValidationError."""
    try:
        user = passwords.reset_with_token(name, token, new)
    except RuleError as error:
        raise ApiError(403, str(error), errors=[("reset_token", str(error))]) from error
    if credential(request) is None and request.user == user:
        sessions.begin_anew(request)  # its session has just ended


def _change_own(request: HttpRequest, name: str, old: str, new: str) -> None:
    """Raises ApiError (401, 403), TooManyTriesError, ValidationError."""
    user, found = in_person(request, NO_PROGRAM), credential(request)
    if user.get_username() != name:
        # Whether there is such an account or not.
        raise ApiError(403, _("Das Passwort ändert nur die Person selbst."))
    _confirm(user, old)
    passwords.change_password(request, new, client_of(request), found.session if found else None)


def _done(request: HttpRequest, message: str) -> HttpResponse:
    return answer(request, {"message": message})
