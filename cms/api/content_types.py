"""``@types``: what can be added here by this person, and the schema of each type for a form.

Labels, help, choices and lengths are the models'; what stands here is the order of the fields
and what a submission asks for, which ``missing()`` of the models decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field
from wagtail.fields import RichTextField

from cms.api.addresses import api_root
from cms.api.contract import answer, person
from cms.api.schemas import Error
from cms.api.traversal import Found, find
from cms.api.vocabularies import vocabulary_address
from cms.domain.kinds import Kind
from cms.models import Experience, Project, Supplement
from cms.permissions import policies

router = Router(tags=["types"])

JSON = dict[str, Any]


@dataclass(frozen=True)
class Fieldset:
    """Fields that stand together in a form."""

    id: str
    title: str | Promise
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ContentType:
    """A type that people write.

    ``may_add`` tells whether one can be added to an object by a person. ``draft`` is what the
    JSON schema says of the fields together; ``submission`` is the JSON schema of what a draft
    must have to be submitted.
    """

    model: type[models.Model]
    fieldsets: tuple[Fieldset, ...]
    may_add: Callable[[Any, Any], bool]
    draft: JSON
    submission: JSON


def _experience_in(obj: Any, user: Any) -> bool:
    return isinstance(obj, Project) and policies.can(user, policies.EDIT, obj)


def _supplement_in(obj: Any, user: Any) -> bool:
    return isinstance(obj, Experience) and obj.live and policies.may_supplement(user, obj)


_READERS = Fieldset("readers", _("Wer das sehen darf"), ("visibility", "attribution"))
_DATES = Fieldset("dates", _("Nur zu einer bestimmten Zeit (freiwillig)"), ("effective", "expires"))
_ANY_TEXT = {"minLength": 1, "pattern": r"\S"}
_TEXT_OR_VERDICT: JSON = {
    "anyOf": [
        {"required": ["text"], "properties": {"text": _ANY_TEXT}},
        {"required": ["verdict"], "properties": {"verdict": _ANY_TEXT}},
    ]
}

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
        draft={"required": ["title"]},
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
}
#: Fields that clients call by Plone's names.
_COLUMNS = {"effective": "go_live_at", "expires": "expire_at"}
#: Fields whose values are the terms of a vocabulary.
_VOCABULARIES = {
    "attribution": "attribution",
    "institutions": "institutions",
    "kind": "kinds",
    "project": "own_projects",
    "side": "sides",
    "target_groups": "target_groups",
    "topics": "topics",
    "verdict": "verdicts",
    "visibility": "circles",
}


def types_of(found: Found, request: HttpRequest) -> list[JSON]:
    """All types, each with whether the person may add one here; empty without credentials."""
    user = person(request)
    if not user.is_authenticated:
        return []
    listed = []
    for name, content_type in TYPES.items():
        addable = content_type.may_add(found.obj, user)
        listed.append(
            {
                "@id": f"{api_root(request)}/@types/{name}",
                "id": name,
                "title": str(content_type.model._meta.verbose_name),
                "addable": addable,
                "immediately_addable": addable,
            }
        )
    return listed


# --- the schema of a type ------------------------------------------------------------------------


def schema_of(name: str, request: HttpRequest) -> JSON:
    """The JSON schema of a type, with what forms need: fieldsets, labels, widgets, vocabularies."""
    content_type = TYPES[name]
    names = [name for fieldset in content_type.fieldsets for name in fieldset.fields]
    return {
        "type": "object",
        "title": str(content_type.model._meta.verbose_name),
        "properties": {
            name: _property(content_type.model._meta.get_field(_COLUMNS.get(name, name)), request)
            for name in names
        },
        **content_type.draft,
        "submission": content_type.submission,
        "fieldsets": [
            {"id": each.id, "title": str(each.title), "fields": list(each.fields)}
            for each in content_type.fieldsets
        ],
        "layouts": [],
    }


def _property(column: Any, request: HttpRequest) -> JSON:
    if column.one_to_many:
        return _rows(column.related_model, request)
    described = {
        "title": str(column.verbose_name),
        "description": str(column.help_text),
        **_kind(column),
    }
    if column.has_default() and not callable(column.default):
        described["default"] = column.default
    name = _VOCABULARIES.get(column.name)
    if name is None:
        return described
    vocabulary = {"@id": vocabulary_address(name, request)}
    if column.many_to_many:
        items = {"type": "string", "title": "", "description": "", "vocabulary": vocabulary}
        return described | {"items": items, "widgetOptions": {"vocabulary": vocabulary}}
    return described | {"vocabulary": vocabulary}


def _rows(model: type[models.Model], request: HttpRequest) -> JSON:
    """A list of parts, such as the arguments of a discussion."""
    columns = [
        column for column in model._meta.fields if column.editable and not column.is_relation
    ]
    parts = {
        column.name: _property(column, request) for column in columns if not column.primary_key
    }
    return {
        "title": str(model._meta.verbose_name_plural),
        "description": "",
        "type": "array",
        "items": {"type": "object", "properties": parts, "required": list(parts)},
    }


def _kind(column: Any) -> JSON:
    """What is allowed in a column, and what to type it into."""
    if column.choices:
        choices = [[str(value), str(label)] for value, label in column.choices]
        values, labels = [list(part) for part in zip(*choices, strict=True)]
        return {"type": "string", "choices": choices, "enum": values, "enumNames": labels}
    match column:
        case RichTextField():
            return {"type": "string", "widget": "richtext"}
        case models.TextField():
            return {"type": "string", "widget": "textarea"}
        case models.CharField():
            return {"type": "string", "maxLength": column.max_length}
        case models.DateTimeField():
            return {"type": "string", "format": "date-time", "widget": "datetime"}
        case models.DateField():
            return {"type": "string", "format": "date", "widget": "date"}
        case models.ManyToManyField():
            return {"type": "array", "uniqueItems": True, "additionalItems": True}
        case models.ForeignKey():
            return {"type": "string"}
    raise TypeError(f"No form knows {column!r}")


# --- the service ---------------------------------------------------------------------------------


class TypeSummary(Schema):
    """A type in the list of all."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id", description="Where its schema is.")
    id: str
    title: str
    addable: bool = Field(description="May the person add one here?")
    immediately_addable: bool


