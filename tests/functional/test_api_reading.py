"""Reading over the API: who gets what, and in which shape."""

import pytest
from django.test import Client

from cms.domain.circles import Circle
from cms.models import Argument, Moderator, Project
from cms.permissions import roles
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in, titles

_USUAL = {"@id", "@type", "title", "description", "review_state", "type_title"}

pytestmark = pytest.mark.django_db


# --- addresses and fields ------------------------------------------------------------------------


def test_everything_stands_at_api_plus_its_public_path(client):
    topic = TopicFactory(title="Öffentlichkeitsarbeit", parent=TopicFactory(title="Arbeitsweise"))
    table = table_page(event_page())
    event = table.get_parent().specific
    news = news_page()
    published = published_experience(table=table, topics=[topic])
    objects = [
        (topic, topic.get_absolute_url(), "Topic"),
        (published, published.get_absolute_url(), "Experience"),
        (published.project, published.project.get_absolute_url(), "Project"),
        (table, table.url, "Table"),
        (event, event.url, "Event"),
        (news, news.url, "News"),
    ]
    for obj, public_url, type_name in objects:
        answer = read(client, f"/api{public_url}")
        assert answer["@id"] == f"http://testserver/api{public_url}".rstrip("/")
        assert (answer["@type"], answer["title"]) == (type_name, obj.title)


@pytest.mark.parametrize(
    ("path", "type_name"),
    [
        ("/", "Home"),
        ("/leitfaden/", "Guide"),
        ("/erfahrungen/", "Experiences"),
        ("/projekte/", "Projects"),
        ("/veranstaltungen/", "Events"),
        ("/aktuelles/", "NewsFolder"),
        ("/impressum/", "InfoPage"),
    ],
)
def test_what_comes_with_an_empty_site(client, path, type_name):
    answer = read(client, f"/api{path}")
    assert answer["@type"] == type_name
    assert answer["@id"] == f"http://testserver/api{path}".rstrip("/")


def test_an_experience_tells_all_of_itself(client):
    table = table_page(event_page())
    topic = TopicFactory(title="Sprechstunde")
    experience = published_experience(
        kind="discussion", table=table, topics=[topic], source_id="m-1", lesson="Früh fragen."
    )
    Argument.objects.create(experience=experience, side="pro", text="Das spart Wege.")
    answer = read(client, f"/api/erfahrungen/{experience.slug}")
    assert answer["body"] == {
        "content-type": "text/html",
        "data": "<p>Das hat gut geklappt.</p>",
        "encoding": "utf-8",
    }
    assert answer["description"] == "Das hat gut geklappt."
    assert (answer["kind"], answer["visibility"]) == ("discussion", "public")
    assert (answer["source_id"], answer["lesson"]) == ("m-1", "Früh fragen.")
    assert answer["project"]["token"] == experience.project.slug
    assert answer["parent"]["@id"].endswith(f"/api/projekte/{experience.project.slug}")
    assert [ref["@id"] for ref in answer["topics"]] == [
        "http://testserver/api/leitfaden/sprechstunde"
    ]
    assert answer["arguments"] == [{"side": "pro", "text": "Das spart Wege."}]
    assert titles({"items": answer["sources"]}) == ["Tisch 1"]
    assert answer["review_state"] == "published"
    assert answer["created"] == experience.first_published_at.isoformat(timespec="seconds")
    assert answer["modified"].endswith("+00:00")
    assert not answer["is_folderish"]
    assert "items" not in answer


def test_a_project_tells_its_locations(client):
    location = LocationFactory(languages="Deutsch, Arabisch")
    answer = read(client, f"/api/projekte/{location.project.slug}")
    assert answer["locations"][0]["languages"] == ["Deutsch", "Arabisch"]
    listed = read(client, "/api/projekte?metadata_fields=locations")["items"]
    assert [item["locations"][0]["city"] for item in listed if item["locations"]] == [location.city]


