"""Signing in: limits per account and per address, one answer for everybody, no way round."""

import datetime
import re
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from cms.models import AuditEvent
from cms.permissions import roles
from tests.factories.guide import PASSWORD, ProjectFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 3
    settings.SIGN_IN_TRIES_PER_ADDRESS = 5
    settings.SIGN_IN_WAIT_MINUTES = 15


def sign_in(client, name: str, password: str = PASSWORD, **headers):
    form = {"username": name, "password": password}
    return client.post("/anmelden/", form, **headers)


def text(response) -> str:
    return response.content.decode()


def in_minutes(number: int):
    """The clock, later."""
    later = timezone.now() + datetime.timedelta(minutes=number)
    return mock.patch("django.utils.timezone.now", return_value=later)


def test_unknown_name_wrong_password_and_closed_account_get_one_answer(client):
    UserFactory(username="konto-offen")
    UserFactory(username="konto-geschlossen", is_active=False)
    answers = set()
    for name, password in (
        *(("konto-offen", "falsch"), ("konto-niemand", "falsch")),
        *(("konto-geschlossen", "falsch"), ("konto-geschlossen", PASSWORD)),
    ):
        page = text(sign_in(client, name, password)).replace(name, "NAME")
        answers.add(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page))
    assert len(answers) == 1
    assert "Benutzername oder Passwort stimmt nicht" in answers.pop()


@pytest.mark.parametrize("name", ["offen", "niemand"])
def test_an_account_waits_after_three_wrong_passwords_known_or_not(client, limits, name):
    UserFactory(username="offen")
    for number in range(3):
        address = f"203.0.113.{number}"
        assert "stimmt nicht" in text(sign_in(client, name, "falsch", REMOTE_ADDR=address))
    refused = sign_in(client, name.upper(), PASSWORD, REMOTE_ADDR="203.0.113.9")
    refused_too = sign_in(client, name, PASSWORD, REMOTE_ADDR="203.0.113.9")
    for answer in (refused, refused_too):
        assert "Bitte warten Sie 15 Minuten" in text(answer)
    with in_minutes(14):
        assert "Bitte warten Sie eine Minute" in text(sign_in(client, name))
    with in_minutes(16):
        assert "Zu viele Versuche" not in text(sign_in(client, name))


def test_the_right_password_begins_the_count_anew(client, limits):
    UserFactory(username="offen")
    for number in range(3):
        address = f"203.0.113.{number}"
        sign_in(client, "offen", "falsch", REMOTE_ADDR=address)
        sign_in(client, "offen", "falsch", REMOTE_ADDR=address)
        assert sign_in(Client(), "offen", REMOTE_ADDR=address).status_code == 302


def test_an_address_waits_after_five_wrong_passwords_for_whatever_names(client, limits):
    UserFactory(username="offen")
    for number in range(5):
        sign_in(client, f"niemand-{number}", "falsch")
    assert "Zu viele Versuche" in text(sign_in(client, "offen"))
    assert sign_in(client, "offen", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_an_office_that_shares_an_address_may_sign_in_as_often_as_it_likes(limits):
    for number in range(8):
        UserFactory(username=f"kollegin-{number}")
        assert sign_in(Client(), f"kollegin-{number}").status_code == 302


def test_a_header_tells_the_address_only_if_the_operator_says_so(client, limits, settings):
    UserFactory(username="offen")
    for number in range(5):
        header = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        sign_in(client, f"niemand-{number}", "falsch", **header)
    forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.99"}
    assert "Zu viele Versuche" in text(sign_in(client, "offen", **forged))
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    # What the visitor wrote comes first; what the proxy saw is the last.
    for number in range(5):
        header = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}, 192.0.2.1"}
        sign_in(client, f"wer-{number}", "falsch", **header)
    assert "Zu viele" in text(sign_in(client, "offen", HTTP_X_FORWARDED_FOR="8.8.8.8, 192.0.2.1"))
    assert sign_in(client, "offen", HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 302


def test_without_limits_nobody_waits(client):
    UserFactory(username="offen")
    for _number in range(60):
        sign_in(client, "niemand", "falsch")
    assert sign_in(client, "offen").status_code == 302


def test_signing_in_and_out_is_recorded_without_the_whole_address_or_a_mistyped_name(
    client, limits
):
    UserFactory(username="offen")
    sign_in(client, "mein-Geheimnis", "falsch", REMOTE_ADDR="203.0.113.7")
    for _number in range(4):
        sign_in(client, "offen", "falsch", REMOTE_ADDR="203.0.113.7")
    sign_in(client, "offen", REMOTE_ADDR="198.51.100.7")
    with in_minutes(16):
        sign_in(client, "offen", REMOTE_ADDR="198.51.100.7")
        client.post("/abmelden/")
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [
        *("sign_in.failed", "sign_in.failed", "sign_in.failed", "sign_in.locked"),
        *("sign_in.done", "sign_out.done"),
    ]
    stored = str(list(AuditEvent.objects.values_list("data", "personal")))
    assert "mein-Geheimnis" not in stored and "203.0.113.7" not in stored
    assert "203.0.113.…" in stored


def test_a_session_gets_a_new_key_when_somebody_signs_in(client):
    UserFactory(username="offen")
    client.get("/anmelden/")
    client.session["x"] = 1
    before = client.session.session_key
    sign_in(client, "offen")
    assert client.session.session_key != before


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admins_own_ways_in_lead_to_ours(client, method):
    office = person(roles.OFFICE, username="buero")
    form = {"username": "buero", "password": PASSWORD}
    answer = getattr(client, method)("/admin/login/?next=/admin/pages/", form)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/anmelden/")
    assert "_auth_user_id" not in client.session
    answer = getattr(client, method)("/admin/password_reset/", {"email": office.email})
    assert (answer.status_code, answer["Location"]) == (302, "/kennwort-vergessen/")
    answer = client.get("/admin/password_reset/confirm/MQ/x-y/")
    assert answer["Location"] == "/kennwort-vergessen/"
    assert client.get("/admin/")["Location"] == "/anmelden/?next=/admin/"


def test_the_admins_own_account_page_says_nothing_that_contradicts_ours(client):
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    page = text(client.get("/admin/account/"))
    for word in ("password", "E-Mail-Adresse", "notifications-", "first_name"):
        assert f'name="{word}' not in page and f"-{word}" not in page
    assert 'href="/intern/konto/"' in page
    office = Client()
    office.force_login(person(roles.OFFICE))
    assert "notifications-" not in text(office.get("/admin/account/"))
