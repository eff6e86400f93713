"""What stands around every page: the menu, the footer's links and logos."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models import EventIndexPage, GuideSettings, InfoPage, NewsIndexPage
from cms.models.site_settings import FundingLogo

#: Fixed addresses of the design: the guide knows where its search is, not what it is.
SEARCH_ADDRESS = "/suche/"


@dataclass(frozen=True)
class MenuItem:
    """A link of a menu. ``current`` is the value of aria-current: page, true or nothing."""

    title: str
    url: str
    current: str = ""

    @property
    def is_current(self) -> bool:
        return bool(self.current)


def main_menu(request) -> list[MenuItem]:
    """The main menu; lists of events and news are left out where the site has none."""
    links = [
        (_("Leitfaden"), reverse("cms:guide")),
        (_("Veranstaltungen"), index_address(EventIndexPage, request)),
        (_("Projekte"), reverse("cms:projects")),
        (_("Aktuelles"), index_address(NewsIndexPage, request)),
        (_("Suche"), SEARCH_ADDRESS),
    ]
    path = getattr(request, "path", "")
    return [MenuItem(title, url, _current(url, path)) for title, url in links if url]


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""


def index_address(model, request) -> str | None:
    """The address of the site's one page of this kind (a list of events or news)."""
    page = model.objects.live().first()
    return page.get_url(request) if page else None


def footer_pages(request) -> list[MenuItem]:
    """The office's text pages that every page links at its foot."""
    pages = InfoPage.objects.live().filter(in_footer=True).order_by("path")
    links = [(page.title, page.get_url(request)) for page in pages]
    return [MenuItem(title, url) for title, url in links if url]


def funding_logos(guide: GuideSettings | None) -> list[FundingLogo]:
    """The funders' logos in their order, with their images."""
    if not guide:
        return []
    return list(FundingLogo.objects.filter(settings=guide.pk).select_related("image"))
