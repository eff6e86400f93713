"""What readers report: a barrier of the site, or a problem with an entry."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReaderReport(models.Model):
    """A reader's words to the office; who wrote them is known only if they say so."""

    contact = models.CharField(_("Wie erreichen wir Sie?"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("gemeldet am"), auto_now_add=True)
    done = models.BooleanField(_("erledigt"), default=False)

    class Meta:
        abstract = True
        ordering = ["done", "-created_at"]
        default_permissions = ()


class BarrierReport(ReaderReport):
    """A barrier that a reader reported through the form of the accessibility statement."""

    text = models.TextField(_("Was geht nicht?"))
    address = models.CharField(_("Auf welcher Seite?"), max_length=500, blank=True)

    class Meta(ReaderReport.Meta):
        abstract = False
        verbose_name = _("Gemeldete Barriere")
        verbose_name_plural = _("Gemeldete Barrieren")

    def __str__(self) -> str:
        return self.text[:80]


class ProblemReport(ReaderReport):
    """A problem with an experience, or with what stands on its page."""

    entry = models.ForeignKey(
        "cms.Experience",
        verbose_name=_("Erfahrung"),
        on_delete=models.CASCADE,
        related_name="problem_reports",
    )
    text = models.TextField(_("Was stimmt nicht?"))
    answer = models.TextField(
        _("Was daraus wurde"), blank=True, help_text=_("Eine Notiz für die Koordinierungsstelle.")
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("bearbeitet von"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta(ReaderReport.Meta):
        abstract = False
        verbose_name = _("Gemeldetes Problem")
        verbose_name_plural = _("Gemeldete Probleme")

    def __str__(self) -> str:
        return self.text[:80]
