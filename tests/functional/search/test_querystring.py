"""Plone's query strings over the API: what they find, and what is refused with a sentence."""

import datetime
import json

import pytest
from django.utils import timezone

from cms.domain.circles import Circle
from cms.models import Experience, Publication
from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    InstitutionFactory,
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
from tests.functional.api_client import read, signed_in, titles

pytestmark = pytest.mark.django_db

PREFIX = "plone.app.querystring.operation."
PATH = "/api/@querystring-search"
ANY = "selection.any"


def ask(client, *criteria, status: int = 200, path: str = PATH, **more) -> dict:
    query = [{"i": i, "o": f"{PREFIX}{o}", "v": v} for i, o, v in criteria]
    response = client.post(path, json.dumps({"query": query, **more}), "application/json")
    assert response.status_code == status, response.content.decode()
    return response.json()


@pytest.fixture(params=["embedded", "database"])
def searched(request, embedded_search, engine_away):
    """Feeds what is written; the second time the database answers instead of the engine."""

    def feed():
        embedded_search()
        if request.param == "database":
            engine_away()

    return feed


@pytest.fixture
def guide(searched):
    """A few entries of two projects in two topics."""
    project = ProjectFactory(title="ThINKA Musterstadt")
    topic = TopicFactory(title="Sprechstunde", parent=TopicFactory(title="Arbeitsweise"))
    entry = published_experience(
        title="Sprechstunde im Waschsalon", project=project, topics=[topic],
        date=datetime.date(2021, 11, 11),
    )  # fmt: skip
    entry.institutions.set([InstitutionFactory(title="Jobcenter")])
    entry.save()
    published_experience(
        title="Flugblätter im Waschsalon", kind="bad", date=datetime.date(2022, 1, 1),
        attribution="anonymous", project=project,
    )  # fmt: skip
    published_experience(Circle.PROJECTS, title="Nur für Projekte", topics=[topic])
    event = event_page("3. Erfahrungsaustausch", slug="austausch")
    table_page(event, "Tisch eins", slug="tisch-1")
    news_page("Neues Büro", project=project)
    searched()
    return project


def test_conditions_narrow_each_other(client, guide):
    text = ("SearchableText", "string.contains", "Waschsalon")
    assert set(titles(ask(client, text))) == {
        "Sprechstunde im Waschsalon", "Flugblätter im Waschsalon",
    }  # fmt: skip
    assert titles(ask(client, text, ("kind", ANY, ["bad"]))) == ["Flugblätter im Waschsalon"]
    both = [("portal_type", ANY, ["Experience", "News"]), ("portal_type", ANY, ["News"])]
    assert titles(ask(client, *both)) == ["Neues Büro"]
    neither = [("portal_type", ANY, ["Experience"]), ("portal_type", ANY, ["News"])]
    assert ask(client, *neither)["items_total"] == 0
    assert titles(ask(client, ("institutions", ANY, ["jobcenter"]))) == [
        "Sprechstunde im Waschsalon"
    ]
    for state, total in (("published", 1), ("private", 0)):
        answer = ask(client, ("kind", ANY, ["bad"]), ("review_state", ANY, [state]))
        assert answer["items_total"] == total


def test_what_names_nothing_finds_nothing(client, guide):
    for index, value in (
        ("portal_type", ["Folder"]), ("kind", ["gut"]), ("Subject", ["Gibt es nicht"]),
        ("project", ["gibt-es-nicht"]), ("verdicts", ["?"]),
    ):  # fmt: skip
        answer = ask(client, (index, ANY, value))
        assert (answer["items"], answer["items_total"]) == ([], 0), index


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/leitfaden/arbeitsweise", {"Sprechstunde im Waschsalon", "Sprechstunde", "Arbeitsweise"}),
     ("/projekte/thinka-musterstadt", {"Sprechstunde im Waschsalon", "Neues Büro",
                                       "ThINKA Musterstadt"}),
     ("/aktuelles", {"Neues Büro"}), ("/gibt/es/nicht", set()), ("/leitfaden/gibt-es-nicht", set()),
     ("/veranstaltungen/austausch/tisch-1", {"Tisch eins"})],
)  # fmt: skip
def test_a_path_is_what_its_folder_holds_and_below(client, guide, path, expected):
    found = titles(ask(client, ("path", "string.absolutePath", path)))
    # The database, which answers when the engine is away, knows fewer things by their topic.
    assert set(found) <= expected
    assert {title for title in expected if "Waschsalon" in title} <= set(found)


