"""Programs of others that are told what happens to public things, and what they are told."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.domain.indexing import ObjectType


class WebhookEvent(models.TextChoices):
    """What a hook can be told of."""

    PUBLISHED = "published", _("veröffentlicht")
    CHANGED = "changed", _("geändert")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    REDACTED = "redacted", _("Angaben entfernt")


class Webhook(models.Model):
    """An address of another program. The secret signs what is sent; it is shown once."""

    title = models.CharField(_("Wofür"), max_length=120)
    url = models.URLField(_("Adresse"), max_length=500)
    events = models.JSONField(_("Ereignisse"))  # values of WebhookEvent
    secret = models.CharField(max_length=80)
    is_active = models.BooleanField(_("eingeschaltet"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)  # one after the other
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhooks")
        ordering = ["title", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class WebhookDeliveryQuerySet(models.QuerySet):
    def due(self) -> "WebhookDeliveryQuerySet":
        """Those to be sent now, the longest waiting first; none to a hook that is paused."""
        now = timezone.now()
        waiting = self.filter(status=WebhookDelivery.Status.WAITING, next_try_at__lte=now)
        open_hooks = models.Q(webhook__paused_until=None) | models.Q(webhook__paused_until__lte=now)
        return waiting.filter(open_hooks, webhook__is_active=True).order_by("next_try_at", "pk")


class WebhookDelivery(models.Model):
    """Outbox and log: that one hook is told of one event.

    Holds no title and no text: what is sent is read when it is sent, so that what was withdrawn
    or redacted meanwhile does not go out.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("wartet")
        SENT = "sent", _("zugestellt")
        DROPPED = "dropped", _("hat sich erledigt")
        FAILED = "failed", _("aufgegeben")

    key = models.UUIDField(unique=True, default=uuid4)  # the same at every try
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=20, choices=WebhookEvent.choices)
    object_type = models.CharField(
        max_length=20, choices=[(value.value, value.value) for value in ObjectType]
    )
    object_id = models.PositiveBigIntegerField()
    occurred_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=32, blank=True)  # of the worker that has it now
    response_status = models.PositiveSmallIntegerField(null=True)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zustellung")
        verbose_name_plural = _("Zustellungen")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["status", "next_try_at"], name="cms_webhookdelivery_due")]

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"

    @property
    def uid(self) -> str:
        """What the API calls ``UID``."""
        return f"{self.object_type}-{self.object_id}"
