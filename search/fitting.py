"""Does an entry answer the conditions of a search? Asked of what no index holds yet, or answers."""

from collections.abc import Iterable
from typing import Any

from cms.domain.indexing import SearchEntry
from search.queries import IS_OPEN, Facet, FacetValue, SearchRequest, chosen_values


def fits(entry: SearchEntry, request: SearchRequest) -> bool:
    """All but the words: filters, days, moments, keys."""
    chosen = chosen_values(request).items()
    year = entry.date.year if entry.date else None
    return (
        all(set(values) & set(_values(entry, facet)) for facet, values in chosen)
        and _lies_within(year, request.first_year, request.last_year)
        and _lies_within(entry.date, request.first_day, request.last_day)
        and _lies_before(entry.published_at, request.published_from, request.published_before)
        and _lies_before(entry.modified_at, request.modified_from, request.modified_before)
        and request.source_id in (None, entry.source_id)
        and (not request.keys or entry.key in request.keys)
    )


def _values(entry: SearchEntry, facet: Facet) -> Iterable[FacetValue | None]:
    match facet:
        case Facet.YEAR:
            return (entry.date.year,) if entry.date else ()
        case Facet.OPEN:
            return (IS_OPEN,) if entry.is_open else ()
        case Facet.TYPE | Facet.KIND:
            return (getattr(entry, facet),)
        case Facet.PROJECT:
            return (entry.project_id,)
        case Facet.VERDICT:
            return entry.verdicts
    return getattr(entry, f"{facet}_ids")


def _lies_within(value: Any, first: Any, last: Any) -> bool:
    """Both included; what has no value lies nowhere."""
    if value is None:
        return first is None and last is None
    return (first is None or value >= first) and (last is None or value <= last)


def _lies_before(value: Any, first: Any, end: Any) -> bool:
    """The same without the end itself."""
    return _lies_within(value, first, end) and (end is None or value < end)
