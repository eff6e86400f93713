"""Who asks: a bearer token (a JWT or a personal API token), a session's cookie, or nobody.

A bearer token that does not count is an error and never somebody anonymous. Beside a bearer
token no cookie counts, and only a cookie needs the protection against forged requests.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

import jwt
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from cms.api.contract import ApiError, error_answer, person
from cms.models import ApiSession, ApiToken
from cms.permissions.scopes import READ
from cms.services import api_sessions, api_tokens

#: The name of the one address where, to sign in, nobody is asked who they are.
LOGIN = "api:login"
#: How long a JWT counts; it is renewed before.
TOKEN_MINUTES = 15
#: A JWT made for something else with the same key does not count here.
AUDIENCE = "guide-api"
_ALGORITHM = "HS256"
_SCHEME = "bearer"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
#: Services that only read, although clients POST their question.
_READING_SERVICES = ("@querystring-search",)


@dataclass(frozen=True)
class Credential:
    """The bearer token of a request: one of a session, or a personal one."""

    user: AbstractBaseUser
    session: ApiSession | None = None
    token: ApiToken | None = None


def credential(request: HttpRequest) -> Credential | None:
    """The bearer token of this request; None for a cookie or for nobody."""
    return getattr(request, "_guide_credential", None)


def signed_in(request: HttpRequest) -> AbstractBaseUser:
    """Who asks. Raises ApiError (401) for nobody."""
    user = person(request)
    if not user.is_authenticated:
        raise ApiError(401)
    return user


def in_person(request: HttpRequest, refusal: str) -> AbstractBaseUser:
    """Who is signed in themselves.

    Raises ApiError: 401 without credentials, 403 with ``refusal`` for a program that asks with a
    personal token.
    """
    user, found = signed_in(request), credential(request)
    if found is not None and found.token is not None:
        raise ApiError(403, refusal)
    return user


def settle(request: HttpRequest) -> HttpResponse | None:
    """Says who asks (``request.user``), before anything else wants to know.

    The answer is an error or None: 401 for a token that does not count, 403 for one that is too
    narrow and for a changing request that a page of another site may have forged.
    """
    if request.resolver_match.view_name == LOGIN and request.method == "POST":
        request.user = AnonymousUser()
        return None
    scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == _SCHEME:
        return _settle_bearer(request, text.strip())
    if request.method in _SAFE_METHODS or not request.user.is_authenticated:
        return None
    if check_csrf(request) is not None:
        return error_answer(
            request,
            403,
            _(
                "Mit der Anmeldung im Browser braucht diese Anfrage das CSRF-Token der Seite "
                "(X-CSRFToken). Programme senden ein Token von @login oder @tokens."
            ),
        )
    return None


def _settle_bearer(request: HttpRequest, text: str) -> HttpResponse | None:
    found = _credential_of(text)
    if found is None:
        request.user = AnonymousUser()
        response = error_answer(request, 401, _("Dieses Token gilt nicht oder nicht mehr."))
        response["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return response
    request.user, request._guide_credential = found.user, found
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    if found.token is not None:
        if _changes(request) and found.token.scopes == [READ]:
            return error_answer(request, 403, _("Mit diesem API-Schlüssel kann man nur lesen."))
        api_tokens.note_use(found.token)
    return None


def _changes(request: HttpRequest) -> bool:
    service = request.path.rpartition("/")[2]
    return request.method not in _SAFE_METHODS and service not in _READING_SERVICES


def _credential_of(text: str) -> Credential | None:
    if text.startswith(api_tokens.PREFIX):
        token = api_tokens.find(text)
        return Credential(token.user, token=token) if token else None
    session_id = _session_id(text)
    session = api_sessions.find(session_id) if session_id else None
    return Credential(session.user, session=session) if session else None


# --- JSON Web Tokens ------------------------------------------------------------------------------


def jwt_for(session: ApiSession) -> str:
    """A new token of this session. ``sub`` and ``fullname`` are for clients, as Plone's."""
    now = timezone.now()
    ends = min(now + datetime.timedelta(minutes=TOKEN_MINUTES), session.ends_at)
    claims = {
        "sub": session.user.get_username(),
        "fullname": session.user.get_full_name(),
        "sid": str(session.pk),
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(ends.timestamp()),
    }
    return jwt.encode(claims, _key(), algorithm=_ALGORITHM)


def _session_id(text: str) -> UUID | None:
    """The session that a valid JWT names. What it says of a person is not believed, but read."""
    try:
        claims = jwt.decode(
            text,
            _key(),
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            # Clocks of several servers differ by a second: only the end is looked at.
            options={"require": ["exp", "aud", "sid"], "verify_iat": False},
        )
        return UUID(claims["sid"])
    except (jwt.InvalidTokenError, ValueError):
        return None


def _key() -> bytes:
    return salted_hmac("cms.api.jwt", "", algorithm="sha256").digest()
