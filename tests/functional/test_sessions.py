"""Where one is signed in: listed in words, ended one by one or all, never somebody else's."""

import datetime
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cms.domain.client import Client as Visitor
from cms.models import SignedInSession
from tests.factories.guide import PASSWORD, UserFactory
from tests.functional.test_sign_in import sign_in, text

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
END = "/intern/konto/sitzung-beenden/"


@pytest.fixture
def ada():
    return UserFactory(username="ada")


def signed_in(agent: str, address: str = "203.0.113.7") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert sign_in(client, "ada").status_code == 302
    return client


def is_in(client) -> bool:
    return client.get("/intern/").status_code == 200


def test_the_list_tells_device_times_and_a_shortened_address(ada):
    desk, phone = signed_in(FIREFOX), signed_in(PHONE, "2001:db8:1:2:3:4:5:6")
    page = text(desk.get("/intern/konto/"))
    assert "Firefox, Windows</strong> (dieses Gerät)" in page
    assert "Safari, iPhone" in page
    assert "203.0.113.…" in page and "203.0.113.7" not in page
    assert "2001:db8:1:…" in page and "2001:db8:1:2" not in page
    assert is_in(phone)


def test_one_session_is_ended_and_then_all_others(ada):
    desk, phone, tablet = signed_in(FIREFOX), signed_in(PHONE), signed_in("Anything")
    desk.post(END, {"session": phone.session.session_key})
    assert (is_in(desk), is_in(phone), is_in(tablet)) == (True, False, True)
    signed_in(PHONE)
    page = text(desk.post(END, {"all": ""}, follow=True))
    assert "2 Geräte sind abgemeldet." in page
    assert (is_in(desk), is_in(tablet)) == (True, False)


def test_nobody_ends_somebody_elses_session(ada):
    theirs = signed_in(FIREFOX)
    stranger = Client()
    stranger.force_login(UserFactory())
    stranger.post(END, {"session": theirs.session.session_key})
    stranger.post(END, {"all": ""})
    assert is_in(theirs)
    assert stranger.get(END).status_code == 405


def test_a_new_password_ends_the_other_sessions(ada):
    desk, phone = signed_in(FIREFOX), signed_in(PHONE)
    form = {"new_password1": "Ein-neues-Kennwort-9", "new_password2": "Ein-neues-Kennwort-9"}
    wrong = desk.post("/intern/konto/passwort/", form | {"old_password": "falsch"})
    assert "Das Passwort stimmt nicht" in text(wrong)
    desk.post("/intern/konto/passwort/", form | {"old_password": PASSWORD})
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert SignedInSession.objects.filter(user=ada).count() == 1
    assert sign_in(Client(), "ada", "Ein-neues-Kennwort-9").status_code == 302


def test_closing_an_account_ends_its_sessions_for_good(ada):
    desk = signed_in(FIREFOX)
    ada.is_active = False
    ada.save()
    assert not is_in(desk)
    ada.is_active = True
    ada.save()
    assert not is_in(desk)


def test_the_address_is_kept_only_as_long_as_the_session(ada):
    desk, phone = signed_in(FIREFOX), signed_in(PHONE)
    desk.post("/abmelden/")
    assert SignedInSession.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(days=1))
    assert not is_in(phone)
    call_command("clearsessions")
    assert SignedInSession.objects.count() == 0


def test_last_seen_is_written_now_and_then_not_each_time(ada, django_assert_num_queries):
    desk = signed_in(FIREFOX)
    is_in(desk)
    seen = SignedInSession.objects.get().last_seen
    is_in(desk)
    assert SignedInSession.objects.get().last_seen == seen
    later = timezone.now() + datetime.timedelta(minutes=6)
    with (
        mock.patch("time.time", return_value=later.timestamp()),
        mock.patch("django.utils.timezone.now", return_value=later),
    ):
        is_in(desk)
    assert SignedInSession.objects.get().last_seen == later


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_told_in_words(agent, device):
    assert Visitor(agent=agent).device == device


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.17", "192.0.2.…"),
        ("2001:db8::1", "2001:db8:0:…"),
        ("::ffff:192.0.2.17", "192.0.2.…"),
    ],
)
def test_an_address_is_shortened(address, network):
    assert Visitor(address=address).network == network


@pytest.mark.parametrize(
    ("address", "counted"),
    [("192.0.2.17", "192.0.2.17"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", "")],
)
def test_tries_are_counted_by_the_network_that_one_can_change_within(address, counted):
    assert Visitor(address=address).counted == counted
