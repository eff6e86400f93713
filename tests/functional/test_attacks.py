"""What an attacker tried with success once, each closed since."""

import json

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils.module_loading import import_string
from wagtail.documents import get_document_model

from cms.domain.circles import Circle
from cms.models import Experience, Publication
from cms.permissions import roles
from cms.services.review import approve
from cms.services.submit import submit
from cms.services.supplement import create_supplement
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    news_page,
    person,
    published_experience,
)
from tests.functional.test_admin import form_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def editor(project, client):
    user = person(roles.EDITOR, project)
    client.force_login(user)
    return user


def test_what_was_published_is_not_overwritten(editor, project, client):
    entry = ExperienceFactory(project=project, title="Geprüft", revision=editor)
    submit(entry, editor)
    approve(entry, person(roles.OFFICE), circle=Circle.PUBLIC)
    entry = Experience.objects.get(pk=entry.pk)
    published = Publication.objects.of(entry).get().revision
    assert published.user == editor
    data = form_data(entry, title="Nie geprüft", overwrite_revision_id=published.pk)
    client.post(reverse("guide_experiences:edit", args=[entry.pk]), data)
    published.refresh_from_db()
    assert published.content["title"] == "Geprüft"
    assert Experience.objects.get(pk=entry.pk).draft_title == "Nie geprüft"


def linked(kind: str, pk: int) -> str:
    """Draftail's JSON of a text that links what ``pk`` names."""
    span = {"offset": 0, "length": 4, "key": 0}
    block = {"key": "a", "text": "Hier", "type": "unstyled", "depth": 0, "entityRanges": [span]}
    entity = {"0": {"type": kind, "mutability": "MUTABLE", "data": {"id": pk}}}
    return json.dumps({"blocks": [block | {"inlineStyleRanges": []}], "entityMap": entity})


def test_a_link_tells_no_address_of_a_draft(editor, project, client):
    hidden = news_page("Streng geheime Meldung", live=False, project=ProjectFactory())
    entry = ExperienceFactory(project=project)
    data = form_data(entry, body=linked("LINK", hidden.pk))
    url = reverse("guide_experiences:edit", args=[entry.pk])
    client.post(url, data)
    assert hidden.slug not in client.get(url).content.decode()
    approve(entry, person(roles.OFFICE), circle=Circle.PUBLIC)
    entry = Experience.objects.get(pk=entry.pk)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Hier" in page and hidden.slug not in page
    assert hidden.slug not in client.get(f"/api{entry.get_absolute_url()}").content.decode()
    hidden.save_revision().publish()
    assert hidden.slug in client.get(entry.get_absolute_url()).content.decode()


def test_a_link_to_a_document_tells_no_name(editor, project, client, django_user_model):
    secret = get_document_model().objects.create(
        title="Geheim", file="documents/geheimer-name.pdf", collection=ProjectFactory().collection
    )
    own = news_page("Eigene Meldung", live=True, project=project)
    own.body = f'<p><a linktype="document" id="{secret.pk}">Hier</a></p>'
    own.save_revision().publish()
    page = client.get(own.get_url()).content.decode()
    assert f"/documents/{secret.pk}/" in page and "geheimer-name" not in page


def test_a_supplement_keeps_the_title_of_what_its_project_may_not_read_any_more(
    editor, project, client
):
    entry = published_experience(Circle.PROJECTS, title="Für alle Projekte")
    supplement = create_supplement(editor, entry, project, verdict="proven", submit_now=True)
    entry = Experience.objects.get(pk=entry.pk)
    entry.title, entry.visibility = "Nur noch für uns", Circle.PROJECT.value
    entry.save_revision().publish()
    for url in (
        reverse("wagtailadmin_home"),
        reverse("guide_supplements:list"),
        reverse("guide_supplements:edit", args=[supplement.pk]),
    ):
        assert "Nur noch" not in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["wagtailimages_chooser:chosen", "wagtaildocs_chooser:chosen"])
def test_a_key_that_is_no_number_names_nothing(name, editor, client):
    assert client.get(reverse(name, args=["abc"])).status_code == 404
    many = reverse(f"{name}_multiple")
    assert client.get(many, {"id": "abc"}).status_code == 404


def test_a_copy_tells_no_title_of_another_page(editor, project, client):
    hidden = news_page("Streng geheime Meldung", live=False, project=ProjectFactory())
    own = news_page("Eigene Meldung", project=project)
    data = {"new_title": "c", "new_slug": "cc", "new_parent_page": hidden.pk}
    response = client.post(reverse("wagtailadmin_pages:copy", args=[own.pk]), data)
    assert "geheime" not in response.content.decode()


def test_the_server_answers_head_without_a_body():
    application = import_string(settings.WSGI_APPLICATION)
    started = []
    environ = RequestFactory().head("/healthz").environ
    body = b"".join(application(environ, lambda *answer: started.append(answer)))
    assert body == b"" and started[0][0].startswith(("200", "503"))


def test_a_form_sent_to_nowhere_gets_the_sites_own_page(client, settings):
    settings.DEBUG = True
    response = client.post("/erfahrungen/gibt-es-nicht/problem-melden/", {"text": "Hallo"})
    assert response.status_code == 404
    assert "urlpatterns" not in response.content.decode().lower()
