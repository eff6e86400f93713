"""Roles: who gives them, what they open, and that they end."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from cms.domain.errors import NotAllowedError, RuleError
from cms.models import AuditEvent, Project, ProjectUserGrant
from cms.permissions import policies, roles
from cms.services.grant_role import grant_role, revoke_role, revoke_roles
from cms.services.invite import invite
from tests.factories.guide import ExperienceFactory, ProjectFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory()


def again(user):
    """The same account as the next request loads it."""
    return get_user_model().objects.get(pk=user.pk)


def test_a_role_opens_the_admin_and_one_project(project):
    user = person(roles.EDITOR, project)
    assert user.has_perm("wagtailadmin.access_admin")
    assert user.has_perm("cms.write_entries", project)
    assert not user.has_perm("cms.write_entries", ProjectFactory())
    assert not user.has_perm("cms.write_entries")


@pytest.mark.parametrize("role", [None, roles.PARTNER])
def test_without_a_project_there_is_no_admin(role):
    assert not person(role).has_perm("wagtailadmin.access_admin")


def test_a_role_ends_with_its_last_day(project):
    user = UserFactory()
    grant_role(user, project, roles.EDITOR, until=timezone.localdate())
    assert policies.can(again(user), policies.EDIT, project)
    ProjectUserGrant.rows.update(until=timezone.localdate() - datetime.timedelta(days=1))
    assert not policies.can(again(user), policies.EDIT, project)
    assert not again(user).has_perm("wagtailadmin.access_admin")
    assert policies.reader_for(again(user)).project_ids == frozenset()


def test_an_end_in_the_past_is_refused(project):
    with pytest.raises(RuleError):
        grant_role(UserFactory(), project, roles.EDITOR, until=datetime.date(2013, 7, 17))
    assert not ProjectUserGrant.rows.exists()


def test_one_of_two_roles_can_end(project):
    user = person(roles.EDITOR, project)
    grant_role(user, project, roles.REVIEWER)
    revoke_role(user, project, roles.EDITOR)
    entry = ExperienceFactory(project=project)
    assert policies.can(again(user), policies.REVIEW, entry)
    assert not policies.can(again(user), policies.EDIT_PROJECT, project)
    revoke_roles(user, project)
    assert not policies.can(again(user), policies.SEE, entry)


def test_groups_hold_roles(project):
    user, group = UserFactory(), Group.objects.create(name="Team")
    grant_role(group, project, roles.EDITOR)
    assert not policies.can(again(user), policies.EDIT, project)
    user.groups.add(group)
    assert policies.can(again(user), policies.EDIT, project)


def test_nobody_gives_more_than_they_hold(project):
    lead, somebody = person(roles.LEAD, project), UserFactory()
    grant_role(somebody, project, roles.EDITOR, by=lead)
    office = Project.objects.office()
    for role, where in (
        (roles.REVIEWER, project),
        (roles.EDITOR, ProjectFactory()),
        (roles.OFFICE, office),
        (roles.PARTNER, office),
    ):
        with pytest.raises(NotAllowedError):
            grant_role(somebody, where, role, by=lead)
    for who in (person(roles.EDITOR, project), person(roles.REVIEWER, project), person()):
        with pytest.raises(NotAllowedError):
            grant_role(somebody, project, roles.READER, by=who)
    grant_role(somebody, project, roles.REVIEWER, by=person(roles.OFFICE))


def test_nobody_gives_access_for_longer_than_they_have_it(project):
    day = timezone.localdate() + datetime.timedelta(days=30)
    lead, somebody = UserFactory(), UserFactory()
    grant_role(lead, project, roles.LEAD, until=day)
    later = day + datetime.timedelta(days=1)
    for holder, role in ((somebody, roles.READER), (lead, roles.LEAD)):
        for until in (None, later):
            with pytest.raises(RuleError):
                grant_role(holder, project, role, until=until, by=lead)
            with pytest.raises(RuleError):
                invite("erika@example.org", project, role, until=until, by=lead)
    grant_role(somebody, project, roles.READER, until=day, by=lead)
    assert set(ProjectUserGrant.rows.values_list("until", flat=True)) == {day}
    grant_role(lead, project, roles.LEAD, by=person(roles.LEAD, project))
    assert not ProjectUserGrant.rows.filter(user=lead).exclude(until=None).exists()


def test_roles_are_in_the_audit_log_without_names_in_its_data(project):
    office = person(roles.OFFICE)
    user = person(roles.EDITOR, project, username="erika")
    revoke_role(user, project, roles.EDITOR, by=office)
    event = AuditEvent.objects.get(action="role.ended")
    assert (event.project_id, event.actor_id, event.data) == (
        project.pk,
        office.pk,
        {"role": "editor"},
    )
    assert event.personal["holder"] == "erika"
