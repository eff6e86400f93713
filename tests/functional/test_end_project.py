"""The end of a project: announced, its entries passed on, its roles over, and back."""

import datetime
import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.models import AuditEvent, Experience, Invitation, Project, Publication, Supplement
from cms.permissions import policies, roles
from cms.services.end_project import (
    announce_end,
    begin_end,
    heir_of,
    pass_on_batch,
    plan_end,
    reopen_project,
    take_back_batch,
)
from cms.services.grant_role import grant_role
from cms.services.hand_over import hand_over
from cms.services.invite import invite
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    UserFactory,
    person,
    published_experience,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero")


@pytest.fixture
def successor():
    return ProjectFactory(title="ThINKA Neustadt")


@pytest.fixture
def project(successor):
    return ProjectFactory(title="ThINKA Musterstadt", successor=successor)


def again(user):
    return get_user_model().objects.get(pk=user.pk)


def end(project, by=None):
    begin_end(project, by=by)
    project.refresh_from_db()
    while pass_on_batch(project, by=by):
        pass


def command(**options) -> str:
    out = io.StringIO()
    call_command("end_projects", stdout=out, **options)
    return out.getvalue()


def test_entries_pass_to_the_successor_with_address_and_history(
    project, successor, office, audit_guarded
):
    entry = published_experience(Circle.PUBLIC, project=project)
    draft = ExperienceFactory(project=project)
    trashed = ExperienceFactory(project=project)
    Experience.objects.filter(pk=trashed.pk).update(trashed_at=timezone.now())
    supplement = Supplement.objects.create(experience=entry, project=project, verdict="works")
    address = entry.get_absolute_url()
    end(project, by=office)
    for row in (entry, draft, supplement):
        row.refresh_from_db()
        assert row.project == successor
    assert Experience.with_trash.get(pk=trashed.pk).project == successor
    assert entry.live
    assert entry.get_absolute_url() == address
    first, last = Publication.objects.of(entry).order_by("published_at")
    assert (first.project, last.project) == (project, successor)
    assert first.withdrawn_at == last.published_at
    assert last.withdrawn_at is None
    assert plan_end(project).is_done


def test_a_later_version_of_a_passed_entry_stays_with_the_heir(project, successor, office):
    entry = published_experience(Circle.PUBLIC, project=project)
    end(project, by=office)
    entry = Experience.objects.get(pk=entry.pk)
    entry.get_latest_revision_as_object().save_revision().publish()
    assert Experience.objects.get(pk=entry.pk).project == successor


def test_roles_and_invitations_end_and_the_project_is_listed_as_ended(
    project, successor, office, client
):
    editor, lead = person(roles.EDITOR, project), person(roles.LEAD, project)
    invite("erika@example.org", project, roles.READER, by=lead)
    end(project, by=office)
    for user in (editor, lead):
        assert not policies.can(again(user), policies.SEE, project)
        assert not policies.can(again(user), policies.SEE, successor)
        assert not again(user).has_perm("wagtailadmin.access_admin")
    assert not Invitation.objects.pending().exists()
    assert project.has_ended
    assert "ThINKA Musterstadt" in client.get("/projekte/?zeige=beendet").content.decode()
    with pytest.raises(RuleError):
        grant_role(editor, project, roles.EDITOR, by=office)


def test_the_heir_is_the_last_of_the_successors_else_the_office(project, successor):
    office = Project.objects.office()
    assert heir_of(project) == successor
    successor.end = TODAY() - DAY
    successor.save()
    assert heir_of(project) == office
    third = ProjectFactory()
    successor.successor = third
    successor.save()
    assert heir_of(Project.objects.get(pk=project.pk)) == third
    third.end, third.successor = TODAY() - DAY, project
    third.save()
    assert heir_of(Project.objects.get(pk=project.pk)) == office


def test_only_the_office_ends_a_project(project, office):
    for role in (roles.LEAD, roles.REVIEWER):
        with pytest.raises(NotAllowedError):
            begin_end(project, by=person(role, project))
    with pytest.raises(RuleError):
        begin_end(Project.objects.office(), by=office)
    with pytest.raises(RuleError):
        pass_on_batch(project, by=office)


def test_batches_go_on_where_they_stopped_and_cost_the_same(project, office):
    for _ in range(8):
        ExperienceFactory(project=project)
    begin_end(project, by=office)
    project.refresh_from_db()
    pass_on_batch(project, by=office, size=1)  # fills the caches
    costs = []
    for left in (5, 3):
        with CaptureQueriesContext(connection) as captured:
            assert pass_on_batch(project, by=office, size=2) == left
        costs.append(len(captured))
    assert costs[0] == costs[1]
    assert pass_on_batch(project, by=office) == 0


