"""Who asks the API: bearer tokens that count and those that don't, sessions, forged requests."""

import base64
import datetime
import json
from unittest import mock

import jwt
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from cms.api import authentication
from cms.domain.circles import Circle
from cms.models import ApiSession, SignedInSession
from cms.permissions import roles
from cms.services import api_tokens
from tests.factories.guide import (
    PASSWORD,
    ProjectFactory,
    UserFactory,
    person,
    published_experience,
)
from tests.functional.api_client import bearer, jwt_of, read, signed_in, token_of

pytestmark = pytest.mark.django_db
LIST = "/api/erfahrungen"


def total(client: Client, **headers) -> int:
    response = client.get(LIST, **headers)
    assert response.status_code == 200, response.content.decode()
    return response.json()["items_total"]


def refused(client: Client, text: str) -> None:
    """Neither answered nor taken for somebody anonymous, reading or writing."""
    for method in ("get", "post", "patch", "delete"):
        response = getattr(client, method)(LIST, **bearer(text))
        assert response.status_code == 401, response.content.decode()
        assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert response["Cache-Control"] == "no-store"
        assert response.json() == {
            "type": "Unauthorized",
            "message": "Dieses Token gilt nicht oder nicht mehr.",
        }


@pytest.fixture
def editor():
    published_experience(Circle.PROJECTS)
    published_experience()
    return person(roles.EDITOR, ProjectFactory(), username="redaktion")


@pytest.mark.parametrize("make", [jwt_of, token_of])
def test_a_bearer_token_shows_what_its_person_may_see(client, editor, make):
    assert total(client) == 1
    text = make(editor)
    assert total(client, **bearer(text)) == 2
    assert total(client, HTTP_AUTHORIZATION=f"bearer  {text} ") == 2
    assert client.get(LIST, **bearer(text))["Cache-Control"].startswith("private")


def signed(editor, key=None, algorithm="HS256", **changes) -> str:
    claims = jwt.decode(jwt_of(editor), options={"verify_signature": False}) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key or authentication._key(), algorithm=algorithm)


def without_algorithm(editor) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{jwt_of(editor).split('.')[1]}."


def with_another_persons_claims(editor) -> str:
    head, claims, signature = jwt_of(editor).split(".")
    data = json.loads(base64.urlsafe_b64decode(claims + "=="))
    data["sid"] = "00000000-0000-0000-0000-000000000000"
    changed = base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}"


FORGED = {
    "nothing": lambda editor: "",
    "a word": lambda editor: "undefined",
    "a password": lambda editor: PASSWORD,
    "not even ASCII": lambda editor: "ÄÖÜ\xff",
    "a personal token of nobody": lambda editor: api_tokens.PREFIX + "x" * 43,
    "a personal token, cut": lambda editor: token_of(editor)[:-1],
    "no algorithm": without_algorithm,
    "changed claims": with_another_persons_claims,
    "another key": lambda editor: signed(editor, key=b"x" * 32),
    "the secret key itself": lambda editor: signed(editor, key=settings.SECRET_KEY.zfill(32)),
    "another algorithm": lambda editor: signed(editor, algorithm="HS384", key=b"y" * 48),
    "the same key, another algorithm": lambda editor: signed(
        editor, algorithm="HS512", key=authentication._key() * 2
    ),
    "for something else": lambda editor: signed(editor, aud="preview"),
    "for nothing": lambda editor: signed(editor, aud=None),
    "without an end": lambda editor: signed(editor, exp=None),
    "without a session": lambda editor: signed(editor, sid=None),
    "a session that never was": lambda editor: signed(
        editor, sid="00000000-0000-0000-0000-000000000000"
    ),
    "no session's id": lambda editor: signed(editor, sid="1' OR 1=1"),
}


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_token_that_does_not_count_is_an_error_and_never_somebody_anonymous(
    client, editor, forge
):
    refused(client, forge(editor))


@pytest.mark.parametrize("make", [jwt_of, token_of])
def test_a_closed_account_is_refused(client, editor, make):
    text = make(editor)
    get_user_model().objects.update(is_active=False)
    refused(client, text)


def test_a_jwt_ends_after_fifteen_minutes(client, editor):
    text = jwt_of(editor)
    seconds = jwt.decode(text, options={"verify_signature": False})
    assert seconds["exp"] - seconds["iat"] == 15 * 60
    earlier = timezone.now() - datetime.timedelta(minutes=15, seconds=1)
    with mock.patch("django.utils.timezone.now", return_value=earlier):
        old = authentication.jwt_for(ApiSession.objects.get())
    refused(client, old)
    assert total(client, **bearer(text)) == 2


def test_somebody_elses_rights_come_with_nobodys_token(client, editor):
    partner = person(roles.PARTNER, username="partnerin")
    published_experience(Circle.NETWORK)
    assert total(client, **bearer(jwt_of(partner))) == 2
    assert total(client, **bearer(jwt_of(editor))) == 3
    assert total(client, **bearer(jwt_of(UserFactory()))) == 1


def test_beside_a_token_no_cookie_counts(editor):
    """Neither its rights nor its own record: the session is somebody else's."""
    browser = signed_in(person(roles.OFFICE, username="buero"))
    assert total(browser, **bearer(jwt_of(UserFactory(username="gast")))) == 1
    assert not SignedInSession.objects.exists()
    refused(browser, "undefined")
    assert total(browser) == 2


def test_a_changing_request_with_a_cookie_needs_the_pages_csrf_token(editor):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    for method in ("post", "patch", "delete"):
        answer = getattr(browser, method)(LIST)
        assert answer.status_code == 403
        assert "X-CSRFToken" in answer.json()["message"]
    browser.get("/intern/konto/name/")
    csrf = browser.cookies["csrftoken"].value
    assert browser.post(LIST, HTTP_X_CSRFTOKEN=csrf).status_code != 403
    assert browser.post(LIST, HTTP_X_CSRFTOKEN=csrf[::-1]).status_code == 403
    assert browser.post(LIST, **bearer(jwt_of(editor))).status_code != 403
    assert total(browser) == 2
    assert Client(enforce_csrf_checks=True).post(LIST).status_code != 403


def test_other_ways_of_the_same_header_are_left_to_the_proxy(client, editor):
    assert total(client, HTTP_AUTHORIZATION="Basic eDp5") == 1


def test_without_credentials_the_answer_says_which_would_be_taken(client):
    from_shape = read(client, "/api/gibt-es-nicht", 404)
    assert from_shape["type"] == "NotFound"


@pytest.mark.parametrize("make", [jwt_of, token_of])
def test_asking_who_somebody_is_costs_one_query(
    client, editor, make, settings, django_assert_num_queries
):
    settings.SECOND_FACTOR_RULE_SECONDS = 60  # the rule is kept for a moment
    text = make(editor)
    total(client, **bearer(text))
    with django_assert_num_queries(1):
        authentication._credential_of(text)
