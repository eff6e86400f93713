"""Searches that found nothing: counted without knowing who searched."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MissedSearchQuerySet(models.QuerySet):
    def to_show(self) -> "MissedSearchQuerySet":
        """What the office has to look at, the most wanted first."""
        return self.filter(done=False).exclude(text="").order_by("-days", "-count", "-last_day")


class MissedSearch(models.Model):
    """How often the same words found nothing.

    ``key`` is a keyed hash of the words. The words themselves come only when they were missed on
    several days, and never if they may tell who a person is (services/missed_searches.py).
    """

    key = models.CharField(max_length=64, unique=True)
    text = models.CharField(_("Gesucht wurde"), max_length=200, blank=True)
    is_checked = models.BooleanField(default=False)  # for personal data
    count = models.PositiveIntegerField(_("Wie oft"), default=1)
    days = models.PositiveIntegerField(_("An wie vielen Tagen"), default=1)
    first_day = models.DateField(_("Seit"))
    last_day = models.DateField(_("Zuletzt"), db_index=True)
    done = models.BooleanField(_("erledigt"), default=False)

    objects = MissedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("Suche ohne Treffer")
        verbose_name_plural = _("Suchen ohne Treffer")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text or _("(noch nicht gezeigt)")
