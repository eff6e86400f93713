"""Suggestions while somebody types: what, in which order, for whom, without an engine."""

import pytest

from cms.domain.circles import Circle
from cms.domain.reader import ANONYMOUS
from cms.permissions import policies, roles
from cms.services.withdraw import withdraw
from search import service, suggest
from search.engine import EngineUnavailable
from tests.factories.guide import (
    ExperienceFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
    published_supplement,
)


@pytest.fixture
def guide(fed):
    weimar = ProjectFactory(title="Projekt am Park", slug="park", other_names="Parkviertel\nWest")
    LocationFactory(project=weimar, name="Stadtteilbüro West", city="Weimar", postcode="99427")
    LocationFactory(project=weimar, name="", city="Öhrdorf", postcode="99428")
    topic = TopicFactory(title="Öffentlichkeitsarbeit", slug="oeffentlichkeit")
    TopicFactory(title="Handzettel und Presse", parent=topic, slug="handzettel")
    published_experience(title="Handzettel in jedem Haus", project=weimar, topics=[topic])
    published_experience(title="Presse", body="<p>Der Handzettel kam besser an.</p>")
    published_experience(title="Jobcenter im Haus", topics=[topic])
    event_page("Haus der Begegnung", slug="haus")
    fed()
    return fed


def offered(text, reader=ANONYMOUS) -> list[tuple[str, str]]:
    return [(row.type, row.text) for row in suggest.suggest(text, reader)]


def texts(text, reader=ANONYMOUS) -> list[str]:
    return [row.text for row in suggest.suggest(text, reader)]


def test_topics_projects_places_and_entries_are_offered_by_groups(guide):
    rows = suggest.suggest("we", ANONYMOUS)
    assert [(row.group, row.text, row.url) for row in rows] == [
        ("Projekte", "Projekt am Park", "/projekte/park/"),
        ("Orte", "Weimar", "/?ort=Weimar#buero"),
        ("Orte", "Stadtteilbüro West", "/projekte/park/"),
    ]
    assert offered("öffentl") == [("Thema", "Öffentlichkeitsarbeit")]
    assert ("Veranstaltung", "Haus der Begegnung") in offered("Haus")


def test_words_come_in_any_order_spelling_and_with_a_typo(guide):
    wanted = "Handzettel in jedem Haus"
    for typed in (
        "Handzettel Haus",
        "haus handz",
        "jedem HANDZ",
        "Handzetel Haus",
        "Haus Handzettle",
        "Häuser Handzettel",
        "Handzettel im Ha",
    ):
        assert wanted in texts(typed), typed
    for typed in ("oehrd", "Öhrd", "ÖHRDORF", "99428", "Öhrdrof"):
        assert "Öhrdorf" in texts(typed), typed
    for typed in ("oeffentlichkeitsa", "Arbeit", "Öffentlichkeitsabreit "):
        assert "Öffentlichkeitsarbeit" in texts(typed), typed
    assert texts("Parkv") == ["Projekt am Park"]


def test_titles_come_before_bodies_and_nothing_twice(guide):
    for _ in range(3):
        published_experience(title="Handzettel zweimal")
    guide()
    entries = [text for kind, text in offered("Handzettel") if kind == "Erfahrung"]
    assert sorted(entries[:2]) == ["Handzettel in jedem Haus", "Handzettel zweimal"]
    assert entries[2:] == ["Presse"]


def test_any_text_is_only_text(guide, client):
    for typed in ("", " ", "h", "?", "\x00", "\ud800", "x" * 10_000, "a " * 500):
        assert suggest.suggest(typed, ANONYMOUS) == []
        quoted = {"q": typed.encode("utf-8", "replace")}
        assert client.get("/suche/vorschlag/", quoted).json() == {"suggestions": []}
        assert client.get("/api/@suggest", quoted).json()["suggestions"] == []


def test_a_supplement_of_an_unnamed_project_is_not_offered(guide):
    entry = published_experience(title="Ein Beet im Hof", attribution="anonymous")
    published_supplement(entry, project=entry.project, text="<p>Ein Beet</p>")
    guide()
    assert offered("Beet") == [("Erfahrung", "Ein Beet im Hof")]


def test_nobody_is_offered_what_is_not_meant_for_them(guide):
    project = ProjectFactory(title="Anderswo")
    topic = TopicFactory(title="Geheimthema")
    ExperienceFactory(title="Geheimentwurf", project=project).save_revision()
    inner = published_experience(
        Circle.PROJECT, title="Geheimrunde", project=project, topics=[topic]
    )
    guide()
    own, foreign = person(roles.EDITOR, project), person(roles.EDITOR, ProjectFactory())
    for user in (None, person(), foreign):
        assert texts("geheim", policies.reader_for(user)) == []
    seen = texts("geheim", policies.reader_for(own))
    assert seen == ["Geheimthema", "Geheimrunde"]
    withdraw(inner, person(roles.OFFICE))
    assert texts("geheim", policies.reader_for(own)) == []  # before the feed has run, too


def test_the_api_offers_the_same(guide, client):
    page = client.get("/suche/vorschlag/", {"q": "Handz"}).json()["suggestions"]
    answer = client.get("/api/@suggest", {"q": "Handz"}).json()
    assert answer["@id"] == "http://testserver/api/@suggest?q=Handz"
    assert page
    assert answer["suggestions"] == [
        {**row, "url": f"http://testserver{row['url']}"} for row in page
    ]


def test_while_the_engine_is_away_the_database_offers(guide, monkeypatch):
    def away(body, reader):
        raise EngineUnavailable("stopped")

    monkeypatch.setattr(service.engine(), "hits", away)
    assert offered("Handz") == [("Erfahrung", "Handzettel in jedem Haus")]
    assert texts("Weimar") == ["Projekt am Park", "Weimar", "Stadtteilbüro West"]
    assert texts("öffentlichkeit") == ["Öffentlichkeitsarbeit"]


def test_the_number_of_queries_does_not_grow_with_the_guide(guide, django_assert_max_num_queries):
    for number in range(8):
        topic = TopicFactory(title=f"Handarbeit {number}")
        project = ProjectFactory(title=f"Handwerk {number}")
        LocationFactory(project=project, city=f"Handstadt {number}")
        published_experience(title=f"Handball {number}", topics=[topic], project=project)
    guide()
    with django_assert_max_num_queries(14):
        assert len(texts("Hand")) == suggest.ROWS