def test_relative_paths_begin_where_it_is_asked(client, guide):
    relative = ("path", "string.relativePath", "../aktuelles")
    assert titles(ask(client, relative, path="/api/leitfaden/@querystring-search")) == [
        "Neues Büro"
    ]
    assert ask(client, ("path", "string.relativePath", "../../../.."))["items_total"] > 3


def test_a_topic_is_named_by_token_or_title(client, guide):
    for index, value in (("Subject", "Sprechstunde"), ("topics", "sprechstunde")):
        found = ask(client, (index, ANY, [value]), ("portal_type", ANY, ["Experience"]))
        assert titles(found) == ["Sprechstunde im Waschsalon"]


DAY = datetime.date(2021, 11, 11)


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [("date.largerThan", "2021-11-11", True), ("date.largerThan", "2021-11-12", False),
     ("date.lessThan", "2021/11/11 00:00", True), ("date.lessThan", "2021-11-10", False),
     ("date.between", ["2021-11-01", "2021-11-30T23:59:59"], True),
     ("date.between", ["2021-11-12", "2021-11-30"], False), ("date.beforeToday", None, True),
     ("date.today", None, False), ("date.afterToday", "", False),
     ("date.largerThanRelativeDate", "7", False), ("date.lessThanRelativeDate", 7, False)],
)  # fmt: skip
def test_days_of_an_entry_are_counted_whole(client, searched, operation, value, expected):
    published_experience(title="Damals", date=DAY)
    published_experience(title="Ohne Datum")
    Experience.objects.filter(title="Ohne Datum").update(date=None)
    searched()
    found = titles(ask(client, ("date", operation, value), ("portal_type", ANY, ["Experience"])))
    assert ("Damals" in found) == expected


def test_the_day_of_publication_is_the_calendars(client, searched):
    late = published_experience(title="Kurz vor Mitternacht", date=DAY)
    # 23:30 in Berlin, still the day before in UTC.
    moment = datetime.datetime(2024, 5, 1, 22, 30, tzinfo=datetime.UTC)
    Experience.objects.filter(pk=late.pk).update(first_published_at=moment)
    Publication.objects.of(late).update(published_at=moment)
    searched()
    for day, expected in (("2024-05-01", 0), ("2024-05-02", 1), ("2024-05-03", 0)):
        between = ("effective", "date.between", [day, day])
        assert ask(client, between)["items_total"] == expected, day
    today = timezone.localdate().isoformat()
    assert ask(client, ("created", "date.largerThan", today))["items_total"] == 0


def test_items_are_sorted_and_batched(client, guide):
    text = ("SearchableText", "string.contains", "Waschsalon")
    newest = ["Flugblätter im Waschsalon", "Sprechstunde im Waschsalon"]
    answer = ask(client, text, sort_on="effective", sort_order="descending")
    assert titles(answer) == newest
    assert titles(ask(client, text, sort_on="date")) == newest[::-1]
    assert titles(ask(client, text, sort_on="date", sort_order="reverse", b_size=1)) == newest[:1]
    page = ask(client, text, sort_on="date", sort_order="reverse", b_size="1", b_start="1")
    assert (titles(page), page["items_total"]) == (newest[1:], 2)
    following = ask(
        client, text, sort_on="date", sort_order="reverse", b_size=1, path=f"{PATH}?b_start=1"
    )
    assert titles(following) == newest[1:]
    assert "prev" in following["batching"]
    limited = ask(client, text, sort_on="date", sort_order="reverse", limit=1)
    assert (titles(limited), limited["items_total"]) == (newest[:1], 1)
    assert ask(client, text, limit=1, b_start=1)["items"] == []
    full = ask(client, text, fullobjects=True)["items"][0]
    assert full == client.get(full["@id"]).json()
    assert ask(client, text, metadata_fields=["kind"])["items"][0]["kind"]


