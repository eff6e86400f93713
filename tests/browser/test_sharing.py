"""Giving access as people do it: a Leitung invites, the invited one comes in, access ends."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from cms.domain.circles import Circle
from cms.models import Project
from cms.permissions import roles
from cms.services.grant_role import grant_role
from cms.services.groups import save_group
from tests.browser import barriers
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories.guide import (
    PASSWORD,
    ExperienceFactory,
    ProjectFactory,
    UserFactory,
    person,
    published_experience,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero", first_name="Olga", last_name="Büro")


@pytest.fixture
def project(office):
    successor = ProjectFactory(title="ThINKA Neustadt")
    project = ProjectFactory(title="ThINKA Musterstadt", successor=successor)
    lead = person(roles.LEAD, project, username="lea", first_name="Lea", last_name="Leitung")
    editor = UserFactory(username="egon", first_name="Egon", last_name="Schreiber")
    grant_role(editor, project, roles.EDITOR, by=lead)
    team = save_group(None, "Fachberatung", [UserFactory(username="hilde")], by=office)
    grant_role(team, project, roles.REVIEWER, by=office)
    person(roles.PARTNER, username="amt")
    published_experience(Circle.NETWORK, title="Sprechstunde am Markt", project=project)
    ExperienceFactory(project=project)
    return project


def sign_in(page, username, address):
    page.goto(f"/anmelden/?next={address}")
    page.get_by_label("Benutzername").fill(username)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"**{address}")


def check(page):
    """Our own part of the screen: Wagtail's frame around it is not ours."""
    page.wait_for_load_state()
    is_ours = page.locator(".guide-home").count()
    barriers.check(page, within=[".guide-home", ".guide-tabs"] if is_ours else None)


def test_from_an_invitation_to_the_first_draft_and_to_the_end(new_page, project):
    address = reverse("guide_sharing", args=[project.pk])
    lead = new_page()
    sign_in(lead, "lea", reverse("projekte_modeladmin_index"))
    lead.get_by_role("link", name="Wer sieht was?").click()
    lead.wait_for_url(f"**{address}")
    lead.get_by_label("Wer?").fill("erika@example.org")
    lead.get_by_label("Was soll die Person können?").select_option("editor")
    lead.get_by_role("button", name="Zugang geben oder einladen").click()
    lead.get_by_text("Eine Einladung geht an erika@example.org").wait_for()
    [message] = mail.outbox
    link = re.search(r"/einladung/\S+/", message.body)[0]

    erika = new_page(PHONE)
    erika.goto(link)
    check(erika)
    erika.get_by_label("Vorname").fill("Erika")
    erika.get_by_label("Nachname").fill("Muster")
    erika.get_by_label("Benutzername").fill("e.muster")
    erika.get_by_label("Passwort", exact=True).fill(PASSWORD)
    erika.get_by_label("Passwort noch einmal").fill("vertippt")
    erika.get_by_role("button", name="Zugang anlegen und annehmen").click()
    check(erika)
    assert erika.get_by_label("Vorname").input_value() == "Erika"
    erika.get_by_label("Passwort", exact=True).fill(PASSWORD)
    erika.get_by_label("Passwort noch einmal").fill(PASSWORD)
    erika.get_by_role("button", name="Zugang anlegen und annehmen").click()
    erika.wait_for_url("**/intern/")
    assert erika.get_by_text("Willkommen!").is_visible()
    erika.goto(link)
    assert erika.get_by_role("heading", name="Diese Einladung gilt nicht (mehr)").is_visible()
    check(erika)

    lead.goto(address)
    lead.get_by_role("link", name=re.compile("Ändern oder beenden.*Erika Muster")).click()
    check(lead)
    lead.get_by_role("button", name="Diesen Zugang jetzt beenden").click()
    lead.wait_for_url(f"**{address}")
    lead.get_by_text("Beendet: Erika Muster").wait_for()
    erika.goto("/admin/")
    assert "/anmelden/" in erika.url


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_screens_are_accessible_and_fit(new_page, project, size, tmp_path):
    page = new_page(size | {"height": 2600} if size is DESKTOP else size)
    own = Project.objects.office()
    sign_in(page, "buero", reverse("guide_people"))
    addresses = [
        reverse("guide_people"),
        reverse("guide_group_new"),
        reverse("guide_sharing", args=[project.pk]),
        reverse("guide_sharing", args=[own.pk]),
        reverse("projekte_modeladmin_edit", args=[project.pk]),
        reverse("guide_end_project", args=[project.pk]),
    ]
    for number, address in enumerate(addresses):
        page.goto(address)
        check(page)
        page.screenshot(path=tmp_path / f"{number}.png", full_page=True)


def test_the_end_of_a_project_runs_through_in_one_go(new_page, project):
    page = new_page()
    address = reverse("guide_end_project", args=[project.pk])
    sign_in(page, "buero", address)
    assert page.get_by_text("2 Erfahrungen gehen an „ThINKA Neustadt“").is_visible()
    page.get_by_label("Ja, das Projekt ist zu Ende.").check()
    page.get_by_role("button", name="Projekt jetzt beenden").click()
    page.get_by_role("button", name="Einträge jetzt übergeben").click()
    page.get_by_role("heading", name="Dieses Projekt ist beendet").wait_for()
    page.get_by_text("Alle Einträge sind übergeben.").wait_for()
    check(page)
    page.get_by_role("button", name="Projekt wieder öffnen").click()
    page.get_by_text("Das Projekt läuft wieder.").wait_for()
    assert page.get_by_text("2 Erfahrungen gehen an „ThINKA Neustadt“").is_visible()
