"""Comments over the API: Plone's shapes, and the rules of the screen: who says and reads what."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.models import AuditEvent, Comment, IndexJob
from cms.permissions import roles
from cms.services.comment import add_comment, answer_comment
from cms.services.invite_to_comment import invite_to_comment
from cms.services.review import approve
from cms.services.submit import submit
from tests.factories.guide import ExperienceFactory, ProjectFactory, person, published_experience
from tests.functional.api_client import NOT_FOUND, read, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, first_name="Erika", last_name="Muster")


@pytest.fixture
def draft(project, editor):
    """In review."""
    entry = ExperienceFactory(
        title="Die Sprechstunde", body="<p>Montags um neun.</p>", project=project, revision=editor
    )
    submit(entry, editor)
    return entry


def comments(entry) -> str:
    return f"/api/erfahrungen/{entry.slug}/@comments"


def send(client, method: str, path: str, status: int, **data):
    response = client.generic(method, path, json.dumps(data), content_type="application/json")
    assert response.status_code == status, response.content.decode()
    return response.json() if response.content else response


# --- writing -------------------------------------------------------------------------------------


def test_a_comment_is_written_answered_changed_and_taken_back(draft, editor, office):
    writing, answering = signed_in(editor), signed_in(office)
    made = send(writing, "POST", comments(draft), 204, text="Stimmt die Uhrzeit?", quote="um neun")
    where = made["Location"]
    assert where.startswith(f"http://testserver{comments(draft)}/")
    comment = read(writing, where)
    assert comment["text"] == {"data": "Stimmt die Uhrzeit?", "mime-type": "text/plain"}
    assert (comment["@id"], comment["@parent"], comment["in_reply_to"]) == (where, None, None)
    assert comment["@type"] == "Discussion Item"
    assert (comment["author_name"], comment["author_username"]) == (
        "Erika Muster", editor.username,
    )  # fmt: skip
    assert (comment["field"], comment["quote"], comment["quote_found"]) == ("body", "um neun", True)
    assert (comment["is_editable"], comment["is_deletable"]) == (True, True)

    changed = send(writing, "PATCH", where, 204, text="Stimmt neun?")
    assert changed["Location"] == where
    comment = read(writing, where)
    assert comment["text"]["data"] == "Stimmt neun?"
    assert comment["modification_date"] >= comment["creation_date"]

    answer = send(answering, "POST", where, 204, text="Ja.")["Location"]
    answered = read(answering, answer)
    assert (answered["@parent"], answered["in_reply_to"]) == (where, comment["comment_id"])
    listed = read(writing, comments(draft))
    assert [item["text"]["data"] for item in listed["items"]] == ["Stimmt neun?", "Ja."]
    assert (listed["items_total"], listed["@id"]) == (2, f"http://testserver{comments(draft)}")
    assert listed["permissions"] == {"view_comments": True, "can_reply": True}
    assert [item["is_editable"] for item in listed["items"]] == [False, False]

    refused = send(writing, "PATCH", where, 422, text="Anders")
    assert refused["message"] == "Darauf hat schon jemand geantwortet."
    send(writing, "DELETE", where, 422)
    send(writing, "DELETE", answer, 403)
    assert send(answering, "DELETE", answer, 204).content == b""
    page = writing.get(reverse("cms:comments", args=[draft.pk])).content.decode()
    assert "Stimmt neun?" in page and "Uhr, geändert" in page
    send(writing, "DELETE", where, 204)
    assert Comment.objects.count() == 0
    assert IndexJob.objects.filter(object_type="comment", reason="deleted").count() == 2
    actions = AuditEvent.objects.filter(action__startswith="comment.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "comment.added", "comment.changed", "comment.added", "comment.deleted", "comment.deleted",
    ]  # fmt: skip


def test_a_comment_is_settled_and_opened_again(draft, editor, office):
    where = f"{comments(draft)}/{add_comment(draft, office, 'Wie oft?').pk}"
    client = signed_in(editor)
    send(client, "PATCH", where, 204, resolved=True)
    assert read(client, where)["resolved_by"] == "Erika Muster"
    send(client, "PATCH", where, 204, resolved=False)
    assert read(client, where)["resolved"] is None
    wrong = send(client, "PATCH", where, 422, resolved="ja")
    assert wrong["errors"] == [{"field": "resolved", "message": "Bitte true oder false angeben."}]
    send(client, "PATCH", where, 403, text="Nicht von mir", resolved=True)
    assert Comment.objects.get().resolved_at is None


@pytest.mark.parametrize(
    ("data", "message"),
    [({"text": " "}, "Bitte schreiben Sie, was Sie dazu sagen möchten."),
     ({}, "Bitte schreiben Sie, was Sie dazu sagen möchten."),
     ({"text": "x" * 4001}, "Das ist zu lang: höchstens 4000 Zeichen."),
     ({"text": "Da", "quote": "steht nicht da"}, "Diese Stelle steht so nicht im Entwurf.")],
)  # fmt: skip
def test_what_a_rule_refuses_is_told_in_a_sentence(draft, editor, data, message):
    answer = send(signed_in(editor), "POST", comments(draft), 422, **data)
    assert answer["message"].startswith(message)


def test_what_is_no_text_is_told_by_field(draft, editor):
    answer = send(signed_in(editor), "POST", comments(draft), 422, text=["x"])
    assert answer["errors"] == [{"field": "text", "message": "Bitte einen Text angeben."}]
    bad = signed_in(editor).post(comments(draft), "{", content_type="application/json")
    assert (bad.status_code, bad.json()["type"]) == (400, "BadRequest")


# --- who reads and writes what -------------------------------------------------------------------


def test_readers_of_the_project_read_and_write_none(draft, project, office):
    where = f"{comments(draft)}/{add_comment(draft, office, 'Wie oft?').pk}"
    client = signed_in(person(roles.READER, project))
    listed = read(client, comments(draft))
    assert (listed["items_total"], listed["permissions"]["can_reply"]) == (1, False)
    for method, path in (("POST", comments(draft)), ("POST", where), ("PATCH", where)):
        send(client, method, path, 403, text="Ich auch")
    send(client, "DELETE", where, 403)
    assert Comment.objects.get().text == "Wie oft?"


@pytest.mark.parametrize("role", [None, roles.PARTNER, roles.EDITOR, roles.LEAD])
def test_nobody_else_learns_that_there_are_comments(client, project, editor, office, role):
    entry = published_experience(project=project)
    draft = entry.get_latest_revision_as_object()
    draft.body = "<p>Neu.</p>"
    draft.save_revision(user=editor)
    comment = add_comment(entry, office, "Nur unter uns")
    stranger = signed_in(person(role, ProjectFactory()) if role else person())
    for reader, status in ((stranger, 403), (client, 401)):
        listed = read(reader, comments(entry))
        assert (listed["items"], listed["items_total"]) == ([], 0)
        assert listed["permissions"] == {"view_comments": False, "can_reply": False}
        assert read(reader, f"{comments(entry)}/{comment.pk}", 404) == NOT_FOUND
        send(reader, "POST", comments(entry), status, text="Ich auch")
        for method in ("POST", "PATCH", "DELETE"):
            send(reader, method, f"{comments(entry)}/{comment.pk}", 404, text="Ich auch")
    assert Comment.objects.count() == 1


def test_a_draft_of_others_is_not_there(client, draft, office):
    comment = add_comment(draft, office, "Nur unter uns")
    for reader in (client, signed_in(person(roles.LEAD, ProjectFactory()))):
        for path in (comments(draft), f"{comments(draft)}/{comment.pk}"):
            assert read(reader, path, 404) == NOT_FOUND
            assert send(reader, "POST", path, 404, text="x") == NOT_FOUND


def test_an_invited_partner_reads_and_answers_only_what_they_began(draft, office, editor):
    partner = person(roles.PARTNER)
    client = signed_in(partner)
    assert read(client, comments(draft), 404) == NOT_FOUND
    invite_to_comment(draft, partner, by=office)
    others = add_comment(draft, office, "Nur unter uns")
    listed = read(signed_in(partner), comments(draft))
    assert (listed["items"], listed["permissions"]["can_reply"]) == ([], True)
    mine = send(signed_in(partner), "POST", comments(draft), 204, text="Aus unserer Sicht")
    answer_comment(Comment.objects.get(author=partner), editor, "Danke!")
    listed = read(signed_in(partner), comments(draft))
    assert [item["text"]["data"] for item in listed["items"]] == ["Aus unserer Sicht", "Danke!"]
    assert read(signed_in(partner), f"{comments(draft)}/{others.pk}", 404) == NOT_FOUND
    send(signed_in(partner), "POST", f"{comments(draft)}/{others.pk}", 404, text="Aha")
    send(signed_in(partner), "POST", mine["Location"], 204, text="Gern.")


def test_a_comment_is_found_at_its_own_entry_alone(draft, project, editor, office):
    comment = add_comment(draft, office, "Wie oft?")
    other = ExperienceFactory(project=project)
    assert read(signed_in(editor), f"{comments(other)}/{comment.pk}", 404) == NOT_FOUND
    assert read(signed_in(editor), f"{comments(draft)}/999999999999999999999", 404) == NOT_FOUND
    assert read(signed_in(editor), "/api/projekte/@comments")["items_total"] == 0
    send(signed_in(editor), "POST", "/api/projekte/@comments", 403, text="x")


def test_comments_stay_with_the_version_that_was_published(draft, editor, office):
    comment = add_comment(draft, editor, "Fast gut")
    approve(draft, office)
    client = signed_in(editor)
    [kept] = read(client, comments(draft))["items"]
    assert kept["published"] and not kept["is_editable"]
    for method in ("PATCH", "DELETE", "POST"):
        answer = send(client, method, f"{comments(draft)}/{comment.pk}", 422, text="x")
        assert answer["message"] == "Diese Fassung ist schon veröffentlicht."
    assert read(client, comments(draft))["permissions"]["can_reply"] is False


def test_comments_come_in_batches_and_cost_no_more_queries(draft, editor, office):
    client = signed_in(editor)

    def talk(times: int) -> None:
        for _ in range(times):
            answer_comment(add_comment(draft, office, "Wie oft?"), editor, "Oft.")

    talk(1)
    read(client, comments(draft))
    with CaptureQueriesContext(connection) as few:
        read(client, comments(draft))
    talk(4)
    with CaptureQueriesContext(connection) as many:
        listed = read(client, f"{comments(draft)}?b_size=3")
    assert len(many) == len(few)
    assert (len(listed["items"]), listed["items_total"]) == (3, 10)
    assert "next" in listed["batching"]
