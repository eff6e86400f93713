"""The way of an entry as people walk it: write, submit, return, publish, find."""

import pytest

from cms.domain.circles import Circle
from cms.permissions import roles
from tests.factories.guide import (
    PASSWORD,
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SENTENCE = "Die Sprechstunde im Waschsalon wird gut angenommen"


def sign_in(page, username: str) -> None:
    page.goto("/anmelden/")
    page.get_by_label("Benutzername").fill(username)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/intern/")


def found_titles(page, text: str) -> list[str]:
    page.goto("/suche/")
    page.get_by_label("Was suchen Sie?").fill(text)
    page.locator(".search__form button").click()
    page.wait_for_url("**/suche/?*q=*")
    return page.locator(".search__row h3").all_inner_texts()


def test_from_a_sentence_to_a_published_entry(new_page, feed):
    project = ProjectFactory(title="ThINKA Musterstadt")
    person(roles.EDITOR, project, username="redaktion")
    person(roles.OFFICE, username="buero")
    person(roles.PARTNER, username="partner")
    published_experience(Circle.PROJECTS, title="Waschsalon: nur unter Projekten besprochen")

    editor = new_page()
    sign_in(editor, "redaktion")
    editor.goto("/admin/")
    editor.get_by_label("Ihre Erfahrung in einem Satz").fill(SENTENCE)
    editor.get_by_role("button", name="Als Entwurf speichern").click()
    editor.get_by_role("button", name="Speichern und zur Prüfung einreichen").click()
    editor.get_by_text("ist bei der Koordinierungsstelle zur Prüfung").wait_for()

    office = new_page()
    sign_in(office, "buero")
    office.goto("/admin/pruefung/")
    office.get_by_role("link", name=SENTENCE).click()
    office.get_by_label("Was fehlt oder soll anders werden?").fill("Bitte noch: wie oft?")
    office.get_by_role("button", name="Mit Begründung zurückgeben").click()
    office.get_by_text("mit Ihrer Begründung zurückgegeben").wait_for()

    editor.goto("/admin/")
    editor.get_by_text("Bitte noch: wie oft?").wait_for()
    editor.get_by_role("link", name=SENTENCE).first.click()
    detailed = editor.locator(".w-panel", has_text="Ausführlicher, wenn Sie mögen")
    detailed.locator("[data-panel-toggle]").first.click()
    editor.get_by_label("Was wir daraus gelernt haben").fill(
        "Jeden Dienstag, immer zur selben Zeit."
    )
    editor.get_by_role("button", name="Speichern und zur Prüfung einreichen").click()
    editor.get_by_text("ist bei der Koordinierungsstelle zur Prüfung").wait_for()

    office.goto("/admin/pruefung/")
    office.get_by_role("link", name=SENTENCE).click()
    office.get_by_text("Jeden Dienstag").wait_for()
    office.get_by_label("Öffentlich").check()
    office.get_by_label("Ich habe nachgesehen").check()
    office.get_by_role("button", name="Veröffentlichen", exact=True).click()
    office.get_by_text("ist veröffentlicht").wait_for()
    feed()

    public = new_page()
    assert found_titles(public, "waschsalons") == [SENTENCE]
    public.get_by_role("link", name=SENTENCE).click()
    public.get_by_text("Jeden Dienstag").wait_for()
    assert public.context.cookies() == []

    partner = new_page()
    sign_in(partner, "partner")
    assert found_titles(partner, "waschsalons") == [SENTENCE]
    assert set(found_titles(editor, "waschsalons")) == {
        SENTENCE,
        "Waschsalon: nur unter Projekten besprochen",
    }


def test_many_at_once_shows_progress_and_a_result_for_each(new_page, feed):
    person(roles.OFFICE, username="buero")
    for number in range(7):
        ExperienceFactory(title=f"Erfahrung Nummer {number}")
    office = new_page()
    sign_in(office, "buero")
    office.on("dialog", lambda dialog: dialog.accept())
    office.goto("/admin/pruefung/viele/")
    office.locator("[data-guide-all]").check()
    office.get_by_label("Wer das sehen darf").select_option("public")
    office.get_by_label("Ich habe nachgesehen").check()
    office.get_by_role("button", name="Ausgewählte veröffentlichen").click()
    office.get_by_text("Fertig: 7 gelungen, 0 nicht.").wait_for()
    feed()
    found = found_titles(new_page(), "Erfahrung Nummer")
    assert len([title for title in found if title.startswith("Erfahrung")]) == 7
