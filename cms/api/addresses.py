"""Where things stand in the API: ``/api`` plus the public path, without a slash at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page, Site

from cms import published
from cms.models import Experience, Outcome, Project, Supplement, Topic

#: Django's namespace of the API's addresses.
NAMESPACE = "api"


@dataclass(frozen=True)
class Folder:
    """A folder that is a list and no object of its own."""

    type_name: str
    path: str
    title: str | Promise
    description: str | Promise = ""


GUIDE = Folder("Guide", "leitfaden", _("Leitfaden"))
EXPERIENCES = Folder("Experiences", "erfahrungen", _("Erfahrungen"))
PROJECTS = Folder("Projects", "projekte", _("Projekte"))


def once(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """What ``make()`` answers, made once for this request."""
    kept = request.__dict__.setdefault("_guide_api", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]


def api_prefix() -> str:
    """The path under which the site serves the API, with its slash: ``/api/``."""
    return reverse(f"{NAMESPACE}:api-root")


def api_root(request: HttpRequest) -> str:
    """The API's own address, without a slash at the end."""
    return once(request, "root", lambda: request.build_absolute_uri(api_prefix()).rstrip("/"))


def site_root(request: HttpRequest) -> Page:
    """The site's home page, as Wagtail's base Page. Raises Http404 in a site that has none."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    return site.root_page


def topic_nodes(request: HttpRequest) -> dict[int, published.TopicNode]:
    """The nodes of the topics' tree by topic id, read once for this request."""
    return once(request, "topics", lambda: published.topic_nodes(published.topic_tree()))


_SUPPLEMENT = "ergaenzung-"


def supplement_number(part: str) -> int | None:
    """The key of the supplement that the last part of an address names: ``ergaenzung-7``."""
    number = part.removeprefix(_SUPPLEMENT)
    named = part.startswith(_SUPPLEMENT) and number.isascii() and number.isdigit()
    return int(number) if named and len(number) < 19 else None


def public_path(obj: Model | Folder, request: HttpRequest) -> str:
    """The address part of ``obj`` on the public site, without slashes around it."""
    match obj:
        case Folder():
            return obj.path
        case Experience():
            return f"{EXPERIENCES.path}/{obj.slug}"
        case Project():
            return f"{PROJECTS.path}/{obj.slug}"
        case Topic(parent_id=None):
            return f"{GUIDE.path}/{obj.slug}"
        case Topic():
            return f"{GUIDE.path}/{topic_nodes(request)[obj.pk].path}"
        case Outcome():
            # An outcome has no page of its own: it stands on its table's or event's.
            source = obj.table or obj.event or GUIDE
            return f"{public_path(source, request)}#beschluss-{obj.pk}"
        case Supplement():
            # On its experience's page for people; programs read and write it by itself.
            return f"{public_path(obj.experience, request)}/{_SUPPLEMENT}{obj.pk}"
        case Page():
            return obj.url_path.removeprefix(site_root(request).url_path).strip("/")
    raise TypeError(f"{type(obj).__name__} has no address in the API")


def address(obj: Model | Folder, request: HttpRequest) -> str:
    """The ``@id`` of ``obj``: its whole address in the API; a document's is that of its file."""
    if isinstance(obj, AbstractDocument):
        return request.build_absolute_uri(obj.url)
    path = iri_to_uri(public_path(obj, request))
    return f"{api_root(request)}/{path}" if path else api_root(request)