def test_folders_hold_what_belongs_there(client):
    upper = TopicFactory(title="Arbeitsweise")
    lower = TopicFactory(title="Sprechstunde", parent=upper)
    table = table_page(event_page())
    experience = published_experience(table=table, topics=[upper, lower])
    published_experience()
    decision = published_outcome(table=table)
    news = news_page()
    table.topics = [lower]
    table.save()
    event = table.get_parent()
    assert titles(read(client, "/api/veranstaltungen")) == [event.title]
    assert titles(read(client, f"/api{event.url}")) == [table.title]
    at_table = read(client, f"/api{table.url}")
    assert titles(at_table) == [experience.title]
    assert titles({"items": at_table["outcomes"]}) == [decision.title]
    assert titles(read(client, f"/api/projekte/{experience.project.slug}")) == [experience.title]
    assert titles(read(client, "/api/aktuelles")) == [news.title]
    assert read(client, "/api/erfahrungen")["items_total"] == 2
    for path in ("leitfaden/arbeitsweise", "leitfaden/arbeitsweise/sprechstunde"):
        chapter = read(client, f"/api/{path}")
        assert titles(chapter) == [experience.title]
        assert titles({"items": chapter["outcomes"]}) == [decision.title]
    guide = read(client, "/api/leitfaden")
    assert titles(guide) == ["Arbeitsweise"]
    assert guide["topics"][0]["topics"][0]["count"] == 1
    everywhere = titles(read(client, "/api/"))
    assert everywhere[:3] == ["Leitfaden", "Erfahrungen", "Projekte"]
    assert {"Veranstaltungen", "Aktuelles", "Impressum"} <= set(everywhere)


def test_older_addresses_lead_to_the_present_one(client):
    topic = TopicFactory(title="Sprechstunde", parent=TopicFactory(title="Arbeitsweise"))
    experience = published_experience(topics=[topic])
    short = client.get(f"/api/e/{experience.pk}?expand=workflow")
    assert short.status_code == 302
    assert short["Location"].endswith(f"/api/erfahrungen/{experience.slug}?expand=workflow")
    moved = client.get(f"/api/leitfaden/{topic.slug}")
    assert moved["Location"] == "http://testserver/api/leitfaden/arbeitsweise/sprechstunde"


def test_fields_and_metadata_fields_choose(client):
    experience = published_experience(source_id="m-7")
    answer = read(client, f"/api/erfahrungen/{experience.slug}?fields=title,kind")
    assert set(answer) == {"@id", "@type", "title", "kind"}
    usual = read(client, "/api/erfahrungen")["items"][0]
    assert set(usual) == _USUAL
    more = read(
        client, "/api/erfahrungen?metadata_fields:list=source_id&metadata_fields:list=UID,Subject"
    )["items"][0]
    assert (more["source_id"], more["UID"]) == ("m-7", f"experience-{experience.pk}")
    assert set(more) - set(usual) == {"source_id", "UID", "Subject"}


# --- who sees what -------------------------------------------------------------------------------


@pytest.fixture
def readers(db):
    """One person of each kind, and the project that owns what they look at."""
    own, other = ProjectFactory(), ProjectFactory()
    people = {
        "nobody": Client(),
        "without a role": signed_in(person()),
        "partner": signed_in(person(roles.PARTNER)),
        "other project": signed_in(person(roles.EDITOR, other)),
        "own project": signed_in(person(roles.READER, own)),
        "office": signed_in(person(roles.OFFICE)),
    }
    return own, people


SEES = {
    Circle.PUBLIC: {
        "nobody", "without a role", "partner", "other project", "own project", "office",
    },
    Circle.NETWORK: {"partner", "other project", "own project", "office"},
    Circle.PROJECTS: {"other project", "own project", "office"},
    Circle.PROJECT: {"own project", "office"},
}  # fmt: skip


@pytest.mark.parametrize("circle", Circle)
def test_outside_the_circle_there_is_nothing(readers, circle):
    own, people = readers
    topic = TopicFactory(title="Sprechstunde")
    table = table_page(event_page(), topics=[topic])
    experience = published_experience(circle, project=own, topics=[topic], table=table)
    decision = published_outcome(circle, project=own, table=table)
    for name, client in people.items():
        visible = name in SEES[circle]
        answer = read(client, f"/api/erfahrungen/{experience.slug}", 200 if visible else 404)
        if not visible:
            assert answer == NOT_FOUND == read(client, "/api/erfahrungen/gibt-es-nicht", 404)
        folders = ["erfahrungen", "leitfaden/sprechstunde", f"projekte/{own.slug}"]
        for path in [*folders, table.url.strip("/")]:
            folder = read(client, f"/api/{path}")
            assert titles(folder) == ([experience.title] if visible else []), (name, path)
            assert folder["items_total"] == int(visible)
        assert read(client, "/api/leitfaden")["topics"][0]["count"] == int(visible)
        outcomes = read(client, f"/api{table.url}")["outcomes"]
        assert titles({"items": outcomes}) == ([decision.title] if visible else [])
        assert (client.get(f"/api/e/{experience.pk}").status_code == 302) == visible