def test_nothing_ends_by_itself_without_two_weeks_notice(project, successor):
    editor, entry = person(roles.EDITOR, project), ExperienceFactory(project=project)
    project.end = TODAY() - DAY
    project.save()
    assert "angekündigt" in command(dry_run=True)
    project.refresh_from_db()
    assert project.announced_at is None
    assert "angekündigt" in command()
    assert "Kein Projekt endet" in command()
    with pytest.raises(RuleError):
        begin_end(project)
    assert policies.can(again(editor), policies.EDIT, entry)
    Project.objects.filter(pk=project.pk).update(announced_at=timezone.now() - 14 * DAY)
    assert "1 Einträge an ThINKA Neustadt" in command(dry_run=True)
    assert policies.can(again(editor), policies.EDIT, entry)
    assert "1 Einträge an ThINKA Neustadt" in command()
    assert not policies.can(again(editor), policies.EDIT, entry)
    entry.refresh_from_db()
    assert entry.project == successor
    assert "Kein Projekt endet" in command()
    actions = AuditEvent.objects.filter(action__startswith="project.").values_list(
        "action", flat=True
    )
    assert set(actions) == {"project.end_announced", "project.ended"}


def test_another_end_is_announced_anew(project):
    ExperienceFactory(project=project)
    project.end = TODAY() + 5 * DAY
    project.save()
    announce_end(project)
    Project.objects.filter(pk=project.pk).update(announced_at=timezone.now() - 20 * DAY)
    assert "Kein Projekt endet" in command()  # its last day is not over
    Project.objects.filter(pk=project.pk).update(end=TODAY() - DAY)
    assert "angekündigt" in command()
    assert Experience.objects.get().project == project


def test_a_project_without_an_end_or_far_from_it_is_left_alone(project):
    ExperienceFactory(project=project)
    assert "Kein Projekt endet" in command()
    Project.objects.filter(pk=project.pk).update(end=TODAY() + 15 * DAY)
    assert "Kein Projekt endet" in command()


def test_reopening_brings_back_what_nobody_moved_since(project, successor, office):
    entry = published_experience(Circle.PUBLIC, project=project)
    moved, own = ExperienceFactory(project=project), ExperienceFactory(project=successor)
    end(project, by=office)
    hand_over(Experience.objects.get(pk=moved.pk), ProjectFactory(), office)
    with pytest.raises(RuleError):
        take_back_batch(project, by=office)
    reopen_project(project, by=office)
    project.refresh_from_db()
    assert take_back_batch(project, by=office, size=1) == 0
    assert list(Experience.objects.filter(project=project)) == [entry]
    own.refresh_from_db()
    assert own.project == successor
    assert Publication.objects.of(entry).get(withdrawn_at=None).project == project
    assert not project.has_ended
    # A second end and return work as the first.
    end(project, by=office)
    reopen_project(project, by=office)
    project.refresh_from_db()
    assert take_back_batch(project, by=office) == 0
    assert list(Experience.objects.filter(project=project)) == [entry]


def test_the_screen_says_what_happens_then_does_it_step_by_step(project, successor, office, client):
    person(roles.EDITOR, project)
    ExperienceFactory(project=project)
    ExperienceFactory(project=project)
    client.force_login(office)
    address = reverse("guide_end_project", args=[project.pk])
    page = client.get(address).content.decode()
    assert "2 Erfahrungen gehen an „ThINKA Neustadt“" in page
    assert "1 Zugang endet sofort" in page
    assert "Setzen Sie das Häkchen" in client.post(address, {}).content.decode()
    assert not Project.objects.get(pk=project.pk).has_ended
    page = client.post(address, {"sure": "on"}, follow=True).content.decode()
    assert "2 Einträge sind zu übergeben" in page
    step = reverse("guide_end_project_next", args=[project.pk])
    assert client.post(step, headers={"Accept": "application/json"}).json() == {"left": 0}
    page = client.get(address).content.decode()
    assert "Dieses Projekt ist beendet" in page
    back = reverse("guide_reopen_project", args=[project.pk])
    page = client.post(back, follow=True).content.decode()
    assert "Das Projekt läuft wieder" in page
    assert Experience.objects.filter(project=project).count() == 2


def test_nobody_else_and_no_get_ends_anything(project, client, office):
    names = ("guide_end_project", "guide_end_project_next", "guide_reopen_project")
    client.force_login(person(roles.LEAD, project))
    for name in names:
        response = client.post(reverse(name, args=[project.pk]), {"sure": "on"})
        assert response.url == reverse("wagtailadmin_home")
    client.force_login(office)
    for name in names[1:]:
        assert client.get(reverse(name, args=[project.pk])).status_code == 405
    own = reverse("guide_end_project", args=[Project.objects.office().pk])
    assert client.post(own, {"sure": "on"}).url == reverse("wagtailadmin_home")


def test_the_office_sees_which_projects_are_about_to_end(project, client, office):
    ExperienceFactory(project=project)
    Project.objects.filter(pk=project.pk).update(end=TODAY() + 3 * DAY)
    client.force_login(office)
    page = client.get(reverse("guide_people")).content.decode()
    assert "Projekte, die enden" in page
    assert reverse("guide_end_project", args=[project.pk]) in page


def test_a_single_hand_over_stays_as_it_was(project, successor, office):
    entry = published_experience(Circle.PUBLIC, project=project)
    hand_over(entry, successor, office)
    assert entry.project == successor
    with pytest.raises(NotAllowedError):
        hand_over(entry, project, UserFactory())
