"""What a transition asks for: reasons, confirmations, days, the version that was read."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import registry

from cms.models import Comment, Experience
from cms.models.publishing import DEPUTY_ACTION
from cms.permissions import roles
from cms.services.comment import change_comment, delete_comment
from cms.services.create_experience import create_experience
from cms.services.locks import lock
from tests.factories.guide import ExperienceFactory, event_page, person, table_page
from tests.functional.api_client import read, send, signed_in
from tests.functional.states import entry_in, names, path_of, workflow_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="redaktion")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="koordination")


def test_what_is_missing_is_listed_by_field(editor, project):
    entry = create_experience(editor, project, "Was nun?", kind="discussion")
    refused = send(signed_in(editor), "POST", f"{path_of(entry)}/@workflow/submit", status=422)
    sentence = "Eine Diskussion braucht einen Text oder Vor- und Nachteile."
    assert refused["errors"] == [{"field": "body", "message": sentence}]
    assert Experience.objects.get().state == "draft"


@pytest.mark.parametrize("name", ["return", "emergency-withdraw"])
def test_some_need_a_reason(name, project, editor, office):
    state = "in_review" if name == "return" else "published"
    entry = entry_in(state, project, editor, office)
    address = f"{path_of(entry)}/@workflow/{name}"
    refused = send(signed_in(office), "POST", address, {"comment": " "}, status=422)
    assert [error["field"] for error in refused["errors"]] == ["comment"]


def test_who_wrote_it_says_why_no_second_person_reads_it(office, project):
    entry = create_experience(office, project, "Selbst geschrieben")
    client, address = signed_in(office), f"{path_of(entry)}/@workflow/publish"
    refused = send(client, "POST", address, status=422)
    assert [error["field"] for error in refused["errors"]] == ["deputy_reason"]
    assert "„comment“" in refused["message"]
    made = send(client, "POST", address, {"deputy_reason": "Ich bin allein hier."})
    assert (made["review_state"], made["comments"]) == ("published", "Ich bin allein hier.")


def test_a_comment_is_the_reason_for_programs_that_know_no_other_word(office, project):
    """As Plone's client: it sends no field but ``comment``."""
    entry = create_experience(office, project, "Selbst geschrieben")
    client, address = signed_in(office), f"{path_of(entry)}/@workflow/publish"
    send(client, "POST", address, {"comment": " "}, status=422)
    assert send(client, "POST", address, {"comment": "Ich bin allein hier."})["comments"] == (
        "Ich bin allein hier."
    )
    logged = registry.get_logs_for_instance(entry).filter(action=DEPUTY_ACTION).get()
    assert logged.data["reason"] == "Ich bin allein hier."
    assert workflow_of(client, entry)["history"][-1]["comments"] == "Ich bin allein hier."


def test_a_comment_of_a_second_person_is_no_reason(draft, office):
    send(signed_in(office), "POST", f"{path_of(draft)}/@workflow/publish", {"comment": "Schön."})
    assert not registry.get_logs_for_instance(draft).filter(action=DEPUTY_ACTION).exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("publish", {"include_children": True}),
        ("submit", {"effective": "2030-01-01"}),
        ("submit", {"expires": "2030-01-01"}),
        ("submit", {"visibility": "public", "publish_source": True}),
        ("submit", {"deputy_reason": "Allein."}),
    ],
)
def test_what_a_step_would_not_heed_is_refused(name, said, draft, office):
    address = f"{path_of(draft)}/@workflow/{name}"
    refused = send(signed_in(office), "POST", address, said, status=422)
    assert [error["field"] for error in refused["errors"]] == list(said)
    assert Experience.objects.get().state == "draft"
    send(signed_in(office), "POST", address, {"include_children": False, "effective": None})


def test_pages_come_at_once(office):
    event = event_page("Fünfter Austausch", live=False, slug="fuenfter")
    address = "/api/veranstaltungen/fuenfter/@workflow/publish"
    refused = send(signed_in(office), "POST", address, {"effective": "2030-01-01"}, status=422)
    assert [error["field"] for error in refused["errors"]] == ["effective"]
    event.refresh_from_db()
    assert not event.live
    said = {"include_children": True, "comment": "Zum Nachlesen."}
    made = send(signed_in(office), "POST", address, said)
    told = read(signed_in(office), "/api/veranstaltungen/fuenfter/@workflow")["history"][-1]
    assert (made["comments"], told["comments"]) == ("Zum Nachlesen.", "Zum Nachlesen.")


def test_a_wider_circle_is_confirmed(project, editor, office):
    entry = entry_in("published", project, editor, office)
    client, address = signed_in(office), f"{path_of(entry)}/@workflow/publish"
    said = {"visibility": "public"}
    refused = send(client, "POST", address, said, status=422)
    assert [error["field"] for error in refused["errors"]] == ["confirm_wider"]
    send(Client(), "GET", path_of(entry), status=404)
    send(client, "POST", address, said | {"confirm_wider": True})
    assert read(Client(), path_of(entry))["visibility"] == "public"


