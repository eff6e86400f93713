"""How hits and facets stand on the page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Model
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from cms.domain.indexing import ObjectType
from cms.domain.plain import to_plain_text
from search.analysis.compounds import CompoundSplitter, default_splitter
from search.engine import Hit
from search.highlight import highlight, to_html
from search.parameters import FACETS, TABLE_PARAMETER, Parameters, Terms, all_terms

FACET_ROWS = 12
TYPE_TITLES = {
    ObjectType.EXPERIENCE: "Erfahrung",
    ObjectType.OUTCOME: "Beschluss oder Weiterverfolgung",
    ObjectType.EVENT: "Veranstaltung",
    ObjectType.TABLE: "Tisch",
    ObjectType.TOPIC: "Thema",
    ObjectType.PROJECT: "Projekt",
    ObjectType.NEWS: "Meldung",
}
_TEXT_FIELDS = (
    "body",
    "teaser",
    "lesson",
    "situation",
    "approach",
    "result",
    "text",
    "introduction",
    "summary",
    "plenary",
    "description",
    "carrier",
)


@dataclass(frozen=True)
class ResultRow:
    """One hit on the page; the two texts are safe HTML with marks."""

    type: ObjectType
    type_title: str
    object: Model
    url: str
    title: SafeString
    fragment: SafeString


@dataclass(frozen=True)
class FacetRow:
    """One value of a facet, and the address that chooses it or takes it back."""

    title: str
    count: int
    url: str
    is_chosen: bool


def result_rows(found: list[tuple[Hit, Model]], query: str) -> list[ResultRow]:
    """The hits with the words of the query marked, compound, inflected and misspelt ones too."""
    splitter = default_splitter()
    return [
        ResultRow(
            hit.type,
            TYPE_TITLES[hit.type],
            obj,
            url_of(obj),
            _marked(str(obj), query, splitter, 300),
            _marked(text_of(obj), query, splitter, 260),
        )
        for hit, obj in found
    ]


def _marked(text: str, query: str, splitter: CompoundSplitter, length: int) -> SafeString:
    # to_html escapes every piece of the text; the only markup in it is <mark>.
    return mark_safe(to_html(highlight(text, query, splitter, length)))  # noqa: S308


def url_of(obj: Model) -> str:
    """The public address of anything that search finds."""
    if hasattr(obj, "get_absolute_url"):
        return obj.get_absolute_url()
    if hasattr(obj, "get_url"):
        return obj.get_url() or ""
    page = getattr(obj, "table", None) or getattr(obj, "event", None)
    return f"{page.get_url()}#beschluss-{obj.pk}" if page else ""


def text_of(obj: Model) -> str:
    """The words of an object that a reader would read, without its title."""
    texts = (to_plain_text(getattr(obj, name, "") or "") for name in _TEXT_FIELDS)
    text = " ".join(text for text in texts if text)
    return text.removeprefix(str(obj)).lstrip(" .,;:–")


def facet_groups(
    facets: dict, parameters: Parameters, terms: Terms, query: QueryDict
) -> list[dict]:
    """The facets of the page: heading and rows, the chosen ones always among them."""
    vocabulary = all_terms(terms)
    groups = []
    for facet, (parameter, heading) in FACETS.items():
        rows = []
        for value, count in facets.get(facet.value, []):
            term = vocabulary.get(facet.value, {}).get(value)
            slug, title = (term.slug, term.title) if term else (str(value), str(value))
            if facet.value in vocabulary and term is None:
                continue  # the term was deleted a moment ago
            is_chosen = slug in parameters.chosen.get(parameter, [])
            rows.append(FacetRow(title, count, _toggled(query, parameter, slug), is_chosen))
        shown = [row for number, row in enumerate(rows) if row.is_chosen or number < FACET_ROWS]
        if shown:
            groups.append({"heading": heading, "parameter": parameter, "rows": shown})
    return groups


def chosen_rows(parameters: Parameters, terms: Terms, query: QueryDict) -> list[FacetRow]:
    """What the search is narrowed by, each with the address that takes it back."""
    vocabulary = all_terms(terms)
    names = {
        parameter: {term.slug: term.title for term in vocabulary.get(facet.value, {}).values()}
        for facet, (parameter, _heading) in FACETS.items()
    }
    names[TABLE_PARAMETER] = {term.slug: term.title for term in vocabulary["table"].values()}
    return [
        FacetRow(
            names.get(parameter, {}).get(slug, slug), 0, _toggled(query, parameter, slug), True
        )
        for parameter, slugs in parameters.chosen.items()
        for slug in slugs
    ]


def _toggled(query: QueryDict, parameter: str, slug: str) -> str:
    """The address with one value more or less, from its first page."""
    pairs = [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name != "seite" and value
    ]
    if (parameter, slug) in pairs:
        pairs = [pair for pair in pairs if pair != (parameter, slug)]
    else:
        pairs.append((parameter, slug))
    return "?" + urlencode(pairs)


def page_url(query: QueryDict, page: int) -> str:
    """The same search, another page."""
    pairs = [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name != "seite" and value
    ]
    return "?" + urlencode([*pairs, ("seite", page)])
