"""While the engine is away the database searches: plainer, but all types, and for nobody more."""

import pytest

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.kinds import Kind
from cms.domain.reader import ANONYMOUS
from cms.permissions import policies, roles
from search import fallback, service
from search.queries import SearchRequest, Sort
from search.suggest import suggest
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

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def away(db, engine_away):
    engine_away()


def found(text: str = "", reader=ANONYMOUS, **more) -> list[str]:
    """What is found, in its order."""
    results = service.search(SearchRequest(text=text, **more), reader)
    assert results.degraded
    assert results.total == len(results.objects)
    return [str(obj) for _hit, obj in results.objects]


def test_every_type_is_found():
    project = ProjectFactory(title="Projekt am Brunnen")
    event = event_page("Tag am Brunnen")
    published_experience(title="Fest am Brunnen", topics=[TopicFactory(title="Am Brunnen")])
    published_supplement(published_experience(), project=project, text="<p>Auch am Brunnen.</p>")
    published_outcome(title="Bank am Brunnen")
    table_page(event, "Tisch am Brunnen")
    news_page("Neues vom Brunnen")
    assert set(found("brunnen")) == {
        "Projekt am Brunnen",
        "Tag am Brunnen",
        "Fest am Brunnen",
        "Am Brunnen",
        "Ergänzung von Projekt am Brunnen",
        "Bank am Brunnen",
        "Tisch am Brunnen",
        "Neues vom Brunnen",
    }


@pytest.mark.parametrize(
    "text", ["ökologie", "ÖKOLOGIE", "Ökologie hof", "Was ist Ökologie im Hof?"]
)
def test_words_are_found_in_any_case_and_what_says_nothing_is_left_out(text):
    published_experience(title="Ökologie", body="<p>Beete im Hof</p>")
    assert found(text) == ["Ökologie"]


def test_every_word_must_stand_there():
    published_experience(title="Fest am Brunnen", lesson="Früh anfangen")
    published_experience(title="Fest im Hof")
    assert found("fest brunnen") == ["Fest am Brunnen"]
    assert found("brunnen anfangen") == ["Fest am Brunnen"]
    assert found("fest brunnen regen") == []


def test_titles_come_first_then_the_newest():
    for title, body in (("Im Hof", "Fest"), ("Fest im Hof", ""), ("Am Brunnen", "Fest")):
        published_experience(title=title, body=f"<p>{body}</p>")
    assert found("fest") == ["Fest im Hof", "Am Brunnen", "Im Hof"]
    assert found("fest", sort=Sort.OLDEST) == ["Im Hof", "Fest im Hof", "Am Brunnen"]


def test_nobody_finds_or_counts_what_is_not_for_them():
    for circle in Circle:
        published_experience(circle, title=f"Fest, {circle}")
    ExperienceFactory(title="Fest, Entwurf", visibility=Circle.PUBLIC.value)
    published_outcome(Circle.PROJECTS, title="Fest, Beschluss")
    published_supplement(published_experience(), Circle.PROJECTS, text="<p>Fest</p>")
    TopicFactory(title="Fest, Thema eines Entwurfs")
    assert found("fest") == [f"Fest, {Circle.PUBLIC}"]
    assert suggested("fest") == {f"Fest, {Circle.PUBLIC}"}
    partner = policies.reader_for(person(roles.PARTNER))
    assert len(found("fest", partner)) == 2


def test_filters_narrow():
    above = TopicFactory(title="Oben")
    below = TopicFactory(title="Unten", parent=above)
    project = ProjectFactory()
    own = {"project": project, "topics": [below], "kind": Kind.GOOD, "date": "2013-07-17"}
    published_experience(title="Fest", **own)
    published_experience(title="Fest ohne Namen", attribution="anonymous", **own)
    published_experience(title="Fest woanders", kind=Kind.BAD)
    assert set(found("fest", topic_ids=(above.pk,))) == {"Fest", "Fest ohne Namen"}
    assert found("fest", project_ids=(project.pk,)) == ["Fest"]
    assert found("fest", kinds=(Kind.BAD.value,)) == ["Fest woanders"]
    assert len(found("fest", years=(2013,))) == 2
    assert len(found("fest", first_year=2012, last_year=2014)) == 2
    assert found("fest", last_year=2012) == []
    assert found(topic_ids=(-1,)) == []


def test_without_words_the_newest_of_all_come_first():
    entries = [published_experience(title=f"Eintrag {number}") for number in range(3)]
    news = news_page("Meldung")
    results = service.search(SearchRequest(size=2), ANONYMOUS)
    assert [obj for _hit, obj in results.objects] == [news, entries[2]]
    results = service.search(SearchRequest(offset=2, size=2), ANONYMOUS)
    assert [obj for _hit, obj in results.objects] == [entries[1], entries[0]]
    assert results.total >= 4  # pages and projects are there, too


def test_chunk_after_chunk_is_looked_through_while_there_is_time(monkeypatch):
    entries = [published_experience(title=f"Fest {number}") for number in range(5)]
    monkeypatch.setattr(fallback, "CHUNK", 2)
    assert found("fest") == [str(entry) for entry in reversed(entries)]
    monkeypatch.setattr(fallback, "SECONDS", 0)
    assert 0 < len(found("fest")) < len(entries)


def suggested(text: str, reader=ANONYMOUS) -> set[str]:
    return {row.text for row in suggest(text, reader)}


def test_suggestions_have_the_words_in_their_titles():
    published_experience(title="Waschsalon", body="<p>Fest</p>")
    published_experience(title="Fest im Waschsalon")
    assert suggested("wasch") == {"Waschsalon", "Fest im Waschsalon"}
    assert suggested("fest wasch") == {"Fest im Waschsalon"}
    entries = (ObjectType.EXPERIENCE,)
    assert len(fallback.suggest("wasch", ANONYMOUS, 1, entries)) == 1


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "\x00", "\ud800", "a" * 5_000, "?" * 300])
def test_odd_input_is_only_text(text):
    published_experience(title="Fest")
    assert "Fest" not in found(text)
    assert suggested(text) == set()
