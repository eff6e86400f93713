"""``@copy``, ``@move``, ``@aliases`` and ``@relations``."""

import json

import pytest

from cms.domain.circles import Circle
from cms.models import Argument, Experience
from cms.permissions import roles
from cms.services.grant_role import grant_role
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    published_supplement,
    table_page,
)
from tests.functional.api_client import read, signed_in

pytestmark = pytest.mark.django_db


def send(client, method: str, path: str, data=None):
    return client.generic(method, path, json.dumps(data or {}), content_type="application/json")


@pytest.fixture
def here():
    return ProjectFactory(title="Hier", slug="hier")


@pytest.fixture
def there():
    return ProjectFactory(title="Dort", slug="dort")


# --- @copy ---------------------------------------------------------------------------------------


def test_a_copy_is_a_draft_that_says_the_same(here, there):
    topic = TopicFactory()
    entry = published_experience(
        title="Tee kochen",
        kind="discussion",
        body="<p>Mit <b>Keksen</b>.</p>",
        project=there,
        topics=[topic],
        lesson="Früh anfangen.",
        arguments=[Argument(side="pro", text="Wärmt.")],
    )
    editor = signed_in(person(roles.EDITOR, here))
    answer = send(
        editor, "POST", "/api/projekte/hier/@copy", {"source": f"/erfahrungen/{entry.slug}"}
    )
    assert answer.status_code == 200
    (row,) = answer.json()
    assert row["source"] == f"http://testserver/api/erfahrungen/{entry.slug}"
    copied = read(editor, row["target"])
    assert copied["review_state"] == "draft"
    for name, value in {
        "title": "Tee kochen",
        "kind": "discussion",
        "lesson": "Früh anfangen.",
    }.items():
        assert copied[name] == value
    assert "<b>Keksen</b>" in copied["body"]["data"]
    assert copied["arguments"] == [{"side": "pro", "text": "Wärmt."}]
    assert [one["token"] for one in copied["topics"]] == [topic.slug]
    assert (copied["project"]["token"], copied["visibility"]) == ("hier", "projects")
    assert entry.project == there


def test_the_source_can_be_named_in_any_way_and_be_several(here):
    first, second = published_experience(), published_experience()
    editor = signed_in(person(roles.EDITOR, here))
    for source in (
        f"http://testserver/api/erfahrungen/{first.slug}",
        f"http://testserver/erfahrungen/{first.slug}/",
        f"/api/++api++/erfahrungen/{first.slug}",
        f"experience-{first.pk}",
        [f"experience-{first.pk}", f"/erfahrungen/{second.slug}"],
    ):
        answer = send(editor, "POST", "/api/projekte/hier/@copy", {"source": source})
        assert answer.status_code == 200, answer.content
        assert answer.json()[0]["source"].endswith(first.slug)
    assert len(answer.json()) == 2
    assert Experience.objects.filter(project=here).count() == 6


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 400),
        ({"source": 7}, 400),
        ({"source": []}, 400),
        ({"source": ["experience-1"] * 101}, 400),
        ({"source": "experience-999999"}, 422),
        ({"source": "https://anderswo.example/erfahrungen/x"}, 422),
        ({"source": "/leitfaden"}, 422),
        ({"source": "/projekte/dort"}, 422),
        ({"source": "a\ud800"}, 400),
    ],
)
def test_what_is_no_source_is_told(here, there, data, status):
    editor = signed_in(person(roles.EDITOR, here))
    answer = send(editor, "POST", "/api/projekte/hier/@copy", data)
    assert answer.status_code == status, answer.content
    assert not Experience.objects.filter(project=here).exists()


def test_nobody_copies_what_they_may_not_read_or_to_where_they_may_not_write(here, there, client):
    secret = published_experience(Circle.PROJECT, project=there)
    draft = ExperienceFactory(project=there)
    editor = signed_in(person(roles.EDITOR, here))
    for entry in (secret, draft):
        hidden = send(
            editor, "POST", "/api/projekte/hier/@copy", {"source": f"experience-{entry.pk}"}
        )
        assert hidden.status_code == 422
        nothing = send(editor, "POST", "/api/projekte/hier/@copy", {"source": "experience-999999"})
        assert hidden.json() == nothing.json()
    public = {"source": f"experience-{published_experience().pk}"}
    assert send(editor, "POST", "/api/projekte/dort/@copy", public).status_code == 403
    assert send(client, "POST", "/api/projekte/dort/@copy", public).status_code == 401
    assert send(editor, "POST", "/api/erfahrungen/@copy", public).status_code == 422
    assert send(editor, "POST", "/api/projekte/nichts/@copy", public).status_code == 404


def test_the_copy_of_a_draft_is_of_its_newest_version_and_stays_inside(here):
    entry = published_experience(Circle.PROJECT, title="Alt", project=here)
    entry.title = "Neu"
    entry.save_revision()
    editor = signed_in(person(roles.EDITOR, here))
    path = "/api/projekte/hier/@copy?version=draft"
    target = send(editor, "POST", path, {"source": f"experience-{entry.pk}"}).json()[0]["target"]
    copied = read(editor, target)
    assert copied["visibility"] == "project"
    assert copied["title"] in ("Alt", "Neu")


