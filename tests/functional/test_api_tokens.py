"""@tokens and the screen: keys that people give to programs, narrowed, dated, shown once."""

import datetime
import re
from unittest import mock

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from cms.models import ApiToken, AuditEvent
from cms.permissions import roles
from cms.permissions.scopes import SCOPE_NAMES
from tests.factories.guide import (
    PASSWORD,
    ProjectFactory,
    UserFactory,
    person,
)
from tests.functional.api_client import bearer, jwt_of, signed_in, token_of
from tests.functional.test_password_reset import mails  # noqa: F401

pytestmark = pytest.mark.django_db
PATH = "/api/@tokens"
SCREEN = "/intern/konto/api-schluessel/"


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def ada(project):
    return person(roles.EDITOR, project, username="ada", email="ada@example.org")


def in_days(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


def ask(jwt: str, **changes):
    wish = {"name": "Auswertung", "scopes": ["read"], "expires": in_days(30)} | changes
    return Client().post(PATH, wish, "application/json", **bearer(jwt))


def test_a_token_is_shown_once_and_kept_as_a_hash(ada):
    jwt = jwt_of(ada)
    answer = ask(jwt, scopes=["write"])
    data = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, data["@id"])
    assert answer["Cache-Control"] == "no-store"
    text = data.pop("token")
    assert re.fullmatch(r"leitfaden_[\w-]{43}", text)
    assert data == {
        "@id": f"http://testserver/api/@tokens/{data['id']}",
        "id": data["id"],
        "name": "Auswertung",
        "beginning": text[:14],
        "scopes": ["read", "write"],
        "created": data["created"],
        "expires": in_days(30),
        "expired": False,
        "last_used": None,
    }
    listed = Client().get(PATH, **bearer(jwt))
    assert listed.json() == {
        "@id": "http://testserver/api/@tokens", "items": [data], "items_total": 1,
    }  # fmt: skip
    assert Client().get(data["@id"], **bearer(jwt)).json() == data
    assert text not in str(list(ApiToken.objects.values())) + listed.content.decode()
    event = AuditEvent.objects.get(action="token.created")
    assert event.data == {"scopes": ["read", "write"], "until": in_days(30)}
    assert text not in str(list(AuditEvent.objects.values()))


def test_a_mail_tells_the_person_of_it(ada, mails):  # noqa: F811
    jwt = jwt_of(ada)
    [letter] = mails(lambda: ask(jwt), 1)
    assert letter.to == ["ada@example.org"]
    assert "„Auswertung“" in letter.body and SCREEN in letter.body
    assert "leitfaden_" not in letter.body


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({"name": ""}, 422, "name"),
        ({"name": " "}, 422, "name"),
        ({"name": "x" * 101}, 422, "name"),
        ({"name": "Zeilen\numbruch"}, 422, "name"),
        ({"name": 7}, 400, "name"),
        ({"scopes": []}, 422, "scopes"),
        ({"scopes": ["admin"]}, 422, "scopes"),
        ({"scopes": ["read", "*"]}, 422, "scopes"),
        ({"scopes": "read"}, 400, "scopes"),
        ({"scopes": [["read"]]}, 400, "scopes"),
        ({"expires": None}, 400, "expires"),
        ({"expires": "nie"}, 400, "expires"),
        ({"expires": 20300101}, 400, "expires"),
        ({"expires": "9999-12-31"}, 422, "expires"),
        ({"expires": in_days(-1)}, 422, "expires"),
        ({"expires": in_days(366)}, 422, "expires"),
    ],
)
def test_every_token_says_what_for_what_it_may_and_until_when(ada, wish, status, field):
    answer = ask(jwt_of(ada), **wish)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
        status,
        [field],
    )
    assert not ApiToken.objects.exists()


def test_the_last_day_counts_and_the_next_does_not(ada):
    text = token_of(ada)
    for days, status in ((30, 200), (31, 401)):
        later = timezone.now() + datetime.timedelta(days=days)
        with mock.patch("django.utils.timezone.now", return_value=later):
            assert Client().get("/api/erfahrungen", **bearer(text)).status_code == status


def test_a_revoked_token_is_refused_at_once(ada):
    text, jwt = token_of(ada), jwt_of(ada)
    path = f"{PATH}/{ApiToken.objects.get().pk}"
    assert Client().get("/api", **bearer(text)).status_code == 200
    assert Client().delete(path, **bearer(jwt)).status_code == 204
    assert Client().get("/api", **bearer(text)).status_code == 401
    assert Client().delete(path, **bearer(jwt)).status_code == 404
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1


def test_nobody_sees_or_revokes_anothers(ada):
    token_of(ada)
    path = f"{PATH}/{ApiToken.objects.get().pk}"
    for other in (UserFactory(), person(roles.OFFICE), UserFactory(is_superuser=True)):
        header = bearer(jwt_of(other))
        assert Client().get(PATH, **header).json()["items_total"] == 0
        assert Client().get(path, **header).status_code == 404
        assert Client().delete(path, **header).status_code == 404
        assert (
            signed_in(other).post(f"{SCREEN}{ApiToken.objects.get().pk}/widerrufen/").status_code
            == 404
        )
    assert ApiToken.objects.count() == 1
    assert Client().delete(f"{PATH}/{2**63}", **bearer(jwt_of(ada))).status_code == 404


