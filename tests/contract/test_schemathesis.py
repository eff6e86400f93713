"""What schemathesis makes up after the OpenAPI document is answered as the document says.

No answer is our fault (5xx), none is undocumented: status, type, headers and body's schema. What
the document calls wrong is refused. Each operation is asked by nobody, by an editor and by the
office, mostly about what there is. The same requests in each run; ``make fuzz`` asks many more,
and others each time.
"""

import os
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cms.permissions import roles
from cms.services.create_experience import create_experience
from tests.factories.guide import PASSWORD, person

#: Requests for each operation, person and way (as the document says; and not).
EXAMPLES = int(os.environ.get("THINKA_EXAMPLES", "3"))
MAKE_FUZZ = "THINKA_EXAMPLES" in os.environ

#: Who asks how. What is wrong in itself is told apart before it matters who asks.
MODES = {
    "nobody": [GenerationMode.POSITIVE],
    "editor": [GenerationMode.POSITIVE],
    "office": [GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
}

SITE = get_wsgi_application()


def wrong_is_refused(ctx, response, case):
    """An empty parameter is one that was not sent; and 412 is a refusal, too."""
    query = parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)
    if response.status_code != 412 and all(value for _name, value in query):
        negative_data_rejection(ctx, response, case)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    wrong_is_refused,
]

#: What there is, for the parameters of addresses.
KNOWN = {
    "path": [
        "erfahrungen/offene-sprechstunde-im-waschsalon",
        "erfahrungen/flugblaetter-bringen-niemanden",
        "erfahrungen/ein-entwurf",
        "projekte/thinka-musterstadt",
        "leitfaden/oeffentlichkeitsarbeit",
        "veranstaltungen/3-erfahrungsaustausch/tisch-1",
        "aktuelles",
        "impressum",
    ],
    "transition": ["submit", "take-back", "return", "publish", "withdraw"],
    "number": ["0", "1", "2"],
    "name": ["Experience", "topics", "kinds"],
    "part": ["title", "default"],
    "field": ["topics", "institutions"],
}


@pytest.fixture
def editor(guide):
    """An editor of the project, who has a draft."""
    user = person(roles.EDITOR, guide)
    create_experience(user, guide, "Ein Entwurf")
    return user


@pytest.fixture
def people(editor):
    """Who asks, by name; nobody is None."""
    return {"nobody": None, "editor": editor, "office": person(roles.OFFICE)}


def _credentials(user):
    """The headers of a new sign-in of ``user``."""
    if user is None:
        return {}
    sent = {"login": user.username, "password": PASSWORD}
    answer = Client().post("/api/@login", sent, content_type="application/json")
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def document(db, embedded_search):
    """The document as schemathesis reads it, with the application that it is asked of."""
    embedded_search()
    return schemathesis.openapi.from_wsgi("/api/openapi.json", _application)


def _application(environ, start_response):
    """The site, whose requests leave the test's transaction alone, as Django's own client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        response = SITE(environ, start_response)
        body = b"".join(response)
        response.close()
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
    return [body]


@pytest.mark.parametrize("name", MODES)
def test_every_made_up_request_is_answered_as_described(document, people, name):
    wrong = {}
    for found in document.get_all_operations():
        operation = found.ok()
        # One that logs out, or is locked out, is signed in anew for the next.
        credentials = _credentials(people[name])
        for mode in MODES[name]:
            try:
                _ask(operation, mode, credentials)
            except Unsatisfiable:
                continue  # nothing that it takes can be wrong
            except (Exception, BaseExceptionGroup) as problem:
                wrong[f"{operation.label} ({mode.value})"] = str(problem)
    assert not wrong, "\n\n".join(f"=== {name}\n{text}" for name, text in wrong.items())


def _ask(operation, mode, credentials):
    """Asks an operation as often as is wanted. Raises the first failure of a check."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=not MAKE_FUZZ,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data):
        case = data.draw(operation.as_strategy(generation_mode=mode))
        for name in case.path_parameters:
            if name in KNOWN and data.draw(st.integers(0, 4)):
                case.path_parameters[name] = data.draw(st.sampled_from(KNOWN[name]))
        case.call_and_validate(headers=credentials, checks=CHECKS)

    ask()
