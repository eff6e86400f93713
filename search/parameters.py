"""The address of a search: German parameters <-> SearchRequest, so that it can be shared."""

from dataclasses import dataclass

from django.http import QueryDict

from cms import published
from cms.domain.indexing import ObjectType
from cms.domain.kinds import Kind, Verdict
from cms.domain.reader import Reader
from cms.published import Term, Terms
from cms.published.search_filters import LOOKED_UP, SLUG
from search import syntax
from search.queries import IS_OPEN, Facet, FacetValue, SearchRequest
from search.text_query import MAX_TEXT

PER_PAGE = 10
#: Values of one parameter that count; a page offers some ten of each.
MOST_VALUES = 50

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
KIND_TERMS = {kind.value: Term(KIND_TITLES[kind], slug) for slug, kind in KIND_SLUGS.items()}
TYPE_TERMS = {
    ObjectType.EXPERIENCE.value: Term("Erfahrungen", "erfahrung"),
    ObjectType.SUPPLEMENT.value: Term("Ergänzungen", "ergaenzung"),
    ObjectType.OUTCOME.value: Term("Beschlüsse und Weiterverfolgungen", "beschluss"),
    ObjectType.EVENT.value: Term("Veranstaltungen", "veranstaltung"),
    ObjectType.TABLE.value: Term("Tische", "tisch"),
    ObjectType.TOPIC.value: Term("Themen", "thema"),
    ObjectType.PROJECT.value: Term("Projekte", "projekt"),
    ObjectType.NEWS.value: Term("Meldungen", "meldung"),
    ObjectType.PAGE.value: Term("Seiten", "seite"),
    ObjectType.DOCUMENT.value: Term("Dokumente", "dokument"),
}
VERDICT_TERMS = {
    Verdict.PROVEN.value: Term("bewährt", "bewaehrt"),
    Verdict.PARTLY.value: Term("teils", "teils"),
    Verdict.NOT_PROVEN.value: Term("nicht bewährt", "nicht-bewaehrt"),
    Verdict.OPEN.value: Term("noch offen", "offen"),
}
OPEN_TERMS = {IS_OPEN: Term("nur offene Fragen", "1")}
#: Facet -> (parameter, heading), in the order of the page.
FACETS = {
    Facet.KIND: ("art", "Art"),
    Facet.TYPE: ("typ", "Was es ist"),
    Facet.TOPIC: ("thema", "Thema"),
    Facet.PROJECT: ("projekt", "Projekt"),
    Facet.TARGET_GROUP: ("zielgruppe", "Zielgruppe"),
    Facet.INSTITUTION: ("institution", "Institution"),
    Facet.VERDICT: ("urteil", "Was andere dazu sagen"),
    Facet.OPEN: ("offen", "Offene Fragen"),
    Facet.YEAR: ("jahr", "Jahr"),
}
TABLE_PARAMETER = "tisch"
FIRST_YEAR, LAST_YEAR = "von", "bis"
#: Parameters with one value, and how the choice is called.
_YEAR_TITLES = {FIRST_YEAR: "ab {}", LAST_YEAR: "bis {}"}
_YEARS = ("jahr", FIRST_YEAR, LAST_YEAR)
#: What may be typed as ``name:value``, and the kind of term that it names.
_TYPED = {
    **{parameter: facet.value for facet, (parameter, _heading) in FACETS.items()},
    **LOOKED_UP,
    **dict.fromkeys(_YEARS, Facet.YEAR.value),
}
#: What needs no query: the terms of these kinds are always the same.
_FIXED: Terms = {
    Facet.KIND.value: KIND_TERMS,
    Facet.TYPE.value: TYPE_TERMS,
    Facet.VERDICT.value: VERDICT_TERMS,
    Facet.OPEN.value: OPEN_TERMS,
}


@dataclass(frozen=True)
class Parameters:
    """What an address asks for; values that name nothing are ignored but told.

    ``chosen`` holds the values of each parameter that name something, each with its title;
    ``terms`` what they name, by kind of term. ``query`` is the address with what was typed as
    ``projekt:weimar`` among its parameters.
    """

    request: SearchRequest
    page: int
    terms: Terms
    chosen: dict[str, dict[str, str]]
    unknown: list[str]
    query: QueryDict


