"""A topic shows to readers only with something for them in it; live pages have a history."""

import pytest

from cms.domain.circles import Circle
from cms.domain.reader import ANONYMOUS
from cms.models import NewsPage, Publication
from cms.permissions import policies, roles
from cms.published import topic_nodes, topic_tree
from search import drift, service
from search.engine import IndexName
from search.queries import SearchRequest
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    """A topic as an import makes one: there are drafts in it, and no more."""
    topic = TopicFactory(title="Wohnungslosigkeit", slug="wohnungslosigkeit")
    ExperienceFactory(topics=[topic])
    table_page(event_page(live=False), live=False, topics=[topic])
    return topic


def shown(client) -> list[bool]:
    """On each page and API answer: is the topic there?"""
    lists = ("/", "/leitfaden/", "/erfahrungen/", "/api/leitfaden", "/api/@navigation?depth=3")
    named = ["ohnungslosigkeit" in client.get(path).content.decode() for path in lists]
    own = ("/leitfaden/wohnungslosigkeit/", "/api/leitfaden/wohnungslosigkeit")
    return named + [client.get(path).status_code == 200 for path in own]


def test_a_topic_with_drafts_only_is_shown_to_the_office_alone(client, topic):
    assert not any(shown(client))
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    assert not any(shown(client))
    client.force_login(person(roles.OFFICE))
    assert all(shown(client))


def test_a_topic_is_shown_with_those_above_once_something_in_it_is(client, topic):
    below = TopicFactory(parent=topic)
    published_experience(Circle.PROJECTS, topics=[below])
    assert not any(shown(client))
    published_experience(topics=[below])
    assert all(shown(client))


def test_a_live_table_shows_its_topic(client, topic):
    table_page(event_page(), topics=[topic])
    assert all(shown(client))


def test_an_entry_with_a_topic_and_the_one_above_counts_once():
    above = TopicFactory()
    below = TopicFactory(parent=above)
    lowest = TopicFactory(parent=below)
    published_experience(topics=[above, below, lowest])
    published_experience(topics=[below])
    nodes = topic_nodes(topic_tree(ANONYMOUS))
    assert [nodes[topic.pk].count for topic in (above, below, lowest)] == [2, 2, 1]


def test_the_public_index_has_a_topic_only_while_something_in_it_is_public(embedded_search, topic):
    def keys():
        embedded_search()
        found = service.engine().stored(IndexName.PUBLIC)
        return {one.key for one in found if one.key.startswith("topic")}

    assert keys() == set()
    entry = published_experience(topics=[topic])
    assert keys() == {f"topic:{topic.pk}:live"}
    entry.unpublish()
    assert keys() == set()
    found = service.search(SearchRequest(text="Wohnungslosigkeit"), ANONYMOUS).objects
    assert [obj for _hit, obj in found if obj == topic] == []
    office = policies.reader_for(person(roles.OFFICE))
    found = service.search(SearchRequest(text="Wohnungslosigkeit"), office).objects
    assert topic in [obj for _hit, obj in found]


def test_a_live_copy_of_a_page_has_a_history(client):
    page = news_page("Meldung")
    copy = page.copy(update_attrs={"slug": "kopie", "title": "Kopie"}, user=person(roles.OFFICE))
    copy = NewsPage.objects.get(pk=copy.pk)
    assert copy.live
    publication = Publication.objects.of(copy).get()
    assert publication.withdrawn_at is None and publication.revision_id == copy.live_revision_id
    assert Publication.objects.of(page).count() == 1


def test_a_copy_that_is_not_live_has_none():
    copy = news_page("Meldung").copy(update_attrs={"slug": "kopie"}, keep_live=False)
    assert not Publication.objects.of(copy).exists()


@pytest.mark.parametrize("role", [roles.EDITOR, roles.PARTNER])
def test_no_search_tells_the_name_of_a_topic_of_others(client, embedded_search, topic, role):
    published_experience(Circle.PROJECT, topics=[topic])
    embedded_search()
    client.force_login(person(role, ProjectFactory()))
    for asked in ("q=wohnungslosigkeit&seite=2", "q=wohnungs&seite=2", "typ=thema", "q=x"):
        answer = client.get(f"/suche/?{asked}&thema=wohnungslosigkeit")
        assert "wohnungslosigkeit" in answer.context["unknown"]
        assert "Wohnungslosigkeit" not in client.get(f"/suche/?{asked}").content.decode()
        assert "Wohnungslosigkeit" not in answer.content.decode()
    api = client.get("/api/@search?SearchableText=wohnungslosigkeit&facets=1&b_start=25").json()
    assert api["items_total"] == 0
    client.force_login(person(roles.OFFICE))
    assert client.get("/suche/?q=wohnungslosigkeit&typ=thema").context["total"] == 1


def test_a_topic_is_found_in_the_circle_of_what_is_in_it(embedded_search, topic):
    def found(role) -> bool:
        embedded_search()
        reader = policies.reader_for(person(role, ProjectFactory()))
        objects = service.search(SearchRequest(text="Wohnungslosigkeit"), reader).objects
        return topic in [obj for _hit, obj in objects]

    published_experience(Circle.PROJECTS, topics=[topic])
    assert found(roles.EDITOR) and not found(roles.PARTNER)
    entry = published_experience(Circle.NETWORK, topics=[topic])
    assert found(roles.EDITOR) and found(roles.PARTNER)
    entry.unpublish()
    assert found(roles.EDITOR) and not found(roles.PARTNER)


def test_tables_that_come_and_go_take_the_topics_of_their_entries_along(embedded_search, topic):
    def is_clean() -> bool:
        embedded_search()
        return all(one.is_clean for one in drift.find(service.engine()))

    hidden = event_page(live=False)
    table = table_page(event_page(), live=False)
    published_experience(topics=[topic], table=table)
    assert is_clean()
    table.save_revision().publish()
    assert is_clean()
    table.refresh_from_db()
    hidden.refresh_from_db()
    table.move(hidden, pos="last-child")
    assert is_clean()
