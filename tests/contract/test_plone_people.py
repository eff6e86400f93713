"""People, states and places: requests after plone.restapi's published examples, one by one.

As test_plone_shapes.py, with what was sent there: who asks, filters, bodies, headers. What
differs on purpose stands in docs/api/plone.md.
"""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cms.api.authentication import jwt_for
from cms.domain.client import Client as Program
from cms.models import Experience
from cms.permissions import roles
from cms.services import api_sessions
from cms.services.comment import add_comment
from cms.services.create_experience import create_experience
from cms.services.locks import lock
from cms.services.review import approve
from tests.contract.plone_examples import Example, all_complaints
from tests.factories.guide import PASSWORD, ProjectFactory, event_page, person, table_page

pytestmark = pytest.mark.django_db

PROJECT = "/api/projekte/thinka-musterstadt"
DRAFT = "/api/erfahrungen/ein-entwurf"
EVENT = "/api/veranstaltungen/naechster-austausch"

_ERROR = {"": "type message"}
_LIST = "@id items items_total"
_USER = "@id description email fullname groups home_page id location portrait roles username"
_GROUP = "@id can_delete description email groupname id members roles title"
_ENTRY = "id login roles title type disabled"
_STEP = "action actor comments review_state time title"
_LOCK = "created creator creator_name creator_url locked name stealable time timeout token"
_COMMENT = (
    "@id @parent @type author_image author_name author_username comment_id creation_date "
    "in_reply_to is_deletable is_editable modification_date text user_notification"
)
_SUMMARY = "@id @type UID description review_state title"


@pytest.fixture
def project(db):
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="noam", first_name="Noam", last_name="Muster")


@pytest.fixture
def office(db):
    return person(roles.OFFICE, username="admin")


@pytest.fixture
def draft(project, editor):
    return create_experience(editor, project, "Ein Entwurf")


@pytest.fixture
def published(draft, office):
    approve(draft, office)
    return Experience.objects.get(pk=draft.pk)


@pytest.fixture
def admin(office):
    return _client(office)


