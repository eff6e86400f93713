"""The audit log: who did what to what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The model name of accounts: an event about one names a person by its number.
ACCOUNT = "user"


class AuditQuerySet(models.QuerySet):
    def naming_somebody(self) -> "AuditQuerySet":
        """Events that still tell who did it, or to whom."""
        about_account = models.Q(object_type=ACCOUNT, object_id__isnull=False)
        return self.filter(
            ~models.Q(personal={}) | models.Q(actor_id__isnull=False) | about_account
        )

    def forget(self) -> int:
        """Drops what names a person; how many events had it. The database allows no more."""
        accounts = self.filter(object_type=ACCOUNT)
        others = self.exclude(object_type=ACCOUNT)
        return accounts.update(personal={}, actor_id=None, object_id=None) + others.update(
            personal={}, actor_id=None
        )


class AuditEvent(models.Model):
    """One act. Rows are only added (audit_guard.py); what names a person is dropped after a period.

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

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("Protokolleintrag")
        verbose_name_plural = _("Protokoll")
        ordering = ["-at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M} {self.action}"
