"""Import: as recorded, and as docs/api/import.md shows it."""

import base64

import pytest

from cms.permissions import roles
from tests.factories.guide import ProjectFactory, person

MINUTES = """\
# Erfahrungsaustausch der Projekte

17.07.2013 in Musterstadt

## Tisch 1: Öffentlichkeitsarbeit

### Was hat gut funktioniert?

- Der Bürgerbus in Musterstadt bringt viele zur Beratung
"""


@pytest.fixture
def office(db):
    ProjectFactory(title="ThINKA Musterstadt", slug="musterstadt")
    return person(roles.OFFICE, username="koordination")


def test_an_import_is_as_recorded(exchange, office):
    content = base64.b64encode(MINUTES.encode()).decode()
    file = {"data": content, "encoding": "base64", "filename": "protokoll.md"}
    data = exchange("upload", "/api/@import", "POST", {"file": file}, user=office).json()
    path = data["@id"].removeprefix("http://testserver")
    key = data["plan"]["tables"][-1]["rows"][0]["key"]
    change = {"rows": [{"key": key, "project": "musterstadt"}]}
    exchange("change", path, "PATCH", change, user=office)
    exchange("run", f"{path}/run", "POST", {"limit": 50}, user=office)
    exchange("imports", "/api/@import", user=office)
    exchange("import", path, user=office)
