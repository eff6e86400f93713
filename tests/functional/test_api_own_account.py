"""PATCH @users/<name> and reset-password: what the screens of the account do, over the API."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import ApiSession, AuditEvent
from cms.permissions import roles
from cms.services import api_tokens
from tests.factories.guide import PASSWORD, ProjectFactory, UserFactory, person
from tests.functional.api_client import NOT_FOUND, bearer, jwt_of, signed_in, token_of
from tests.functional.test_password_reset import mails
from tests.functional.test_sign_in import sign_in

__all__ = ["mails"]

pytestmark = pytest.mark.django_db
NEW = "Ein-neues-Kennwort-9"
ADA = "/api/@users/ada"
RESET = f"{ADA}/reset-password"
EMPTY = {"data": "", "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def ada():
    names = {"first_name": "Ada", "last_name": "Muster", "email": "ada@example.org"}
    return person(roles.EDITOR, ProjectFactory(), username="ada", **names)


@pytest.fixture
def token(ada):
    return bearer(jwt_of(ada))


def ask(method: str, path: str, data=None, status: int = 200, client=None, **headers):
    """What is answered; ``status`` is the one that it must have."""
    ask_by = getattr(client or Client(), method.lower())
    sent = {} if data is None else {"data": data}
    response = ask_by(path, content_type="application/json", **sent, **headers)
    assert response.status_code == status, response.content.decode()
    return response.json() if response.content else None


def patch(data, status: int = 204, path: str = ADA, **headers):
    return ask("PATCH", path, data, status, **headers)


def reset(data=None, status: int = 200, path: str = RESET, **headers):
    return ask("POST", path, data, status, **headers)


def fields(answer: dict) -> list[str]:
    return [error["field"] for error in answer["errors"]]


# --- name and address ----------------------------------------------------------------------------


def test_people_change_their_name(ada, token):
    patch({"fullname": "  Ada  Maria Beispiel "}, **token)
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name) == ("Ada Maria", "Beispiel")
    for wrong in ("Ada", "", "A " + "x" * 151, 7, None):
        assert fields(patch({"fullname": wrong}, 422, **token)) == ["fullname"]
    ada.refresh_from_db()
    assert ada.get_full_name() == "Ada Maria Beispiel"


def test_an_account_is_changed_as_it_was_read_or_not_at_all(ada, token):
    tag = Client().get(ADA, **token)["ETag"]
    patch({"fullname": "Ada Anders"}, **token, HTTP_IF_MATCH=tag)
    patch({"fullname": "Ada Muster"}, 412, **token, HTTP_IF_MATCH=tag)
    ada.refresh_from_db()
    assert ada.get_full_name() == "Ada Anders"


def test_what_was_read_can_be_sent_back(ada, token):
    read = ask("GET", ADA, **token)
    patch(read, **token)
    patch({"roles": {"editor": True, "office": False}, "password": "", "home_page": None}, **token)
    assert ask("GET", ADA, **token) == read
    assert not mail.outbox


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "eva"),
        ("password", NEW),
        ("is_active", False),
        ("roles", {"office": True}),
        ("roles", {"editor": False}),
        ("roles", ["editor", "office"]),
    ],
)
def test_what_is_changed_elsewhere_or_not_at_all_is_said(ada, token, field, value):
    assert fields(patch({field: value, "fullname": "Ada Neu"}, 422, **token)) == [field]
    ada.refresh_from_db()
    assert ada.last_name == "Muster" and ada.check_password(PASSWORD)


def test_another_address_counts_once_its_link_is_confirmed(ada, token, mails):
    wish = {"email": "neu@example.org", "old_password": PASSWORD, "fullname": "Ada Neu"}
    [message] = mails(lambda: patch(wish, 202, **token), 1)
    assert message.to == ["neu@example.org"]
    ada.refresh_from_db()
    assert (ada.email, ada.last_name) == ("ada@example.org", "Neu")
    path = re.search(r"http://127.0.0.1:8000(/\S+)", message.body).group(1)
    assert Client().post(path).status_code == 302  # to the sign-in: a token is not enough
    mails(lambda: signed_in(ada).post(path), 1)
    ada.refresh_from_db()
    assert ada.email == "neu@example.org"


def test_another_address_needs_the_password_as_on_the_screen(ada, token):
    for sent in ({}, {"old_password": ""}, {"old_password": 7}):
        wish = {"email": "neu@example.org", "fullname": "Ada Neu", **sent}
        assert fields(patch(wish, 422, **token)) == ["old_password"]
    wrong = {"email": "neu@example.org", "fullname": "Ada Neu", "old_password": "geraten"}
    assert fields(patch(wrong, 403, **token)) == ["old_password"]
    for address in ("", "keine Adresse", "x" * 250 + "@example.org", None):
        wish = {"email": address, "fullname": "Ada Neu", "old_password": PASSWORD}
        assert fields(patch(wish, 422, **token)) == ["email"]
    ada.refresh_from_db()
    assert ada.last_name == "Muster" and not mail.outbox


def test_wrong_passwords_are_counted_like_those_of_the_sign_in(ada, token, settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 2
    wish = {"email": "neu@example.org", "old_password": "geraten"}
    patch(wish, 403, **token)
    reset({"old_password": "geraten", "new_password": NEW}, 403, **token)
    patch({**wish, "old_password": PASSWORD}, 429, **token)
    response = Client().post(
        RESET, {"old_password": PASSWORD, "new_password": NEW}, "application/json", **token
    )
    assert response.status_code == 429 and int(response["Retry-After"]) > 0


def test_nobody_changes_somebody_else(ada):
    change = {"fullname": "Eva Beispiel"}
    patch(change, 401)
    office = bearer(jwt_of(person(roles.OFFICE)))
    patch(change, 403, **office)
    lead = bearer(jwt_of(person(roles.LEAD, ProjectFactory())))
    for path in (ADA, "/api/@users/gibt-es-nicht", "/api/@users/a%00"):
        assert patch(change, 404, path, **lead) == NOT_FOUND
    ada.refresh_from_db()
    assert ada.get_full_name() == "Ada Muster"


def test_a_personal_token_changes_nothing_of_the_account(ada):
    for scopes in (["read"], ["write"], ["read", "write", "review", "manage"]):
        key = bearer(token_of(ada, *scopes))
        patch({"fullname": "Eva Beispiel"}, 403, **key)
        patch({"email": "neu@example.org", "old_password": PASSWORD}, 403, **key)
        reset({"old_password": PASSWORD, "new_password": NEW}, 403, **key)
    ada.refresh_from_db()
    assert ada.get_full_name() == "Ada Muster" and ada.check_password(PASSWORD)


def test_a_page_of_another_site_changes_nothing(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    patch({"fullname": "Eva Beispiel"}, 403, client=browser)
    reset({"old_password": PASSWORD, "new_password": NEW}, 403, client=browser)


# --- passwords -----------------------------------------------------------------------------------


def test_a_new_password_ends_all_other_sessions(ada, token, mails):
    other, browser = bearer(jwt_of(ada)), Client()
    sign_in(browser, "ada")
    key = bearer(token_of(ada))
    wish = {"old_password": PASSWORD, "new_password": NEW}
    [message] = mails(lambda: reset(wish, **token), 1)
    assert "Passwort" in message.subject
    ask("GET", ADA, **token)
    ask("POST", "/api/@login-renew", **token)
    ask("GET", ADA, status=401, **other)
    ask("GET", ADA, **key)  # as on the screen: programs go on
    assert browser.get("/intern/").status_code == 302
    assert ApiSession.objects.count() == 1
    assert AuditEvent.objects.filter(action="password.changed").count() == 1
    assert sign_in(Client(), "ada", NEW)["Location"] == "/intern/"


def test_in_the_browser_this_session_goes_on(ada):
    browser, other = Client(), bearer(jwt_of(ada))
    sign_in(browser, "ada")
    reset({"old_password": PASSWORD, "new_password": NEW}, client=browser)
    assert browser.get("/intern/").status_code == 200
    ask("GET", ADA, status=401, **other)


def test_a_password_that_does_not_do_is_refused(ada, token):
    for weak in ("kurz-9!", "passwort123", "1234567890"):
        wish = {"old_password": PASSWORD, "new_password": weak}
        assert "new_password" in fields(reset(wish, 422, **token))
    for wish in (
        {"old_password": PASSWORD},
        {"new_password": NEW},
        {"old_password": PASSWORD, "reset_token": "x", "new_password": NEW},
        {"reset_token": "x"},
        {"old_password": 7, "new_password": NEW},
        {"etwas": "anderes"},
    ):
        reset(wish, 400, **token)
    assert fields(reset({"old_password": "geraten", "new_password": NEW}, 403, **token)) == [
        "old_password"
    ]
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_the_password_of_somebody_else_is_refused_whether_there_is_such_an_account(ada, token):
    UserFactory(username="eva")
    wish = {"old_password": PASSWORD, "new_password": NEW}
    answers = [
        reset(wish, 403, f"/api/@users/{name}/reset-password", **token)
        for name in ("eva", "gibt-es-nicht")
    ]
    assert answers[0] == answers[1]
    reset(wish, 401)


def test_a_forgotten_password(ada, mails):
    api_tokens.create(ada, "Website", ["read"], api_tokens.timezone.localdate())
    browser, other = Client(), bearer(jwt_of(ada))
    sign_in(browser, "ada")
    [message] = mails(lambda: reset(client=browser), 1)
    assert message.to == ["ada@example.org"]
    link = re.search(r"/kennwort-vergessen/\S+/(\S+)/", message.body).group(1)
    wish = {"reset_token": link, "new_password": NEW}
    assert "new_password" in fields(reset({**wish, "new_password": "kurz"}, 422))
    mails(lambda: reset(wish, client=browser), 1)
    assert browser.get("/intern/").status_code == 302
    ask("GET", ADA, status=401, **other)
    assert not api_tokens.tokens_of(ada).exists()
    assert sign_in(Client(), "ada", NEW)["Location"] == "/intern/"
    assert fields(reset(wish, 403)) == ["reset_token"]  # once


def test_a_link_is_somebodys_and_good_for_an_hour(ada, mails, settings):
    UserFactory(username="eva")
    UserFactory(username="zu", is_active=False)
    [message] = mails(reset, 1)
    link = re.search(r"/kennwort-vergessen/\S+/(\S+)/", message.body).group(1)
    answers = [
        reset({"reset_token": text, "new_password": NEW}, 403, f"/api/@users/{name}/reset-password")
        for text in (link, "unsinn")
        for name in ("eva", "zu", "gibt-es-nicht")
    ]
    settings.PASSWORD_RESET_TIMEOUT = -1
    answers.append(reset({"reset_token": link, "new_password": NEW}, 403))
    assert all(answer == answers[0] for answer in answers)


def test_who_asks_for_a_link_does_not_learn_whether_there_is_an_account(ada, mails):
    UserFactory(username="zu", email="zu@example.org", is_active=False)
    UserFactory(username="ohne-adresse")
    answers = []
    numbers = {"ada": 1, "ADA@example.org": 1, "zu": 0, "ohne-adresse": 0, "niemand": 0}
    for name, number in numbers.items():
        path = f"/api/@users/{name}/reset-password"
        mails(lambda path=path: answers.append(Client().post(path, **EMPTY)), number)
    assert {response.status_code for response in answers} == {200}
    assert len({response.content for response in answers}) == 1
    assert len({tuple(sorted(response.headers)) for response in answers}) == 1


def test_a_mailbox_is_not_filled_by_name_and_address(ada, mails, settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT, settings.SIGN_IN_TRIES_PER_ADDRESS = 2, 4

    def ask_often():
        for name in ("ada", "ada@example.org"):
            for _number in range(2):
                reset(path=f"/api/@users/{name}/reset-password")

    mails(ask_often, 2)
    reset(status=429)


def test_as_much_is_done_for_nobody_as_for_an_account(ada, mails, settings):
    """Time can't be compared in a test; what takes it can."""
    settings.SIGN_IN_TRIES_PER_ACCOUNT = settings.SIGN_IN_TRIES_PER_ADDRESS = 10
    reset()  # the address is known from now on
    counts, events = [], []
    UserFactory(username="eva", email="eva@example.org")
    for name, number in (("eva", 1), ("niemand", 0)):
        with CaptureQueriesContext(connection) as queries:
            mails(lambda name=name: reset(path=f"/api/@users/{name}/reset-password"), number)
        counts.append([query["sql"].split(" ")[0] for query in queries])
        events.append(AuditEvent.objects.order_by("pk").last())
    assert counts[0] == counts[1]
    assert [event.action for event in events] == [
        "password.reset_asked",
        "password.reset_of_nobody",
    ]
    assert "niemand" not in f"{events[1].personal}{events[1].data}"
