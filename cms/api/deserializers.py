"""What a client sends, as values for the services. Fields that we do not know are left out.

Plone's clients send back what they have read: everything that an answer shows can be sent, in the
same shape, and what is not the client's to change (owner, state, address) counts for nothing.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext

from cms.api.contract import ApiError
from cms.api.images import is_as_read, upload_of
from cms.api.moments import FIRST_YEAR, LAST_YEAR, moment_of
from cms.domain.errors import RuleError
from cms.domain.plain import to_rich_text
from cms.formats.rich_text import from_markdown
from cms.models import (
    ExchangeEventPage,
    Experience,
    InfoPage,
    Institution,
    NewsPage,
    Project,
    Supplement,
    TablePage,
    TargetGroup,
    Topic,
)
from cms.models.choices import (
    AttributionChoices,
    CircleChoices,
    KindChoices,
    SideChoices,
    VerdictChoices,
)
from cms.models.events import TEXT_FEATURES
from cms.models.experience import BODY_FEATURES
from cms.services.clean_rich_text import MAX_LENGTH, clean_rich_text
from cms.services.keep_picture import Upload

HTML, MARKDOWN, PLAIN = "text/html", "text/markdown", "text/plain"
#: More of a kind is no entry of a guide, and each costs a look into the database.
MOST_TERMS, MOST_ARGUMENTS = 200, 200
MOST_NUMBER = 9_999

AnyModel = TypeVar("AnyModel", bound=Model)
Read = Callable[[Any], Any]


class _WrongError(Exception):
    """What is wrong with a value, in a German sentence."""


def fields_of(model: type[Model], data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a type that ``data`` names. Raises ApiError (422), with all errors."""
    return _read(data, FIELDS[model])


def description_of(data: Mapping[str, Any]) -> str | None:
    """The description that ``data`` names, in one line. Raises ApiError (422)."""
    return _read(data, {"description": ("description", _title)}).get("description")


def named_project(
    data: Mapping[str, Any], among: Iterable[Project], refusal: str = ""
) -> Project | None:
    """The project that ``data`` names, None if it names none.

    Raises ApiError (422), with ``refusal`` if it is not ``among`` those that may be named.
    """
    sent = data.get("project")
    if sent is None:
        return None
    try:
        token = _token(sent)
    except _WrongError as error:
        raise ApiError(422, errors=[("project", str(error))]) from None
    for project in among:
        if project.slug == token:
            return project
    refusal = refusal or gettext("Für dieses Projekt schreiben Sie nicht, oder es gibt es nicht.")
    raise ApiError(422, errors=[("project", refusal)])


def _read(data: Mapping[str, Any], known: Mapping[str, tuple[str, Read]]) -> dict[str, Any]:
    found, wrong = {}, []
    for name, (field, read) in known.items():
        if name in data and not is_as_read(data[name]):
            try:
                found[field] = read(data[name])
            except _WrongError as error:
                wrong.append((name, str(error)))
    if wrong:
        raise ApiError(422, errors=wrong)
    return found


# --- values --------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _WrongError(gettext("Bitte einen Text angeben."))
    if len(value) > MAX_LENGTH:  # longer than any entry; reading Markdown would take its time
        message = gettext("Der Text ist zu lang: höchstens %(n)d Zeichen.")
        raise _WrongError(message % {"n": MAX_LENGTH})
    return value


def _title(value: Any) -> str:
    return " ".join(_text(value).split())


_AS_HTML: dict[str, Callable[[str], str]] = {
    HTML: lambda text: text,
    MARKDOWN: from_markdown,
    PLAIN: lambda text: to_rich_text(text.splitlines()),
}


def _rich_text(features: Iterable[str]) -> Read:
    """Rich text with these features of the guide's editor."""
    return lambda value: _clean(value, features)


def _clean(value: Any, features: Iterable[str]) -> str:
    """HTML as a text or as Plone writes it; Markdown and plain text by their content type."""
    content_type = HTML
    if isinstance(value, dict):
        content_type = _text(value.get("content-type")).partition(";")[0].strip() or HTML
        value = value.get("data")
    text = _text(value)
    if content_type not in _AS_HTML:
        raise _WrongError(gettext("Bitte HTML, Markdown oder einfachen Text angeben."))
    try:
        return clean_rich_text(_AS_HTML[content_type](text), features)
    except RuleError as error:
        raise _WrongError(str(error)) from None


def _choice(choices: Any) -> Read:
    """One of these values, as it is or as Plone writes a term: ``{"token", "title"}``."""

    def read(value: Any) -> str:
        token = value.get("token") if isinstance(value, dict) else value
        if token not in choices.values:
            named = ", ".join(choices.values)
            raise _WrongError(gettext("Bitte einen dieser Werte angeben: %s.") % named)
        return token

    return read


def _verdict(value: Any) -> str:
    return _choice(VerdictChoices)(value) if value else ""


def _date(value: Any) -> datetime.date | None:
    if value in (None, ""):
        return None
    try:
        date = datetime.date.fromisoformat(_text(value))
    except ValueError:
        date = None
    if date is None or not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise _WrongError(gettext("Bitte ein Datum wie 2026-03-02 angeben."))
    return date


