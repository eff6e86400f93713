"""POST and DELETE @users: an invitation by mail, and taking it back. Accounts stay."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

from cms.models import AuditEvent, Invitation, Project
from cms.permissions import roles
from cms.services.grant_role import grant_role
from cms.services.invite import invite
from tests.factories.guide import ProjectFactory, UserFactory, person
from tests.functional.api_client import NOT_FOUND, bearer, read, signed_in, token_of, write

pytestmark = pytest.mark.django_db

USERS = "/api/@users"
NEW = "neu@example.org"


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.fixture
def lead(project):
    return person(roles.LEAD, project, username="lea", first_name="Lea", last_name="Leitung")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero")


def post(user, status: int = 201, **sent):
    client = signed_in(user) if user else Client()
    return write(client, "POST", USERS, sent, status)


def invited() -> list[tuple[str, str, str]]:
    rows = Invitation.objects.pending().order_by("pk").select_related("project")
    return [(row.email, row.project.slug, row.role) for row in rows]


def wrong(response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


def test_a_new_user_is_invited(lead, project, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(lead, email="Neu@Example.org", roles=["editor"], sendPasswordReset=True)
    data = answer.json()
    assert answer["Location"] == data["@id"] == f"http://testserver{USERS}/neu%40example.org"
    assert data.pop("invited_until")
    assert data == {
        "@id": f"http://testserver{USERS}/neu%40example.org",
        "id": NEW,
        "username": "",
        "fullname": "",
        "email": NEW,
        "description": "",
        "home_page": None,
        "location": None,
        "portrait": None,
        "is_active": False,
        "roles": ["editor"],
        "groups": {"@id": data["@id"], "items": [], "items_total": 0},
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
    there = read(signed_in(lead), data["@id"])
    assert there.pop("invited_until") and there == data
    [message] = mail.outbox
    assert message.to == [NEW] and "Lea Leitung" in message.body
    link = re.search(r"http://\S+(/einladung/\S+/)", message.body)[1]
    names = {"first_name": "Neu", "last_name": "Muster", "username": "n.muster"}
    secret = "Ein-langes-Kennwort-7"
    Client().post(link, {**names, "password1": secret, "password2": secret})
    assert get_user_model().objects.get(username="n.muster").email == NEW
    assert read(signed_in(lead), data["@id"], 404) == NOT_FOUND


def test_the_least_role_is_given_if_none_is_named(lead, office, project):
    post(lead, email=NEW)
    post(office, email=NEW, roles=["Member"])  # Plone's word for it
    office_project = Project.objects.office()
    assert invited() == [(NEW, project.slug, "reader"), (NEW, office_project.slug, "partner")]
    data = read(signed_in(office), f"{USERS}/{NEW}")
    assert data["roles"] == ["reader", "partner"]
    assert [row["role"] for row in data["projects"]] == ["partner", "reader"]
    assert read(signed_in(lead), f"{USERS}/{NEW}")["roles"] == ["reader"]


def test_the_project_is_named_where_there_are_several(lead, office, project):
    other = ProjectFactory(title="ThINKA Nebenort")
    assert wrong(post(office, 422, email=NEW, roles=["editor"])) == ["project"]
    for named in (other.slug, f"/projekte/{other.slug}", {"token": other.slug}):
        post(office, email=NEW, roles=["editor"], project=named)
    assert invited() == [(NEW, other.slug, "editor")]  # the same one, sent again
    assert wrong(post(lead, 422, email=NEW, project=other.slug)) == ["project"]
    assert wrong(post(lead, 422, email=NEW, project="gibt-es-nicht")) == ["project"]
    assert wrong(post(lead, 422, email=NEW, project=7)) == ["project"]
    both = person(roles.LEAD, project)
    grant_role(both, other, roles.LEAD)
    assert wrong(post(both, 422, email=NEW)) == ["project"]
    post(both, email=NEW, roles=["reader"], project=project.slug)


def test_nobody_gives_a_role_that_is_not_theirs_to_give(lead, office, project):
    post(lead, 403, email=NEW, roles=["editor", "reviewer"])
    assert wrong(post(lead, 422, email=NEW, roles=["office"])) == ["roles"]
    assert wrong(post(lead, 422, email=NEW, roles=["Manager"])) == ["roles"]
    assert wrong(post(lead, 422, email=NEW, roles={"editor": True})) == ["roles"]
    assert wrong(post(lead, 422, email=NEW, roles=[7])) == ["roles"]
    assert invited() == []
    post(office, email=NEW, roles=["editor", "reviewer"], project=project.slug)
    assert [role for *_rest, role in invited()] == ["editor", "reviewer"]


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER, roles.PARTNER, None])
def test_only_who_gives_roles_invites(role, project):
    post(person(role, project), 403, email=NEW)
    post(None, 401, email=NEW)
    assert invited() == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "email"),
        ({"email": ""}, "email"),
        ({"email": 7}, "email"),
        ({"email": "keine Adresse"}, "email"),
        ({"email": "x" * 250 + "@example.org"}, "email"),
        ({"email": NEW, "password": "Ein-langes-Kennwort-7"}, "password"),
        ({"email": NEW, "sendPasswordReset": False}, "sendPasswordReset"),
        ({"email": NEW, "sendPasswordReset": [None]}, "sendPasswordReset"),
        ({"email": NEW, "username": "n.muster"}, "username"),
        ({"email": NEW, "username": {}}, "username"),
        ({"email": NEW, "roles": {}}, "roles"),
    ],
)
def test_what_nobody_can_choose_for_somebody_else_is_refused(lead, sent, field):
    assert wrong(post(lead, 422, **sent)) == [field]
    assert invited() == [] and not mail.outbox


def test_what_the_real_client_must_send_is_taken(lead):
    post(lead, email=NEW, username=NEW, fullname="Neu Muster", home_page="https://example.org")
    assert len(invited()) == 1


def test_the_answer_does_not_tell_whether_there_is_an_account(
    lead, django_capture_on_commit_callbacks
):
    UserFactory(username="ada", email="ada@example.org")
    UserFactory(username="eva@example.org", email="eva@example.org")
    UserFactory(username="zu", email="zu@example.org", is_active=False)
    answers = []
    for name in ("ada", "eva", "zu", "neu"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = post(lead, email=f"{name}@example.org")
        text = answer.content.decode() + answer["Location"]
        answers.append(re.sub(r'"invited_until": "[^"]+"', "", text.replace(name, "x")))
        there = read(signed_in(lead), answer["Location"])
        assert (there["username"], there["is_active"]) == ("", False)
    assert len(set(answers)) == 1
    assert len(mail.outbox) == 4  # who has an account takes it up with that


def test_an_invitation_is_taken_back(lead, office, project):
    invite(NEW, project, roles.READER, by=lead)
    invite(NEW, project, roles.REVIEWER, by=office)
    other = person(roles.LEAD, ProjectFactory())
    for user in (other, person(roles.EDITOR, project)):
        assert write(signed_in(user), "DELETE", f"{USERS}/{NEW}", status=404).json() == NOT_FOUND
        assert read(signed_in(user), f"{USERS}/{NEW}", 404) == NOT_FOUND
    # All or none: that of the Prüfung is not a Leitung's to take back.
    write(signed_in(lead), "DELETE", f"{USERS}/{NEW}", status=403)
    assert len(invited()) == 2
    write(signed_in(office), "DELETE", f"{USERS}/NEU@example.org", status=204)
    assert invited() == []
    assert AuditEvent.objects.filter(action="invitation.revoked").count() == 2
    write(signed_in(office), "DELETE", f"{USERS}/{NEW}", status=404)
    write(Client(), "DELETE", f"{USERS}/{NEW}", status=401)


def test_any_address_can_be_invited_and_taken_back(lead):
    for email in ("a/b+c@example.org", "o'neill@example.org", "reset-password@example.org"):
        there = post(lead, email=email)["Location"]
        assert read(signed_in(lead), there)["email"] == email
        write(signed_in(lead), "DELETE", there, status=204)
    assert invited() == []


def test_accounts_are_not_deleted(lead, office):
    ada = UserFactory(username="ada")
    for user, status in ((ada, 409), (office, 409), (lead, 404), (None, 401)):
        client = signed_in(user) if user else Client()
        write(client, "DELETE", f"{USERS}/ada", status=status)
    assert get_user_model().objects.filter(pk=ada.pk, is_active=True).exists()


def test_a_program_invites_with_the_scope_for_roles(lead):
    sent = {"data": {"email": NEW}, "content_type": "application/json"}
    for scopes, status in ((["read"], 403), (["write", "review"], 403), (["manage"], 201)):
        answer = Client().post(USERS, **sent, **bearer(token_of(lead, *scopes)))
        assert answer.status_code == status
