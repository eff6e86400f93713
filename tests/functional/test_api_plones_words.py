"""Plone's words for what we call otherwise: ``description``, ``text``, ``Document``."""

import pytest

from cms.models import Experience, NewsPage
from cms.permissions import roles
from tests.factories.guide import (
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import read, signed_in, write

pytestmark = pytest.mark.django_db

FOLDER = "/api/projekte/thinka-musterstadt"


@pytest.fixture
def editor(project):
    return signed_in(person(roles.EDITOR, project))


@pytest.fixture
def office():
    return signed_in(person(roles.OFFICE))


# --- description ---------------------------------------------------------------------------------


def test_the_description_of_an_entry_is_its_text_where_it_has_no_other(editor):
    sent = {"title": "Frühstück im Hof", "description": "Jeden Dienstag  <um> neun."}
    made = write(editor, "POST", FOLDER, sent, 201).json()
    assert made["description"] == "Jeden Dienstag <um> neun."
    assert made["body"]["data"] == "<p>Jeden Dienstag &lt;um&gt; neun.</p>"
    write(editor, "PATCH", made["@id"], {"description": "Jeden Mittwoch."}, 204)
    assert read(editor, made["@id"])["description"] == "Jeden Mittwoch."
    write(editor, "PATCH", made["@id"], {"description": ""}, 204)
    assert read(editor, made["@id"])["description"] == ""


def test_it_never_costs_an_entry_its_text(editor):
    sent = {"title": "Frühstück", "description": "Kurz.", "text": "<p>Lang und breit.</p>"}
    made = write(editor, "POST", FOLDER, sent, 201).json()
    assert (made["body"]["data"], made["description"]) == (sent["text"], "Lang und breit.")
    texts = ("<p>Mit <b>Gewicht</b></p>", "<p>Eins</p><p>Zwei</p>", f"<p>{'x ' * 300}</p>")
    for text in texts:
        write(editor, "PATCH", made["@id"], {"body": text}, 204)
        before = read(editor, made["@id"])["body"]
        write(editor, "PATCH", made["@id"], {"description": "Kurz."}, 204)
        assert read(editor, made["@id"])["body"] == before


def test_news_and_pages_have_a_description_of_their_own(editor, office, project):
    news = news_page(project=project, body="<p>Wir ziehen um.</p>")
    event = event_page(introduction="<p>Zwei Tische.</p>")
    table = table_page(event, summary="<p>Mundpropaganda.</p>")
    for client, page in ((editor, news), (office, event), (office, table)):
        path = f"/api{page.url}"
        before = read(client, path)
        assert before["description"]
        write(client, "PATCH", path, before, 204)
        assert not page.__class__.objects.get(pk=page.pk).has_unpublished_changes
        write(client, "PATCH", path, {"description": "In einem Satz."}, 204)
        assert read(client, f"{path}?version=draft")["description"] == "In einem Satz."
        assert read(client, path)["description"] == before["description"]


def test_our_own_name_counts_before_plones(editor):
    sent = {"title": "Neues Haus", "description": "Nein", "teaser": "Ja", "text": "x", "body": "y"}
    made = write(editor, "POST", "/api/aktuelles", sent, 201).json()
    assert (made["description"], made["teaser"]) == ("Ja", "Ja")
    assert made["body"]["data"] == "<p>y</p>"
    wrong = write(editor, "PATCH", made["@id"], {"description": ["x"]}, 422).json()
    assert wrong["errors"][0]["field"] == "description"


def test_a_description_sent_back_makes_no_version(editor):
    sent = {"title": "Frühstück", "body": f"<p>{'Jeden Dienstag gibt es Kaffee. ' * 20}</p>"}
    path = write(editor, "POST", FOLDER, sent, 201).json()["@id"]
    versions = Experience.objects.get().revisions.count()
    write(editor, "PATCH", path, {"description": read(editor, path)["description"]}, 204)
    assert Experience.objects.get().revisions.count() == versions


# --- types ---------------------------------------------------------------------------------------


def test_a_document_in_a_projects_folder_is_an_experience_that_does_not_judge(editor):
    made = write(editor, "POST", FOLDER, {"@type": "Document", "title": "Ein Treffen"}, 201).json()
    assert (made["@type"], made["kind"]) == ("Experience", "neutral")
    sent = {"@type": "Document", "title": "Ein gutes Treffen", "kind": "good"}
    assert write(editor, "POST", FOLDER, sent, 201).json()["kind"] == "good"


def test_a_news_item_is_news(editor):
    sent = {"@type": "News Item", "title": "Neues Haus"}
    assert write(editor, "POST", "/api/aktuelles", sent, 201).json()["@type"] == "News"
    assert NewsPage.objects.get().title == "Neues Haus"


@pytest.mark.parametrize("name", ["Event", "Folder", "Link", "File", "News Item", 7, ["Document"]])
def test_what_is_another_thing_is_not_made_from_it(editor, project, name):
    answer = write(editor, "POST", FOLDER, {"@type": name, "title": "x"}, 422).json()
    assert answer["errors"][0]["field"] == "@type"
    other = f"/api/erfahrungen/{published_experience().slug}"
    write(editor, "POST", other, {"@type": "Document", "title": "x"}, 422)
    assert not Experience.objects.filter(project=project).exists()
