"""The second factor: no session before it, each code once, recovery, who must have one."""

import re
import time
from unittest import mock

import pyotp
import pytest
from django.core import mail
from django.test import Client

from cms.models import AuditEvent, GuideSettings, RecoveryCode, SecondFactor
from cms.permissions import roles
from cms.services import second_factor
from tests.factories.guide import PASSWORD, ProjectFactory, UserFactory, person
from tests.functional.test_sign_in import sign_in, text

pytestmark = pytest.mark.django_db
SETUP = "/intern/konto/zweiter-faktor/"


def clock(seconds: int = 0):
    """The clock of the codes, so much later."""
    return mock.patch("time.time", return_value=time.time() + seconds)


def code_of(user, seconds: int = 0) -> str:
    return pyotp.TOTP(user.second_factor.secret).at(time.time() + seconds)


def with_factor(user) -> list[str]:
    """Gives ``user`` a second factor as the screen does; the recovery codes."""
    note = second_factor.new_setup(user)
    secret = second_factor.secret_of(user, note)
    return second_factor.confirm_setup(user, note, pyotp.TOTP(secret).at(time.time() - 30))


@pytest.fixture
def ada():
    user = UserFactory(username="ada", email="ada@example.org")
    user.codes = with_factor(user)
    return user


def require(rule: str) -> None:
    site_settings = GuideSettings.objects.first() or GuideSettings(site_id=1)
    site_settings.require_second_factor = rule
    site_settings.save()


def test_somebody_sets_it_up_with_picture_or_text_and_sees_the_codes_once(client):
    user = person(roles.EDITOR, ProjectFactory(), username="ada")
    client.force_login(user)
    page = text(client.get(SETUP))
    assert "<svg" in page and "otpauth://totp/" in page
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    note = re.search(r'name="setup" value="([^"]+)"', page).group(1)
    form = {"setup": note, "code": "000000", "password": PASSWORD}
    wrong = text(client.post(SETUP, form))
    assert "Der Code stimmt nicht" in wrong and note in wrong
    assert not SecondFactor.objects.exists()
    now = pyotp.TOTP(secret).now()
    assert "Das Passwort stimmt nicht" in text(
        client.post(SETUP, form | {"code": now, "password": "falsch"})
    )
    done = text(client.post(SETUP, form | {"code": f"{now[:3]} {now[3:]}"}))
    codes = re.findall(r"<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</li>", done)
    assert len(set(codes)) == 10
    account = text(client.get("/intern/konto/"))
    assert "noch 10 Wiederherstellungscodes" in account
    assert not any(code in account for code in codes)
    stored = str(list(RecoveryCode.objects.values_list("hash", flat=True)))
    assert not any(code.replace("-", "") in stored for code in codes)


def test_a_setup_page_of_somebody_else_is_refused(client, ada):
    other = UserFactory()
    client.force_login(other)
    note = second_factor.new_setup(ada)
    client.post(SETUP, {"setup": note, "code": "123456", "password": PASSWORD})
    assert not second_factor.has(other)


def test_the_password_alone_opens_nothing(client, ada):
    answer = sign_in(client, "ada")
    assert answer["Location"] == "/anmelden/code/"
    assert "_auth_user_id" not in client.session
    assert client.get("/intern/")["Location"].startswith("/anmelden/")
    assert client.get("/admin/")["Location"].startswith("/anmelden/")
    assert "Anmelden</a>" in text(client.get("/"))


def test_a_code_finishes_the_sign_in_and_leads_where_one_wanted_to(client, ada):
    form = {"username": "ada", "password": PASSWORD, "next": "/projekte/"}
    step = client.post("/anmelden/", form)["Location"]
    assert step == "/anmelden/code/?next=%2Fprojekte%2F"
    assert 'value="/projekte/"' in text(client.get(step))
    form = {"code": code_of(ada), "next": "/projekte/"}
    assert client.post("/anmelden/code/", form)["Location"] == "/projekte/"
    assert client.get("/intern/").status_code == 200


def test_the_second_step_redirects_to_no_other_site(client, ada):
    sign_in(client, "ada")
    form = {"code": code_of(ada), "next": "https://example.org/"}
    assert client.post("/anmelden/code/", form)["Location"] == "/intern/"


def test_a_used_code_is_refused(ada):
    code = code_of(ada)
    for client, accepted in ((Client(), True), (Client(), False)):
        sign_in(client, "ada")
        answer = client.post("/anmelden/code/", {"code": code})
        assert (answer.status_code == 302) is accepted
    assert "verbraucht" in text(answer)
    client = Client()
    with clock(30):
        sign_in(client, "ada")
        # The one before it is within the drift, and older than the one that was used.
        assert client.post("/anmelden/code/", {"code": code}).status_code == 200
        assert client.post("/anmelden/code/", {"code": code_of(ada)}).status_code == 302


def test_a_recovery_code_works_once_however_it_is_typed(ada, django_capture_on_commit_callbacks):
    typed = ada.codes[0].lower().replace("-", " ")
    client = Client()
    sign_in(client, "ada")
    with django_capture_on_commit_callbacks() as callbacks:
        assert client.post("/anmelden/code/", {"code": typed})["Location"] == "/intern/"
    assert callbacks  # a mail about it
    again = Client()
    sign_in(again, "ada")
    assert again.post("/anmelden/code/", {"code": ada.codes[0]}).status_code == 200
    assert second_factor.codes_left(ada) == 9


def test_the_second_step_ends_after_ten_minutes_and_with_a_new_password(client, ada):
    sign_in(client, "ada")
    with clock(601):
        assert client.get("/anmelden/code/")["Location"] == "/anmelden/"
    assert client.get("/anmelden/code/").status_code == 200
    ada.set_password("Ein-anderes-Kennwort-8")
    ada.save()
    assert client.get("/anmelden/code/")["Location"] == "/anmelden/"


