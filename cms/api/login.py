"""``@login``, ``@login-renew``, ``@logout``: a session of the API and its tokens."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from cms.api.authentication import credential, jwt_for
from cms.api.contract import ApiError, answer, body, no_content
from cms.api.schemas import Error, sends
from cms.domain.errors import NotAllowedError, RuleError
from cms.models import ApiSession
from cms.services import api_sessions
from cms.services.tries import TooManyTriesError
from cms.views.client import client_of

router = Router(tags=["authentication"])

_FORM = "application/x-www-form-urlencoded"
_ERRORS = {401: Error, 403: Error, 429: Error}


class Token(Schema):
    """What is sent as ``Authorization: Bearer <token>``: fifteen minutes, then renewed."""

    token: str


class Options(Schema):
    options: list[dict[str, str]] = Field(description="Other services to sign in with: none.")


class Login(Schema):
    login: str = Field(min_length=1)
    password: str = Field(min_length=1)
    totp: str | None = None


_SENT = sends(Login)
_SENT["requestBody"]["content"][_FORM] = _SENT["requestBody"]["content"]["application/json"]


@router.get(
    "/@login",
    url_name="login",
    operation_id="login_options",
    response={200: Options, 304: None},
    openapi_extra={"security": []},
)
def login_options(request: HttpRequest) -> HttpResponse:
    """With which other services one could sign in."""
    return answer(request, {"options": []})


@router.post(
    "/@login",
    url_name="login",
    response={200: Token, 400: Error, **_ERRORS},
    openapi_extra={"security": [], **_SENT},
)
def login(request: HttpRequest) -> HttpResponse:
    """Name and password for a token. ``totp``: the code (or a recovery code) of the second factor.

    If it is missing or wrong, the 401 says so in ``errors`` with the field ``totp``.
    """
    name, password, code = _credentials(request)
    try:
        session = api_sessions.begin(name, password, code, client_of(request))
    except TooManyTriesError:
        raise
    except NotAllowedError as error:
        raise ApiError(403, str(error)) from error
    except api_sessions.CodeError as error:
        raise ApiError(401, str(error), errors=[("totp", str(error))]) from error
    except RuleError as error:
        raise ApiError(401, str(error)) from error
    return answer(request, {"token": jwt_for(session)})


def _credentials(request: HttpRequest) -> tuple[str, str, str]:
    """Raises ApiError (400) for a field that is missing or no text."""
    sent: dict[str, Any] = request.POST.dict() if request.content_type == _FORM else body(request)
    fields = {name: sent.get(name) for name in ("login", "password", "totp")}
    fields["totp"] = fields["totp"] or ""
    wrong = [
        (name, _("Bitte als Text angeben."))
        for name, value in fields.items()
        if not isinstance(value, str) or (not value and name != "totp") or "\0" in value
    ]
    if wrong:
        raise ApiError(400, errors=wrong)
    return fields["login"], fields["password"], fields["totp"]


@router.post("/@login-renew", response={200: Token, **_ERRORS})
def renew(request: HttpRequest) -> HttpResponse:
    """A new token for one that still counts, until the session's own end."""
    session = _session(request)
    if not api_sessions.note_renewal(session, client_of(request)):
        raise ApiError(401)
    return answer(request, {"token": jwt_for(session)})


@router.post("/@logout", response={204: None, **_ERRORS})
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session: this token and all others of it are refused from now on."""
    api_sessions.sign_out(_session(request))
    return no_content(request)


def _session(request: HttpRequest) -> ApiSession:
    """The session of the token. Raises ApiError: 401 without a token, 403 for a personal one."""
    found = credential(request)
    if found is None:
        raise ApiError(401, _("Dafür braucht es ein Token von @login."))
    if found.session is None:
        raise ApiError(
            403, _("Ein API-Schlüssel wird nicht erneuert oder abgemeldet, nur widerrufen.")
        )
    return found.session
