"""The tombstone of what was removed for good: when, by whom, why, where; never what."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision


class RedactionQuerySet(models.QuerySet):
    def of(self, obj: models.Model) -> "RedactionQuerySet":
        """Those that met ``obj`` or one of its versions, newest first."""
        content_type = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        places = RedactedPlace.objects.filter(content_type=content_type, object_id=obj.pk)
        return self.filter(pk__in=places.values("redaction"))


class Redaction(models.Model):
    """One act that removed a passage or a person from everywhere."""

    class Kind(models.TextChoices):
        PASSAGE = "passage", _("Textstelle")
        PERSON = "person", _("Person")

    kind = models.CharField(_("Was"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("wann"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("Grund"))
    place_count = models.PositiveIntegerField(_("Stellen"), default=0)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Entfernung")
        verbose_name_plural = _("Entfernungen")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y}: {self.place_count}"


class RedactedPlace(models.Model):
    """An object, or one version of it, in which something was removed, and how often."""

    redaction = models.ForeignKey(Redaction, on_delete=models.CASCADE, related_name="places")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["content_type", "object_id"], name="cms_redacted_object")]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id} ({self.count})"
