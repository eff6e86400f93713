"""Synonyms, searches without an answer, saved searches: in a real browser, for axe, on a phone."""

import os
import re
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from cms.models import MissedSearch, SavedSearch
from cms.permissions import roles
from cms.services.saved_searches import stop_path
from cms.services.send_mail import send_due
from search import saved_searches
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import sign_in
from tests.factories.guide import ProjectFactory, person, published_experience

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
WORDS = "Hundeführerschein für Mieterinnen und Mieter im Stadtteil"
OURS = [".nice-padding"]


def picture(page, name: str) -> None:
    """For people to look at, where GUIDE_PICTURES points to."""
    if folder := os.environ.get("GUIDE_PICTURES"):
        path = Path(folder) / f"{name}-{page.viewport_size['width']}.png"
        page.screenshot(path=path, full_page=True)


def look(page, name: str, within=None) -> None:
    """For axe, and for people."""
    picture(page, name)
    check(page, name, within)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_office_answers_what_was_not_found(feed, new_page, size):
    person(roles.OFFICE, username="buero")
    published_experience(title="Kurs für Hundehalter im Hof")
    feed()
    page = new_page(size)
    sign_in(page, "buero")
    page.goto("/admin/ohne-treffer/")
    assert page.get_by_text("Zurzeit fehlt nichts").is_visible()
    look(page, "ohne-treffer-leer", OURS)
    today = timezone.localdate()
    for number, text in enumerate([WORDS, "QRX"]):
        MissedSearch.objects.create(
            key=str(number), text=text, count=12, days=4 + number, first_day=today, last_day=today
        )
    page.reload()
    look(page, "ohne-treffer", OURS)
    page.get_by_role("link", name=re.compile("Synonym anlegen.*QRX")).click()
    assert page.locator("#id_term").input_value() == "QRX"
    page.locator("#id_meanings").fill("Hundehalter")
    look(page, "synonym", ["#main form"])
    page.get_by_role("button", name="Speichern").first.click()
    page.get_by_text("Wer „QRX“ sucht, findet auch „Hundehalter“; und umgekehrt.").wait_for()
    look(page, "synonyme", ["#listing-results"])
    page.goto("/admin/ohne-treffer/")
    page.get_by_role("button", name=re.compile("Erledigt.*QRX")).click()
    page.get_by_text("„QRX“ ist erledigt.").wait_for()
    assert page.get_by_role("button", name=re.compile("Erledigt.*QRX")).count() == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_search_is_kept_told_and_stopped(feed, new_page, size):
    reader = person(roles.READER, ProjectFactory(), username="leserin", email="leserin@example.org")
    published_experience(title="Sprechstunde im Waschsalon")
    feed()
    page = new_page(size)
    sign_in(page, "leserin")
    page.goto("/intern/suchen/")
    look(page, "suchen-leer")
    page.goto("/suche/?q=Sprechstunde&art=gut")
    look(page, "suche")
    page.get_by_role("link", name="Suche merken").click()
    look(page, "suche-merken")
    page.get_by_label("Name der Suche").fill(f"Sprechstunden, auch: {WORDS}")
    page.get_by_label("sofort").check()
    page.get_by_role("button", name="Suche merken").click()
    page.get_by_text("Gemerkt.").wait_for()
    look(page, "suchen")
    page.get_by_role("link", name="Ändern").first.click()
    look(page, "suche-aendern")

    published_experience(title="Eine Sprechstunde im Hausflur", kind="good")
    feed()
    SavedSearch.objects.update(next_look_at=timezone.now())
    assert saved_searches.look_at_due() == 1
    send_due()
    (sent,) = mail.outbox
    page.set_content(sent.alternatives[0][0])
    picture(page, "mail")
    visitor = new_page(size)
    visitor.goto(stop_path([reader.saved_searches.get().pk]))
    look(visitor, "anhalten")
    visitor.get_by_role("button", name="Anhalten").click()
    visitor.get_by_role("heading", name="Angehalten").wait_for()
    look(visitor, "angehalten")
    assert reader.saved_searches.get().is_paused
