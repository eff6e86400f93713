"""Every list costs the same number of SQL queries, few rows or many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.domain.kinds import Kind, OutcomeKind
from cms.models import Argument, ExperienceSource
from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    InstitutionFactory,
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

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/?ort=99423",
    "/leitfaden/",
    "/leitfaden/kapitel/",
    "/leitfaden/kapitel/?alles",
    "/erfahrungen/",
    "/erfahrungen/?art=gut&thema=kapitel",
    "/projekte/",
    "/projekte/musterberg/",
    "/veranstaltungen/",
    "/veranstaltungen/austausch/",
    "/veranstaltungen/austausch/tisch/",
    "/aktuelles/",
    "/erfahrungen/die-erste/",
]


@pytest.fixture
def content():
    """A guide in which everything is there once or twice; returns what adds much more."""
    project = ProjectFactory(title="Musterberg", slug="musterberg")
    topic = TopicFactory(title="Kapitel", slug="kapitel")
    event = event_page("Austausch", slug="austausch", host_project=project)
    table = table_page(event, title="Tisch", slug="tisch", topics=[topic])
    first = published_experience(title="Die erste", project=project, topics=[topic], table=table)

    def add(number):
        for index in range(number):
            other = ProjectFactory()
            LocationFactory(project=other, postcode=f"99{index:03}")
            below = TopicFactory(parent=topic)
            next_table = table_page(event, title=f"Tisch {index}")
            for kind in Kind:
                published_experience(
                    kind=kind,
                    project=project,
                    topics=[topic, below],
                    table=table,
                    institutions=[InstitutionFactory()],
                    arguments=[Argument(side="pro", text="Dafür")],
                )
            published_experience(project=other, topics=[below], table=next_table)
            for kind in OutcomeKind:
                published_outcome(kind=kind, project=other, table=table)
                published_outcome(kind=kind, project=other, event=event)
            news_page(f"Meldung {index}", project=project)
            event_page(f"Treffen {index}", project=project)
            first.topics.add(below)
            first.save()
            ExperienceSource.objects.create(
                experience=first, table=next_table, text="x", import_key=below.slug
            )

    add(2)
    return add


def queries_of(client, address) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("signed_in", [False, True])
def test_many_rows_cost_no_more_queries_than_few(
    client, content, signed_in, django_assert_num_queries
):
    if signed_in:
        client.force_login(person(roles.OFFICE))
    for address in ADDRESSES:
        client.get(address)  # fills Wagtail's cache of site roots and Django's content types
    few = {address: queries_of(client, address) for address in ADDRESSES}
    content(6)
    for address, number in few.items():
        with django_assert_num_queries(number, info=address):
            assert client.get(address).status_code == 200
    assert max(few.values()) < 40


def test_the_internal_area_costs_the_same_for_many_drafts(client, django_assert_num_queries):
    project = ProjectFactory()
    user = person(roles.EDITOR, project)
    client.force_login(user)
    for _ in range(2):
        ExperienceFactory(project=project, revision=user)
        published_experience(project=project)
        published_outcome(project=project)
    client.get("/intern/")
    few = queries_of(client, "/intern/")
    for _ in range(8):
        ExperienceFactory(project=project, revision=user)
        published_experience(project=project)
        published_outcome(project=project)
    with django_assert_num_queries(few):
        assert client.get("/intern/").status_code == 200
