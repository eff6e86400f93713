"""Roles over the API: who has which and why, and giving and taking them by the rules."""

import datetime
import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.models import AuditEvent, ExperienceUserGrant, Invitation, Project, ProjectUserGrant
from cms.permissions import policies, roles
from cms.services.grant_role import grant_role
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    UserFactory,
    person,
    published_experience,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in

pytestmark = pytest.mark.django_db

PATH = "/api/projekte/thinka-musterstadt/@sharing"


@pytest.fixture
def lead(project):
    return person(roles.LEAD, project, username="lea", first_name="Lea", last_name="Leitung")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero")


def post(client, status: int = 204, path: str = PATH, prefer: str = "", **data):
    headers = {"Prefer": prefer} if prefer else {}
    response = client.post(path, json.dumps(data), content_type="application/json", headers=headers)
    assert response.status_code == status, response.content.decode()
    return response.json() if response.content else None


def entry(who: str, until=..., type="user", **held):
    wanted = {"id": who, "type": type, "roles": held}
    return wanted if until is ... else wanted | {"until": until}


def held_by(user, project) -> set[str]:
    rows = ProjectUserGrant.rows.in_force().filter(user=user, content_object=project)
    return set(rows.values_list("role", flat=True))


# --- reading -------------------------------------------------------------------------------------


def test_it_says_who_has_which_role_and_why(project, lead, office):
    editor = UserFactory(username="egon")
    grant_role(editor, project, roles.EDITOR, until=datetime.date(2099, 12, 31), by=lead)
    team = Group.objects.create(name="Fachberatung")
    UserFactory(username="hilde").groups.add(team)
    grant_role(team, project, roles.REVIEWER, by=office)
    answer = read(signed_in(lead), PATH)
    assert (answer["@id"], answer["inherit"]) == (f"http://testserver{PATH}", True)
    available = {role["id"]: role for role in answer["available_roles"]}
    assert list(available) == ["reader", "editor", "reviewer", "lead"]
    assert available["editor"]["title"] == "Redaktion"
    assert available["lead"]["grantable"] and not available["reviewer"]["grantable"]
    found = {row["id"]: row for row in answer["entries"]}
    assert set(found) == {"lea", "egon", "hilde", "buero", "Fachberatung"}
    assert found["egon"]["roles"] == {
        "reader": False, "editor": True, "reviewer": False, "lead": False,
    }  # fmt: skip
    [why] = found["egon"]["reasons"]
    assert (why["via"], why["role"], why["until"], why["granted_by"]) == (
        "direct", "editor", "2099-12-31", "Lea Leitung",
    )  # fmt: skip
    assert found["hilde"]["roles"]["reviewer"] == "acquired"
    [why] = found["hilde"]["reasons"]
    assert (why["via"], why["group"]) == ("group", "Fachberatung")
    assert set(found["buero"]["roles"].values()) == {"global"}
    assert found["buero"]["reasons"][0]["via"] == "office"
    assert (found["Fachberatung"]["type"], found["Fachberatung"]["login"]) == ("group", None)
    assert found["Fachberatung"]["roles"]["reviewer"] is True
    assert found["Fachberatung"]["disabled"] and not found["egon"]["disabled"]


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER])
def test_who_sees_the_drafts_sees_who_else_does_but_no_invitations(project, lead, role):
    post(signed_in(lead), entries=[entry("neu@example.org", editor=True)])
    assert read(signed_in(lead), PATH)["invitations"][0]["email"] == "neu@example.org"
    answer = read(signed_in(person(role, project)), PATH)
    assert "invitations" not in answer
    assert not any(role["grantable"] for role in answer["available_roles"])
    assert all(row["disabled"] for row in answer["entries"])


@pytest.mark.parametrize("role", [None, roles.PARTNER, roles.LEAD])
def test_nobody_else_learns_who_works_there(client, project, lead, role):
    published = published_experience(project=project)
    draft = ExperienceFactory(project=project)
    stranger = signed_in(person(role, ProjectFactory()) if role else person())
    for reader, status in ((stranger, 403), (client, 401)):
        for path in (PATH, f"/api/erfahrungen/{published.slug}/@sharing"):
            assert "lea" not in json.dumps(read(reader, path, status))
            post(reader, status, path, entries=[entry("lea", editor=True)])
        assert read(reader, f"/api/erfahrungen/{draft.slug}/@sharing", 404) == NOT_FOUND


def test_only_projects_and_their_entries_are_shared(office):
    for path in ("/api/projekte/@sharing", "/api/impressum/@sharing"):
        assert read(signed_in(office), path, 404) == NOT_FOUND


