"""A search below an address of the guide: ``/api/projekte/weimar/@search``."""

import pytest

from cms.domain.circles import Circle
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    published_experience,
    published_outcome,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, titles

WORD = "Waschsalon"
AT_THE_TABLE, ELSEWHERE = f"Beratung im {WORD}", f"Fest im {WORD}"
NEWS, OUTCOME = f"Neuer {WORD}", f"Aushang im {WORD}"

#: Address -> what is found there.
FOUND = {
    "": [AT_THE_TABLE, ELSEWHERE, NEWS, OUTCOME],
    "erfahrungen": [AT_THE_TABLE, ELSEWHERE],
    "projekte": [AT_THE_TABLE, ELSEWHERE],
    "projekte/hier": [AT_THE_TABLE],
    "projekte/dort": [ELSEWHERE, NEWS],
    "leitfaden": [AT_THE_TABLE, ELSEWHERE],
    "leitfaden/beratung": [AT_THE_TABLE],
    "veranstaltungen": [OUTCOME],
    "veranstaltungen/austausch": [AT_THE_TABLE],
    "veranstaltungen/austausch/tisch-1": [AT_THE_TABLE, OUTCOME],
    "aktuelles": [NEWS],
}


@pytest.fixture
def guide(embedded_search):
    """Two entries of two projects, one of them of a table and a topic; an outcome; news."""
    here, there = (ProjectFactory(title=name, slug=name.lower()) for name in ("Hier", "Dort"))
    table = table_page(event_page("Austausch", slug="austausch"), "Tisch 1", number=1)
    topic = TopicFactory(title="Beratung")
    published_experience(title=AT_THE_TABLE, project=here, table=table, topics=[topic])
    published_experience(title=ELSEWHERE, project=there)
    published_outcome(title=OUTCOME, table=table)
    news_page(NEWS, project=there, teaser="Wir ziehen um.")
    embedded_search()


def test_what_stands_there_is_found(guide, client):
    found = {
        path: titles(read(client, f"/api/++api++/{path}/@search?SearchableText={WORD}"))
        for path in FOUND
    }
    assert {path: sorted(names) for path, names in found.items()} == {
        path: sorted(names) for path, names in FOUND.items()
    }


def test_other_filters_narrow_it_further(guide, client):
    address = f"/api/projekte/hier/@search?SearchableText={WORD}"
    assert titles(read(client, f"{address}&portal_type:list=Experience")) == [AT_THE_TABLE]
    assert titles(read(client, f"{address}&portal_type=News")) == []
    assert titles(read(client, f"{address}&projekt=dort")) == []


def test_below_what_is_not_there_nothing_is_answered(guide, client):
    for path in ("projekte/nirgends", "leitfaden/nichts", "unbekannt", "e/1"):
        assert read(client, f"/api/{path}/@search", status=404) == NOT_FOUND


def test_a_topic_that_the_reader_may_not_see_is_not_there(guide, client, embedded_search):
    hidden = TopicFactory(title="Verborgen")
    published_experience(Circle.PROJECTS, title=f"Intern im {WORD}", topics=[hidden])
    assert read(client, "/api/leitfaden/verborgen/@search", status=404) == NOT_FOUND
