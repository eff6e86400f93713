"""Writing: the answers are those that were recorded, and those that docs/api/content.md shows."""

import pytest

from cms.api.schemas import Content, Error
from cms.models import Project
from cms.permissions import roles
from tests.factories.guide import ProjectFactory, person

FOLDER = "/api/projekte/thinka-musterstadt"
ENTRY = "/api/erfahrungen/offene-sprechstunde-im-waschsalon"
SENT = {
    "@type": "Experience",
    "title": "Frühstück im Hof",
    "kind": "good",
    "visibility": "public",
    "topics": ["oeffentlichkeitsarbeit"],
    "body": {"content-type": "text/markdown", "data": "Jeden **Dienstag**:\n\n- Kaffee\n- Zeit"},
}

NEWS = "/api/aktuelles"
#: A white picture, 240 x 160, as a PNG.
WHITE = (
    "iVBORw0KGgoAAAANSUhEUgAAAPAAAACgAQAAAAAaoNzIAAAAJ0lEQVR42u3JQQEAAAQEsKN/ZxKQYPuu"
    "Jp+O1lprrbXWWmuttdb6tHzSAj/jKkWyAAAAAElFTkSuQmCC"
)


@pytest.fixture
def editor(guide):
    return person(roles.EDITOR, Project.objects.get(slug="thinka-musterstadt"))


def test_a_draft_is_made(exchange, editor):
    made = exchange("create", FOLDER, "POST", SENT, user=editor)
    Content.model_validate(made.json())


def test_wrong_values_are_named(exchange, editor):
    sent = {"title": "Frühstück im Hof", "kind": "lustig", "date": "gestern"}
    Error.model_validate(exchange("invalid", FOLDER, "POST", sent, user=editor).json())


def test_a_change_makes_a_draft(exchange, editor, client):
    client.force_login(editor)
    tag = client.get(ENTRY)["ETag"]
    headers = {"If-Match": tag}
    sent = {"lesson": "Den Betreiber und die Nachbarn früh fragen."}
    exchange("change", ENTRY, "PATCH", sent, headers=headers, user=editor)
    exchange("draft", f"{ENTRY}?version=draft&fields=title,lesson,review_state", user=editor)
    Error.model_validate(
        exchange("conflict", ENTRY, "PATCH", sent, headers=headers, user=editor).json()
    )


def test_a_change_answers_the_draft_if_asked(exchange, editor):
    sent = {"lesson": "Den Betreiber und die Nachbarn früh fragen."}
    headers = {"Prefer": "return=representation"}
    exchange("change-and-read", f"{ENTRY}?fields=title,lesson", "PATCH", sent, headers, editor)


def test_rich_text_is_read_as_markdown(exchange, editor, client):
    client.force_login(editor)
    path = client.post(FOLDER, SENT, "application/json")["Location"]
    path = path.removeprefix("http://testserver")
    exchange("markdown", f"{path}?rich_text=markdown&fields=body", user=editor)


def test_a_picture_is_sent_and_answered_in_sizes(exchange, editor):
    picture = {"data": WHITE, "encoding": "base64", "filename": "eingang.png"}
    sent = {
        "title": "Neue Rampe",
        "date": "2026-03-02",
        "image": picture | {"content-type": "image/png"},
    }
    Error.model_validate(exchange("picture-refused", NEWS, "POST", sent, user=editor).json())
    sent["image_caption"] = "Der Eingang mit der neuen Rampe"
    made = exchange("picture", NEWS, "POST", sent, user=editor)
    Content.model_validate(made.json())
    path = made["Location"].removeprefix("http://testserver")
    exchange("picture-removed", path, "PATCH", {"image": None}, user=editor)


def test_another_project_adds_a_supplement(exchange, guide):
    other = person(roles.EDITOR, ProjectFactory(title="ThINKA Anderswo"))
    sent = {"@type": "Supplement", "verdict": "proven", "text": "Bei uns im Hausflur."}
    exchange("supplement", ENTRY, "POST", sent, user=other)


def test_what_was_published_is_not_deleted(exchange, editor):
    Error.model_validate(exchange("delete-refused", ENTRY, "DELETE", user=editor).json())


def test_plones_words_are_understood(exchange, editor):
    sent = {"@type": "Document", "title": "Ein Treffen", "description": "Bei Kaffee."}
    exchange("document", f"{FOLDER}?fields=title,description,kind", "POST", sent, user=editor)


def test_a_draft_is_thrown_away(exchange, editor, client):
    client.force_login(editor)
    path = client.post(FOLDER, {"title": "Irrtum"}, "application/json")["Location"]
    exchange("delete", path.removeprefix("http://testserver"), "DELETE", user=editor)