def test_more_people_cost_no_more_queries(project, lead):
    client = signed_in(lead)
    read(client, PATH)
    with CaptureQueriesContext(connection) as few:
        read(client, PATH)
    for _ in range(5):
        person(roles.EDITOR, project)
        post(client, entries=[entry(f"neu{_}@example.org", editor=True)])
    with CaptureQueriesContext(connection) as many:
        read(client, PATH)
    assert len(many) == len(few)


def test_the_office_finds_who_has_no_role_here_yet(project, lead, office):
    UserFactory(username="egon", first_name="Egon", email="egon@example.org")
    UserFactory(username="egon-war-hier", is_active=False)
    person(roles.EDITOR, ProjectFactory(), username="egonie")
    team = Group.objects.create(name="Egons Runde")
    for role in (roles.READER, roles.EDITOR):
        grant_role(Group.objects.get_or_create(name="Egons Team")[0], project, role, by=office)
    client = signed_in(office)
    there = [row["id"] for row in read(client, PATH)["entries"]]
    assert there.count("Egons Team") == 1
    found = read(client, f"{PATH}?search=egon")["entries"]
    assert [row["id"] for row in found] == [*there, "egon", "egonie", "Egons Runde"]
    added = {row["id"]: row for row in found[len(there) :]}
    none = {"reader": False, "editor": False, "reviewer": False, "lead": False}
    assert all(row["roles"] == none and not row["disabled"] for row in added.values())
    assert all(row["reasons"] == [] for row in added.values())
    # What was found is sent back as it is, with a role.
    post(client, entries=[{**added["egon"], "roles": {**none, "editor": True}}])
    post(client, entries=[{**added["Egons Runde"], "roles": {**none, "reader": True}}])
    assert {row["id"] for row in read(client, PATH)["entries"]} >= {"egon", team.name}
    # Others are not told who else has an account.
    assert "egonie" not in json.dumps(read(signed_in(lead), f"{PATH}?search=egon"))


# --- giving and taking ---------------------------------------------------------------------------


def test_a_lead_gives_a_role_changes_its_end_and_takes_it(project, lead):
    egon, client = UserFactory(username="egon"), signed_in(lead)
    assert post(client, entries=[entry("egon", editor=True)]) is None
    assert held_by(egon, project) == {"editor"}
    post(client, entries=[entry("egon", until="2099-12-31", editor=True, reader=False)])
    post(client, entries=[entry("egon", editor=True)])
    until = ProjectUserGrant.rows.filter(user=egon).values_list("until", flat=True).distinct()
    assert list(until) == [datetime.date(2099, 12, 31)]
    post(client, entries=[entry("egon", until=None, editor=True)])
    assert ProjectUserGrant.rows.filter(user=egon, until=None).exists()
    answer = post(
        client, 200, prefer="return=representation",
        entries=[entry("egon", editor=False, reader=True)],
    )  # fmt: skip
    assert held_by(egon, project) == {"reader"}
    [row] = [row for row in answer["entries"] if row["id"] == "egon"]
    assert (row["roles"]["reader"], row["roles"]["editor"]) == (True, False)
    events = AuditEvent.objects.filter(actor_id=lead.pk).order_by("pk")
    assert set(events.values_list("action", flat=True)) == {"role.granted", "role.ended"}


def test_who_has_no_account_is_invited(project, lead, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(signed_in(lead), entries=[entry("neu@example.org", until="2099-01-31", editor=True)])
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("neu@example.org", "editor")
    assert mail.outbox[0].to == ["neu@example.org"]
    unknown = post(signed_in(lead), 422, entries=[entry("niemand", editor=True)])
    assert unknown["message"].startswith("Diesen Benutzernamen gibt es nicht.")


def test_nobody_gives_more_than_they_have(project, lead):
    UserFactory(username="egon")
    for role in (roles.REVIEWER, roles.OFFICE):
        refused = post(
            signed_in(lead), 403 if role == roles.REVIEWER else 422,
            entries=[entry("egon", **{role: True})],
        )  # fmt: skip
        assert refused["message"]
    ProjectUserGrant.rows.filter(user=lead).update(until=datetime.date(2098, 1, 1))
    longer = post(signed_in(lead), 422, entries=[entry("egon", editor=True)])
    assert "01.01.2098" in longer["message"]
    assert not ProjectUserGrant.rows.filter(user__username="egon").exists()


def test_all_that_is_sent_is_done_or_nothing(project, lead):
    egon = UserFactory(username="egon")
    post(signed_in(lead), 403, entries=[entry("egon", editor=True, reviewer=True)])
    assert held_by(egon, project) == set()


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER])
def test_who_may_not_give_roles_changes_none(project, lead, role):
    client = signed_in(person(role, project))
    for held in ({"editor": True}, {"lead": False}, {}):
        post(client, 403, entries=[entry("lea", **held)])
    assert held_by(lead, project) == {"lead"}


