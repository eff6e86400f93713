"""What stands beside an object: links in ``@components``, filled in with ``expand=a,b``.

Each one is a service of its own too: ``/api/<path>/@breadcrumbs``.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from cms.api.actions import actions_of
from cms.api.addresses import address
from cms.api.content_types import types_of
from cms.api.contract import parameter_list
from cms.api.navigation import breadcrumbs, context_navigation, navigation, navroot
from cms.api.traversal import Found
from cms.api.workflow import workflow_info

#: As in Plone, the types are a list.
Component = dict[str, Any] | list[dict[str, Any]]


def components(found: Found, request: HttpRequest) -> dict[str, Any]:
    """``@components`` of an object: a link each, or the whole for those in ``expand``."""
    wanted = parameter_list(request, "expand")
    return {
        name: component(name, found, request) if name in wanted else _link(name, found, request)
        for name in EXPANDERS
    }


def component(name: str, found: Found, request: HttpRequest) -> Component:
    """One of EXPANDERS, filled in. Raises ApiError (400) for a depth that is no number."""
    filled = EXPANDERS[name](found, request)
    return filled if isinstance(filled, list) else {**_link(name, found, request), **filled}


def _link(name: str, found: Found, request: HttpRequest) -> dict[str, str]:
    return {"@id": f"{address(found.obj, request)}/@{name}"}


EXPANDERS: dict[str, Callable[[Found, HttpRequest], Component]] = {
    "actions": actions_of,
    "breadcrumbs": breadcrumbs,
    "contextnavigation": context_navigation,
    "navigation": navigation,
    "navroot": navroot,
    "types": types_of,
    "workflow": workflow_info,
}
#: Those of them whose service has a route of its own.
OWN_ROUTES = frozenset({"types", "workflow"})
