"""Plone's query strings, lists of ``{"i": index, "o": operation, "v": value}``, as a search.

What the search can't ask exactly is refused with a sentence, never left out: an answer that
fits half of a query looks like one that fits.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from cms import published
from cms.api.contract import ApiError
from cms.domain.kinds import Kind, State, Verdict
from cms.domain.reader import Reader
from cms.published import drafts
from search.below import below
from search.portal_types import NOTHING, keys_of_uids, types_of
from search.queries import SearchRequest

PREFIX = "plone.app.querystring.operation."
MOST_CRITERIA, MOST_VALUES, MOST_DAYS = 50, 50, 100_000
#: Of these an object has one: two conditions leave what both allow.
_SINGLE = ("types", "kinds", "project_ids", "keys", "states")
#: A deeper one is as good as none.
MOST_DEPTH = 99
#: East of Greenwich the first day of all begins before it, where there is no time.
_FIRST_DAY = date.min + timedelta(days=1)
_LATER = ("first_day", "published_from", "modified_from")
_EARLIER = ("last_day", "published_before", "modified_before")

#: Fields of a SearchRequest; None if nothing can be found.
Values = dict[str, Any] | None


@dataclass(frozen=True)
class Criterion:
    """One condition. ``where`` is how errors name it, ``here`` the path where it is asked."""

    operation: str
    value: Any
    where: str
    here: str
    reader: Reader

    def wrong(self, message: str) -> ApiError:
        return ApiError(400, errors=[(self.where, message)])

    def texts(self) -> list[str]:
        """The value as a list of texts. Raises ApiError (400)."""
        values = self.value if isinstance(self.value, list) else [self.value]
        if len(values) > MOST_VALUES or not all(isinstance(value, str) for value in values):
            raise self.wrong(gettext("Bitte einen Text oder eine Liste von Texten angeben."))
        return values

    def text(self) -> str:
        """The value as one text. Raises ApiError (400)."""
        if not isinstance(self.value, str):
            raise self.wrong(gettext("Bitte einen Text angeben."))
        return self.value


@dataclass(frozen=True)
class Index:
    """What can be asked of an index, and how that reads as a search."""

    operations: tuple[str, ...]
    read: Callable[[Criterion], Values]


def read(query: Any, reader: Reader, here: str = "") -> SearchRequest:
    """The search that all conditions together ask for.

    :param here: the path at which it is asked, for relative paths
    :raises ApiError: 400 with a sentence for an index, operation or value that is not known
    """
    if not isinstance(query, list) or not 0 < len(query) <= MOST_CRITERIA:
        message = gettext("Bitte eine Liste von Bedingungen mit i, o und v angeben.")
        raise ApiError(400, errors=[("query", message)])
    rows = {f"query[{number}]": row for number, row in enumerate(query)}
    return narrowed(SearchRequest(), rows, reader, here)


def narrowed(
    request: SearchRequest, rows: Mapping[str, Any], reader: Reader, here: str = ""
) -> SearchRequest:
    """``request`` under further conditions, by the names that errors call them. Raises ApiError."""
    for where, row in rows.items():
        index, criterion = _criterion(row, where, here, reader)
        values = index.read(criterion)
        request = both(request, {"types": NOTHING} if values is None else values, where)
    return request


def _criterion(row: Any, where: str, here: str, reader: Reader) -> tuple[Index, Criterion]:
    name, operation = (row.get("i"), row.get("o")) if isinstance(row, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(operation, str):
        raise ApiError(400, errors=[(where, gettext("Bitte i, o und v angeben."))])
    criterion = Criterion(operation.removeprefix(PREFIX), row.get("v"), where, here, reader)
    if name not in INDEXES:
        message = gettext("Diesen Index gibt es nicht: %(name)s. Es gibt %(known)s.")
        raise criterion.wrong(message % {"name": name[:80], "known": ", ".join(INDEXES)})
    known = INDEXES[name].operations
    if criterion.operation not in known:
        message = gettext("Diese Operation gibt es hier nicht: %(name)s. Es gibt %(known)s.")
        raise criterion.wrong(message % {"name": operation[:80], "known": ", ".join(known)})
    return INDEXES[name], criterion


def both(request: SearchRequest, values: dict[str, Any], where: str) -> SearchRequest:
    """``request``, narrowed by further values; for nothing, if nothing is left.

    Raises ApiError (400) for ``where``, if both can't be asked together.
    """
    changes: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(request, name)
        if not before:
            changes[name] = value
        elif name in _SINGLE:
            changes[name] = tuple(one for one in before if one in value)
            if not changes[name]:
                return replace(request, types=NOTHING)
        elif name in _LATER:
            changes[name] = max(before, value)
        elif name in _EARLIER:
            changes[name] = min(before, value)
        elif before == value:
            continue
        elif name == "text":
            changes[name] = f"{before} {value}"
        else:
            raise ApiError(400, errors=[(where, gettext("Danach kann nur einmal gefragt werden."))])
    return replace(request, **changes)


# --- what is chosen ------------------------------------------------------------------------------


def _types(criterion: Criterion) -> Values:
    known = types_of(criterion.texts())
    return {"types": known} if known else None


def _uids(criterion: Criterion) -> Values:
    keys = keys_of_uids(criterion.texts())
    return {"keys": keys} if keys else None


def _states(criterion: Criterion) -> Values:
    """Who sees no drafts finds none in any state, and is not told that there are any."""
    known = set(State) if drafts.sees_drafts(criterion.reader) else {State.PUBLISHED}
    states = tuple(state for state in criterion.texts() if state in known)
    return {"states": states} if states else None


def _text(criterion: Criterion) -> Values:
    return {"text": criterion.text()}


def _source(criterion: Criterion) -> Values:
    return {"source_id": criterion.text()}


def _choice(choices: type[StrEnum], field: str) -> Callable[[Criterion], Values]:
    def read_choice(criterion: Criterion) -> Values:
        known = [value for value in criterion.texts() if value in set(choices)]
        return {field: tuple(known)} if known else None

    return read_choice


def _term(kind: str, field: str) -> Callable[[Criterion], Values]:
    def read_term(criterion: Criterion) -> Values:
        found = published.terms_by_slug({kind: criterion.texts()}, criterion.reader).get(kind)
        return {field: tuple(found)} if found else None

    return read_term


def _topics(criterion: Criterion) -> Values:
    """By token or title, as far as the reader may see them; a topic holds those below it."""
    wanted = {text.casefold() for text in criterion.texts()}
    visible = published.topic_ids(criterion.reader)
    nodes = published.topic_nodes(published.topic_tree())
    found = [
        pk
        for pk, node in nodes.items()
        if pk in visible and wanted & {node.topic.slug, node.topic.title.casefold()}
    ]
    return {"topic_ids": tuple(found)} if found else None


# --- where it is ---------------------------------------------------------------------------------


def _path(criterion: Criterion) -> Values:
    """What stands at an address of the guide, or at one of several, and below it.

    ``/leitfaden::1`` is only its first level.
    """
    places = [_place(criterion, text) for text in criterion.texts()]
    found = [place for place in places if place is not None]
    if not found:
        return None
    if any(place.keys() != found[0].keys() for place in found):
        message = gettext("Gemeinsam kann nur nach Orten derselben Art gefragt werden.")
        raise criterion.wrong(message)
    return {
        name: tuple(dict.fromkeys(chain(*(place[name] for place in found)))) for name in found[0]
    }


def _place(criterion: Criterion, text: str) -> Values:
    path, _colons, depth = text.partition("::")
    if "relative" in criterion.operation.lower():
        path = posixpath.join("/", criterion.here, path)
    path = posixpath.normpath(f"/{path}").strip("/")
    return below(path, criterion.reader, _depth(criterion, depth) if depth else None)


def _depth(criterion: Criterion, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise criterion.wrong(gettext("Bitte die Tiefe als Zahl ab 0 angeben."))
    return min(int(text[:9]), MOST_DEPTH)


# --- when it was ---------------------------------------------------------------------------------


def _days(criterion: Criterion) -> Values:
    first, last = _bounds(criterion)
    bounds = {"first_day": first, "last_day": last}
    return {name: day for name, day in bounds.items() if day is not None}


def _moments(what: str) -> Callable[[Criterion], Values]:
    """Days as the calendar of the site has them."""

    def read_moments(criterion: Criterion) -> Values:
        first, last = _bounds(criterion)
        after = last + timedelta(days=1) if last is not None and last < date.max else None
        bounds = {f"{what}_from": first, f"{what}_before": after}
        return {name: _midnight(day) for name, day in bounds.items() if day is not None}

    return read_moments


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(max(day, _FIRST_DAY), time.min))


def _bounds(criterion: Criterion) -> tuple[date | None, date | None]:
    """The first day and the last one, both included."""
    today = timezone.localdate()
    match criterion.operation:
        case "date.largerThan":
            return _day(criterion, criterion.value), None
        case "date.lessThan":
            return None, _day(criterion, criterion.value)
        case "date.between":
            if not isinstance(criterion.value, list) or len(criterion.value) != 2:
                raise criterion.wrong(gettext("Bitte zwei Tage angeben."))
            first, last = (_day(criterion, value) for value in criterion.value)
            return first, last
        case "date.today":
            return today, today
        case "date.beforeToday":
            return None, today - timedelta(days=1)
        case "date.afterToday":
            return today + timedelta(days=1), None
        case "date.lessThanRelativeDate":
            return today, today + _span(criterion)
    return today - _span(criterion), today


def _day(criterion: Criterion, value: Any) -> date:
    """``2026-03-02`` and ``2026/03/02``, with a time behind it or without."""
    try:
        return date.fromisoformat(value[:10].replace("/", "-") if isinstance(value, str) else "")
    except ValueError:
        message = gettext("Bitte einen Tag angeben, etwa 2026-03-02.")
        raise criterion.wrong(message) from None


def _span(criterion: Criterion) -> timedelta:
    text = str(criterion.value)
    # Python reads no number of thousands of digits.
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS))
    if not is_number or int(text) > MOST_DAYS:
        message = gettext("Bitte eine Zahl von Tagen angeben, höchstens %(most)d.")
        raise criterion.wrong(message % {"most": MOST_DAYS})
    return timedelta(days=int(text))


_CHOSEN = ("selection.any", "selection.is", "string.is", "list.contains")
_PATHS = tuple(f"string.{name}" for name in ("absolutePath", "path", "relativePath"))
TIMES = tuple(
    f"date.{name}"
    for name in (
        *("largerThan", "lessThan", "between", "today", "beforeToday", "afterToday"),
        *("lessThanRelativeDate", "largerThanRelativeDate"),
    )
)
#: Plone's names where it has one, and the names of our own fields.
INDEXES = {
    "UID": Index(_CHOSEN, _uids),
    "SearchableText": Index(("string.contains",), _text),
    "portal_type": Index(_CHOSEN, _types),
    "review_state": Index(_CHOSEN, _states),
    "path": Index((*_PATHS, "path.isWithin", "path.isWithinRelative"), _path),
    "Subject": Index(_CHOSEN, _topics),
    "topics": Index(_CHOSEN, _topics),
    "project": Index(_CHOSEN, _term("project", "project_ids")),
    "institutions": Index(_CHOSEN, _term("institution", "institution_ids")),
    "target_groups": Index(_CHOSEN, _term("target_group", "target_group_ids")),
    "kind": Index(_CHOSEN, _choice(Kind, "kinds")),
    "verdicts": Index(_CHOSEN, _choice(Verdict, "verdicts")),
    "source_id": Index(("string.is",), _source),
    "date": Index(TIMES, _days),
    "effective": Index(TIMES, _moments("published")),
    "created": Index(TIMES, _moments("published")),
    "modified": Index(TIMES, _moments("modified")),
}