# --- @move ---------------------------------------------------------------------------------------


def test_a_hand_over_needs_the_right_on_both(here, there):
    entry = published_experience(project=there)
    wish = {"source": f"experience-{entry.pk}"}
    lead = person(roles.LEAD, here)
    refused = send(signed_in(lead), "POST", "/api/projekte/hier/@move", wish)
    assert refused.status_code == 403
    grant_role(lead, there, roles.EDITOR)
    assert send(signed_in(lead), "POST", "/api/projekte/hier/@move", wish).status_code == 403
    grant_role(lead, there, roles.LEAD)
    moved = send(signed_in(lead), "POST", "/api/projekte/hier/@move", wish)
    assert moved.status_code == 200
    address = f"http://testserver/api/erfahrungen/{entry.slug}"
    assert moved.json() == [{"source": address, "target": address}]
    entry.refresh_from_db()
    assert entry.project == here


def test_all_are_handed_over_or_none(here, there):
    mine, other = published_experience(project=there), published_experience()
    lead = person(roles.LEAD, here)
    grant_role(lead, there, roles.LEAD)
    wish = {"source": [f"experience-{mine.pk}", f"experience-{other.pk}"]}
    assert send(signed_in(lead), "POST", "/api/projekte/hier/@move", wish).status_code == 403
    mine.refresh_from_db()
    assert mine.project == there


def test_a_hand_over_leaves_the_draft_a_draft(here, there):
    entry = published_experience(title="Gilt", project=there)
    entry.title = "Entwurf"
    entry.save_revision()
    office = signed_in(person(roles.OFFICE))
    path = "/api/projekte/hier/@move"
    assert send(office, "POST", path, {"source": f"experience-{entry.pk}"}).status_code == 200
    entry.refresh_from_db()
    assert (entry.title, entry.project, entry.has_unpublished_changes) == ("Gilt", here, True)
    assert entry.get_latest_revision_as_object().project == here


# --- @aliases ------------------------------------------------------------------------------------


def test_other_addresses_of_entries_and_pages(client, django_capture_on_commit_callbacks):
    entry, news = published_experience(), news_page("Neues")
    office = signed_in(person(roles.OFFICE))
    path = f"/api/erfahrungen/{entry.slug}/@aliases"
    assert (
        send(office, "POST", path, {"items": [{"path": "/tee"}, {"path": "kekse/"}]}).status_code
        == 204
    )
    answer = read(office, path)
    assert [item["path"] for item in answer["items"]] == [f"/e/{entry.pk}", "/kekse", "/tee"]
    assert answer["items_total"] == 3
    assert client.get("/tee/").headers["Location"] == entry.get_absolute_url()
    assert send(office, "DELETE", path, {"items": [{"path": "/tee"}]}).status_code == 204
    assert client.get("/tee/").status_code == 404
    news.slug = "ganz-neues"
    with django_capture_on_commit_callbacks(execute=True):
        news.save_revision().publish()
    of_news = read(office, "/api/aktuelles/ganz-neues/@aliases")["items"]
    assert [(item["path"], item["manual"]) for item in of_news] == [("/aktuelles/neues", False)]
    everything = read(office, "/api/@aliases")
    targets = {item["path"]: item["redirect-to"] for item in everything["items"]}
    assert targets["/aktuelles/neues"] == "/aktuelles/ganz-neues/"
    assert targets["/kekse"] == entry.get_absolute_url()
    taken = send(office, "POST", "/api/aktuelles/ganz-neues/@aliases", {"items": ["/kekse"]})
    assert taken.status_code == 409


@pytest.mark.parametrize(
    ("items", "status"),
    [(None, 400), ({}, 400), ([7], 400), (["/"], 422), (["//boese.example/"], 422),
     (["https://boese.example/"], 422), (["/" + "x" * 300], 422)],
)  # fmt: skip
def test_what_is_no_path_is_refused(items, status):
    office = signed_in(person(roles.OFFICE))
    path = f"/api/erfahrungen/{published_experience().slug}/@aliases"
    assert send(office, "POST", path, {"items": items}).status_code == status


