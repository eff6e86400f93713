"""What every answer of the API has in common. Search builds its service on this too.

Person and reader, names of parameters, batches, errors, the answer itself. The items of
listings are made by :func:`envelope_summary`, which stands in summaries.py.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext, gettext_lazy
from ninja.errors import HttpError
from ninja.errors import ValidationError as ParameterError

from cms.api.addresses import once
from cms.api.schemas import Batching, Summary
from cms.api.summaries import METADATA_FIELDS, envelope_summary
from cms.domain.reader import Reader
from cms.permissions import policies

__all__ = [
    "BATCH_PARAMETERS",
    "DEFAULT_BATCH_SIZE",
    "MAX_BATCH_SIZE",
    "METADATA_FIELDS",
    "ApiError",
    "Batch",
    "Batching",
    "Summary",
    "answer",
    "answer_exception",
    "batch",
    "batching_links",
    "envelope_summary",
    "error_answer",
    "parameter",
    "parameter_list",
    "person",
    "query_parameter",
    "reader",
]

DEFAULT_BATCH_SIZE = 25
MAX_BATCH_SIZE = 500


# --- who asks ------------------------------------------------------------------------------------


def person(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Who asks: the signed-in person of the session, or an anonymous one.

    The one place where the API learns who somebody is; tokens will be read here too.
    """
    return request.user


def reader(request: HttpRequest) -> Reader:
    """What the person may see, for published.py."""
    return policies.reader_for(person(request))


# --- parameters ----------------------------------------------------------------------------------


def _bare(name: str) -> str:
    """Zope's converters are accepted and not needed: ``expand:list`` is ``expand``."""
    return name.partition(":")[0]


def _all_parameters(request: HttpRequest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, values in request.GET.lists():
        found.setdefault(_bare(name), []).extend(values)
    return found


def parameter(request: HttpRequest, name: str, default: str = "") -> str:
    """One parameter of the query; if it is given twice, the last one."""
    return once(request, "parameters", lambda: _all_parameters(request)).get(name, [default])[-1]


def parameter_list(request: HttpRequest, name: str) -> list[str]:
    """A parameter with many values: repeated, with ``:list``, or separated by commas."""
    values = once(request, "parameters", lambda: _all_parameters(request)).get(name, [])
    parts = [part.strip() for value in values for part in value.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def query_parameter(name: str, kind: str, description: str, **schema: Any) -> dict[str, Any]:
    """A parameter for the OpenAPI document: ``openapi_extra={"parameters": [...]}``."""
    return {
        "in": "query",
        "name": name,
        "required": False,
        "description": description,
        "schema": {"type": kind, **schema},
    }


# --- batches -------------------------------------------------------------------------------------

#: For the OpenAPI document of every service that answers in batches.
BATCH_PARAMETERS = [
    query_parameter("b_start", "integer", "Number of the first item, from 0.", minimum=0),
    query_parameter(
        "b_size",
        "integer",
        f"Items in one answer; at most {MAX_BATCH_SIZE}.",
        minimum=0,
        default=DEFAULT_BATCH_SIZE,
    ),
]


@dataclass(frozen=True)
class Batch:
    """The part of a listing that is asked for: ``size`` items from ``start`` of ``total``."""

    start: int
    size: int
    total: int

    def of(self, items: Any) -> Any:
        """This part of a list or of a queryset."""
        return items[self.start : self.start + self.size]


def batch(
    request: HttpRequest,
    total: int,
    default_size: int = DEFAULT_BATCH_SIZE,
    max_size: int = MAX_BATCH_SIZE,
) -> Batch:
    """The batch that ``b_start`` and ``b_size`` ask for; more than ``max_size`` is cut to that.

    A service that must know start and size before the total can pass 0 and put the total in
    with ``dataclasses.replace``. Raises ApiError (400) for anything but whole numbers from 0.
    """
    start = _whole_number(request, "b_start", 0)
    size = min(_whole_number(request, "b_size", default_size), max_size)
    return Batch(start, size, total)


def _whole_number(request: HttpRequest, name: str, default: int) -> int:
    text = parameter(request, name) or str(default)
    # More digits than that are no place in a list, and more than a database counts.
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ApiError(400, errors=[(name, gettext("Bitte eine ganze Zahl ab 0 angeben."))])
    return int(text)


def batching_links(request: HttpRequest, wanted: Batch) -> dict[str, Any]:
    """``{"batching": {"@id", "first", "last", "prev", "next"}}`` to merge into an answer.

    Empty if everything fits on one page; without ``prev`` on the first page and without
    ``next`` on the last. All other parameters stay in the links as the client wrote them.
    """
    if wanted.size == 0 or (wanted.total <= wanted.size and wanted.start == 0):
        return {}
    last = max(wanted.total - 1, 0) // wanted.size * wanted.size
    links = {
        "@id": request.build_absolute_uri(),
        "first": _link_to(request, 0),
        "last": _link_to(request, last),
    }
    if wanted.start > 0:
        links["prev"] = _link_to(request, max(wanted.start - wanted.size, 0))
    if wanted.start + wanted.size < wanted.total:
        links["next"] = _link_to(request, wanted.start + wanted.size)
    return {"batching": links}


def _link_to(request: HttpRequest, start: int) -> str:
    query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    others = [(name, value) for name, value in query if _bare(name) != "b_start"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*others, ('b_start', start)])}")


