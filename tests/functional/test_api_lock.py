"""``@lock``: while somebody writes, the others wait, but never for ever."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.domain.errors import LockedError
from cms.models import EditLock, Experience
from cms.permissions import roles
from cms.services.locks import refuse_if_locked
from cms.services.review import approve
from cms.services.submit import submit
from cms.services.trash import trash
from tests.factories.guide import ProjectFactory, news_page, person, published_experience
from tests.functional.api_client import NOT_FOUND, read, send, signed_in
from tests.functional.states import path_of

pytestmark = pytest.mark.django_db

FREE = {"locked": False, "stealable": True}


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="redaktion", first_name="Eva", last_name="Muster")


@pytest.fixture
def colleague(project):
    return person(roles.EDITOR, project, username="kollege")


@pytest.fixture
def address(draft):
    return f"{path_of(draft)}/@lock"


def test_a_lock_says_who_holds_it_and_how_long(draft, address, editor, colleague):
    client, other = signed_in(editor), signed_in(colleague)
    assert read(client, address) == FREE
    made = send(client, "POST", address)
    created = datetime.datetime.fromisoformat(made["created"])
    assert made == {
        "locked": True,
        "stealable": True,
        "name": "edit",
        "creator": "redaktion",
        "creator_name": "Eva Muster",
        "creator_url": "http://testserver/api/@users/redaktion",
        "created": made["created"],
        "time": made["time"],
        "timeout": 600,
        "token": made["token"],
    }
    assert int(made["time"]) == int(created.timestamp())
    assert read(client, address) == made
    seen = read(other, address)
    # The token is its holder's.
    assert "token" not in seen
    assert seen["message"].startswith("Hier schreibt gerade Eva Muster; spätestens um ")
    assert read(other, path_of(draft))["lock"] == seen
    assert send(client, "DELETE", address) == FREE
    assert read(other, address) == FREE


def test_another_person_waits_and_is_told_for_whom(address, editor, colleague):
    send(signed_in(editor), "POST", address)
    other = signed_in(colleague)
    refused = send(other, "POST", address, status=423)
    assert (refused["type"], "Eva Muster" in refused["message"]) == ("Locked", True)
    refused = send(other, "DELETE", address, status=423)
    assert EditLock.objects.count() == 1


def test_it_ends_by_itself(draft, address, editor, colleague):
    send(signed_in(editor), "POST", address, {"timeout": 60})
    EditLock.objects.update(expires_at=timezone.now())
    other = signed_in(colleague)
    assert read(other, address) == FREE
    assert send(other, "POST", address)["creator"] == "kollege"
    assert EditLock.objects.count() == 1


def test_its_holder_keeps_it_longer(address, editor):
    client = signed_in(editor)
    made = send(client, "POST", address, {"timeout": 60})
    EditLock.objects.update(created_at=timezone.now() - datetime.timedelta(seconds=50))
    kept = send(client, "PATCH", address, {"timeout": 900})
    assert (kept["token"], kept["timeout"]) == (made["token"], 900)
    assert EditLock.objects.get().expires_at > timezone.now() + datetime.timedelta(seconds=800)


@pytest.mark.parametrize(("asked", "given"), [(0, 10), (-5, 10), (10**9, 3600), (77, 77)])
def test_nobody_locks_for_ever(asked, given, address, editor):
    assert send(signed_in(editor), "POST", address, {"timeout": asked})["timeout"] == given


@pytest.mark.parametrize(
    "data", [{"timeout": "60"}, {"timeout": True}, {"timeout": 1.5}, {"stealable": "ja"}]
)
def test_what_makes_no_sense_is_told_by_field(data, address, editor):
    refused = send(signed_in(editor), "POST", address, data, status=422)
    assert refused["errors"][0]["field"] in data
    assert not EditLock.objects.exists()


def test_a_stealable_lock_can_be_ended_by_who_may_edit(address, editor, colleague):
    send(signed_in(editor), "POST", address)
    assert send(signed_in(colleague), "DELETE", address, {"force": True}) == FREE


@pytest.mark.parametrize("role", [roles.REVIEWER, roles.OFFICE])
def test_any_lock_can_be_ended_by_who_reviews(role, project, address, editor, colleague):
    send(signed_in(editor), "POST", address, {"stealable": False})
    assert read(signed_in(colleague), address)["stealable"] is False
    send(signed_in(colleague), "DELETE", address, {"force": True}, status=403)
    reviewer = signed_in(person(role, project))
    assert read(reviewer, address)["stealable"] is True
    assert send(reviewer, "DELETE", address, {"force": True}) == FREE


@pytest.mark.parametrize(
    ("role", "status"), [(roles.READER, 403), (roles.LEAD, 200), (roles.PARTNER, 404), (None, 404)]
)
def test_who_may_edit_may_lock(role, status, project, address):
    send(signed_in(person(role, project)), "POST", address, status=status)
    send(Client(), "POST", address, status=404)


def test_others_do_not_learn_that_somebody_writes(project, editor):
    entry = published_experience(project=project)
    address = f"{path_of(entry)}/@lock"
    send(signed_in(editor), "POST", address)
    never = {"locked": False, "stealable": False}
    for client in (
        Client(),
        signed_in(person(roles.PARTNER)),
        signed_in(person(roles.READER, project)),
        signed_in(person(roles.EDITOR, ProjectFactory())),
    ):
        assert read(client, address) == never
        assert read(client, path_of(entry))["lock"] == never
        status = 403 if "sessionid" in client.cookies else 401
        send(client, "POST", address, status=status)
        send(client, "DELETE", address, {"force": True}, status=status)


def test_the_others_do_not_write_hand_in_or_throw_away(draft, address, editor, colleague):
    send(signed_in(editor), "POST", address)
    refuse_if_locked(draft, editor)
    for refused in (refuse_if_locked, submit, trash):
        with pytest.raises(LockedError):
            refused(draft, colleague)
    writing = {"title": "Überschrieben"}
    refused = send(signed_in(colleague), "PATCH", path_of(draft), writing, status=423)
    assert "Eva Muster" in refused["message"]
    send(signed_in(colleague), "DELETE", path_of(draft), status=423)
    revert = f"{path_of(draft)}/@history"
    send(signed_in(colleague), "PATCH", revert, {"version": 0}, status=423)


def test_its_holder_writes_with_its_token(draft, address, editor, colleague):
    client, here = signed_in(editor), path_of(draft)
    token = send(client, "POST", address)["token"]
    for headers in ({}, {"Lock-Token": "ein anderes"}):
        refused = send(client, "PATCH", here, {"title": "Ohne"}, status=423, headers=headers)
        assert "Token" in refused["message"]
    headers = {"Lock-Token": token}
    send(client, "PATCH", here, {"title": "Weiter"}, status=204, headers=headers)
    # As Plone's client refreshes: nothing but the token.
    send(client, "PATCH", here, status=204, headers=headers)
    assert read(client, here)["title"] == "Weiter"
    # Whoever else got to know it does not hold the lock.
    send(signed_in(colleague), "PATCH", here, {"title": "Fremd"}, status=423, headers=headers)
    send(client, "DELETE", address)
    # A token is needed for a lock only; an old one is nothing wrong.
    send(client, "PATCH", here, {"title": "Frei"}, status=204, headers=headers)
    send(client, "PATCH", here, {"title": "Immer noch"}, status=204)


def test_the_admin_s_form_tells_of_it(draft, address, editor, colleague):
    send(signed_in(editor), "POST", address)
    url = reverse("guide_experiences:edit", args=[draft.pk])
    told = "Hier schreibt gerade auch Eva Muster."
    assert told in signed_in(colleague).get(url).content.decode()
    assert told not in signed_in(editor).get(url).content.decode()


def test_the_office_answers_all_the_same(draft, address, editor):
    send(signed_in(editor), "POST", address, {"stealable": False})
    approve(draft, person(roles.OFFICE))
    assert Experience.objects.get().live


def test_handing_in_ends_it(draft, address, editor, project):
    client = signed_in(editor)
    send(client, "POST", address)
    send(client, "POST", f"{path_of(draft)}/@workflow/submit")
    assert not EditLock.objects.exists()
    told = read(client, address)
    assert (told["locked"], told["stealable"], told["name"]) == (True, False, "review")
    assert "in Prüfung" in told["message"]
    send(client, "POST", address, status=423)
    # Who reviews writes on in review, and locks then.
    assert send(signed_in(person(roles.REVIEWER, project)), "POST", address)["locked"] is True


def test_a_lock_by_hand_is_told_as_one(draft, address, editor, project):
    reviewer = person(roles.REVIEWER, project)
    draft.locked, draft.locked_by, draft.locked_at = True, reviewer, timezone.now()
    draft.save()
    assert read(signed_in(editor), address)["name"] == "manual"
    send(signed_in(editor), "POST", address, status=423)
    assert send(signed_in(reviewer), "POST", address)["name"] == "edit"


def test_pages_can_be_locked_too(project, editor, colleague):
    news_page("Meldung", slug="meldung", project=project)
    address = "/api/aktuelles/meldung/@lock"
    assert send(signed_in(editor), "POST", address)["creator"] == "redaktion"
    send(signed_in(colleague), "POST", address, status=423)
    news_page("Der Stelle", slug="der-stelle")
    send(signed_in(editor), "POST", "/api/aktuelles/der-stelle/@lock", status=403)


def test_what_nobody_writes_over_the_api_has_no_lock(project, editor):
    address = f"/api/projekte/{project.slug}/@lock"
    assert read(signed_in(editor), address) == {"locked": False, "stealable": False}
    assert send(signed_in(editor), "POST", address, status=404) == NOT_FOUND


def test_a_lock_costs_its_readers_one_query(address, editor, colleague):
    send(signed_in(editor), "POST", address)
    with CaptureQueriesContext(connection) as queries:
        read(signed_in(colleague), address)
    with_lock = len(queries)
    EditLock.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        read(signed_in(colleague), address)
    assert len(queries) == with_lock


def test_an_account_that_is_closed_takes_its_locks_along(address, editor, colleague):
    send(signed_in(colleague), "POST", address)
    colleague.delete()
    assert read(signed_in(editor), address) == FREE