def test_codes_are_guessed_three_times_only(client, ada, settings):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 3
    for _number in range(3):
        sign_in(client, "ada")
        client.post("/anmelden/code/", {"code": "abc"})
    answer = client.post("/anmelden/code/", {"code": code_of(ada)})
    assert "Zu viele Versuche" in text(answer)
    assert client.get("/intern/").status_code == 302
    assert AuditEvent.objects.filter(action="second_factor.locked").count() == 1


OPEN = [SETUP, "/anmelden/"]
CLOSED = ["/", "/intern/", "/intern/konto/", "/admin/", "/admin/pages/", "/suche/"]
CLOSED += ["/admin/account/", "/documents/1/x/", "/leitfaden/"]


def test_who_must_have_one_gets_nowhere_else_until_it_is_done(client):
    user = person(roles.OFFICE, username="buero")
    require("office")
    sign_in(client, "buero")
    for address in CLOSED:
        assert client.get(address)["Location"] == SETUP, address
        assert client.post(address, {}).status_code == 403, address
    for address in OPEN:
        assert client.get(address).status_code == 200, address
    page = text(client.get(SETUP))
    assert "Pflicht" in page
    note = re.search(r'name="setup" value="([^"]+)"', page).group(1)
    code = pyotp.TOTP(second_factor.secret_of(user, note)).now()
    client.post(SETUP, {"setup": note, "code": code, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    assert client.get("/api/").status_code == 200


@pytest.mark.parametrize("has_one", [True, False])
def test_who_must_have_one_reads_nothing_by_the_api_and_monitors_go_on(client, has_one):
    user = person(roles.OFFICE)
    client.force_login(user)
    if has_one:
        with_factor(user)
    require("office")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/api/erfahrungen")
    assert (answer.status_code, answer.json()["type"]) == (403, "Forbidden")


@pytest.mark.parametrize(
    ("rule", "role", "must"),
    [
        ("nobody", roles.OFFICE, False),
        ("office", roles.OFFICE, True),
        ("office", roles.LEAD, False),
        ("leads", roles.LEAD, True),
        ("leads", roles.OFFICE, True),
        ("leads", roles.EDITOR, False),
        ("leads", roles.PARTNER, False),
    ],
)
def test_the_office_says_who_must_have_one(client, rule, role, must):
    user = person(role, ProjectFactory(), username="wer")
    require(rule)
    assert second_factor.must_have(user) is must
    sign_in(client, "wer")
    assert (client.get("/intern/").status_code == 302) is must


def test_a_session_from_before_the_rule_must_sign_in_with_the_code(client):
    user = person(roles.OFFICE)
    client.force_login(user)
    with_factor(user)
    require("office")
    assert client.get("/admin/")["Location"] == "/anmelden/"
    assert "_auth_user_id" not in client.session


def test_it_is_switched_off_with_the_password_unless_it_is_required(client, ada):
    client.force_login(ada)
    client.post(f"{SETUP}ausschalten/", {"password": "falsch"})
    assert second_factor.has(ada)
    client.post(f"{SETUP}ausschalten/", {"password": PASSWORD})
    assert not second_factor.has(ada)
    assert AuditEvent.objects.filter(action="second_factor.removed", actor_id=ada.pk).exists()


def test_who_must_have_it_cannot_switch_it_off(client):
    office = person(roles.OFFICE, username="buero")
    with_factor(office)
    require("office")
    sign_in(client, "buero")
    client.post("/anmelden/code/", {"code": code_of(office)})
    page = client.post(f"{SETUP}ausschalten/", {"password": PASSWORD}, follow=True)
    assert "Pflicht" in text(page)
    assert second_factor.has(office)


def test_new_recovery_codes_end_the_old_ones(client, ada):
    client.force_login(ada)
    page = text(client.post(f"{SETUP}neue-codes/", {"password": PASSWORD}))
    assert len(re.findall(r"<li>[A-Z2-7-]{19}</li>", page)) == 10
    other = Client()
    sign_in(other, "ada")
    assert other.post("/anmelden/code/", {"code": ada.codes[0]}).status_code == 200


def test_the_office_resets_it_and_the_person_is_told(client, ada):
    theirs = Client()
    sign_in(theirs, "ada")
    theirs.post("/anmelden/code/", {"code": code_of(ada)})
    client.force_login(person(roles.OFFICE))
    address = f"/admin/zugaenge/{ada.pk}/zweiter-faktor/"
    assert f'href="{address}"' in client.get("/admin/zugaenge/?q=ada").content.decode()
    assert "ada" in text(client.get(address))
    assert second_factor.has(ada)
    client.post(address)
    assert not second_factor.has(ada)
    assert theirs.get("/intern/")["Location"].startswith("/anmelden/")
    event = AuditEvent.objects.get(action="second_factor.reset")
    assert (event.object_type, event.object_id) == ("user", ada.pk)


def test_nobody_else_resets_it_and_no_office_a_superusers(client, ada):
    address = f"/admin/zugaenge/{ada.pk}/zweiter-faktor/"
    for user in (person(roles.LEAD, ProjectFactory()), person(roles.EDITOR, ProjectFactory())):
        client.force_login(user)
        assert client.post(address)["Location"] == "/admin/"
        assert client.get("/admin/zugaenge/")["Location"] == "/admin/"
    ada.is_superuser = True
    ada.save()
    client.force_login(person(roles.OFFICE))
    assert f'href="{address}"' not in client.get("/admin/zugaenge/?q=ada").content.decode()
    assert client.post(address)["Location"] == "/admin/"
    assert second_factor.has(ada)
    assert mail.outbox == []
