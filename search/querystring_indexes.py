"""``@querystring``: what ``@querystring-search`` can be asked, for a form that puts it together.

Titles stand here; which operations an index has, and what they mean, in ``querystring.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms import published
from cms.domain.kinds import State
from cms.domain.reader import Reader
from cms.published import drafts
from search.parameters import KIND_TERMS, VERDICT_TERMS
from search.plone_query import SORT_ON
from search.portal_types import PORTAL_TYPES
from search.presentation import TYPE_TITLES
from search.querystring import INDEXES, PREFIX

JSON = dict[str, Any]
#: Token -> title.
Values = dict[str, str]


@dataclass(frozen=True)
class Described:
    """An index on the screen of a form, and the values that this reader may choose from."""

    title: str | Promise
    group: str | Promise
    vocabulary: str | None = None
    values: Callable[[Reader], Values] = field(default=lambda reader: {})


def _terms(kind: str) -> Callable[[Reader], Values]:
    return lambda reader: {
        term.slug: term.title for term in published.all_terms(kind, reader).values()
    }


def _fixed(values: Values) -> Callable[[Reader], Values]:
    return lambda reader: values


def _states(reader: Reader) -> Values:
    states = State if drafts.sees_drafts(reader) else (State.PUBLISHED,)
    return {state.value: str(drafts.STATE_LABELS[state]) for state in states}


_TEXT, _METADATA, _DATES = _("Text"), _("Merkmale"), _("Zeit")
_TOPICS = Described(_("Thema"), _METADATA, "topics", _terms("topic"))
#: Every index of INDEXES has its row here.
_DESCRIBED = {
    "UID": Described(_("Kennung"), _METADATA),
    "SearchableText": Described(_("Wörter"), _TEXT),
    "portal_type": Described(
        _("Was es ist"),
        _METADATA,
        values=_fixed({name: TYPE_TITLES[kind] for name, kind in PORTAL_TYPES.items()}),
    ),
    "review_state": Described(_("Stand"), _METADATA, "states", _states),
    "path": Described(_("Ort"), _METADATA),
    "Subject": _TOPICS,
    "topics": _TOPICS,
    "project": Described(_("Projekt"), _METADATA, "projects", _terms("project")),
    "institutions": Described(_("Institution"), _METADATA, "institutions", _terms("institution")),
    "target_groups": Described(_("Zielgruppe"), _METADATA, "target_groups", _terms("target_group")),
    "kind": Described(
        _("Art"),
        _METADATA,
        "kinds",
        _fixed({str(kind): term.title for kind, term in KIND_TERMS.items()}),
    ),
    "verdicts": Described(
        _("Was andere dazu sagen"),
        _METADATA,
        "verdicts",
        _fixed({str(verdict): term.title for verdict, term in VERDICT_TERMS.items()}),
    ),
    "source_id": Described(_("Kennung in der Quelle"), _METADATA),
    "date": Described(_("Datum der Erfahrung"), _DATES),
    "effective": Described(_("Zuerst veröffentlicht"), _DATES),
    "created": Described(_("Zuerst veröffentlicht"), _DATES),
    "modified": Described(_("Zuletzt geändert"), _DATES),
}
#: What is only for sorting.
_SORTABLE = {
    "sortable_title": Described(_("Titel"), _TEXT),
    "id": Described(_("Adresse"), _TEXT),
}
#: Title and widget of each operation, in Plone's names.
_OPERATORS: dict[str, tuple[str | Promise, str | None]] = {
    "selection.any": (_("ist eines von"), "MultipleSelectionWidget"),
    "selection.is": (_("ist"), "SelectionWidget"),
    "string.is": (_("ist"), "StringWidget"),
    "list.contains": (_("enthält"), "MultipleSelectionWidget"),
    "string.contains": (_("enthält"), "StringWidget"),
    "string.absolutePath": (_("steht unter"), "ReferenceWidget"),
    "string.path": (_("steht unter"), "ReferenceWidget"),
    "string.relativePath": (_("steht, von hier aus, unter"), "RelativePathWidget"),
    "path.isWithin": (_("steht unter"), "ReferenceWidget"),
    "path.isWithinRelative": (_("steht, von hier aus, unter"), "RelativePathWidget"),
    "date.largerThan": (_("ab"), "DateWidget"),
    "date.lessThan": (_("bis"), "DateWidget"),
    "date.between": (_("zwischen"), "DateRangeWidget"),
    "date.today": (_("heute"), None),
    "date.beforeToday": (_("vor heute"), None),
    "date.afterToday": (_("nach heute"), None),
    "date.lessThanRelativeDate": (_("in den nächsten Tagen"), "RelativeDateWidget"),
    "date.largerThanRelativeDate": (_("in den letzten Tagen"), "RelativeDateWidget"),
}


def described(reader: Reader) -> JSON:
    """``indexes`` and ``sortable_indexes``, as plone.restapi answers them. A few queries."""
    indexes = {name: _index(name, one, reader) for name, one in _DESCRIBED.items()}
    only_sortable = {name: _index(name, one, reader) for name, one in _SORTABLE.items()}
    sortable = {name: one for name, one in indexes.items() if name in SORT_ON}
    return {"indexes": indexes, "sortable_indexes": {**sortable, **only_sortable}}


def _index(name: str, one: Described, reader: Reader) -> JSON:
    operations = INDEXES[name].operations if name in INDEXES else ()
    return {
        "title": str(one.title),
        "description": "",
        "group": str(one.group),
        "enabled": bool(operations),
        "sortable": name in SORT_ON,
        "operations": [f"{PREFIX}{operation}" for operation in operations],
        "operators": {f"{PREFIX}{operation}": _operator(operation) for operation in operations},
        "values": {token: {"title": title} for token, title in one.values(reader).items()},
        "vocabulary": one.vocabulary,
    }


def _operator(operation: str) -> JSON:
    title, widget = _OPERATORS[operation]
    return {"title": str(title), "description": "", "operation": operation, "widget": widget}
