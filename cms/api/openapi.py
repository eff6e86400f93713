"""The OpenAPI document: what ninja reads off the services, and what all of them have in common.

A service declares what is its own: parameters, body, answers, errors that only it has. Errors,
headers and credentials that every service has stand here, once.
"""

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings

SAFE = ("get", "head", "options")

#: Errors of any service; of one that reads, writes, changes one thing, changes content.
_ERRORS_OF_ALL = (400, 401, 403, 404, 405, 429)
_ERRORS_OF_READING = (*_ERRORS_OF_ALL, 412)
_ERRORS_OF_WRITING = (*_ERRORS_OF_ALL, 409, 413, 422)
_ERRORS_OF_CHANGING = (*_ERRORS_OF_WRITING, 412)
_ERRORS_OF_CONTENT = (*_ERRORS_OF_CHANGING, 423)

_ERRORS = {
    400: "A parameter or the body can't be understood; `errors` names what.",
    401: "Without credentials, or with ones that are wrong or expired.",
    403: "The person may see this, but not do that with it.",
    404: "Nothing is there, or nothing that the person may know of.",
    405: "What stands there has no such method; `Allow` names those that it has.",
    409: "It was changed meanwhile, or its state does not allow this any more.",
    412: "`If-Match` names another version than the present one.",
    413: "The body is too big.",
    422: "The guide's rules forbid it, or a field is wrong; `errors` names which.",
    423: "Somebody else holds the lock.",
    429: "Too many requests; `Retry-After` says when to come again.",
}

_HEADERS = {
    "Allow": "The methods that there are.",
    "ETag": "The version of what was answered, for `If-Match` and `If-None-Match`.",
    "Location": "The address of what was created, or where it is now.",
    "Retry-After": "Seconds until it is worth asking again.",
    "WWW-Authenticate": "How to send credentials: `Bearer`.",
}

_PARAMETERS = {
    "If-None-Match": "An ETag. If it is the present one: 304 without a body.",
    "If-Match": "An ETag. If it is not that of the present version: 412, nothing is changed.",
}

_TAGS = {
    "content": "Objects and folders: read, create, change, delete.",
    "history": "Versions: which there are, what each says, what differs, and the way back to one.",
    "lock": "That somebody is writing on something.",
    "search": "Full-text search, suggestions.",
    "workflow": "States and transitions: submit, return, publish, withdraw; one or many.",
    "workingcopy": "The draft beside what is published.",
}

_PATH = {
    "description": "The path on the public site, without slashes around it; slashes in it stay.",
    "example": "erfahrungen/offene-sprechstunde-im-waschsalon",
}

#: With or without credentials; and only with.
_OPTIONAL: list[dict[str, list[str]]] = [{}, {"bearer": []}, {"session": []}]
_REQUIRED: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]


@cache
def _examples() -> dict[str, dict[str, Any]]:
    """Bodies that the contract's tests recorded, by the operation's name."""
    file = Path(__file__).parent / "examples.json"
    return json.loads(file.read_text(encoding="utf-8"))


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Adds to ninja's ``document`` what all operations have in common, and returns it."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete_operation(path, method, operation)
            document["components"]["schemas"] |= _parts_of_what_is_sent(operation)
    used = {
        tag for path in document["paths"].values() for one in path.values() for tag in one["tags"]
    }
    document["tags"] = [
        {"name": tag, **({"description": _TAGS[tag]} if tag in _TAGS else {})}
        for tag in sorted(used)
    ]
    document["components"] |= {
        "securitySchemes": _security_schemes(),
        "headers": {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.items()
        },
        "parameters": {
            name: {
                "in": "header",
                "name": name,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in _PARAMETERS.items()
        },
    }
    return document


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    safe = method in SAFE
    operation.setdefault("security", _OPTIONAL if safe else _REQUIRED)
    for parameter in operation["parameters"]:
        if (parameter["in"], parameter["name"]) == ("path", "path"):
            parameter |= _PATH
    is_of_one_thing = "{" in path
    if method != "post" and (safe or is_of_one_thing):
        name = "If-None-Match" if safe else "If-Match"
        operation["parameters"].append({"$ref": f"#/components/parameters/{name}"})
    responses = {int(status): found for status, found in operation["responses"].items()}
    errors = _ERRORS_OF_CHANGING if is_of_one_thing else _ERRORS_OF_WRITING
    if "{path}" in path:
        errors = _ERRORS_OF_CONTENT
    for status in _ERRORS_OF_READING if safe else errors:
        responses.setdefault(status, {})
    if safe:
        responses.setdefault(304, {"description": HTTPStatus(304).phrase})
    for status, response in responses.items():
        _complete_response(method, status, response)
    _add_examples(operation, responses)
    operation["responses"] = {str(status): responses[status] for status in sorted(responses)}


def _parts_of_what_is_sent(operation: dict[str, Any]) -> dict[str, Any]:
    """Takes out what pydantic defines beside a body: the document holds it where it is named."""
    parts: dict[str, Any] = {}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        parts |= content["schema"].pop("$defs", {})
    return parts


def _add_examples(operation: dict[str, Any], responses: dict[int, dict[str, Any]]) -> None:
    name, nothing = operation["operationId"], {"responses": {}}
    # The same service, asked of the home page and of any other.
    twins = (name, f"home_{name}", name.removeprefix("home_"))
    recorded = next((_examples()[one] for one in twins if one in _examples()), nothing)
    bodies = [(responses.get(int(status)), body) for status, body in recorded["responses"].items()]
    if "request" in recorded:
        bodies.append((operation.get("requestBody"), recorded["request"]))
    for described, body in bodies:
        content = (described or {}).get("content", {})
        if "application/json" in content:
            content["application/json"]["example"] = body


def _complete_response(method: str, status: int, response: dict[str, Any]) -> None:
    response.setdefault("description", HTTPStatus(status).phrase)
    if status in _ERRORS:
        response["description"] = _ERRORS[status]
    if status >= 400:
        error = {"schema": {"$ref": "#/components/schemas/Error"}}
        response.setdefault("content", {"application/json": error})
    headers = {
        200: ("ETag",) if method in SAFE else (),
        201: ("ETag", "Location"),
        204: ("ETag",) if method == "patch" else (),
        302: ("Location",),
        304: ("ETag",),
        405: ("Allow",),
        401: ("WWW-Authenticate",),
        429: ("Retry-After",),
    }.get(status, ())
    if headers:
        response.setdefault("headers", {}).update(
            {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
        )


def _security_schemes() -> dict[str, Any]:
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token that `@login` answers, or a personal one of `@tokens`.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of the site; what changes something needs the header "
            "`X-CSRFToken` too.",
        },
    }
