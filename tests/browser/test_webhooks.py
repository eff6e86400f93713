"""The office's screen for webhooks: register one, see the secret once, read its log."""

import pytest

from cms.permissions import roles
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import sign_in
from tests.factories.guide import person, published_experience

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
OURS = [".guide-home"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_office_registers_a_webhook_and_reads_its_log(new_page, feed, size):
    person(roles.OFFICE, username="buero")
    page = new_page(size)
    sign_in(page, "buero")
    page.goto("/admin/webhooks/")
    page.get_by_text("Noch erfährt kein anderes Programm").wait_for()
    check(page, "no webhooks", OURS)
    page.get_by_label("Wofür").fill("Website des Programms")
    page.get_by_label("Adresse").fill("http://programm.example.org/haken")
    page.get_by_role("button", name="Einrichten").click()
    page.get_by_text("muss mit https:// beginnen").wait_for()
    check(page, "with an error", OURS)
    page.get_by_label("Adresse").fill("https://programm.example.org/haken")
    page.get_by_role("button", name="Einrichten").click()
    page.locator("#secret").wait_for()
    check(page, "the secret", OURS)
    published_experience(title="Etwas Neues")
    page.goto("/admin/webhooks/")
    page.get_by_role("link", name="Website des Programms").click()
    page.get_by_text("veröffentlicht: Etwas Neues").wait_for()
    assert page.locator("#secret").count() == 0
    check(page, "the log", OURS)
    page.get_by_role("button", name="Abschalten").click()
    page.get_by_role("button", name="Einschalten").wait_for()