def _client(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _bearer(user) -> dict[str, str]:
    session = api_sessions.begin(user.get_username(), PASSWORD, "", Program())
    return {"Authorization": f"Bearer {jwt_for(session)}"}


# --- who asks ------------------------------------------------------------------------------------


def test_tokens(editor):
    token = _bearer(editor)
    assert not all_complaints(Client(), [
        Example("external_authentication_links", "GET /api/@login", 200, {"": "options"}),
        Example("jwt_login", "POST /api/@login", 200, {"": "token"},
                {"login": "noam", "password": PASSWORD}),
        Example("a wrong password", "POST /api/@login", 401, _ERROR,
                {"login": "noam", "password": "falsch"}),
        Example("no password", "POST /api/@login", 400, _ERROR, {"login": "noam"}),
        Example("jwt_logged_in", "GET /api/@users/noam", 200, {"": _USER}, None, token),
        Example("jwt_login_renew", "POST /api/@login-renew", 200, {"": "token"}, None, token),
        Example("jwt_logout", "POST /api/@logout", 204, {}, None, token),
        Example("ended", "POST /api/@login-renew", 401, _ERROR, None, token),
        Example("renew without a token", "POST /api/@login-renew", 401, _ERROR),
    ])  # fmt: skip


def test_users_groups_and_roles(admin, office, editor):
    reviewers = Group.objects.create(name="Reviewers")
    editor.groups.add(reviewers)
    groups = "groups-filter%3Alist=Reviewers&groups-filter%3Alist=Site+Administrators"
    assert not all_complaints(admin, [
        Example("users", "GET /api/@users", 200, {"0": _USER, "0.groups": _LIST}),
        Example("users_filtered_by_username", "GET /api/@users?query=noa", 200, {"0": _USER}),
        Example("users_filtered_by_groups", f"GET /api/@users?{groups}", 200,
                {"0": _USER, "0.groups.items.0": "id title"}),
        Example("users_searched", "GET /api/@users?search=muster", 200, {"0": _USER}),
        Example("users_get", "GET /api/@users/noam", 200, {"": _USER}),
        Example("nobody", "GET /api/@users/niemand", 404, _ERROR),
        Example("groups", "GET /api/@groups", 200, {"0": _GROUP}),
        Example("groups_filtered_by_groupname", "GET /api/@groups?query=revi", 200, {"0": _GROUP}),
        Example("groups_get", "GET /api/@groups/Reviewers", 200,
                {"": f"{_GROUP} users", "users": _LIST, "users.items": "0"}),
        Example("roles", "GET /api/@roles", 200, {"0": "@id @type id title"}),
    ])  # fmt: skip
    assert [row["id"] for row in admin.get(f"/api/@users?{groups}").json()] == ["noam"]
    assert not all_complaints(Client(), [
        Example("users_anonymous", "GET /api/@users", 401, _ERROR),
        Example("users_anonymous_get", "GET /api/@users/noam", 401, _ERROR),
    ])  # fmt: skip
    assert not all_complaints(_client(editor), [
        Example("users_authorized_get", "GET /api/@users/noam", 200, {"": _USER}),
        Example("users_unauthorized", "GET /api/@users", 403, _ERROR),
        Example("users_unauthorized_get", "GET /api/@users/admin", 404, _ERROR),
    ])  # fmt: skip


@pytest.mark.parametrize(("method", "path"), [("POST", "@relations"), ("DELETE", "@relations")])
def test_what_is_not_written_over_the_api_is_405(method, path, admin):
    response = admin.generic(method, f"/api/{path}", "{}", "application/json")
    assert response.status_code == 405
    assert set(response.json()) == {"type", "message"}
    assert response["Allow"]


def test_sharing(admin, project, office):
    person(username="avram", first_name="Avram")
    Group.objects.create(name="Avrams Runde")
    wanted = {"entries": [{"id": "avram", "roles": {"reader": True, "editor": False},
                           "type": "user"}], "inherit": True}  # fmt: skip
    assert not all_complaints(admin, [
        Example("sharing_folder_get", f"GET {PROJECT}/@sharing", 200,
                {"": "available_roles entries inherit", "available_roles.0": "id title",
                 "entries.0": _ENTRY}),
        Example("sharing_search", f"GET {PROJECT}/@sharing?search=avram", 200,
                {"entries.1": _ENTRY, "entries.2": _ENTRY}),
        Example("sharing_folder_post", f"POST {PROJECT}/@sharing", 204, {}, wanted),
        Example("inherit", f"POST {PROJECT}/@sharing", 422, _ERROR, {"inherit": False}),
    ])  # fmt: skip
    found = admin.get(f"{PROJECT}/@sharing?search=avram").json()["entries"]
    assert [row["id"] for row in found] == ["avram", "admin", "Avrams Runde"]


# --- states and versions -------------------------------------------------------------------------


def test_workflow(admin, draft):
    event = event_page("Nächster Austausch", slug="naechster-austausch", live=False)
    table_page(event, "Tisch 1", live=False)
    when = {"effective": "2018-01-21T08:00:00", "expires": "2119-01-21T08:00:00"}
    said = {"comment": "Publishing my folder..."}
    assert not all_complaints(admin, [
        Example("workflow_get", f"GET {DRAFT}/@workflow", 200,
                {"": "@id history state transitions", "history.0": _STEP, "state": "id title",
                 "transitions.0": "@id title"}),
        Example("an unknown transition", f"POST {DRAFT}/@workflow/foo", 400, _ERROR),
        Example("workflow_post_with_body", f"POST {DRAFT}/@workflow/publish", 200, {"": _STEP},
                said | when),
        Example("with its children", f"POST {EVENT}/@workflow/publish", 200, {"": _STEP},
                said | {"include_children": True}),
        Example("nothing there", "POST /api/nirgends/@workflow/publish", 404, _ERROR),
    ])  # fmt: skip
    assert admin.get(f"{EVENT}/tisch-1").json()["review_state"] == "published"


def test_history(admin, draft, editor):
    newer = draft.get_latest_revision_as_object()
    newer.title = "Anders"
    newer.save_revision(user=editor)
    assert not all_complaints(admin, [
        Example("history_get", f"GET {DRAFT}/@history", 200,
                {"0": "@id action actor comments may_revert time transition_title type version",
                 "0.actor": "@id fullname id username",
                 "2": "action actor comments review_state state_title time transition_title type"}),
        Example("history_get_versioned", f"GET {DRAFT}/@history/0", 200,
                {"": f"{_SUMMARY} @components parent lock version"}),
        Example("no such version", f"GET {DRAFT}/@history/7", 404, _ERROR),
        Example("history_revert", f"PATCH {DRAFT}/@history", 200, {"": "message"}, {"version": 0}),
        Example("to no version", f"PATCH {DRAFT}/@history", 422, _ERROR, {"version": 7}),
    ])  # fmt: skip
    assert admin.get(DRAFT).json()["title"] == "Ein Entwurf"


def test_locking(admin, draft, office, editor):
    assert not all_complaints(admin, [
        Example("lock", f"POST {DRAFT}/@lock", 200, {"": _LOCK}),
        Example("lock_get", f"GET {DRAFT}/@lock", 200, {"": _LOCK}),
        Example("refresh_lock", f"PATCH {DRAFT}/@lock", 200, {"": _LOCK}),
        Example("without its token", f"PATCH {DRAFT}", 423, _ERROR, {"title": "New Title"}),
    ])  # fmt: skip
    token = {"Lock-Token": admin.get(f"{DRAFT}/@lock").json()["token"]}
    assert not all_complaints(admin, [
        Example("lock_update", f"PATCH {DRAFT}", 204, {}, {"title": "New Title"}, token),
        Example("unlock", f"DELETE {DRAFT}/@lock", 200, {"": "locked stealable"}),
        Example("lock_nonstealable_timeout", f"POST {DRAFT}/@lock", 200, {"": _LOCK},
                {"stealable": False, "timeout": 3600}),
    ])  # fmt: skip
    seen = admin.get(f"{DRAFT}/@lock").json()
    assert (seen["stealable"], seen["timeout"]) == (True, 3600)  # by who reviews
    admin.delete(f"{DRAFT}/@lock")
    lock(draft, editor)
    assert not all_complaints(admin, [
        Example("another's", f"DELETE {DRAFT}/@lock", 423, _ERROR),
        Example("unlock_force", f"DELETE {DRAFT}/@lock", 200, {"": "locked stealable"},
                {"force": True}),
    ])  # fmt: skip


def test_working_copies(admin, published):
    copy = "@id created creator_name creator_url title"
    assert not all_complaints(admin, [
        Example("workingcopy_post", f"POST {DRAFT}/@workingcopy", 201, {"": "@id"}),
        Example("workingcopy_get", f"GET {DRAFT}/@workingcopy", 200,
                {"": "working_copy working_copy_of", "working_copy": copy}),
        Example("workingcopy_baseline_get", f"GET {DRAFT}", 200, {"working_copy": copy}),
        Example("workingcopy_wc_get", f"GET {DRAFT}?version=draft", 200,
                {"working_copy_of": "@id title"}),
        Example("twice", f"POST {DRAFT}/@workingcopy", 409, _ERROR),
        Example("workingcopy_delete", f"DELETE {DRAFT}/@workingcopy", 204),
    ])  # fmt: skip
    begun = admin.post(f"{DRAFT}/@workingcopy", content_type="application/json")
    assert begun["Location"] == f"http://testserver{DRAFT}"
    assert not all_complaints(admin, [
        Example("workingcopy_patch", f"PATCH {DRAFT}/@workingcopy", 204),
    ])  # fmt: skip


def test_comments(admin, draft, editor, office):
    first = add_comment(draft, office, "Comment 1")
    one = f"{DRAFT}/@comments/{first.pk}"
    assert not all_complaints(admin, [
        Example("comments_add_root", f"POST {DRAFT}/@comments", 204, {}, {"text": "My comment"}),
        Example("comments_update", f"PATCH {one}", 204, {}, {"text": "My NEW comment"}),
    ])  # fmt: skip
    assert not all_complaints(_client(editor), [
        Example("comments_add_sub", f"POST {one}", 204, {}, {"text": "My reply"}),
        Example("comments_get", f"GET {DRAFT}/@comments", 200,
                {"": f"{_LIST} permissions", "permissions": "can_reply view_comments",
                 "items.0": _COMMENT, "items.0.text": "data mime-type"}),
    ])  # fmt: skip
    for method, data in (("POST", {"text": "Noch etwas"}), ("PATCH", {"resolved": True})):
        response = admin.generic(method, one, f"{data}".replace("'", '"').replace("True", "true"),
                                 "application/json")  # fmt: skip
        assert (response.status_code, "/@comments/" in response["Location"]) == (204, True)
    last = admin.get(f"{DRAFT}/@comments").json()["items"][-1]
    assert last["is_deletable"] is True
    assert not all_complaints(admin, [
        Example("comments_delete", f"DELETE {last['@id'].removeprefix('http://testserver')}", 204),
    ])  # fmt: skip


def test_the_home_page_has_the_services_of_a_folder(client, draft):
    assert not all_complaints(client, [
        Example("history", "GET /api/++api++//@history", 200),
        Example("lock", "GET /api/++api++//@lock", 200, {"": "locked stealable"}),
        Example("comments", "GET /api/++api++//@comments", 200, {"": _LIST}),
        Example("working copy", "GET /api/++api++//@workingcopy", 200,
                {"": "working_copy working_copy_of"}),
        Example("workflow", "GET /api/++api++//@workflow", 200, {"": "history state transitions"}),
    ])  # fmt: skip


# --- places --------------------------------------------------------------------------------------


def test_copies_and_moves(admin, published):
    ProjectFactory(title="ThINKA Nebenort", slug="nebenort")
    there, full = "/api/projekte/nebenort", f"http://testserver{DRAFT}"
    pair = {"0": "source target"}
    assert not all_complaints(admin, [
        Example("copy", f"POST {there}/@copy", 200, pair, {"source": full}),
        Example("by its path", f"POST {there}/@copy", 200, pair, {"source": DRAFT[4:]}),
        Example("copy_multiple", f"POST {there}/@copy", 200, pair | {"1": "source target"},
                {"source": [full, f"experience-{published.pk}"]}),
        Example("move", f"POST {there}/@move", 200, pair, {"source": full}),
        Example("no source", f"POST {there}/@copy", 400, _ERROR, {}),
        Example("to no project", "POST /api/@copy", 422, _ERROR, {"source": full}),
    ])  # fmt: skip


def test_aliases(admin, published):
    row = "path redirect-to manual datetime"
    new = {"items": [{"path": "/new-alias"}, {"path": "/old-alias"}, {"path": "/final-alias"}]}
    root = {"items": [{"path": path, "redirect-to": DRAFT[4:], "datetime": "2022-05-05"}
                      for path in ("/old-page", "/fizzbuzz")]}  # fmt: skip
    assert not all_complaints(admin, [
        Example("aliases_add", f"POST {DRAFT}/@aliases", 204, {}, new),
        Example("aliases_get", f"GET {DRAFT}/@aliases", 200, {"": _LIST, "items.3": row}),
        Example("aliases_delete", f"DELETE {DRAFT}/@aliases", 204, {},
                {"items": [{"path": "/old-alias"}]}),
        Example("aliases_root_add", "POST /api/@aliases", 204, {}, root),
        Example("aliases_root_get", "GET /api/@aliases", 200, {"": _LIST, "items.3": row}),
        Example("aliases_root_filter", "GET /api/@aliases?query=/fizzbuzz&manual=true", 200,
                {"": _LIST, "items.0": row}),
        Example("aliases_non_root_filter", f"GET {DRAFT}/@aliases?query=/fizzbuzz", 200,
                {"": _LIST, "items.0": row}),
        Example("aliases_root_delete", "DELETE /api/@aliases", 204, {},
                {"items": [{"path": "/old-page"}]}),
    ])  # fmt: skip
    left = admin.get("/api/@aliases").json()
    assert [item["path"] for item in left["items"]] == ["/final-alias", "/fizzbuzz", "/new-alias"]


def test_relations(admin, published):
    ended = ProjectFactory(title="Vorher", slug="vorher", end="2020-01-01",
                           successor=published.project)  # fmt: skip
    found = "relations.successor"
    fields = {"": "@id relations", found: "items items_total readonly",
              f"{found}.items.0.source": _SUMMARY, f"{found}.items.0.target": _SUMMARY}  # fmt: skip
    asked = "GET /api/@relations?"
    assert not all_complaints(admin, [
        Example("relations_catalog_get_stats", "GET /api/@relations", 200,
                {"": "@id broken stats", "stats": "successor"}),
        Example("relations_get_relationname", f"{asked}relation=successor", 200, fields),
        Example("relations_get_source_by_path", f"{asked}source=/projekte/vorher", 200, fields),
        Example("relations_get_source_by_uid", f"{asked}source=project-{ended.pk}", 200, fields),
        Example("relations_get_source_and_relation",
                f"{asked}source=/projekte/vorher&relation=successor", 200, fields),
        Example("relations_get_target", f"{asked}target={PROJECT[4:]}", 200, fields),
        Example("only broken ones", f"{asked}onlyBroken=true", 200, {"": "@id relations"}),
    ])  # fmt: skip