def test_get_asks_the_same(client, guide):
    asked = {"query": [{"i": "portal_type", "o": f"{PREFIX}{ANY}", "v": ["News"]}], "b_size": 5}
    answer = client.get(PATH, {"query": json.dumps(asked)})
    assert titles(answer.json()) == ["Neues Büro"]
    for wrong in ("{", "[]", "5", ""):
        refused = client.get(PATH, {"query": wrong})
        assert (refused.status_code, refused.json()["type"]) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("role", "expected"), [(None, 0), (roles.PARTNER, 0), (roles.READER, 1), (roles.OFFICE, 1)]
)
def test_everybody_finds_what_they_may_see(guide, role, expected):
    ExperienceFactory(title="Nur für Projekte: ein Entwurf", project=guide)
    client = signed_in(person(role, guide) if role else person())
    found = ask(client, ("SearchableText", "string.contains", "Projekte"),
                ("portal_type", ANY, ["Experience"]))  # fmt: skip
    assert titles(found) == ["Nur für Projekte"] * expected


def test_a_hidden_topic_and_an_unnamed_project_are_not_found_out(client, guide, searched):
    hidden = TopicFactory(title="Geheimes Kapitel")
    published_experience(Circle.PROJECTS, title="Innen", topics=[hidden])
    searched()
    assert ask(client, ("Subject", ANY, ["Geheimes Kapitel"]))["items_total"] == 0
    path = ("path", "string.absolutePath", "/leitfaden/geheimes-kapitel")
    assert ask(client, path)["items_total"] == 0
    assert ask(signed_in(person(roles.READER, guide)), path)["items_total"] >= 1
    found = titles(ask(client, ("project", ANY, [guide.slug])))
    assert "Flugblätter im Waschsalon" not in found


@pytest.mark.parametrize(
    ("criterion", "message"),
    [(("Creator", "string.is", "x"), "Diesen Index gibt es nicht: Creator."),
     (("kind", "string.contains", "x"), "Diese Operation gibt es hier nicht"),
     (("kind", "selection.none", ["x"]), "Diese Operation gibt es hier nicht"),
     (("kind", ANY, 5), "Bitte einen Text oder eine Liste von Texten angeben."),
     (("SearchableText", "string.contains", ["x"]), "Bitte einen Text angeben."),
     (("date", "date.largerThan", "gestern"), "Bitte einen Tag angeben, etwa 2026-03-02."),
     (("date", "date.between", "2021-11-11"), "Bitte zwei Tage angeben."),
     (("date", "date.largerThanRelativeDate", "-1"), "Bitte eine Zahl von Tagen angeben"),
     (("path", "string.absolutePath", "/leitfaden::x"), "Bitte die Tiefe als Zahl ab 0 angeben.")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_a_sentence(client, criterion, message):
    answer = ask(client, criterion, status=400)
    [error] = answer["errors"]
    assert error["field"] == "query[0]"
    assert error["message"].startswith(message)


@pytest.mark.parametrize(
    ("data", "field"),
    [({}, "query"), ({"query": []}, "query"), ({"query": {}}, "query"),
     ({"query": [1]}, "query[0]"),
     ({"query": [{"i": "kind"}]}, "query[0]"),
     ({"query": [{"i": "kind", "o": ANY, "v": ["bad"]}], "sort_on": "Creator"}, "sort_on"),
     ({"query": [{"i": "kind", "o": ANY, "v": ["bad"]}], "sort_order": "up"}, "sort_order"),
     ({"query": [{"i": "kind", "o": ANY, "v": ["bad"]}], "b_size": "viele"}, "b_size"),
     ({"query": [{"i": "kind", "o": ANY, "v": ["bad"]}], "limit": -1}, "limit"),
     ({"query": [{"i": "topics", "o": ANY, "v": ["x"]}], "metadata_fields": 1}, "metadata_fields")],
)  # fmt: skip
def test_the_rest_of_the_request_is_looked_at_too(client, data, field):
    response = client.post(PATH, json.dumps(data), "application/json")
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_other_things_are_found_by_their_type(client, guide, searched):
    published_outcome(title="Wir legen Karten aus")
    entry = published_experience(title="Mit Ergänzung")
    published_supplement(entry, text="<p>Bei uns auch.</p>", verdict="proven")
    searched()
    assert titles(ask(client, ("portal_type", ANY, ["Outcome"]))) == ["Wir legen Karten aus"]
    assert titles(ask(client, ("portal_type", "string.is", "Event"))) == ["3. Erfahrungsaustausch"]
    found = read(client, f"{PATH}?query=" + json.dumps(
        {"query": [{"i": "verdicts", "o": ANY, "v": ["proven"]}]}
    ))  # fmt: skip
    assert "Mit Ergänzung" in titles(found)
