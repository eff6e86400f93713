"""The OpenAPI document is valid, complete, and says what the services do."""

import json
import re
import uuid

from django.urls import get_resolver
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests import described

#: Routes that are about the document itself, and ninja's own root, which answers nothing.
ABOUT_THE_DOCUMENT = {"openapi-json", "openapi-view", "api-root"}
#: Who asks, and where, says all.
TAKE_NOTHING = {
    "POST /api/@login-renew",
    "POST /api/@logout",
    "POST /api/@webhooks/{hook_id}/deliveries/{key}",
}


def operations():
    """(where, operation) of everything that the document describes."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in described.document()["paths"].items()
        for method, operation in methods.items()
    ]


def routes():
    """The API's routes, as Django has them."""
    api = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "api")
    return {
        f"{api.pattern}{pattern.pattern}"
        for pattern in api.url_patterns
        if pattern.name not in ABOUT_THE_DOCUMENT
    }


def test_the_document_is_valid():
    assert [
        error.message for error in OpenAPIV31SpecValidator(described.document()).iter_errors()
    ] == []


def test_what_it_refers_to_stands_in_it():
    document = described.document()
    text = json.dumps(document)
    parts = {f"#/components/{kind}/{name}" for kind in document["components"]
             for name in document["components"][kind]}  # fmt: skip
    assert set(re.findall(r'"\$ref": "([^"]+)"', text)) <= parts
    assert "$defs" not in text


def test_what_is_sent_in_the_examples_is_what_is_described():
    wrong = {}
    for where, operation in operations():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in body:
            wrong[where] = described.schema_errors(body["schema"], body["example"])
    assert not any(wrong.values()), wrong


def test_every_route_is_described():
    assert {described.path_of(route) for route in routes()} == set(described.document()["paths"])


def test_every_route_is_described_with_the_methods_that_it_answers(client, db):
    answered = {}
    for route in routes():
        address = re.sub(r"<\w+:?\w*>", "1", re.sub(r"<uuid\w*:\w+>", str(uuid.UUID(int=1)), route))
        response = client.generic("TRACE", f"/{address}")
        assert response.status_code == 405, route
        methods = {method.strip().lower() for method in response["Allow"].split(",")}
        answered[described.path_of(route)] = methods
    assert answered == {
        path: set(methods) for path, methods in described.document()["paths"].items()
    }


def test_every_operation_says_what_it_is_for():
    silent = [
        where
        for where, operation in operations()
        if not (operation.get("summary") and operation.get("description") and operation.get("tags"))
    ]
    assert silent == []


def test_no_two_operations_have_the_same_name():
    names = [operation["operationId"] for _where, operation in operations()]
    assert sorted(names) == sorted(set(names))


def test_every_answer_has_a_schema():
    """Where there is a body: not on 204, 302 and 304."""
    bare = []
    for where, operation in operations():
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            schemas = [one.get("schema") for one in content.values()]
            if status not in ("204", "302", "304") and not (schemas and all(schemas)):
                bare.append(f"{where} {status}")
    assert bare == []


def test_what_changes_something_tells_what_it_takes():
    bare = []
    for where, operation in operations():
        if where.startswith(("POST", "PATCH", "PUT")) and where not in TAKE_NOTHING:
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if not body.get("schema"):
                bare.append(where)
    assert bare == []


def test_what_is_sent_and_what_is_answered_has_an_example():
    bare = []
    for where, operation in operations():
        sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        answered = [
            content["application/json"]
            for status, response in operation["responses"].items()
            if status < "300" and "application/json" in (content := response.get("content", {}))
        ]
        if sent and "example" not in sent:
            bare.append(f"{where}: what is sent")
        if answered and not any("example" in one for one in answered):
            bare.append(f"{where}: what is answered")
    assert bare == []


def test_every_error_has_the_one_shape():
    other = [
        f"{where} {status}"
        for where, operation in operations()
        for status, response in operation["responses"].items()
        if status >= "400"
        and response["content"]
        != {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    ]
    assert other == []


def test_the_page_to_browse_it_is_served_from_this_site(client, db):
    page = client.get("/api/docs").content.decode()
    assert "/api/openapi.json" in page
    assert "https://" not in page
