"""A forgotten password: a link by mail, once, for an hour; and changes of one's own account."""

import re
import time

import pytest
from django.core import mail
from django.test import Client

from cms.models import AuditEvent
from cms.services import second_factor
from tests.factories.guide import PASSWORD, UserFactory
from tests.functional.test_second_factor import clock, with_factor
from tests.functional.test_sign_in import sign_in, text

pytestmark = pytest.mark.django_db
FORGOTTEN = "/kennwort-vergessen/"
NEW = "Ein-neues-Kennwort-9"


@pytest.fixture
def ada():
    return UserFactory(username="ada", first_name="Ada", email="ada@example.org")


@pytest.fixture
def mails(django_capture_on_commit_callbacks):
    """Does something, and returns the mails that it sends after the commit."""

    def run(act, number: int) -> list:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        deadline = time.monotonic() + 5
        while len(mail.outbox) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)  # one too many would come now
        assert len(mail.outbox) == number
        return list(mail.outbox)

    return run


def ask(client, email: str):
    return client.post(FORGOTTEN, {"email": email})


def link_in(message) -> str:
    return re.search(r"http://127.0.0.1:8000(/\S+)", message.body).group(1)


def open_link(client, link: str):
    """Follows to where Django has moved the token into the session."""
    answer = client.get(link)
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def test_a_mail_brings_a_link_to_a_new_password(client, ada, mails):
    other = Client()
    sign_in(other, "ada")
    [message] = mails(lambda: ask(client, "ADA@example.org"), 1)
    assert message.to == ["ada@example.org"]
    assert "Neues Passwort" in message.subject and "Guten Tag, Ada," in message.body
    assert "60 Minuten" in message.body and "„ada“" in message.body
    [(html, kind)] = message.alternatives
    assert kind == "text/html" and link_in(message) in html and 'lang="de"' in html
    page = open_link(client, link_in(message))
    assert "Neues Passwort wählen" in text(page)
    address = page.request["PATH_INFO"]
    done = client.post(address, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Bitte melden Sie sich damit an." in text(done)
    assert client.get("/intern/").status_code == 302
    assert other.get("/intern/").status_code == 302
    assert sign_in(client, "ada", NEW)["Location"] == "/intern/"


def test_a_link_is_good_for_one_password_only(client, ada, mails):
    [message] = mails(lambda: ask(client, ada.email), 1)
    page = open_link(client, link_in(message))
    client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert "Der Link gilt nicht mehr" in text(open_link(Client(), link_in(message)))
    assert "Der Link gilt nicht mehr" in text(Client().get(f"{FORGOTTEN}MQ/unsinn/"))


def test_a_link_is_good_for_an_hour(client, ada, mails, settings):
    [message] = mails(lambda: ask(client, ada.email), 1)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "Der Link gilt nicht mehr" in text(open_link(client, link_in(message)))


def test_the_answer_is_the_same_for_every_address(client, ada, mails):
    UserFactory(email="zu@example.org", is_active=False)
    answers = []
    for address, number in (("ada@example.org", 1), ("zu@example.org", 0), ("x@example.org", 0)):
        mails(lambda address=address: answers.append(ask(client, address)), number)
    assert {answer["Location"] for answer in answers} == {f"{FORGOTTEN}unterwegs/"}


def test_nobodys_mailbox_is_filled_and_no_address_asks_for_ever(client, ada, mails, settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT, settings.SIGN_IN_TRIES_PER_ADDRESS = 2, 4
    answers = []
    mails(lambda: answers.extend(ask(client, ada.email) for _number in range(5)), 2)
    assert [answer.status_code for answer in answers] == [302, 302, 302, 302, 200]
    assert "Zu viele Versuche" in text(answers[-1])


@pytest.mark.parametrize(
    "password", ["kurz-9!", "passwort123", "1234567890", "password1234", "Kennwort-2026!"]
)
def test_a_weak_password_is_refused(client, ada, mails, password):
    [message] = mails(lambda: ask(client, ada.email), 1)
    page = open_link(client, link_in(message))
    form = {"new_password1": password, "new_password2": password}
    assert "errorlist" in text(client.post(page.request["PATH_INFO"], form))
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_new_password_is_no_way_round_the_second_factor(client, ada, mails):
    with_factor(ada)
    [message] = mails(lambda: ask(client, ada.email), 1)
    page = open_link(client, link_in(message))
    client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert second_factor.has(ada)
    assert sign_in(client, "ada", NEW)["Location"] == "/anmelden/code/"


def test_a_new_password_ends_the_wait_after_wrong_ones(client, ada, mails, settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 2
    sign_in(client, "ada", "falsch")
    sign_in(client, "ada", "falsch")
    [message] = mails(lambda: ask(client, ada.email), 1)
    page = open_link(client, link_in(message))
    client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert sign_in(client, "ada", NEW).status_code == 302


def test_it_is_recorded_and_told_without_the_token(client, ada, mails):
    [message] = mails(lambda: ask(client, ada.email), 1)
    page = open_link(client, link_in(message))
    form = {"new_password1": NEW, "new_password2": NEW}
    [told] = mails(lambda: client.post(page.request["PATH_INFO"], form), 1)
    assert "wurde geändert" in told.subject
    events = AuditEvent.objects.filter(action__startswith="password").order_by("pk")
    assert [event.action for event in events] == ["password.reset_asked", "password.reset"]
    token = link_in(message).split("/")[-2]
    assert token not in str(list(events.values()))


# --- one's own account ----------------------------------------------------------------------------


def test_a_new_mail_address_counts_once_it_is_confirmed(client, ada, mails):
    client.force_login(ada)
    address = "/intern/konto/e-mail/"
    form = {"email": "neu@example.org", "password": "falsch"}
    assert "Das Passwort stimmt nicht" in text(client.post(address, form))
    [message] = mails(lambda: client.post(address, form | {"password": PASSWORD}), 1)
    assert message.to == ["neu@example.org"]
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    link = link_in(message)
    stranger = Client()
    stranger.force_login(UserFactory())
    assert "gilt nicht mehr" in text(stranger.post(link, follow=True))
    assert "neu@example.org" in text(client.get(link))
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    [told] = mails(lambda: client.post(link), 1)
    assert told.to == ["ada@example.org"]
    ada.refresh_from_db()
    assert ada.email == "neu@example.org"
    assert "gilt nicht mehr" in text(client.post(link, follow=True))


def test_a_link_for_a_mail_address_is_good_for_a_day(client, ada, mails):
    client.force_login(ada)
    form = {"email": "neu@example.org", "password": PASSWORD}
    [message] = mails(lambda: client.post("/intern/konto/e-mail/", form), 1)
    with clock(24 * 60 * 60 + 5):
        assert "gilt nicht mehr" in text(client.get(link_in(message), follow=True))


def test_somebody_changes_their_name(client, ada):
    client.force_login(ada)
    form = {"first_name": "Ada", "last_name": "Beispiel"}
    assert "Ihr Name ist geändert." in text(client.post("/intern/konto/name/", form, follow=True))
    assert "Ada Beispiel" in text(client.get("/intern/konto/"))
    assert "Mein Konto" in text(client.get("/intern/"))


@pytest.mark.parametrize(
    "address",
    ["", "name/", "e-mail/", "e-mail/x/", "passwort/", "zweiter-faktor/"],
)
def test_the_account_is_for_signed_in_people(client, address):
    answer = client.get(f"/intern/konto/{address}")
    assert answer["Location"].startswith("/anmelden/?next=")
