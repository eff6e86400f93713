"""``@search`` by ``review_state``: drafts for their own people, in each engine and without one."""

import datetime
from functools import cache

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.domain.circles import Circle
from cms.models import Experience
from cms.permissions import roles
from cms.services.comment import add_comment
from cms.services.grant_role import grant_role, revoke_role
from cms.services.hand_over import hand_over
from cms.services.invite_to_comment import invite_to_comment
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from cms.services.supplement import create_supplement
from cms.services.trash import trash
from cms.services.withdraw import withdraw
from search import service
from search.engine import IndexName
from search.feed import drain
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    person,
    published_experience,
)
from tests.functional.api_client import NOT_FOUND, read, send, signed_in, titles
from tests.functional.search.engines import KINDS, open_engine

pytestmark = pytest.mark.django_db

PATH = "/api/@search"
DRAFT = "review_state=draft"
NOT_LIVE = "review_state:list=draft&review_state:list=in_review&review_state:list=returned"


@pytest.fixture(params=[*KINDS, "database"])
def feed(request, tmp_path, monkeypatch, engine_away):
    """Makes what was written findable; the last time there is no engine: the database answers."""
    if request.param == "database":
        engine_away()
        yield lambda: None
        return
    with open_engine(request.param, tmp_path) as engine:
        monkeypatch.setattr(service, "engine", cache(lambda: engine))

        def feed_all():
            drain(engine)
            for name in IndexName:
                engine.refresh(name)

        yield feed_all


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt", slug="musterstadt")


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project)


@pytest.fixture
def office():
    return person(roles.OFFICE)


@pytest.fixture
def draft(project):
    """Written by somebody else, so that only the index or the database brings it."""
    return ExperienceFactory(
        title="Sprechstunden im Waschsalon",
        body="<p>Jeden Dienstag kamen Familien.</p>",
        project=project,
        date=datetime.date(2024, 3, 5),
    )


def rewrite(entry, user=None, **fields):
    new = Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    new.save_revision(user=user)


def found(user, query: str = DRAFT, path: str = PATH) -> list[str]:
    answer = read(signed_in(user) if user else Client(), f"{path}?{query}")
    assert answer["items_total"] == len(answer["items"])
    return titles(answer)


# --- who finds what ------------------------------------------------------------------------------


def test_a_projects_people_and_the_office_find_its_drafts(feed, draft, project, office):
    feed()
    people = [office, *(person(role, project) for role in (roles.READER, roles.EDITOR, roles.LEAD))]
    for user in people:
        for query in ("", "&SearchableText=waschsalon", "&portal_type=Experience"):
            assert found(user, DRAFT + query) == [draft.title], query
        # What is published stays what is found unless somebody asks for drafts.
        assert draft.title not in found(user, "SearchableText=Waschsalon")


def test_nobody_else_finds_a_draft_or_learns_that_there_is_one(feed, draft, editor, office):
    published_experience(title="Ein Fest im Waschsalon")
    submit(draft, editor)
    partner = person(roles.PARTNER)
    invite_to_comment(draft, partner, by=office)
    feed()
    states = "".join(f"&review_state={state}" for state in ("draft", "in_review", "returned"))
    for stranger in (None, person(), partner, person(roles.LEAD, ProjectFactory())):
        for query in (states, f"{states}&SearchableText=Waschsalon", f"{states}&sort_on=modified"):
            assert found(stranger, query) == []
        everything = f"{states}&review_state=published&portal_type=Experience"
        assert found(stranger, everything) == ["Ein Fest im Waschsalon"]
        address = f"/api/erfahrungen/{draft.slug}/@search"
        assert read(signed_in(stranger) if stranger else Client(), address, 404) == NOT_FOUND


def test_who_stands_in_for_somebody_finds_them_until_the_group_is_left(feed, draft, project):
    user = person()
    group = Group.objects.create(name="Vertretung")
    group.user_set.add(user)
    grant_role(group, project, roles.EDITOR)
    feed()
    assert found(user) == [draft.title]
    group.user_set.remove(user)
    assert found(user) == []


def test_with_a_role_its_drafts_are_gone_at_once(feed, draft, project, editor):
    person(roles.LEAD, project)
    late = person()
    grant_role(late, project, roles.EDITOR, until=timezone.localdate())
    feed()
    assert found(editor) == found(late) == [draft.title]
    revoke_role(editor, project, roles.EDITOR)
    late.projectusergrant_set.update(until=timezone.localdate() - datetime.timedelta(days=1))
    # The index is not fed: it still holds what was.
    assert found(editor) == found(late) == []


