"""The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import base64
import hashlib
import secrets
import time

import pyotp
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from pyotp.utils import strings_equal

from cms.domain.client import Client
from cms.domain.errors import NotAllowedError, RuleError
from cms.models import GuideSettings, RecoveryCode, SecondFactor
from cms.models.choices import SecondFactorFor
from cms.permissions import policies
from cms.services import sessions, tries
from cms.services.access import require
from cms.services.account_mail import send
from cms.services.audit import record

INTERVAL = 30
#: Clocks may differ by one interval, either way.
DRIFT = (0, -1, 1)
RECOVERY_CODES = 10
SETUP_SECONDS = 60 * 60
_SETUP = "cms.second_factor"
#: How old the rule may be that a request is measured by; SECOND_FACTOR_RULE_SECONDS changes it.
RULE_SECONDS = 2
_RULE = "guide-second-factor-rule"


def has(user) -> bool:
    """Does ``user`` have a second factor?"""
    return SecondFactor.objects.filter(user=user).exists()


def must_have(user) -> bool:
    """Must ``user`` have one (the office's setting)?"""
    seconds = getattr(settings, "SECOND_FACTOR_RULE_SECONDS", RULE_SECONDS)
    rules = cache.get_or_set(_RULE, _rules, seconds)
    if SecondFactorFor.LEADS in rules:
        return policies.can_somewhere(user, policies.GRANT)
    return SecondFactorFor.OFFICE in rules and policies.can(user, policies.OFFICE)


def _rules() -> frozenset[str]:
    """Of every site: an account is the same on all of them."""
    return frozenset(GuideSettings.objects.values_list("require_second_factor", flat=True))


# --- set up ---------------------------------------------------------------------------------------


def new_setup(user) -> str:
    """A signed note of a new secret, for the form: it is stored only once it is confirmed."""
    return signing.dumps([user.pk, pyotp.random_base32()], salt=_SETUP)


def secret_of(user, setup: str) -> str:
    """The secret in this note. Raises RuleError if it is too old or somebody else's."""
    try:
        pk, secret = signing.loads(setup, salt=_SETUP, max_age=SETUP_SECONDS)
    except signing.BadSignature:
        pk = None
    if pk != user.pk:
        raise RuleError(_("Die Seite war zu lange offen. Bitte scannen Sie den neuen Code."))
    return secret


def address_of(user, secret: str, issuer: str) -> str:
    """The ``otpauth:`` address for the app, also what the picture holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=issuer)


def confirm_setup(user, setup: str, code: str) -> list[str]:
    """Stores the secret if the app makes the right codes; the recovery codes, told only now.

    Raises RuleError if the code is wrong or there is a second factor already.
    """
    secret = secret_of(user, setup)
    tries.charge(tries.CODE, user.pk)
    interval = _interval_of(secret, _digits(code))
    if interval is None:
        raise RuleError(
            _("Der Code stimmt nicht. Gehen Uhrzeit und Datum auf Ihrem Telefon richtig?")
        )
    tries.clear(tries.CODE, user.pk)
    with transaction.atomic():
        factor, created = SecondFactor.objects.get_or_create(
            user=user, defaults={"secret": secret, "last_interval": interval}
        )
        if not created:
            raise RuleError(_("Ihr zweiter Faktor ist schon eingerichtet."))
        record("second_factor.set_up", by=user, obj=user)
        return _new_codes(factor)


def renew_codes(user) -> list[str]:
    """New recovery codes; the old ones end. Raises RuleError without a second factor."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None:
            raise RuleError(_("Sie haben keinen zweiten Faktor eingerichtet."))
        record("second_factor.codes_renewed", by=user, obj=user)
        return _new_codes(factor)


def remove(user) -> None:
    """The person's own wish. Raises RuleError if the office requires one."""
    if must_have(user):
        raise RuleError(_("Für Ihre Rolle ist der zweite Faktor Pflicht."))
    with transaction.atomic():
        deleted, _rows = SecondFactor.objects.filter(user=user).delete()
        if deleted:
            record("second_factor.removed", by=user, obj=user)
    send("second_factor_removed", user)


@transaction.atomic
def reset(user, *, by) -> None:
    """The office helps somebody who has lost app and codes; their sessions end.

    Raises NotAllowedError unless ``by`` is the office; a superuser's is another superuser's to
    reset, and nobody resets their own. RuleError if there is nothing to reset.
    """
    require(by, policies.OFFICE)
    if user == by or (user.is_superuser and not by.is_superuser):
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))
    deleted, _rows = SecondFactor.objects.filter(user=user).delete()
    if not deleted:
        raise RuleError(_("Dieses Konto hat keinen zweiten Faktor."))
    sessions.end_all(user)
    record("second_factor.reset", by=by, obj=user, personal={"account": user.get_username()})
    send("second_factor_reset", user)


# --- check ----------------------------------------------------------------------------------------


def check(user, code: str, client: Client) -> None:
    """Takes a code of the app or a recovery code, each once.

    Raises RuleError, TooManyTriesError.
    """
    more = tries.charge(tries.CODE, user.pk)
    kind = _take(user, code)
    if kind is None:
        personal = {"network": client.network, "account": user.get_username()}
        action = "second_factor.failed" if more else "second_factor.locked"
        record(action, obj=user, personal=personal)
        raise RuleError(
            _("Der Code stimmt nicht oder ist verbraucht. Bitte nehmen Sie den nächsten.")
        )
    tries.clear(tries.CODE, user.pk)
    if kind == "recovery":
        record("second_factor.recovery_used", by=user, obj=user)
        send("recovery_code_used", user, codes_left=codes_left(user))


def codes_left(user) -> int:
    """How many recovery codes ``user`` still has."""
    return RecoveryCode.objects.filter(factor__user=user).count()


@transaction.atomic
def _take(user, code: str) -> str | None:
    """What kind of code this is; it is used up. None for a wrong one."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return None
    interval = _interval_of(factor.secret, _digits(code))
    if interval is not None:
        if interval <= factor.last_interval:
            return None
        factor.last_interval = interval
        factor.save(update_fields=["last_interval"])
        return "app"
    used, _rows = factor.recovery_codes.filter(hash=_hash(user.pk, code)).delete()
    return "recovery" if used else None


def _interval_of(secret: str, code: str) -> int | None:
    """The interval that this code belongs to, of those that count now."""
    totp = pyotp.TOTP(secret, interval=INTERVAL)
    now = int(time.time()) // INTERVAL
    fitting = [
        now + drift for drift in DRIFT if strings_equal(totp.generate_otp(now + drift), code)
    ]
    return max(fitting, default=None)


def _digits(code: str) -> str:
    """Without the blanks with which apps show it."""
    return "".join(code.split())


def _new_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, hash=_hash(factor.pk, code)) for code in codes
    )
    return codes


def _new_code() -> str:
    """80 random bits, as four groups that can be read aloud."""
    text = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _hash(user_id: int, code: str) -> str:
    """Of a long random code a plain hash is enough: there is nothing to guess."""
    plain = "".join(code.upper().replace("-", " ").split())
    return hashlib.sha256(f"{user_id}:{plain}".encode()).hexdigest()
