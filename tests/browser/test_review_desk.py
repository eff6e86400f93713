"""The desk, the review and the homes in a real browser: by keyboard, on a phone, for axe."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.kinds import Kind
from cms.models import Argument, Experience, Supplement
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from tests.browser.barriers import check
from tests.browser.test_accessibility import SIZES
from tests.browser.test_journey import sign_in
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def guide():
    """Something of everything that waits, was returned, published, withdrawn."""
    project = ProjectFactory(title="ThINKA Musterstadt", slug="musterstadt")
    other = ProjectFactory(title="Stadtteilbüro Neubeispiel")
    editor = person(
        roles.EDITOR, project, username="redaktion", first_name="Rita", last_name="Redaktion"
    )
    office = person(roles.OFFICE, username="buero", first_name="Bodo", last_name="Büro")
    kinder, senioren = TopicFactory(title="Kinder"), TopicFactory(title="Senioren")
    entry = published_experience(
        Circle.PROJECTS,
        title="Soll man klingeln oder erst schreiben?",
        kind=Kind.DISCUSSION,
        project=project,
        body="<p>Darüber wurde lange gesprochen.</p><p>Am Ende blieb es offen, wie so oft.</p>",
        topics=[kinder],
        arguments=[
            Argument(side="pro", text="Wer klingelt, lernt die Menschen kennen"),
            Argument(side="pro", text="Es geht schnell"),
            Argument(side="contra", text="Manche erschrecken sich sehr"),
        ],
    )
    draft = entry.get_latest_revision_as_object()
    draft.title = "Soll man klingeln oder erst einen Brief schreiben?"
    draft.body = (
        "<p>Darüber wurde <b>lange</b> gesprochen.</p>"
        "<p>Am Ende entschied jedes Projekt selbst, wie so oft.</p>"
        "<p>Frau M. sagte, ihr Sohn habe Schulden. Man erreicht sie unter 0361 7654321.</p>"
    )
    draft.visibility = Circle.PUBLIC.value
    draft.topics.set([senioren])
    draft.arguments.set(
        [
            Argument(side="contra", text="Manche erschrecken sich sehr", sort_order=0),
            Argument(side="pro", text="Wer klingelt, lernt die Menschen kennen", sort_order=1),
            Argument(side="contra", text="Es geht schnell", sort_order=2),
        ]
    )
    draft.save_revision(user=editor)
    submit(entry, editor)
    supplement = Supplement.objects.create(
        project=other,
        experience=published_experience(title="Offene Sprechstunde im Waschsalon"),
        verdict="proven",
        text="<p>Bei uns auch, jeden Donnerstag.</p>",
    )
    supplement.save_revision(user=person(roles.EDITOR, other))
    submit(supplement, person(roles.EDITOR, other))
    create_experience(editor, project, "Ein Frühstück für Väter")
    create_experience(person(roles.EDITOR, project), project, "Flohmarkt im Hof")
    for title in ("Ohne Anmeldung kommen mehr", "Plakate im Treppenhaus"):
        done = create_experience(editor, project, title)
        submit(done, editor)
        if title.startswith("Ohne"):
            return_entry(done, office, "Bitte noch: wie viele kamen?")
        else:
            approve(done, office, circle=Circle.PUBLIC, note="Danke, sehr anschaulich!")
    gone = create_experience(editor, project, "Sommerfest mit Fotos")
    approve(gone, office)
    withdraw(gone, office, "Auf Bitte einer Familie auf den Fotos")
    event_page("4. Erfahrungsaustausch", host_project=project, date=timezone.localdate())
    ExperienceFactory(title="Aus dem Protokoll", project=other)
    return entry


def picture(page, name: str) -> None:
    """Keeps a picture of the whole page where GUIDE_PICTURES points to, for people to look at."""
    folder = os.environ.get("GUIDE_PICTURES")
    if folder:
        # Wagtail scrolls inside the page: a window as high as all of it shows all of it.
        size = page.viewport_size
        page.set_viewport_size({"width": size["width"], "height": 2600})
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.set_viewport_size(size)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_screens_of_a_reviewer(new_page, guide, feed, size):
    page = new_page(SIZES[size])
    sign_in(page, "buero")
    for name, address in {
        "desk": "/admin/pruefung/",
        "desk-by-project": "/admin/pruefung/?ordnung=projekt",
        "review": f"/admin/pruefung/{guide.pk}/",
        "review-supplement": f"/admin/pruefung/ergaenzung/{Supplement.objects.get().pk}/",
        "home-office": "/admin/",
        "report": f"/admin/jahresbericht/?projekt={guide.project_id}",
    }.items():
        page.goto(address)
        picture(page, f"{name}-{size}")
        check(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_home_of_a_writer(new_page, guide, feed, size):
    page = new_page(SIZES[size])
    sign_in(page, "redaktion")
    for name, address in {"home": "/admin/", "intern": "/intern/"}.items():
        page.goto(address)
        picture(page, f"{name}-{size}")
        check(page)


def test_a_review_by_keyboard_asks_before_the_public_and_opens_the_next(new_page, guide, feed):
    page = new_page()
    sign_in(page, "buero")
    page.goto("/admin/pruefung/")
    page.get_by_role("link", name="Soll man klingeln").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/pruefung/*/")
    page.get_by_role("link", name="Zur Entscheidung").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "circle"
    confirmation = page.get_by_label("Ich habe nachgesehen")
    assert confirmation.is_visible()  # the draft asks for the public
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.value") == "projects"
    assert not confirmation.is_visible()
    page.get_by_label("Öffentlich").check()
    publish = page.get_by_role("button", name="Veröffentlichen", exact=True)
    publish.click()
    page.get_by_text("Bitte bestätigen Sie das").wait_for()
    picture(page, "review-refused")
    check(page)
    assert Experience.objects.get(pk=guide.pk).visibility == Circle.PROJECTS
    page.get_by_label("Ich habe nachgesehen").check()
    page.get_by_role("button", name="Veröffentlichen", exact=True).press("Enter")
    page.get_by_text("ist veröffentlicht. Das sehen jetzt: alle, auch ohne Anmeldung").wait_for()
    # At its beginning, not where the last one was answered.
    assert page.url.endswith(f"/admin/pruefung/ergaenzung/{Supplement.objects.get().pk}/")
    picture(page, "next")


def test_a_yearly_list_fits_on_paper(new_page, guide, feed):
    page = new_page()
    sign_in(page, "redaktion")
    page.goto("/admin/jahresbericht/")
    page.emulate_media(media="print")
    picture(page, "report-print")
    assert page.get_by_text("Plakate im Treppenhaus").is_visible()
    assert not page.get_by_role("button", name="Drucken").is_visible()
    assert not page.get_by_role("link", name="Prüfung").is_visible()
