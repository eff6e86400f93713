"""The address of a search: German parameters <-> SearchRequest, so that it can be shared."""

from dataclasses import dataclass, field

from django.http import QueryDict

from cms.domain.kinds import Kind
from cms.published import Term
from search.queries import Facet, SearchRequest

PER_PAGE = 10

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

Terms = dict[str, dict[int, Term]]


@dataclass(frozen=True)
class Parameters:
    """What an address asks for; values that name nothing are ignored but told."""

    request: SearchRequest
    page: int
    chosen: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def all_terms(terms: Terms) -> Terms:
    """The vocabulary of the facets, the kinds included."""
    kinds = {kind.value: Term(KIND_TITLES[kind], slug) for slug, kind in KIND_SLUGS.items()}
    return {**terms, "kind": kinds}


def read(query: QueryDict, terms: Terms, per_page: int = PER_PAGE) -> Parameters:
    """Reads an address. Nothing in it is ever an error."""
    by_slug = {
        name: {term.slug: value for value, term in values.items()}
        for name, values in all_terms(terms).items()
    }
    chosen: dict[str, list[str]] = {}
    unknown: list[str] = []

    def values(parameter: str, facet: str) -> tuple:
        found = []
        for slug in dict.fromkeys(query.getlist(parameter)):
            if slug in by_slug[facet]:
                found.append(by_slug[facet][slug])
                chosen.setdefault(parameter, []).append(slug)
            elif slug:
                unknown.append(slug)
        return tuple(found)

    years = tuple(
        int(year)
        for year in query.getlist("jahr")
        if year.isascii() and year.isdigit() and len(year) == 4
    )
    if years:
        chosen["jahr"] = [str(year) for year in years]
    page = (
        int(query["seite"])
        if query.get("seite", "").isascii() and query.get("seite", "").isdigit()
        else 1
    )
    page = max(1, min(page, 10_000))
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
    return Parameters(request, page, chosen, unknown)
