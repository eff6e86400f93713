"""The home page and the pages with fixed texts below it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.models.events import TEXT_FEATURES
from cms.models.guide_page import GuidePageMixin


class HomePage(GuidePageMixin, Page):
    """The home page: what the programme is. Lists are added when it is read."""

    headline = models.CharField(_("Überschrift"), max_length=255, blank=True)
    introduction = models.TextField(
        _("Was das Programm ist"),
        blank=True,
        help_text=_("Zwei bis drei Sätze für alle, die neu sind."),
    )

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.EventIndexPage", "cms.NewsIndexPage", "cms.InfoPage"]
    max_count = 1
    private_page_options: list[str] = []
    template = "cms/home.html"

    class Meta:
        verbose_name = _("Startseite")
        default_permissions = ()


class InfoPage(GuidePageMixin, Page):
    """Imprint, privacy, accessibility statement, plain language and the like."""

    body = RichTextField(_("Text"), blank=True, features=["h2", *TEXT_FEATURES])
    has_barrier_form = models.BooleanField(_("Formular „Barriere melden“ zeigen"), default=False)
    in_footer = models.BooleanField(_("am Fuß jeder Seite verlinken"), default=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("has_barrier_form"),
        FieldPanel("in_footer"),
    ]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []
    template = "cms/info.html"

    class Meta:
        verbose_name = _("Seite mit Text")
        verbose_name_plural = _("Seiten mit Text")
        default_permissions = ()