def test_what_was_read_can_be_sent_back_without_a_change(project, lead, office):
    team = Group.objects.create(name="Fachberatung")
    grant_role(team, project, roles.REVIEWER, by=office)
    UserFactory(username="hilde").groups.add(team)
    before = list(ProjectUserGrant.rows.order_by("pk").values())
    answer = read(signed_in(office), PATH)
    post(signed_in(office), entries=answer["entries"], inherit=True)
    assert list(ProjectUserGrant.rows.order_by("pk").values()) == before


def test_groups_are_chosen_by_the_office(project, lead, office):
    Group.objects.create(name="Fachberatung")
    wanted = [entry("Fachberatung", type="group", editor=True)]
    post(signed_in(lead), 403, entries=wanted)
    post(signed_in(office), entries=wanted)
    hilde = UserFactory()
    hilde.groups.add(Group.objects.get(name="Fachberatung"))
    assert policies.can(hilde, policies.EDIT, project)
    post(signed_in(office), entries=[entry("Fachberatung", type="group", editor=False)])
    assert not policies.can(get_user_model().objects.get(pk=hilde.pk), policies.EDIT, project)
    post(signed_in(office), 422, entries=[entry("Gibt es nicht", type="group", editor=True)])


def test_the_office_keeps_somebody(office):
    path = f"/api/projekte/{Project.objects.office().slug}/@sharing"
    last = post(signed_in(office), 422, path, entries=[entry("buero", office=False)])
    assert last["message"].startswith("Danach hätte niemand mehr Zugang")
    assert policies.can(get_user_model().objects.get(pk=office.pk), policies.OFFICE)
    UserFactory(username="petra")
    post(signed_in(office), 204, path, entries=[entry("petra", partner=True)])
    [row] = [one for one in read(signed_in(office), path)["entries"] if one["id"] == "petra"]
    assert row["roles"]["partner"] is True


@pytest.mark.parametrize(
    ("data", "field"),
    [({"entries": {}}, "entries"), ({"entries": ["egon"]}, "entries"),
     ({"entries": [{"roles": {}}]}, "id"),
     ({"entries": [{"id": "egon", "roles": ["editor"]}]}, "roles"),
     ({"entries": [{"id": "egon", "roles": {"editor": "ja"}}]}, "roles"),
     ({"entries": [{"id": "egon", "type": "role", "roles": {}}]}, "type"),
     ({"entries": [entry("egon", until="morgen", editor=True)]}, "until"),
     ({"entries": [entry("egon", until="2030-13-01", editor=True)]}, "until"),
     ({"entries": [], "inherit": False}, "inherit")],
)  # fmt: skip
def test_what_makes_no_sense_is_told_by_field(lead, data, field):
    UserFactory(username="egon")
    answer = post(signed_in(lead), 422, **data)
    assert [error["field"] for error in answer["errors"]] == [field]
    assert answer["errors"][0]["message"].endswith(".")


def test_a_lead_who_ends_their_own_access_is_answered_without_a_table(project, lead):
    person(roles.LEAD, project)
    mine = [entry("lea", lead=False)]
    assert post(signed_in(lead), 204, prefer="return=representation", entries=mine) is None


# --- invitations to comment on a draft -----------------------------------------------------------


def test_partners_are_invited_to_an_experience_under_review(project, lead):
    author = person(roles.EDITOR, project)
    draft = ExperienceFactory(project=project, revision=author)
    path = f"/api/erfahrungen/{draft.slug}/@sharing"
    partner = person(roles.PARTNER, username="petra")
    invited = [entry("petra", until="2099-12-31", commenter=True)]
    early = post(signed_in(lead), 422, path, entries=invited)
    assert early["message"] == "Einladen können Sie, solange der Eintrag in Prüfung ist."
    submit(draft, author)
    post(signed_in(author), 403, path, entries=invited)
    post(signed_in(lead), 204, path, entries=invited)
    answer = read(signed_in(lead), path)
    found = {row["id"]: row for row in answer["entries"]}
    assert found["petra"]["roles"] == {"commenter": True}
    assert found["petra"]["reasons"][0]["until"] == "2099-12-31"
    assert found["lea"]["roles"]["lead"] == "acquired"
    assert "petra" not in json.dumps(read(signed_in(author), path))
    post(signed_in(lead), 204, path, entries=[entry("petra", commenter=True)])
    assert ExperienceUserGrant.rows.get(user=partner).until == datetime.date(2099, 12, 31)
    post(signed_in(lead), 204, path, entries=[entry("petra", commenter=False)])
    assert not ExperienceUserGrant.rows.exists()
    for wanted in (entry("lea", commenter=True), entry("petra", editor=True)):
        post(signed_in(lead), 422, path, entries=[wanted])
