"""Counts tries, so that nobody can guess for long. In the database: processes share no memory."""

import datetime
import math

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from cms.domain.errors import RuleError
from cms.models import Tries

ADDRESS = "address"
ACCOUNT = "account"
CODE = "code"
RESET_ADDRESS = "reset address"
RESET_ACCOUNT = "reset account"
#: Reports of anybody, by address; as many as an account has tries.
REPORT = "report"

PER_ADDRESS = 50
PER_ACCOUNT = 10
WAIT_MINUTES = 15


class TooManyTriesError(RuleError):
    """Says how long to wait. ``seconds`` is the same for programs."""

    def __init__(self, until: datetime.datetime):
        self.seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
        minutes = math.ceil(self.seconds / 60)
        super().__init__(
            ngettext(
                "Zu viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es dann wieder.",
                "Zu viele Versuche. Bitte warten Sie %(minutes)d Minuten und versuchen Sie es dann "
                "wieder.",
                minutes,
            )
            % {"minutes": minutes}
        )


@transaction.atomic
def charge(what: str, who: object) -> bool:
    """Counts a try before it is made; False if it is the last one of this window.

    Before, and with the row locked: many at the same time are not more than the limit allows.
    Nothing is counted for an address that is not known: it would be everybody's. Raises
    TooManyTriesError if there is none left.
    """
    most = _most(what)
    if not most or not who:
        return True
    now = timezone.now()
    until = now + datetime.timedelta(minutes=_setting("SIGN_IN_WAIT_MINUTES", WAIT_MINUTES))
    row, created = Tries.objects.select_for_update().get_or_create(
        key=_key(what, who), defaults={"until": until}
    )
    if created:
        _sweep(now)
    elif row.until <= now:
        row.count, row.until = 0, until
    if row.count >= most:
        raise TooManyTriesError(row.until)
    row.count += 1
    row.save()
    return row.count < most


def clear(what: str, who: object) -> None:
    """Forgets the tries: the right person has come."""
    Tries.objects.filter(key=_key(what, who)).delete()


@transaction.atomic
def give_back(what: str, who: object) -> None:
    """One try was no guess: many people of one office share an address."""
    row = Tries.objects.select_for_update().filter(key=_key(what, who), count__gt=0).first()
    if row is not None:
        row.count -= 1
        row.save()


def add(who: str, number: int, until: datetime.datetime) -> int:
    """Adds requests of ``who`` to the window that ends then; how many all processes have counted.

    Nothing is refused here: see cms/api/rate_limits.py.
    """
    key = _key("requests", f"{who} {until.isoformat()}")
    row, created = Tries.objects.get_or_create(key=key, defaults={"until": until, "count": number})
    if created:
        _sweep(timezone.now())
    else:
        Tries.objects.filter(pk=key).update(count=F("count") + number)
        row.refresh_from_db(fields=["count"])
    return row.count


def _most(what: str) -> int:
    if what in (ADDRESS, RESET_ADDRESS):
        return _setting("SIGN_IN_TRIES_PER_ADDRESS", PER_ADDRESS)
    return _setting("SIGN_IN_TRIES_PER_ACCOUNT", PER_ACCOUNT)


def _setting(name: str, default: int) -> int:
    return getattr(settings, name, default)


def _key(what: str, who: object) -> str:
    return salted_hmac(f"cms.tries.{what}", str(who), algorithm="sha256").hexdigest()


@transaction.atomic
def _sweep(now: datetime.datetime) -> None:
    """Removes windows that are over; what somebody holds just now is left to the next time."""
    over = Tries.objects.select_for_update(skip_locked=True).filter(until__lt=now)
    Tries.objects.filter(pk__in=[row.pk for row in over[:500]]).delete()