@pytest.mark.parametrize(
    "said",
    [
        {"comment": 5},
        {"visibility": "alle"},
        {"confirm_wider": "ja"},
        {"effective": "morgen"},
        {"effective": "2026-13-40T00:00:00"},
        {"expires": ["2026"]},
        {"deputy_reason": {}},
    ],
)
def test_what_makes_no_sense_is_told_by_field(said, draft, office):
    address = f"{path_of(draft)}/@workflow/publish"
    refused = send(signed_in(office), "POST", address, said, status=422)
    assert refused["errors"][0]["field"] in said
    assert not Experience.objects.get().live


def test_it_can_be_for_a_day_to_come_and_until_another(draft, office):
    client, address = signed_in(office), f"{path_of(draft)}/@workflow/publish"
    now = timezone.now().replace(microsecond=0)
    day, end = (now + datetime.timedelta(days=days) for days in (2, 9))
    said = {"effective": day.isoformat(), "expires": end.isoformat(), "visibility": "public"}
    assert send(client, "POST", address, said)["review_state"] == "draft"
    entry = Experience.objects.get()
    assert (entry.live, entry.scheduled_revision.approved_go_live_at) == (False, day)
    assert entry.get_latest_revision_as_object().expire_at == end
    send(Client(), "GET", path_of(entry), status=404)
    assert workflow_of(client, entry)["transitions"] == []
    assert [step["action"] for step in workflow_of(client, entry)["history"]] == [
        *(None, "approve"),
    ]
    refused = send(client, "POST", address, status=423)
    assert refused["type"] == "Locked"


def test_a_period_that_can_not_be_changes_nothing(draft, office):
    said = {"effective": "2030-05-02T08:00:00", "expires": "2030-05-01"}
    address = f"{path_of(draft)}/@workflow/publish"
    refused = send(signed_in(office), "POST", address, said, status=422)
    assert refused["errors"][0]["field"] == "expires"
    assert Experience.objects.get().latest_revision_id == draft.latest_revision_id


def test_the_version_that_was_read_is_the_one_that_is_approved(draft, editor, office):
    author, reviewer = signed_in(editor), signed_in(office)
    tag = reviewer.get(path_of(draft))["ETag"]
    # As a form that saves by itself: in the same revision.
    latest = draft.latest_revision
    newer = draft.get_latest_revision_as_object()
    newer.body = "<p>Ganz anders.</p>"
    newer.save_revision(user=editor, overwrite_revision=latest)
    address = f"{path_of(draft)}/@workflow/publish"
    send(reviewer, "POST", address, headers={"If-Match": tag}, status=412)
    assert not Experience.objects.get().live
    # The tag of an answer to a transition is good for the next one.
    here = f"{path_of(draft)}/@workflow"
    submitted = author.post(f"{here}/submit", content_type="application/json")
    headers = {"If-Match": submitted["ETag"]}
    back = author.post(f"{here}/take-back", content_type="application/json", headers=headers)
    assert back.status_code == 200
    send(reviewer, "POST", address, headers={"If-Match": back["ETag"]})


def test_a_word_with_the_submission_is_a_comment_on_the_draft(draft, editor):
    said = {"comment": "Stimmt die Jahreszahl?"}
    send(signed_in(editor), "POST", f"{path_of(draft)}/@workflow/submit", said)
    assert Comment.objects.get().text == "Stimmt die Jahreszahl?"


def test_the_history_tells_what_was_said_with_the_submission_as_it_is_now(draft, editor, office):
    client, address = signed_in(editor), f"{path_of(draft)}/@workflow"
    send(client, "POST", f"{address}/submit", {"comment": "Stimmt die Jahreszahl?"})
    send(client, "POST", f"{address}/take-back", {"comment": "Doch nicht."})
    send(client, "POST", f"{address}/submit")

    def told(reader):
        steps = workflow_of(reader, draft)["history"]
        return [(step["action"], step["comments"]) for step in steps]

    first, second = Comment.objects.order_by("pk")
    begun, last = (None, ""), ("submit", "")
    for reader in (client, signed_in(office)):
        said = [("submit", "Stimmt die Jahreszahl?"), ("take-back", "Doch nicht.")]
        assert told(reader) == [begun, *said, last]
    change_comment(first, editor, "Stimmt das Jahr?")
    delete_comment(second, editor)
    assert told(client) == [begun, ("submit", "Stimmt das Jahr?"), ("take-back", ""), last]


def test_the_sources_are_published_along_if_asked(office, editor, project):
    event = event_page(live=False)
    table = table_page(event, live=False)
    entry = ExperienceFactory(project=project, table=table)
    said = {"publish_source": True}
    send(signed_in(office), "POST", f"{path_of(entry)}/@workflow/publish", said)
    event.refresh_from_db()
    table.refresh_from_db()
    assert (event.live, table.live) == (True, True)


def test_what_somebody_writes_on_is_not_handed_in_by_others_but_can_be_published(
    draft, editor, project, office
):
    lock(draft, editor)
    colleague = signed_in(person(roles.EDITOR, project))
    assert names(workflow_of(colleague, draft)) == []
    send(colleague, "POST", f"{path_of(draft)}/@workflow/submit", status=423)
    assert names(workflow_of(signed_in(office), draft)) == ["publish"]
    send(signed_in(office), "POST", f"{path_of(draft)}/@workflow/publish")
