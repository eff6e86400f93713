"""The office's webhooks: registering, changing, removing, and sending something once more."""

import base64
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.models import Webhook, WebhookDelivery, WebhookEvent
from cms.permissions import policies
from cms.services.access import locked, require
from cms.services.audit import record
from cms.services.safe_post import check_address

#: As the specification "Standard Webhooks" writes a secret.
PREFIX = "whsec_"
#: Every publication writes a row for each of them.
MOST_HOOKS = 20


@transaction.atomic
def register(user, title: str, url: str, events: list[str]) -> Webhook:
    """A new webhook; its ``secret`` is not to be told again.

    Raises NotAllowedError; ValidationError by field (``title``, ``url``, ``events``); RuleError
    if there are too many.
    """
    require(user, policies.OFFICE)
    if Webhook.objects.count() >= MOST_HOOKS:
        raise RuleError(
            _("Es gibt schon %(most)d Webhooks. Bitte entfernen Sie zuerst einen.")
            % {"most": MOST_HOOKS}
        )
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    hook = Webhook(title=title.strip(), url=url.strip(), secret=secret, created_by=user)
    hook.events = _events(events)
    _save(hook)
    record("webhook.registered", by=user, obj=hook)
    return hook


@transaction.atomic
def change(
    hook: Webhook,
    user,
    *,
    title: str | None = None,
    url: str | None = None,
    events: list[str] | None = None,
    is_active: bool | None = None,
) -> Webhook:
    """Changes what is given. Who switches it on again begins anew; what waits then goes out.

    Raises NotAllowedError, ValidationError by field, DoesNotExist.
    """
    require(user, policies.OFFICE)
    hook = locked(hook)
    hook.title = hook.title if title is None else title.strip()
    hook.url = hook.url if url is None else url.strip()
    hook.events = hook.events if events is None else _events(events)
    if is_active is not None:
        hook.is_active = is_active
    hook.failures, hook.failing_since, hook.paused_until = 0, None, None
    _save(hook)
    record("webhook.changed", by=user, obj=hook)
    return hook


@transaction.atomic
def remove(hook: Webhook, user) -> None:
    """Deletes a webhook with its log. Raises NotAllowedError."""
    require(user, policies.OFFICE)
    record("webhook.removed", by=user, obj=hook)
    hook.delete()


@transaction.atomic
def send_again(delivery: WebhookDelivery, user) -> None:
    """Puts a message back into the outbox, under its old id. Raises NotAllowedError, RuleError."""
    require(user, policies.OFFICE)
    delivery = locked(delivery)
    if not delivery.webhook.is_active:
        raise RuleError(_("Der Webhook ist abgeschaltet. Bitte schalten Sie ihn zuerst ein."))
    delivery.status, delivery.attempts = WebhookDelivery.Status.WAITING, 0
    delivery.next_try_at, delivery.finished_at = timezone.now(), None
    delivery.save()


def _events(names: list[str]) -> list[str]:
    """The names in a fixed order. Raises ValidationError unless all are known, and there is one."""
    known = [event for event in WebhookEvent.values if event in names]
    if not known or set(names) - set(known):
        possible = ", ".join(WebhookEvent.values)
        text = _("Bitte mindestens ein Ereignis wählen, von diesen: %(events)s.")
        raise ValidationError({"events": text % {"events": possible}})
    return known


def _save(hook: Webhook) -> None:
    try:
        check_address(hook.url)
    except RuleError as error:
        raise ValidationError({"url": str(error)}) from None
    # Django's own check of an address knows no names of one's own net.
    hook.full_clean(exclude=["url"])
    if len(hook.url) > Webhook._meta.get_field("url").max_length:
        raise ValidationError({"url": _("Die Adresse ist zu lang.")})
    hook.save()
