"""@users, @groups, @roles: in Plone's shapes, and only for those who see it on the screens."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cms.permissions import roles
from cms.services.grant_role import grant_role
from cms.services.groups import save_group
from tests.factories.guide import ProjectFactory, UserFactory, person
from tests.functional.api_client import bearer, read, signed_in, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(project):
    names = {"first_name": "Ada", "last_name": "Muster", "email": "ada@example.org"}
    return person(roles.EDITOR, project, username="ada@muster+1", **names)


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero", last_name="Zett")


def test_everybody_reads_their_own_account(ada, project):
    data = read(signed_in(ada), "/api/@users/ada@muster+1")
    assert data == {
        "@id": "http://testserver/api/@users/ada%40muster%2B1",
        "id": "ada@muster+1",
        "username": "ada@muster+1",
        "fullname": "Ada Muster",
        "email": "ada@example.org",
        "description": "",
        "home_page": None,
        "location": None,
        "portrait": None,
        "is_active": True,
        "roles": ["editor"],
        "groups": {
            "@id": "http://testserver/api/@users/ada%40muster%2B1",
            "items": [],
            "items_total": 0,
        },
        "projects": [
            {
                "project": {
                    "@id": f"http://testserver/api/projekte/{project.slug}",
                    "token": project.slug,
                    "title": project.title,
                },
                "role": "editor",
                "title": "Redaktion",
                "until": None,
                "group": None,
            }
        ],
    }
    assert read(signed_in(ada), data["@id"]) == data


@pytest.mark.parametrize("role", [roles.READER, roles.LEAD, roles.REVIEWER, roles.PARTNER, None])
def test_nobody_but_the_office_learns_who_else_there_is(role, ada, office, project):
    save_group(None, "Runde", [ada], by=office)
    client = signed_in(person(role, project))
    for path in ("/api/@users/ada@muster+1", "/api/@users/gibt-es-nicht", "/api/@users/a%00"):
        assert read(client, path, 404) == read(client, "/api/gibt-es-nicht", 404)
    for path in ("/api/@users", "/api/@users?search=ada", "/api/@groups", "/api/@groups/Runde"):
        assert read(client, path, 403)["type"] == "Forbidden"
        assert read(client, "/api/@groups/gibt-es-nicht", 403)


@pytest.mark.parametrize(
    "path", ["@users", "@users/ada@muster+1", "@groups", "@groups/x", "@roles"]
)
def test_without_credentials_it_is_401(client, ada, path):
    assert read(client, f"/api/{path}", 401)["type"] == "Unauthorized"
    assert client.post(f"/api/{path}").status_code in (401, 405)


def names(client, query: str = "") -> list[str]:
    return [user["id"] for user in read(client, f"/api/@users{query}")]


def test_the_office_lists_and_finds_accounts(ada, office):
    UserFactory(username="zu", last_name="Anders", is_active=False)
    client = signed_in(office)
    assert names(client) == ["zu", "ada@muster+1", "buero"]
    assert [user["is_active"] for user in read(client, "/api/@users")] == [False, True, True]
    assert names(client, "?query=MUSTER") == ["ada@muster+1"]
    assert names(client, "?query=Anders") == []  # the account's name only
    assert names(client, "?search=anders") == ["zu"]
    assert names(client, "?search=ada example") == ["ada@muster+1"]
    assert names(client, "?limit=2") == ["zu", "ada@muster+1"]
    assert names(client, "?limit=99999999999") == ["zu", "ada@muster+1", "buero"]
    for wrong in ("0", "-1", "viele"):
        assert read(client, f"/api/@users?limit={wrong}", 400)["errors"][0]["field"] == "limit"
    assert read(client, "/api/@users/zu")["fullname"] == "Anders"
    read(client, "/api/@users/gibt-es-nicht", 404)


def test_groups_with_their_roles_and_members(ada, office, project):
    runde = save_group(None, "Runde / Süd", [ada, office], by=office)
    save_group(None, "Andere", [], by=office)
    grant_role(runde, project, roles.READER)
    assert Group.objects.filter(name="Moderators").exists()  # Wagtail's, and no group of people
    client = signed_in(office)
    listed = read(client, "/api/@groups")
    assert [group["id"] for group in listed] == ["Andere", "Runde / Süd"]
    here = "http://testserver/api/@groups/Runde%20%2F%20S%C3%BCd"
    members = {"@id": here, "items": ["ada@muster+1", "buero"], "items_total": 2}
    assert listed[1] == {
        "@id": here,
        "id": "Runde / Süd",
        "groupname": "Runde / Süd",
        "title": "Runde / Süd",
        "description": "",
        "email": "",
        "roles": ["reader"],
        "can_delete": True,
        "members": members,
    }
    assert [group["id"] for group in read(client, "/api/@groups?query=run")] == ["Runde / Süd"]
    one = read(client, listed[1]["@id"])
    assert one == {**listed[1], "users": members}
    paged = read(client, f"{here}?b_size=1&b_start=1")
    assert paged["users"] == paged["members"]
    assert paged["users"]["items"] == ["buero"] and "prev" in paged["users"]["batching"]
    assert names(client, "?groups-filter:list=Runde / Süd") == ["ada@muster+1", "buero"]
    assert names(client, "?groups-filter=Moderators") == []
    ada_s = read(client, "/api/@users/ada@muster+1")
    assert ada_s["groups"]["items"] == [{"id": "Runde / Süd", "title": "Runde / Süd"}]
    held = ada_s["projects"]
    assert [(one["role"], one["group"]) for one in held] == [
        ("editor", None),
        ("reader", "Runde / Süd"),
    ]
    read(client, "/api/@groups/gibt-es-nicht", 404)
    read(client, "/api/@groups/Moderators", 404)


def test_the_roles_are_those_of_the_sharing_screen(ada):
    listed = read(signed_in(ada), "/api/@roles")
    assert listed[1] == {
        "@id": "http://testserver/api/@roles/editor",
        "@type": "role",
        "id": "editor",
        "title": "Redaktion",
    }
    assert [role["id"] for role in listed] == list(roles.ROLES)


def test_a_token_for_reading_does_not_list_people(office):
    assert Client().get("/api/@users", **bearer(token_of(office, "read"))).status_code == 403
    assert Client().get("/api/@users", **bearer(token_of(office, "manage"))).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_people(
    ada, office, project, django_assert_max_num_queries
):
    client = signed_in(office)
    read(client, "/api/@users")
    for number in range(10):
        user = person(roles.READER, ProjectFactory())
        save_group(None, f"Gruppe {number}", [user], by=office)
    with django_assert_max_num_queries(14):
        assert len(read(client, "/api/@users")) == 12
    with django_assert_max_num_queries(7):
        assert len(read(client, "/api/@groups")) == 10
