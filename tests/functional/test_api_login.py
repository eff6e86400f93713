"""@login, @login-renew, @logout: a session of the API, with the sign-in page's own rules."""

import datetime
import time
from unittest import mock

import jwt
import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from cms.models import ApiSession, AuditEvent, Tries
from cms.permissions import roles
from cms.services import second_factor, sessions
from tests.factories.guide import PASSWORD, ProjectFactory, UserFactory, person
from tests.functional.api_client import bearer, jwt_of, signed_in, token_of
from tests.functional.test_second_factor import require, with_factor
from tests.functional.test_sign_in import limits  # noqa: F401

pytestmark = pytest.mark.django_db
LOGIN, RENEW, LOGOUT = "/api/@login", "/api/@login-renew", "/api/@logout"
WRONG = "Benutzername oder Passwort stimmt nicht."


@pytest.fixture
def ada():
    return person(roles.EDITOR, ProjectFactory(), username="ada")


def login(client=None, name="ada", password=PASSWORD, /, **fields):
    data = {"login": name, "password": password, **fields}
    return (client or Client()).post(LOGIN, data, "application/json")


def counts(token: str) -> bool:
    """Does the API believe the token?"""
    status = Client().get("/api/erfahrungen", **bearer(token)).status_code
    assert status in (200, 401)
    return status == 200


def in_hours(hours: float):
    later = timezone.now() + datetime.timedelta(hours=hours)
    return mock.patch("django.utils.timezone.now", return_value=later)


def test_name_and_password_give_a_token(ada):
    answer = login()
    assert (answer.status_code, set(answer.json())) == (200, {"token"})
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    claims = jwt.decode(answer.json()["token"], options={"verify_signature": False})
    assert (claims["sub"], claims["fullname"]) == ("ada", "")
    assert counts(answer.json()["token"])
    ada.refresh_from_db()
    assert ada.last_login is not None


def test_a_form_does_too_and_so_do_plones_ways_of_writing_the_address(ada):
    form = "login=ada&password=Ein-langes-Kennwort-7"
    kind = "application/x-www-form-urlencoded"
    for path in (LOGIN, "/api/++api++/@login", "/api/++api++//@login/"):
        answer = Client().post(path, form, kind)
        assert counts(answer.json()["token"])


def test_unknown_name_wrong_password_and_closed_account_get_one_answer(ada):
    UserFactory(username="zu", is_active=False)
    tries = [("ada", "falsch"), ("niemand", "falsch"), ("zu", "falsch"), ("zu", PASSWORD)]
    answers = [login(None, name, password) for name, password in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert len({answer.content for answer in answers}) == 1
    data = answers[0].json()
    assert data["type"] == "Unauthorized" and data["message"].startswith(WRONG)
    assert not ApiSession.objects.exists()


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["login", "password"]),
        ({"login": "ada"}, ["password"]),
        ({"login": "", "password": ""}, ["login", "password"]),
        ({"login": ["ada"], "password": 7}, ["login", "password"]),
        ({"login": "ada", "password": PASSWORD, "totp": 123456}, ["totp"]),
    ],
)
def test_what_is_missing_or_no_text_is_named(ada, sent, fields):
    answer = Client().post(LOGIN, sent, "application/json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == fields


@pytest.mark.parametrize(
    "sent", ["{", "[]", '"x"', "null", '{"login": "a\\u0000", "password": "x"}']
)
def test_what_is_no_json_object_is_told(sent):
    answer = Client().post(LOGIN, sent, "application/json")
    assert (answer.status_code, answer.json()["type"]) == (400, "BadRequest")


def test_an_old_token_or_another_session_is_no_obstacle_to_a_new_one(ada):
    assert login(Client(headers={"Authorization": "Bearer old"})).status_code == 200
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory())
    assert login(browser).status_code == 200
    assert Client().get(LOGIN).json() == {"options": []}  # no other services to sign in with


def test_guessing_ends_as_on_the_sign_in_page(ada, limits):  # noqa: F811
    for _number in range(3):
        assert login(None, "ada", "falsch").status_code == 401
    answer = login()
    assert (answer.status_code, answer.json()["type"]) == (429, "TooManyRequests")
    assert "Bitte warten Sie 15 Minuten" in answer.json()["message"]
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    page = Client().post("/anmelden/", {"username": "ada", "password": PASSWORD})
    assert "Zu viele Versuche" in page.content.decode()
    with in_hours(0.3):
        assert login().status_code == 200
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-4:] == [
        *("sign_in.failed", "sign_in.failed", "sign_in.locked", "sign_in.done"),
    ]
    assert not Tries.objects.filter(count__gt=2).exists()


# --- second factor -------------------------------------------------------------------------------


