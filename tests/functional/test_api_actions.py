"""What a person can do with an object, the ways around it, and what is told of the site."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.permissions import roles
from cms.services.locks import lock
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in

pytestmark = pytest.mark.django_db


def actions(client, path: str) -> dict[str, set[str]]:
    answer = read(client, f"{path}/@actions")
    assert answer.pop("@id") == f"http://testserver{path}/@actions"
    for listed in answer.values():
        for action in listed:
            assert action.keys() == {"id", "title", "icon", "url"}
            assert action["url"].startswith("http://testserver/api")
    return {category: {action["id"] for action in listed} for category, listed in answer.items()}


# --- @actions ------------------------------------------------------------------------------------

READS = {"view", "history", "comments", "preview", "local_roles"}
WRITES = READS | {"edit"}


@pytest.mark.parametrize(
    ("role", "objects", "buttons"),
    [(roles.READER, READS, set()), (roles.EDITOR, WRITES, {"delete", "copy"}),
     (roles.REVIEWER, WRITES, {"delete", "copy"}), (roles.LEAD, WRITES, {"delete", "copy", "cut"}),
     (roles.OFFICE, WRITES | {"add"}, {"delete", "copy", "cut"})],
)  # fmt: skip
def test_a_draft_can_be_what_the_policy_says(project, role, objects, buttons):
    draft = ExperienceFactory(project=project)
    found = actions(signed_in(person(role, project)), f"/api/erfahrungen/{draft.slug}")
    assert found["object"] == objects - {"add"}
    assert found["object_buttons"] == buttons
    assert found["user"] == {"preferences", "logout"}


@pytest.mark.parametrize("role", [None, roles.PARTNER, roles.READER])
def test_who_only_reads_can_only_view(client, project, role):
    entry = published_experience(project=project)
    path = f"/api/erfahrungen/{entry.slug}"
    assert actions(client, path) == {
        "object": {"view", "history"}, "object_buttons": set(), "user": {"login"},
    }  # fmt: skip
    reader = signed_in(person(role, ProjectFactory()) if role else person())
    for where in (path, "/api/projekte/thinka-musterstadt", "/api", "/api/leitfaden"):
        found = actions(reader, where)
        assert found["object"] == ({"view", "history"} if where == path else {"view"})
        assert found["object_buttons"] == set()
    draft = ExperienceFactory(project=project)
    assert read(reader, f"/api/erfahrungen/{draft.slug}/@actions", 404) == NOT_FOUND


def test_what_is_in_review_is_changed_by_its_reviewers_alone(project):
    author = person(roles.EDITOR, project)
    draft = ExperienceFactory(project=project, revision=author)
    submit(draft, author)
    path = f"/api/erfahrungen/{draft.slug}"
    assert "edit" not in actions(signed_in(author), path)["object"]
    assert "edit" in actions(signed_in(person(roles.REVIEWER, project)), path)["object"]


def test_what_somebody_else_is_writing_on_waits(project):
    first, second = (person(roles.EDITOR, project) for _ in range(2))
    draft = ExperienceFactory(project=project)
    path = f"/api/erfahrungen/{draft.slug}"
    lock(draft, first)
    assert "edit" in actions(signed_in(first), path)["object"]
    found = actions(signed_in(second), path)
    assert "edit" not in found["object"] and found["object_buttons"] == {"copy"}


def test_what_was_published_is_not_deleted(project):
    entry = published_experience(project=project)
    found = actions(signed_in(person(roles.OFFICE)), f"/api/erfahrungen/{entry.slug}")
    assert found["object_buttons"] == {"copy", "cut"}
    assert "preview" not in found["object"] and "add" in found["object"]


def test_a_project_can_be_added_to_and_shared(project):
    path = "/api/projekte/thinka-musterstadt"
    editor, reader = (person(role, project) for role in (roles.EDITOR, roles.READER))
    assert actions(signed_in(editor), path)["object"] == {"view", "add", "local_roles"}
    assert actions(signed_in(reader), path)["object"] == {"view", "local_roles"}


def test_the_categories_can_be_chosen(client, project):
    found = read(client, "/api/@actions?categories:list=user&categories:list=object")
    assert found.keys() == {"@id", "object", "user"}
    expanded = read(client, "/api?expand=actions")["@components"]["actions"]
    assert expanded.keys() == {"@id", "object", "object_buttons", "user"}


# --- @contextnavigation, @navigation, @breadcrumbs -----------------------------------------------


@pytest.fixture
def topics():
    above = TopicFactory(title="Arbeitsweise")
    published_experience(topics=[TopicFactory(title="Sprechstunde", parent=above)])
    published_experience(topics=[TopicFactory(title="Wohnen")])
    hidden = TopicFactory(title="Geheimes Kapitel")
    ExperienceFactory(topics=[hidden])
    return above


def tree(items: list[dict]) -> list:
    return [(item["title"], tree(item["items"])) if item["items"] else item["title"]
            for item in items]  # fmt: skip


def test_the_context_navigation_is_open_along_the_way(client, topics):
    path = "/api/leitfaden/arbeitsweise/sprechstunde/@contextnavigation"
    answer = read(client, path)
    assert answer["@id"] == f"http://testserver{path}"
    assert tree(answer["items"]) == [("Arbeitsweise", ["Sprechstunde"]), "Wohnen"]
    [above, other] = answer["items"]
    assert (above["is_in_path"], above["is_current"]) == (True, False)
    assert (other["is_in_path"], other["is_current"]) == (False, False)
    assert above["items"][0]["is_current"]
    assert (above["href"], above["normalized_id"], above["type"]) == (
        above["@id"], "arbeitsweise", "topic",
    )  # fmt: skip
    assert (answer["available"], answer["has_custom_name"], answer["title"]) == (
        True, False, "Navigation",
    )  # fmt: skip


def test_the_context_navigation_goes_where_it_is_told_to(client, topics):
    path = "/api/leitfaden/arbeitsweise/sprechstunde/@contextnavigation"
    prefix = "?expand.contextnavigation."
    assert tree(read(client, f"{path}{prefix}bottomLevel=2")["items"]) == ["Arbeitsweise", "Wohnen"]
    assert tree(read(client, f"{path}{prefix}topLevel=2")["items"]) == ["Sprechstunde"]
    assert tree(read(client, f"{path}{prefix}currentFolderOnly=1")["items"]) == []
    top = read(client, f"{path}{prefix}topLevel=0&{prefix[1:]}name=Hier")
    assert (top["title"], top["has_custom_name"]) == ("Hier", True)
    assert tree(top["items"])[0] == ("Leitfaden", [("Arbeitsweise", ["Sprechstunde"]), "Wohnen"])
    with_top = read(client, f"{path}{prefix}includeTop=true")["items"]
    assert with_top[0]["title"] == "Leitfaden"
    elsewhere = read(
        client, f"/api/@contextnavigation{prefix}root_path=/leitfaden&{prefix[1:]}topLevel=0"
    )
    assert tree(elsewhere["items"]) == ["Arbeitsweise", "Wohnen"]
    at_home = read(client, "/api/@contextnavigation")
    assert (at_home["available"], at_home["items"]) == (False, [])
    for name, value in (("topLevel", "x"), ("bottomLevel", "-1"), ("topLevel", "99")):
        wrong = read(client, f"{path}{prefix}{name}={value}", 400)
        assert wrong["errors"][0]["field"] == f"expand.contextnavigation.{name}"
    assert read(client, f"{path}{prefix}root_path=/nichts", 404) == NOT_FOUND


def test_the_context_navigation_shows_what_the_reader_may_see(client, topics, project):
    path = "/api/leitfaden/@contextnavigation"
    for reader in (
        client,
        signed_in(person(roles.PARTNER)),
        signed_in(person(roles.EDITOR, project)),
    ):
        assert "Geheimes Kapitel" not in json.dumps(read(reader, path))
    assert "Geheimes Kapitel" in json.dumps(read(signed_in(person(roles.OFFICE)), path))


def test_events_show_their_tables(client):
    event = event_page("3. Erfahrungsaustausch")
    table_page(event, "Tisch 1")
    table_page(event, "Noch nicht", live=False)
    event_page("Anderer Austausch")
    event_page("Noch geheim", live=False)
    page = f"/api/veranstaltungen/{event.slug}/tisch-1"
    found = tree(read(client, f"{page}/@contextnavigation")["items"])
    assert found == ["Anderer Austausch", ("3. Erfahrungsaustausch", ["Tisch 1"])]
    assert tree(read(client, "/api/aktuelles/@contextnavigation")["items"]) == []
    crumbs = read(client, f"{page}/@breadcrumbs")
    assert [item["title"] for item in crumbs["items"]] == [
        "Veranstaltungen", "3. Erfahrungsaustausch", "Tisch 1",
    ]  # fmt: skip
    assert crumbs["root"] == "http://testserver/api"


def test_longer_lists_cost_no_more_queries(client):
    def grow(times: int) -> None:
        for _ in range(times):
            event = event_page("Austausch")
            table_page(event, "Tisch")
            published_experience(topics=[TopicFactory(), TopicFactory(parent=TopicFactory())])
            news_page()

    grow(1)
    for path in ("/api/veranstaltungen", "/api/leitfaden", "/api/projekte", "/api/aktuelles"):
        address = f"{path}/@contextnavigation"
        read(client, address)
        with CaptureQueriesContext(connection) as few:
            read(client, address)
        grow(3)
        with CaptureQueriesContext(connection) as many:
            read(client, address)
        assert len(many) == len(few), path


def test_plones_spellings_lead_to_the_same(client, topics):
    for service in ("@breadcrumbs", "@navigation", "@actions", "@contextnavigation"):
        plain = client.get(f"/api/leitfaden/arbeitsweise/{service}")
        for written in (
            "/api/++api++//leitfaden//arbeitsweise//",
            "/api/++api++/leitfaden/arbeitsweise/",
        ):
            assert client.get(f"{written}{service}").content == plain.content
    deep = read(client, "/api/++api++//@navigation?expand.navigation.depth=3")
    assert tree(deep["items"])[0] == ("Leitfaden", [("Arbeitsweise", ["Sprechstunde"]), "Wohnen"])


# --- @site ---------------------------------------------------------------------------------------


def test_the_site_tells_what_a_front_end_must_know(client, settings):
    answer = read(client, "/api/@site")
    assert answer["plone.site_title"] == answer["title"] == "Lebendiger Leitfaden"
    assert answer["plone.default_language"] == "de"
    assert answer["plone.available_languages"] == ["de"]
    assert answer["plone.portal_timezone"] == "Europe/Berlin"
    services = answer["features"]["services"]
    assert {"@site", "@search", "@comments", "@sharing", "@types", "@vocabularies"} <= set(services)
    text = json.dumps(answer)
    assert settings.SECRET_KEY not in text and "example.org" not in text
    assert (
        client.get("/api/@site").content
        == signed_in(person(roles.OFFICE)).get("/api/@site").content
    )
