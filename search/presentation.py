"""How hits and facets stand on the page."""

from functools import lru_cache
from typing import TypedDict
from urllib.parse import urlencode

from django.db.models import Model
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from cms.domain.indexing import ObjectType
from cms.domain.plain import to_plain_text
from cms.published import Terms
from search import service
from search.analysis.compounds import default_splitter
from search.engine import Hit
from search.highlight import Highlighter, to_html
from search.parameters import FACETS, Counted, Parameters, term_of

FACET_ROWS = 12
TYPE_TITLES = {
    ObjectType.EXPERIENCE: "Erfahrung",
    ObjectType.OUTCOME: "Beschluss oder Weiterverfolgung",
    ObjectType.EVENT: "Veranstaltung",
    ObjectType.TABLE: "Tisch",
    ObjectType.TOPIC: "Thema",
    ObjectType.PROJECT: "Projekt",
    ObjectType.NEWS: "Meldung",
    ObjectType.SUPPLEMENT: "Ergänzung",
    ObjectType.PAGE: "Seite",
    ObjectType.DOCUMENT: "Dokument",
    ObjectType.COMMENT: "Kommentar",
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


class ResultRow(TypedDict):
    """One hit on the page; title and fragment are safe HTML with marks.

    A dict, and in FacetRow a count that is text already: templates read these much faster.
    """

    url: str
    title: SafeString
    kind: str
    label: str
    facts: list[str]
    fragment: SafeString


class FacetRow(TypedDict):
    """One value of a facet, and the address that chooses it or takes it back."""

    title: str
    count: str
    url: str
    is_chosen: bool


def result_rows(
    found: list[tuple[Hit, Model]], query: str, *, with_circle: bool = False
) -> list[ResultRow]:
    """The hits with the words of the query marked, compound, inflected and misspelt ones too.

    ``with_circle`` says of each experience who may read it.
    """
    highlighter = Highlighter(query, default_splitter(), service.synonyms_of(query))
    labels: dict[tuple, str] = {}  # Django looks for a choice's name with some effort

    def label(hit: Hit, obj: Model) -> str:
        key = hit.type, getattr(obj, "kind", "")
        return labels.get(key) or labels.setdefault(key, _label(hit, obj))

    return [
        {
            "url": url_of(obj),
            "title": _marked(str(obj), highlighter, 300),
            "kind": obj.kind if hit.type is ObjectType.EXPERIENCE else "",
            "label": label(hit, obj),
            "facts": _facts(hit, obj, with_circle),
            "fragment": _marked(text_of(obj), highlighter, 260),
        }
        for hit, obj in found
    ]


def _label(hit: Hit, obj: Model) -> str:
    """What the hit is, in a word or two."""
    has_kind = hit.type in (ObjectType.EXPERIENCE, ObjectType.OUTCOME)
    return obj.get_kind_display() if has_kind else TYPE_TITLES[hit.type]


def _facts(hit: Hit, obj: Model, with_circle: bool) -> list[str]:
    """Whose it is, when it was, who may read it."""
    if hit.type is ObjectType.OUTCOME:
        return [str(obj.get_state_display())]
    facts = []
    if hit.type is ObjectType.EXPERIENCE:
        facts.append("ein Projekt" if obj.attribution == "anonymous" else str(obj.project))
    if date := getattr(obj, "date", None):
        facts.append(f"{date:%d.%m.%Y}")
    if hit.type is ObjectType.EXPERIENCE and with_circle:
        facts.append(str(obj.get_visibility_display()))
    return facts


def _marked(text: str, highlighter: Highlighter, length: int) -> SafeString:
    # to_html escapes every piece of the text; the only markup in it is <mark>.
    return mark_safe(to_html(highlighter.fragments(text, length)))  # noqa: S308


def url_of(obj: Model) -> str:
    """The public address of anything that search finds."""
    if hasattr(obj, "get_absolute_url"):
        return obj.get_absolute_url()
    if hasattr(obj, "get_url"):
        return obj.get_url() or ""
    page = getattr(obj, "table", None) or getattr(obj, "event", None)
    return f"{page.get_url()}#beschluss-{obj.pk}" if page else obj.project.get_absolute_url()


def text_of(obj: Model) -> str:
    """The words of an object that a reader would read, without its title."""
    texts = (getattr(obj, name, "") for name in _TEXT_FIELDS)
    text = " ".join(_plain(text) for text in texts if text)
    return text.removeprefix(str(obj)).lstrip(" .,;:–")


#: Well-liked entries are shown again and again.
_plain = lru_cache(maxsize=2_000)(to_plain_text)


def facet_groups(
    facets: Counted, parameters: Parameters, terms: Terms, query: QueryDict
) -> list[dict]:
    """The facets of the page: heading and rows, the chosen ones always among them.

    ``terms`` names at least the first FACET_ROWS values of each.
    """
    pairs = _pairs(query)
    groups = []
    for facet, (parameter, heading) in FACETS.items():
        chosen = parameters.chosen.get(parameter, [])
        rows = []
        for number, (value, count) in enumerate(facets.get(facet.value, [])):
            term = term_of(facet, value, terms)
            if term and (number < FACET_ROWS or term.slug in chosen):
                url = _toggled(pairs, parameter, term.slug)
                rows.append(_facet_row(term.title, count, url, term.slug in chosen))
        if rows:
            groups.append({"heading": heading, "parameter": parameter, "rows": rows})
    return groups


def chosen_rows(parameters: Parameters, query: QueryDict) -> list[FacetRow]:
    """What the search is narrowed by, each with the address that takes it back."""
    titles = {
        term.slug: term.title for terms in parameters.terms.values() for term in terms.values()
    }
    pairs = _pairs(query)
    return [
        _facet_row(titles.get(slug, slug), 0, _toggled(pairs, parameter, slug), True)
        for parameter, slugs in parameters.chosen.items()
        for slug in slugs
    ]


def _facet_row(title: str, count: int, url: str, is_chosen: bool) -> FacetRow:
    return {"title": title, "count": str(count), "url": url, "is_chosen": is_chosen}


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    """What an address asks for, but its page."""
    return [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name != "seite" and value
    ]


def _toggled(pairs: list[tuple[str, str]], parameter: str, slug: str) -> str:
    """The address with one value more or less, from its first page."""
    others = [pair for pair in pairs if pair != (parameter, slug)]
    if len(others) == len(pairs):
        others.append((parameter, slug))
    return "?" + urlencode(others)


def page_url(query: QueryDict, page: int) -> str:
    """The same search, another page."""
    return "?" + urlencode([*_pairs(query), ("seite", page)])
