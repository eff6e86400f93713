"""The services around content, as docs/api/services.md shows them."""

import datetime
import json
from urllib.parse import quote

import pytest

from cms.api.comments import Comments
from cms.api.content_types import TypeSchema, TypeSummary
from cms.api.preview import PreviewLink
from cms.api.schemas import Content
from cms.api.sharing import Sharing
from cms.api.site_info import Site
from cms.api.vocabularies import Terms
from cms.permissions import roles
from cms.services.comment import add_comment, answer_comment
from cms.services.grant_role import grant_role
from cms.services.submit import submit
from tests.factories.guide import ExperienceFactory, UserFactory, person

pytestmark = pytest.mark.django_db

PROJECT = "/api/projekte/thinka-musterstadt"
ENTRY = "/api/erfahrungen/offene-sprechstunde-im-waschsalon"
DRAFT = "/api/erfahrungen/bewerbungen-am-kuechentisch"


@pytest.fixture
def editor(guide):
    return person(roles.EDITOR, guide, username="erika", first_name="Erika", last_name="Muster")


@pytest.fixture
def lead(guide):
    return person(roles.LEAD, guide, username="lea", first_name="Lea", last_name="Leitung")


@pytest.fixture
def office():
    return person(roles.OFFICE, username="buero", first_name="Olga", last_name="Ordnung")


@pytest.fixture
def draft(guide, editor):
    """In review."""
    entry = ExperienceFactory(
        title="Bewerbungen am Küchentisch", body="<p>Montags um neun.</p>", project=guide,
        revision=editor,
    )  # fmt: skip
    submit(entry, editor)
    return entry


def test_types(exchange, editor):
    listed = exchange("types", f"{PROJECT}/@types", user=editor).json()
    addable = [row["id"] for row in listed if TypeSummary.model_validate(row).addable]
    assert addable == ["Experience"]
    TypeSchema.model_validate(exchange("type", "/api/@types/Supplement", user=editor).json())
    exchange("type-part", "/api/@types/Experience/kind", user=editor)


def test_vocabularies(exchange, guide):
    exchange("vocabularies", "/api/@vocabularies")
    found = exchange("vocabulary", "/api/@vocabularies/kinds?title=erfahrung").json()
    assert Terms.model_validate(found).items_total == 2
    exchange("source", f"{ENTRY}/@sources/institutions")
    exchange("querysource", f"{ENTRY}/@querysources/topics?query=arbeit")


def test_comments(exchange, draft, editor, office):
    said = {"text": "Stimmt die Uhrzeit?", "quote": "um neun"}
    made = exchange("add-comment", f"{DRAFT}/@comments", "POST", said, user=office)
    where = made["Location"].removeprefix("http://testserver")
    exchange("answer-comment", where, "POST", {"text": "Ja, um neun."}, user=editor)
    listed = exchange("comments", f"{DRAFT}/@comments", user=editor).json()
    assert Comments.model_validate(listed).items_total == 2
    exchange("settle-comment", where, "PATCH", {"resolved": True}, user=editor)
    exchange("comment", where, user=editor)
    exchange("delete-comment", where, "DELETE", user=office)


def test_actions(exchange, draft, editor):
    exchange("actions", f"{DRAFT}/@actions?categories=object,user", user=editor)


def test_ways_around(exchange, guide):
    topic = "/api/leitfaden/oeffentlichkeitsarbeit"
    exchange("breadcrumbs", f"{topic}/@breadcrumbs")
    exchange("navigation", "/api/@navigation?expand.navigation.depth=2")
    exchange("navroot", f"{topic}/@navroot")
    exchange("contextnavigation", f"{topic}/@contextnavigation")


def test_the_site(exchange, guide):
    Site.model_validate(exchange("site", "/api/@site").json())


def test_sharing(exchange, guide, lead, office):
    egon = UserFactory(username="egon", first_name="Egon", last_name="Eifrig")
    grant_role(egon, guide, roles.READER, by=lead, until=datetime.date(2099, 12, 31))
    Sharing.model_validate(exchange("sharing", f"{PROJECT}/@sharing", user=lead).json())
    wanted = {"entries": [{"id": "egon", "type": "user", "roles": {"editor": True}}]}
    exchange("share", f"{PROJECT}/@sharing", "POST", wanted, user=lead)
    answered = {"Prefer": "return=representation"}
    wanted["entries"][0]["roles"] = {"editor": False}
    exchange("share-and-read", f"{PROJECT}/@sharing", "POST", wanted, answered, user=lead)
    wanted["entries"][0]["roles"] = {"reviewer": True}
    exchange("share-more-than-one-has", f"{PROJECT}/@sharing", "POST", wanted, user=lead)


def test_previews(exchange, draft, editor):
    made = exchange("make-preview", f"{DRAFT}/@preview", "POST", {"hours": 48}, user=editor)
    link = PreviewLink.model_validate(made.json())
    shown = exchange("preview", link.id_.removeprefix("http://testserver"))
    Content.model_validate(shown.json())


def test_query_strings(exchange, guide, embedded_search):
    embedded_search()
    operation = "plone.app.querystring.operation."
    query = [
        {"i": "portal_type", "o": f"{operation}selection.any", "v": ["Experience"]},
        {"i": "path", "o": f"{operation}string.absolutePath", "v": "/projekte/thinka-musterstadt"},
        {"i": "date", "o": f"{operation}date.largerThan", "v": "2026-01-01"},
    ]
    asked = {"query": query, "sort_on": "date", "sort_order": "descending", "b_size": 10}
    exchange("querystring", "/api/@querystring-search", "POST", asked)
    get = {"query": query[:1], "sort_on": "sortable_title"}
    exchange("querystring-get", f"/api/@querystring-search?query={quote(json.dumps(get))}")
    exchange("querystring-indexes", "/api/@querystring")
    wrong = {"query": [{"i": "Creator", "o": f"{operation}string.is", "v": "egon"}]}
    exchange("querystring-wrong", "/api/@querystring-search", "POST", wrong)


def test_comments_are_kept_from_others(exchange, draft, office, editor):
    answer_comment(add_comment(draft, office, "Unter uns"), editor, "Ja")
    exchange("comments-hidden", f"{DRAFT}/@comments")