def test_what_was_handed_over_or_thrown_away_is_not_even_counted(feed, draft, editor, office):
    heir = ProjectFactory()
    other = ExperienceFactory(title="Ein Fest", project=draft.project)
    feed()
    hand_over(draft, heir, office)
    trash(other, editor)
    assert found(editor) == found(editor, f"{DRAFT}&SearchableText=Waschsalon") == []
    feed()
    assert found(person(roles.READER, heir)) == [draft.title]


# --- which states --------------------------------------------------------------------------------


@pytest.fixture
def every_state(project, editor, office):
    """An entry of each state, its title named after it."""

    def entry(title):
        return ExperienceFactory(title=title, project=project, revision=office)

    entry("Entwurf")
    submit(entry("Prüfung"), editor)
    returned = entry("Zurück")
    submit(returned, editor)
    return_entry(Experience.objects.get(pk=returned.pk), office, "Bitte genauer.")
    rewrite(published_experience(title="Alte Fassung", project=project), office, title="Geändert")
    withdraw(published_experience(title="Zurückgezogen", project=project), office)
    published_experience(title="Fertig", project=project)


STATES = {
    "draft": {"Entwurf", "Geändert"},
    "in_review": {"Prüfung"},
    "returned": {"Zurück"},
    "withdrawn": {"Zurückgezogen"},
    "published": {"Alte Fassung", "Fertig"},
    "private": set(),
}


def test_each_state_finds_what_is_in_it_and_says_so(feed, every_state, editor):
    feed()
    client = signed_in(editor)
    for state, wanted in STATES.items():
        for name in (f"review_state={state}", f"review_state.query:list={state}"):
            items = read(client, f"{PATH}?{name}&portal_type=Experience")["items"]
            assert {(item["title"], item["review_state"]) for item in items} == {
                (title, state) for title in wanted
            }


def test_published_and_drafts_are_found_together_each_as_it_is(feed, every_state, editor):
    feed()
    together = "".join(f"review_state:list={state}&" for state in STATES)
    answer = read(signed_in(editor), f"{PATH}?{together}portal_type=Experience")
    everything = sorted(set().union(*STATES.values()))
    assert (sorted(titles(answer)), answer["items_total"]) == (everything, len(everything))
    # The published version and the draft beside it stand at one address.
    by_title = {item["title"]: item for item in answer["items"]}
    assert by_title["Alte Fassung"]["@id"] == by_title["Geändert"]["@id"]
    pages = [
        read(signed_in(editor), f"{PATH}?{together}portal_type=Experience&b_size=3&b_start={start}")
        for start in (0, 3, 6)
    ]
    assert [title for page in pages for title in titles(page)] == titles(answer)
    assert {page["items_total"] for page in pages} == {len(everything)}
    assert "b_start=3" in pages[0]["batching"]["next"]


def test_who_sees_only_the_published_version_is_never_told_the_new_title(feed, project, office):
    entry = published_experience(title="Ein Fest im Hof", project=project)
    rewrite(entry, office, title="Ein Streit im Hof", lesson="Geheimnis")
    feed()
    query = f"{DRAFT}&review_state=published&SearchableText=Hof&highlights=1&metadata_fields=_all"
    for stranger in (None, person(roles.PARTNER), person(roles.EDITOR, ProjectFactory())):
        response = (signed_in(stranger) if stranger else Client()).get(f"{PATH}?{query}")
        told = response.content.decode()
        assert response.json()["items_total"] == 1
        assert "Streit" not in told and "Geheimnis" not in told
        assert response.json()["items"][0]["review_state"] == "published"


def test_supplements_in_draft_are_found_comments_are_not(feed, editor, office, project):
    theirs = published_experience(Circle.PROJECTS, title="Sprechstunde in der Schule")
    supplement = create_supplement(office, theirs, project, text="Bei uns im Waschsalon auch.")
    add_comment(supplement, office, "Bitte den Waschsalon nennen.")
    feed()
    client = signed_in(editor)
    for query in (DRAFT, f"{DRAFT}&SearchableText=Waschsalon"):
        [item] = read(client, f"{PATH}?{query}&metadata_fields=_all")["items"]
        assert (item["@type"], item["title"]) == (
            "Supplement", "Ergänzung zu „Sprechstunde in der Schule“",
        )  # fmt: skip
        assert item["project"]["token"] == "musterstadt"
    assert found(person(roles.LEAD, theirs.project)) == []
    assert found(editor, DRAFT, f"/api/erfahrungen/{theirs.slug}/@search") == [item["title"]]
    withdraw(theirs, office)
    assert found(editor) == ["Ergänzung zu einer zurückgezogenen Erfahrung"]


# --- further conditions, orders, answers ---------------------------------------------------------


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


def test_what_is_published_is_a_draft_no_more(feed, draft, editor, office):
    feed()
    approve(draft, office, circle=Circle.PUBLIC)
    assert found(editor) == []