def test_who_has_a_second_factor_sends_its_code_too(ada):
    codes = with_factor(ada)
    missing = login()
    assert missing.status_code == 401
    [error] = missing.json()["errors"]
    assert error["field"] == "totp" and "zweiten Faktors" in error["message"]
    code = pyotp.TOTP(ada.second_factor.secret).at(time.time())
    assert login(totp="000000").json()["errors"][0]["field"] == "totp"
    assert counts(login(totp=code).json()["token"])
    assert login(totp=code).status_code == 401  # used up
    assert counts(login(totp=codes[0]).json()["token"])
    assert login(totp=codes[0]).status_code == 401
    assert "errors" not in login(None, "ada", "falsch", totp=codes[1]).json()
    assert set(ApiSession.objects.values_list("is_verified", flat=True)) == {True}
    assert AuditEvent.objects.filter(action="second_factor.recovery_used").count() == 1


def test_guessing_codes_ends_too(ada, limits):  # noqa: F811
    codes = with_factor(ada)
    for _number in range(3):
        assert login(totp="000000").status_code == 401
    assert login(totp=codes[0]).status_code == 429


def test_who_must_have_a_second_factor_sets_it_up_in_the_browser_first():
    office = person(roles.OFFICE, username="buero")
    text, key = jwt_of(office), token_of(office)
    assert counts(text) and counts(key)
    require("office")
    answer = login(None, "buero")
    assert (answer.status_code, answer.json()["type"]) == (403, "Forbidden")
    assert "zweite Faktor Pflicht" in answer.json()["message"]
    assert not counts(text) and not counts(key)
    codes = with_factor(office)
    assert not counts(text)  # begun without it
    assert counts(key)
    assert counts(login(None, "buero", totp=codes[0]).json()["token"])


# --- renewing and ending -------------------------------------------------------------------------


def test_a_token_is_renewed_until_the_sessions_own_end(ada, settings):
    settings.API_SESSION_HOURS = 1
    text = login().json()["token"]
    for minutes in (10, 20, 30, 40, 50):
        later = timezone.now() + datetime.timedelta(minutes=minutes)
        with mock.patch("django.utils.timezone.now", return_value=later):
            text = _renewed_at(text, later)
    claims = jwt.decode(text, options={"verify_signature": False})
    ends = ApiSession.objects.get().ends_at
    assert claims["exp"] == int(ends.timestamp())
    with mock.patch("django.utils.timezone.now", return_value=ends):
        assert not counts(text)
        assert Client().post(RENEW, **bearer(text)).status_code == 401


def _renewed_at(text: str, later: datetime.datetime) -> str:
    class Clock(datetime.datetime):  # PyJWT has one of its own
        @classmethod
        def now(cls, tz=None):
            return later

    with mock.patch("jwt.api_jwt.datetime", Clock):
        answer = Client().post(RENEW, **bearer(text))
    assert answer.status_code == 200, answer.content
    return answer.json()["token"]


def test_logout_ends_the_token_and_all_that_were_renewed_from_it(ada):
    first = login().json()["token"]
    second = Client().post(RENEW, **bearer(first)).json()["token"]
    other = login().json()["token"]
    answer = Client().post(LOGOUT, "", "application/x-www-form-urlencoded", **bearer(first))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not counts(first) and not counts(second) and counts(other)
    for path in (RENEW, LOGOUT):
        assert Client().post(path, **bearer(second)).status_code == 401
    assert AuditEvent.objects.filter(action="sign_out.done").count() == 1


def test_only_a_token_of_login_is_renewed_or_ended(ada):
    for path in (RENEW, LOGOUT):
        assert Client().post(path).status_code == 401
        assert signed_in(ada).post(path).status_code == 401
        assert Client().post(path, **bearer(token_of(ada, "write"))).status_code == 403


def change_password(ada):
    form = {"old_password": PASSWORD, "new_password1": "Noch-ein-Kennwort-8"}
    signed_in(ada).post("/intern/konto/passwort/", form | {"new_password2": form["new_password1"]})


def change_it_in_the_admin(ada):
    ada.set_password("Noch-ein-Kennwort-8")
    ada.save()


ENDINGS = {
    "a new password": change_password,
    "a new password, from wherever": change_it_in_the_admin,
    "all sessions end": sessions.end_all,
    "the second factor is set up": lambda ada: _set_up_factor(ada),
    "the account is closed": lambda ada: type(ada).objects.update(is_active=False),
    "the account is deleted": lambda ada: ada.delete(),
    "other devices are signed out": lambda ada: signed_in(ada).post(
        "/intern/konto/sitzung-beenden/"
    ),
}


def _set_up_factor(ada):
    note = second_factor.new_setup(ada)
    code = pyotp.TOTP(second_factor.secret_of(ada, note)).now()
    form = {"setup": note, "code": code, "password": PASSWORD}
    signed_in(ada).post("/intern/konto/zweiter-faktor/", form)


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_what_ends_sessions_ends_those_of_the_api(ada, end):
    text = login().json()["token"]
    assert counts(text)
    end(ada)
    assert not counts(text)
    assert Client().post(RENEW, **bearer(text)).status_code == 401
