"""Short news."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.models.events import TEXT_FEATURES
from cms.models.guide_page import GuidePageMixin, ProjectPageMixin
from cms.models.picture import PICTURE_PANEL, PictureMixin


class NewsIndexPage(GuidePageMixin, Page):
    """The list of news, at /aktuelles/."""

    introduction = models.TextField(_("Einleitung"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1
    private_page_options: list[str] = []
    template = "cms/news_index.html"

    class Meta:
        verbose_name = _("Liste der Meldungen")
        default_permissions = ()


class NewsPage(ProjectPageMixin, PictureMixin, Page):
    """A short news item of a project or of the office."""

    date = models.DateField(_("Datum"), default=timezone.localdate)
    project = models.ForeignKey(
        "cms.Project",
        verbose_name=_("Projekt"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="news",
    )
    teaser = models.TextField(
        _("In einem Satz"), blank=True, help_text=_("Steht auf der Startseite und in Listen.")
    )
    body = RichTextField(_("Text"), blank=True, features=TEXT_FEATURES)

    content_panels = [
        *Page.content_panels,
        *map(FieldPanel, ("date", "project", "teaser")),
        PICTURE_PANEL,
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []
    template = "cms/news.html"

    class Meta:
        verbose_name = _("Meldung")
        verbose_name_plural = _("Meldungen")
        default_permissions = ()
