"""The rules of the review, by our services and by every way of Wagtail's own."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions import action_registry
from wagtail.models import ModelLogEntry, TaskState, WorkflowState

from cms import published
from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.kinds import State
from cms.domain.occasions import Occasion
from cms.domain.reader import ANONYMOUS
from cms.models import AuditEvent, Experience, Notification, Publication, Supplement
from cms.models.publishing import DEPUTY_ACTION
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.review import approve, publish_outcome, return_entry
from cms.services.submit import submit, take_back
from cms.services.withdraw import withdraw, withdraw_in_emergency
from tests.factories.guide import (
    ExperienceFactory,
    OutcomeFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.test_admin import form_data

pytestmark = pytest.mark.django_db


def fresh(entry):
    return type(entry).with_trash.get(pk=entry.pk)


def change(entry, user, **fields):
    """A new version, as the form saves it."""
    new = fresh(entry).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    return new.save_revision(user=user)


def task_state_of(entry) -> TaskState:
    return fresh(entry).current_workflow_task_state


def url_of(name, entry, *more):
    return reverse(f"guide_experiences:{name}", args=[entry.pk, *more])


# Nobody without the right brings anything live, by whatever way


def test_nobody_without_the_right_publishes_from_the_shell(draft, editor):
    lead, partner = person(roles.LEAD, draft.project), person(roles.PARTNER)
    other = person(roles.REVIEWER, ProjectFactory())
    revision = change(draft, None, body="<p>Neu.</p>")
    for user in (editor, lead, partner, other):
        for skip in (False, True):
            with pytest.raises(PermissionDenied):
                revision.publish(user=user, skip_permission_checks=skip)
            with pytest.raises(PermissionDenied):
                fresh(draft).publish(revision, user=user, skip_permission_checks=skip)
            action = action_registry.get_action_class(Experience, "publish")
            with pytest.raises(PermissionDenied):
                action(revision, user=user).execute(skip_permission_checks=skip)
    assert not fresh(draft).live


def test_supplements_are_published_by_the_same_rule(editor, project, office):
    entry = Supplement.objects.create(
        experience=published_experience(), project=project, text="<p>Bei uns auch.</p>"
    )
    revision = entry.save_revision(user=editor)
    with pytest.raises(PermissionDenied):
        revision.publish(user=editor)
    submit(entry, editor)
    approve(entry, office)
    assert fresh(entry).live
    withdraw_in_emergency(fresh(entry), editor, "Steht zu viel drin.")
    assert fresh(entry).state is State.WITHDRAWN


def test_commands_without_a_person_still_publish(draft):
    fresh(draft).latest_revision.publish()
    assert fresh(draft).live


@pytest.mark.parametrize("action", ["publish", "workflow-action", "restart-workflow", "unpublish"])
def test_the_form_knows_none_of_wagtails_actions(action, draft, editor, office, client):
    for user in (editor, office):
        client.force_login(user)
        more = {f"action-{action}": "1", "workflow-action-name": "approve", "title": "Anders"}
        client.post(url_of("edit", draft), form_data(draft, **more))
        assert not fresh(draft).live
        assert not WorkflowState.objects.exists()


def test_a_new_entry_is_not_published_by_its_form(editor, project, client):
    client.force_login(editor)
    data = form_data(Experience(title="Gleich live?", project=project), **{"action-publish": "1"})
    client.post(reverse("guide_experiences:add"), data)
    assert not Experience.objects.get(title="Gleich live?").live


@pytest.mark.parametrize("action", ["approve", "reject", "publish"])
@pytest.mark.parametrize("name", ["workflow_action", "collect_workflow_action_data"])
def test_wagtails_workflow_addresses_do_nothing(name, action, draft, editor, office, client):
    submit(draft, editor)
    for user in (editor, office):
        client.force_login(user)
        url = url_of(name, draft, action, task_state_of(draft).pk)
        for data in ({}, {"comment": "So geht das nicht."}):
            assert client.post(url, data).status_code in (302, 403, 404)
    assert fresh(draft).state is State.IN_REVIEW


def test_a_task_is_acted_on_only_by_who_may_review_its_entry(draft, editor, office):
    submit(draft, editor)
    foreign = person(roles.REVIEWER, ProjectFactory())
    for user in (editor, foreign):
        state = task_state_of(draft)
        for action, words in (("approve", {}), ("reject", {"comment": "Nein."})):
            with pytest.raises(PermissionDenied):
                state.task.specific.on_action(state, user, action, **words)
    assert fresh(draft).state is State.IN_REVIEW


def test_a_workflow_that_is_pushed_on_by_hand_ends_at_the_rule(draft, editor):
    submit(draft, editor)
    with pytest.raises(PermissionDenied):
        task_state_of(draft).approve(user=editor)
    with pytest.raises(PermissionDenied):
        fresh(draft).current_workflow_state.finish(user=editor)
    assert fresh(draft).state is State.IN_REVIEW


def test_reverting_makes_a_draft_and_not_even_that_during_the_review(
    editor, project, office, client
):
    entry = published_experience(project=project, title="Erste Fassung")
    first = entry.live_revision
    approve_change(entry, editor, office, "Zweite Fassung")
    client.force_login(editor)
    data = form_data(entry, title="Erste Fassung", **{"action-publish": "1"})
    client.post(url_of("revisions_revert", entry, first.pk), data)
    assert fresh(entry).title == "Zweite Fassung"
    assert fresh(entry).draft_title == "Erste Fassung"
    submit(entry, editor)
    before = fresh(entry).latest_revision_id
    client.post(url_of("revisions_revert", entry, first.pk), form_data(entry, title="Noch anders"))
    assert fresh(entry).latest_revision_id == before


def approve_change(entry, editor, office, title):
    change(entry, editor, title=title)
    submit(entry, editor)
    approve(entry, office)


@pytest.mark.parametrize("name", ["unpublish", "lock", "unlock"])
def test_an_editor_neither_unpublishes_nor_locks(name, editor, project, client):
    entry = published_experience(project=project)
    Experience.objects.filter(pk=entry.pk).update(locked=name == "unlock")
    client.force_login(editor)
    client.post(url_of(name, entry))
    assert fresh(entry).live and fresh(entry).locked == (name == "unlock")
    with pytest.raises(PermissionDenied):
        fresh(entry).unpublish(user=editor)


def test_wagtails_unpublishing_is_a_withdrawal(reviewer, project, client):
    entry = published_experience(project=project)
    client.force_login(reviewer)
    client.post(url_of("unpublish", entry))
    assert fresh(entry).state is State.WITHDRAWN
    assert AuditEvent.objects.filter(action="entry.withdrawn", object_id=entry.pk).exists()


def test_outcomes_are_the_offices_own(reviewer, project, office):
    outcome = OutcomeFactory(project=project)
    with pytest.raises(NotAllowedError):
        publish_outcome(outcome, reviewer)
    publish_outcome(outcome, office)
    outcome.refresh_from_db()
    assert outcome.live


# Four eyes


def test_who_wrote_last_needs_a_second_person_by_whatever_way(draft, reviewer, office):
    revision = change(draft, reviewer, body="<p>Von mir.</p>")
    submit(draft, reviewer)
    with pytest.raises(RuleError, match="zweite Person"):
        approve(draft, reviewer)
    state = task_state_of(draft)
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, reviewer, "approve")
    with pytest.raises(PermissionDenied):
        revision.publish(user=reviewer)
    with pytest.raises(PermissionDenied):
        task_state_of(draft).approve(user=reviewer)
    assert fresh(draft).state is State.IN_REVIEW
    approve(draft, office)
    assert fresh(draft).live


def test_the_reason_for_approving_alone_stands_in_history_and_audit(office, project):
    own = create_experience(office, project, "Vom Büro selbst geschrieben")
    approve(own, office, deputy_reason="Die Kollegin ist im Urlaub.")
    logged = ModelLogEntry.objects.get(action=DEPUTY_ACTION)
    assert logged.data == {"reason": "Die Kollegin ist im Urlaub."}
    assert (logged.user, logged.revision_id) == (office, fresh(own).live_revision_id)
    audited = AuditEvent.objects.get(action="entry.approved")
    assert audited.data["alone"] is True
    assert audited.data["revision"] == logged.revision_id


def test_a_reason_for_one_version_does_not_serve_the_next(office, project):
    own = create_experience(office, project, "Vom Büro selbst geschrieben")
    approve(own, office, deputy_reason="Die Kollegin ist im Urlaub.")
    revision = change(own, office, title="Noch etwas")
    with pytest.raises(PermissionDenied):
        revision.publish(user=office)
    assert fresh(own).title == "Vom Büro selbst geschrieben"


def test_a_second_person_approves_without_being_noted_as_alone(draft, office):
    approve(draft, office, deputy_reason="War gar nicht nötig.")
    assert not ModelLogEntry.objects.filter(action=DEPUTY_ACTION).exists()
    assert AuditEvent.objects.get(action="entry.approved").data["alone"] is False


# What is approved is what was read


def test_a_change_during_the_review_needs_a_new_approval(draft, editor, office):
    submit(draft, editor)
    read = task_state_of(draft)
    shown = read.revision_id
    change(draft, person(roles.REVIEWER, draft.project), body="<p>Nie gelesen.</p>")
    with pytest.raises(RuleError, match="inzwischen geändert"):
        approve(draft, office, revision_id=shown)
    with pytest.raises(PermissionDenied, match="inzwischen geändert"):
        read.task.specific.on_action(read, office, "approve")
    assert fresh(draft).state is State.IN_REVIEW
    assert task_state_of(draft).revision_id == fresh(draft).latest_revision_id
    approve(draft, office, revision_id=fresh(draft).latest_revision_id)
    assert "Nie gelesen" in fresh(draft).body


def test_typing_that_is_saved_by_itself_into_the_same_version_counts_as_a_change(draft, office):
    revision = fresh(draft).latest_revision
    seen_at = revision.created_at
    new = fresh(draft).get_latest_revision_as_object()
    new.title = "Nie gelesen"
    new.save_revision(user=revision.user, overwrite_revision=revision)
    assert fresh(draft).latest_revision_id == revision.pk
    with pytest.raises(RuleError, match="inzwischen geändert"):
        approve(draft, office, revision_id=revision.pk, seen_at=seen_at)
    approve(draft, office, seen_at=fresh(draft).latest_revision.created_at)


EDITOR_WRITES = (
    '{"blocks":[{"key":"abcde","text":"Das hat gut geklappt.","type":"unstyled","depth":0,'
    '"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}'
)


@pytest.mark.parametrize("extra", [{}, {"action-submit": "1"}, {"action-review": "1"}])
def test_a_save_without_a_change_makes_no_version(extra, editor, project, office, client):
    entry = ExperienceFactory(project=project, revision=editor)
    submit(entry, editor)
    before = fresh(entry).latest_revision_id
    client.force_login(office)
    client.post(url_of("edit", entry), form_data(entry, body=EDITOR_WRITES, **extra))
    assert fresh(entry).latest_revision_id == before
    approve(entry, office, revision_id=before)
    assert fresh(entry).live


def test_a_save_with_a_change_makes_one(project, office, client):
    entry = ExperienceFactory(project=project)
    before = fresh(entry).latest_revision_id
    client.force_login(office)
    data = form_data(entry, body=EDITOR_WRITES.replace("gut geklappt", "nicht geklappt"))
    client.post(url_of("edit", entry), data)
    assert fresh(entry).latest_revision_id != before


def test_an_unchanged_published_entry_is_not_submitted_again(editor, project, client):
    entry = published_experience(project=project)
    client.force_login(editor)
    data = form_data(entry, body=EDITOR_WRITES, **{"action-submit": "1"})
    page = client.post(url_of("edit", entry), data, follow=True).content.decode()
    assert "schon veröffentlicht" in page
    assert fresh(entry).state is State.PUBLISHED


def test_what_is_incomplete_is_not_submitted_by_wagtails_own_way_either(draft, editor):
    new = fresh(draft)
    new.title = ""
    new.save_revision(user=editor, clean=False)
    with pytest.raises(PermissionDenied):
        fresh(draft).get_workflow().start(fresh(draft), editor)
    with pytest.raises(PermissionDenied):
        fresh(draft).latest_revision.publish(user=person(roles.OFFICE))
    assert fresh(draft).state is State.DRAFT


def test_only_who_may_write_submits_by_wagtails_own_way(draft):
    for user in (person(roles.READER, draft.project), person(roles.EDITOR, ProjectFactory())):
        with pytest.raises(PermissionDenied):
            fresh(draft).get_workflow().start(fresh(draft), user)
    assert not WorkflowState.objects.exists()


# Returning and taking back


def test_a_return_without_a_reason_is_refused_by_whatever_way(draft, editor, office):
    submit(draft, editor)
    state = task_state_of(draft)
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, office, "reject", comment=" ")
    with pytest.raises(RuleError):
        return_entry(draft, office, "")
    assert fresh(draft).state is State.IN_REVIEW


def test_the_project_takes_back_whoever_submitted(draft, editor, client):
    submit(draft, editor)
    client.force_login(person(roles.EDITOR, draft.project))
    form = client.get(url_of("edit", draft)).content.decode()
    assert "In Prüfung seit" in form and "Aus der Prüfung zurückholen" in form
    assert 'name="title"' not in form, "a locked entry is read, not typed into"
    assert draft.title in form
    page = client.post(url_of("edit", draft), {"action-cancel-workflow": "1"}, follow=True)
    assert "wieder ein Entwurf" in page.content.decode()
    assert fresh(draft).state is State.DRAFT


def test_others_take_nothing_back(draft, editor, client):
    submit(draft, editor)
    for user in (person(roles.READER, draft.project), person(roles.EDITOR, ProjectFactory())):
        with pytest.raises(NotAllowedError):
            take_back(draft, user)
        client.force_login(user)
        client.post(url_of("edit", draft), {"action-cancel-workflow": "1"})
    assert fresh(draft).state is State.IN_REVIEW


def test_taking_back_twice_says_so(draft, editor, client):
    client.force_login(editor)
    page = client.post(url_of("edit", draft), {"action-cancel-workflow": "1"}, follow=True)
    assert "nicht in Prüfung" in page.content.decode()


# Circles


def test_a_wider_circle_is_confirmed(draft, editor, office):
    approve(draft, office, circle=Circle.PROJECTS)
    change(draft, editor, visibility=Circle.PUBLIC.value)
    submit(draft, editor)
    assert not published.experiences(ANONYMOUS).exists()
    with pytest.raises(RuleError, match="bestätigen"):
        approve(draft, office)
    assert fresh(draft).visibility == Circle.PROJECTS
    approve(draft, office, confirm_wider=True)
    assert published.experiences(ANONYMOUS).exists()


def test_a_wider_circle_than_before_a_withdrawal_is_confirmed_too(draft, office):
    approve(draft, office, circle=Circle.PROJECT)
    withdraw(draft, office)
    with pytest.raises(RuleError, match="bestätigen"):
        approve(draft, office, circle=Circle.NETWORK)
    approve(draft, office, circle=Circle.PROJECT)


# A time to come


def test_a_schedule_waits_for_its_approval_and_its_day(editor, project, office, client):
    entry = ExperienceFactory(project=project, visibility="public", revision=editor)
    client.force_login(editor)
    when = timezone.localtime(timezone.now() + timedelta(days=2))
    data = form_data(entry, go_live_at=when.strftime("%d.%m.%Y %H:%M"), **{"action-submit": "1"})
    client.post(url_of("edit", entry), data)
    assert fresh(entry).state is State.IN_REVIEW
    approve(entry, office)
    row = fresh(entry)
    assert not row.live and row.approved_schedule
    assert AuditEvent.objects.filter(action="entry.scheduled").exists()
    assert not published.experiences(ANONYMOUS).exists()
    assert client.get(f"/erfahrungen/{row.slug}/").status_code == 404
    assert "erscheint am" in client.get(url_of("edit", entry)).content.decode()
    with pytest.raises(RuleError, match="Termin"):
        submit(entry, editor)

    revision = row.scheduled_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert published.experiences(ANONYMOUS).exists()
    assert Publication.objects.of(row).get().withdrawn_at is None


def test_a_change_with_a_schedule_leaves_what_is_published(editor, project, office):
    entry = published_experience(project=project, title="Bisher")
    change(entry, editor, title="Später", go_live_at=timezone.now() + timedelta(days=2))
    submit(entry, editor)
    approve(entry, office)
    assert published.experiences(ANONYMOUS).get().title == "Bisher"


def test_a_schedule_approved_without_a_submission_is_not_told_as_published(draft, editor, office):
    change(draft, editor, go_live_at=timezone.now() + timedelta(days=2))
    approve(draft, office)
    assert not fresh(draft).live
    told = AuditEvent.objects.filter(object_id=draft.pk).values_list("action", flat=True)
    assert "entry.scheduled" in told and "entry.approved" not in told
    assert not Notification.objects.filter(occasion=Occasion.PUBLISHED).exists()


def test_an_editor_does_not_cancel_an_approved_schedule(draft, editor, office, client):
    change(draft, editor, go_live_at=timezone.now() + timedelta(days=2))
    approve(draft, office)
    revision = fresh(draft).scheduled_revision
    client.force_login(editor)
    client.post(url_of("revisions_unschedule", draft, revision.pk))
    assert fresh(draft).approved_schedule


def test_an_end_before_the_beginning_or_in_the_past_is_refused(draft, editor, office):
    change(draft, editor, expire_at=timezone.now() - timedelta(days=1))
    with pytest.raises(RuleError, match="vorbei"):
        submit(draft, editor)


# Locks


def test_a_locked_entry_says_who_holds_it_and_is_left_alone(draft, editor, office, client):
    Experience.objects.filter(pk=draft.pk).update(
        locked=True, locked_by=office, locked_at=timezone.now()
    )
    client.force_login(editor)
    form = client.get(url_of("edit", draft)).content.decode()
    assert "Gesperrt seit" in form and office.username in form
    with pytest.raises(RuleError, match="gesperrt"):
        submit(draft, editor)
    before = fresh(draft).latest_revision_id
    client.post(url_of("edit", draft), form_data(draft, title="Trotzdem"))
    assert fresh(draft).latest_revision_id == before
    submit(draft, office)
    with pytest.raises(RuleError, match="gesperrt"):
        approve(draft, person(roles.REVIEWER, draft.project))


def test_a_reviewer_reads_what_a_change_during_the_review_means(draft, editor, office, client):
    submit(draft, editor)
    client.force_login(office)
    form = client.get(url_of("edit", draft)).content.decode()
    assert "vier Augen" in form and reverse("guide_review", args=[draft.pk]) in form


# Emergency


def test_the_project_withdraws_at_once_with_a_reason(editor, project, client):
    entry = published_experience(project=project)
    change(entry, editor, title="Noch in Arbeit")
    submit(entry, editor)
    client.force_login(editor)
    url = reverse("guide_emergency", args=["experience", entry.pk])
    assert url in client.get(url_of("edit", entry)).content.decode()
    assert client.get(url).status_code == 200
    client.post(url, {"reason": "  "})
    assert fresh(entry).live
    page = client.post(url, {"reason": "Der Text macht jemanden erkennbar."}, follow=True)
    assert "Niemand liest es mehr" in page.content.decode()
    row = fresh(entry)
    assert row.state is State.WITHDRAWN and not row.workflow_in_progress
    assert not published.experiences(ANONYMOUS).exists()
    assert Publication.objects.of(row).get().withdrawn_at is not None
    with pytest.raises(NotAllowedError):
        approve(row, editor)
    logged = ModelLogEntry.objects.filter(action="cms.withdraw").get()
    assert logged.data["reason"] == "Der Text macht jemanden erkennbar."


def test_others_withdraw_nothing_in_an_emergency(project, client):
    entry = published_experience(project=project)
    url = reverse("guide_emergency", args=["experience", entry.pk])
    for user in (
        person(roles.READER, project),
        person(roles.EDITOR, ProjectFactory()),
        person(roles.PARTNER),
    ):
        client.force_login(user)
        client.post(url, {"reason": "Weg damit."})
        assert fresh(entry).live


# Overdue


def test_what_waits_too_long_is_overdue(editor, project):
    entries = [create_experience(editor, project, f"Nummer {number}") for number in range(3)]
    for entry in entries[:2]:
        submit(entry, editor)
    state = task_state_of(entries[0])
    state.started_at = timezone.now() - timedelta(days=15)
    state.save()
    assert list(Experience.objects.overdue(14)) == [entries[0]]
    waiting = {row.pk: row for row in Experience.objects.with_waiting(14)}
    assert waiting[entries[1].pk].waiting_since and not waiting[entries[1].pk].overdue
    assert waiting[entries[2].pk].waiting_since is None
