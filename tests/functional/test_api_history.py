"""``@history``: versions and transitions, one version, and back to it as a draft."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.domain.circles import Circle
from cms.domain.redaction import Wording
from cms.models import Experience
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.keep_text import keep_text
from cms.services.redact import redact
from cms.services.review import approve
from cms.services.submit import submit
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_supplement,
)
from tests.functional.api_client import NOT_FOUND, read, send, signed_in
from tests.functional.states import STATES, change, entry_in, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="redaktion")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="koordination")


def history_of(client, entry) -> list[dict]:
    return read(client, f"{path_of(entry)}/@history")


def versions_in(history: list[dict]) -> list[int]:
    return [item["version"] for item in history if item["type"] == "versioning"]


@pytest.fixture
def twice(project, editor, office):
    """Published twice for everybody, with a draft between, and a newer draft after it."""
    entry = create_experience(editor, project, "Erste Fassung", visibility="public")
    submit(entry, editor)
    approve(entry, office)
    for title in ("Nie gelesen", "Zweite Fassung"):
        change(Experience.objects.get(), editor, title=title, attribution="anonymous")
    approve(Experience.objects.get(), office, note="Besser so.")
    change(Experience.objects.get(), editor, title="Dritte Fassung")
    return Experience.objects.get()


# The list


def test_versions_and_transitions_stand_newest_first_in_plones_shape(twice, editor):
    told = history_of(signed_in(editor), twice)
    assert versions_in(told) == [3, 2, 1, 0]
    assert [item["action"] for item in told if item["type"] == "workflow"] == [
        *("publish", "publish", "submit", "Create"),
    ]
    times = [item["time"] for item in told]
    assert times == sorted(times, reverse=True)
    newest = told[0]
    assert newest | {"time": ""} == {
        "@id": f"http://testserver{path_of(twice)}/@history/3",
        "action": "Edited",
        "actor": {
            "@id": "http://testserver/api/@users/redaktion",
            "id": "redaktion",
            "fullname": "redaktion",
            "username": "redaktion",
        },
        "comments": "",
        "may_revert": True,
        "redacted": False,
        "time": "",
        "transition_title": "Bearbeitet",
        "type": "versioning",
        "version": 3,
    }
    published = next(item for item in told if item["action"] == "publish")
    assert published["actor"]["id"] == "koordination"
    assert (published["comments"], published["state_title"]) == ("Besser so.", "veröffentlicht")


def test_readers_know_the_published_versions_and_count_them_for_themselves(twice):
    for client in (Client(), signed_in(person(roles.PARTNER))):
        told = history_of(client, twice)
        assert versions_in(told) == [1, 0]
        assert {item["actor"]["id"] for item in told} == {None}
        assert not any(item.get("may_revert") for item in told)
        titles = [read(client, f"{path_of(twice)}/@history/{n}")["title"] for n in (0, 1)]
        assert titles == ["Erste Fassung", "Zweite Fassung"]
        for unknown in ("2", "3", "draft", "-1", "x", "99999999999999999999"):
            assert read(client, f"{path_of(twice)}/@history/{unknown}", 404) == NOT_FOUND


def test_an_older_version_names_nobody_who_is_not_named_today(twice):
    old = read(Client(), f"{path_of(twice)}/@history/0")
    assert (old["title"], old["project"], old["attribution"]) == (
        "Erste Fassung",
        None,
        "anonymous",
    )


def test_what_lies_before_a_withdrawal_is_not_read_any_more(twice, editor, office):
    withdraw(twice, office)
    assert Client().get(f"{path_of(twice)}/@history").status_code == 404
    approve(Experience.objects.get(), office)
    told = history_of(Client(), twice)
    assert versions_in(told) == [0]
    assert read(Client(), f"{path_of(twice)}/@history/0")["title"] == "Dritte Fassung"
    assert versions_in(history_of(signed_in(editor), twice)) == [3, 2, 1, 0]


def test_a_version_for_few_is_none_for_all(project, editor, office):
    entry = entry_in("published", project, editor, office)
    change(entry, editor, title="Jetzt für alle")
    approve(entry, office, circle=Circle.PUBLIC, confirm_wider=True)
    assert versions_in(history_of(Client(), entry)) == [0]
    assert read(Client(), f"{path_of(entry)}/@history/0")["title"] == "Jetzt für alle"
    inside = signed_in(person(roles.EDITOR, ProjectFactory()))
    assert versions_in(history_of(inside, entry)) == [1, 0]


@pytest.mark.parametrize("state", STATES)
def test_who_may_not_see_it_finds_no_history(state, project, editor, office):
    entry = entry_in(state, project, editor, office)
    strangers = [Client(), signed_in(person(roles.PARTNER))]
    if state in ("draft", "in_review", "returned", "withdrawn"):
        strangers.append(signed_in(person(roles.REVIEWER, ProjectFactory())))
    for client in strangers:
        for service in ("@history", "@history/0", "@diff", "@lock", "@workingcopy"):
            assert read(client, f"{path_of(entry)}/{service}", 404) == NOT_FOUND


def test_a_number_never_means_another_version_later(twice, editor):
    client = signed_in(editor)
    unsaved = twice.get_latest_revision_as_object()
    unsaved.title = "Nicht gespeichert"
    # Kept with a time before the newest version.
    keep_text(unsaved, editor, twice.latest_revision)
    titles = [read(client, f"{path_of(twice)}/@history/{n}")["title"] for n in range(5)]
    assert titles == [
        *("Erste Fassung", "Nie gelesen", "Zweite Fassung", "Dritte Fassung", "Nicht gespeichert"),
    ]


def test_a_redacted_version_stays_as_a_tombstone(twice, editor, office):
    change(twice, editor, body="<p>Frau Erdmuthe Beispielhaft kam.</p>")
    redact(Wording.from_lines("Erdmuthe Beispielhaft", whole_words=True), office, "Ein Name.")
    client = signed_in(editor)
    redacted = [item["version"] for item in history_of(client, twice) if item.get("redacted")]
    assert redacted == [4]
    assert "[entfernt]" in read(client, f"{path_of(twice)}/@history/4")["body"]["data"]


def test_the_real_client_asks_with_the_number_twice(twice, editor):
    version = read(signed_in(editor), f"/api/++api++/{path_of(twice)[5:]}/@history/0?version=0")
    assert (version["title"], version["version"]) == ("Erste Fassung", 0)
    assert version["@id"] == f"http://testserver{path_of(twice)}"


def test_supplements_and_pages_have_a_history_too(project, editor, office):
    supplement = published_supplement(published_experience(), project=project, text="<p>Ja.</p>")
    change(supplement, editor, text="<p>Ja, sehr.</p>")
    path = f"/api/erfahrungen/{supplement.experience.slug}/ergaenzung-{supplement.pk}/@history"
    assert versions_in(read(signed_in(editor), path)) == [1, 0]
    assert versions_in(read(Client(), path)) == [0]
    event = event_page("Treffen", slug="treffen")
    event.title = "Anderes Treffen"
    event.save_revision().publish()
    event.save_revision()
    path = "/api/veranstaltungen/treffen/@history"
    assert versions_in(read(signed_in(office), path)) == [2, 1, 0]
    assert read(signed_in(office), f"{path}/0")["title"] == "Treffen"
    # The public page of an event shows no earlier versions.
    assert versions_in(read(Client(), path)) == [0]
    assert read(Client(), f"{path}/0")["title"] == "Anderes Treffen"


def test_what_has_no_versions_has_an_empty_history(project):
    assert read(Client(), f"/api/projekte/{project.slug}/@history") == []
    assert read(Client(), f"/api/projekte/{project.slug}/@history/0", 404) == NOT_FOUND


# Back


def test_a_revert_is_a_draft_and_never_live(twice, editor):
    client = signed_in(editor)
    answered = send(client, "PATCH", f"{path_of(twice)}/@history", {"version": 0})
    assert answered == {
        "message": "„Erste Fassung“ hat wieder den Text der Fassung 0, als Entwurf."
    }
    assert read(Client(), path_of(twice))["title"] == "Zweite Fassung"
    assert read(client, f"{path_of(twice)}?version=draft")["title"] == "Erste Fassung"
    assert versions_in(history_of(client, twice)) == [4, 3, 2, 1, 0]


def test_a_revert_to_the_newest_version_changes_nothing(twice, editor):
    client = signed_in(editor)
    send(client, "PATCH", f"{path_of(twice)}/@history", {"version": 3})
    assert versions_in(history_of(client, twice)) == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (roles.READER, 403),
        (roles.EDITOR, 200),
        (roles.REVIEWER, 200),
        (roles.LEAD, 200),
        (roles.OFFICE, 200),
        (roles.PARTNER, 403),
    ],
)
def test_who_may_edit_may_revert(role, status, twice):
    client = signed_in(person(role, twice.project))
    send(client, "PATCH", f"{path_of(twice)}/@history", {"version": 0}, status=status)
    may = {item["may_revert"] for item in history_of(client, twice) if "may_revert" in item}
    assert may == {status == 200}


def test_strangers_revert_nothing(twice):
    other = signed_in(person(roles.REVIEWER, ProjectFactory()))
    send(other, "PATCH", f"{path_of(twice)}/@history", {"version": 0}, status=403)
    send(Client(), "PATCH", f"{path_of(twice)}/@history", {"version": 0}, status=401)
    assert twice.revisions.count() == 4


def test_in_review_only_who_reviews_reverts(twice, editor, office):
    submit(twice, editor)
    client, address = signed_in(editor), f"{path_of(twice)}/@history"
    assert send(client, "PATCH", address, {"version": 0}, status=423)["type"] == "Locked"
    assert not any(item.get("may_revert") for item in history_of(client, twice))
    send(signed_in(office), "PATCH", address, {"version": 0})


@pytest.mark.parametrize("version", [None, "0", -1, 4, 10**30, True, 1.5, [0]])
def test_only_a_version_s_number_names_a_version(version, twice, editor):
    address = f"{path_of(twice)}/@history"
    refused = send(signed_in(editor), "PATCH", address, {"version": version}, status=422)
    assert refused["errors"][0]["field"] == "version"


def test_a_revert_asks_for_the_version_that_was_read(twice, editor):
    client, address = signed_in(editor), f"{path_of(twice)}/@history"
    tag = client.get(address)["ETag"]
    change(twice, editor, title="Vierte Fassung")
    send(client, "PATCH", address, {"version": 0}, headers={"If-Match": tag}, status=412)
    tag = client.get(address)["ETag"]
    send(client, "PATCH", address, {"version": 0}, headers={"If-Match": tag})


def test_a_version_with_a_topic_that_is_gone_comes_back_without_it(project, editor):
    topic = TopicFactory()
    entry = create_experience(editor, project, "Mit Thema")
    draft = entry.get_latest_revision_as_object()
    draft.topics.set([topic])
    draft.save_revision(user=editor)
    change(entry, editor, title="Ohne Thema")
    topic.delete()
    client = signed_in(editor)
    send(client, "PATCH", f"{path_of(entry)}/@history", {"version": 1})
    entry.refresh_from_db()
    assert read(client, f"{path_of(entry)}?version=draft")["topics"] == []


def test_news_are_reverted_by_their_project(project):
    news = news_page("Meldung", slug="meldung", project=project)
    news.title = "Neue Meldung"
    news.save_revision().publish()
    client = signed_in(person(roles.EDITOR, project))
    send(client, "PATCH", "/api/aktuelles/meldung/@history", {"version": 0})
    assert read(Client(), "/api/aktuelles/meldung")["title"] == "Neue Meldung"
    assert read(client, "/api/aktuelles/meldung?version=draft")["title"] == "Meldung"


# Speed


def test_the_number_of_queries_is_constant(project, editor, office):
    entry = entry_in("published", project, editor, office)
    counts = []
    client = signed_in(editor)
    for times in (1, 5):
        for number in range(times):
            change(entry, editor, title=f"Fassung {times} {number}")
        history_of(client, entry)
        with CaptureQueriesContext(connection) as queries:
            history_of(client, entry)
        counts.append(len(queries))
    assert counts[0] == counts[1]
