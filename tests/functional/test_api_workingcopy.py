"""``@workingcopy``: a draft beside what is published, until it is handed in or thrown away."""

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from cms.domain.kinds import State
from cms.models import Experience, IndexJob
from cms.permissions import roles
from cms.services.review import return_entry
from cms.services.submit import submit
from cms.services.working_copy import DISCARD_ACTION
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    news_page,
    person,
    published_experience,
)
from tests.functional.api_client import NOT_FOUND, read, send, signed_in
from tests.functional.states import change, path_of

pytestmark = pytest.mark.django_db

NONE = {"working_copy": None, "working_copy_of": None}


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="redaktion")


@pytest.fixture
def entry(project):
    return published_experience(project=project, title="Sprechstunde")


@pytest.fixture
def address(entry):
    return f"{path_of(entry)}/@workingcopy"


def test_it_is_begun_told_of_and_handed_in(entry, address, editor):
    client = signed_in(editor)
    assert read(client, address) == NONE
    response = client.post(address, content_type="application/x-www-form-urlencoded")
    draft = f"http://testserver{path_of(entry)}?version=draft"
    assert (response.status_code, response.json()) == (201, {"@id": draft})
    assert response["Location"] == f"http://testserver{path_of(entry)}"
    told = read(client, address)
    assert told["working_copy_of"] is None
    assert told["working_copy"] | {"created": ""} == {
        "@id": draft,
        "title": "Sprechstunde",
        "created": "",
        "creator_name": "redaktion",
        "creator_url": "http://testserver/api/@users/redaktion",
    }
    of = read(client, f"{address}?version=draft")
    assert (of["working_copy"], of["working_copy_of"]["@id"]) == (None, draft.partition("?")[0])
    assert read(client, draft)["title"] == "Sprechstunde"
    assert send(client, "PATCH", address, status=204) is None
    assert Experience.objects.get().state is State.IN_REVIEW
    assert read(Client(), path_of(entry))["review_state"] == "published"


def test_there_is_one_at_a_time(entry, address, editor):
    send(signed_in(editor), "POST", address, status=201)
    assert send(signed_in(editor), "POST", address, status=409)["type"] == "Conflict"
    assert entry.revisions.count() == 3


def test_thrown_away_it_stays_in_the_history_and_nothing_else(entry, address, editor):
    change(entry, editor, title="Nicht gut")
    client = signed_in(editor)
    IndexJob.objects.all().delete()
    send(client, "DELETE", address, status=204)
    row = Experience.objects.get()
    assert (row.has_unpublished_changes, row.latest_revision_id) == (False, row.live_revision_id)
    assert read(client, address) == NONE
    assert read(client, f"{path_of(entry)}?version=draft")["title"] == "Sprechstunde"
    assert read(client, f"{path_of(entry)}/@history/2")["title"] == "Nicht gut"
    assert ModelLogEntry.objects.get(action=DISCARD_ACTION).user == editor
    assert IndexJob.objects.exists()  # the draft is found no more
    send(client, "DELETE", address, status=422)
    # The next one begins with what is read.
    send(client, "POST", address, status=201)
    assert read(client, f"{path_of(entry)}?version=draft")["title"] == "Sprechstunde"


def test_a_return_ends_with_it(entry, address, editor):
    change(entry, editor, title="Nicht gut")
    submit(entry, editor)
    client = signed_in(editor)
    send(client, "DELETE", address, status=423)
    return_entry(entry, person(roles.OFFICE), "Das war besser vorher.")
    send(client, "DELETE", address, status=204)
    assert Experience.objects.get().state is State.PUBLISHED
    assert read(client, f"{path_of(entry)}/@workflow")["state"]["id"] == "published"


def test_what_is_not_published_has_none(project, editor):
    address = f"{path_of(ExperienceFactory(project=project))}/@workingcopy"
    client = signed_in(editor)
    assert read(client, address) == NONE
    send(client, "POST", address, status=422)
    send(client, "DELETE", address, status=422)


def test_strangers_learn_nothing_and_change_nothing(entry, address, editor):
    change(entry, editor, title="Noch geheim")
    for client in (
        Client(),
        signed_in(person(roles.PARTNER)),
        signed_in(person(roles.EDITOR, ProjectFactory())),
    ):
        assert read(client, address) == NONE
        assert read(client, f"{address}?version=draft") == NONE
        status = 403 if "sessionid" in client.cookies else 401
        for method in ("POST", "PATCH", "DELETE"):
            send(client, method, address, status=status)
    reader = signed_in(person(roles.READER, entry.project))
    assert read(reader, address)["working_copy"]["title"] == "Noch geheim"
    for method in ("POST", "PATCH", "DELETE"):
        send(reader, method, address, status=403)
    row = Experience.objects.get()
    assert (row.title, row.has_unpublished_changes) == ("Sprechstunde", True)


def test_it_asks_for_the_version_that_was_read(entry, address, editor):
    client = signed_in(editor)
    tag = client.get(address)["ETag"]
    change(entry, editor, title="Neuer")
    send(client, "DELETE", address, headers={"If-Match": tag}, status=412)
    tag = client.get(address)["ETag"]
    send(client, "DELETE", address, headers={"If-Match": tag}, status=204)


def test_a_page_s_is_published_by_who_may(project, editor):
    news_page("Meldung", slug="meldung", project=project)
    address, client = "/api/aktuelles/meldung/@workingcopy", signed_in(editor)
    send(client, "POST", address, status=201)
    assert read(client, address)["working_copy"]["title"] == "Meldung"
    send(client, "PATCH", address, status=403)
    send(signed_in(person(roles.REVIEWER, project)), "PATCH", address, status=204)
    assert read(client, address) == NONE
    send(client, "POST", address, status=201)
    send(client, "DELETE", address, status=204)
    assert read(client, address) == NONE


def test_what_has_no_versions_has_none(project, editor):
    address = f"/api/projekte/{project.slug}/@workingcopy"
    assert read(signed_in(editor), address) == NONE
    assert send(signed_in(editor), "POST", address, status=404) == NOT_FOUND
