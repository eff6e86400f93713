"""Whatever is asked or sent: no answer is a crash, and what is refused has changed nothing."""

import json
from itertools import product
from urllib.parse import quote

import pytest

from cms.models import Experience
from cms.permissions import roles
from tests.factories.guide import ExperienceFactory, person
from tests.functional.api_client import ask, signed_in, write

pytestmark = pytest.mark.django_db

FOLDER = "/api/projekte/thinka-musterstadt"


@pytest.fixture
def editor(project):
    return signed_in(person(roles.EDITOR, project))


# --- conditions of a query string ----------------------------------------------------------------

INDEXES = [
    *(("date", f"date.{name}") for name in ("largerThan", "between", "lessThanRelativeDate")),
    *(("effective", f"date.{name}") for name in ("lessThan", "between", "largerThanRelativeDate")),
    *((name, "selection.any") for name in ("project", "topics", "kind", "portal_type")),
    ("SearchableText", "string.contains"),
    ("path", "string.relativePath"),
    ("source_id", "string.is"),
    ("\ud800", "string.is"),
    ("kind", "\ud800"),
]
VALUES = [
    *([], ["x"], [[], []], [{}, 1], {}, 5, None, True, 1e400, "\0", "\ud800", ["\ud800", "\0"]),
    *("9999-12-31", "0001-01-01", ["0001-01-01", "9999-12-31"]),
]


def test_a_condition_of_any_kind_is_answered_or_refused(client, embedded_search):
    for (index, operation), value in product(INDEXES, VALUES):
        asked = {"query": [{"i": index, "o": operation, "v": value}]}
        written = json.dumps(asked)
        for response in (
            client.get(f"/api/@querystring-search?query={quote(written)}"),
            client.post("/api/@querystring-search", written, content_type="application/json"),
        ):
            assert response.status_code in (200, 400), (written, response.content)


def test_a_nul_in_a_parameter_is_no_letter(client, embedded_search):
    for name in ("SearchableText", "source_id", "projekt", "tisch", "sort_on", "metadata_fields"):
        assert client.get(f"/api/@search?{name}=a%00b").status_code == 200
    assert client.get("/api/@search?b_size=%002").status_code == 400
    office = signed_in(person(roles.OFFICE))
    assert office.get("/api/@users?groups-filter=a%00b").status_code == 200


# --- days at the ends of the calendar ------------------------------------------------------------

ENDS = ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0001-01-01", "9999-12-31"]


@pytest.mark.parametrize("moment", ENDS)
@pytest.mark.parametrize("name", ["effective", "expires"])
def test_a_day_that_no_calendar_of_ours_has_is_refused(project, moment, name):
    entry = ExperienceFactory(project=project)
    reviewer = signed_in(person(roles.REVIEWER, project))
    path = f"/api/erfahrungen/{entry.slug}/@workflow/publish"
    refused = write(reviewer, "POST", path, {name: moment}, 422).json()
    assert [error["field"] for error in refused["errors"]] == [name]
    entry.refresh_from_db()
    assert not entry.live and entry.first_published_at is None


# --- an answer that can't be given ---------------------------------------------------------------

UNANSWERABLE = [
    "rich_text=pdf",
    "expand=navigation&expand.navigation.depth=deep",
    "expand=contextnavigation&expand.contextnavigation.root_path=nowhere",
]


@pytest.mark.parametrize("query", UNANSWERABLE)
def test_what_can_not_be_answered_as_asked_is_not_made(editor, query):
    response = ask(editor, "POST", f"{FOLDER}?{query}", {"title": "Neu"})
    assert response.status_code in (400, 404)
    assert not Experience.objects.exists()


@pytest.mark.parametrize("query", UNANSWERABLE)
def test_what_can_not_be_answered_as_asked_is_not_changed(editor, project, query):
    entry = ExperienceFactory(project=project, title="Wie vorher")
    path, prefer = f"/api/erfahrungen/{entry.slug}", {"Prefer": "return=representation"}
    response = ask(editor, "PATCH", f"{path}?{query}", {"title": "Neu"}, prefer)
    assert response.status_code in (400, 404)
    entry.refresh_from_db()
    assert entry.draft_title == "Wie vorher"
