"""What an editor finds on an entry that is in review, and on one that must disappear at once."""

import pytest
from django.urls import reverse

from cms.domain.kinds import State
from cms.models import Experience
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.submit import submit
from tests.browser.conftest import PHONE
from tests.factories.guide import PASSWORD, ProjectFactory, person, published_experience

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def signed_in(new_page, user, viewport=None):
    page = new_page(viewport)
    page.goto("/anmelden/")
    page.get_by_label("Benutzername").fill(user.username)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/intern/")
    return page


def test_an_entry_in_review_is_read_and_taken_back_on_a_phone(new_page):
    project = ProjectFactory()
    editor = person(roles.EDITOR, project)
    entry = create_experience(editor, project, "Sprechstunde im Waschsalon")
    submit(entry, editor)
    page = signed_in(new_page, editor, PHONE)
    page.goto(reverse("guide_experiences:edit", args=[entry.pk]))
    page.get_by_text("Wer handeln kann").wait_for()
    assert page.locator("input[name=title]").count() == 0
    page.locator(".messages button[name=action-cancel-workflow]").click()
    page.get_by_text("wieder ein Entwurf").wait_for()
    assert page.locator("input[name=title]").input_value() == "Sprechstunde im Waschsalon"
    assert Experience.objects.get(pk=entry.pk).state is State.DRAFT


def test_an_editor_withdraws_at_once(new_page):
    project = ProjectFactory()
    entry = published_experience(project=project)
    page = signed_in(new_page, person(roles.EDITOR, project))
    page.goto(reverse("guide_experiences:edit", args=[entry.pk]))
    page.get_by_role("link", name="Sofort zurückziehen").click()
    page.get_by_label("Warum muss das sofort verschwinden?").fill("Macht jemanden erkennbar.")
    page.get_by_role("button", name="Sofort von den Leserinnen und Lesern nehmen").click()
    page.get_by_text("Niemand liest es mehr").wait_for()
    assert Experience.objects.get(pk=entry.pk).state is State.WITHDRAWN


def test_what_was_typed_just_before_saving_is_saved(new_page):
    project = ProjectFactory()
    editor = person(roles.EDITOR, project)
    entry = create_experience(editor, project, "Sprechstunde im Waschsalon")
    page = signed_in(new_page, editor)
    page.goto(reverse("guide_experiences:edit", args=[entry.pk]))
    page.locator("[data-contentpath=body] [contenteditable=true]").click()
    page.keyboard.type("Ohne Pause geschrieben und sofort gespeichert.")
    page.get_by_role("button", name="Speichern und zur Prüfung einreichen").click()
    page.get_by_text("ist bei der Koordinierungsstelle zur Prüfung").wait_for()
    draft = Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
    assert "sofort gespeichert." in draft.plain_body
