"""Empties the outbox: any number of workers, each mail by one of them, and never twice.

A mail goes through: claimed (for LEASE, others skip it) -> the mail server answers -> marked as
being handed over -> handed over -> marked as sent. A worker that dies before the mark loses its
claim, and another one goes on. One that dies after it may have sent the mail: then it is left
alone and shown (see decision 0038).
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cms.domain.occasions import Occasion
from cms.models import Notification, NotificationChoice
from cms.services.smtp import DeliveryUnclearError
from cms.services.write_mail import message_id, write_mail

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
#: A mail that nobody takes is given up after so long.
GIVE_UP_AFTER = timedelta(days=5)
#: So many occasions at most in one mail.
IN_ONE_MAIL = 100
#: How long sent ones are kept (setting NOTIFICATION_KEEP_DAYS).
KEEP_DAYS = 30
#: Overdue is told once an entry: so long it is remembered.
KEEP_OVERDUE = timedelta(days=365)

Status = Notification.Status


class MailServerAwayError(Exception):
    """The mail server does not answer; everything waits."""


@dataclass
class SendResult:
    """How many mails went out, were put off, and need not or can not go out."""

    sent: int = 0
    put_off: int = 0
    dropped: int = 0
    failed: int = 0


def send_due() -> SendResult:
    """Sends what is due. Raises MailServerAwayError; what was claimed waits then."""
    result = SendResult()
    door = None
    try:
        while claimed := _claim():
            message = _written(claimed, result)
            if message is None:
                continue
            try:
                if door is None:
                    door = get_connection()
                    door.open()
            except (OSError, smtplib.SMTPException) as error:
                door = None
                _put_off(claimed, error, result)
                raise MailServerAwayError(str(error)) from error
            if not _mark_handed_over(claimed):
                continue
            if not _hand_over(door, message, claimed, result):
                door = None
    finally:
        if door is not None:
            door.close()
    return result


def _written(claimed: list[Notification], result: SendResult):
    """The mail, or None if there is nothing to tell any more or it could not be written."""
    try:
        message = write_mail(claimed)
    except Exception as error:
        # Whatever one object may hold: the other mails go out all the same.
        logger.exception("a mail about %s could not be written", claimed[0])
        _put_off(claimed, error, result)
        return None
    if message is None:
        result.dropped += 1
        _mine(claimed).update(status=Status.DROPPED, sent_at=timezone.now())
    return message


def _hand_over(door, message, claimed: list[Notification], result: SendResult) -> bool:
    """Sends one mail and marks what became of it. False if the connection is of no more use."""
    try:
        door.send_messages([message])
    except DeliveryUnclearError as error:
        logger.error("mail %s may have gone out or not: %s", claimed[0].message_id, error)
        _mine(claimed).update(error=_short(error))
        return False
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _text in error.recipients.values()):
            result.failed += 1
            _mine(claimed).update(status=Status.FAILED, error=_short(error))
        else:
            _put_off(claimed, error, result)
        return True
    except smtplib.SMTPResponseException as error:
        _put_off(claimed, error, result)
        return True
    except (OSError, smtplib.SMTPException) as error:
        _put_off(claimed, error, result)
        raise MailServerAwayError(str(error)) from error
    result.sent += 1
    _mine(claimed).update(status=Status.SENT, sent_at=timezone.now(), error="")
    return True


# --- claims --------------------------------------------------------------------------------------


def _claim() -> list[Notification]:
    """What goes out in the next mail, ours alone for LEASE; empty if nothing is due."""
    if not Notification.objects.due().exists():
        return []
    with transaction.atomic():
        rows = _next_at_once() or _next_digest()
        if rows:
            name = rows[0].message_id or message_id(rows[0])
            claim = uuid4().hex
            Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
                claim=claim,
                message_id=name,
                attempts=F("attempts") + 1,
                next_try_at=timezone.now() + LEASE,
            )
            for row in rows:
                row.claim, row.message_id, row.attempts = claim, name, row.attempts + 1
        return rows


def _next_at_once() -> list[Notification]:
    """The oldest, and what else tells the same person of the same occasion (many at once)."""
    due = Notification.objects.due().filter(is_digest=False)
    first = _locked(due).first()
    return list(_locked(_with(first, due))[:IN_ONE_MAIL]) if first else []


def _next_digest() -> list[Notification]:
    """All that waits for one person. Their choice is the lock: two workers make no two mails."""
    due = Notification.objects.due().filter(is_digest=True)
    people = NotificationChoice.objects.filter(user__in=due.values("recipient"))
    choice = _locked(people.order_by("pk")).first()
    if choice is None:
        return []
    due = due.filter(recipient=choice.user_id)
    first = due.first()
    return list(due.filter(message_id=first.message_id)[:IN_ONE_MAIL]) if first else []


def _with(first: Notification, due):
    """The rows of the same mail: those that were in it before, or what fits together."""
    same = {"message_id": first.message_id}
    if not first.message_id:
        same |= {"recipient": first.recipient_id, "address": first.address}
        same["occasion"] = first.occasion
    return due.filter(**same)


def _locked(rows):
    """Where the database can, other workers skip them until this transaction ends."""
    if database.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True)
    return rows


def _mine(claimed: list[Notification]):
    return Notification.objects.filter(pk__in=[row.pk for row in claimed], claim=claimed[0].claim)


def _mark_handed_over(claimed: list[Notification]) -> bool:
    """False if the claim ran out and another worker has it."""
    return _mine(claimed).filter(status=Status.WAITING).update(status=Status.SENDING) > 0


def _put_off(claimed: list[Notification], error: Exception, result: SendResult) -> None:
    now = timezone.now()
    if now - claimed[0].due_at > GIVE_UP_AFTER:
        result.failed += 1
        _mine(claimed).update(status=Status.FAILED, error=_short(error))
        return
    result.put_off += 1
    wait = min(FIRST_WAIT * 2 ** min(claimed[0].attempts - 1, 10), LONGEST_WAIT)
    _mine(claimed).update(status=Status.WAITING, next_try_at=now + wait, error=_short(error))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:1000]


# --- for the operator ----------------------------------------------------------------------------


def outbox() -> dict[str, int]:
    """How many wait (and how many of them an hour too long), are unclear, and failed."""
    rows = Notification.objects
    now = timezone.now()
    waiting = rows.filter(status=Status.WAITING)
    return {
        "waiting": waiting.count(),
        "late": waiting.filter(due_at__lt=now - timedelta(hours=1)).count(),
        "unclear": _unclear().count(),
        "failed": rows.filter(status=Status.FAILED).count(),
    }


def _unclear():
    """Handed over by a worker that died, or whose connection broke: sent or not."""
    return Notification.objects.filter(status=Status.SENDING, next_try_at__lt=timezone.now())


def send_unclear_again() -> int:
    """Puts back what may have gone out or not, under its old Message-ID; how many rows."""
    return _unclear().update(status=Status.WAITING)


def forget_old() -> int:
    """Deletes what was sent or given up long ago; how many rows."""
    now = timezone.now()
    keep = timedelta(days=getattr(settings, "NOTIFICATION_KEEP_DAYS", KEEP_DAYS))
    done = Notification.objects.exclude(status__in=[Status.WAITING, Status.SENDING])
    old = done.filter(created_at__lt=now - keep).exclude(
        occasion=Occasion.OVERDUE, created_at__gte=now - KEEP_OVERDUE
    )
    return old.delete()[0]