def read(query: QueryDict, reader: Reader, per_page: int = PER_PAGE) -> Parameters:
    """Reads an address. Nothing in it is ever an error. A query for each kind of term in it.

    Of each parameter only the first MOST_VALUES count.
    """
    typed = syntax.fields(query.get("q", "")[:MAX_TEXT], _TYPED)
    slugs = {
        kind: [
            slug
            for slug in (
                *query.getlist(name)[:MOST_VALUES],
                *(one.slug for one in typed if one.name == name),
            )
            if SLUG.fullmatch(slug)
        ]
        for name, kind in LOOKED_UP.items()
    }
    terms: Terms = {**_FIXED, **published.terms_by_slug(slugs, reader)}
    query = _with_typed(query, typed, terms)
    chosen: dict[str, dict[str, str]] = {}
    unknown: list[str] = []

    def values(parameter: str, kind: str) -> tuple:
        by_slug = {term.slug: (value, term) for value, term in terms.get(kind, {}).items()}
        asked = [slug for slug in dict.fromkeys(query.getlist(parameter)[:MOST_VALUES]) if slug]
        unknown.extend(slug for slug in asked if slug not in by_slug)
        known = {slug: by_slug[slug] for slug in asked if slug in by_slug}
        if known:
            chosen[parameter] = {slug: term.title for slug, (_value, term) in known.items()}
        return tuple(value for value, _term in known.values())

    unknown.extend(one.written for one in typed if not _names_something(one, terms))
    unknown.extend(
        text
        for name in _YEARS
        for text in query.getlist(name)[:MOST_VALUES]
        if text and _year(text) is None
    )
    years = tuple(filter(None, map(_year, dict.fromkeys(query.getlist("jahr")[:MOST_VALUES]))))
    if years:
        chosen["jahr"] = {str(year): str(year) for year in years}
    first, last = _range(query, chosen)
    page = _page(query.get("seite", ""))
    request = SearchRequest(
        text=query.get("q", "").replace("\x00", " "),
        types=tuple(ObjectType(value) for value in values("typ", Facet.TYPE.value)),
        kinds=values("art", Facet.KIND.value),
        topic_ids=values("thema", Facet.TOPIC.value),
        project_ids=values("projekt", Facet.PROJECT.value),
        institution_ids=values("institution", Facet.INSTITUTION.value),
        target_group_ids=values("zielgruppe", Facet.TARGET_GROUP.value),
        table_ids=values(TABLE_PARAMETER, Facet.TABLE.value),
        verdicts=values("urteil", Facet.VERDICT.value),
        only_open=bool(values("offen", Facet.OPEN.value)),
        years=years,
        first_year=first,
        last_year=last,
        offset=(page - 1) * per_page,
        size=per_page,
        facets=tuple(FACETS),
    )
    return Parameters(request, page, terms, chosen, unknown, query)


def _with_typed(query: QueryDict, typed: list[syntax.Field], terms: Terms) -> QueryDict:
    """The address with every field that was typed as a parameter; an unknown one stays text."""
    known = [one for one in typed if _names_something(one, terms)]
    if not known:
        return query
    query = query.copy()
    query["q"] = syntax.without_fields(query["q"], known)
    for one in known:
        if one.slug not in query.getlist(one.name):
            query.appendlist(one.name, one.slug)
    return query


def _names_something(one: syntax.Field, terms: Terms) -> bool:
    if one.name in _YEARS:
        return _year(one.slug) is not None
    return any(term.slug == one.slug for term in terms.get(_TYPED[one.name], {}).values())


def _year(text: str) -> int | None:
    """Four digits; everything else is no year."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def _range(query: QueryDict, chosen: dict[str, dict[str, str]]) -> tuple[int | None, int | None]:
    """The years of ``von`` and ``bis``; whoever exchanges them means the same."""
    years = {name: _year(query.get(name, "")) for name in (FIRST_YEAR, LAST_YEAR)}
    for name, year in years.items():
        if year is not None:
            chosen[name] = {str(year): _YEAR_TITLES[name].format(year)}
    first, last = years.values()
    if first is not None and last is not None and first > last:
        return last, first
    return first, last


def _page(text: str) -> int:
    number = int(text[:9]) if text.isascii() and text.isdigit() else 1
    return max(1, min(number, 10_000))


def terms_of_facets(facets: Counted, known: Terms, most: int | None = None) -> Terms:
    """What the values of the facets are called, or the first ``most`` values of each.

    ``known`` are the terms of the address: they need no query.
    """
    wanted = {}
    for facet in (Facet.TOPIC, Facet.PROJECT, Facet.INSTITUTION, Facet.TARGET_GROUP):
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
