"""The parameters of ``@search`` that Plone's catalog has, as conditions for ``querystring.py``.

An index is named with its options after a point: ``path.depth``, ``created.range``.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from cms.api.contract import ApiError, parameter, parameter_list
from search.queries import COLUMN_OF, Column, ColumnName

JSON = dict[str, Any]

#: Indexes whose values are chosen.
_CHOSEN = ("portal_type", "review_state", "Subject", "UID")
#: Indexes of days -> ours.
_DAYS = {
    "created": "created",
    "effective": "effective",
    "modified": "modified",
    "date": "date",
    "start": "date",
    "end": "date",
}
_RANGES = {"min": "date.largerThan", "max": "date.lessThan", "min:max": "date.between"}
#: Indexes of days that the search does not know.
_UNKNOWN = ("expires", "Date")

_COLUMNS = {
    "sortable_title": ColumnName.TITLE,
    "title": ColumnName.TITLE,
    "Title": ColumnName.TITLE,
    "modified": ColumnName.MODIFIED,
    "effective": ColumnName.PUBLISHED,
    "created": ColumnName.PUBLISHED,
    "date": ColumnName.DATE,
    "start": ColumnName.DATE,
    "portal_type": ColumnName.TYPE,
    "id": ColumnName.ID,
    "getId": ColumnName.ID,
    "review_state": ColumnName.STATE,
}
#: The search's own order: what is best, or newest. No folder has one that is made by hand.
OWN_ORDER = ("getObjPositionInParent", "relevance")
_INDEXED = {column: sort for sort, column in COLUMN_OF.items()}
SORT_ON = tuple(_COLUMNS)
DESCENDING, ASCENDING = ("descending", "reverse"), ("", "ascending")


def depth(request: HttpRequest) -> int | None:
    """``path.depth``; None without one, and for -1. Raises ApiError (400)."""
    text = parameter(request, "path.depth")
    if text in ("", "-1"):
        return None
    if not (text.isascii() and text.isdigit()):
        message = gettext("Bitte die Tiefe als Zahl ab 0 angeben.")
        raise ApiError(400, errors=[("path.depth", message)])
    return int(text[:9])


def paths(request: HttpRequest) -> list[str]:
    """Where to search, if that is said: then it does not matter where it is asked."""
    return parameter_list(request, "path") + parameter_list(request, "path.query")


def criteria(request: HttpRequest) -> dict[str, JSON]:
    """The conditions in the parameters, by the name of the parameter. Raises ApiError (400)."""
    return dict(_criteria(request))


def _criteria(request: HttpRequest) -> Iterator[tuple[str, JSON]]:
    for name in _CHOSEN:
        values = parameter_list(request, name) + parameter_list(request, f"{name}.query")
        if values:
            yield name, {"i": name, "o": "selection.any", "v": values}
    if places := paths(request):
        below = depth(request)
        ending = "" if below is None else f"::{below}"
        values = [f"{place}{ending}" for place in places]
        yield "path", {"i": "path", "o": "string.absolutePath", "v": values}
    for name in (*_DAYS, *_UNKNOWN):
        _refuse_unknown_range(request, f"{name}.range")
        values = parameter_list(request, name) + parameter_list(request, f"{name}.query")
        if values:
            yield name, _days(request, name, values)


def _days(request: HttpRequest, name: str, values: list[str]) -> JSON:
    """From one day on, up to one, or between two; without a range that day alone."""
    if name in _UNKNOWN:
        message = gettext("Danach kann nicht gefragt werden; nur nach %(known)s.")
        raise ApiError(400, errors=[(name, message % {"known": ", ".join(_DAYS)})])
    span = parameter(request, f"{name}.range")
    if not span:
        return {"i": _DAYS[name], "o": "date.between", "v": [values[0], values[0]]}
    operation = _RANGES[span]
    value = values if operation == "date.between" else values[0]
    return {"i": _DAYS[name], "o": operation, "v": value}


def _refuse_unknown_range(request: HttpRequest, name: str) -> None:
    if parameter(request, name) not in ("", *_RANGES):
        message = gettext("Bitte einen dieser Werte angeben: %s.") % ", ".join(_RANGES)
        raise ApiError(400, errors=[(name, message)])


# --- the order -----------------------------------------------------------------------------------


def order(names: list[str], orders: list[str]) -> JSON:
    """The fields of a SearchRequest for an order by these names; nothing if none is known.

    :param orders: of each name whether it goes downwards; one for all, or none: upwards
    """
    known = [
        Column(_COLUMNS[name], _order_of(place, orders) in DESCENDING)
        for place, name in enumerate(names)
        if name in _COLUMNS
    ]
    if len(known) == 1 and known[0] in _INDEXED:
        return {"sort": _INDEXED[known[0]]}
    return {"columns": tuple(known)} if known else {}


def _order_of(place: int, orders: list[str]) -> str:
    if not orders:
        return ""
    return orders[place] if place < len(orders) else orders[-1]
