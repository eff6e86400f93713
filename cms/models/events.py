"""Events and their tables: where experiences come from."""

from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from cms.models.choices import EventKindChoices
from cms.models.guide_page import GuidePageMixin, ProjectPageMixin

TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link"]

NOTES_HELP = _(
    "Was im Protokoll stand und sich nicht einordnen ließ. Das sehen nur die Projekte und die "
    "Koordinierungsstelle, nie die Öffentlichkeit."
)


class EventIndexPage(GuidePageMixin, Page):
    """The list of events, at /veranstaltungen/."""

    introduction = models.TextField(_("Einleitung"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ExchangeEventPage"]
    max_count = 1
    private_page_options: list[str] = []
    template = "cms/event_index.html"

    class Meta:
        verbose_name = _("Liste der Veranstaltungen")
        default_permissions = ()


class ExchangeEventPage(ProjectPageMixin, Page):
    """An exchange of experience, a steering group or another meeting."""

    kind = models.CharField(
        _("Art"), max_length=20, choices=EventKindChoices.choices, default=EventKindChoices.EXCHANGE
    )
    number = models.PositiveSmallIntegerField(
        _("Nummer"), null=True, blank=True, help_text=_("Der wievielte Erfahrungsaustausch es war.")
    )
    date = models.DateField(_("Datum"), null=True, blank=True)
    place = models.CharField(_("Ort"), max_length=255, blank=True)
    host_project = models.ForeignKey(
        "cms.Project",
        verbose_name=_("Gastgeber"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="hosted_events",
    )
    project = models.ForeignKey(
        "cms.Project",
        verbose_name=_("Projekt der Steuerungsgruppe"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="steering_events",
        help_text=_("Nur bei einer Steuerungsgruppe."),
    )
    introduction = RichTextField(
        _("Einleitung"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("Worum es ging, für alle lesbar."),
    )
    programme = RichTextField(_("Programm"), blank=True, features=TEXT_FEATURES)
    material = RichTextField(_("Material"), blank=True, features=TEXT_FEATURES)
    plenary = RichTextField(
        _("Plenum"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("Was am Ende zusammengefasst wurde."),
    )
    notes = RichTextField(
        _("Notizen aus dem Protokoll"), blank=True, features=TEXT_FEATURES, help_text=NOTES_HELP
    )
    import_key = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("number")]),
                FieldRowPanel([FieldPanel("date"), FieldPanel("place")]),
                FieldRowPanel([FieldPanel("host_project"), FieldPanel("project")]),
            ],
            heading=_("Eckdaten"),
        ),
        HelpPanel(
            _("<p>Veröffentlicht ist diese Seite für alle lesbar, nur die Notizen nicht.</p>")
        ),
        FieldPanel("introduction"),
        FieldPanel("programme"),
        FieldPanel("material"),
        FieldPanel("plenary"),
        FieldPanel("notes"),
    ]
    parent_page_types = ["cms.EventIndexPage"]
    subpage_types = ["cms.TablePage"]
    private_page_options: list[str] = []
    template = "cms/event.html"

    class Meta:
        verbose_name = _("Veranstaltung")
        verbose_name_plural = _("Veranstaltungen")
        default_permissions = ()

    def route(self, request, path_components):
        """As Wagtail, but what lies below an event that is not published is not found either."""
        if path_components and not self.live:
            raise Http404
        return super().route(request, path_components)


class TablePage(GuidePageMixin, Page):
    """A thematic table of an event."""

    number = models.PositiveSmallIntegerField(_("Nummer"), null=True, blank=True)
    topics = ParentalManyToManyField(
        "cms.Topic", verbose_name=_("Themen"), blank=True, related_name="tables"
    )
    summary = RichTextField(_("Zusammenfassung für das Plenum"), blank=True, features=TEXT_FEATURES)
    notes = RichTextField(
        _("Notizen aus dem Protokoll"), blank=True, features=TEXT_FEATURES, help_text=NOTES_HELP
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("number"),
        FieldPanel("topics"),
        InlinePanel("moderators", heading=_("Moderation"), label=_("Person")),
        FieldPanel("summary"),
        FieldPanel("notes"),
    ]
    parent_page_types = ["cms.ExchangeEventPage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []
    template = "cms/table.html"

    class Meta:
        verbose_name = _("Tisch")
        verbose_name_plural = _("Tische")
        default_permissions = ()


class Moderator(Orderable):
    """Who moderated a table: a name and an organisation, no account."""

    table = ParentalKey(TablePage, on_delete=models.CASCADE, related_name="moderators")
    name = models.CharField(_("Name"), max_length=255)
    organisation = models.CharField(_("Organisation"), max_length=255, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("Moderation")

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name
