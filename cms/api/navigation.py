"""``@breadcrumbs``, ``@navigation``, ``@contextnavigation``, ``@navroot``: where one is."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from cms import published
from cms.api.addresses import GUIDE, PROJECTS, address, api_root, public_path
from cms.api.contract import parameter, reader, whole_number
from cms.api.summaries import LEAVES, envelope_summary, type_name
from cms.api.traversal import Found, Item, find, home, top_level, visible_topic_nodes, way_to
from cms.models import EventIndexPage, ExchangeEventPage, HomePage, Topic

JSON = dict[str, Any]

MAX_DEPTH = 10
#: So many items of one level are named in a navigation; all of them are in the folder itself.
MAX_ITEMS = 200
DEPTH = "expand.navigation.depth"
_CONTEXT = "expand.contextnavigation."


def breadcrumbs(found: Found, request: HttpRequest) -> JSON:
    """The way from the home page, which is left out, to the object."""
    below_home = way_to(found, request)[1:]
    return {
        "root": api_root(request),
        "items": [{"@id": address(obj, request), "title": str(obj.title)} for obj in below_home],
    }


def navroot(found: Found, request: HttpRequest) -> JSON:
    """The top of the site: there is one navigation, wherever one stands."""
    top = home(request)
    metadata = ("UID", "created", "modified", "effective", "is_folderish")
    return {"navroot": {**envelope_summary(top, request, metadata), "id": "", "parent": {}}}


def navigation(found: Found, request: HttpRequest) -> JSON:
    """The top of the site; from a depth of 2 on with the guide's topics.

    Raises ApiError (400) for a depth that is no number from 1 to MAX_DEPTH.
    """
    depth, items = navigation_depth(request), []
    for obj in top_level(request):
        item = {**envelope_summary(obj, request), "items": []}
        if obj == GUIDE:
            item["items"] = _topics(published.topic_tree(reader(request)), depth - 1, request)
        items.append(item)
    return {"items": items}


def navigation_depth(request: HttpRequest) -> int:
    """How many levels are asked for. Raises ApiError (400)."""
    default = parameter(request, "depth", "1")
    return whole_number(request, DEPTH, default, least=1, most=MAX_DEPTH)


def _topics(nodes: list[published.TopicNode], depth: int, request: HttpRequest) -> list[JSON]:
    if depth == 0:
        return []
    return [
        {
            **envelope_summary(node.topic, request),
            "items": _topics(node.children, depth - 1, request),
        }
        for node in nodes
    ]


# --- what stands around an object ----------------------------------------------------------------


def context_navigation(found: Found, request: HttpRequest) -> JSON:
    """The tree around an object, as Plone's navigation portlet: open along the way to it.

    Raises ApiError (400) for parameters that are no numbers, Http404 for a ``root_path`` where
    nothing is.
    """
    top = whole_number(request, f"{_CONTEXT}topLevel", 1, most=MAX_DEPTH)
    bottom = whole_number(request, f"{_CONTEXT}bottomLevel", 0, most=MAX_DEPTH) or MAX_DEPTH
    name = parameter(request, f"{_CONTEXT}name")
    way = _way(found, request)
    start = _start(way, top, request)
    items = _around(start, way, bottom - top, request) if start is not None else []
    if start is not None and _is_set(request, "includeTop"):
        items = [{**_item(start, way, request), "items": []}, *items]
    return {
        "available": bool(items),
        "has_custom_name": bool(name),
        "title": name or gettext("Navigation"),
        "url": address(start if start is not None else way[0], request),
        "items": items,
    }


def _way(found: Found, request: HttpRequest) -> list[Item]:
    """From the root (the home page, or ``root_path``) to the object; the root alone elsewhere."""
    way = way_to(found, request)
    root_path = parameter(request, f"{_CONTEXT}root_path").strip("/")
    if not root_path:
        return way
    root = find(root_path, request).obj
    return way[way.index(root) :] if root in way else [root]


def _start(way: list[Item], top: int, request: HttpRequest) -> Item | None:
    if not _is_set(request, "currentFolderOnly"):
        return way[top] if top < len(way) else None
    return next((obj for obj in reversed(way) if type_name(obj) not in LEAVES), None)


def _is_set(request: HttpRequest, name: str) -> bool:
    return parameter(request, f"{_CONTEXT}{name}").lower() in ("1", "true", "yes", "on")


def _around(obj: Item, way: list[Item], depth: int, request: HttpRequest) -> list[JSON]:
    """What ``obj`` holds, so many levels deep, and below it only what lies on the way."""
    if depth <= 0:
        return []
    return [
        {
            **_item(held, way, request),
            "items": _around(held, way, depth - 1, request) if held in way else [],
        }
        for held in islice(_held(obj, request), MAX_ITEMS)
    ]


def _held(obj: Item, request: HttpRequest) -> Iterable[Item]:
    """What of the site's structure lies in ``obj``; entries and news are in lists, not in it."""
    match obj:
        case HomePage():
            return top_level(request)
        case Topic():
            return [child.topic for child in visible_topic_nodes(request)[obj.pk].children]
        case EventIndexPage():
            return published.events()[:MAX_ITEMS]
        case ExchangeEventPage():
            return published.tables().child_of(obj)
    if obj == GUIDE:
        nodes = visible_topic_nodes(request).values()
        return [node.topic for node in nodes if node.parent is None]
    return published.projects()[:MAX_ITEMS] if obj == PROJECTS else ()


def _item(obj: Item, way: list[Item], request: HttpRequest) -> JSON:
    metadata = envelope_summary(obj, request, ("is_folderish",))
    return {
        "@id": metadata["@id"],
        "href": metadata["@id"],
        "title": metadata["title"],
        "description": metadata["description"],
        "review_state": metadata["review_state"],
        "type": type_name(obj).lower(),
        "normalized_id": public_path(obj, request).rpartition("/")[2],
        "is_folderish": metadata["is_folderish"],
        "is_current": obj == way[-1],
        "is_in_path": obj in way[:-1],
        "icon": "",
        "thumb": "",
    }
