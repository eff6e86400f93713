"""Searches that a person keeps, to be told when something new fits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: How the parameters of /suche/ are called.
_PARAMETERS = {
    "typ": _("Was es ist: %s"),
    "art": _("Art: %s"),
    "thema": _("Thema: %s"),
    "projekt": _("Projekt: %s"),
    "tisch": _("Tisch: %s"),
    "zielgruppe": _("Zielgruppe: %s"),
    "institution": _("Institution: %s"),
    "urteil": _("Was andere dazu sagen: %s"),
    "jahr": _("Jahr: %s"),
    "von": _("ab %s"),
    "bis": _("bis %s"),
}


def filter_words(name: str, value: str) -> str:
    """A parameter of /suche/ in words."""
    return str(_PARAMETERS[name] % value)


class Pace(models.TextChoices):
    AT_ONCE = "at_once", _("sofort")
    DAILY = "daily", _("einmal am Tag")
    WEEKLY = "weekly", _("einmal in der Woche, montags")


class SavedSearchQuerySet(models.QuerySet):
    def due(self) -> "SavedSearchQuerySet":
        """Those to be looked at now, the longest waiting first."""
        active = self.filter(is_paused=False, user__is_active=True)
        return active.filter(next_look_at__lte=timezone.now()).order_by("next_look_at", "pk")


class SavedSearch(models.Model):
    """One search of one person, as the address of /suche/ says it.

    New is what this person could not read before ``since``; the history is looked through up to
    ``looked_until``.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    title = models.CharField(_("Name der Suche"), max_length=120)
    query = models.TextField(blank=True)
    pace = models.CharField(
        _("Wie oft wollen Sie Bescheid bekommen?"),
        max_length=10,
        choices=Pace.choices,
        default=Pace.DAILY,
    )
    is_paused = models.BooleanField(_("Pause"), default=False)
    since = models.DateTimeField(default=timezone.now)
    looked_until = models.DateTimeField(default=timezone.now)
    next_look_at = models.DateTimeField(default=timezone.now)
    mails = models.PositiveIntegerField(default=0)  # so many were written

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("Gemerkte Suche")
        verbose_name_plural = _("Gemerkte Suchen")
        ordering = ["title", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["next_look_at"], condition=Q(is_paused=False), name="cms_savedsearch_due"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def description(self) -> str:
        """What is looked for, in a line."""
        asked = QueryDict(self.query)
        text = " ".join(asked.get("q", "").split())
        filters = [
            filter_words(name, value)
            for name, values in asked.lists()
            if name in _PARAMETERS
            for value in values
            if value
        ]
        if asked.get("offen"):
            filters.append(str(_("nur offene Fragen")))
        return " · ".join([f"„{text}“" if text else str(_("alles")), *filters])


class SavedSearchFinding(models.Model):
    """That a person was told of this object: once for each saved search."""

    saved_search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="findings")
    object_type = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    mail = models.PositiveIntegerField()  # the saved search's mail that tells it

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["saved_search", "object_type", "object_id"], name="cms_told_once"
            )
        ]
        indexes = [models.Index(fields=["saved_search", "mail"], name="cms_finding_mail")]

    def __str__(self) -> str:
        return f"{self.object_type}:{self.object_id}"
