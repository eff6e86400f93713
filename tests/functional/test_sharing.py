"""Who sees what, and giving access: what the screens show, do and refuse."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.models import IndexJob, Invitation, Project, ProjectGroupGrant, ProjectUserGrant
from cms.permissions import policies, roles
from cms.permissions.who_can import who_can
from cms.services.grant_role import grant_role, revoke_role
from cms.services.groups import dissolve_group, guide_groups, save_group
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    UserFactory,
    person,
    published_experience,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero")


def again(user):
    return get_user_model().objects.get(pk=user.pk)


def screen(client, project, user):
    client.force_login(user)
    return client.get(reverse("guide_sharing", args=[project.pk]))


def is_denied(response) -> bool:
    return response.status_code == 302 and response.url == reverse("wagtailadmin_home")


def test_the_table_says_who_can_do_what_and_why(project, office):
    lead = person(roles.LEAD, project, username="lea", first_name="Lea", last_name="Leitung")
    editor = UserFactory(username="egon")
    grant_role(editor, project, roles.EDITOR, until=datetime.date(2099, 12, 31), by=lead)
    team = Group.objects.create(name="Fachberatung")
    helper = UserFactory(username="hilde")
    helper.groups.add(team)
    grant_role(team, project, roles.REVIEWER, by=office)
    access = who_can(project)
    found = {someone.user.username: someone for someone in access.members}
    assert set(found) == {"lea", "egon", "hilde"}
    abilities = {
        name: (someone.sees, someone.writes, someone.reviews, someone.leads)
        for name, someone in found.items()
    }
    assert abilities == {
        "lea": (True, True, False, True),
        "egon": (True, True, False, False),
        "hilde": (True, True, True, False),
    }
    [reason] = found["egon"].reasons
    assert (reason.by, reason.until) == (lead, datetime.date(2099, 12, 31))
    [reason] = found["hilde"].reasons
    assert (reason.is_group, reason.holder) == (True, team)
    assert [someone.user for someone in access.office] == [office]
    assert access.office[0].reviews


@pytest.mark.parametrize("role", [*roles.ROLES, None])
def test_the_table_agrees_with_the_policy(project, role):
    user = person(role, project)
    superuser = UserFactory(is_superuser=True)
    access = who_can(project)
    found = {one.user: one for one in (*access.members, *access.office)}
    for one in (user, superuser):
        entry = ExperienceFactory(project=project)
        abilities = [
            policies.can(again(one), action, entry)
            for action in (policies.SEE, policies.EDIT, policies.REVIEW)
        ] + [policies.can(again(one), policies.GRANT, project)]
        shown = found.get(one)
        assert abilities == (
            [shown.sees, shown.writes, shown.reviews, shown.leads] if shown else [False] * 4
        )


def test_who_lost_everything_is_not_in_the_table(project):
    gone, over = person(roles.EDITOR, project), person(roles.EDITOR, project)
    revoke_role(gone, project, roles.EDITOR)
    ProjectUserGrant.rows.filter(user=over).update(
        until=timezone.localdate() - datetime.timedelta(1)
    )
    asleep = person(roles.EDITOR, project, is_active=False)
    assert [(one.user, one.sees) for one in who_can(project).members] == [(asleep, False)]


def test_the_table_costs_the_same_for_many_people(project, client, office):
    screen(client, project, office)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert screen(client, project, office).status_code == 200
        return len(captured)

    def add(number):
        team = Group.objects.create(name=f"Gruppe {number}")
        team.user_set.add(UserFactory(), UserFactory())
        grant_role(team, project, roles.READER, by=office)
        grant_role(UserFactory(), project, roles.EDITOR, by=office)
        Invitation.objects.create(
            project=project, email=f"{number}@example.org", role=roles.EDITOR, invited_by=office
        )

    add(0)
    few = queries()
    for number in range(1, 9):
        add(number)
    assert queries() == few
    with CaptureQueriesContext(connection) as captured:
        who_can(project)
    assert len(captured) == 4


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER])
def test_colleagues_look_and_change_nothing(project, client, role):
    colleague = person(roles.EDITOR, project, username="kollegin")
    response = screen(client, project, person(role, project))
    assert response.status_code == 200
    assert "kollegin" in response.content.decode()
    assert b"Zugang geben oder einladen" not in response.content
    answers = (
        client.post(response.request["PATH_INFO"], {"who": "kollegin", "role": "lead"}),
        client.get(reverse("guide_sharing_person", args=[project.pk, colleague.pk, "editor"])),
        client.post(
            reverse("guide_sharing_person", args=[project.pk, colleague.pk, "editor"]),
            {"action": "end"},
        ),
        client.get(reverse("guide_end_project", args=[project.pk])),
        client.get(reverse("guide_people")),
        client.get(reverse("guide_group_new")),
    )
    assert all(map(is_denied, answers))
    assert policies.can(again(colleague), policies.EDIT, project)
    assert is_denied(client.get(reverse("guide_sharing", args=[ProjectFactory().pk])))


def test_a_leitung_gives_access_by_exact_name_or_address(project, client):
    lead = person(roles.LEAD, project)
    erika = UserFactory(username="erika", email="Erika@example.org")
    client.force_login(lead)
    address = reverse("guide_sharing", args=[project.pk])
    for who, role in (("erika", roles.READER), ("erika@example.ORG", roles.EDITOR)):
        response = client.post(address, {"who": who, "role": role}, follow=True)
        assert "kann jetzt" in response.content.decode()
    assert policies.can(again(erika), policies.EDIT, project)
    response = client.post(address, {"who": "erik", "role": "editor"})
    assert "Diesen Benutzernamen gibt es nicht" in response.content.decode()
    response = client.post(address, {"who": "erika", "role": roles.REVIEWER})
    assert "error-message" in response.content.decode()
    assert not policies.can(again(erika), policies.REVIEW, ExperienceFactory(project=project))
    response = client.post(address, {"who": "erika", "role": "reader", "until": "2013-01-01"})
    assert "Dieser Tag ist schon vorbei" in response.content.decode()
    assert 'value="erika"' in response.content.decode()


def test_a_leitung_sees_no_groups_and_gives_none_access(project, client):
    team = Group.objects.create(name="Geheime Gruppe")
    response = screen(client, project, person(roles.LEAD, project))
    assert "Geheime Gruppe" not in response.content.decode()
    data = {"to": "group", "group": team.pk, "role": roles.READER}
    assert is_denied(client.post(reverse("guide_sharing", args=[project.pk]), data))
    assert not ProjectGroupGrant.rows.exists()


def test_the_end_is_changed_and_the_giver_stays(project, client, office):
    lead, editor = person(roles.LEAD, project), UserFactory()
    grant_role(editor, project, roles.EDITOR, by=lead)
    client.force_login(office)
    address = reverse("guide_sharing_person", args=[project.pk, editor.pk, roles.EDITOR])
    client.post(address, {"action": "until", "until": "2099-12-31"})
    rows = ProjectUserGrant.rows.filter(user=editor)
    assert {(row.until, row.granted_by) for row in rows} == {(datetime.date(2099, 12, 31), lead)}
    client.post(address, {"action": "until", "until": ""})
    assert {row.until for row in rows.all()} == {None}


def test_an_end_is_confirmed_on_a_page_that_says_what_happens(project, client):
    lead, editor = person(roles.LEAD, project), person(roles.EDITOR, project)
    grant_role(editor, project, roles.READER)
    client.force_login(lead)
    address = reverse("guide_sharing_person", args=[project.pk, editor.pk, roles.EDITOR])
    page = client.get(address).content.decode()
    assert "Der Zugang endet sofort, auch in der Suche." in page
    assert "Es bleibt: Leser" in page
    assert policies.can(again(editor), policies.EDIT, project)
    response = client.post(address, {"action": "end"}, follow=True)
    assert "Beendet" in response.content.decode()
    assert not policies.can(again(editor), policies.EDIT, project)
    assert policies.can(again(editor), policies.SEE, project)
    assert client.get(address).status_code == 404


def test_a_leitung_cannot_end_a_reviewer(project, client):
    lead, reviewer = person(roles.LEAD, project), person(roles.REVIEWER, project)
    client.force_login(lead)
    address = reverse("guide_sharing_person", args=[project.pk, reviewer.pk, roles.REVIEWER])
    assert is_denied(client.post(address, {"action": "end"}))
    assert policies.can(again(reviewer), policies.REVIEW, ExperienceFactory(project=project))


def test_ones_own_access_takes_a_tick(project, client):
    lead = person(roles.LEAD, project)
    client.force_login(lead)
    address = reverse("guide_sharing_person", args=[project.pk, lead.pk, roles.LEAD])
    response = client.post(address, {"action": "end"})
    assert "Setzen Sie das Häkchen" in response.content.decode()
    assert policies.can(again(lead), policies.GRANT, project)
    assert client.post(address, {"action": "end", "sure": "on"}).status_code == 302
    assert not policies.can(again(lead), policies.SEE, project)


def test_the_office_keeps_one(client, office):
    own = Project.objects.office()
    client.force_login(office)
    address = reverse("guide_sharing_person", args=[own.pk, office.pk, roles.OFFICE])
    for data in ({"action": "end", "sure": "on"}, {"action": "until", "until": "2099-12-31"}):
        assert "niemand mehr Zugang" in client.post(address, data).content.decode()
        assert not ProjectUserGrant.rows.exclude(until=None).exists()
    asleep = person(roles.OFFICE, is_active=False)
    with pytest.raises(RuleError):
        revoke_role(office, own, roles.OFFICE, by=office)
    asleep.is_active = True
    asleep.save()
    revoke_role(office, own, roles.OFFICE, by=asleep)
    assert not policies.can(again(office), policies.OFFICE)


def test_the_office_appoints_office_partners_and_limited_reviewers(project, client, office):
    client.force_login(office)
    own = Project.objects.office()
    for name, where, role in (
        ("neu", own, roles.OFFICE),
        ("amt", own, roles.PARTNER),
        ("pruefer", project, roles.REVIEWER),
    ):
        UserFactory(username=name)
        data = {"who": name, "role": role}
        assert client.post(reverse("guide_sharing", args=[where.pk]), data).status_code == 302
    users = get_user_model().objects
    assert policies.can(users.get(username="neu"), policies.OFFICE)
    assert policies.reader_for(users.get(username="amt")).circle is Circle.NETWORK
    assert policies.project_ids_for(users.get(username="pruefer"), policies.REVIEW) == {project.pk}
    page = client.get(reverse("guide_people")).content.decode()
    assert all(name in page for name in ("neu", "amt", "pruefer", "ThINKA Musterstadt"))
    assert (
        "amt"
        not in client.get(reverse("guide_people"), {"q": "PRUEF"})
        .content.decode()
        .split("<tbody>")[1]
        .split("</tbody>")[0]
    )


def test_the_office_finds_every_account_with_its_roles_in_few_queries(project, client, office):
    UserFactory(username="ohne", first_name="Erika", last_name="Ohne")
    save_group(None, name="Fachberatung", members=[person(roles.EDITOR, project)], by=office)
    client.force_login(office)
    address = reverse("guide_people")
    page = client.get(address, {"q": "ohne erik"}).content.decode()
    assert "kein Zugang zu einem Projekt" in page
    assert "noch nie angemeldet, ohne zweiten Faktor" in page
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(5):
        member = person(roles.EDITOR, ProjectFactory())
        save_group(None, name=f"Gruppe {number}", members=[member, office], by=office)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_roles_of_the_office_are_offered_on_its_project_only(project, client, office):
    client.force_login(office)
    UserFactory(username="neu")
    response = client.post(
        reverse("guide_sharing", args=[project.pk]), {"who": "neu", "role": roles.OFFICE}
    )
    assert response.status_code == 200
    assert not policies.can(get_user_model().objects.get(username="neu"), policies.OFFICE)


def test_a_group_gives_and_takes_at_once(project, client, office):
    member = UserFactory()
    client.force_login(office)
    client.post(reverse("guide_group_new"), {"name": "Fachberatung", "members": [member.pk]})
    team = Group.objects.get(name="Fachberatung")
    data = {"to": "group", "group": team.pk, "role": roles.EDITOR}
    client.post(reverse("guide_sharing", args=[project.pk]), data)
    assert policies.can(again(member), policies.EDIT, project)
    client.post(reverse("guide_group", args=[team.pk]), {"name": "Fachberatung"})
    assert not policies.can(again(member), policies.EDIT, project)
    client.post(
        reverse("guide_group", args=[team.pk]), {"name": "Fachberatung", "members": [member.pk]}
    )
    address = reverse("guide_sharing_group", args=[project.pk, team.pk, roles.EDITOR])
    assert client.post(address, {"action": "end"}).status_code == 302
    assert not policies.can(again(member), policies.EDIT, project)
    client.post(reverse("guide_group", args=[team.pk]), {"dissolve": "1"})
    assert not Group.objects.filter(pk=team.pk).exists()


def test_a_group_cannot_take_the_last_of_the_office(office):
    own, boss = Project.objects.office(), UserFactory()
    team = save_group(None, "Büro", [boss], by=office)
    grant_role(team, own, roles.OFFICE, by=office)
    revoke_role(office, own, roles.OFFICE, by=office)
    boss = again(boss)
    with pytest.raises(RuleError):
        save_group(team, "Büro", [], by=boss)
    with pytest.raises(RuleError):
        dissolve_group(team, by=boss)
    assert policies.can(again(boss), policies.OFFICE)


def test_groups_are_the_offices(project, office):
    for role in (roles.LEAD, roles.REVIEWER):
        with pytest.raises(NotAllowedError):
            save_group(None, "Meine", [], by=person(role, project))
    save_group(None, "Fachberatung", [], by=office)
    with pytest.raises(RuleError):
        save_group(None, "Fachberatung", [], by=office)


def test_wagtails_own_groups_are_not_among_them(client, office):
    """They bring rights with them that hold in every project."""
    assert Group.objects.filter(name="Editors").exists()
    assert not guide_groups().filter(name="Editors").exists()
    client.force_login(office)
    editors = Group.objects.get(name="Editors")
    assert client.get(reverse("guide_group", args=[editors.pk])).status_code == 404


def test_removal_ends_access_at_once_and_in_search_without_touching_entries(
    project, client, embedded_search
):
    editor = person(roles.EDITOR, project)
    published_experience(Circle.PROJECT, title="Hausbesuche im Quartier", project=project)
    embedded_search()
    client.force_login(editor)
    page = client.get("/suche/", {"q": "Hausbesuche"}).content.decode()
    assert "im Quartier" in page
    jobs = IndexJob.objects.count()
    revoke_role(editor, project, roles.EDITOR)
    assert IndexJob.objects.count() == jobs
    page = client.get("/suche/", {"q": "Hausbesuche"}).content.decode()
    assert "im Quartier" not in page
    assert client.get(reverse("wagtailadmin_home")).status_code == 302


@pytest.mark.parametrize("how", ["deactivated", "over"])
def test_other_ends_are_as_quick(project, client, embedded_search, how):
    editor = person(roles.EDITOR, project)
    published_experience(Circle.PROJECT, title="Hausbesuche im Quartier", project=project)
    embedded_search()
    client.force_login(editor)
    if how == "over":
        ProjectUserGrant.rows.update(until=timezone.localdate() - datetime.timedelta(days=1))
    else:
        get_user_model().objects.filter(pk=editor.pk).update(is_active=False)
    page = client.get("/suche/", {"q": "Hausbesuche"}).content.decode()
    assert "im Quartier" not in page
    assert client.get(reverse("guide_experiences:list")).status_code == 302


def test_a_grant_writes_the_same_rows_for_many_entries_as_for_few(project, office):
    def queries():
        user = UserFactory()
        with CaptureQueriesContext(connection) as captured:
            grant_role(user, project, roles.EDITOR, by=office)
            revoke_role(user, project, roles.EDITOR, by=office)
        return len(captured)

    queries()
    ExperienceFactory(project=project)
    few = queries()
    for _ in range(20):
        ExperienceFactory(project=project)
    assert queries() == few


def test_the_projects_list_leads_there_for_everybody_who_sees_the_project(project, client):
    client.force_login(person(roles.READER, project))
    page = client.get(reverse("projekte_modeladmin_index")).content.decode()
    assert reverse("guide_sharing", args=[project.pk]) in page
    assert reverse("projekte_modeladmin_edit", args=[project.pk]) not in page
    assert is_denied(client.get(reverse("projekte_modeladmin_edit", args=[project.pk])))
    client.force_login(person(roles.EDITOR, project))
    page = client.get(reverse("projekte_modeladmin_edit", args=[project.pk])).content.decode()
    assert reverse("guide_sharing", args=[project.pk]) in page


def test_only_the_office_says_when_a_project_ends_and_who_follows(project, client):
    client.force_login(person(roles.EDITOR, project))
    data = {
        "title": project.title,
        "slug": project.slug,
        "carrier": "Musterverein",
        "end": "01.01.2014",
        "successor": ProjectFactory().pk,
        "locations-TOTAL_FORMS": 0,
        "locations-INITIAL_FORMS": 0,
    }
    client.post(reverse("projekte_modeladmin_edit", args=[project.pk]), data)
    project.refresh_from_db()
    assert (project.carrier, project.end, project.successor) == ("Musterverein", None, None)
