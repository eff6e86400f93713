"""``@workflow``: who may make which transition of what, and what the answer says."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.domain.transitions import Transition
from cms.models import Experience, Publication
from cms.permissions import policies, roles
from cms.services.create_experience import create_experience
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from tests.factories.guide import (
    ProjectFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, send, signed_in
from tests.functional.states import STATES, change, entry_in, names, path_of, workflow_of

pytestmark = pytest.mark.django_db

ROLES = (
    *(roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD, roles.OFFICE),
    *("editor of another project", "reviewer of another project", roles.PARTNER, None, "anonymous"),
)
#: What a transition asks for, so that only the rights are in question.
SAID = {"comment": "Niemand sonst ist da.", "confirm_wider": True}
ACTIONS = {
    Transition.SUBMIT: policies.SUBMIT,
    Transition.TAKE_BACK: policies.SUBMIT,
    Transition.PUBLISH: policies.REVIEW,
    Transition.APPROVE: policies.REVIEW,
    Transition.RETURN: policies.REVIEW,
    Transition.WITHDRAW: policies.WITHDRAW,
    Transition.EMERGENCY_WITHDRAW: policies.EMERGENCY_WITHDRAW,
}


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="redaktion")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="koordination")


def person_in(role, project):
    if role == "anonymous":
        return None
    if role and role.endswith("of another project"):
        return person(role.split()[0], ProjectFactory())
    return person(role, project)


# Who may


@pytest.mark.parametrize("role", ROLES)
def test_each_transition_is_open_to_those_of_the_policies_and_to_nobody_else(
    role, project, editor, office
):
    user = person_in(role, project)
    client = signed_in(user) if user else Client()
    for state in STATES:
        entry = entry_in(state, project, editor, office)
        is_readable = client.get(path_of(entry)).status_code == 200
        offered = names(workflow_of(client, entry)) if is_readable else []
        for name in Transition:
            before = snapshot()
            with transaction.atomic():
                address = f"{path_of(entry)}/@workflow/{name.value}"
                response = client.post(address, SAID, content_type="application/json")
                after = snapshot()
                transaction.set_rollback(True)
            step = (role, state, name.value, response.content.decode())
            if not is_readable:
                assert response.status_code == 404, step
            elif not policies.can(user, ACTIONS[name], entry):
                assert response.status_code == (403 if user else 401), step
            else:
                listed = "publish" if name is Transition.APPROVE else name.value
                assert response.status_code == (200 if listed in offered else 422), step
            assert (before == after) == (response.status_code != 200), step
        if not is_readable:
            assert read(client, f"{path_of(entry)}/@workflow", 404) == NOT_FOUND


def snapshot():
    """What a transition would change."""
    rows = Experience.objects.order_by("pk").values_list(
        "pk", "live", "latest_revision", "has_unpublished_changes"
    )
    return [
        *rows.with_state().values_list("pk", "state_value", "live")
    ], Publication.objects.count()


def test_a_publish_without_the_right_is_refused_and_never_live(draft, editor):
    refused = send(signed_in(editor), "POST", f"{path_of(draft)}/@workflow/publish", status=403)
    assert refused == {"type": "Forbidden", "message": "Dazu fehlt Ihnen das Recht."}
    assert not Experience.objects.get(pk=draft.pk).live
    send(Client(), "POST", f"{path_of(draft)}/@workflow/publish", status=404)
    live = published_experience(project=draft.project)
    send(Client(), "POST", f"{path_of(live)}/@workflow/withdraw", status=401)


# What is told


def test_the_way_to_the_readers_and_back(draft, editor, office):
    author, reviewer = signed_in(editor), signed_in(office)
    here = f"http://testserver{path_of(draft)}/@workflow"
    start = workflow_of(author, draft)
    assert start["@id"] == here
    assert start["state"] == {"id": "draft", "title": "Entwurf"}
    assert start["transitions"] == [{"@id": f"{here}/submit", "title": "Zur Prüfung einreichen"}]

    made = send(author, "POST", f"{path_of(draft)}/@workflow/submit")
    assert made.pop("time").endswith("+00:00")
    assert made == {
        "action": "submit", "actor": "redaktion", "comments": "",
        "review_state": "in_review", "title": "in Prüfung",
    }  # fmt: skip
    assert names(workflow_of(author, draft)) == ["take-back"]
    assert names(workflow_of(reviewer, draft)) == ["take-back", "publish", "return"]
    steps = [
        (reviewer, "return", {"comment": "Wo war das?"}, "returned"),
        (author, "submit", {}, "in_review"),
        (author, "take-back", {}, "draft"),
        (author, "submit", {}, "in_review"),
        (reviewer, "publish", {"comment": "Schön!"}, "published"),
        (reviewer, "withdraw", {"comment": "Ist überholt."}, "withdrawn"),
    ]
    for client, name, said, state in steps:
        address = f"{path_of(draft)}/@workflow/{name}"
        assert send(client, "POST", address, said)["review_state"] == state
    told = workflow_of(author, draft)
    assert told["state"]["id"] == "withdrawn"
    assert [
        (step["action"], step["actor"], step["comments"], step["review_state"])
        for step in told["history"]
    ] == [
        (None, "redaktion", "", "draft"),
        ("submit", "redaktion", "", "in_review"),
        ("return", "koordination", "Wo war das?", "returned"),
        ("submit", "redaktion", "", "in_review"),
        ("take-back", "redaktion", "", "draft"),
        ("submit", "redaktion", "", "in_review"),
        ("publish", "koordination", "Schön!", "published"),
        ("withdraw", "koordination", "Ist überholt.", "withdrawn"),
    ]
    assert {step["title"] for step in told["history"]} >= {"Entwurf", "zurückgegeben"}


def test_readers_learn_when_it_was_published_and_nothing_of_who_or_of_drafts(project, office):
    author = person(roles.EDITOR, project)
    entry = create_experience(author, project, "Sprechstunde", visibility="public")
    submit(entry, author)
    approve(entry, office, note="Nur für die Redaktion.")
    change(Experience.objects.get(), author, body="<p>Noch nicht frei.</p>")
    submit(Experience.objects.get(), author)
    for client in (Client(), signed_in(person(roles.PARTNER)), signed_in(person())):
        told = workflow_of(client, entry)
        assert told["state"] == {"id": "published", "title": "veröffentlicht"}
        assert told["transitions"] == []
        [step] = told["history"]
        step.pop("time")
        assert step == {
            "action": "publish", "actor": None, "comments": "",
            "review_state": "published", "title": "veröffentlicht",
        }  # fmt: skip


def test_what_has_no_workflow_has_no_transitions(project, office):
    client = signed_in(office)
    for path in ("/api/@workflow", f"/api/projekte/{project.slug}/@workflow", "/api/leitfaden"):
        told = read(client, path if path.endswith("@workflow") else f"{path}/@workflow")
        assert (told["history"], told["transitions"]) == ([], [])
    send(client, "POST", f"/api/projekte/{project.slug}/@workflow/publish", status=404)
    send(client, "POST", "/api/impressum/@workflow/withdraw", status=404)


def test_there_is_no_other_transition(draft, office):
    address = f"{path_of(draft)}/@workflow/zaubern"
    refused = send(signed_in(office), "POST", address, status=400)
    assert "submit, publish" in refused["message"]
    send(Client(), "POST", address, status=404)


def test_the_workflow_fills_the_component(draft, editor):
    client = signed_in(editor)
    content = read(client, f"{path_of(draft)}?expand=workflow")
    assert content["@components"]["workflow"] == workflow_of(client, draft)


# Pages


def test_pages_of_the_office_are_published_and_withdrawn(office, editor):
    event = event_page("Fünfter Austausch", live=False, slug="fuenfter")
    table_page(event, "Tisch 1", live=False, slug="tisch-1")
    client, here = signed_in(office), "/api/veranstaltungen/fuenfter"
    assert names(read(client, f"{here}/@workflow")) == ["publish"]
    send(signed_in(editor), "POST", f"{here}/@workflow/publish", status=404)
    send(client, "POST", f"{here}/@workflow/submit", status=422)
    made = send(client, "POST", f"{here}/@workflow/publish", {"include_children": True})
    assert (made["action"], made["review_state"]) == ("publish", "published")
    assert read(Client(), f"{here}/tisch-1")["title"] == "Tisch 1"
    send(client, "POST", f"{here}/@workflow/publish", status=422)
    assert names(read(client, f"{here}/@workflow")) == ["withdraw", "emergency-withdraw"]
    send(signed_in(editor), "POST", f"{here}/@workflow/withdraw", status=403)
    assert send(client, "POST", f"{here}/@workflow/withdraw")["review_state"] == "withdrawn"
    send(Client(), "GET", here, status=404)
    told = read(client, f"{here}/@workflow")["history"]
    assert [step["action"] for step in told] == [None, "publish", "withdraw"]


def test_news_of_a_project_are_published_by_who_reviews_there(project):
    news_page("Neues Büro", live=False, slug="neues-buero", project=project)
    address = "/api/aktuelles/neues-buero/@workflow/publish"
    send(signed_in(person(roles.EDITOR, project)), "POST", address, status=403)
    send(signed_in(person(roles.REVIEWER, ProjectFactory())), "POST", address, status=404)
    send(signed_in(person(roles.REVIEWER, project)), "POST", address)
    assert read(Client(), "/api/aktuelles/neues-buero")["title"] == "Neues Büro"


# Many


def test_many_succeed_or_fail_each_by_itself(project, editor, office):
    good = create_experience(editor, project, "Fertig")
    bad = create_experience(editor, project, "Unfertig", kind="discussion")
    data = {
        "transition": "submit",
        "items": [path_of(good), f"http://testserver{path_of(bad)}", "/erfahrungen/nichts"],
    }
    answered = send(signed_in(editor), "POST", "/api/@workflow", data)
    assert answered["items_total"] == 3
    told = {item["@id"].rpartition("/")[2]: item for item in answered["items"]}
    assert (told[good.slug]["status"], told[good.slug]["review_state"]) == (200, "in_review")
    assert told[bad.slug]["status"] == 422
    assert told[bad.slug]["errors"][0]["field"] == "body"
    assert (told["nichts"]["status"], told["nichts"]["type"]) == (404, "NotFound")
    assert {entry.title: entry.state.value for entry in Experience.objects.all()} == {
        "Fertig": "in_review",
        "Unfertig": "draft",
    }


def test_of_many_those_are_made_that_are_as_they_were_read(project, editor):
    old, new = (create_experience(editor, project, title) for title in ("Alt", "Neu"))
    client = signed_in(editor)
    items = [
        {"@id": path_of(entry), "etag": client.get(path_of(entry))["ETag"]} for entry in (old, new)
    ]
    change(old, editor, body="<p>Doch anders.</p>")
    data = {"transition": "submit", "items": items}
    answered = send(client, "POST", "/api/@workflow", data)["items"]
    assert {item["status"]: item["@id"][-3:] for item in answered} == {412: "alt", 200: "neu"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"transition": "zaubern", "items": []},
        {"transition": "submit", "items": "/erfahrungen/x"},
        {"transition": "submit", "items": [5]},
        {"transition": "submit", "items": [{"etag": "x"}]},
        {"transition": "submit", "items": [{"@id": "/x", "etag": 5}]},
        {"transition": ["submit"], "items": []},
        {"transition": "submit", "items": ["/x"] * 101},
    ],
)
def test_many_are_named_by_a_list(data, editor):
    assert send(signed_in(editor), "POST", "/api/@workflow", data, status=422)["errors"]


def test_anonymous_people_change_nothing_of_many(project):
    entry = published_experience(project=project)
    data = {"transition": "withdraw", "items": [path_of(entry)]}
    assert send(Client(), "POST", "/api/@workflow", data, status=401)["type"] == "Unauthorized"
    entry.refresh_from_db()
    assert entry.live


# Speed


def test_the_number_of_queries_is_constant(project, editor, office):
    client = signed_in(office)
    counts = []
    entry = entry_in("in_review", project, editor, office)
    for times in (0, 4):
        for _ in range(times):
            return_entry(entry, office, "Noch einmal.")
            submit(entry, editor)
        workflow_of(client, entry)
        with CaptureQueriesContext(connection) as queries:
            workflow_of(client, entry)
        counts.append(len(queries))
    assert counts[0] == counts[1]
