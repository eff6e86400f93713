"""Who holds which permission on which project or entry: guardian's direct foreign-key tables.

The only source of rights. Each row also tells of which role it is a part, who gave it and
until when it holds: that is the "why" of the sharing screen.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models.expressions import Combinable
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class GrantQuerySet(models.QuerySet):
    def in_force(self, today: date | Combinable | None = None) -> "GrantQuerySet":
        """Without those whose last day is over. ``today`` is asked for unless it is given."""
        day = today or timezone.localdate()
        return self.filter(models.Q(until=None) | models.Q(until__gte=day))


class TimedGrant(models.Model):
    """One permission, by whom it was given and until when."""

    until = models.DateField(null=True, blank=True)  # the last day on which it holds
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)

    rows = GrantQuerySet.as_manager()

    class Meta:
        abstract = True


class Grant(TimedGrant):
    """One permission on one project, as part of a role."""

    content_object = models.ForeignKey("cms.Project", on_delete=models.CASCADE)
    role = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True


class ProjectUserGrant(UserObjectPermissionBase, Grant):
    """One permission of one person on one project."""

    class Meta(UserObjectPermissionBase.Meta):
        app_label = "cms"
        default_permissions = ()
        unique_together = ["user", "permission", "content_object", "role"]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class ProjectGroupGrant(GroupObjectPermissionBase, Grant):
    """One permission of one group on one project."""

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "cms"
        default_permissions = ()
        unique_together = ["group", "permission", "content_object", "role"]

    def __str__(self) -> str:
        return f"{self.group}: {self.role}"


class ExperienceUserGrant(UserObjectPermissionBase, TimedGrant):
    """That one person is invited to comment on the draft of one experience."""

    content_object = models.ForeignKey("cms.Experience", on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        app_label = "cms"
        default_permissions = ()
        unique_together = ["user", "permission", "content_object"]

    def __str__(self) -> str:
        return f"{self.user}: {self.content_object}"
