"""What a public page says to search machines (schema.org, as JSON-LD): what it says to people.

Nothing is said of what only some may read; the project of an entry of "ein Projekt" is not named.
"""

import json
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cms.domain.circles import Circle
from cms.domain.plain import to_plain_text
from cms.models import ExchangeEventPage, Experience, Location, NewsPage, Project, TablePage
from cms.published import pictures
from cms.published.topics import TopicNode
from cms.views import layout
from cms.views.attribution import named_project

JSON = dict[str, Any]
Subject = Experience | Project | TopicNode | ExchangeEventPage | TablePage | NewsPage

CONTEXT = "https://schema.org"
SITE_NAME = "Lebendiger Leitfaden"
#: Google cuts headlines there.
HEADLINE = 110
# What could end the script element, or begin a comment in it.
_ESCAPED = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def as_script(subject: Subject, request: HttpRequest) -> SafeString:
    """The element for the page's head; empty for what is not public."""
    if getattr(subject, "visibility", Circle.PUBLIC) != Circle.PUBLIC:
        return mark_safe("")
    graph = {"@context": CONTEXT, "@graph": describe(subject, request)}
    text = json.dumps(graph, ensure_ascii=False).translate(_ESCAPED)
    # Whatever texts hold: no sign that means something in HTML is left in it.
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def describe(subject: Subject, request: HttpRequest) -> list[JSON]:
    """The page's subject, if schema.org has a word for it, and the way to the page."""
    absolute = request.build_absolute_uri
    match subject:
        case Experience():
            own = _article("Article", subject, to_plain_text(subject.body), request)
            own["about"] = [
                {"@type": "Thing", "name": topic.title} for topic in subject.topics.all()
            ]
        case NewsPage():
            text = subject.teaser or to_plain_text(subject.body)
            own = _article("NewsArticle", subject, text, request)
            own["image"] = _picture(subject, request)
        case Project():
            own = _project(subject, request)
        case ExchangeEventPage():
            own = _event(subject, request)
        case _:
            own = {}
    steps = [(_("Start"), "/"), *_way_to(subject, request)]
    way = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(address)}
        for number, (name, address) in enumerate(steps, start=1)
    ]
    breadcrumbs = {"@type": "BreadcrumbList", "itemListElement": way}
    return [_without_empty(own), breadcrumbs] if own else [breadcrumbs]


def _way_to(subject: Subject, request: HttpRequest) -> list[tuple[str, str]]:
    """Name and address of each step down to the page, and of the page."""
    around = layout.frame(request)
    events = [(_("Veranstaltungen"), around.events)] if around.events else []
    match subject:
        case TopicNode():
            nodes = [(node.topic.title, node.path) for node in (*subject.above(), subject)]
            chapters = [(title, reverse("cms:topic", args=[path])) for title, path in nodes]
            return [(_("Leitfaden"), reverse("cms:guide")), *chapters]
        case Experience():
            return [(_("Erfahrungen"), reverse("cms:experiences")), _step(subject)]
        case Project():
            return [(_("Projekte"), reverse("cms:projects")), _step(subject)]
        case TablePage():
            return [*events, _step(subject.get_parent()), _step(subject)]
        case NewsPage():
            news = [(_("Aktuelles"), around.news)] if around.news else []
            return [*news, _step(subject)]
    return [*events, _step(subject)]


def _step(obj: Model) -> tuple[str, str]:
    return str(obj.title), _address(obj)


def _address(obj: Model) -> str:
    return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else obj.get_url() or "/"


def _article(type_name: str, entry, text: str, request: HttpRequest) -> JSON:
    project = named_project(entry)
    author = _reference(project, request) if project else _organization(_("ein Projekt"))
    guide = layout.frame(request).guide
    publisher = (guide and guide.programme_name) or SITE_NAME
    return {
        "@type": type_name,
        "headline": Truncator(entry.title).chars(HEADLINE),
        "description": Truncator(" ".join(text.split())).chars(300),
        "url": request.build_absolute_uri(_address(entry)),
        "inLanguage": "de",
        "isAccessibleForFree": True,
        "datePublished": _moment(entry.first_published_at),
        "dateModified": _moment(entry.last_published_at),
        "author": author,
        "publisher": _organization(publisher) | {"url": request.build_absolute_uri("/")},
    }


def _project(project: Project, request: HttpRequest) -> JSON:
    return _reference(project, request) | {
        "description": project.description,
        "parentOrganization": _organization(project.carrier) if project.carrier else None,
        "foundingDate": project.start and project.start.isoformat(),
        "dissolutionDate": project.end.isoformat() if project.has_ended else None,
        "sameAs": project.website,
        "image": _picture(project, request),
        "location": [_place(location) for location in project.locations.all()],
    }


def _picture(subject: NewsPage | Project, request: HttpRequest) -> JSON | None:
    image = subject.shown_image
    if image is None:
        return None
    size = pictures.size(image, "great")
    return {
        "@type": "ImageObject",
        "url": request.build_absolute_uri(size.url),
        "width": size.width,
        "height": size.height,
        "caption": subject.image_caption,
    }


def _place(location: Location) -> JSON:
    address = {
        "@type": "PostalAddress",
        "streetAddress": location.street,
        "postalCode": location.postcode,
        "addressLocality": location.city,
        "addressCountry": "DE",
    }
    return _without_empty(
        {
            "@type": "Place",
            "name": location.name or location.city,
            "address": _without_empty(address),
            "telephone": location.telephone,
            # As people write them; schema.org's own form would have to be guessed.
            "description": location.opening_hours,
            "publicAccess": True,
            "isAccessibleForFree": location.free_of_charge,
        }
    )


def _event(event: ExchangeEventPage, request: HttpRequest) -> JSON:
    """An event without a date or a place is none to schema.org."""
    if not event.date or not event.place:
        return {}
    organizer = event.project or event.host_project
    return {
        "@type": "Event",
        "name": event.title,
        "url": request.build_absolute_uri(_address(event)),
        "description": Truncator(to_plain_text(event.introduction)).chars(300),
        "startDate": event.date.isoformat(),
        "eventStatus": f"{CONTEXT}/EventScheduled",
        "location": {"@type": "Place", "name": event.place, "address": event.place},
        "organizer": _reference(organizer, request) if organizer else None,
    }


def _reference(project: Project, request: HttpRequest) -> JSON:
    address = request.build_absolute_uri(project.get_absolute_url())
    return _organization(project.title) | {"@id": address, "url": address}


def _organization(name: str) -> JSON:
    return {"@type": "Organization", "name": name}


def _moment(value) -> str | None:
    return value.isoformat(timespec="seconds") if value else None


def _without_empty(data: JSON) -> JSON:
    return {name: value for name, value in data.items() if value not in (None, "", [])}
