"""Draft, submit, return, publish, withdraw, hand over: the way of an entry."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cms import published
from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.kinds import Kind, State
from cms.domain.reader import ANONYMOUS
from cms.models import Experience, IndexJob, Publication
from cms.permissions import policies, roles
from cms.services.comment import add_comment
from cms.services.create_experience import create_experience
from cms.services.grant_role import grant_role
from cms.services.hand_over import hand_over
from cms.services.publish_many import publish_many
from cms.services.review import approve, return_entry
from cms.services.submit import submit, take_back
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    event_page,
    person,
    published_experience,
    table_page,
)

pytestmark = pytest.mark.django_db


def state_of(entry) -> State:
    return Experience.objects.with_state().get(pk=entry.pk).state


def test_a_new_entry_is_a_draft_in_the_circle_of_the_projects(draft):
    assert not draft.live
    assert draft.visibility == Circle.PROJECTS
    assert state_of(draft) is State.DRAFT
    assert not published.experiences(policies.reader_for(person(roles.OFFICE))).exists()


def test_the_whole_way(draft, editor, office):
    submit(draft, editor)
    assert state_of(draft) is State.IN_REVIEW

    return_entry(draft, office, "Bitte schreiben Sie, wie oft.")
    assert state_of(draft) is State.RETURNED

    submit(draft, editor)
    approve(draft, office, circle=Circle.PUBLIC, note="Danke!")
    assert state_of(draft) is State.PUBLISHED
    assert published.experiences(ANONYMOUS).get().title == "Sprechstunde im Waschsalon"

    withdraw(draft, office, "Auf Wunsch")
    assert state_of(draft) is State.WITHDRAWN
    assert not published.experiences(ANONYMOUS).exists()
    assert Publication.objects.of(draft).get().withdrawn_at is not None


def test_the_office_can_publish_what_it_returned(draft, editor, office):
    submit(draft, editor)
    return_entry(draft, office, "Bitte ergänzen.")
    approve(draft, office)
    assert state_of(draft) is State.PUBLISHED


def test_a_return_needs_a_reason(draft, editor, office):
    submit(draft, editor)
    with pytest.raises(RuleError):
        return_entry(draft, office, "  ")
    assert state_of(draft) is State.IN_REVIEW


def test_four_eyes_or_a_recorded_reason(office):
    own = create_experience(office, ProjectFactory(), "Vom Büro selbst geschrieben")
    with pytest.raises(RuleError, match="zweite Person"):
        approve(own, office)
    assert not Experience.objects.get(pk=own.pk).live
    approve(own, office, deputy_reason="Die Kollegin ist krank.")
    assert Experience.objects.get(pk=own.pk).live


def test_wagtails_own_way_of_approving_asks_for_four_eyes_too(office):
    own = create_experience(office, ProjectFactory(), "Vom Büro selbst geschrieben")
    submit(own, office)
    task_state = Experience.objects.get(pk=own.pk).current_workflow_task_state
    with pytest.raises(PermissionDenied):
        task_state.task.specific.on_action(task_state, office, "approve")
    assert not Experience.objects.get(pk=own.pk).live


def test_the_address_is_that_of_the_title_that_goes_live(draft, editor, office):
    entry = Experience.objects.get(pk=draft.pk)
    entry.title = "Eine Besucherin"
    entry.save_revision(user=editor)
    approve(draft, office, circle=Circle.PUBLIC)
    assert published.experiences(ANONYMOUS).get().slug == "eine-besucherin"


def test_a_reviewer_of_a_project_publishes_no_pages_of_the_office(project):
    table = table_page(event_page(live=False), live=False)
    entry = ExperienceFactory(table=table, project=project)
    approve(entry, person(roles.REVIEWER, project), publish_source=True)
    table.refresh_from_db()
    assert not table.live
    assert Experience.objects.get(pk=entry.pk).live


def test_nobody_else_approves(draft, editor, project):
    submit(draft, editor)
    for somebody in (
        editor,
        person(roles.LEAD, project),
        person(roles.PARTNER),
        person(roles.REVIEWER, ProjectFactory()),
        person(),
    ):
        with pytest.raises(NotAllowedError):
            approve(draft, somebody)
    assert not Experience.objects.get(pk=draft.pk).live


def test_a_reviewer_of_the_project_approves(draft, editor, project):
    submit(draft, editor)
    approve(draft, person(roles.REVIEWER, project))
    assert Experience.objects.get(pk=draft.pk).live


@pytest.mark.parametrize(
    "act",
    [
        approve,
        lambda entry, user: return_entry(entry, user, "Zu spät"),
        submit,
        take_back,
        lambda entry, user: withdraw(entry, user, "Zu spät"),
        lambda entry, user: add_comment(entry, user, "Zu spät"),
    ],
)
def test_what_was_handed_over_meanwhile_is_no_longer_the_old_projects(act, draft, office, project):
    submit(draft, office)
    stale, reviewer = Experience.objects.get(pk=draft.pk), person(roles.REVIEWER, project)
    hand_over(draft, ProjectFactory(), office)
    assert stale.project == project
    with pytest.raises(NotAllowedError):
        act(stale, reviewer)
    assert state_of(draft) is State.IN_REVIEW


def test_who_may_move_is_asked_of_the_project_that_it_belongs_to_now(draft, office, project):
    other = ProjectFactory()
    lead = person(roles.LEAD, project)
    grant_role(lead, other, roles.LEAD)
    stale = Experience.objects.get(pk=draft.pk)
    hand_over(draft, ProjectFactory(), office)
    with pytest.raises(NotAllowedError):
        hand_over(stale, other, lead)


def test_an_incomplete_discussion_is_neither_submitted_nor_published(editor, office, project):
    entry = create_experience(editor, project, "Facebook?", kind=Kind.DISCUSSION)
    with pytest.raises(RuleError, match="Diskussion"):
        submit(entry, editor)
    with pytest.raises(RuleError, match="Diskussion"):
        approve(entry, office)
    assert state_of(entry) is State.DRAFT


def test_an_empty_title_never_goes_live(draft, editor, office):
    submit(draft, editor)
    entry = Experience.objects.get(pk=draft.pk).get_latest_revision_as_object()
    entry.title = ""
    entry.save_revision(user=editor, clean=False)
    with pytest.raises(RuleError):
        approve(draft, office)
    assert not Experience.objects.get(pk=draft.pk).live


def test_taking_back_makes_a_draft_again(draft, editor):
    submit(draft, editor)
    take_back(draft, editor)
    assert state_of(draft) is State.DRAFT


def test_a_change_of_what_is_published_is_a_draft_until_it_is_approved(draft, editor, office):
    approve(draft, office, circle=Circle.PUBLIC)
    entry = Experience.objects.get(pk=draft.pk)
    entry.title = "Sprechstunde im Waschsalon, jede Woche"
    entry.save_revision(user=editor)
    assert published.experiences(ANONYMOUS).get().title == "Sprechstunde im Waschsalon"
    submit(draft, editor)
    approve(draft, office)
    live = published.experiences(ANONYMOUS).get()
    assert live.title == "Sprechstunde im Waschsalon, jede Woche"
    assert live.slug == "sprechstunde-im-waschsalon"
    assert [publication.withdrawn_at is None for publication in Publication.objects.of(live)] == [
        True,
        False,
    ]


def test_history_and_outbox_are_written_in_the_same_transaction(draft, office):
    IndexJob.objects.all().delete()

    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), transaction.atomic():
        approve(draft, office)
        assert Publication.objects.of(draft).exists()
        assert IndexJob.objects.exists()
        raise Interrupted
    assert not Publication.objects.exists()
    assert not IndexJob.objects.exists()
    assert not Experience.objects.get(pk=draft.pk).live


def test_an_entry_is_hidden_while_its_event_is(office):
    event = event_page(live=False)
    table = table_page(event, live=True)
    entry = published_experience(table=table)
    assert not published.experiences(ANONYMOUS).exists()
    event.save_revision().publish()
    assert published.experiences(ANONYMOUS).get() == entry
    event.refresh_from_db()
    IndexJob.objects.all().delete()
    event.unpublish()
    assert not published.experiences(ANONYMOUS).exists()
    assert IndexJob.objects.filter(object_type="experience", object_id=entry.pk).exists()


def test_approving_offers_to_publish_table_and_event(office):
    table = table_page(event_page(live=False), live=False)
    entry = ExperienceFactory(table=table)
    approve(entry, office, circle=Circle.PUBLIC, publish_source=True)
    assert published.experiences(ANONYMOUS).exists()
    table.refresh_from_db()
    assert table.live and table.get_parent().live


def test_many_at_once_with_a_result_for_each(office, editor, project):
    entries = [ExperienceFactory() for _ in range(5)]
    own = create_experience(office, project, "Vom Büro")
    incomplete = create_experience(editor, project, "Nur ein Titel?", kind=Kind.DISCUSSION)
    steps = []
    results = publish_many(
        [*entries, own, incomplete], office, on_progress=lambda *step: steps.append(step)
    )
    assert {result.object.pk for result in results if result.ok} == {entry.pk for entry in entries}
    assert all(result.message for result in results)
    assert steps[-1] == (7, 7)
    assert Publication.objects.count() == 5


def test_hand_over_keeps_address_versions_and_readers(draft, editor, office):
    approve(draft, office, circle=Circle.PUBLIC)
    before = Experience.objects.get(pk=draft.pk)
    other = ProjectFactory()
    hand_over(draft, other, office)
    after = published.experiences(ANONYMOUS).get()
    assert (after.slug, after.live_revision_id) == (before.slug, before.live_revision_id)
    assert after.project == other
    assert not policies.can(editor, policies.EDIT, after)
    assert Publication.objects.of(after).filter(withdrawn_at=None).get().project == other


def test_hand_over_needs_rights_on_both(draft, project):
    lead = person(roles.LEAD, project)
    with pytest.raises(NotAllowedError):
        hand_over(draft, ProjectFactory(), lead)


@pytest.mark.parametrize(
    ("circle", "visible_to"),
    [
        (Circle.PUBLIC, {"anonymous", "nobody", "partner", "other", "own", "office"}),
        (Circle.NETWORK, {"partner", "other", "own", "office"}),
        (Circle.PROJECTS, {"other", "own", "office"}),
        (Circle.PROJECT, {"own", "office"}),
    ],
)
def test_circles(circle, visible_to, project):
    published_experience(circle, project=project)
    people = {
        "anonymous": None,
        "nobody": person(),
        "partner": person(roles.PARTNER),
        "other": person(roles.READER, ProjectFactory()),
        "own": person(roles.READER, project),
        "office": person(roles.OFFICE),
    }
    seen = {
        name
        for name, user in people.items()
        if published.experiences(policies.reader_for(user)).exists()
    }
    assert seen == visible_to
