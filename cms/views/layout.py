"""What stands around every page: the menu, the footer's links and logos."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Site

from cms.models import EventIndexPage, GuideSettings, InfoPage, NewsIndexPage
from cms.models.site_settings import FundingLogo

#: Fixed addresses of the design: the guide knows where its search is, not what it is.
SEARCH_ADDRESS = "/suche/"
#: A frame is read anew after so many seconds (setting GUIDE_FRAME_SECONDS): so late a changed
#: menu or footer may show. Reading it costs more than a search.
FRAME_SECONDS = 2


@dataclass(frozen=True)
class MenuItem:
    """A link of a menu. ``current`` is the value of aria-current: page, true or nothing."""

    title: str
    url: str
    current: str = ""

    @property
    def is_current(self) -> bool:
        return bool(self.current)


@dataclass(frozen=True)
class Frame:
    """What the database says about the frame of a site's pages: the same for every reader."""

    guide: GuideSettings | None
    logos: list[FundingLogo]
    footer: list[MenuItem]
    events: str | None
    news: str | None


def frame(request) -> Frame:
    """The frame of the site that is asked: read once for a request, and kept for a moment."""
    if request is None:
        return _read_frame(request)
    if not hasattr(request, "guide_frame"):
        key = f"guide-frame-{request.get_host()}"
        seconds = getattr(settings, "GUIDE_FRAME_SECONDS", FRAME_SECONDS)
        request.guide_frame = cache.get_or_set(key, lambda: _read_frame(request), seconds)
    return request.guide_frame


def _read_frame(request) -> Frame:
    site = Site.find_for_request(request)
    guide = GuideSettings.for_site(site) if site else None
    return Frame(
        guide,
        list(FundingLogo.objects.filter(settings=guide.pk).select_related("image"))
        if guide
        else [],
        _footer_pages(request),
        _index_address(EventIndexPage, request),
        _index_address(NewsIndexPage, request),
    )


def main_menu(request) -> list[MenuItem]:
    """The main menu; lists of events and news are left out where the site has none."""
    around = frame(request)
    links = [
        (_("Leitfaden"), reverse("cms:guide")),
        (_("Veranstaltungen"), around.events),
        (_("Projekte"), reverse("cms:projects")),
        (_("Aktuelles"), around.news),
        (_("Suche"), SEARCH_ADDRESS),
    ]
    path = getattr(request, "path", "")
    return [MenuItem(title, url, _current(url, path)) for title, url in links if url]


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""


def _index_address(model, request) -> str | None:
    """The address of the site's one page of this kind (a list of events or news)."""
    page = model.objects.live().first()
    return page.get_url(request) if page else None


def _footer_pages(request) -> list[MenuItem]:
    """The office's text pages that every page links at its foot."""
    pages = InfoPage.objects.live().filter(in_footer=True).order_by("path")
    links = [(page.title, page.get_url(request)) for page in pages]
    return [MenuItem(title, url) for title, url in links if url]
