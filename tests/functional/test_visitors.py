"""Cookies and caches, signing in, the internal area, reporting a barrier."""

import pytest
from django.core import mail
from django.test import Client

from cms.domain.circles import Circle
from cms.models import BarrierReport, Experience, GuideSettings, ProblemReport
from cms.permissions import roles
from cms.services.send_mail import send_due
from tests.factories.guide import (
    PASSWORD,
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
    table_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses() -> list[str]:
    """Every public page, with something on it."""
    topic = TopicFactory(title="Ansprache")
    event = event_page()
    table = table_page(event)
    entry = published_experience(topics=[topic], table=table)
    pages = ["/", "/?ort=99423", "/leitfaden/", topic.get_absolute_url(), "/erfahrungen/"]
    pages += [entry.get_absolute_url(), "/projekte/", entry.project.get_absolute_url()]
    pages += ["/veranstaltungen/", event.url, table.url, "/aktuelles/", "/impressum/"]
    return [*pages, "/barrierefreiheit/", "/barriere-melden/", "/barriere-melden/danke/"]


def test_reading_sets_no_cookie_and_needs_no_token(client, addresses):
    for address in [*addresses, "/gibt-es-nicht/"]:
        response = client.get(address)
        assert not response.cookies, address
        assert b"csrfmiddlewaretoken" not in response.content, address


def test_pages_load_nothing_from_elsewhere(client, addresses):
    for address in addresses:
        page = client.get(address).content.decode()
        for attribute in ('src="http', 'src="//', 'rel="stylesheet" href="http', "@import"):
            assert attribute not in page


def test_answers_to_signed_in_people_are_private(client, addresses):
    assert "Cookie" in client.get("/")["Vary"]
    client.force_login(person(roles.PARTNER))
    for address in [*addresses, "/intern/", "/gibt-es-nicht/"]:
        response = client.get(address)
        assert "private" in response["Cache-Control"], address
        assert "Cookie" in response["Vary"], address


def test_signing_in_leads_to_the_internal_area_and_out_again():
    user = person(roles.EDITOR, ProjectFactory())
    client = Client(enforce_csrf_checks=True)
    page = client.get("/anmelden/")
    form = {"username": user.username, "password": PASSWORD}
    form["csrfmiddlewaretoken"] = page.context["csrf_token"]
    assert "Bitte" in client.post("/anmelden/", form | {"password": "x"}).content.decode()
    elsewhere = client.post("/anmelden/", form | {"next": "https://example.org/"})
    assert elsewhere["Location"] == "/intern/"
    assert client.get("/intern/").status_code == 200
    assert client.get("/abmelden/").status_code == 405
    assert client.post("/abmelden/").status_code == 403  # no token: nobody is signed out by a link
    client.handler.enforce_csrf_checks = False
    assert client.post("/abmelden/")["Location"] == "/"
    assert client.get("/intern/")["Location"] == "/anmelden/?next=/intern/"


def test_who_may_not_enter_the_admin_is_told_and_not_sent_in_circles(client):
    client.force_login(person(roles.PARTNER))
    response = client.get("/admin/", follow=True)
    assert len(response.redirect_chain) == 1
    assert "reichen die Rechte nicht" in response.content.decode()


def test_the_internal_area_shows_what_is_new_in_ones_circles_and_ones_drafts(client):
    project = ProjectFactory(title="Unser Projekt")
    editor = person(roles.EDITOR, project)
    ExperienceFactory(title="Mein Entwurf", project=project, revision=editor)
    ExperienceFactory(title="Fremder Entwurf")
    published_experience(Circle.PROJECTS, title="Unter Projekten")
    published_experience(Circle.NETWORK, title="Auch für Partner")

    client.force_login(editor)
    page = client.get("/intern/").content.decode()
    for text in ("Unser Projekt", "Mein Entwurf", "Unter Projekten", "Auch für Partner"):
        assert text in page
    assert "Fremder Entwurf" not in page

    client.force_login(person(roles.PARTNER))
    page = client.get("/intern/").content.decode()
    assert "Auch für Partner" in page
    for text in ("Mein Entwurf", "Unter Projekten", "Als Entwurf speichern", "Zur Redaktion"):
        assert text not in page


def test_one_line_becomes_a_draft_and_opens_its_form(client):
    project = ProjectFactory()
    client.force_login(person(roles.EDITOR, project))
    action = client.get("/intern/").content.decode().split('action="/admin/')[1].split('"')[0]
    response = client.post(
        f"/admin/{action}", {"title": "Offene Tür", "kind": "bad", "project": project.pk}
    )
    entry = Experience.objects.get()
    assert (entry.title, entry.kind, entry.live) == ("Offene Tür", "bad", False)
    assert str(entry.pk) in response["Location"]
    assert client.get(response["Location"]).status_code == 200


def report(**fields):
    client = Client(enforce_csrf_checks=True)
    return client.post("/barriere-melden/", {"text": "Das Menü geht nicht"} | fields)


def test_a_barrier_is_reported_without_cookies_and_mailed_to_the_office(client):
    site_settings = GuideSettings.for_request(client.get("/").wsgi_request)
    site_settings.contact_email = "stelle@example.org"
    site_settings.save()
    response = report(address="/leitfaden/", contact="0361 1234\nBcc: x@example.org")
    assert response["Location"] == "/barriere-melden/danke/"
    assert not response.cookies
    assert "Vielen Dank" in client.get(response["Location"]).content.decode()
    stored = BarrierReport.objects.get()
    assert (stored.text, stored.address) == ("Das Menü geht nicht", "/leitfaden/")
    assert mail.outbox == []  # the reader waits for no mail server
    send_due()
    [message] = mail.outbox
    assert message.to == ["stelle@example.org"]
    assert message.recipients() == ["stelle@example.org"]
    assert "Das Menü geht nicht" in message.body


@pytest.mark.parametrize("path", ["/barriere-melden/", "problem-melden/"])
def test_who_floods_the_office_waits_and_keeps_what_was_typed(client, settings, path):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 2
    if not path.startswith("/"):
        path = published_experience().get_absolute_url() + path
    for number in range(2):
        assert client.post(path, {"text": f"Nummer {number}"}).status_code == 302
    page = client.post(path, {"text": "Nummer drei"}).content.decode()
    assert "Bitte warten Sie" in page and "Nummer drei" in page
    assert BarrierReport.objects.count() + ProblemReport.objects.count() == 2
    assert client.post(path, {"text": "x"}, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_robots_are_thanked_and_forgotten():
    assert report(website="https://example.org")["Location"] == "/barriere-melden/danke/"
    assert not BarrierReport.objects.exists()


def test_a_report_without_text_or_too_long_comes_back_with_what_was_typed():
    page = report(text="", contact="0361 1234").content.decode()
    assert "Bitte schreiben Sie kurz, was nicht geht." in page
    assert "0361 1234" in page
    assert report(text="x" * 4001).status_code == 200
    assert not BarrierReport.objects.exists()
