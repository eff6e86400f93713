"""An object as an item of a listing: the same short form in folders, search and links."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.models import DraftStateMixin

from cms.api.addresses import Folder, address
from cms.api.descriptions import description
from cms.api.images import image_scales
from cms.api.readers import sees_drafts_of
from cms.domain.circles import Circle
from cms.domain.kinds import State
from cms.models import (
    EventIndexPage,
    ExchangeEventPage,
    Experience,
    HomePage,
    InfoPage,
    NewsIndexPage,
    NewsPage,
    Outcome,
    Project,
    Supplement,
    TablePage,
    Topic,
)
from cms.models.entry import Entry
from cms.views.attribution import named_project

TYPE_NAMES: dict[type[Model], str] = {
    HomePage: "Home",
    EventIndexPage: "Events",
    ExchangeEventPage: "Event",
    TablePage: "Table",
    NewsIndexPage: "NewsFolder",
    NewsPage: "News",
    InfoPage: "InfoPage",
    Experience: "Experience",
    Outcome: "Outcome",
    Project: "Project",
    Topic: "Topic",
    Supplement: "Supplement",
    get_document_model(): "Document",
}
#: Types that hold no items.
LEAVES = ("News", "InfoPage", "Experience", "Outcome", "Supplement", "Document")


def type_name(obj: Model | Folder) -> str:
    """The ``@type``; "Page" for a page that is none of the guide's."""
    return obj.type_name if isinstance(obj, Folder) else TYPE_NAMES.get(type(obj), "Page")


def type_title(obj: Model | Folder) -> str:
    """What the type is called on screens; a folder that is a list has its own title."""
    return str(obj.title if isinstance(obj, Folder) else obj._meta.verbose_name)


def iso_time(value: datetime.datetime | None) -> str | None:
    """A point in time as text with its timezone (UTC)."""
    return value.astimezone(datetime.UTC).isoformat(timespec="seconds") if value else None


def review_state(obj: Model | Folder, request: HttpRequest) -> str | None:
    """The State of what has a workflow, None for all else.

    Who may not see drafts of it does not learn that there are any: it is "published". An entry
    that no caller read with ``with_state()`` costs a query only if it is not published.
    """
    if not isinstance(obj, DraftStateMixin):
        return None
    if not sees_drafts_of(obj, request):
        return State.PUBLISHED.value
    if hasattr(obj, "state_value"):
        return obj.state_value
    if obj.live:
        return State.PUBLISHED.value
    if isinstance(obj, Entry):
        return obj.state.value
    return (State.WITHDRAWN if obj.first_published_at else State.DRAFT).value


def reference(obj: Model, request: HttpRequest) -> dict[str, str]:
    """A project or a topic that something belongs to."""
    return {"@id": address(obj, request), "token": obj.slug, "title": obj.title}


def _uid(obj: Model | Folder, request: HttpRequest) -> str:
    key = obj.path if isinstance(obj, Folder) else obj.pk
    return f"{type_name(obj).lower()}-{key}"


def _created(obj: Model | Folder, request: HttpRequest) -> str | None:
    if isinstance(obj, AbstractDocument):
        return iso_time(obj.created_at)
    return iso_time(getattr(obj, "first_published_at", None))


def _modified(obj: Model | Folder, request: HttpRequest) -> str | None:
    """Last published; only those who may see drafts are shown what is not published."""
    if isinstance(obj, Entry) and not obj.live and obj.latest_revision:
        return iso_time(obj.latest_revision.created_at)
    if isinstance(obj, AbstractDocument):
        return iso_time(obj.created_at)
    return iso_time(getattr(obj, "last_published_at", None))


def _source_id(obj: Model | Folder, request: HttpRequest) -> str | None:
    # What a project calls its own files may tell who it is.
    return obj.source_id if isinstance(obj, Experience) and named_project(obj) else None


