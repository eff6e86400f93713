"""An account as its owner uses it: second factor, sessions, password; and the office's log."""

import pyotp
import pytest

from cms.permissions import roles
from tests.browser.barriers import check
from tests.browser.test_accessibility import SIZES
from tests.factories.guide import PASSWORD, ProjectFactory, person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ACCOUNT = "/intern/konto/"


def fill_sign_in(page, name: str, password: str = PASSWORD) -> None:
    page.goto("/anmelden/")
    page.get_by_label("Benutzername").fill(name)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden").click()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_somebody_sets_up_a_second_factor_and_signs_in_with_it(new_page, feed, size):
    person(roles.EDITOR, ProjectFactory(), username="redaktion", email="r@example.org")
    page = new_page(SIZES[size])
    fill_sign_in(page, "redaktion")
    page.get_by_role("link", name="Mein Konto").click()
    check(page)
    page.get_by_role("link", name="Zweiten Faktor einrichten").click()
    check(page)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    code = page.get_by_label("Code aus der App")
    code.fill("000000")
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    page.locator(".errorlist").first.wait_for()
    check(page)
    assert page.locator(".secret").inner_text().replace(" ", "") == secret
    code.fill(pyotp.TOTP(secret).now())
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    page.locator(".codes li").first.wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    check(page)
    page.get_by_role("link", name="Ich habe sie aufgeschrieben").click()
    page.get_by_text("Eingeschaltet.").wait_for()
    page.get_by_text("Zweiten Faktor ausschalten").click()
    check(page)

    other = new_page(SIZES[size])
    fill_sign_in(other, "redaktion")
    other.wait_for_url("**/anmelden/code/")
    check(other)
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Anmelden").press("Enter")
    other.wait_for_url("**/intern/")

    page.goto(ACCOUNT)
    page.get_by_role("button", name="Alle anderen Geräte abmelden").click()
    page.get_by_text("Ein Gerät ist abgemeldet.").wait_for()
    other.goto("/intern/")
    other.wait_for_url("**/anmelden/**")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_forms_of_an_account_are_for_everybody(new_page, feed, size):
    person(roles.EDITOR, ProjectFactory(), username="redaktion")
    page = new_page(SIZES[size])
    for address in ("/kennwort-vergessen/", "/kennwort-vergessen/unterwegs/"):
        page.goto(address)
        check(page)
    page.goto("/kennwort-vergessen/MQ/unsinn/")
    check(page)
    fill_sign_in(page, "redaktion")
    page.wait_for_url("**/intern/")
    for form in ("name/", "e-mail/", "passwort/"):
        page.goto(ACCOUNT + form)
        check(page)
        page.locator("main button[type=submit]").click()
        page.locator(".errorlist").first.wait_for()
        check(page)


def test_all_of_it_works_without_script(chromium, live_server, feed):
    person(roles.EDITOR, ProjectFactory(), username="redaktion")
    context = chromium.new_context(
        java_script_enabled=False, locale="de-DE", base_url=live_server.url
    )
    page = context.new_page()
    fill_sign_in(page, "redaktion")
    page.goto(f"{ACCOUNT}passwort/")
    page.get_by_label("Altes Passwort").fill(PASSWORD)
    for label in ("Neues Passwort", "Neues Passwort bestätigen"):
        page.get_by_label(label, exact=True).fill("Ein-neues-Kennwort-9")
    page.get_by_role("button", name="Neues Passwort speichern").click()
    page.get_by_text("Ihr Passwort ist geändert.").wait_for()
    context.close()


def test_the_office_reads_and_takes_the_log(new_page, feed):
    person(roles.OFFICE, username="buero")
    page = new_page()
    fill_sign_in(page, "buero")
    page.wait_for_url("**/intern/")
    page.goto("/admin/protokoll/")
    page.get_by_text("buero hat sich angemeldet").wait_for()
    page.get_by_label("Person").fill("buero")
    page.get_by_role("button", name="Filtern").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="als Tabelle herunterladen").click()
    assert "hat sich angemeldet" in download.value.path().read_text()
    page.goto("/admin/protokoll/")
    page.get_by_text("hat das Ereignisprotokoll heruntergeladen").wait_for()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_somebody_makes_a_key_for_a_program_and_revokes_it(new_page, feed, size):
    person(roles.EDITOR, ProjectFactory(), username="redaktion")
    page = new_page(SIZES[size])
    fill_sign_in(page, "redaktion")
    page.get_by_role("link", name="Mein Konto").click()
    page.get_by_role("link", name="API-Schlüssel verwalten").click()
    check(page)
    page.get_by_role("link", name="Schlüssel anlegen").click()
    check(page)
    page.get_by_label("Wofür ist der Schlüssel?").fill("Website")
    page.get_by_label("Einträge schreiben").check()
    page.get_by_label("Ihr Passwort").fill("falsch")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    check(page)
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Schlüssel anlegen").press("Enter")
    key = page.get_by_label("Schlüssel", exact=True).input_value()
    check(page)
    header = {"Authorization": f"Bearer {key}"}
    assert page.request.get("/api/@navigation", headers=header).status == 200
    page.get_by_role("link", name="Ich habe ihn kopiert").click()
    page.get_by_text("lesen, schreiben").wait_for()
    check(page)
    page.get_by_role("button", name="Widerrufen").click()
    page.get_by_text("ist widerrufen").wait_for()
    assert page.request.get("/api/@navigation", headers=header).status == 401
