"""Signing in over the API: the rules of the sign-in page, and a row instead of a cookie."""

import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from cms.domain.client import Client
from cms.domain.errors import NotAllowedError, RuleError
from cms.models import ApiSession
from cms.services import second_factor, sessions, sign_in, tries
from cms.services.audit import record

#: However often it is renewed; the setting API_SESSION_HOURS changes it.
HOURS = 12


class CodeError(RuleError):
    """The password is right, the code of the second factor is missing or wrong."""


def begin(username: str, password: str, code: str, client: Client) -> ApiSession:
    """Signs in with a password, and a code if the account has a second factor.

    Raises RuleError, TooManyTriesError as the sign-in page; CodeError; NotAllowedError if the
    person must have a second factor and has none: it is set up in the browser.
    """
    user = sign_in.check_password(username, password, client)
    is_verified = second_factor.has(user)
    if is_verified:
        _check_code(user, code, client)
    elif second_factor.must_have(user):
        raise NotAllowedError(
            _(
                "Für Ihre Rolle ist der zweite Faktor Pflicht. Bitte melden Sie sich einmal im "
                "Browser an und richten Sie ihn ein."
            )
        )
    return _begin(user, is_verified, client)


@transaction.atomic
def _begin(user, is_verified: bool, client: Client) -> ApiSession:
    hours = getattr(settings, "API_SESSION_HOURS", HOURS)
    session = ApiSession.objects.create(
        user=user,
        auth_hash=user.get_session_auth_hash(),
        is_verified=is_verified,
        agent=client.agent[:300],
        network=client.network,
        ends_at=timezone.now() + datetime.timedelta(hours=hours),
    )
    update_last_login(None, user)
    personal = {"network": client.network, "device": client.device}
    data = {"code": is_verified, "api": True}
    record("sign_in.done", by=user, obj=user, data=data, personal=personal)
    return session


def _check_code(user, code: str, client: Client) -> None:
    if not code:
        raise CodeError(_("Bitte senden Sie auch den Code Ihres zweiten Faktors."))
    try:
        second_factor.check(user, code, client)
    except tries.TooManyTriesError:
        raise
    except RuleError as error:
        raise CodeError(str(error)) from error


def find(session_id: UUID) -> ApiSession | None:
    """The session with its user, if it still counts: not ended, same password, open account.

    One query; two more for somebody of whom the office requires a second factor.
    """
    sessions = ApiSession.objects.select_related("user")
    session = sessions.filter(pk=session_id, ends_at__gt=timezone.now()).first()
    if session is None or not session.user.is_active:
        return None
    if not constant_time_compare(session.auth_hash, session.user.get_session_auth_hash()):
        return None
    if not session.is_verified and second_factor.must_have(session.user):
        return None
    return session


def note_renewal(session: ApiSession, client: Client) -> bool:
    """Notes when and from where the session was used last; False if it has just been ended."""
    found = ApiSession.objects.filter(pk=session.pk)
    return bool(found.update(last_seen=timezone.now(), network=client.network))


def keep_only_this(session: ApiSession) -> None:
    """After a change of the account: this session and its tokens go on, all others end."""
    session.auth_hash = session.user.get_session_auth_hash()
    session.save(update_fields=["auth_hash"])
    sessions.end_all(session.user, but_of_api=session.pk)


@transaction.atomic
def sign_out(session: ApiSession) -> None:
    """Ends the session, and with it every token of it."""
    session.delete()
    record("sign_out.done", by=session.user, obj=session.user)


def sessions_of(user):
    """The sessions of ``user`` that go on, the last used first."""
    return ApiSession.objects.filter(
        user=user, ends_at__gt=timezone.now(), auth_hash=user.get_session_auth_hash()
    )


@transaction.atomic
def end(user, session_id: str) -> bool:
    """Ends one session of ``user`` from elsewhere; False if it is not theirs (any more)."""
    try:
        ended, _rows = ApiSession.objects.filter(user=user, pk=UUID(session_id)).delete()
    except ValueError:
        return False
    if ended:
        record("session.ended", by=user, obj=user)
    return bool(ended)


def clear_api_sessions() -> None:
    """Deletes the sessions that have run out."""
    ApiSession.objects.filter(ends_at__lte=timezone.now()).delete()
