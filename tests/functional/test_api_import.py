"""``@import``: minutes over the API, from the file to the drafts."""

import base64
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cms.formats import reader
from cms.models import ExchangeEventPage, Experience, MinutesImport, Outcome
from cms.permissions import roles
from tests.factories.guide import ProjectFactory, person
from tests.functional.api_client import read, signed_in

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parents[2] / "examples" / "erfahrungsaustausch-1.md"
MINUTES = """\
# Erfahrungsaustausch der Projekte

17.07.2013 in Musterstadt

## Tisch 1: Öffentlichkeitsarbeit

### Was hat gut funktioniert?

- Plakate im Treppenhaus werden gelesen
- Flyer liegen lange beim Bäcker
- Der Bürgerbus in Weimar bringt viele zur Beratung
"""


@pytest.fixture
def office():
    return signed_in(person(roles.OFFICE))


def send(client, method: str, path: str, data=None):
    return client.generic(method, path, json.dumps(data or {}), content_type="application/json")


def upload(client, text: str = MINUTES, name: str = "protokoll.md"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post("/api/@import", {"file": file})


def rows_of(data: dict) -> list[dict]:
    return [row for table in data["plan"]["tables"] for row in table["rows"]]


def test_a_file_becomes_a_plan_and_nothing_else(office):
    weimar = ProjectFactory(title="ThINKA Weimar", slug="weimar")
    answer = upload(office)
    assert answer.status_code == 201, answer.content
    data = answer.json()
    assert answer["Location"] == data["@id"]
    assert (data["status"], data["report"], data["read_before"]) == ("preview", None, None)
    assert data["plan"]["date"] == "2013-07-17"
    texts = [row["text"] for row in rows_of(data)]
    assert any("Plakate" in text for text in texts)
    (hinted,) = (row for row in rows_of(data) if row["suggestions"])
    assert hinted["suggestions"][0]["project"] == weimar.slug
    assert not Experience.objects.exists() and not ExchangeEventPage.objects.exists()
    assert read(office, data["@id"]) == data
    assert read(office, "/api/@import")["items_total"] == 1


def test_the_same_as_json(office):
    content = base64.b64encode(MINUTES.encode()).decode()
    file = {"data": content, "encoding": "base64", "filename": "protokoll.md"}
    as_json = send(office, "POST", "/api/@import", {"file": file}).json()
    assert as_json["plan"] == upload(office).json()["plan"]


def test_it_is_created_step_by_step_and_never_twice(office):
    data = upload(office, EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name).json()
    address = data["@id"]
    steps = []
    while data["status"] != "done":
        data = send(office, "POST", f"{address}/run", {"limit": 7}).json()
        steps.append(data["progress"])
    assert [step["done"] for step in steps[:2]] == [7, 14]
    assert len(steps) > 2
    total = Experience.objects.count() + Outcome.objects.count()
    assert steps[-1] == {"done": total, "total": total}
    assert (data["plan"], data["report"]["created"]) == (None, total)
    assert not Experience.objects.filter(live=True).exists()
    again = send(office, "POST", f"{address}/run")
    assert (again.status_code, again.json()["report"]) == (200, data["report"])
    second = upload(office, EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name).json()
    assert second["read_before"]
    send(office, "POST", f"{second['@id']}/run", {"limit": 200})
    assert Experience.objects.count() + Outcome.objects.count() == total


def test_the_plan_can_be_changed_before(office):
    ProjectFactory(title="ThINKA Weimar", slug="weimar")
    data = upload(office).json()
    first, second, third = (row["key"] for row in rows_of(data))
    change = {
        "title": "Austausch",
        "date": "2014-01-02",
        "rows": [
            {"key": first, "kind": "neutral"},
            {"key": second, "action": "leave_out"},
            {"key": third, "project": "weimar"},
        ],
    }
    answer = send(office, "PATCH", data["@id"], change)
    assert answer.status_code == 200, answer.content
    changed = answer.json()["plan"]
    assert (changed["title"], changed["date"]) == ("Austausch", "2014-01-02")
    send(office, "POST", f"{data['@id']}/run")
    kinds = {entry.kind: entry.project.slug for entry in Experience.objects.all()}
    assert kinds["neutral"] != "weimar"
    assert kinds["good"] == "weimar"
    assert len(kinds) == 2
    assert send(office, "PATCH", data["@id"], {"title": "Zu spät"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": ""}, 422),
        ({"title": 7}, 400),
        ({"date": "morgen"}, 422),
        ({"rows": {}}, 400),
        ({"rows": [{"kind": "good"}]}, 400),
        ({"rows": [{"key": "gibt-es-nicht"}]}, 422),
        ({"rows": [{"key": "KEY", "kind": "gelogen"}]}, 422),
        ({"rows": [{"key": "KEY", "project": "nirgends"}]}, 422),
        ({"rows": [{"key": "KEY", "action": "loeschen"}]}, 422),
        ({"rows": [{"key": "KEY", "kind": "bad"}, {"key": "gibt-es-nicht"}]}, 422),
    ],
)
def test_a_change_that_can_not_be_done_changes_nothing(office, change, status):
    data = upload(office).json()
    text = json.dumps(change).replace("KEY", rows_of(data)[0]["key"])
    answer = office.generic("PATCH", data["@id"], text, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert read(office, data["@id"])["plan"] == data["plan"]


def test_what_is_no_minutes_is_told(office, monkeypatch):
    assert upload(office, "", "leer.md").status_code == 422
    assert upload(office, "x", "bild.png").status_code == 422
    assert upload(office, "kein Word", "protokoll.docx").status_code == 422
    assert office.post("/api/@import", {"anders": "x"}).status_code == 400
    for file in ("x", {"data": "???", "filename": "a.md"}, {"data": "eA=="}, {"filename": "a.md"}):
        assert send(office, "POST", "/api/@import", {"file": file}).status_code == 400
    data = upload(office).json()
    for limit in (0, -1, 999, "zehn", True):
        assert send(office, "POST", f"{data['@id']}/run", {"limit": limit}).status_code == 400
    monkeypatch.setattr("cms.api.import_service.MAX_BYTES", 10)
    assert upload(office).status_code == 413
    assert reader.MAX_BYTES > 10


def test_a_preview_can_be_thrown_away_but_nothing_that_was_created(office):
    first, second = upload(office).json()["@id"], upload(office).json()["@id"]
    assert send(office, "DELETE", first).status_code == 204
    assert office.get(first).status_code == 404
    send(office, "POST", f"{second}/run", {"limit": 1})
    assert send(office, "DELETE", second).status_code == 409
    assert office.get("/api/@import/99999999999999999999").status_code == 404


@pytest.mark.parametrize("role", [roles.EDITOR, roles.LEAD, roles.PARTNER, None])
def test_it_is_the_offices(client, office, role):
    address = upload(office).json()["@id"]
    expected = 401
    if role:
        client, expected = signed_in(person(role, ProjectFactory())), 403
    for method, path in (
        ("GET", "/api/@import"),
        ("POST", "/api/@import"),
        ("GET", address),
        ("PATCH", address),
        ("DELETE", address),
        ("POST", f"{address}/run"),
        ("GET", "/api/@import/4711"),
    ):
        assert send(client, method, path).status_code == expected, (method, path)
    assert MinutesImport.objects.count() == 1
