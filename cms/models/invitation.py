"""Invitations: a role for somebody who has no account yet, sent to an e-mail address."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.permissions.roles import ROLE_NAMES, ROLE_WORDS

VALID_FOR = datetime.timedelta(days=7)


class InvitationQuerySet(models.QuerySet):
    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; those whose week is over among them, to be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A role on a project, waiting for the person behind an e-mail address.

    Its link is signed and names the row and ``issue``, which counts up when it is sent again:
    of several links only the last one opens it.
    """

    project = models.ForeignKey("cms.Project", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("E-Mail-Adresse"))
    role = models.CharField(max_length=20)
    until = models.DateField(null=True, blank=True)  # the last day of the role
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    issue = models.PositiveIntegerField(default=1)
    issued_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)  # None: the mail did not go out yet
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Einladung")
        verbose_name_plural = _("Einladungen")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["project", "email", "role"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="cms_one_pending_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.role}"

    @property
    def valid_until(self) -> datetime.datetime:
        return self.issued_at + VALID_FOR

    @property
    def is_open(self) -> bool:
        """Can it still be accepted?"""
        used = self.accepted_at is not None or self.revoked_at is not None
        return not used and timezone.now() < self.valid_until

    @property
    def role_name(self) -> str:
        return str(ROLE_NAMES[self.role])

    @property
    def words(self) -> str:
        return str(ROLE_WORDS[self.role])
