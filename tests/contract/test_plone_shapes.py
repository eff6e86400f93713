"""Statuses and shapes are those of plone.restapi's published examples, where we promise the same.

The fields are those that its documentation shows for the service; docs/api/plone.md says of what
is left out why.
"""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cms.permissions import roles
from cms.services.create_experience import create_experience
from tests.contract.plone_examples import Example, all_complaints
from tests.factories.guide import PASSWORD, person

ENTRY = "/api/erfahrungen/offene-sprechstunde-im-waschsalon"
DRAFT = "/api/erfahrungen/ein-entwurf"
PROJECT = "/api/projekte/thinka-musterstadt"
QUERY = {"query": [{"i": "portal_type", "o": "selection.any", "v": ["Experience"]}]}

_ITEM = "@id @type title description review_state"
_ENVELOPE = f"{_ITEM} @components UID created modified effective id is_folderish parent lock"
_STEP = "action actor comments review_state time title"
_LOCK = "created creator creator_name creator_url locked name stealable time timeout token"
_COMMENT = (
    "@id @parent @type author_image author_name author_username comment_id creation_date "
    "in_reply_to is_deletable is_editable modification_date text user_notification"
)
_USER = "@id description email fullname groups home_page id location portrait roles username"


EXAMPLES = [
    Example("login", "POST /api/@login", 200, {"": "token"}, {"login": "l", "password": PASSWORD}),
    Example("content", f"GET {ENTRY}", 200, {"": _ENVELOPE, "parent": _ITEM}),
    Example("folder", f"GET {PROJECT}", 200,
            {"": f"{_ENVELOPE} items items_total", "items.0": _ITEM}),
    Example("not found", "GET /api/nirgends", 404, {"": "type message"}),
    Example("search", "GET /api/@search?SearchableText=Waschsalon", 200,
            {"": "@id items items_total", "items.0": _ITEM}),
    Example("querystring search", "POST /api/@querystring-search", 200,
            {"": "@id items items_total", "items.0": _ITEM}, QUERY),
    Example("breadcrumbs", f"GET {ENTRY}/@breadcrumbs", 200,
            {"": "@id items root", "items.0": "@id title"}),
    Example("navigation", "GET /api/@navigation?expand.navigation.depth=2", 200,
            {"": "@id items", "items.0": "@id title description items"}),
    Example("context navigation", "GET /api/leitfaden/@contextnavigation", 200,
            {"": "@id available has_custom_name items title url",
             "items.0": "@id description href icon is_current is_folderish is_in_path items "
                        "normalized_id review_state thumb title type"}),
    Example("actions", f"GET {DRAFT}/@actions", 200,
            {"": "object object_buttons user", "object.0": "icon id title"}),
    Example("types", "GET /api/@types", 200, {"0": "@id title addable"}),
    Example("one type", "GET /api/@types/Experience", 200,
            {"": "fieldsets layouts properties required title type",
             "fieldsets.0": "fields id title",
             "properties.title": "title type description"}),
    Example("vocabularies", "GET /api/@vocabularies", 200, {"0": "@id title"}),
    Example("one vocabulary", "GET /api/@vocabularies/topics", 200,
            {"": "@id items items_total", "items.0": "title token"}),
    Example("workflow", f"GET {DRAFT}/@workflow", 200,
            {"": "@id history state transitions", "transitions.0": "@id title",
             "state": "id title"}),
    Example("history", f"GET {DRAFT}/@history", 200,
            {"0": "@id action actor comments may_revert time transition_title type version",
             "0.actor": "@id fullname id username"}),
    Example("one version", f"GET {DRAFT}/@history/0", 200, {"": _ENVELOPE}),
    Example("no lock", f"GET {DRAFT}/@lock", 200, {"": "locked stealable"}),
    Example("lock", f"POST {DRAFT}/@lock", 200, {"": _LOCK}),
    Example("the lock", f"GET {DRAFT}/@lock", 200, {"": _LOCK}),
    Example("locked", f"PATCH {DRAFT}", 423, {"": "type message"}, {"title": "Ohne Token"}),
    Example("lock refreshed", f"PATCH {DRAFT}/@lock", 200, {"": _LOCK}),
    Example("unlock", f"DELETE {DRAFT}/@lock", 200, {"": "locked stealable"}),
    Example("comment", f"POST {DRAFT}/@comments", 204, {}, {"text": "Gut."}),
    Example("comments", f"GET {DRAFT}/@comments", 200,
            {"": "@id items items_total", "items.0": _COMMENT, "items.0.text": "data mime-type"}),
    Example("publish", f"POST {DRAFT}/@workflow/publish", 200, {"": _STEP},
            {"comment": "Zu zweit."}),
    Example("workflow afterwards", f"GET {DRAFT}/@workflow", 200, {"history.0": _STEP}),
    Example("working copy", f"POST {DRAFT}/@workingcopy", 201, {"": "@id"}),
    Example("the working copy", f"GET {DRAFT}/@workingcopy", 200,
            {"": "working_copy working_copy_of",
             "working_copy": "@id created creator_name creator_url title"}),
    Example("working copy given up", f"DELETE {DRAFT}/@workingcopy", 204),
    Example("change", f"PATCH {DRAFT}", 204, {}, {"title": "Ein Entwurf, besser"}),
    Example("change, answered", f"PATCH {DRAFT}", 200, {"": _ENVELOPE}, {"title": "Noch besser"},
            {"Prefer": "return=representation"}),
    Example("revert", f"PATCH {DRAFT}/@history", 200, {"": "message"}, {"version": 0}),
    Example("create", f"POST {PROJECT}", 201, {"": _ENVELOPE},
            {"@type": "Experience", "title": "Neu"}),
    Example("copy", f"POST {PROJECT}/@copy", 200, {"0": "source target"}, {"source": DRAFT[4:]}),
    Example("sharing", f"GET {PROJECT}/@sharing", 200,
            {"": "available_roles entries inherit", "available_roles.0": "id title",
             "entries.0": "id login roles title type disabled"}),
    Example("sharing changed", f"POST {PROJECT}/@sharing", 204, {},
            {"entries": [{"id": "l", "roles": {"editor": True}, "type": "user"}]}),
    Example("users", "GET /api/@users", 200, {"0": _USER}),
    Example("one user", "GET /api/@users/l", 200, {"": _USER}),
    Example("groups", "GET /api/@groups", 200,
            {"0": "@id description email groupname id roles title"}),
    Example("roles", "GET /api/@roles", 200, {"0": "@id @type id title"}),
    Example("aliases", f"GET {ENTRY}/@aliases", 200, {"": "@id items items_total"}),
    Example("site", "GET /api/@site", 200, {"": "@id plone.site_title plone.default_language"}),
    Example("delete", f"DELETE {PROJECT[:-1]}", 404, {"": "type message"}),
]  # fmt: skip


@pytest.fixture
def office(guide, embedded_search):
    """Somebody of the office; a draft of somebody else's is there too."""
    create_experience(person(roles.EDITOR, guide), guide, "Ein Entwurf")
    Group.objects.create(name="Netzwerk")
    embedded_search()
    client = Client()
    client.force_login(person(roles.OFFICE, username="l"))
    return client


def test_statuses_and_shapes_are_those_of_plones_examples(office):
    assert all_complaints(office, EXAMPLES) == ""
