"""Whom an occasion concerns, how they want to be told, and what the outbox then holds."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.occasions import Occasion
from cms.models import GuideSettings, Notification, NotificationChoice, Supplement
from cms.permissions import roles
from cms.services.choose_notifications import choose_notifications
from cms.services.grant_role import grant_role, revoke_role
from cms.services.hand_over import hand_over
from cms.services.notify import next_digest, notify
from cms.services.remind import remind_of_overdue
from cms.services.review import approve, return_entry
from cms.services.submit import submit, take_back
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)

pytestmark = pytest.mark.django_db


def somebody(role=None, project=None, **fields):
    """A person with a role and an address."""
    user = person(role, project, **fields)
    user.email = f"{user.username}@example.org"
    user.save()
    return user


@pytest.fixture
def office():
    return somebody(roles.OFFICE)


@pytest.fixture
def editor(project):
    return somebody(roles.EDITOR, project)


@pytest.fixture
def entry(project, editor):
    return ExperienceFactory(title="Sprechstunde im Waschsalon", project=project, revision=editor)


def told(occasion=None) -> set:
    rows = Notification.objects.all()
    if occasion:
        rows = rows.filter(occasion=occasion)
    return {row.recipient or row.address for row in rows}


# --- whom it concerns ----------------------------------------------------------------------------


def test_a_submission_is_told_to_the_reviewers_of_this_project_and_to_nobody_else(
    project, office, editor, entry
):
    reviewer = somebody(roles.REVIEWER, project)
    somebody(roles.REVIEWER, ProjectFactory())  # of another project
    somebody(roles.EDITOR, project), somebody(roles.READER, project), somebody(roles.PARTNER)
    somebody(is_superuser=True)  # the operator of the machine
    submit(entry, editor)
    assert told(Occasion.SUBMITTED) == {office, reviewer}
    take_back(entry, editor)
    assert told(Occasion.TAKEN_BACK) == {office, reviewer}


def test_an_answer_goes_to_the_author_the_last_editor_and_who_wrote_on_it(
    project, office, editor, entry
):
    colleague, last = somebody(roles.EDITOR, project), somebody(roles.EDITOR, project)
    somebody(roles.EDITOR, project)  # wrote nothing
    entry.save_revision(user=colleague)
    entry.save_revision(user=last)
    submit(entry, editor)
    return_entry(entry, office, "Bitte kürzer.")
    assert told(Occasion.RETURNED) == {editor, colleague, last}
    assert {row.reason for row in Notification.objects.filter(occasion="returned")} == {
        "Bitte kürzer."
    }
    submit(entry, editor)
    approve(entry, office)
    assert told(Occasion.PUBLISHED) == {editor, colleague, last}


def test_who_does_it_is_not_told(project, office, entry):
    submit(entry, office)  # the office's other person
    assert told(Occasion.SUBMITTED) == set()


def test_nobody_is_told_who_left_has_no_address_or_may_not_see_it_any_more(
    project, office, editor, entry
):
    gone, silent, moved = (somebody(roles.EDITOR, project) for _ in range(3))
    for writer in (gone, silent, moved):
        entry.save_revision(user=writer)
    gone.is_active = False
    gone.save()
    silent.email = ""
    silent.save()
    revoke_role(moved, project, roles.EDITOR)
    submit(entry, editor)
    return_entry(entry, office, "Bitte kürzer.")
    assert told(Occasion.RETURNED) == {editor}


def test_roles_through_a_group_count_and_ended_ones_do_not(project, editor, entry, office):
    from_group, ended = somebody(), somebody()
    group = from_group.groups.create(name="Prüfgruppe")
    grant_role(group, project, roles.REVIEWER)
    grant_role(ended, project, roles.REVIEWER)
    ended.projectusergrant_set.update(until=timezone.localdate() - datetime.timedelta(days=1))
    submit(entry, editor)
    assert told(Occasion.SUBMITTED) == {office, from_group}


def test_an_emergency_is_told_to_the_office_the_lead_and_the_writers(project, office, editor):
    lead, writer = somebody(roles.LEAD, project), somebody(roles.EDITOR, project)
    somebody(roles.LEAD, ProjectFactory())
    entry = published_experience(project=project, revision=writer)
    notify(Occasion.EMERGENCY_WITHDRAWN, entry, by=editor, reason="Ein Name steht im Text.")
    assert told(Occasion.EMERGENCY_WITHDRAWN) == {office, lead, writer}


def test_a_handed_over_draft_is_told_to_those_who_may_see_it_now(project, office, editor, entry):
    other = ProjectFactory()
    new_editor = somebody(roles.EDITOR, other)
    hand_over(entry, other, office)
    assert told(Occasion.HANDED_OVER) == {new_editor}  # the old ones see no draft of others


def test_a_published_supplement_is_told_to_the_project_that_it_belongs_to(project, editor, office):
    entry = published_experience(project=project)
    other = ProjectFactory()
    author = somebody(roles.EDITOR, other)
    supplement = Supplement.objects.create(
        experience=entry, project=other, text="<p>Bei uns auch.</p>", live=True
    )
    notify(Occasion.SUPPLEMENTED, supplement, by=office)
    assert told() == {editor}
    assert author not in told()
    Notification.objects.all().delete()
    supplement.visibility = Circle.PROJECT.value  # of the other project only
    notify(Occasion.SUPPLEMENTED, supplement, by=office)
    assert told() == set()


def test_named_people_and_addresses_are_told_instead(project, office):
    partner = somebody(roles.PARTNER)
    entry = ExperienceFactory(project=project)
    notify(Occasion.COMMENTED, entry, by=office, to=[partner])
    assert told() == set()  # a draft: a partner sees none, invited or not
    notify(Occasion.PROJECT_ENDING, project, by=office, to=["neu@example.org"])
    assert told() == {"neu@example.org"}


def test_a_role_is_told_to_who_holds_it_by_a_role_and_not_by_name(project, office):
    newcomer = somebody()
    office.first_name, office.last_name = "Erika", "Muster"
    office.save()
    grant_role(newcomer, project, roles.EDITOR, by=office)
    [row] = Notification.objects.all()
    assert (row.recipient, row.by, row.reason) == (
        newcomer,
        "von der Koordinierungsstelle",
        "Redaktion",
    )


def test_the_row_is_in_the_transaction_and_holds_no_text_of_the_entry(editor, entry, office):
    submit(entry, editor)
    row = Notification.objects.values().get()
    assert "Waschsalon" not in str(row)


def test_nobody_is_told_the_same_twice(entry, office, editor):
    for _ in range(2):
        notify(Occasion.OVERDUE, entry, once="task1")
    assert Notification.objects.count() == 1


def test_many_people_cost_as_many_queries_as_one(project, office, editor, entry):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            notify(Occasion.SUBMITTED, entry, by=editor)
        return len(captured)

    queries()  # the content types are known now
    few = queries()
    for _ in range(12):
        somebody(roles.REVIEWER, project)
    assert queries() == few
    assert few <= 7


# --- a person's own choice -----------------------------------------------------------------------


def berlin(*when) -> datetime.datetime:
    return datetime.datetime(*when, tzinfo=ZoneInfo("Europe/Berlin"))


def test_the_daily_mail_is_due_at_seven_also_when_the_clock_changes(settings):
    assert next_digest(berlin(2026, 6, 1, 6, 0)) == berlin(2026, 6, 1, 7, 0)
    assert next_digest(berlin(2026, 6, 1, 6, 58)) == berlin(2026, 6, 2, 7, 0)
    assert next_digest(berlin(2026, 6, 1, 20, 0)) == berlin(2026, 6, 2, 7, 0)
    assert next_digest(berlin(2026, 10, 24, 12, 0)) == berlin(2026, 10, 25, 7, 0)
    settings.NOTIFICATION_DIGEST_TIME = "17:30"
    assert next_digest(berlin(2026, 6, 1, 8, 0)) == berlin(2026, 6, 1, 17, 30)


def test_everybody_chooses_at_once_daily_or_nothing_but_hears_of_their_access(
    project, office, editor, entry
):
    daily, never = somebody(roles.REVIEWER, project), somebody(roles.REVIEWER, project)
    choose_notifications(daily, entries="at_once", reviews="daily")
    choose_notifications(never, entries="never", reviews="never")
    submit(entry, editor)
    rows = {row.recipient: row for row in Notification.objects.all()}
    assert set(rows) == {office, daily}
    assert (rows[office].is_digest, rows[daily].is_digest) == (False, True)
    assert rows[daily].due_at > timezone.now()
    grant_role(never, project, roles.EDITOR, by=office)
    assert never in told(Occasion.ROLE_GRANTED)


def test_what_waits_follows_a_new_choice(project, office, editor, entry):
    submit(entry, editor)
    choose_notifications(office, entries="at_once", reviews="daily")
    assert Notification.objects.get().is_digest
    choose_notifications(office, entries="at_once", reviews="at_once")
    assert Notification.objects.due().count() == 1
    choose_notifications(office, entries="at_once", reviews="never")
    assert Notification.objects.due().count() == 0


def test_the_choice_is_made_on_a_screen_of_ones_own(client, project, editor, office):
    address = "/intern/benachrichtigungen/"
    assert client.get(address)["Location"] == f"/anmelden/?next={address}"
    client.force_login(editor)
    assert address in client.get("/intern/").content.decode()
    page = client.get(address).content.decode()
    assert "einmal am Tag" in page and editor.email in page
    assert "Arbeit als Prüfung" not in page  # this person reviews nothing
    # No way round it: the second part is not theirs to set.
    page = client.post(address, {"entries": "daily", "reviews": "never"}, follow=True)
    assert "Gespeichert" in page.content.decode()
    choice = NotificationChoice.objects.get(user=editor)
    assert (choice.entries, choice.reviews) == ("daily", "at_once")
    assert client.post(address, {"entries": "hourly"}).status_code == 200
    client.force_login(office)
    assert "Arbeit als Prüfung" in client.get(address).content.decode()


# --- overdue -------------------------------------------------------------------------------------


def test_an_entry_that_waits_too_long_is_told_once(project, office, editor, entry):
    submit(entry, editor)
    remind_of_overdue()
    assert told(Occasion.OVERDUE) == set()
    state = entry.current_workflow_task_state
    state.started_at = timezone.now() - datetime.timedelta(days=15)
    state.save()
    for _ in range(3):
        remind_of_overdue()
    assert told(Occasion.OVERDUE) == {office}
    assert Notification.objects.filter(occasion=Occasion.OVERDUE).count() == 1


def test_how_long_is_the_offices_own_setting(client, project, office, editor, entry):
    guide = GuideSettings.for_request(client.get("/").wsgi_request)
    guide.review_days = 30
    guide.save()
    submit(entry, editor)
    state = entry.current_workflow_task_state
    state.started_at = timezone.now() - datetime.timedelta(days=15)
    state.save()
    assert remind_of_overdue() == 0


# --- Wagtail's own -------------------------------------------------------------------------------


def test_wagtail_mails_nobody_besides(settings, project, office, editor, entry):
    settings.WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = True
    somebody(is_superuser=True)
    submit(entry, editor)
    return_entry(entry, office, "Bitte kürzer.")
    submit(entry, editor)
    approve(entry, office)
    assert mail.outbox == []


def test_wagtails_choice_of_mails_is_not_offered(client, office):
    client.force_login(office)
    page = client.get("/admin/account/").content.decode()
    assert "submitted_notifications" not in page