def _project(obj: Model | Folder, request: HttpRequest) -> dict[str, str] | None:
    """Of entries and news. An event's project stands in its own answer."""
    if isinstance(obj, Supplement | AbstractDocument):
        project = getattr(obj, "shown_project", None)
    else:
        project = named_project(obj) if isinstance(obj, Experience | Outcome | NewsPage) else None
    return reference(project, request) if project else None


def _topics(obj: Model | Folder, request: HttpRequest) -> list[dict[str, str]]:
    """Of experiences: published.py reads theirs along with a whole list."""
    if not isinstance(obj, Experience):
        return []
    return [reference(topic, request) for topic in obj.topics.all()]


def _id(obj: Model | Folder, request: HttpRequest) -> str:
    """The last part of the address; of a file its name."""
    return urlsplit(address(obj, request)).path.rpartition("/")[2]


def _date(obj: Model | Folder, request: HttpRequest) -> str | None:
    date = getattr(obj, "date", None)
    return date.isoformat() if date else None


def _locations(obj: Model | Folder, request: HttpRequest) -> list[dict[str, Any]]:
    return locations(obj) if isinstance(obj, Project) else []


def locations(project: Project) -> list[dict[str, Any]]:
    """The offices of a project that people can visit."""
    names = ("name", "street", "postcode", "city", "opening_hours", "telephone")
    flags = ("free_of_charge", "anonymous")
    return [
        {
            **{name: getattr(location, name) for name in (*names, *flags)},
            "languages": [part.strip() for part in location.languages.split(",") if part.strip()],
        }
        for location in project.locations.all()
    ]


def _visibility(obj: Model | Folder, request: HttpRequest) -> str:
    circle = getattr(obj, "shown_circle", None) or getattr(obj, "visibility", Circle.PUBLIC)
    return Circle(circle).value


def _verdicts(obj: Model | Folder, request: HttpRequest) -> dict[str, int] | None:
    """How many projects say what of an experience, as far as the person may see it."""
    counts = getattr(obj, "verdicts", None)
    return {verdict.value: number for verdict, number in counts.items()} if counts else None


#: What a client can ask for with ``metadata_fields``, beside what every item has.
METADATA_FIELDS: dict[str, Callable[[Model | Folder, HttpRequest], Any]] = {
    "UID": _uid,
    "created": _created,
    "modified": _modified,
    "effective": _created,
    "is_folderish": lambda obj, request: type_name(obj) not in LEAVES,
    # What Plone calls things that every item has.
    "id": _id,
    "getId": _id,
    "portal_type": lambda obj, request: type_name(obj),
    "Title": lambda obj, request: str(obj.title),
    "Description": lambda obj, request: description(obj),
    "Subject": lambda obj, request: [topic["title"] for topic in _topics(obj, request)],
    "kind": lambda obj, request: getattr(obj, "kind", None),
    "visibility": _visibility,
    "date": _date,
    "source_id": _source_id,
    "project": _project,
    "topics": _topics,
    "locations": _locations,
    "verdicts": _verdicts,
    "image_scales": image_scales,
}
ALL_METADATA = "_all"
#: Those for which the topics of entries are read along.
TOPIC_FIELDS = frozenset({"topics", "Subject", ALL_METADATA})


def envelope_summary(
    obj: Model | Folder, request: HttpRequest, metadata_fields: Iterable[str] = ()
) -> dict[str, Any]:
    """``obj`` as an item of a listing: ``@id @type title description review_state type_title``.

    :param obj: an object of the guide, as published.py read it (project and table of an
        entry are then there; ``topics`` needs published.with_details, ``locations``
        published.projects: with these no item costs a query)
    :param metadata_fields: further fields, of METADATA_FIELDS; ``_all`` means all of them.
        Names that the guide does not have are left out: clients ask for Plone's own.
    """
    item = {
        "@id": address(obj, request),
        "@type": type_name(obj),
        "title": str(obj.title),
        "description": description(obj),
        "review_state": review_state(obj, request),
        "type_title": type_title(obj),
    }
    wanted = set(metadata_fields)
    for name, read in METADATA_FIELDS.items():
        if name in wanted or ALL_METADATA in wanted:
            item[name] = read(obj, request)
    return item
