"""Accounts and groups, written: requests after plone.restapi's published examples, one by one.

As test_plone_people.py, which reads them. What differs on purpose stands in docs/api/plone.md.
"""

import pytest
from django.test import Client

from cms.permissions import roles
from tests.contract.plone_examples import Example, all_complaints
from tests.factories.guide import PASSWORD, ProjectFactory, person
from tests.functional.api_client import signed_in

pytestmark = pytest.mark.django_db

_ERROR = {"": "type message"}
_LIST = "@id items items_total"
_USER = "@id description email fullname groups home_page id location portrait roles username"
_GROUP = "@id can_delete description email groupname id members roles title"


@pytest.fixture
def editor():
    return person(roles.EDITOR, ProjectFactory(), username="noam", last_name="Muster")


@pytest.fixture
def admin():
    return signed_in(person(roles.OFFICE, username="admin"))


def test_users_are_made_and_changed(admin, editor):
    noam, reset = signed_in(editor), "POST /api/@users/noam/reset-password"
    new = {"email": "noam.neu@example.org", "username": "noam.neu@example.org",
           "fullname": "Noam Neu", "description": "Professor", "home_page": "https://example.org",
           "location": "Musterstadt", "sendPasswordReset": True}  # fmt: skip
    invited = "/api/@users/noam.neu@example.org"
    assert not all_complaints(admin, [
        Example("users_add", "POST /api/@users", 201, {"": _USER}, new),
        Example("its Location", f"GET {invited}", 200, {"": _USER}),
        Example("users_created", "POST /api/@users", 422, _ERROR | {"errors.0": "field message"},
                new | {"password": "Ein-langes-Kennwort-7"}),
        Example("as a member", "POST /api/@users", 201, {"": _USER}, new | {"roles": ["Member"]}),
        Example("another of Plone's roles", "POST /api/@users", 422, _ERROR,
                new | {"roles": ["Contributor"]}),
        Example("without an address", "POST /api/@users", 422, _ERROR, {"username": "noam"}),
        Example("users_update by others", "PATCH /api/@users/noam", 403, _ERROR, {"fullname": "X"}),
        Example("users_delete", f"DELETE {invited}", 204),
        Example("users_delete of an account", "DELETE /api/@users/noam", 409, _ERROR),
        Example("users_delete of nobody", "DELETE /api/@users/niemand", 404, _ERROR),
    ])  # fmt: skip
    assert not all_complaints(noam, [
        Example("users_update", "PATCH /api/@users/noam", 204, {}, {"fullname": "Noam Avram M."}),
        Example("users_update of the address", "PATCH /api/@users/noam", 202, {"": "message"},
                {"email": "avram@example.org", "old_password": PASSWORD}),
        Example("wrong password", reset, 403, _ERROR,
                {"old_password": "falsch", "new_password": "Noch-ein-Kennwort-8"}),
        Example("reset_token and old_password", reset, 400, _ERROR,
                {"old_password": "a", "reset_token": "b", "new_password": "c"}),
        Example("without a new password", reset, 400, _ERROR, {"old_password": PASSWORD}),
        Example("wrong user", "POST /api/@users/admin/reset-password", 403, _ERROR,
                {"old_password": PASSWORD, "new_password": "Noch-ein-Kennwort-8"}),
        Example("reset own password", reset, 200, {},
                {"old_password": PASSWORD, "new_password": "Noch-ein-Kennwort-8"}),
    ])  # fmt: skip
    unknown = {"reset_token": "ef3d2aabacdc2345df63d6acf2edbef4", "new_password": "verysecret"}
    assert not all_complaints(Client(), [
        Example("reset by mail", reset, 200),
        Example("users_reset", reset, 403, _ERROR, unknown),
        Example("users_add by nobody", "POST /api/@users", 401, _ERROR, new),
    ])  # fmt: skip


def test_groups_are_made_and_changed(admin, editor):
    new = {"description": "The Plone Framework Team", "email": "fwt@example.org",
           "groupname": "fwt", "title": "Framework Team", "users": ["admin", "noam"]}  # fmt: skip
    assert not all_complaints(admin, [
        Example("groups_created", "POST /api/@groups", 201, {"": f"{_GROUP} users", "users": _LIST,
                "users.items": "1"}, new),
        Example("with rights", "POST /api/@groups", 422, _ERROR, new | {"roles": ["Manager"]}),
        Example("twice", "POST /api/@groups", 409, _ERROR, new),
        Example("groups_update", "PATCH /api/@groups/fwt", 204, {},
                {"email": "fwt2@example.org", "users": {"noam": False}}),
    ])  # fmt: skip
    assert admin.get("/api/@groups/fwt").json()["users"]["items"] == ["admin"]
    assert not all_complaints(admin, [
        Example("groups_delete", "DELETE /api/@groups/fwt", 204),
        Example("groups_delete of nothing", "DELETE /api/@groups/fwt", 404, _ERROR),
    ])  # fmt: skip
    assert not all_complaints(signed_in(editor), [
        Example("by others", "POST /api/@groups", 403, _ERROR, new),
    ])  # fmt: skip
