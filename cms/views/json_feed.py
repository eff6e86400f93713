"""JSON Feed 1.1 (jsonfeed.org) as a format of Django's syndication framework."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.feedgenerator import SyndicationFeed

VERSION = "https://jsonfeed.org/version/1.1"


class JsonFeed(SyndicationFeed):
    """Writes a feed as JSON; what is empty is left out."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding: str) -> None:
        """Writes the whole feed to ``outfile``, as Django's own formats do."""
        feed = self.feed
        data = _without_empty(
            {
                "version": VERSION,
                "title": feed["title"],
                "home_page_url": feed["link"],
                "feed_url": feed["feed_url"],
                "description": feed["description"],
                "language": feed["language"],
            }
        )
        # An empty list is a feed of nothing; a missing one is no feed.
        data["items"] = [_item(item) for item in self.items]
        outfile.write(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).encode(encoding))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    author = _without_empty({"name": item["author_name"], "url": item["author_link"]})
    return _without_empty(
        {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_text": item["description"],
            "date_published": item["pubdate"],
            "date_modified": item["updateddate"],
            "authors": [author] if author else [],
            "tags": list(item["categories"]),
        }
    )


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}
