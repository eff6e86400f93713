"""The URL patterns of the site, and an address for each."""

import inspect
import re
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from django.utils.regex_helper import normalize

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Pattern:
    """One address of the URLconf: its pieces from the root, its full name and its view."""

    pieces: tuple
    name: str
    callback: object = field(compare=False)
    default_args: dict = field(compare=False, hash=False, default_factory=dict)

    @property
    def route(self) -> str:
        return "".join(str(piece) for piece in self.pieces)

    @property
    def is_named(self) -> bool:
        return self.name != "" and not self.name.endswith(":")

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")

    @property
    def parameters(self) -> list[str]:
        names = []
        for piece in self.pieces:
            if isinstance(piece, RoutePattern):
                names += _PARAMETER.findall(str(piece))
            else:
                names += normalize(piece._regex)[0][1]
        return names

    @property
    def model(self):
        """The model whose rows the view shows, if the view or its pattern says so."""
        view_class = getattr(self.callback, "view_class", None)
        init = getattr(self.callback, "view_initkwargs", {})
        admin = getattr(inspect.unwrap(self.callback), "__self__", None)  # wagtail-modeladmin
        return (
            self.default_args.get("model")
            or init.get("model")
            or getattr(admin, "model", None)
            or getattr(view_class, "model", None)
        )

    def address(self, values: dict) -> str:
        """The path with ``values`` filled in."""
        path = ""
        for piece in self.pieces:
            if isinstance(piece, RoutePattern):
                path += _PARAMETER.sub(lambda match: str(values[match[1]]), str(piece))
            else:
                assert isinstance(piece, RegexPattern)
                template, names = normalize(piece._regex)[0]
                path += template % {name: values[name] for name in names}
        return "/" + path


def all_patterns() -> list[Pattern]:
    """Every pattern of the URLconf; of equal routes the first one, which alone is ever asked.

    django-ninja gives a route for each method, all with the view that knows all methods.
    """
    by_route: dict[str, Pattern] = {}
    for pattern in _walk(get_resolver().url_patterns, (), ()):
        by_route.setdefault(pattern.route, pattern)
    return list(by_route.values())


def _walk(patterns, pieces, namespaces):
    for entry in patterns:
        here = (*pieces, entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry.url_patterns, here, inner)
        else:
            assert isinstance(entry, URLPattern)
            name = ":".join((*namespaces, entry.name or ""))
            yield Pattern(here, name, entry.callback, entry.default_args)
