"""New passwords: changed by their owner, or after a link sent by mail."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from cms.domain.client import Client
from cms.domain.errors import RuleError
from cms.models import ApiSession
from cms.services import api_sessions, api_tokens, sessions, tries
from cms.services.account_mail import send
from cms.services.audit import record


def ask_for_reset(who: str, client: Client) -> None:
    """Mails a link to the active accounts with this mail address or user name, if there are any.

    Raises TooManyTriesError for too many questions from one network address. Too many for one
    mail address are answered like any other, so that nobody's mailbox is filled. For nobody the
    same is done but the sending: it takes as long, so it tells nothing.
    """
    tries.charge(tries.RESET_ADDRESS, client.counted)
    model = get_user_model()
    users = model.objects.filter(Q(email__iexact=who) | Q(username=who), is_active=True)
    for user in list(users) or [model()]:
        if _may_be_mailed(user.email or who):
            _mail_link(user, client)


def _may_be_mailed(address: str) -> bool:
    try:
        tries.charge(tries.RESET_ACCOUNT, address.casefold())
    except RuleError:
        return False
    return True


def _mail_link(user, client: Client) -> None:
    """To the address of the account, not to the one that was typed; to none if there is none."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    path = reverse("cms:password_reset", args=[uid, token])
    action = "password.reset_asked" if user.pk else "password.reset_of_nobody"
    record(action, obj=user if user.pk else None, personal={"network": client.network})
    send("password_reset", user, path=path, minutes=settings.PASSWORD_RESET_TIMEOUT // 60)


def reset_with_token(name: str, token: str, password: str):
    """Sets a new password with the token of a mailed link; the account.

    Raises RuleError if the token is not (or no longer) one of the active account ``name``, the
    same if there is none; ValidationError for a weak password.
    """
    model = get_user_model()
    user = model.objects.filter(username=name, is_active=True).first()
    # Looked at for nobody, too: as slow, so it tells nothing.
    is_good = default_token_generator.check_token(user or model(), token)
    if user is None or not is_good:
        raise RuleError(_("Der Link gilt nicht mehr. Bitte fordern Sie einen neuen an."))
    reset_password(user, password)
    return user


@transaction.atomic
def reset_password(user, password: str) -> None:
    """Sets a new password; sessions, API tokens and the wait after wrong passwords end.

    Whoever has forgotten it, or fears that others know it, comes this way. Raises
    ValidationError for a weak password.
    """
    _set(user, password)
    sessions.end_all(user)
    api_tokens.revoke_all(user)
    tries.clear(tries.ACCOUNT, user.get_username().casefold())
    record("password.reset", obj=user, by=user)
    send("password_changed", user)


@transaction.atomic
def change_password(
    request, password: str, client: Client, api_session: ApiSession | None = None
) -> None:
    """The same by a signed-in person, whose other sessions end.

    ``api_session``: the one that asks, if it is no browser's. Raises ValidationError.
    """
    _set(request.user, password)
    if api_session is not None:
        api_sessions.keep_only_this(api_session)
    else:
        sessions.keep_only_this(request, client)
    record("password.changed", by=request.user, obj=request.user)
    send("password_changed", request.user)


def _set(user, password: str) -> None:
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
