"""What stands beside an object: links in ``@components``, filled in with ``expand=a,b``.

Each one is a service of its own too: ``/api/<path>/@breadcrumbs``.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from cms import published
from cms.api.addresses import GUIDE, address, api_root
from cms.api.contract import ApiError, parameter, parameter_list, reader
from cms.api.summaries import envelope_summary, review_state
from cms.api.traversal import Found, top_level
from cms.domain.kinds import State
from cms.models.choices import StateChoices

MAX_DEPTH = 10


def components(found: Found, request: HttpRequest) -> dict[str, Any]:
    """``@components`` of an object: a link each, or the whole for those in ``expand``."""
    wanted = parameter_list(request, "expand")
    return {
        name: component(name, found, request) if name in wanted else _link(name, found, request)
        for name in EXPANDERS
    }


def component(name: str, found: Found, request: HttpRequest) -> dict[str, Any]:
    """One of EXPANDERS, filled in. Raises ApiError (400) for a depth that is no number."""
    return {**_link(name, found, request), **EXPANDERS[name](found, request)}


def _link(name: str, found: Found, request: HttpRequest) -> dict[str, str]:
    return {"@id": f"{address(found.obj, request)}/@{name}"}


def _breadcrumbs(found: Found, request: HttpRequest) -> dict[str, Any]:
    below_home = [*found.above, found.obj][1:]
    return {
        "root": api_root(request),
        "items": [{"@id": address(obj, request), "title": str(obj.title)} for obj in below_home],
    }


def _navigation(found: Found, request: HttpRequest) -> dict[str, Any]:
    """The top of the site; from a depth of 2 on with the guide's topics."""
    depth = _depth(request)
    items = []
    for obj in top_level(request):
        item = {**envelope_summary(obj, request), "items": []}
        if obj == GUIDE:
            item["items"] = _topics(published.topic_tree(reader(request)), depth - 1, request)
        items.append(item)
    return {"items": items}


def _depth(request: HttpRequest) -> int:
    text = parameter(request, "expand.navigation.depth") or parameter(request, "depth", "1")
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MAX_DEPTH:
        message = gettext("Bitte eine Zahl von 1 bis %(most)d angeben.") % {"most": MAX_DEPTH}
        raise ApiError(400, errors=[("expand.navigation.depth", message)])
    return int(text)


def _topics(
    nodes: list[published.TopicNode], depth: int, request: HttpRequest
) -> list[dict[str, Any]]:
    if depth == 0:
        return []
    return [
        {
            **envelope_summary(node.topic, request),
            "items": _topics(node.children, depth - 1, request),
        }
        for node in nodes
    ]


def _actions(found: Found, request: HttpRequest) -> dict[str, Any]:
    """Nothing: the API reads. What can be done comes with the services that do it."""
    return {"object": [], "object_buttons": [], "user": []}


def _types(found: Found, request: HttpRequest) -> dict[str, Any]:
    """Nothing can be added over the API yet."""
    return {"items": []}


def _workflow(found: Found, request: HttpRequest) -> dict[str, Any]:
    state = review_state(found.obj, request)
    title = str(StateChoices(State(state)).label) if state else None
    return {"state": {"id": state, "title": title}, "transitions": []}


EXPANDERS: dict[str, Callable[[Found, HttpRequest], dict[str, Any]]] = {
    "actions": _actions,
    "breadcrumbs": _breadcrumbs,
    "navigation": _navigation,
    "types": _types,
    "workflow": _workflow,
}
