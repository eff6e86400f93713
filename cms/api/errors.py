"""Errors as answers: one shape, one place that says which error is which status."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError
from ninja.errors import ValidationError as ParameterError

from cms.api.readers import person
from cms.domain.errors import (
    ChangedMeanwhileError,
    ExistsError,
    IncompleteError,
    LockedError,
    NotAllowedError,
    RuleError,
)
from cms.services.tries import TooManyTriesError

_MESSAGES = {
    400: gettext_lazy("Die Anfrage ist nicht richtig gestellt."),
    401: gettext_lazy("Bitte melden Sie sich an."),
    403: gettext_lazy("Dazu fehlt Ihnen das Recht."),
    404: gettext_lazy("Unter dieser Adresse gibt es nichts."),
    405: gettext_lazy("Diese Methode gibt es unter dieser Adresse nicht."),
    409: gettext_lazy("Das wurde inzwischen geändert. Bitte lesen Sie die neue Fassung."),
    412: gettext_lazy(
        "Das ist nicht mehr die Fassung, die Sie gelesen haben. Bitte lesen Sie die neue."
    ),
    413: gettext_lazy("Das ist zu groß."),
    422: gettext_lazy("So kann das nicht gespeichert werden."),
    423: gettext_lazy("Das ist gerade gesperrt."),
    429: gettext_lazy("Zu viele Anfragen. Bitte warten Sie etwas."),
    500: gettext_lazy("Auf dem Server ist ein Fehler aufgetreten."),
}

#: Names that another version of Python would change.
_TYPES = {413: "RequestEntityTooLarge", 422: "UnprocessableEntity"}


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
        "type": _TYPES.get(status) or HTTPStatus(status).phrase.replace(" ", ""),
        "message": message or str(usual),
    }
    listed = [{"field": field, "message": text} for field, text in errors]
    response = HttpResponse(
        as_json({**data, "errors": listed} if listed else data),
        content_type="application/json",
        status=status,
    )
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ("Cookie", "Authorization"))
    return response


def answer_exception(request: HttpRequest, error: Exception) -> HttpResponse:
    """The one handler of HANDLED_ERRORS. What it does not know is a crash: Django logs that."""
    match error:
        case ApiError():
            return error_answer(request, error.status, error.message, error.errors)
        case Http404() | ObjectDoesNotExist():
            return error_answer(request, 404)
        case PermissionDenied():
            return error_answer(request, _refused(request))
        case NotAllowedError():
            return error_answer(request, _refused(request), str(error))
        case TooManyTriesError():
            response = error_answer(request, 429, str(error))
            response["Retry-After"] = str(error.seconds)
            return response
        case IncompleteError():
            wrong = [(field, text) for field, texts in error.fields.items() for text in texts]
            return error_answer(request, 422, str(error), wrong)
        case RuleError():
            return error_answer(request, _RULE_STATUS.get(type(error), 422), str(error))
        case ValidationError():
            return error_answer(request, 422, errors=_field_errors(error))
        case ParameterError() if any(item["loc"][0] == "path" for item in error.errors):
            return error_answer(request, 404)
        case ParameterError():
            wrong = [(str(item["loc"][-1]), str(item["msg"])) for item in error.errors]
            return error_answer(request, 400, errors=wrong)
        case HttpError():
            return error_answer(request, error.status_code, error.message)
    raise error


HANDLED_ERRORS = (
    *(ApiError, Http404, ObjectDoesNotExist, PermissionDenied, RuleError, ValidationError),
    *(ParameterError, HttpError),
)
_RULE_STATUS: dict[type[Exception], int] = {
    LockedError: 423,
    ChangedMeanwhileError: 409,
    ExistsError: 409,
}


def _refused(request: HttpRequest) -> int:
    return 403 if person(request).is_authenticated else 401


def _field_errors(error: ValidationError) -> list[tuple[str, str]]:
    """Django's errors by field; those of the whole object have an empty name."""
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    return [
        ("" if field == NON_FIELD_ERRORS else field, message)
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def as_json(data: dict[str, Any] | list[Any]) -> bytes:
    """What goes over the wire, times and dates too."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
