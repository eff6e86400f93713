"""The audit log: who did what to what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act. Rows are only added; ``personal`` is dropped after a period.

    No foreign keys: the log outlives what it tells of. ``personal`` holds what names a person
    (actor, holder of a role, address); ``data`` never does, and never holds content.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(max_length=40, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    project_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    personal = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Protokolleintrag")
        verbose_name_plural = _("Protokoll")
        ordering = ["-at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M} {self.action}"
