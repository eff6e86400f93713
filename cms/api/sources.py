"""Things that a request names in its body or its query: by address, by path, or by UID."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from cms.api.addresses import api_prefix
from cms.api.contract import ApiError
from cms.api.traversal import Found, find
from cms.models import ExchangeEventPage, NewsPage, Project, Supplement, TablePage

_UID = re.compile(r"([a-z]+)-(\d{1,18})")
_MODELS = {
    "event": ExchangeEventPage,
    "table": TablePage,
    "news": NewsPage,
    "project": Project,
    "supplement": Supplement,
}


def named(text: Any, request: HttpRequest, field: str) -> Found:
    """What ``text`` names, as far as the person may know of it.

    Raises ApiError: 400 if it is no text, 422 if there is nothing.
    """
    if not isinstance(text, str) or not text.strip():
        raise ApiError(400, errors=[(field, gettext("Bitte eine Adresse oder UID angeben."))])
    try:
        return find(_path(text.strip(), request), request, "")
    except (Http404, ValueError):
        message = gettext("Dort gibt es nichts, oder nichts, das Sie lesen dürfen.")
        raise ApiError(422, errors=[(field, message)]) from None


def named_list(value: Any, request: HttpRequest, field: str, most: int) -> list[Found]:
    """The same for one or several. Raises ApiError."""
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > most:
        message = gettext("Bitte 1 bis %(most)d Adressen angeben.") % {"most": most}
        raise ApiError(400, errors=[(field, message)])
    return [named(one, request, field) for one in values]


def _path(text: str, request: HttpRequest) -> str:
    """The path below the API's root; raises ValueError for an address of another site."""
    uid = _UID.fullmatch(text)
    if uid is not None:
        return _path_of_uid(uid[1], int(uid[2]))
    parts = urlsplit(text)
    if parts.netloc and parts.netloc != request.get_host():
        raise ValueError(text)
    path = unquote(parts.path)
    prefix = api_prefix()
    return path.removeprefix(prefix).strip("/").removeprefix("++api++").strip("/")


def _path_of_uid(kind: str, pk: int) -> str:
    """Raises ValueError for an unknown one. What it may be used for is asked by ``find``."""
    if kind == "experience":
        return f"e/{pk}"
    obj = _MODELS[kind].objects.filter(pk=pk).first() if kind in _MODELS else None
    if obj is None:
        raise ValueError(kind)
    if isinstance(obj, Supplement):
        return f"erfahrungen/{obj.experience.slug}/ergaenzung-{pk}"
    address = obj.get_absolute_url() if isinstance(obj, Project) else obj.get_url()
    return (address or "").strip("/")
