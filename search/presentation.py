"""How hits stand on the page: what each is, whose, when, who may read it, where it stands."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import TypedDict

from django.db.models import Model
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from cms.domain.indexing import ObjectType
from cms.domain.kinds import Verdict
from cms.domain.plain import to_plain_text
from cms.published.hits import title_of, words_of_documents
from search import service
from search.engine import Hit
from search.highlight import Highlighter, to_html
from search.learnt_words import current_splitter

TYPE_TITLES = {
    ObjectType.EXPERIENCE: "Erfahrung",
    ObjectType.SUPPLEMENT: "Ergänzung",
    ObjectType.OUTCOME: "Beschluss oder Weiterverfolgung",
    ObjectType.EVENT: "Veranstaltung",
    ObjectType.TABLE: "Tisch",
    ObjectType.TOPIC: "Thema",
    ObjectType.PROJECT: "Projekt",
    ObjectType.NEWS: "Meldung",
    ObjectType.PAGE: "Seite",
    ObjectType.DOCUMENT: "Dokument",
    ObjectType.COMMENT: "Kommentar",
}
UNNAMED = "ein Projekt"
PUBLIC = "Öffentlich"
_WITH_KIND = (ObjectType.EXPERIENCE, ObjectType.OUTCOME)
_WITH_PROJECT = (
    *(ObjectType.EXPERIENCE, ObjectType.SUPPLEMENT, ObjectType.OUTCOME),
    *(ObjectType.NEWS, ObjectType.DOCUMENT),
)
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
#: A document's words are looked through in pieces of so many characters.
_PIECE = 5_000
_VERDICT_WORDS = {
    Verdict.PROVEN: "bewährt",
    Verdict.PARTLY: "teils bewährt",
    Verdict.NOT_PROVEN: "nicht bewährt",
    Verdict.OPEN: "noch offen",
}


class Place(TypedDict):
    """What a hit stands on or belongs to, with its address."""

    label: str
    title: str
    url: str


class ResultRow(TypedDict):
    """One hit on the page; title and fragment are safe HTML with marks.

    A dict: templates read these much faster.
    """

    url: str
    title: SafeString
    kind: str
    label: str
    facts: list[str]
    verdicts: str
    place: Place | None
    fragment: SafeString


def result_rows(
    found: list[tuple[Hit, Model]], query: str, *, with_circle: bool = False
) -> list[ResultRow]:
    """The hits with the words of the query marked, compound, inflected and misspelt ones too.

    ``with_circle`` says of each who may read it.
    """
    highlighter = Highlighter(query, current_splitter(), service.synonyms_of(query))
    documents = [obj.pk for hit, obj in found if hit.type is ObjectType.DOCUMENT]
    words = words_of_documents(documents) if documents else {}
    labels: dict[tuple, str] = {}  # Django looks for a choice's name with some effort

    def label(hit: Hit, obj: Model) -> str:
        key = hit.type, getattr(obj, "kind", "")
        return labels.get(key) or labels.setdefault(key, _label(hit, obj))

    return [
        {
            "url": url_of(obj),
            "title": marked(title_of(obj), highlighter, 300),
            "kind": obj.kind if hit.type is ObjectType.EXPERIENCE else "",
            "label": label(hit, obj) if hit.type is not ObjectType.DOCUMENT else _file_kind(obj),
            "facts": list(_facts(hit, obj, with_circle)),
            "verdicts": verdict_sentence(getattr(obj, "verdicts", {})),
            "place": _place(hit, obj),
            "fragment": (
                _marked_piece(words.get(obj.pk, ""), highlighter)
                if hit.type is ObjectType.DOCUMENT
                else marked(text_of(obj), highlighter, 260)
            ),
        }
        for hit, obj in found
    ]


def _label(hit: Hit, obj: Model) -> str:
    """What the hit is, in a word or two."""
    return obj.get_kind_display() if hit.type in _WITH_KIND else TYPE_TITLES[hit.type]


def _file_kind(document: Model) -> str:
    ending = document.file_extension.upper()
    return f"{TYPE_TITLES[ObjectType.DOCUMENT]} ({ending})" if ending else "Dokument"


def _facts(hit: Hit, obj: Model, with_circle: bool) -> Iterator[str]:
    """Whose it is, when it was, how it stands, who may read it."""
    if hit.type in _WITH_PROJECT and (owner := owner_of(hit.type, obj)):
        yield owner
    if hit.type is ObjectType.PROJECT:
        yield from filter(None, [obj.carrier])
    if day := _date(hit, obj):
        yield f"{day:%d.%m.%Y}"
    if hit.type is ObjectType.EVENT and obj.place:
        yield obj.place
    if hit.type is ObjectType.OUTCOME:
        yield str(obj.get_state_display())
    if hit.type is ObjectType.SUPPLEMENT and obj.verdict:
        yield str(obj.get_verdict_display())
    if with_circle and hit.type not in (ObjectType.TOPIC, ObjectType.PROJECT):
        yield _circle(obj)


def owner_of(object_type: ObjectType, obj: Model) -> str:
    """The project to be named; entries of "ein Projekt" say so, files and news say nothing."""
    if object_type is ObjectType.EXPERIENCE:
        return UNNAMED if obj.attribution == "anonymous" else str(obj.project)
    if object_type in (ObjectType.SUPPLEMENT, ObjectType.DOCUMENT):
        missing = UNNAMED if object_type is ObjectType.SUPPLEMENT else ""
        return str(obj.shown_project or missing)
    return str(obj.project or "")


def _date(hit: Hit, obj: Model) -> date | None:
    if hit.type is ObjectType.SUPPLEMENT:
        return _day(obj.first_published_at)
    if hit.type is ObjectType.DOCUMENT:
        return _day(obj.created_at)
    source = obj.event if hit.type in (ObjectType.TABLE, ObjectType.OUTCOME) else obj
    return getattr(source, "date", None)


def _day(moment: datetime | None) -> date | None:
    """The day in Germany: the database knows it in UTC."""
    return timezone.localdate(moment) if moment else None


def _circle(obj: Model) -> str:
    if hasattr(obj, "shown_circle"):
        return str(obj.shown_circle.label)
    return str(obj.get_visibility_display()) if hasattr(obj, "visibility") else PUBLIC


def _place(hit: Hit, obj: Model) -> Place | None:
    """What it stands on: a table's event, an outcome's page, what a document is attached to."""
    if hit.type is ObjectType.TABLE:
        return {"label": "", "title": str(obj.event), "url": obj.event.get_url() or ""}
    if hit.type is ObjectType.OUTCOME and (page := obj.table or obj.event):
        return {"label": "", "title": str(page), "url": page.get_url() or ""}
    if hit.type is ObjectType.DOCUMENT and obj.used_by:
        source = obj.used_by[0].obj
        title = str(getattr(source, "title", None) or source)
        return {"label": "Angehängt an: ", "title": title, "url": url_of(source)}
    return None


def verdict_sentence(counts: dict[Verdict, int]) -> str:
    """ "bewährt in 3 Projekten, nicht bewährt in einem Projekt"; empty if nobody tried it."""
    return ", ".join(
        f"{words} in {'einem Projekt' if counts[verdict] == 1 else f'{counts[verdict]} Projekten'}"
        for verdict, words in _VERDICT_WORDS.items()
        if counts.get(verdict)
    )


def marked(text: str, highlighter: Highlighter, length: int) -> SafeString:
    """The part of a text that says most, as safe HTML with marks."""
    # to_html escapes every piece of the text; the only markup in it is <mark>.
    return mark_safe(to_html(highlighter.fragments(text, length)))  # noqa: S308


def _marked_piece(words: str, highlighter: Highlighter) -> SafeString:
    """The first piece of a long text that answers the query, else its beginning."""
    for start in range(0, len(words), _PIECE):
        piece = words[start : start + _PIECE]
        if any(is_hit for _text, is_hit in highlighter.fragments(piece, 260)):
            return marked(piece, highlighter, 260)
    return marked(words[:_PIECE], highlighter, 260)


def url_of(obj: Model) -> str:
    """The public address of anything that search finds, with the place on its page."""
    if hasattr(obj, "get_absolute_url"):
        return obj.get_absolute_url()
    if hasattr(obj, "get_url"):
        return obj.get_url() or ""
    if hasattr(obj, "file"):
        return obj.url
    page = getattr(obj, "table", None) or getattr(obj, "event", None)
    if page:
        return f"{page.get_url()}#beschluss-{obj.pk}"
    return obj.project.get_absolute_url() if hasattr(obj, "project") else ""


def text_of(obj: Model) -> str:
    """The words of an object that a reader would read, without its title."""
    texts = [getattr(obj, name, "") for name in _TEXT_FIELDS]
    if hasattr(obj, "locations"):
        texts.append(" · ".join(filter(None, _places(obj))))
    text = " ".join(_plain(text) for text in texts if text)
    return text.removeprefix(title_of(obj)).lstrip(" .,;:–")


def _places(project: Model) -> Iterator[str]:
    """The offices that a project is found by, too. Its other names are for finding, not to read."""
    for place in project.locations.all():
        town = f"{place.postcode} {place.city}".strip()
        yield ", ".join(filter(None, (place.name, place.street, town)))


#: Well-liked entries are shown again and again.
_plain = lru_cache(maxsize=2_000)(to_plain_text)
