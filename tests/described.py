"""Holds the API's answers against its OpenAPI document: status, headers and the body's schema."""

import json
import re
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, resolve, reverse
from jsonschema import Draft202012Validator

from cms.api.addresses import api_prefix

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, as it is served."""
    view = resolve(reverse("api:openapi-json")).func
    return json.loads(view(RequestFactory().get("/")).content)


def path_of(route: str) -> str:
    """A route of Django as a path of the document."""
    return "/" + _CONVERTER.sub(r"{\1}", route)


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a request; None for what it does not describe."""
    try:
        route = resolve(path).route
    except Resolver404:
        return None
    name = "get" if method == "HEAD" else method.lower()
    return document()["paths"].get(path_of(route), {}).get(name)


def complaints(method: str, response: HttpResponse) -> list[str]:
    """What the document does not say about this answer; empty if it says all of it."""
    path = response.wsgi_request.path_info
    if not path.startswith(api_prefix()):
        return []
    try:
        route = resolve(path).route
    except Resolver404:
        return []
    operations = document()["paths"].get(path_of(route), {})
    operation = operations.get(("get" if method == "HEAD" else method).lower())
    if operation is None:
        # Who asks, and how often, is settled before the method is looked at.
        known = response.status_code in (401, 403, 404, 405, 429)
        known = known or method == "OPTIONS" or not operations
        return [] if known else [f"{method} {route} is not described"]
    where = f"{method} {route} {response.status_code}"
    described = operation["responses"].get(str(response.status_code))
    if described is None:
        return [f"{where} is not described"]
    return [f"{where}: {text}" for text in _complaints_about(described, response)]


def _complaints_about(described: dict[str, Any], response: HttpResponse) -> list[str]:
    found = [
        f"the header {name} is {'not described' if name in response else 'not sent'}"
        for name in ("Location", "Retry-After")
        if (name in described.get("headers", {})) != (name in response)
    ]
    body = b"" if response.streaming else response.content
    if not body:
        return found
    kind = response["Content-Type"].partition(";")[0]
    content = described.get("content", {})
    if kind not in content:
        # What Django answers to a redirect is for people.
        return found if response.status_code == 302 else [*found, f"{kind} is not described"]
    if "json" not in kind:
        return found
    return [*found, *schema_errors(content[kind].get("schema", {}), json.loads(body))]


def schema_errors(schema: dict[str, Any], data: Any) -> list[str]:
    """Where ``data`` is not what ``schema`` (of the document) says."""
    validator = Draft202012Validator({**schema, "components": document()["components"]})
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in sorted(validator.iter_errors(data), key=str)
    ][:5]
