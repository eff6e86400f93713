"""One file of minutes that somebody read in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MinutesImport(models.Model):
    """A file of minutes: what was understood, what was done with it, what came of it.

    ``plan`` is the preview as the person left it (see services.import_plan), so that the
    screen can be closed and opened again. ``report`` is what import_minutes answered.
    """

    class Status(models.TextChoices):
        PREVIEW = "preview", _("Vorschau")
        RUNNING = "running", _("wird angelegt")
        DONE = "done", _("eingelesen")

    file_name = models.CharField(_("Datei"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    status = models.CharField(
        _("Stand"), max_length=10, choices=Status.choices, default=Status.PREVIEW
    )
    plan = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    event = models.ForeignKey(
        "cms.ExchangeEventPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="imports",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("hochgeladen am"), auto_now_add=True)

    class Meta:
        verbose_name = _("Eingelesenes Protokoll")
        verbose_name_plural = _("Eingelesene Protokolle")
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name
