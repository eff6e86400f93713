"""New passwords: changed by their owner, or after a link sent by mail."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from cms.domain.client import Client
from cms.domain.errors import RuleError
from cms.services import api_tokens, sessions, tries
from cms.services.account_mail import send
from cms.services.audit import record


def ask_for_reset(email: str, client: Client) -> None:
    """Mails a link to the active accounts with this address, if there are any.

    Raises TooManyTriesError for too many questions from one network address. Too many for one
    mail address are answered like any other, so that nobody's mailbox is filled.
    """
    tries.charge(tries.RESET_ADDRESS, client.counted)
    try:
        tries.charge(tries.RESET_ACCOUNT, email.casefold())
    except RuleError:
        return
    for user in get_user_model().objects.filter(email__iexact=email, is_active=True):
        uid = urlsafe_base64_encode(force_bytes(user.pk))
        token = default_token_generator.make_token(user)
        path = reverse("cms:password_reset", args=[uid, token])
        record("password.reset_asked", obj=user, personal={"network": client.network})
        # To the address of the account, not to the one that was typed.
        send("password_reset", user, path=path, minutes=settings.PASSWORD_RESET_TIMEOUT // 60)


@transaction.atomic
def reset_password(user, password: str) -> None:
    """Sets a new password; sessions, API tokens and the wait after wrong passwords end.

    Whoever has forgotten it, or fears that others know it, comes this way.
    """
    _set(user, password)
    sessions.end_all(user)
    api_tokens.revoke_all(user)
    tries.clear(tries.ACCOUNT, user.get_username().casefold())
    record("password.reset", obj=user, by=user)
    send("password_changed", user)


@transaction.atomic
def change_password(request, password: str, client: Client) -> None:
    """The same by a signed-in person, whose other sessions end."""
    _set(request.user, password)
    sessions.keep_only_this(request, client)
    record("password.changed", by=request.user, obj=request.user)
    send("password_changed", request.user)


def _set(user, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
