"""Drafts in ``@search``: under which conditions, in which order, and what is answered of them."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.domain.circles import Circle
from cms.services.supplement import create_supplement
from search import service
from tests.factories.guide import (
    ExperienceFactory,
    TopicFactory,
    published_experience,
)
from tests.functional.api_client import read, send, signed_in, titles
from tests.functional.search.drafts import DRAFT, PATH, found, rewrite

pytestmark = pytest.mark.django_db

NOT_LIVE = "review_state:list=draft&review_state:list=in_review&review_state:list=returned"


def test_drafts_are_narrowed_by_what_they_say_themselves(feed, draft, editor, project, office):
    topic = TopicFactory(title="Beratung")
    published_experience(title="Fertig", project=project, topics=[topic])
    changed = published_experience(title="Alt", project=project, kind="good")
    rewrite(changed, office, title="Neu", kind="bad", date=datetime.date(2022, 1, 1))
    rewrite(draft, office, topics=[topic])
    feed()
    both, today = {draft.title, "Neu"}, timezone.localdate().isoformat()
    conditions = {
        "portal_type=Supplement": set(),
        "portal_type=News": set(),
        "art=schlecht": {"Neu"},
        "projekt=musterstadt": both,
        "Subject=Beratung": {draft.title},
        "date.query=2023-01-01&date.range=min": {draft.title},
        "jahr=2022": {"Neu"},
        "path.query=/projekte/musterstadt&path.depth=1": both,
        "path.query=/leitfaden/beratung": {draft.title},
        "path.query=/aktuelles": set(),
        f"UID=experience-{changed.pk}": {"Neu"},
        f"modified={today}": both,
        "modified.query=2020-01-01&modified.range=max": set(),
        # What was never published has no such day.
        f"created={today}": {"Neu"},
        "SearchableText=Dienstag": {draft.title},
        "SearchableText=Dienstag -Familien": set(),
    }
    assert {query: set(found(editor, f"{DRAFT}&{query}")) for query in conditions} == conditions
    assert set(found(editor, DRAFT, "/api/projekte/musterstadt/@search")) == both
    assert found(editor, DRAFT, f"/api/erfahrungen/{draft.slug}/@search") == [draft.title]


def test_drafts_come_in_the_order_that_is_asked_for(feed, project, editor, office):
    days = {"Zirkus": (1, 2022), "Äpfel": (3, 2021), "Garten": (2, 2023)}
    for title, (day, year) in days.items():
        entry = ExperienceFactory(title="x", project=project, kind="bad" if day == 3 else "good")
        rewrite(entry, office, title=title, date=datetime.date(year, 1, 1))
        entry.refresh_from_db()
        moment = datetime.datetime(2024, 1, day, tzinfo=datetime.UTC)
        type(entry.latest_revision).objects.filter(pk=entry.latest_revision_id).update(
            created_at=moment
        )
    feed()
    orders = {
        "": ["Äpfel", "Garten", "Zirkus"],
        "&sort_on=sortable_title": ["Äpfel", "Garten", "Zirkus"],
        "&sort_on=sortable_title&sort_order=descending": ["Zirkus", "Garten", "Äpfel"],
        "&sort_on=modified": ["Zirkus", "Garten", "Äpfel"],
        "&sort_on=date": ["Äpfel", "Zirkus", "Garten"],
        "&sort_on=portal_type&sort_on=date&sort_order=descending": ["Garten", "Zirkus", "Äpfel"],
    }
    assert {order: found(editor, DRAFT + order) for order in orders} == orders
    # What was written just now takes its place among them.
    rewrite(ExperienceFactory(title="x", project=project), editor, title="Fest")
    assert found(editor, f"{DRAFT}&sort_on=sortable_title") == ["Äpfel", "Fest", "Garten", "Zirkus"]
    assert found(editor, DRAFT) == ["Fest", "Äpfel", "Garten", "Zirkus"]


def test_what_was_just_written_over_the_api_is_found_before_the_feed_has_run(feed, editor):
    client = signed_in(editor)
    made = send(
        client, "POST", "/api/projekte/musterstadt",
        {"@type": "Experience", "title": "Neuer Waschsalon", "kind": "good"}, status=201,
    )  # fmt: skip
    for query in ("", "&SearchableText=Waschsalon", "&portal_type=Experience", "&art=gut"):
        [item] = read(client, f"{PATH}?{DRAFT}{query}")["items"]
        assert (item["@id"], item["review_state"]) == (made["@id"], "draft"), query
    for query in ("&SearchableText=Fest", "&art=schlecht", "&portal_type=News"):
        assert found(editor, DRAFT + query) == []
    feed()
    assert found(editor, f"{DRAFT}&SearchableText=Waschsalon") == ["Neuer Waschsalon"]


def test_items_tell_the_draft_and_whole_ones_are_its_address(feed, project, editor, office):
    old, new = TopicFactory(title="Alt"), TopicFactory(title="Neu")
    entry = published_experience(title="Ein Fest", project=project, topics=[old])
    rewrite(entry, office, title="Zwei Feste", body="<p>Im Hof.</p>", topics=[new])
    feed()
    client = signed_in(editor)
    query = f"{PATH}?{DRAFT}&SearchableText=Hof"
    [item] = read(client, f"{query}&metadata_fields=_all&highlights=1")["items"]
    assert (item["title"], item["description"]) == ("Zwei Feste", "Im Hof.")
    assert [topic["title"] for topic in item["topics"]] == ["Neu"]
    assert item["highlight"]["fragment"] == "Im <mark>Hof</mark>."
    whole = read(client, f"{query}&fullobjects=1")["items"]
    alone = read(client, f"/api/erfahrungen/{entry.slug}?version=draft")
    assert whole == [alone]
    names = ("@id", "title", "description", "review_state", "modified", "created", "UID")
    assert {name: item[name] for name in names} == {name: alone[name] for name in names}


def test_facets_are_refused_with_drafts_in_a_sentence(feed, draft, editor, project):
    wrong = read(signed_in(editor), f"{PATH}?{DRAFT}&facets=1", 400)
    assert wrong["errors"] == [
        {"field": "facets",
         "message": "Gezählt wird nur, was veröffentlicht ist: bitte ohne Entwürfe."}
    ]  # fmt: skip
    # Who sees no drafts asks for nothing but what is published.
    assert read(Client(), f"{PATH}?{DRAFT}&facets=1")["items"] == []


def test_query_strings_ask_for_states_too(feed, every_state, editor):
    feed()
    criteria = [
        {"i": "portal_type", "o": "selection.any", "v": ["Experience"]},
        {"i": "review_state", "o": "selection.any", "v": ["draft", "in_review"]},
    ]

    def asked(user, *more):
        client = signed_in(user) if user else Client()
        data = {"query": [*criteria, *more], "sort_on": "sortable_title"}
        return send(client, "POST", "/api/@querystring-search", data)

    answer = asked(editor)
    assert titles(answer) == ["Entwurf", "Geändert", "Prüfung"]
    assert answer["items_total"] == 3
    both = {"i": "review_state", "o": "selection.is", "v": "in_review"}
    assert titles(asked(editor, both)) == ["Prüfung"]
    assert asked(None)["items_total"] == 0
    states = read(signed_in(editor), "/api/@querystring")["indexes"]["review_state"]["values"]
    assert states["in_review"] == {"title": "in Prüfung"} and len(states) == 5
    assert read(Client(), "/api/@querystring")["indexes"]["review_state"]["values"].keys() == {
        "published"
    }


def test_the_answer_says_that_the_database_gave_it(feed, draft, editor):
    answer = read(signed_in(editor), f"{PATH}?{DRAFT}&SearchableText=Waschsalon")
    away = not service.status().available
    assert ("degraded" in answer) == away


def test_many_drafts_cost_as_many_queries_as_few(feed, project, editor, office):
    def more(number):
        for place in range(number):
            ExperienceFactory(title=f"Sprechstunde {place}", project=project, revision=office)
            changed = published_experience(project=project, title="Alt")
            rewrite(changed, office, title=f"Sprechstunde neu {place}")
            theirs = published_experience(Circle.PROJECTS)
            create_supplement(office, theirs, project, text="Auch eine Sprechstunde.")
        feed()

    def cost(query):
        client = signed_in(editor)
        with CaptureQueriesContext(connection) as queries:
            read(client, f"{PATH}?{NOT_LIVE}&metadata_fields=_all&{query}")
        return len(queries)

    more(1)
    together = "review_state=published&portal_type=Experience&sort_on=sortable_title"
    asked = ("", "SearchableText=Sprechstunde", together)
    for query in asked:
        cost(query)  # what is read once for a process
    before = {query: cost(query) for query in asked}
    more(5)
    assert {query: cost(query) for query in asked} == before