def test_tokens_are_managed_by_their_person_only(ada):
    token_of(ada)
    path = f"{PATH}/{ApiToken.objects.get().pk}"
    for text in (token_of(ada), token_of(ada, *SCOPE_NAMES)):
        header = bearer(text)
        assert ask(text).status_code == 403
        for answer in (
            Client().get(PATH, **header),
            Client().get(path, **header),
            Client().delete(path, **header),
        ):
            assert answer.status_code == 403
    for method, address in (("get", PATH), ("post", PATH), ("get", path), ("delete", path)):
        assert getattr(Client(), method)(address).status_code == 401
    browser = signed_in(ada)
    assert browser.get(PATH).status_code == 200
    answer = browser.post(PATH, {}, "application/json")  # there the password is asked for
    assert (answer.status_code, "Mein Konto" in answer.json()["message"]) == (403, True)
    assert ApiToken.objects.count() == 3


def test_nobody_has_more_than_twenty(ada):
    jwt = jwt_of(ada)
    for _number in range(20):
        assert ask(jwt).status_code == 201
    answer = ask(jwt)
    assert (answer.status_code, "widerrufen" in answer.json()["message"]) == (422, True)
    ApiToken.objects.filter(pk=ApiToken.objects.first().pk).update(expires=in_days(-1))
    assert ask(jwt).status_code == 201


def test_the_last_use_is_noted_now_and_then(ada, django_assert_num_queries):
    text = token_of(ada)
    Client().get("/api", **bearer(text))
    used = ApiToken.objects.get().last_used
    assert used is not None
    Client().get("/api", **bearer(text))
    assert ApiToken.objects.get().last_used == used
    later = timezone.now() + datetime.timedelta(minutes=6)
    with mock.patch("django.utils.timezone.now", return_value=later):
        Client().get("/api", **bearer(text))
    assert ApiToken.objects.get().last_used == later


# --- the screen ----------------------------------------------------------------------------------


def form(**changes) -> dict:
    sent = {"name": "Website", "scopes": ["write"], "expires": in_days(90), "password": PASSWORD}
    return sent | changes


def text(response) -> str:
    return response.content.decode()


def test_somebody_makes_sees_and_revokes_a_key_on_the_screen(ada):
    browser = signed_in(ada)
    assert SCREEN in text(browser.get("/intern/konto/"))
    assert "Sie haben keinen API-Schlüssel" in text(browser.get(SCREEN))
    empty = text(browser.get(f"{SCREEN}neu/"))
    assert "kommentieren" in empty and "veröffentlichen" not in empty  # not an editor's
    assert f'max="{in_days(365)}"' in empty and f'value="{in_days(90)}"' in empty
    made = browser.post(f"{SCREEN}neu/", form())
    assert "no-store" in made["Cache-Control"]
    [key] = re.findall(r">(leitfaden_[\w-]{43})<", text(made))
    assert Client().get("/api", **bearer(key)).status_code == 200
    page = text(browser.get(SCREEN))
    assert "Website" in page and "lesen, schreiben" in page and key not in page
    assert key[:14] in page and "zuletzt benutzt" in page
    token = ApiToken.objects.get()
    done = browser.post(f"{SCREEN}{token.pk}/widerrufen/", follow=True)
    assert "ist widerrufen" in text(done)
    assert Client().get("/api", **bearer(key)).status_code == 401
    assert browser.get(f"{SCREEN}{token.pk}/widerrufen/").status_code == 405


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "falsch"}, "Das Passwort stimmt nicht"),
        ({"name": ""}, "Dieses Feld"),
        ({"expires": "bald"}, "gültiges Datum"),
        ({"expires": in_days(400)}, "Bitte nennen Sie einen letzten Tag"),
        ({"scopes": ["review"]}, "review ist keine"),
    ],
)
def test_the_form_says_what_is_wrong(ada, changes, words):
    page = text(signed_in(ada).post(f"{SCREEN}neu/", form(**changes)))
    assert words in page and "Noch nichts ist geändert" in page
    assert not ApiToken.objects.exists()


def test_a_partner_can_only_let_a_program_read(client):
    partner = person(roles.PARTNER)
    client.force_login(partner)
    assert 'name="scopes"' not in text(client.get(f"{SCREEN}neu/"))
    client.post(f"{SCREEN}neu/", {**form(), "scopes": []})
    assert ApiToken.objects.get().scopes == ["read"]


def test_programs_that_are_signed_in_are_listed_with_the_devices(ada):
    browser, jwt = signed_in(ada), jwt_of(ada)
    page = text(browser.get("/intern/konto/"))
    assert "über die Schnittstelle" in page
    [session] = re.findall(r'name="api_session" value="([\w-]+)"', page)
    other = signed_in(UserFactory())
    for wrong in (session, "x"):
        other.post("/intern/konto/sitzung-beenden/", {"api_session": wrong})
    assert Client().get("/api", **bearer(jwt)).status_code == 200
    browser.post("/intern/konto/sitzung-beenden/", {"api_session": session})
    assert Client().get("/api", **bearer(jwt)).status_code == 401


def test_a_password_by_mail_revokes_keys_and_a_changed_one_keeps_them(ada):
    key, new = token_of(ada), "Noch-ein-Kennwort-8"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    signed_in(ada).post("/intern/konto/passwort/", sent)
    assert Client().get("/api", **bearer(key)).status_code == 200
    ada.refresh_from_db()
    uid, note = urlsafe_base64_encode(force_bytes(ada.pk)), default_token_generator.make_token(ada)
    browser = Client()
    page = browser.get(f"/kennwort-vergessen/{uid}/{note}/", follow=True)
    browser.post(page.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert Client().get("/api", **bearer(key)).status_code == 401
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1
