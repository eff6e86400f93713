"""@groups, written: what the office's screen of groups does, over the API."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cms.models import AuditEvent, Project
from cms.permissions import policies, roles
from cms.services.grant_role import grant_role
from cms.services.groups import save_group
from tests.factories.guide import ProjectFactory, UserFactory, person
from tests.functional.api_client import bearer, read, signed_in, token_of, write

pytestmark = pytest.mark.django_db

GROUPS = "/api/@groups"


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero")


@pytest.fixture
def admin(office):
    return signed_in(office)


@pytest.fixture
def ada():
    return UserFactory(username="ada")


@pytest.fixture
def eva():
    return UserFactory(username="eva")


def members(name: str) -> list[str]:
    return list(Group.objects.get(name=name).user_set.order_by("username").values_list(
        "username", flat=True))  # fmt: skip


def wrong(response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


def test_the_office_makes_a_group(admin, ada):
    sent = {"groupname": " Runde Süd ", "title": "Egal", "users": ["ada"]}
    answer = write(admin, "POST", GROUPS, sent, 201)
    data = answer.json()
    assert answer["Location"] == data["@id"] == f"http://testserver{GROUPS}/Runde%20S%C3%BCd"
    members = {"@id": data["@id"], "items": ["ada"], "items_total": 1}
    assert data == {
        "@id": data["@id"],
        "id": "Runde Süd",
        "groupname": "Runde Süd",
        "title": "Runde Süd",
        "description": "",
        "email": "",
        "roles": [],
        "can_delete": True,
        "members": members,
        "users": members,
    }
    assert read(admin, data["@id"]) == data
    assert AuditEvent.objects.filter(action="group.created").count() == 1
    write(admin, "POST", GROUPS, sent, 409)
    write(admin, "POST", GROUPS, {"groupname": "Moderators"}, 409)  # Wagtail's


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "groupname"),
        ({"groupname": " "}, "groupname"),
        ({"groupname": 7}, "groupname"),
        ({"groupname": "x" * 151}, "groupname"),
        ({"groupname": "Neu", "users": ["niemand"]}, "users"),
        ({"groupname": "Neu", "users": ["zu"]}, "users"),
        ({"groupname": "Neu", "users": [7]}, "users"),
        ({"groupname": "Neu", "users": "ada"}, "users"),
        ({"groupname": "Neu", "users": {}}, "users"),
        ({"groupname": "Neu", "roles": ["Manager"]}, "roles"),
        ({"groupname": "Neu", "groups": ["Administrators"]}, "groups"),
    ],
)
def test_what_is_no_group_is_refused(admin, sent, field):
    UserFactory(username="zu", is_active=False)
    assert wrong(write(admin, "POST", GROUPS, sent, 422)) == [field]
    assert not Group.objects.filter(name="Neu").exists()


def test_members_join_and_leave_and_the_others_stay(admin, office, ada, eva):
    project = ProjectFactory()
    group = save_group(None, "Runde", [ada], by=office)
    grant_role(group, project, roles.EDITOR)
    sent = {"users": {"eva": True, "niemand-mehr": False}}
    answer = write(admin, "PATCH", f"{GROUPS}/Runde", sent, 204)
    assert answer["Location"] == f"http://testserver{GROUPS}/Runde"
    assert members("Runde") == ["ada", "eva"]
    write(admin, "PATCH", f"{GROUPS}/Runde", {"users": {"ada": False}}, 204)
    assert members("Runde") == ["eva"]
    assert policies.can(eva, policies.EDIT, project)
    assert not policies.can(ada, policies.EDIT, project)
    for users in ({"ada": 1}, {"niemand": True}, ["ada"]):
        assert wrong(write(admin, "PATCH", f"{GROUPS}/Runde", {"users": users}, 422)) == ["users"]
    refused = write(admin, "PATCH", f"{GROUPS}/Runde", {"roles": ["office"]}, 422)
    assert wrong(refused) == ["roles"]


def test_another_title_is_another_name_and_address(admin, office, ada):
    save_group(None, "Runde", [ada], by=office)
    save_group(None, "Andere", [], by=office)
    answer = write(admin, "PATCH", f"{GROUPS}/Runde", {"title": "Runde / Süd"}, 204)
    assert read(admin, answer["Location"])["users"]["items"] == ["ada"]
    write(admin, "PATCH", answer["Location"], {"title": "Andere"}, 409)
    assert wrong(write(admin, "PATCH", answer["Location"], {"title": "x" * 151}, 422)) == ["title"]
    write(admin, "PATCH", answer["Location"], {"description": "Wer kommt"}, 204)
    read(admin, f"{GROUPS}/Runde", 404)


def test_a_group_is_dissolved_and_nobody_is_deleted(admin, office, ada):
    save_group(None, "Runde", [ada], by=office)
    write(admin, "DELETE", f"{GROUPS}/Runde", status=204)
    assert not Group.objects.filter(name="Runde").exists()
    ada.refresh_from_db()
    for method in ("DELETE", "PATCH"):
        for name in ("Runde", "Moderators"):
            write(admin, method, f"{GROUPS}/{name}", status=404)
    assert Group.objects.filter(name="Moderators").exists()


def test_a_list_shows_the_first_members_and_the_group_all(admin, office):
    names = [f"person-{number:02}" for number in range(27)]
    save_group(None, "Viele", [UserFactory(username=name) for name in names], by=office)
    [listed] = read(admin, GROUPS)
    assert (listed["members"]["items"], listed["members"]["items_total"]) == (names[:25], 27)
    assert read(admin, f"{listed['members']['@id']}?b_start=25")["members"]["items"] == names[25:]


def test_somebody_always_runs_the_office(ada, office):
    boss = UserFactory(username="chefin")
    group = save_group(None, "Büro", [boss], by=office)
    grant_role(group, Project.objects.office(), roles.OFFICE, by=office)
    office.is_active = False
    office.save()
    admin = signed_in(boss)
    for method, sent in (("DELETE", None), ("PATCH", {"users": {"chefin": False}})):
        answer = write(admin, method, f"{GROUPS}/B%C3%BCro", sent, 422)
        assert "niemand mehr" in answer.json()["message"]
    assert members("Büro") == ["chefin"]


@pytest.mark.parametrize("role", [roles.READER, roles.LEAD, roles.REVIEWER, roles.PARTNER, None])
def test_nobody_else_has_to_do_with_groups(role, office, ada):
    save_group(None, "Runde", [ada], by=office)
    client = signed_in(person(role, ProjectFactory()))
    for asking, status in ((client, 403), (Client(), 401)):
        write(asking, "POST", GROUPS, {"groupname": "Meine"}, status)
        for name in ("Runde", "gibt-es-nicht"):
            write(asking, "PATCH", f"{GROUPS}/{name}", {"title": "Meine"}, status)
            write(asking, "DELETE", f"{GROUPS}/{name}", status=status)
    assert members("Runde") == ["ada"]


def test_a_program_needs_the_scope_for_it(office):
    sent = {"data": {"groupname": "Neu"}, "content_type": "application/json"}
    for scopes, status in ((["write", "review"], 403), (["manage"], 201)):
        answer = Client().post(GROUPS, **sent, **bearer(token_of(office, *scopes)))
        assert answer.status_code == status


def test_a_group_is_changed_as_it_was_read_or_not_at_all(admin, ada, eva, office):
    save_group(None, "Süd", [ada], by=office)
    path = f"{GROUPS}/S%C3%BCd"
    old = {"If-Match": admin.get(path)["ETag"]}
    write(admin, "PATCH", path, {"users": {"eva": True}}, 204, old)
    write(admin, "PATCH", path, {"users": {"ada": False}}, 412, old)
    write(admin, "DELETE", path, None, 412, old)
    assert members("Süd") == ["ada", "eva"]
    write(admin, "DELETE", path, None, 204, {"If-Match": admin.get(path)["ETag"]})
    assert not Group.objects.filter(name="Süd").exists()
