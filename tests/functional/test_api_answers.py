"""How the API answers: batches, components, spellings, caching, errors, numbers of queries."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cms.api.middleware import ApiMiddleware
from cms.models import HomePage
from cms.permissions import roles
from tests.factories.guide import (
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

pytestmark = pytest.mark.django_db


# --- batches -------------------------------------------------------------------------------------


def test_batches_lead_through_a_listing(client):
    for number in range(5):
        published_experience(title=f"Eintrag {number}")
    first = read(client, "/api/erfahrungen?b_size=2&metadata_fields:list=UID")
    assert (titles(first), first["items_total"]) == (["Eintrag 4", "Eintrag 3"], 5)
    links = first["batching"]
    base = "http://testserver/api/erfahrungen?b_size=2&metadata_fields%3Alist=UID&b_start="
    assert links == {
        "@id": "http://testserver/api/erfahrungen?b_size=2&metadata_fields:list=UID",
        "first": f"{base}0",
        "last": f"{base}4",
        "next": f"{base}2",
    }
    middle = read(client, links["next"])
    assert titles(middle) == ["Eintrag 2", "Eintrag 1"]
    assert (middle["batching"]["prev"], middle["batching"]["next"]) == (f"{base}0", f"{base}4")
    last = read(client, middle["batching"]["next"])
    assert titles(last) == ["Eintrag 0"]
    assert "next" not in last["batching"]
    assert "UID" in last["items"][0]


def test_a_page_that_holds_everything_has_no_links(client):
    published_experience()
    assert "batching" not in read(client, "/api/erfahrungen")
    assert "batching" not in read(client, "/api/erfahrungen?b_size=1")
    counted = read(client, "/api/erfahrungen?b_size=0")
    assert (counted["items"], counted["items_total"]) == ([], 1)
    beyond = read(client, "/api/erfahrungen?b_start=50")
    assert (beyond["items"], beyond["batching"]["last"][-9:]) == ([], "b_start=0")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "²", "9999999999"])
@pytest.mark.parametrize("name", ["b_start", "b_size"])
def test_a_batch_is_asked_for_in_whole_numbers(client, name, value):
    answer = read(client, f"/api/erfahrungen?{name}={value}", 400)
    assert answer["type"] == "BadRequest"
    assert answer["errors"] == [{"field": name, "message": "Bitte eine ganze Zahl ab 0 angeben."}]


# --- components ----------------------------------------------------------------------------------


def test_components_are_links_until_they_are_expanded(client):
    topic = TopicFactory(title="Sprechstunde", parent=TopicFactory(title="Arbeitsweise"))
    published_experience(topics=[topic])
    path = "/api/leitfaden/arbeitsweise/sprechstunde"
    links = read(client, path)["@components"]
    assert set(links) == {
        "actions", "breadcrumbs", "contextnavigation", "navigation", "navroot", "types",
        "workflow",
    }  # fmt: skip
    for name, link in links.items():
        assert link == {"@id": f"http://testserver{path}/@{name}"}
        if name != "types":  # a list, and for people with an account
            assert read(client, link["@id"])["@id"] == link["@id"]
    filled = read(client, f"{path}?expand=breadcrumbs,navigation")["@components"]
    assert titles(filled["breadcrumbs"]) == ["Leitfaden", "Arbeitsweise", topic.title]
    assert titles(filled["navigation"])[0] == "Leitfaden"
    assert filled["navigation"]["items"][0]["items"] == []
    assert filled["workflow"] == links["workflow"]
    listed = read(client, f"{path}?expand:list=breadcrumbs&expand:list=workflow")["@components"]
    assert "items" in listed["breadcrumbs"]
    assert "state" in listed["workflow"]


def test_navigation_goes_as_deep_as_asked(client):
    topic = TopicFactory(title="Sprechstunde", parent=TopicFactory(title="Arbeitsweise"))
    published_experience(topics=[topic])
    guide = read(client, "/api/@navigation?expand.navigation.depth=3")["items"][0]
    assert titles(guide) == ["Arbeitsweise"]
    assert titles(guide["items"][0]) == ["Sprechstunde"]
    wrong = read(client, "/api/@navigation?expand.navigation.depth=0", 400)
    assert wrong["errors"][0]["field"] == "expand.navigation.depth"


def test_workflow_tells_the_state(client):
    experience = published_experience()
    answer = read(client, f"/api/erfahrungen/{experience.slug}/@workflow")
    assert answer["state"] == {"id": "published", "title": "veröffentlicht"}


# --- how clients ask -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["/api/++api++/{}", "/api/++api++//{}", "/api//{}", "/api/{}/", "/api/++api++/{}//"]
)
def test_addresses_as_plones_clients_write_them(client, written):
    path = f"erfahrungen/{published_experience().slug}"
    assert client.get(written.format(path)).content == client.get(f"/api/{path}").content


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/++api++", "/api/++api++/"])
def test_the_top_is_home(client, path):
    assert read(client, path)["@id"] == "http://testserver/api"


def test_head_is_get_without_a_body(client):
    head, get = client.head("/api/impressum"), client.get("/api/impressum")
    assert (head.status_code, head["ETag"], head.content) == (200, get["ETag"], b"")


def test_answers_are_cached_by_their_tag(client):
    experience = published_experience()
    path = f"/api/erfahrungen/{experience.slug}"
    answer = client.get(path)
    assert answer["Cache-Control"] == "public, no-cache"
    assert answer["Vary"] == "Cookie, Authorization"
    again = client.get(path, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    experience.lesson = "Früh fragen."
    experience.save_revision().publish()
    assert client.get(path, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 200
    private = signed_in(person(roles.OFFICE)).get(path)
    assert private["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Authorization"} <= set(private["Vary"].split(", "))


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["gibt-es-nicht", "erfahrungen/x/y", "leitfaden/nichts", "projekte/nichts", "@nichts",
     "impressum/@nichts", "e/x", "e/99999999999999999999", "a%00b"],
)  # fmt: skip
def test_where_nothing_is_the_answer_says_so(client, path):
    assert read(client, f"/api/{path}", 404) == NOT_FOUND


def test_other_errors_have_the_same_shape(client):
    refused = client.post("/api/impressum")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, PATCH, DELETE")
    assert refused.json()["type"] == "MethodNotAllowed"
    stranger = client.get("/api/", HTTP_HOST="anderswo.example")
    assert (stranger.status_code, stranger.json()["type"]) == (400, "BadRequest")
    crash = ApiMiddleware(lambda request: HttpResponse("<h1>Oh</h1>", status=500))
    answer = crash(RequestFactory().get("/api/erfahrungen"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    assert b"InternalServerError" in answer.content
    elsewhere = crash(RequestFactory().get("/erfahrungen/"))
    assert elsewhere.content == b"<h1>Oh</h1>"


def test_a_site_without_a_home_page_answers_too(client):
    HomePage.objects.get().delete()
    assert read(client, "/api/", 404) == NOT_FOUND


# --- constant numbers of queries -----------------------------------------------------------------


@pytest.fixture
def grow(db):
    """Makes more of everything: each call adds a table with entries, a project, a topic."""
    event = event_page()
    chapter = TopicFactory(title="Sprechstunde")
    owner = ProjectFactory(title="ThINKA Musterstadt")

    def add(number: int):
        for _ in range(number):
            table = table_page(event, title="Tisch")
            topics = [chapter, TopicFactory(parent=chapter)]
            for project in (owner, ProjectFactory()):
                LocationFactory(project=project)
                published_experience(project=project, table=table, topics=topics)
            published_outcome(table=table)
            news_page(project=owner)

    return add


@pytest.mark.parametrize(
    "path",
    ["", "leitfaden", "leitfaden/sprechstunde", "erfahrungen", "projekte", "veranstaltungen",
     "projekte/thinka-musterstadt", "aktuelles", "EVENT", "@navigation?expand.navigation.depth=3"],
)  # fmt: skip
def test_longer_lists_cost_no_more_queries(
    client, grow, path, django_assert_max_num_queries, django_assert_num_queries
):
    grow(1)
    if path == "EVENT":
        path = read(client, "/api/veranstaltungen")["items"][0]["@id"].partition("/api/")[2]
    address = f"/api/{path}{'&' if '?' in path else '?'}metadata_fields=_all&expand=breadcrumbs"
    read(client, address)  # content types and the site's root stay in memory from here on
    with django_assert_max_num_queries(16) as few:
        read(client, address)
    grow(4)
    with django_assert_num_queries(len(few)):
        read(client, address)


# --- the document --------------------------------------------------------------------------------