def test_addresses_of_several_things_at_once(client):
    entry, other = published_experience(), published_experience()
    office = signed_in(person(roles.OFFICE))
    wish = [
        {"path": "/tee", "redirect-to": f"/erfahrungen/{entry.slug}", "datetime": "2022-05-05"},
        {"path": "/kaffee", "redirect-to": f"experience-{other.pk}"},
    ]
    assert send(office, "POST", "/api/@aliases", {"items": wish}).status_code == 204
    assert client.get("/kaffee/").headers["Location"] == other.get_absolute_url()
    nowhere = [{"path": "/saft", "redirect-to": "/tee"}, {"path": "/x", "redirect-to": "/nichts"}]
    assert send(office, "POST", "/api/@aliases", {"items": nowhere}).status_code == 422
    assert read(office, "/api/@aliases")["items_total"] == 2
    assert send(office, "DELETE", "/api/@aliases", {"items": wish}).status_code == 204
    assert read(office, "/api/@aliases")["items"] == []
    for method in ("POST", "DELETE"):
        assert send(client, method, "/api/@aliases", {"items": wish}).status_code == 401
    assert send(office, "POST", "/api/@aliases", {"items": wish * 51}).status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [("query=TE", ["/tee"]), ("query=/erfahrungen/", ["/kekse", "/tee"]), ("manual=false", []),
     ("manual=true&b_size=1", ["/kekse"]), ("start=2020-01-01", ["/kekse", "/tee"]),
     ("end=2020-01-01T08:00:00", [])],
)  # fmt: skip
def test_aliases_can_be_chosen(query, found):
    entry, office = published_experience(), signed_in(person(roles.OFFICE))
    here = f"/api/erfahrungen/{entry.slug}/@aliases"
    send(office, "POST", here, {"items": ["/tee", "/kekse"]})
    for address in (here, "/api/@aliases"):
        listed = read(office, f"{address}?{query}")["items"]
        assert [item["path"] for item in listed] == found
        assert all(item["redirect-to"] == entry.get_absolute_url() for item in listed)


@pytest.mark.parametrize("query", ["manual=vielleicht", "start=gestern", "end=2026-99-99"])
def test_what_is_no_choice_is_told_by_name(query):
    answer = signed_in(person(roles.OFFICE)).get(f"/api/@aliases?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_aliases_are_the_offices(client):
    entry = published_experience()
    path = f"/api/erfahrungen/{entry.slug}/@aliases"
    lead = signed_in(person(roles.LEAD, entry.project))
    for method in ("GET", "POST", "DELETE"):
        assert send(lead, method, path, {"items": ["/x"]}).status_code == 403
        assert send(client, method, path, {"items": ["/x"]}).status_code == 401
    assert client.get("/api/@aliases").status_code == 401
    assert client.get("/api/leitfaden/@aliases").status_code == 401
    assert signed_in(person(roles.OFFICE)).get("/api/leitfaden/@aliases").status_code == 422


# --- @relations ----------------------------------------------------------------------------------


def test_relations_by_name_source_and_target(client):
    table = table_page(event_page())
    entry = published_experience(table=table)
    supplement = published_supplement(entry)
    old = ProjectFactory(end="2020-01-01", successor=entry.project)
    later = event_page("Später")
    published_outcome(table=table, state="deferred", deferred_to=later)
    assert read(client, "/api/@relations") == {
        "@id": "http://testserver/api/@relations",
        "broken": {},
        "stats": {"deferred_to": 1, "sources": 1, "successor": 1, "supplements": 1},
    }
    found = read(client, f"/api/@relations?target=experience-{entry.pk}")
    (added,) = found["relations"].values()
    assert (added["items_total"], added["readonly"]) == (1, True)
    (pair,) = added["items"]
    assert pair["source"]["UID"] == f"supplement-{supplement.pk}"
    assert pair["source"]["@id"].endswith(f"ergaenzung-{supplement.pk}")
    assert pair["target"]["title"] == entry.title
    found = read(client, f"/api/@relations?source=/erfahrungen/{entry.slug}&relation=sources")
    assert [pair["target"]["@type"] for pair in found["relations"]["sources"]["items"]] == ["Table"]
    found = read(client, f"/api/@relations?source=project-{old.pk}")
    assert found["relations"]["successor"]["items"][0]["target"]["title"] == entry.project.title
    found = read(client, f"/api/@relations?target=table-{table.pk}&max=1")
    assert found["relations"]["sources"]["items"][0]["source"]["title"] == entry.title


def test_relations_tell_nothing_that_is_hidden(client):
    entry = published_experience()
    published_supplement(entry, Circle.PROJECTS)
    steering = table_page(event_page(project=entry.project))
    unnamed = published_experience(attribution="anonymous", table=steering, project=entry.project)
    assert read(client, "/api/@relations")["stats"] == {}
    for query in (f"target=table-{steering.pk}", f"source=experience-{unnamed.pk}"):
        assert read(client, f"/api/@relations?{query}")["relations"] == {}
    hidden = published_experience(Circle.PROJECTS)
    assert client.get(f"/api/@relations?source=experience-{hidden.pk}").status_code == 422


@pytest.mark.parametrize("query", ["relation=alles", "max=0", "max=x", "relation=sources&max=999"])
def test_what_is_asked_wrongly_is_told(client, query):
    asked = query if "relation" in query else f"relation=sources&{query}"
    assert client.get(f"/api/@relations?{asked}").status_code == 400


def test_more_relations_cost_no_more_queries(client, django_assert_max_num_queries):
    table = table_page(event_page())

    def grow():
        published_supplement(published_experience(table=table))

    grow()
    address = "/api/@relations?relation=supplements"
    read(client, address)
    with django_assert_max_num_queries(60) as few:
        read(client, address)
    for _ in range(4):
        grow()
    with django_assert_max_num_queries(len(few)):
        assert read(client, address)["relations"]["supplements"]["items_total"] == 5