# --- errors --------------------------------------------------------------------------------------

_MESSAGES = {
    400: gettext_lazy("Die Anfrage ist nicht richtig gestellt."),
    401: gettext_lazy("Bitte melden Sie sich an."),
    403: gettext_lazy("Dazu fehlt Ihnen das Recht."),
    404: gettext_lazy("Unter dieser Adresse gibt es nichts."),
    405: gettext_lazy("Diese Methode gibt es unter dieser Adresse nicht."),
    500: gettext_lazy("Auf dem Server ist ein Fehler aufgetreten."),
}


class ApiError(Exception):
    """An answer that is an error.

    :param status: the HTTP status
    :param message: a German sentence; empty for the usual one of this status
    :param errors: pairs of a parameter's or field's name and what is wrong with it
    """

    def __init__(
        self, status: int, message: str = "", errors: Iterable[tuple[str, str]] = ()
    ) -> None:
        super().__init__(status, message)
        self.status, self.message, self.errors = status, message, list(errors)


def error_answer(
    request: HttpRequest, status: int, message: str = "", errors: Iterable[tuple[str, str]] = ()
) -> HttpResponse:
    """``{"type", "message"}``, and ``errors`` with ``{"field", "message"}`` if there are any."""
    usual = _MESSAGES.get(status, _MESSAGES[400 if status < 500 else 500])
    data: dict[str, Any] = {
        "type": HTTPStatus(status).phrase.replace(" ", ""),
        "message": message or str(usual),
    }
    listed = [{"field": field, "message": text} for field, text in errors]
    response = HttpResponse(
        _as_json({**data, "errors": listed} if listed else data),
        content_type="application/json",
        status=status,
    )
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ("Cookie", "Authorization"))
    return response


def answer_exception(request: HttpRequest, error: Exception) -> HttpResponse:
    """The one handler of exceptions. What it does not know is a crash: Django logs that."""
    match error:
        case ApiError():
            return error_answer(request, error.status, error.message, error.errors)
        case Http404():
            return error_answer(request, 404)
        case PermissionDenied():
            return error_answer(request, 403 if person(request).is_authenticated else 401)
        case ParameterError() if any(item["loc"][0] == "path" for item in error.errors):
            return error_answer(request, 404)
        case ParameterError():
            wrong = [(str(item["loc"][-1]), str(item["msg"])) for item in error.errors]
            return error_answer(request, 400, errors=wrong)
        case HttpError():
            return error_answer(request, error.status_code, error.message)
    raise error


# --- the answer ----------------------------------------------------------------------------------


def answer(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    """``data`` as JSON with its ETag; 304 without a body if the client has it already.

    Anonymous answers may be kept by a proxy, which asks again each time: what is withdrawn
    is gone at once.
    """
    body = _as_json(data)
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    audience = "private" if person(request).is_authenticated else "public"
    response["Cache-Control"] = f"{audience}, no-cache"
    patch_vary_headers(response, ("Cookie", "Authorization"))
    return get_conditional_response(request, etag=etag, response=response)


def _as_json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
