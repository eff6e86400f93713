"""/sitemap.xml and /robots.txt: what search machines are to find. Public things only."""

from collections.abc import Iterable
from functools import cached_property

from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms import published
from cms.domain.reader import ANONYMOUS
from cms.models import EventIndexPage, Experience, HomePage, NewsIndexPage, Project

#: Addresses in one file; the protocol allows 50,000.
BATCH = 10_000

ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /intern/
Disallow: /anmelden/
Disallow: /suche/
Sitemap: {sitemap}
"""


class _ByNumber(Paginator):
    """Rows in batches of their primary keys: the last of a hundred costs what the first does.

    A batch has the rows of BATCH numbers, fewer where some are not public; nothing is counted.
    """

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by("-pk").values_list("pk", flat=True).first() or 0

    def page(self, number):
        number = self.validate_number(number)
        end = number * self.per_page
        rows = self.object_list.filter(pk__gt=end - self.per_page, pk__lte=end).order_by("pk")
        return self._get_page(rows, number, self)


class ExperienceSitemap(Sitemap):
    """The public entries."""

    limit = BATCH

    @property
    def paginator(self) -> Paginator:
        return _ByNumber(self.items(), self.limit)

    def items(self) -> QuerySet[Experience]:
        rows = published.experiences(ANONYMOUS).select_related(None).order_by("pk")
        return rows.only("slug", "last_published_at")

    def lastmod(self, entry: Experience):
        return entry.last_published_at

    def get_latest_lastmod(self) -> None:
        """Not told in the index: it would read all entries for it."""


class ProjectSitemap(Sitemap):
    """The projects; Django's own batches will do for a thousand."""

    limit = BATCH

    def items(self) -> QuerySet[Project]:
        return Project.objects.order_by("pk").only("slug")


class TopicSitemap(Sitemap):
    """The chapters in which the public finds something."""

    limit = BATCH

    def items(self) -> list[published.TopicNode]:
        tree = published.topic_tree(ANONYMOUS)
        return list(published.topic_nodes(tree).values())

    def location(self, node: published.TopicNode) -> str:
        return reverse("cms:topic", args=[node.path])


class FolderSitemap(Sitemap):
    """The lists that the guide has beside the pages."""

    def items(self) -> list[str]:
        return ["cms:guide", "cms:experiences", "cms:projects"]

    def location(self, name: str) -> str:
        return reverse(name)


class PageSitemap(Sitemap):
    """Wagtail's pages: of the office, of events and their tables, of news."""

    limit = BATCH

    def items(self) -> list:
        lists = (model.objects.live() for model in (HomePage, EventIndexPage, NewsIndexPage))
        parts: Iterable = (
            *lists,
            published.events(),
            published.tables(),
            published.news(),
            published.info_pages(),
        )
        pages = [page for part in parts for page in part.order_by("path")]
        return [page for page in pages if page.get_url_parts()]

    def location(self, page) -> str:
        return page.get_url_parts()[2]

    def lastmod(self, page):
        return page.last_published_at


SITEMAPS = {
    "pages": PageSitemap,
    "folders": FolderSitemap,
    "topics": TopicSitemap,
    "projects": ProjectSitemap,
    "experiences": ExperienceSitemap,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """/robots.txt: pages for people with an account, and pages without an end, are no use."""
    sitemap = request.build_absolute_uri(reverse("cms:sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type="text/plain; charset=utf-8")
