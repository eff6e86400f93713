"""People, invitations, groups: the answers are those that docs/api/people.md shows."""

import pytest

from cms.permissions import roles
from cms.services.groups import save_group
from tests.factories.guide import PASSWORD, ProjectFactory, person

pytestmark = pytest.mark.django_db

ADA = "/api/@users/musterstadt"
RESET = f"{ADA}/reset-password"
NEW = "Waschsalon-Friseur-Treppe"
INVITED = "/api/@users/neu@example.org"


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.fixture
def ada(project):
    names = {"first_name": "Ada", "last_name": "Muster", "email": "ada@example.org"}
    return person(roles.EDITOR, project, username="musterstadt", **names)


@pytest.fixture
def lead(project):
    return person(roles.LEAD, project, username="leitung")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="koordination")


def test_people_and_roles(exchange, ada, office):
    exchange("users", "/api/@users?search=muster", user=office)
    exchange("roles", "/api/@roles", user=ada)


def test_ones_own_account(exchange, ada):
    exchange("name", ADA, "PATCH", {"fullname": "Ada Maria Muster"}, user=ada)
    exchange("address-alone", ADA, "PATCH", {"email": "neu@example.org"}, user=ada)
    wish = {"email": "neu@example.org", "old_password": PASSWORD}
    exchange("address", ADA, "PATCH", wish, user=ada)


def test_passwords(exchange, ada):
    exchange("forgotten", RESET, "POST")
    wish = {"reset_token": "dm4x2k-2f1f0c6e2b1d4c539a550d6f3a1f7c11", "new_password": NEW}
    exchange("token-unknown", RESET, "POST", wish)
    exchange("weak", RESET, "POST", {"old_password": PASSWORD, "new_password": "kurz"}, user=ada)
    exchange("password", RESET, "POST", {"old_password": PASSWORD, "new_password": NEW}, user=ada)


def test_an_invitation(exchange, lead):
    wish = {"email": "neu@example.org", "roles": ["editor"], "sendPasswordReset": True}
    exchange("invite", "/api/@users", "POST", wish, user=lead)
    exchange("invited", INVITED, user=lead)
    exchange("invite-password", "/api/@users", "POST", wish | {"password": NEW}, user=lead)
    exchange("uninvite", INVITED, "DELETE", user=lead)


def test_accounts_stay(exchange, ada, office):
    exchange("not-deleted", ADA, "DELETE", user=office)


def test_groups(exchange, ada, office):
    group = "/api/@groups/Runde%20S%C3%BCd"
    save_group(None, "Andere Runde", [], by=office)
    wish = {"groupname": "Runde Süd", "users": ["musterstadt"]}
    exchange("group-create", "/api/@groups", "POST", wish, user=office)
    exchange("groups", "/api/@groups?query=runde", user=office)
    exchange("group", group, user=office)
    wish = {"title": "Runde Süd und West", "users": {"koordination": True}}
    there = exchange("group-change", group, "PATCH", wish, user=office)
    exchange("group-delete", there["Location"][17:], "DELETE", user=office)
