"""Empties the webhooks' outbox: signs each message, sends it, and tries again later.

Signatures and headers are those of the specification "Standard Webhooks", for which there are
libraries in most languages. A message may come twice and in any order: its id stays the same.
"""

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from cms.domain.indexing import ObjectType
from cms.domain.occasions import Occasion
from cms.domain.reader import ANONYMOUS
from cms.models import Outcome, Supplement, Webhook, WebhookDelivery, WebhookEvent
from cms.published.hits import title_of, visible
from cms.services.notify import notify
from cms.services.safe_post import UnreachableError, post
from cms.services.webhooks import PREFIX
from cms.services.write_mail import absolute

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
#: A message that nobody takes is given up after so long, and a hook that takes none switched off.
GIVE_UP_AFTER = timedelta(days=5)
#: How long the log is kept (setting WEBHOOK_KEEP_DAYS).
KEEP_DAYS = 30
#: The answer of who wants no more messages.
GONE = 410

Status = WebhookDelivery.Status
#: Is told also of what nobody may read any more.
_ALSO_OF_HIDDEN = (WebhookEvent.WITHDRAWN, WebhookEvent.REDACTED)


@dataclass
class DeliveryResult:
    """How many messages arrived, were put off, need not go out, or were given up."""

    sent: int = 0
    put_off: int = 0
    dropped: int = 0
    failed: int = 0


def deliver_due() -> DeliveryResult:
    """Sends what is due. Any number of workers; each message by one of them."""
    result = DeliveryResult()
    while (delivery := _claim()) is not None:
        message = write_message(delivery)
        if message is None:
            result.dropped += 1
            _finish(delivery, Status.DROPPED)
            continue
        delivery.error, delivery.response_status = "", None
        try:
            delivery.response_status = _send(delivery, message)
        except UnreachableError as error:
            delivery.error = str(error)[:1000]
        if 200 <= (delivery.response_status or 0) < 300:
            result.sent += 1
            _finish(delivery, Status.SENT)
        else:
            _put_off(delivery, result)
    return result


def write_message(delivery: WebhookDelivery) -> dict[str, Any] | None:
    """What is sent: public facts as they are now. None if there is nothing to tell any more.

    Of what nobody may read (any more) it says which one that was, and nothing of it.
    """
    ref = ObjectType(delivery.object_type), delivery.object_id
    obj = visible([ref], ANONYMOUS).get(ref)
    if obj is None and delivery.event not in _ALSO_OF_HIDDEN:
        return None
    if obj is not None and delivery.event == WebhookEvent.WITHDRAWN:
        return None  # published again meanwhile: it was told, or will be
    about = {"UID": delivery.uid, "@type": delivery.object_type.capitalize()}
    return {
        "type": delivery.event,
        "timestamp": delivery.occurred_at.isoformat(timespec="seconds"),
        "data": about if obj is None else about | _facts(obj),
    }


def _facts(obj: Model) -> dict[str, Any]:
    page = obj
    if isinstance(obj, Outcome):
        page = obj.table or obj.event
    elif isinstance(obj, Supplement):
        page = obj.experience
    path = "/"
    if page is not None:
        path = page.get_absolute_url() if hasattr(page, "get_absolute_url") else page.get_url()
    published_at = obj.last_published_at
    return {
        # Of what stands on another thing's page: that of the page.
        "@id": absolute(reverse("api:api-root").rstrip("/") + path.rstrip("/")),
        "url": absolute(path),
        "title": title_of(obj),
        "modified": published_at.isoformat(timespec="seconds") if published_at else None,
    }


def _send(delivery: WebhookDelivery, message: dict[str, Any]) -> int:
    content = json.dumps(message, ensure_ascii=False).encode()
    timestamp = int(timezone.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Lebendiger-Leitfaden/1",
        "Webhook-Id": str(delivery.key),
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signature(
            delivery.webhook.secret, str(delivery.key), timestamp, content
        ),
    }
    return post(delivery.webhook.url, content, headers)


def signature(secret: str, key: str, timestamp: int, content: bytes) -> str:
    """HMAC-SHA256 of id, time and content: nobody else can write it, or send it again later."""
    signed = f"{key}.{timestamp}.".encode() + content
    digest = hmac.new(
        base64.b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256
    ).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


# --- claims --------------------------------------------------------------------------------------


def _claim() -> WebhookDelivery | None:
    """The next message, ours alone for LEASE; None if none is due."""
    due = WebhookDelivery.objects.due()
    if not due.exists():
        return None
    with transaction.atomic():
        if database.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        delivery = due.select_related("webhook").first()
        if delivery is not None:
            delivery.claim = uuid4().hex
            delivery.attempts += 1
            delivery.next_try_at = timezone.now() + LEASE
            delivery.save(update_fields=["claim", "attempts", "next_try_at"])
        return delivery


def _mine(delivery: WebhookDelivery):
    """The row, unless its claim ran out and another worker has it."""
    return WebhookDelivery.objects.filter(pk=delivery.pk, claim=delivery.claim)


def _finish(delivery: WebhookDelivery, status: str) -> None:
    _mine(delivery).update(
        status=status,
        finished_at=timezone.now(),
        response_status=delivery.response_status,
        error=delivery.error,
    )
    if status == Status.SENT and delivery.webhook.failures:
        _hook(delivery).update(failures=0, failing_since=None, paused_until=None)


def _put_off(delivery: WebhookDelivery, result: DeliveryResult) -> None:
    """Later again, and the whole hook rests: who does not answer one asks for no second."""
    now = timezone.now()
    why = delivery.error or f"HTTP {delivery.response_status}"
    logger.warning("webhook %s did not take %s: %s", delivery.webhook_id, delivery.key, why)
    if now - delivery.occurred_at > GIVE_UP_AFTER and delivery.attempts > 1:
        result.failed += 1
        _finish(delivery, Status.FAILED)
    else:
        result.put_off += 1
    with transaction.atomic():
        hook = _hook(delivery).select_for_update().first()
        if hook is None:
            return  # removed meanwhile, and its messages with it
        wait = min(FIRST_WAIT * 2 ** min(hook.failures, 10), LONGEST_WAIT)
        hook.failures += 1
        hook.failing_since = hook.failing_since or now
        hook.paused_until = now + wait
        _mine(delivery).filter(status=Status.WAITING).update(
            next_try_at=now + wait,
            response_status=delivery.response_status,
            error=delivery.error,
        )
        if delivery.response_status == GONE or now - hook.failing_since > GIVE_UP_AFTER:
            hook.is_active = False
            notify(Occasion.WEBHOOK_SWITCHED_OFF, hook, reason=why)
        hook.save()


def _hook(delivery: WebhookDelivery):
    return Webhook.objects.filter(pk=delivery.webhook_id)


def forget_old_deliveries() -> int:
    """Deletes what was sent or given up long ago; how many rows. What waits stays."""
    days = getattr(settings, "WEBHOOK_KEEP_DAYS", KEEP_DAYS)
    old = WebhookDelivery.objects.filter(occurred_at__lt=timezone.now() - timedelta(days=days))
    return old.exclude(status=Status.WAITING, webhook__is_active=True).delete()[0]
