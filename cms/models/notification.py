"""The outbox of mails, and how each person wants to be told."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.domain.occasions import OWN_PACE, REVIEWING, SECURITY, Occasion


class Frequency(models.TextChoices):
    AT_ONCE = "at_once", _("sofort")
    DAILY = "daily", _("einmal am Tag, alles in einer Mail")
    NEVER = "never", _("gar nicht")


class NotificationChoice(models.Model):
    """What one person chose; without a row everything comes at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choice"
    )
    entries = models.CharField(
        _("Zu Ihren Einträgen und Ihrem Projekt"),
        max_length=10,
        choices=Frequency.choices,
        default=Frequency.AT_ONCE,
        help_text=_("Freigegeben, zurückgegeben, kommentiert, ergänzt, übergeben, zurückgezogen."),
    )
    reviews = models.CharField(
        _("Zu Ihrer Arbeit als Prüfung"),
        max_length=10,
        choices=Frequency.choices,
        default=Frequency.AT_ONCE,
        help_text=_("Eingereicht, zurückgeholt, überfällig, Meldungen von Leserinnen und Lesern."),
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.entries}, {self.reviews}"

    def frequency(self, occasion: str) -> Frequency:
        """How this person wants to be told of ``occasion``."""
        if occasion in SECURITY | OWN_PACE:
            return Frequency.AT_ONCE
        return Frequency(self.reviews if occasion in REVIEWING else self.entries)


class NotificationQuerySet(models.QuerySet):
    def due(self) -> "NotificationQuerySet":
        """Those to be sent now, the oldest first."""
        waiting = self.filter(status=Notification.Status.WAITING)
        return waiting.filter(next_try_at__lte=timezone.now()).order_by("pk")


class Notification(models.Model):
    """Tells one person of one occasion. Several may go out in one mail.

    Holds no title and no text of the object: the mail reads them when it is written, so that
    what was redacted, deleted or hidden meanwhile is not sent.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("wartet")
        SENDING = "sending", _("wird übergeben")
        SENT = "sent", _("verschickt")
        DROPPED = "dropped", _("hat sich erledigt")
        FAILED = "failed", _("nicht zustellbar")

    key = models.CharField(max_length=200, unique=True)  # nobody is told the same twice
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.EmailField(blank=True)  # of somebody without an account
    occasion = models.CharField(
        max_length=40, choices=[(occasion.value, occasion.value) for occasion in Occasion]
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    by = models.CharField(max_length=300, blank=True)  # a role, no name: "von der Redaktion von …"
    reason = models.TextField(blank=True)
    is_digest = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=32, blank=True)  # of the worker that has it now
    message_id = models.CharField(max_length=200, blank=True)  # of the mail that it goes out in
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Benachrichtigung")
        verbose_name_plural = _("Benachrichtigungen")
        default_permissions = ()
        indexes = [
            models.Index(fields=["status", "next_try_at"], name="cms_notification_due"),
            models.Index(fields=["recipient", "status"], name="cms_notification_person"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion}: {self.content_type_id}/{self.object_id}"
