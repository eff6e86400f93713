"""A reader's "report a problem" reaches the office, and nobody else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.domain.circles import Circle
from cms.models import ProblemReport
from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return published_experience(title="Sprechstunde im Waschsalon")


def form_address(entry) -> str:
    return reverse("cms:report_problem", args=[entry.slug])


def test_a_visitor_reports_without_saying_who_they_are(client, entry):
    assert form_address(entry) in client.get(entry.get_absolute_url()).content.decode()
    answer = client.post(form_address(entry), {"text": "Man erkennt die Frau."}, follow=True)
    assert "Danke. Die Koordinierungsstelle sieht sich das an." in answer.content.decode()
    report = ProblemReport.objects.get()
    assert (report.entry, report.text, report.contact) == (entry, "Man erkennt die Frau.", "")
    assert (report.done, report.handled_by) == (False, None)


@pytest.mark.parametrize(
    "values",
    [
        {"text": "   "},
        {"text": "x" * 4001, "contact": "leserin@example.org"},
        {"text": "Gut", "contact": "x" * 256},
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(client, entry, values):
    page = client.post(form_address(entry), values)
    assert page.status_code == 200
    assert "noch nicht abgeschickt" in page.content.decode()
    assert values.get("contact", "") in page.content.decode()
    assert not ProblemReport.objects.exists()


def test_a_robot_is_thanked_and_forgotten(client, entry):
    values = {"text": "Kauft!", "website": "https://example.org"}
    assert client.post(form_address(entry), values).url == entry.get_absolute_url()
    assert not ProblemReport.objects.exists()


def test_a_report_from_another_site_is_refused(entry):
    client = Client(enforce_csrf_checks=True)
    assert client.post(form_address(entry), {"text": "Hm"}).status_code == 403
    assert not ProblemReport.objects.exists()


def test_one_reports_only_on_what_one_may_see(client):
    internal = published_experience(Circle.PROJECTS)
    draft = ExperienceFactory()
    for entry in (internal, draft):
        assert client.get(form_address(entry)).status_code == 404
        assert client.post(form_address(entry), {"text": "Hm"}).status_code == 404
    client.force_login(person(roles.READER, ProjectFactory()))
    assert client.post(form_address(internal), {"text": "Hm"}).status_code == 302
    assert client.post(form_address(draft), {"text": "Hm"}).status_code == 404
    assert ProblemReport.objects.get().entry == internal


def test_the_office_answers_in_its_list(client, entry, office):
    report = ProblemReport.objects.create(entry=entry, text="Veraltet", contact="leserin@x.example")
    client.force_login(office)
    listing = client.get(reverse("guide_problems:list")).content.decode()
    assert "Veraltet" in listing
    assert reverse("guide_problems:add") not in listing
    address = reverse("guide_problems:edit", args=[report.pk])
    assert "leserin@x.example" in client.get(address).content.decode()
    client.post(address, {"answer": "Geändert.", "done": "on", "text": "anders", "contact": ""})
    report.refresh_from_db()
    assert (report.answer, report.done, report.handled_by) == ("Geändert.", True, office)
    assert (report.text, report.contact) == ("Veraltet", "leserin@x.example")


def test_the_list_is_the_offices(client, entry):
    report = ProblemReport.objects.create(entry=entry, text="Veraltet")
    client.force_login(person(roles.LEAD, entry.project))
    for address in (
        reverse("guide_problems:list"),
        reverse("guide_problems:edit", args=[report.pk]),
        reverse("guide_problems:delete", args=[report.pk]),
    ):
        assert client.get(address).url == reverse("wagtailadmin_home"), address


def test_who_works_on_the_entry_is_told_and_how_to_answer_only_the_office(client, entry, office):
    ProblemReport.objects.create(entry=entry, text="Man erkennt die Frau", contact="0000-1")
    ProblemReport.objects.create(entry=entry, text="Schon erledigt", done=True)
    form = reverse("guide_experiences:edit", args=[entry.pk])
    client.force_login(person(roles.EDITOR, entry.project))
    page = client.get(form).content.decode()
    assert "Man erkennt die Frau" in page
    assert "Schon erledigt" not in page
    assert "0000-1" not in page
    client.force_login(office)
    assert "0000-1" in client.get(form).content.decode()
    assert "Man erkennt die Frau" not in client.get(entry.get_absolute_url()).content.decode()


def test_many_reports_cost_no_more_queries_than_few(client, entry, office):
    client.force_login(office)
    addresses = [
        reverse("guide_problems:list"),
        reverse("guide_experiences:edit", args=[entry.pk]),
    ]

    def costs():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    def add(number):
        for _ in range(number):
            ProblemReport.objects.create(
                entry=published_experience(), text="Hm", handled_by=person()
            )
            ProblemReport.objects.create(entry=entry, text="Hm")

    add(2)
    costs()
    few = costs()
    add(5)
    assert costs() == few
