"""How the facets of a search stand on the page, each value with the address that chooses it."""

from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode

from django.http import QueryDict

from cms.published import Terms
from search.parameters import (
    FACETS,
    FIRST_YEAR,
    LAST_YEAR,
    Counted,
    Parameters,
    term_of,
)
from search.queries import Facet

FACET_ROWS = 12
#: These stand open; the others open when one of theirs is chosen.
_OPEN = (Facet.KIND, Facet.TYPE, Facet.TOPIC)

Pairs = list[tuple[str, str]]


class FacetRow(TypedDict):
    """One value of a facet, and the address that chooses it or takes it back.

    A dict with a count that is text already: templates read these much faster.
    """

    title: str
    count: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class FacetGroup:
    """A facet: its heading and its rows, the chosen ones always among them."""

    heading: str
    rows: list[FacetRow]
    is_open: bool


@dataclass(frozen=True)
class YearRange:
    """The two fields of the years, and what else the address asks for."""

    first: str
    last: str
    others: Pairs

    @property
    def is_open(self) -> bool:
        return bool(self.first or self.last)


def facet_groups(
    facets: Counted, parameters: Parameters, terms: Terms, query: QueryDict
) -> list[FacetGroup]:
    """The facets of the page. ``terms`` names at least the first FACET_ROWS values of each."""
    pairs = _pairs(query)
    # Some fifty addresses begin alike: this is put together once.
    with_all = "?" + "".join(f"{urlencode([pair])}&" for pair in pairs)
    groups = []
    for facet, (parameter, heading) in FACETS.items():
        chosen = parameters.chosen.get(parameter, {})
        rows = []
        # Of the rarer values only those are shown that are chosen.
        for number, (value, count) in enumerate(facets.get(facet.value, [])):
            if number >= FACET_ROWS and not chosen:
                break
            term = term_of(facet, value, terms)
            if term is None:
                continue
            if term.slug in chosen:
                url = _toggled(pairs, parameter, term.slug)
                rows.append(_facet_row(term.title, count, url, True))
            elif number < FACET_ROWS:
                url = with_all + urlencode([(parameter, term.slug)])
                rows.append(_facet_row(term.title, count, url, False))
        if rows:
            groups.append(FacetGroup(heading, rows, bool(chosen) or facet in _OPEN))
    return groups


def year_range(parameters: Parameters, query: QueryDict) -> YearRange:
    """The form that narrows to some years: it works without a script."""
    first, last = (
        next(iter(parameters.chosen.get(name, {})), "") for name in (FIRST_YEAR, LAST_YEAR)
    )
    others = [pair for pair in _pairs(query) if pair[0] not in (FIRST_YEAR, LAST_YEAR)]
    return YearRange(first, last, others)


def chosen_rows(parameters: Parameters, query: QueryDict) -> list[FacetRow]:
    """What the search is narrowed by, each with the address that takes it back."""
    pairs = _pairs(query)
    return [
        _facet_row(title, 0, _toggled(pairs, parameter, slug), True)
        for parameter, titles in parameters.chosen.items()
        for slug, title in titles.items()
    ]


def _facet_row(title: str, count: int, url: str, is_chosen: bool) -> FacetRow:
    return {"title": title, "count": str(count), "url": url, "is_chosen": is_chosen}


def _pairs(query: QueryDict) -> Pairs:
    """What an address asks for, but its page."""
    return [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name != "seite" and value
    ]


def _toggled(pairs: Pairs, parameter: str, slug: str) -> str:
    """The address with one value more or less, from its first page."""
    others = [pair for pair in pairs if (pair[0], pair[1].strip()) != (parameter, slug)]
    if len(others) == len(pairs):
        others.append((parameter, slug))
    return "?" + urlencode(others)


def page_url(query: QueryDict, page: int) -> str:
    """The same search, another page."""
    return "?" + urlencode([*_pairs(query), ("seite", page)])
