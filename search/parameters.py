"""The address of a search: German parameters <-> SearchRequest, so that it can be shared."""

import re
from dataclasses import dataclass

from django.http import QueryDict

from cms import published
from cms.domain.kinds import Kind
from cms.published import Term, Terms
from search.queries import Facet, FacetValue, SearchRequest

PER_PAGE = 10

#: The counts of each facet, as an engine gives them.
Counted = dict[str, list[tuple[FacetValue, int]]]

#: Values of ``art`` in addresses, and their names on screens.
KIND_SLUGS = {
    "gut": Kind.GOOD,
    "schlecht": Kind.BAD,
    "neutral": Kind.NEUTRAL,
    "diskussion": Kind.DISCUSSION,
}
KIND_TITLES = {
    Kind.GOOD: "Gute Erfahrungen",
    Kind.BAD: "Schlechte Erfahrungen",
    Kind.NEUTRAL: "Neutrale Punkte",
    Kind.DISCUSSION: "Diskussionen",
}
#: Facet -> (parameter, heading), in the order of the page.
FACETS = {
    Facet.KIND: ("art", "Art"),
    Facet.TOPIC: ("thema", "Thema"),
    Facet.PROJECT: ("projekt", "Projekt"),
    Facet.INSTITUTION: ("institution", "Institution"),
    Facet.YEAR: ("jahr", "Jahr"),
}
TABLE_PARAMETER = "tisch"
#: Parameters whose values are looked up in the database, and the kind of term they name.
_LOOKED_UP = {
    "thema": "topic",
    "projekt": "project",
    "institution": "institution",
    TABLE_PARAMETER: "table",
}
KIND_TERMS = {kind.value: Term(KIND_TITLES[kind], slug) for slug, kind in KIND_SLUGS.items()}
_SLUG = re.compile(r"[\w-]+(/[\w-]+)?")


@dataclass(frozen=True)
class Parameters:
    """What an address asks for; values that name nothing are ignored but told.

    ``chosen`` holds the values of each parameter that name something, ``terms`` what they name.
    """

    request: SearchRequest
    page: int
    terms: Terms
    chosen: dict[str, list[str]]
    unknown: list[str]


def read(query: QueryDict, per_page: int = PER_PAGE) -> Parameters:
    """Reads an address. Nothing in it is ever an error. A query for each kind of term in it."""
    slugs = {
        kind: [slug for slug in query.getlist(parameter) if _SLUG.fullmatch(slug)]
        for parameter, kind in _LOOKED_UP.items()
    }
    terms: Terms = {"kind": KIND_TERMS, **published.terms_by_slug(slugs)}
    chosen: dict[str, list[str]] = {}
    unknown: list[str] = []

    def values(parameter: str, kind: str) -> tuple:
        by_slug = {term.slug: value for value, term in terms.get(kind, {}).items()}
        asked = [slug for slug in dict.fromkeys(query.getlist(parameter)) if slug]
        unknown.extend(slug for slug in asked if slug not in by_slug)
        known = [slug for slug in asked if slug in by_slug]
        if known:
            chosen[parameter] = known
        return tuple(by_slug[slug] for slug in known)

    years = tuple(
        int(year)
        for year in dict.fromkeys(query.getlist("jahr"))
        if year.isascii() and year.isdigit() and len(year) == 4
    )
    if years:
        chosen["jahr"] = [str(year) for year in years]
    page = _page(query.get("seite", ""))
    request = SearchRequest(
        text=query.get("q", "").replace("\x00", " "),
        kinds=values("art", "kind"),
        topic_ids=values("thema", "topic"),
        project_ids=values("projekt", "project"),
        institution_ids=values("institution", "institution"),
        table_ids=values(TABLE_PARAMETER, "table"),
        years=years,
        offset=(page - 1) * per_page,
        size=per_page,
        facets=tuple(FACETS),
    )
    return Parameters(request, page, terms, chosen, unknown)


def _page(text: str) -> int:
    number = int(text[:9]) if text.isascii() and text.isdigit() else 1
    return max(1, min(number, 10_000))


def terms_of_facets(facets: Counted, known: Terms, most: int | None = None) -> Terms:
    """What the values of the facets are called, or the first ``most`` values of each.

    ``known`` are the terms of the address: they need no query.
    """
    wanted = {}
    for facet in (Facet.TOPIC, Facet.PROJECT, Facet.INSTITUTION):
        values = [value for value, _count in facets.get(facet.value, ())[:most]]
        wanted[facet.value] = [pk for pk in values if pk not in known.get(facet.value, {})]
    found = published.terms(wanted)
    return {
        name: {**known.get(name, {}), **found.get(name, {})} for name in known.keys() | found.keys()
    }


def term_of(facet: Facet, value: FacetValue, terms: Terms) -> Term | None:
    """What one value of a facet is called; None if it was deleted a moment ago."""
    if facet is Facet.YEAR:
        return Term(str(value), str(value))
    return terms.get(facet.value, {}).get(value)
