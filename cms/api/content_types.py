"""``@types``: what can be added here by this person, and the schema of each type for a form."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from ninja import Router, Schema
from pydantic import ConfigDict, Field
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.api.addresses import api_root
from cms.api.contract import answer, person
from cms.api.schemas import Error
from cms.api.traversal import Found, find
from cms.api.type_forms import TYPES, ContentType, Fieldset
from cms.api.vocabularies import vocabulary_address
from cms.models import Outcome

router = Router(tags=["types"])

JSON = dict[str, Any]


#: Fields that clients call by Plone's names.
_COLUMNS = {"effective": "go_live_at", "expires": "expire_at"}
_COLUMNS_OF_PAGES = {**_COLUMNS, "description": "search_description"}
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
_VOCABULARIES_OF_OUTCOMES = {**_VOCABULARIES, "kind": "outcome_kinds", "state": "outcome_states"}


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
        "properties": {name: _property_of(content_type, name, request) for name in names},
        **content_type.draft,
        "submission": content_type.submission,
        "fieldsets": [_fieldset(each) for each in content_type.fieldsets],
        "layouts": [],
    }


def part_of(name: str, part: str, request: HttpRequest) -> JSON:
    """One field of a type, or one fieldset. Raises Http404."""
    content_type = TYPES[name]
    for fieldset in content_type.fieldsets:
        if part == fieldset.id:
            return _fieldset(fieldset)
        if part in fieldset.fields:
            return _property_of(content_type, part, request)
    raise Http404


def _fieldset(fieldset: Fieldset) -> JSON:
    return {"id": fieldset.id, "title": str(fieldset.title), "fields": list(fieldset.fields)}


def _property_of(content_type: ContentType, name: str, request: HttpRequest) -> JSON:
    columns = _COLUMNS_OF_PAGES if issubclass(content_type.model, Page) else _COLUMNS
    column = content_type.model._meta.get_field(columns.get(name, name))
    described = _property(column, request)
    return described if content_type.is_written else described | {"readonly": True}


def _property(column: Any, request: HttpRequest) -> JSON:
    if column.one_to_many:
        return _rows(column.related_model, request)
    described = {
        "title": capfirst(str(column.verbose_name)),
        "description": str(column.help_text),
        **_kind(column),
    }
    if column.has_default() and not callable(column.default):
        described["default"] = column.default
    name = vocabulary_of(column.model, column.name)
    if name is None:
        return described
    vocabulary = {"@id": vocabulary_address(name, request)}
    if column.many_to_many:
        items = {"type": "string", "title": "", "description": "", "vocabulary": vocabulary}
        return described | {"items": items, "widgetOptions": {"vocabulary": vocabulary}}
    return described | {"vocabulary": vocabulary}


def vocabulary_of(model: type[models.Model], field: str) -> str | None:
    """The vocabulary whose terms are the values of a field; None if it has none."""
    names = _VOCABULARIES_OF_OUTCOMES if model is Outcome else _VOCABULARIES
    return names.get(field)


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
        case models.IntegerField():
            return {"type": "integer", "minimum": 0}
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
        case models.ForeignKey() if column.related_model is get_image_model():
            return {"type": "object", "factory": "Image"}
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


class TypePart(Schema):
    """A field (a part of the JSON schema), or a fieldset: its id and its fields."""

    model_config = ConfigDict(extra="allow")

    title: str


_LIST = {"response": {200: list[TypeSummary], 304: None, 401: Error, 404: Error}}
_PART = {"response": {200: TypePart, 304: None, 401: Error, 404: Error}}
_SCHEMA = {"response": {200: TypeSchema, 304: None, 401: Error, 404: Error}}


@router.get("/@types", operation_id="home_types", **_LIST)
def read_home_types(request: HttpRequest) -> HttpResponse:
    """The types, and which of them the person may add at the top."""
    return _answer_list(request, "")


@router.get("/{path:path}/@types", operation_id="types", **_LIST)
def read_types(request: HttpRequest, path: str) -> HttpResponse:
    """The types, and which of them the person may add here."""
    return _answer_list(request, path)


@router.get("/@types/{name}/{part}", operation_id="home_type_part", **_PART)
def read_home_type_part(request: HttpRequest, name: str, part: str) -> HttpResponse:
    """One field of a type, or one fieldset."""
    return _answer_part(request, "", name, part)


@router.get("/{path:path}/@types/{name}/{part}", operation_id="type_part", **_PART)
def read_type_part(request: HttpRequest, path: str, name: str, part: str) -> HttpResponse:
    """The same, asked for at an object."""
    return _answer_part(request, path, name, part)


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


def _answer_part(request: HttpRequest, path: str, name: str, part: str) -> HttpResponse:
    find(path, request)
    _require_credentials(request)
    if name not in TYPES:
        raise Http404
    return answer(request, part_of(name, part, request))


def _require_credentials(request: HttpRequest) -> None:
    """As with Plone, types are for people with an account."""
    if not person(request).is_authenticated:
        raise PermissionDenied