def _moment(value: Any) -> datetime.datetime | None:
    if value in (None, ""):
        return None
    moment = moment_of(_text(value))
    if moment is None:
        raise _WrongError(gettext("Bitte einen Zeitpunkt wie 2026-03-02T09:00:00+01:00 angeben."))
    return moment


def _moment_to_come(value: Any) -> datetime.datetime | None:
    """One that is over says nothing new: answers tell it of what is published."""
    moment = _moment(value)
    return moment if moment and moment > timezone.now() else None


def _token(value: Any) -> str:
    """``abc`` of ``abc``, of ``{"token": "abc"}``, and of the address ``…/leitfaden/x/abc``."""
    if isinstance(value, dict):
        value = value.get("token") or value.get("@id")
    if not isinstance(value, str):
        raise _WrongError(gettext("Bitte Kennungen oder Adressen angeben."))
    try:
        return urlsplit(value).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return value


def _terms(model: type[AnyModel]) -> Read:
    """Objects by their tokens; all must be there."""

    def read(value: Any) -> list[AnyModel]:
        sent = [] if value is None else value
        if not isinstance(sent, list) or len(sent) > MOST_TERMS:
            raise _WrongError(gettext("Bitte eine Liste angeben."))
        tokens = list(dict.fromkeys(_token(item) for item in sent))
        if not tokens:
            return []
        by_slug = {obj.slug: obj for obj in model.objects.filter(slug__in=tokens)}
        missing = [token for token in tokens if token not in by_slug]
        if missing:
            raise _WrongError(gettext("Das gibt es nicht: %s.") % ", ".join(missing)[:200])
        return [by_slug[token] for token in tokens]

    return read


def _arguments(value: Any) -> list[tuple[str, str]]:
    sent = [] if value is None else value
    if not isinstance(sent, list) or len(sent) > MOST_ARGUMENTS:
        raise _WrongError(gettext("Bitte eine Liste angeben."))
    rows = []
    for item in sent:
        if not isinstance(item, dict):
            raise _WrongError(gettext("Bitte zu jedem Argument „side“ und „text“ angeben."))
        side, text = _choice(SideChoices)(item.get("side")), _text(item.get("text")).strip()
        if not text:
            raise _WrongError(gettext("Bitte zu jedem Argument „side“ und „text“ angeben."))
        rows.append((side, text))
    return rows


def _number(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_NUMBER:
        raise _WrongError(gettext("Bitte eine ganze Zahl ab 0 angeben."))
    return value


def _image(value: Any) -> Upload | None:
    """A picture that is sent; null takes the present one away."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _WrongError(gettext("Bitte ein Bild angeben, oder null."))
    try:
        return upload_of(value)
    except RuleError as error:
        raise _WrongError(str(error)) from None


Known = dict[str, tuple[str, Read]]
_PERIOD: Known = {
    "effective": ("go_live_at", _moment_to_come),
    "expires": ("expire_at", _moment),
}
_TITLE: Known = {"title": ("title", _title)}
_DATE: Known = {"date": ("date", _date)}
_ENTRY: Known = {"visibility": ("visibility", _choice(CircleChoices)), **_PERIOD}


def _texts(*names: str) -> Known:
    return {name: (name, _text) for name in names}


def _rich_texts(features: Iterable[str], *names: str) -> Known:
    return {name: (name, _rich_text(features)) for name in names}


def _body(features: Iterable[str]) -> Known:
    """The text of a page, which Plone calls so; our own name counts before that."""
    read = _rich_text(features)
    return {"text": ("body", read), "body": ("body", read)}


#: What a client calls it -> our field, and how it is read; for each type that can be written.
FIELDS: dict[type[Model], Known] = {
    Experience: {
        **_TITLE,
        **_DATE,
        **_ENTRY,
        "kind": ("kind", _choice(KindChoices)),
        "attribution": ("attribution", _choice(AttributionChoices)),
        "topics": ("topics", _terms(Topic)),
        "target_groups": ("target_groups", _terms(TargetGroup)),
        "institutions": ("institutions", _terms(Institution)),
        "arguments": ("arguments", _arguments),
        **_texts("situation", "approach", "result", "lesson"),
        **_body(BODY_FEATURES),
    },
    Supplement: {
        **_ENTRY,
        "verdict": ("verdict", _verdict),
        **_rich_texts(BODY_FEATURES, "text"),
    },
    NewsPage: {
        **_TITLE,
        **_DATE,
        **_PERIOD,
        "image": ("image", _image),
        **_texts("teaser", "image_caption"),
        **_body(TEXT_FEATURES),
    },
    ExchangeEventPage: {
        **_TITLE,
        **_DATE,
        **_PERIOD,
        "number": ("number", _number),
        **_texts("place"),
        **_rich_texts(TEXT_FEATURES, "introduction", "programme", "material", "plenary", "notes"),
    },
    TablePage: {
        **_TITLE,
        **_PERIOD,
        "topics": ("topics", _terms(Topic)),
        **_rich_texts(TEXT_FEATURES, "summary", "notes"),
    },
    InfoPage: {**_TITLE, **_PERIOD, **_body(TEXT_FEATURES)},
}
