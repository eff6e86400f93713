"""Settings of the site that the office edits."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

from cms.models.choices import SecondFactorFor
from cms.permissions.wagtail_policies import OfficeSettingsPolicy


@register_setting(icon="cog")
class GuideSettings(ClusterableModel, BaseSiteSetting):
    """Funding notice and texts that stand on many pages."""

    programme_name = models.CharField(
        _("Name des Programms"), max_length=120, default="Lebendiger Leitfaden"
    )
    guide_introduction = models.TextField(
        _("Einleitung des Leitfadens"),
        blank=True,
        default=(
            "Was Projekte im Stadtteil erfahren haben: was trägt, was nicht, worüber gestritten "
            "wird. Der Leitfaden wächst mit jedem Erfahrungsaustausch."
        ),
    )
    funding_notice = models.TextField(
        _("Fördertext"), blank=True, help_text=_("Steht mit den Logos am Fuß jeder Seite.")
    )
    contact_email = models.EmailField(
        _("E-Mail der Koordinierungsstelle"),
        blank=True,
        help_text=_("Hierher gehen Meldungen über Barrieren."),
    )

    review_days = models.PositiveSmallIntegerField(
        _("Prüfen innerhalb von (Tagen)"),
        default=14,
        help_text=_("Was länger auf die Prüfung wartet, gilt als überfällig."),
    )
    require_second_factor = models.CharField(
        _("Zweiter Faktor ist Pflicht für"),
        max_length=10,
        choices=SecondFactorFor,
        default=SecondFactorFor.NOBODY,
        help_text=_(
            "Wer dazugehört und noch keinen hat, richtet ihn bei der nächsten Anmeldung ein."
        ),
    )
    audit_months = models.PositiveSmallIntegerField(
        _("Namen im Protokoll löschen nach (Monaten)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Was geschehen ist, bleibt im Protokoll; wer es war, nur so lange."),
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("programme_name"),
                FieldPanel("guide_introduction"),
                FieldPanel("contact_email"),
            ],
            heading=_("Texte"),
        ),
        MultiFieldPanel([FieldPanel("review_days")], heading=_("Prüfung")),
        MultiFieldPanel(
            [FieldPanel("require_second_factor"), FieldPanel("audit_months")],
            heading=_("Zugänge und Protokoll"),
        ),
        MultiFieldPanel(
            [FieldPanel("funding_notice"), InlinePanel("logos", label=_("Logo"))],
            heading=_("Förderhinweis"),
        ),
    ]

    class Meta:
        verbose_name = _("Leitfaden und Förderhinweis")
        default_permissions = ()

    @classmethod
    def days_to_review(cls) -> int:
        """After how many days a waiting entry is overdue, on the default site."""
        return (cls.objects.filter(site__is_default_site=True).first() or cls()).review_days

    @classmethod
    def get_permission_policy(cls):
        return OfficeSettingsPolicy(cls)


class FundingLogo(Orderable):
    """A logo of a funder, with the text that is read aloud."""

    settings = ParentalKey(GuideSettings, on_delete=models.CASCADE, related_name="logos")
    image = models.ForeignKey("wagtailimages.Image", on_delete=models.CASCADE, related_name="+")
    alt_text = models.CharField(_("Beschreibung"), max_length=255)

    class Meta(Orderable.Meta):
        verbose_name = _("Logo")

    def __str__(self) -> str:
        return self.alt_text
