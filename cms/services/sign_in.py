"""Signs people in: password, then the second factor if there is one, then a session.

No session carries anybody's rights before the last step. Nothing here raises in a
transaction of its own: a try that failed stays counted and recorded.
"""

import time

from django.contrib.auth import authenticate, get_user_model, login
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from cms.domain.client import Client
from cms.domain.errors import RuleError
from cms.services import second_factor, sessions, tries
from cms.services.audit import record

#: Between the password and the code.
STEP_SECONDS = 10 * 60
_PENDING = "sign_in"
VERIFIED = "second_factor"


def check_password(username: str, password: str, client: Client):
    """The account of this name and password: the one place where passwords are checked.

    Raises RuleError, the same for an unknown name, a wrong password and an account that was
    closed; TooManyTriesError while the name or the address must wait.
    """
    name = username.strip()
    tries.charge(tries.ADDRESS, client.counted)
    more = tries.charge(tries.ACCOUNT, name.casefold())
    # Django hashes the password also if there is no such account: as slow, so it tells nothing.
    user = authenticate(username=name, password=password)
    if user is None:
        _record_failure("sign_in.failed" if more else "sign_in.locked", name, client)
        raise RuleError(
            _(
                "Benutzername oder Passwort stimmt nicht. Bitte achten Sie auf Groß- und "
                "Kleinschreibung."
            )
        )
    tries.clear(tries.ACCOUNT, name.casefold())
    tries.give_back(tries.ADDRESS, client.counted)
    return user


def _record_failure(action: str, name: str, client: Client) -> None:
    """What was typed is kept only if it is an account's name: it could be a password."""
    account = get_user_model().objects.filter(username=name).first()
    personal = {"network": client.network} | ({"account": name} if account else {})
    record(action, obj=account, personal=personal)


def confirm_password(user, password: str) -> None:
    """A signed-in person says once more who they are. Raises RuleError, TooManyTriesError."""
    name = user.get_username().casefold()
    tries.charge(tries.ACCOUNT, name)
    if not user.check_password(password):
        raise RuleError(_("Das Passwort stimmt nicht."))
    tries.clear(tries.ACCOUNT, name)


def begin(request, user, client: Client) -> bool:
    """After the password: True if the person is in, False if a code is asked for first."""
    if not second_factor.has(user):
        _complete(request, user, client, verified=False)
        return True
    # Whoever was signed in here before is not any more, and the key is a new one.
    sessions.begin_anew(request)
    request.session[_PENDING] = {
        "user": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "at": int(time.time()),
    }
    return False


def pending(request):
    """The account whose code is asked for; None if there is none or it took too long."""
    step = request.session.get(_PENDING)
    if not step or time.time() - step["at"] > STEP_SECONDS:
        return None
    user = get_user_model().objects.filter(pk=step["user"], is_active=True).first()
    if user is None or not constant_time_compare(step["hash"], user.get_session_auth_hash()):
        return None
    user.backend = step["backend"]
    return user


def finish(request, user, code: str, client: Client) -> None:
    """The second step of ``pending`` user. Raises RuleError, TooManyTriesError."""
    second_factor.check(user, code, client)
    del request.session[_PENDING]
    _complete(request, user, client, verified=True)


def mark_verified(request) -> None:
    """The session of a person who has just set up their second factor is complete."""
    request.session[VERIFIED] = True


def is_verified(request) -> bool:
    """Was this session begun with a second factor, or has it been set up in it?"""
    return bool(request.session.get(VERIFIED))


def _complete(request, user, client: Client, *, verified: bool) -> None:
    login(request, user)
    request.session[VERIFIED] = verified
    sessions.note(request, client)
    personal = {"network": client.network, "device": client.device}
    record("sign_in.done", by=user, obj=user, data={"code": verified}, personal=personal)
