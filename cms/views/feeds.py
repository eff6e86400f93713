"""What is new, as Atom and JSON feeds: of the whole guide, of a topic, of a project.

Public things only, whoever asks: a feed is kept, passed on and read by programs that carry no
credentials.
"""

from datetime import UTC, datetime
from heapq import merge
from itertools import islice

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from cms import published
from cms.domain.plain import to_plain_text
from cms.domain.reader import ANONYMOUS
from cms.models import Experience, NewsPage, Project
from cms.published.topics import TopicNode
from cms.views.attribution import named_project, of_project
from cms.views.json_feed import JsonFeed

LENGTH = 50
UNNAMED = "ein Projekt"
#: An empty feed says that nothing has changed since then, and not that it changes all the time.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Item = Experience | NewsPage


class AtomFeed(Atom1Feed):
    """Django's Atom, which takes a summary for HTML; an empty one is the same at each request."""

    def add_item(self, title: str, link: str, description: str, **kwargs) -> None:
        super().add_item(title, link, linebreaks(description, autoescape=True), **kwargs)

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER


FORMATS = {"atom": AtomFeed, "json": JsonFeed}


class WhatIsNew(Feed):
    """The newest entries and news of the whole guide, the newest first."""

    language = settings.LANGUAGE_CODE

    def __init__(self, format_name: str) -> None:
        self.feed_type = FORMATS[format_name]

    def get_object(self, request: HttpRequest, *args, **kwargs):
        # Kept for the ids, which name the host.
        self._host = request.get_host().partition(":")[0]
        return self.subject(**kwargs)

    def subject(self):
        """What the feed is about; None for the whole guide. Raises Http404."""
        return None

    def title(self, obj) -> str:
        return _("Neu im Leitfaden")

    def link(self, obj) -> str:
        return reverse("cms:guide")

    def description(self, obj) -> str:
        return _("Was zuletzt veröffentlicht wurde und alle lesen dürfen.")

    subtitle = description

    def items(self, obj) -> list[Item]:
        entries = published.with_details(self.entries(obj))[:LENGTH]
        news = self.news(obj)
        news = news.order_by("-first_published_at", "-pk")[:LENGTH]
        return list(islice(merge(entries, news, key=_published_at, reverse=True), LENGTH))

    def entries(self, obj):
        """The public entries of the subject, the newest first."""
        return published.experiences(ANONYMOUS)

    def news(self, obj):
        """The news of the subject."""
        return published.news()

    def item_title(self, item: Item) -> str:
        return item.title

    def item_description(self, item: Item) -> str:
        """The whole text as plain words: markup of ours means nothing on a page of theirs."""
        if isinstance(item, NewsPage):
            return "\n\n".join(filter(None, [item.teaser, to_plain_text(item.body)]))
        return to_plain_text(item.body)

    def item_link(self, item: Item) -> str:
        return item.get_absolute_url() if isinstance(item, Experience) else item.get_url()

    def item_guid(self, item: Item) -> str:
        """Neither a new title nor another project or address makes it another item."""
        kind = "experience" if isinstance(item, Experience) else "news"
        return f"tag:{self._host},{_published_at(item):%Y-%m-%d}:{kind}/{item.pk}"

    def item_author_name(self, item: Item) -> str:
        project = named_project(item)
        return project.title if project else UNNAMED

    def item_author_link(self, item: Item) -> str | None:
        project = named_project(item)
        return self._request_address(project) if project else None

    def item_pubdate(self, item: Item) -> datetime:
        return _published_at(item)

    def item_updateddate(self, item: Item) -> datetime:
        return item.last_published_at or _published_at(item)

    def item_categories(self, item: Item) -> list[str]:
        if isinstance(item, NewsPage):
            return []
        return [topic.title for topic in item.topics.all()]

    def __call__(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self._request_address = lambda obj: request.build_absolute_uri(obj.get_absolute_url())
        return super().__call__(request, *args, **kwargs)


class OfTopic(WhatIsNew):
    """The same of a topic and those below it."""

    def subject(self, slug: str) -> TopicNode:
        nodes = published.topic_nodes(published.topic_tree(ANONYMOUS)).values()
        node = next((node for node in nodes if node.topic.slug == slug), None)
        if node is None:
            raise Http404
        return node

    def title(self, obj: TopicNode) -> str:
        return _("Neu im Leitfaden: %(title)s") % {"title": obj.topic.title}

    def link(self, obj: TopicNode) -> str:
        return reverse("cms:topic", args=[obj.path])

    def entries(self, obj: TopicNode):
        topic_ids = [node.topic.pk for node in obj.below()]
        tagged = Experience.topics.through.objects.filter(topic_id__in=topic_ids)
        return super().entries(obj).filter(pk__in=tagged.values("experience_id"))

    def news(self, obj: TopicNode):
        return published.news().none()  # news have no topics


class OfProject(WhatIsNew):
    """The same of a project: entries that carry its name, and its news."""

    def subject(self, slug: str) -> Project:
        return get_object_or_404(published.projects(), slug=slug)

    def title(self, obj: Project) -> str:
        return _("Neu von %(title)s") % {"title": obj.title}

    def link(self, obj: Project) -> str:
        return obj.get_absolute_url()

    def entries(self, obj: Project):
        return of_project(super().entries(obj), obj)

    def news(self, obj: Project):
        return published.news().filter(project=obj)


def _published_at(item: Item) -> datetime:
    return item.first_published_at or NEVER


@require_safe
@conditional_page
def whole(request: HttpRequest, format_name: str) -> HttpResponse:
    """/feeds/neu.atom and /feeds/neu.json."""
    return _kept(WhatIsNew(format_name)(request))


@require_safe
@conditional_page
def of_topic(request: HttpRequest, slug: str, format_name: str) -> HttpResponse:
    """/feeds/thema/<topic>.atom: a topic that only drafts use is not told (404)."""
    return _kept(OfTopic(format_name)(request, slug=slug))


@require_safe
@conditional_page
def of_one_project(request: HttpRequest, slug: str, format_name: str) -> HttpResponse:
    """/feeds/projekt/<project>.atom."""
    return _kept(OfProject(format_name)(request, slug=slug))


def _kept(response: HttpResponse) -> HttpResponse:
    """Proxies may keep it and ask each time: what is withdrawn is gone at once.

    No Last-Modified: a withdrawal makes a feed older, and who asks by date would keep it.
    """
    del response["Last-Modified"]
    patch_cache_control(response, public=True, no_cache=True)
    return response


def feed_links(obj: Model | None = None) -> list[tuple[str, str]]:
    """Media types and addresses of the feeds: of a topic, a project, or the whole guide."""
    name, values = "cms:feed", {}
    if obj is not None:
        name = "cms:project_feed" if isinstance(obj, Project) else "cms:topic_feed"
        values = {"slug": obj.slug}
    return [
        (
            FORMATS[kind].content_type.partition(";")[0],
            reverse(name, kwargs=values | {"format_name": kind}),
        )
        for kind in FORMATS
    ]
