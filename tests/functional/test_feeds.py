"""Atom and JSON feeds: what is new and public, under names that last."""

import datetime

import pytest
from django.utils import timezone
from lxml import etree

from cms.domain.circles import Circle
from cms.models import Experience
from cms.permissions import roles
from cms.services.hand_over import hand_over
from cms.services.withdraw import withdraw
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
from tests.functional.api_client import signed_in

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def json_feed(client, path="neu") -> dict:
    response = client.get(f"/feeds/{path}.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    return response.json()


def titles(client, path="neu") -> list[str]:
    return [item["title"] for item in json_feed(client, path)["items"]]


def atom(client, path="neu"):
    response = client.get(f"/feeds/{path}.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def test_both_formats_tell_the_same(client):
    project = ProjectFactory(title="ThINKA Musterstadt")
    topic = TopicFactory(title="Ansprache")
    entry = published_experience(
        title="Tee & <Kaffee>",
        body="<p>Mit <b>Keksen</b> &lt;b&gt;.</p>",
        project=project,
        topics=[topic],
    )
    day = entry.first_published_at.date().isoformat()
    feed = json_feed(client)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/feeds/neu.json"
    assert feed["home_page_url"] == "http://testserver/leitfaden/"
    (item,) = feed["items"]
    assert item == {
        "id": f"tag:testserver,{day}:experience/{entry.pk}",
        "url": f"http://testserver/erfahrungen/{entry.slug}/",
        "title": "Tee & <Kaffee>",
        "content_text": "Mit Keksen <b>.",
        "date_published": item["date_published"],
        "date_modified": item["date_modified"],
        "authors": [
            {
                "name": "ThINKA Musterstadt",
                "url": "http://testserver/projekte/thinka-musterstadt/",
            }
        ],
        "tags": ["Ansprache"],
    }
    assert datetime.datetime.fromisoformat(item["date_published"]) == _cut(entry.first_published_at)
    root = atom(client)
    (found,) = root.findall("a:entry", ATOM)
    assert found.findtext("a:id", namespaces=ATOM) == item["id"]
    assert found.findtext("a:title", namespaces=ATOM) == item["title"]
    assert found.findtext("a:summary", namespaces=ATOM) == "<p>Mit Keksen &lt;b&gt;.</p>"
    assert found.findtext("a:author/a:name", namespaces=ATOM) == "ThINKA Musterstadt"
    assert found.find("a:category", ATOM).get("term") == "Ansprache"
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links["self"] == "http://testserver/feeds/neu.atom"


def _cut(moment):
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_only_what_everybody_may_read_whoever_asks(client):
    for circle in (Circle.PROJECT, Circle.PROJECTS, Circle.NETWORK):
        published_experience(circle, title=circle.value)
    ExperienceFactory(title="Entwurf")
    hidden = table_page(event_page(live=False))
    published_experience(title="Tisch fehlt", table=hidden)
    published_experience(title="Öffentlich")
    assert titles(client) == titles(signed_in(person(roles.OFFICE))) == ["Öffentlich"]


def test_a_draft_of_something_published_changes_nothing(client):
    entry = published_experience(title="Alter Titel")
    before = client.get("/feeds/neu.atom").content
    entry.title = "Neuer Titel"
    entry.save_revision()
    assert client.get("/feeds/neu.atom").content == before


def test_an_item_keeps_its_id_and_tells_when_it_changed(client):
    office, other = person(roles.OFFICE), ProjectFactory(title="Anderes Projekt")
    entry = published_experience(title="Früher")
    Experience.objects.filter(pk=entry.pk).update(
        first_published_at=timezone.now() - datetime.timedelta(days=9)
    )
    entry.refresh_from_db()
    (before,) = json_feed(client)["items"]
    entry.title = "Später"
    entry.save_revision().publish()
    hand_over(entry, other, office)
    (after,) = json_feed(client)["items"]
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert (after["title"], after["authors"][0]["name"]) == ("Später", "Anderes Projekt")
    assert after["date_modified"] > before["date_modified"]
    assert before["date_modified"] > before["date_published"]


def test_the_newest_comes_first_with_news_among_entries(client):
    published_experience(title="Eins")
    news_page("Zwei", teaser="Ab Mai.", body="<p>Montags.</p>")
    published_experience(title="Drei")
    items = json_feed(client)["items"]
    assert [item["title"] for item in items] == ["Drei", "Zwei", "Eins"]
    assert items[1]["content_text"] == "Ab Mai.\n\nMontags."


def test_who_wants_to_be_ein_projekt_is_named_nowhere(client):
    project = ProjectFactory(title="Musterprojekt", slug="musterprojekt")
    published_experience(title="Ungenannt", project=project, attribution="anonymous")
    published_experience(title="Genannt", project=project)
    assert titles(client, "projekt/musterprojekt") == ["Genannt"]
    unnamed = json_feed(client)["items"][1]
    assert unnamed["authors"] == [{"name": "ein Projekt"}]
    assert b"musterprojekt" not in client.get("/feeds/neu.atom").content.split(b"Ungenannt")[1]


def test_a_topic_has_what_stands_below_it_and_no_name_of_a_hidden_one(client):
    topic = TopicFactory(title="Menschen")
    published_experience(title="Unten", topics=[TopicFactory(title="Ansprache", parent=topic)])
    published_experience(title="Anderswo", topics=[TopicFactory(title="Räume")])
    published_experience(Circle.PROJECTS, topics=[TopicFactory(title="Geheim")])
    assert titles(client, "thema/menschen") == ["Unten"]
    for path in ("thema/geheim.atom", "thema/nichts.json", "projekt/nichts.atom", "neu.rss"):
        assert client.get(f"/feeds/{path}").status_code == 404


@pytest.mark.parametrize("name", ["neu.atom", "neu.json"])
def test_who_has_it_already_gets_304_until_something_is_withdrawn(client, name):
    entry = published_experience()
    first = client.get(f"/feeds/{name}")
    assert first["Cache-Control"] == "public, no-cache"
    etag = first["ETag"]
    assert client.get(f"/feeds/{name}", HTTP_IF_NONE_MATCH=etag).status_code == 304
    since = client.get(f"/feeds/{name}", HTTP_IF_MODIFIED_SINCE="Fri, 01 Jan 2100 00:00:00 GMT")
    assert since.status_code == 200
    withdraw(entry, person(roles.OFFICE))
    gone = client.get(f"/feeds/{name}", HTTP_IF_NONE_MATCH=etag)
    assert gone.status_code == 200
    assert entry.title not in gone.content.decode()
    assert client.get(f"/feeds/{name}")["ETag"] == gone["ETag"]  # an empty feed is stable, too


def test_more_items_cost_no_more_queries(client, django_assert_max_num_queries):
    topic = TopicFactory(title="Ansprache")

    def grow():
        published_experience(topics=[topic, TopicFactory()])
        news_page(project=ProjectFactory())

    grow()
    client.get("/feeds/neu.json")
    with django_assert_max_num_queries(50) as few:
        client.get("/feeds/neu.json")
    for _ in range(5):
        grow()
    with django_assert_max_num_queries(len(few)):
        client.get("/feeds/neu.json")
    for _ in range(50):
        published_experience()
    assert len(titles(client)) == 50


def test_pages_tell_readers_of_feeds(client):
    topic = TopicFactory(title="Ansprache")
    entry = published_experience(topics=[topic])
    whole = (
        '<link rel="alternate" type="application/atom+xml" title="Neu im Leitfaden"'
        ' href="/feeds/neu.atom">'
    )
    assert whole in client.get("/").content.decode()
    chapter = client.get("/leitfaden/ansprache/").content.decode()
    assert whole in chapter
    assert (
        'type="application/feed+json" title="Neu: Ansprache" href="/feeds/thema/ansprache.json"'
        in chapter
    )
    assert (
        f'href="/feeds/projekt/{entry.project.slug}.atom"'
        in client.get(entry.project.get_absolute_url()).content.decode()
    )
