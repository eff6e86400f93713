"""The scopes of a personal API token can only narrow what its person may do."""

import pytest
from django.test import Client

from cms.models import Experience, Project
from cms.permissions import policies, roles
from cms.permissions.scopes import SCOPE_NAMES
from cms.services import api_tokens
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    UserFactory,
    person,
    published_experience,
)
from tests.functional.api_client import ask, bearer, send, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def ada(project):
    return person(roles.EDITOR, project, username="ada")


def program(user, *scopes: str) -> Client:
    """A client that sends a token of these scopes."""
    return Client(headers={"Authorization": f"Bearer {token_of(user, *scopes)}"})


@pytest.mark.parametrize("who", ["office", "superuser"])
def test_a_program_that_may_write_publishes_nothing_whoever_its_person_is(who, project):
    user = person(roles.OFFICE) if who == "office" else UserFactory(is_superuser=True)
    writes, reviews = program(user, "write"), program(user, "review")
    made = send(writes, "POST", f"/api/projekte/{project.slug}", {"title": "Neu"}, status=201)
    path = made["@id"]
    send(writes, "PATCH", path, {"title": "Neuer"}, status=204)
    send(reviews, "PATCH", path, {"title": "Am neuesten"}, status=403)
    for transition in ("publish", "withdraw"):
        answer = ask(writes, "POST", f"{path}/@workflow/{transition}", {})
        assert answer.status_code in (403, 404, 409, 422), answer.content
    entry = Experience.objects.get()
    assert (entry.live, entry.latest_revision.object_str) == (False, "Neuer")
    published = published_experience(project=project)
    address = f"/api/erfahrungen/{published.slug}"
    send(writes, "POST", f"{address}/@workflow/withdraw", {"comment": "Weg"}, status=403)
    send(writes, "POST", f"{address}/@sharing", {"entries": []}, status=403)
    published.refresh_from_db()
    assert published.live
    send(reviews, "POST", f"{address}/@workflow/withdraw", {"comment": "Weg"})
    published.refresh_from_db()
    assert not published.live


def may(user, obj, *scopes: str) -> set[str]:
    """What a program may do with a token of these scopes, asked of the policy."""
    asking = api_tokens.find(token_of(user, *scopes)).user if scopes else user
    actions = [action for held in policies._IN_SCOPE.values() for action in held]
    found = {action for action in actions if policies.can(asking, action, obj)}
    for action in set(actions) & policies._PROJECT_RIGHT.keys():
        ids = policies.project_ids_for(asking, action)
        somewhere = ids is None or bool(ids)
        assert somewhere == policies.can_somewhere(asking, action)
        assert somewhere or action not in found or action == policies.COMMENT
    return found


@pytest.mark.parametrize("role", [*roles.ROLES, "superuser", None])
def test_a_token_may_what_its_scopes_hold_of_what_its_person_may(role, project):
    entry = ExperienceFactory(project=project)
    entry.is_open = False  # asked of minutes
    user = UserFactory(is_superuser=True) if role == "superuser" else person(role, project)
    full = may(user, entry)
    for scopes in (
        ["read"],
        ["write"],
        ["review"],
        ["manage"],
        ["write", "review"],
        [*SCOPE_NAMES],
    ):
        held = {action for name in {"read", *scopes} for action in policies._IN_SCOPE[name]}
        assert may(user, entry, *scopes) == full & held
    assert may(user, entry, *SCOPE_NAMES) == full


def test_every_action_of_the_policy_belongs_to_a_scope():
    names = {
        value
        for name, value in vars(policies).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }
    held = [action for actions in policies._IN_SCOPE.values() for action in actions]
    assert set(held) == names and len(held) == len(names)
    assert policies._IN_SCOPE.keys() == SCOPE_NAMES.keys()


def test_a_limited_person_opens_no_admin_and_gives_no_role(project):
    office = person(roles.OFFICE)
    limited = api_tokens.find(token_of(office, "write", "review")).user
    assert policies.may_grant(office, roles.EDITOR, project)
    assert not policies.may_grant(limited, roles.EDITOR, project)
    assert not policies.opens_admin(limited)
    assert not limited.has_perm("wagtailadmin.access_admin")
    assert not limited.has_perm("cms.grant_roles", Project.objects.office())
    assert policies.reader_for(limited) == policies.reader_for(office)


def test_a_reading_token_changes_nothing_even_where_no_policy_is_asked(ada):
    entry = published_experience()
    text = token_of(ada)
    for method in ("post", "patch", "put", "delete"):
        for path in ("/api", f"/api/erfahrungen/{entry.slug}", "/api/@gibt-es-nicht"):
            answer = getattr(Client(), method)(path, **bearer(text))
            assert answer.status_code == 403
            assert answer.json()["message"] == "Mit diesem API-Schlüssel kann man nur lesen."
    assert Client().post("/api/@querystring-search", **bearer(text)).status_code != 403
    for path in ("/admin/", "/intern/", "/intern/konto/api-schluessel/"):
        assert Client().get(path, **bearer(text)).status_code == 302  # to the sign-in page
