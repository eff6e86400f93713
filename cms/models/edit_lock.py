"""That somebody is writing on something just now, told by a program that asked for it."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.kept_query import KeptObjects, parameter
from cms.models.publications import content_type_of


class EditLockQuerySet(models.QuerySet):
    def of(self, obj: models.Model) -> "EditLockQuerySet":
        """The lock of an entry or a page, over or not."""
        return self.filter(content_type=content_type_of(obj), object_id=obj.pk)

    def holding(self, obj: models.Model) -> "EditLock | None":
        """The lock of ``obj`` that is not over, with its holder. One query."""
        of = {"content_type": content_type_of(obj).pk, "object": obj.pk}
        return _HELD.first(**of, now=timezone.now())


class EditLock(models.Model):
    """One person's lock on one object; it ends by itself. See cms/services/locks.py."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=43)
    stealable = models.BooleanField(default=True)
    timeout = models.PositiveIntegerField()  # seconds
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = EditLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("Sperre beim Schreiben")
        verbose_name_plural = _("Sperren beim Schreiben")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="cms_one_lock_of_an_object"
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id}"


_HELD = KeptObjects(
    EditLock,
    lambda: EditLock.objects.filter(
        content_type=parameter("content_type"),
        object_id=parameter("object"),
        expires_at__gt=parameter("now"),
    ),
    {"user": None},
)
