"""What was loaded from a file."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedExperience(models.Model):
    """What `load_experiences` made of a line, so that the next load can tell what has changed.

    If ``digest`` is another one, the line was changed; if the experience's latest revision is
    another one than ``revision_id``, a person was at work there. ``run`` is the load that met the
    line last: a second line with its ``source_id`` is a mistake of the file.
    """

    experience = models.OneToOneField(
        "cms.Experience", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    revision_id = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    run = models.UUIDField()

    class Meta:
        verbose_name = _("Geladene Erfahrung")
        verbose_name_plural = _("Geladene Erfahrungen")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.experience_id)
