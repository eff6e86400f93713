"""Phrases, exclusions and fields typed into the search, on the page, over the API, and reduced."""

import pytest

from search import fallback, service
from search.engine import EngineUnavailable
from tests.factories.guide import ProjectFactory, published_experience

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(embedded_search):
    north = ProjectFactory(title="Nordviertel", slug="nordviertel")
    south = ProjectFactory(title="Südviertel", slug="suedviertel")
    made = {
        "fest": published_experience(title="Fest am See", kind="good", project=north),
        "see": published_experience(title="Am See das Fest", kind="bad", project=south),
        "regen": published_experience(title="Fest im Regen", kind="good", project=south),
    }
    embedded_search()
    return made


WANTED = [
    ('"Fest am See"', {"fest"}),
    ("Fest -Regen", {"fest", "see"}),
    ("Fest projekt:Nordviertel", {"fest"}),
    ("Fest projekt:südviertel", {"see", "regen"}),
    ("Fest art:gut -Regen", {"fest"}),
    ("art:schlecht", {"see"}),
    ("Fest jahr:1901", set()),
    ("Fest projekt:gibtesnicht", {"fest", "see", "regen"}),
    ("Fest farbe:rot", {"fest", "see", "regen"}),
]


@pytest.mark.parametrize(("text", "wanted"), WANTED)
def test_on_the_page_and_over_the_api(client, entries, text, wanted):
    page = client.get("/suche/", {"q": text}).content.decode()
    page = page.partition('class="search__near"')[0]  # what is near is no hit
    answer = client.get("/api/@search", {"SearchableText": text}).json()
    listed = {item["@id"].rpartition("/")[2] for item in answer["items"]}
    for name, entry in entries.items():
        assert (f'href="{entry.get_absolute_url()}"' in page) is (name in wanted)
        assert (entry.slug in listed) is (name in wanted)


def test_a_field_becomes_a_choice_that_can_be_taken_back(client, entries):
    page = client.get("/suche/", {"q": "Fest projekt:nordviertel"}).content.decode()
    assert 'value="Fest"' in page
    assert 'href="?q=Fest"' in page


def test_phrases_and_exclusions_hold_while_the_engine_is_away(client, entries, monkeypatch):
    def away(*_args, **_more):
        raise EngineUnavailable("away")

    monkeypatch.setattr(service, "ask", away)
    monkeypatch.setattr(fallback, "SECONDS", 30)
    for text, wanted in WANTED[:3]:
        page = client.get("/suche/", {"q": text}).content.decode()
        found = {name for name, one in entries.items() if one.get_absolute_url() in page}
        assert found == wanted