class TypeSchema(Schema):
    """A JSON schema, extended in plone.restapi's way."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    properties: dict[str, dict[str, Any]]
    required: list[str] = Field(description="What a draft needs.")
    submission: dict[str, Any] = Field(
        description="A JSON schema of what a submission needs beyond that."
    )
    fieldsets: list[dict[str, Any]]


_LIST = {"response": {200: list[TypeSummary], 304: None, 401: Error, 404: Error}}
_SCHEMA = {"response": {200: TypeSchema, 304: None, 401: Error, 404: Error}}


@router.get("/@types", operation_id="home_types", **_LIST)
def read_home_types(request: HttpRequest) -> HttpResponse:
    """The types, and which of them the person may add at the top."""
    return _answer_list(request, "")


@router.get("/{path:path}/@types", operation_id="types", **_LIST)
def read_types(request: HttpRequest, path: str) -> HttpResponse:
    """The types, and which of them the person may add here."""
    return _answer_list(request, path)


@router.get("/@types/{name}", operation_id="home_type", **_SCHEMA)
def read_home_type(request: HttpRequest, name: str) -> HttpResponse:
    """The schema of a type, good enough to build its form."""
    return _answer_schema(request, "", name)


@router.get("/{path:path}/@types/{name}", operation_id="type", **_SCHEMA)
def read_type(request: HttpRequest, path: str, name: str) -> HttpResponse:
    """The same, asked for at an object."""
    return _answer_schema(request, path, name)


def _answer_list(request: HttpRequest, path: str) -> HttpResponse:
    found = find(path, request)
    _require_credentials(request)
    return answer(request, types_of(found, request))


def _answer_schema(request: HttpRequest, path: str, name: str) -> HttpResponse:
    find(path, request)
    _require_credentials(request)
    if name not in TYPES:
        raise Http404
    return answer(request, schema_of(name, request))


def _require_credentials(request: HttpRequest) -> None:
    """As with Plone, types are for people with an account."""
    if not person(request).is_authenticated:
        raise PermissionDenied
