"""The types of the guide's content: what stands in the form of each, and who adds one where.

Labels, help, choices and lengths are the models'. What a submission asks for is decided by
``missing()`` of the models.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model

from cms.api.deserializers import FIELDS
from cms.domain.kinds import Kind
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
from cms.permissions import policies

JSON = dict[str, Any]


@dataclass(frozen=True)
class Fieldset:
    """Fields that stand together in a form."""

    id: str
    title: str | Promise
    fields: tuple[str, ...]


def _nowhere(obj: Any, user: Any) -> bool:
    return False


@dataclass(frozen=True)
class ContentType:
    """A type of the guide's content.

    ``may_add`` tells whether one can be added to an object by a person. ``draft`` is what the
    JSON schema says of the fields together; ``submission`` is the JSON schema of what a draft
    must have to be submitted.
    """

    model: type[models.Model]
    fieldsets: tuple[Fieldset, ...]
    may_add: Callable[[Any, Any], bool] = _nowhere
    draft: JSON = field(default_factory=lambda: {"required": ["title"]})
    submission: JSON = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        """Can its fields be sent over the API? If not, they are in the admin."""
        return self.model in FIELDS


def _experience_in(obj: Any, user: Any) -> bool:
    return isinstance(obj, Project) and policies.can(user, policies.EDIT, obj)


def _supplement_in(obj: Any, user: Any) -> bool:
    return isinstance(obj, Experience) and obj.live and policies.may_supplement(user, obj)


def _news_in(obj: Any, user: Any) -> bool:
    return isinstance(obj, NewsIndexPage) and policies.can_somewhere(user, policies.EDIT)


_READERS = Fieldset("readers", _("Wer das sehen darf"), ("visibility", "attribution"))
_PICTURE = ("image", "image_caption")
_DATES = Fieldset("dates", _("Nur zu einer bestimmten Zeit (freiwillig)"), ("effective", "expires"))
_ANY_TEXT = {"minLength": 1, "pattern": r"\S"}
_TEXT_OR_VERDICT: JSON = {
    "anyOf": [
        {"required": ["text"], "properties": {"text": _ANY_TEXT}},
        {"required": ["verdict"], "properties": {"verdict": _ANY_TEXT}},
    ]
}


def _default(title: str | Promise, *fields: str) -> Fieldset:
    return Fieldset("default", title, fields)


#: All types of objects that have an address, by their ``@type``.
TYPES = {
    "Experience": ContentType(
        Experience,
        (
            Fieldset("default", _("Erfahrung"), ("kind", "title", "body", "arguments")),
            _READERS,
            Fieldset(
                "categorization",
                _("Wohin es gehört"),
                ("topics", "institutions", "target_groups", "date"),
            ),
            Fieldset(
                "details",
                _("Ausführlicher, wenn Sie mögen"),
                ("situation", "approach", "result", "lesson"),
            ),
            _DATES,
        ),
        _experience_in,
        submission={
            "required": ["title"],
            "if": {"properties": {"kind": {"const": Kind.DISCUSSION.value}}, "required": ["kind"]},
            "then": {
                "anyOf": [
                    {"required": ["body"], "properties": {"body": _ANY_TEXT}},
                    {"required": ["arguments"], "properties": {"arguments": {"minItems": 1}}},
                ]
            },
        },
    ),
    "Supplement": ContentType(
        Supplement,
        (
            Fieldset("default", _("Ergänzung"), ("project", "verdict", "text")),
            Fieldset(_READERS.id, _READERS.title, ("visibility",)),
            _DATES,
        ),
        _supplement_in,
        draft={"required": [], **_TEXT_OR_VERDICT},
        submission=_TEXT_OR_VERDICT,
    ),
    "News": ContentType(
        NewsPage,
        (_default(_("Meldung"), "title", "project", "date", "teaser", "body", *_PICTURE), _DATES),
        _news_in,
    ),
    "Event": ContentType(
        ExchangeEventPage,
        (
            _default(_("Veranstaltung"), "title", "description", "number", "date", "place"),
            Fieldset(
                "details",
                _("Inhalt"),
                ("introduction", "programme", "material", "plenary", "notes"),
            ),
            _DATES,
        ),
    ),
    "Table": ContentType(
        TablePage,
        (_default(_("Tisch"), "title", "description", "topics", "summary", "notes"), _DATES),
    ),
    "InfoPage": ContentType(
        InfoPage, (_default(_("Text"), "title", "description", "body"), _DATES)
    ),
    "Outcome": ContentType(
        Outcome,
        (
            _default(
                _("Beschluss oder Weiterverfolgung"),
                *("title", "kind", "text", "state", "due_date", "visibility"),
            ),
        ),
    ),
    "Project": ContentType(
        Project,
        (
            _default(
                _("Projekt"),
                *("title", "description", "carrier", "website", "start", "end", *_PICTURE),
            ),
        ),
    ),
    "Topic": ContentType(Topic, (_default(_("Thema"), "title", "introduction"),)),
    "Document": ContentType(get_document_model(), (_default(_("Dokument"), "title"),)),
    "Home": ContentType(
        HomePage, (_default(_("Startseite"), "title", "headline", "introduction"),)
    ),
    "Events": ContentType(
        EventIndexPage, (_default(_("Veranstaltungen"), "title", "introduction"),)
    ),
    "NewsFolder": ContentType(NewsIndexPage, (_default(_("Meldungen"), "title", "introduction"),)),
}