def test_what_is_not_published_is_read_by_those_only_who_may_see_drafts(readers):
    own, people = readers
    draft = ExperienceFactory(project=own)
    hidden_table = table_page(event_page(live=False))
    at_hidden_table = published_experience(project=own, table=hidden_table)
    gone = published_experience(project=own)
    withdraw(gone, person(roles.OFFICE), "überholt")
    pages = [hidden_table, hidden_table.get_parent(), news_page(live=False)]
    paths = [f"erfahrungen/{one.slug}" for one in (draft, at_hidden_table, gone)]
    page_paths = [page.url.strip("/") for page in pages]
    for path in [*paths, *page_paths]:
        for name, client in people.items():
            seen = name == "office" or (name == "own project" and path in paths)
            for query in ("", "?version=draft", "?version=0", "?version=live"):
                if seen and query in ("", "?version=draft"):
                    assert read(client, f"/api/{path}{query}")["review_state"] != "published" or (
                        path.endswith((at_hidden_table.slug, "tisch-1"))
                    )
                elif not seen:
                    assert read(client, f"/api/{path}{query}", 404) == NOT_FOUND
    assert read(people["office"], "/api/erfahrungen")["items_total"] == 0


def test_a_newer_draft_stays_unread(client):
    experience = published_experience(title="Alte Fassung")
    experience.title = "Neue Fassung"
    experience.save_revision()
    assert read(client, f"/api/erfahrungen/{experience.slug}")["title"] == "Alte Fassung"
    assert titles(read(client, "/api/erfahrungen")) == ["Alte Fassung"]


def test_notes_and_names_stay_among_the_projects(readers):
    _own, people = readers
    event = event_page(notes="<p>Vertrauliches.</p>")
    table = table_page(event, notes="<p>Vertrauliches.</p>")
    Moderator.objects.create(table=table, name="Frau Vertraulich")
    published_outcome(table=table, responsible="Vertraulich")
    for name, client in people.items():
        insider = name in SEES[Circle.PROJECTS]
        for page in (event, table):
            answer = client.get(f"/api{page.url}").content.decode()
            assert ("Vertraulich" in answer) == insider, (name, page)


def test_an_anonymous_entry_names_its_project_nowhere(readers):
    own, people = readers
    Project.objects.filter(pk=own.pk).update(title="Geheimstadt", slug="geheimstadt")
    topic = TopicFactory(title="Sprechstunde")
    steering = event_page(project=own, title="Steuerungsgruppe Geheimstadt")
    steering_table = table_page(steering)
    hidden = {"project": own, "attribution": "anonymous", "source_id": "geheimstadt-1"}
    shown = published_experience(**hidden, topics=[topic])
    steered = published_experience(**{**hidden, "source_id": "geheimstadt-2"}, table=steering_table)
    paths = [
        f"erfahrungen/{shown.slug}?expand=breadcrumbs",
        f"erfahrungen/{steered.slug}?expand=breadcrumbs",
        "erfahrungen?metadata_fields=_all",
        "leitfaden/sprechstunde?metadata_fields=_all",
        f"erfahrungen/{shown.slug}/@breadcrumbs",
    ]
    for client in people.values():
        for path in paths:
            answer = client.get(f"/api/{path}")
            assert answer.status_code == 200
            assert "geheimstadt" not in answer.content.decode().lower(), path
        parent = read(client, f"/api/erfahrungen/{shown.slug}")["parent"]
        assert parent["@id"] == "http://testserver/api/erfahrungen"
        # Nor is it found among that project's own.
        assert titles(read(client, "/api/projekte/geheimstadt")) == []
        assert titles(read(client, f"/api{steering_table.url}")) == []
