"""What a request sends: a JSON object, whatever its type says."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext

from cms.api.errors import ApiError


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; ``{}`` for an empty body, whatever type it says it has.

    Raises ApiError: 400 for anything else, and for text that no database takes (NUL, halves of
    characters); 413 if it is too big.
    """
    try:
        sent = request.body
    except RequestDataTooBig:
        raise ApiError(413) from None
    except RawPostDataException:
        raise ApiError(400, gettext("Der Inhalt der Anfrage ist kein gültiges JSON.")) from None
    return json_object(sent) if sent.strip() else {}


def json_object(sent: str | bytes) -> dict[str, Any]:
    """The JSON object in what was sent, in a body or in a parameter. Raises ApiError (400)."""
    try:
        data = json.loads(sent, parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError):
        raise ApiError(400, gettext("Der Inhalt der Anfrage ist kein gültiges JSON.")) from None
    if not isinstance(data, dict):
        raise ApiError(400, gettext("Der Inhalt der Anfrage muss ein JSON-Objekt sein."))
    if not all(_is_text(text) for text in _texts(data)):
        raise ApiError(400, gettext("Die Anfrage enthält Zeichen, die kein Text sind."))
    return data


def field_of(sent: dict[str, Any], name: str, default: Any) -> Any:
    """A field of what was sent: null is what was not."""
    value = sent.get(name)
    return default if value is None else value


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _number(text: str) -> int | float:
    number = float(text)  # JSON knows no difference between 1 and 1.0
    return int(number) if number.is_integer() else number


def _texts(data: Any) -> Iterator[str]:
    """All the texts in ``data``, names too; without recursion, however deep it is."""
    waiting = [data]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case list() as values:
                waiting += values
            case dict() as fields:
                waiting += [*fields, *fields.values()]


def _is_text(text: str) -> bool:
    return _NO_TEXT.search(text) is None


_NO_TEXT = re.compile("[\0\ud800-\udfff]")
