"""Decisions and follow-ups of a table or an event."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import DraftStateMixin, RevisionMixin

from cms.domain.circles import DEFAULT_CIRCLE
from cms.models.choices import CircleChoices, OutcomeKindChoices, OutcomeStateChoices


class Outcome(DraftStateMixin, RevisionMixin, models.Model):
    """What was agreed on (decision) or is to be done (follow-up)."""

    kind = models.CharField(
        _("Art"),
        max_length=10,
        choices=OutcomeKindChoices.choices,
        default=OutcomeKindChoices.DECISION,
    )
    title = models.CharField(_("Kurz gesagt"), max_length=255)
    text = models.TextField(_("Wortlaut"), blank=True)
    project = models.ForeignKey(
        "cms.Project", verbose_name=_("Projekt"), on_delete=models.PROTECT, related_name="outcomes"
    )
    event = models.ForeignKey(
        "cms.ExchangeEventPage",
        verbose_name=_("Veranstaltung"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="outcomes",
    )
    table = models.ForeignKey(
        "cms.TablePage",
        verbose_name=_("Tisch"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="outcomes",
    )
    responsible = models.CharField(_("Wer kümmert sich"), max_length=255, blank=True)
    due_date = models.DateField(_("Bis wann"), null=True, blank=True)
    state = models.CharField(
        _("Stand"),
        max_length=10,
        choices=OutcomeStateChoices.choices,
        default=OutcomeStateChoices.OPEN,
    )
    deferred_to = models.ForeignKey(
        "cms.ExchangeEventPage",
        verbose_name=_("vertagt auf"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deferred_outcomes",
    )
    visibility = models.CharField(
        _("Wer das sehen darf"),
        max_length=10,
        choices=CircleChoices.choices,
        default=DEFAULT_CIRCLE.value,
    )
    import_key = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    # Wagtail's default is live at once; with us nothing is published by being created.
    live = models.BooleanField(verbose_name=_("veröffentlicht"), default=False, editable=False)

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("state")]),
        FieldPanel("title"),
        FieldPanel("text"),
        MultiFieldPanel(
            [FieldPanel("project"), FieldPanel("event"), FieldPanel("table")], heading=_("Woher")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("responsible"), FieldPanel("due_date")]),
                FieldPanel("deferred_to"),
            ],
            heading=_("Wie es weitergeht"),
        ),
        FieldPanel("visibility"),
    ]

    class Meta:
        verbose_name = _("Beschluss oder Weiterverfolgung")
        verbose_name_plural = _("Beschlüsse und Weiterverfolgungen")
        ordering = ["id"]
        default_permissions = ()
        indexes = [models.Index(fields=["live", "visibility"], name="cms_outcome_live")]

    def __str__(self) -> str:
        return self.title

    def clean(self):
        if self.state == OutcomeStateChoices.DEFERRED and self.deferred_to is None:
            raise ValidationError({"deferred_to": _("Auf welche Veranstaltung ist das vertagt?")})

    def check_complete(self):
        """Raises ValidationError if the outcome can't be published as it is."""
        self.full_clean(exclude=["latest_revision", "live_revision"])
