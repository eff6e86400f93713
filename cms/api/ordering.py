"""The order of a folder's items: ``sort_on`` and ``sort_order``, in Plone's names."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from cms.api.contract import ApiError, parameter, query_parameter

#: What can be sorted by -> our field.
_FIELDS = {
    "sortable_title": "title",
    "title": "title",
    "date": "date",
    "created": "first_published_at",
    "effective": "first_published_at",
    "modified": "last_published_at",
}
#: The folder's own order, which each has without being asked.
_OWN_ORDER = ("", "getObjPositionInParent")
_DESCENDING = ("descending", "reverse")

ORDER_PARAMETERS = [
    query_parameter(
        "sort_on",
        "string",
        "Order of the items; empty for the folder's own.",
        enum=[*_OWN_ORDER, *_FIELDS],
    ),
    query_parameter("sort_order", "string", "`ascending` (default) or `descending`."),
]


def in_order(held: QuerySet | Sequence[Any], request: HttpRequest) -> QuerySet | Sequence[Any]:
    """What a folder holds in the order that the request asks for; what lacks the field is last.

    Raises ApiError (400) for a field that nobody knows.
    """
    name = parameter(request, "sort_on")
    if name in _OWN_ORDER:
        return held
    if name not in _FIELDS:
        message = gettext("Bitte einen dieser Werte angeben: %s.") % ", ".join(_FIELDS)
        raise ApiError(400, errors=[("sort_on", message)])
    descending = parameter(request, "sort_order") in _DESCENDING
    if isinstance(held, QuerySet):
        return _rows_in_order(held, _FIELDS[name], descending)
    field = _FIELDS[name]
    having = [obj for obj in held if getattr(obj, field, None) is not None]
    lacking = [obj for obj in held if getattr(obj, field, None) is None]
    key = (lambda obj: str(obj.title).casefold()) if field == "title" else _value_of(field)
    return [*sorted(having, key=key, reverse=descending), *lacking]


def _value_of(field: str):
    return lambda obj: getattr(obj, field)


def _rows_in_order(rows: QuerySet, field: str, descending: bool) -> QuerySet:
    try:
        rows.model._meta.get_field(field)
    except FieldDoesNotExist:
        return rows
    column = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    return rows.order_by(column, "-pk" if descending else "pk")
