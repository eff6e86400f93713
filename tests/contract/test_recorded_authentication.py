"""Signing in, tokens: the answers are those that docs/api/authentication.md shows."""

import datetime

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from cms.api import rate_limits
from cms.permissions import roles
from cms.services import second_factor
from tests.factories.guide import PASSWORD, ProjectFactory, person
from tests.functional.api_client import bearer, jwt_of, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    project = ProjectFactory(title="ThINKA Musterstadt")
    names = {"first_name": "Ada", "last_name": "Muster", "email": "ada@example.org"}
    return person(roles.EDITOR, project, username="musterstadt", **names)


@pytest.fixture
def signed_in(ada):
    """The header of somebody who has signed in."""
    return {"Authorization": f"Bearer {jwt_of(ada)}"}


def credentials(**more) -> dict:
    return {"login": "musterstadt", "password": PASSWORD, **more}


def test_signing_in_and_out(exchange, ada):
    token = exchange("login", "/api/@login", "POST", credentials()).json()["token"]
    header = {"Authorization": f"Bearer {token}"}
    exchange("signed-in", "/api/@users/musterstadt", headers=header)
    exchange("renew", "/api/@login-renew", "POST", headers=header)
    exchange("logout", "/api/@logout", "POST", headers=header)
    exchange("ended", "/api/@users/musterstadt", headers=header)


def test_the_ways_to_sign_in(exchange, db):
    exchange("login-options", "/api/@login")


def test_signing_in_with_what_does_not_do(exchange, ada):
    exchange("wrong-password", "/api/@login", "POST", credentials(password="geraten"))
    setup = second_factor.new_setup(ada)
    secret = second_factor.secret_of(ada, setup)
    second_factor.confirm_setup(ada, setup, pyotp.TOTP(secret).now())
    exchange("second-factor", "/api/@login", "POST", credentials())


def test_too_many_tries(exchange, ada, settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 1
    Client().post("/api/@login", credentials(password="geraten"), "application/json")
    exchange("too-many-tries", "/api/@login", "POST", credentials())


def test_a_session_of_the_browser_needs_csrf(exchange, ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    answer = browser.post("/api/@tokens", {}, "application/json")
    assert answer.status_code == 403


def test_personal_tokens(exchange, ada, signed_in):
    day = timezone.localdate() + datetime.timedelta(days=90)
    wish = {"name": "Website", "scopes": ["write"], "expires": day.isoformat()}
    made = exchange("token-create", "/api/@tokens", "POST", wish, signed_in)
    exchange("token-refused", "/api/@tokens", "POST", {**wish, "scopes": ["all"]}, signed_in)
    exchange("tokens", "/api/@tokens", headers=signed_in)
    there = made["Location"].removeprefix("http://testserver")
    exchange("token", there, headers=signed_in)
    exchange("token-revoke", there, "DELETE", headers=signed_in)
    reading = {"Authorization": f"Bearer {token_of(ada)}"}
    exchange("token-too-narrow", "/api/erfahrungen", "POST", {"title": "Neu"}, reading)


def test_too_many_requests(exchange, ada, settings, monkeypatch):
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    monkeypatch.setattr(rate_limits.time, "time", lambda: 1_800_000_030.0)  # half a minute
    token = token_of(ada)
    settings.API_REQUESTS_PER_MINUTE = 1
    Client().get("/api", **bearer(token))
    answer = exchange("too-many-requests", "/api", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 429
