"""Searching costs the same number of SQL queries, few hits or many, and asks only what it needs."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.domain.kinds import Kind
from cms.models import GuideSettings, Topic
from cms.permissions import roles
from tests.factories.guide import (
    InstitutionFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)

ADDRESSES = [
    "/suche/",
    "/suche/?q=Nachbarschaftsfest",
    "/suche/?q=Nachbarschaftsfest&seite=2",
    "/suche/?q=Nachbarschaft&thema=feste&projekt=musterberg&institution=schule&jahr=2013&art=gut",
    "/suche/?tisch=austausch/tisch",
    "/suche/vorschlag/?q=Nachbar",
    "/api/@search?SearchableText=Nachbarschaftsfest&b_size=100",
    "/api/@search?SearchableText=Nachbarschaftsfest&b_size=100&facets=1",
    "/api/@search?SearchableText=Nachbarschaftsfest&b_size=100&metadata_fields=_all",
    "/api/@search?SearchableText=Nachbarschaftsfest&thema=feste&b_size=100",
]


@pytest.fixture
def content(embedded_search):
    """One object of each type that search finds, indexed; returns what adds more of all."""
    project = ProjectFactory(title="Musterberg", slug="musterberg")
    topic = TopicFactory(title="Feste in der Nachbarschaft", slug="feste")
    school = InstitutionFactory(title="Schule", slug="schule")
    event = event_page("Austausch", slug="austausch")
    table = table_page(event, "Tisch", slug="tisch", topics=[topic])

    def add(number):
        for index in range(number):
            name = f"Nachbarschaftsfest {Topic.objects.count()} {index}"
            others = {"project": ProjectFactory(title=name), "table": table}
            tags = {"topics": [topic, TopicFactory(title=name)], "institutions": [school]}
            for kind in Kind:
                published_experience(title=name, kind=kind, **tags, **others)
            published_experience(title=name, attribution="anonymous", **tags, project=project)
            published_outcome(title=name, **others)
            news_page(name)
            table_page(event_page(name), name)
        embedded_search()

    add(1)
    return add


def keep_frames(settings) -> None:
    """Frames are kept as on a site; in a cache of its own, which no other test meets."""
    settings.GUIDE_FRAME_SECONDS = 60
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(uuid4())}}


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("signed_in", [False, True])
def test_many_hits_cost_no_more_queries_than_few(
    client, content, signed_in, django_assert_max_num_queries
):
    if signed_in:
        client.force_login(person(roles.OFFICE))
    client.get("/suche/")  # fills Wagtail's cache of site roots
    # There is no second page yet: it may cost what the first does.
    first_pages = {address: address.removesuffix("&seite=2") for address in ADDRESSES}
    few = {address: queries_of(client, first) for address, first in first_pages.items()}
    content(6)
    # A query for each type among the hits: a page of few of them may need fewer.
    for address, number in few.items():
        with django_assert_max_num_queries(number, info=address):
            assert client.get(address).status_code == 200


def test_a_search_for_experiences_asks_once_for_the_hits_and_once_for_the_names(
    client, embedded_search, settings
):
    keep_frames(settings)
    project = ProjectFactory()
    for _ in range(3):
        published_experience(
            title="Grillen im Hof", project=project, topics=[TopicFactory(title="Essen")]
        )
    embedded_search()
    client.get("/suche/?q=Grillen")
    assert queries_of(client, "/suche/?q=Grillen") == 2
    assert queries_of(client, "/api/@search?SearchableText=Grillen") == 1


def test_the_frame_of_the_pages_is_kept_for_a_moment_only(client, db, settings):
    def name_of(guide):
        return guide.programme_name in client.get("/suche/").content.decode()

    keep_frames(settings)
    guide = GuideSettings.for_request(client.get("/suche/").wsgi_request)
    assert name_of(guide)
    guide.programme_name = "Leitfaden der Nachbarschaften"
    guide.save()
    assert not name_of(guide)
    cache.clear()  # as after the seconds
    assert name_of(guide)
