"""Supplements, comments and reports of problems, as people write them in a browser."""

import pytest

from cms.models import Comment, ProblemReport, Supplement
from cms.permissions import roles
from cms.services.review import approve
from cms.services.submit import submit
from tests.browser.barriers import check
from tests.browser.conftest import PHONE
from tests.browser.test_journey import sign_in
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
    published_supplement,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_another_project_says_that_it_has_proven_itself(new_page, feed, size):
    entry = published_experience(title="Sprechstunde im Waschsalon")
    published_supplement(entry, verdict="not_proven")
    person(roles.EDITOR, ProjectFactory(title="ThINKA Nebenort"), username="redaktion")
    page = new_page(size)
    sign_in(page, "redaktion")
    page.goto(entry.get_absolute_url())
    check(page)
    page.get_by_role("link", name="Ergänzen").click()
    check(page)
    page.get_by_role("button", name="Zur Prüfung einreichen").click()
    page.get_by_role("alert").get_by_text("Bitte schreiben Sie etwas dazu").wait_for()
    check(page)
    page.get_by_label("bewährt", exact=True).check()
    page.get_by_label("Was haben Sie dazu erlebt?").fill("Bei uns jeden Dienstag.")
    page.get_by_label("Öffentlich").check()
    page.get_by_role("button", name="Zur Prüfung einreichen").click()
    page.get_by_text("bei der Koordinierungsstelle zur Prüfung").wait_for()

    approve(Supplement.objects.get(project__title="ThINKA Nebenort"), person(roles.OFFICE))
    reader = new_page(size)
    reader.goto(entry.get_absolute_url())
    reader.get_by_role("img", name="1 × bewährt, 1 × nicht bewährt").wait_for()
    row = reader.get_by_role("row", name="ThINKA Nebenort")
    assert row.get_by_role("rowheader").inner_text() == "ThINKA Nebenort"
    reader.get_by_text("Bei uns jeden Dienstag.").wait_for()
    check(reader)


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_a_passage_is_selected_discussed_and_settled(new_page, feed, size):
    project = ProjectFactory(title="ThINKA Musterstadt")
    editor = person(roles.EDITOR, project, username="redaktion")
    person(roles.OFFICE, username="buero")
    person(roles.PARTNER, username="partner")
    entry = ExperienceFactory(
        title="Die Sprechstunde",
        body="<p>Am Dienstag im Waschsalon.</p><p>Am Dienstag kommen viele.</p>",
        project=project,
        revision=editor,
    )
    submit(entry, editor)

    office = new_page(size)
    sign_in(office, "buero")
    office.goto(f"/intern/kommentieren/{entry.pk}/")
    check(office)
    office.locator(".entry__text p").nth(1).select_text()
    office.get_by_role("button", name="Dazu etwas sagen").click()
    quote = office.get_by_label("Um welche Stelle geht es?")
    assert quote.input_value() == "Am Dienstag kommen viele."
    office.get_by_label("Ihr Kommentar").fill("Wie viele denn?")
    office.get_by_role("button", name="Kommentar speichern").click()
    office.get_by_text("Ihr Kommentar ist gespeichert.").wait_for()
    assert Comment.objects.get().field == "body"
    office.get_by_text("Einen Partner um einen Kommentar bitten").click()
    office.get_by_label("Partner").select_option(label="partner")
    office.get_by_role("button", name="Zum Kommentieren einladen").click()
    office.get_by_text("kann den Entwurf jetzt lesen und kommentieren").wait_for()
    check(office)

    writer = new_page(size)
    sign_in(writer, "redaktion")
    writer.goto(f"/admin/erfahrungen/edit/{entry.pk}/")
    writer.get_by_text("Wie viele denn?").wait_for()
    writer.get_by_role("link", name="Entwurf lesen und kommentieren").click()
    writer.get_by_text("Antworten", exact=True).click()
    writer.get_by_label("Ihre Antwort").fill("Etwa zehn.")
    writer.get_by_role("button", name="Antwort speichern").click()
    writer.get_by_text("Etwa zehn.").wait_for()
    writer.get_by_role("button", name="Als erledigt markieren").click()
    writer.get_by_text("erledigt von redaktion").wait_for()
    check(writer)

    partner = new_page(size)
    sign_in(partner, "partner")
    partner.get_by_role("link", name="Die Sprechstunde").click()
    partner.get_by_label("Ihr Kommentar").wait_for()
    assert not partner.get_by_text("Wie viele denn?").is_visible()
    partner.get_by_label("Ihr Kommentar").fill("Das Jobcenter weist darauf hin.")
    partner.get_by_role("button", name="Kommentar speichern").click()
    partner.get_by_role("article").get_by_text("Das Jobcenter weist darauf hin.").wait_for()
    check(partner)


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_a_visitor_reports_a_problem(new_page, feed, size):
    entry = published_experience(title="Sprechstunde im Waschsalon")
    page = new_page(size)
    page.goto(entry.get_absolute_url())
    page.get_by_role("link", name="Ein Problem melden").click()
    check(page)
    page.get_by_role("button", name="Problem melden").click()
    page.get_by_role("alert").wait_for()
    check(page)
    page.get_by_label("Was stimmt nicht?").fill("Das Büro ist umgezogen.")
    page.get_by_role("button", name="Problem melden").click()
    page.get_by_text("Die Koordinierungsstelle sieht sich das an").wait_for()
    check(page)
    assert ProblemReport.objects.get().text == "Das Büro ist umgezogen."
