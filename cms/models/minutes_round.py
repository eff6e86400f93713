"""Minutes that are sent round for correction, until a date, and what comes back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MinutesRoundQuerySet(models.QuerySet):
    def unanswered_by(self, user) -> "MinutesRoundQuerySet":
        """Open rounds in which this person was asked and has not answered."""
        asked = self.filter(recipients__user=user, recipients__answered_at=None)
        return asked.filter(until__gte=timezone.localdate()).select_related("event")


class MinutesRound(models.Model):
    """One time that the minutes of an event were sent round."""

    event = models.ForeignKey(
        "cms.ExchangeEventPage", on_delete=models.CASCADE, related_name="minutes_rounds"
    )
    until = models.DateField(
        _("Korrekturen bis"), help_text=_("Der letzte Tag, zum Beispiel 30.06.2026.")
    )
    message = models.TextField(_("Nachricht (freiwillig)"), blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(default=timezone.now)

    objects = MinutesRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("Protokoll zur Korrektur")
        ordering = ["-sent_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.event.title

    @property
    def title(self) -> str:
        return self.event.title

    @property
    def is_open(self) -> bool:
        """Its last day is not over."""
        return self.until >= timezone.localdate()


class MinutesRecipient(models.Model):
    """Somebody who was asked, and when they answered."""

    round = models.ForeignKey(MinutesRound, on_delete=models.CASCADE, related_name="recipients")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="minutes_received"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="cms_minutes_recipient_once")
        ]

    def __str__(self) -> str:
        return str(self.user)


class MinutesCorrection(models.Model):
    """What somebody would change in the minutes; the office decides."""

    round = models.ForeignKey(MinutesRound, on_delete=models.CASCADE, related_name="corrections")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    table = models.ForeignKey(
        "cms.TablePage",
        verbose_name=_("Worum geht es?"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField(_("Was soll anders werden?"))
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Korrektur am Protokoll")
        ordering = ["created_at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:80]
