"""Copying, handing over, aliases, relations: as recorded, and as docs/api/moving.md shows them."""

import pytest

from cms.permissions import roles
from tests.factories.guide import ProjectFactory, person

ENTRY = "/api/erfahrungen/offene-sprechstunde-im-waschsalon"


@pytest.fixture
def office(guide):
    ProjectFactory(title="ThINKA Neustadt", slug="thinka-neustadt")
    return person(roles.OFFICE, username="koordination")


def test_copying_and_handing_over_are_as_recorded(exchange, office):
    source = {"source": "/erfahrungen/offene-sprechstunde-im-waschsalon"}
    exchange("copy", "/api/projekte/thinka-neustadt/@copy", "POST", source, user=office)
    exchange("move", "/api/projekte/thinka-neustadt/@move", "POST", source, user=office)


def test_aliases_are_as_recorded(exchange, office):
    wanted = {"items": [{"path": "/waschsalon"}]}
    exchange("add-alias", f"{ENTRY}/@aliases", "POST", wanted, user=office)
    exchange("aliases", f"{ENTRY}/@aliases", user=office)
    exchange("remove-alias", f"{ENTRY}/@aliases", "DELETE", wanted, user=office)


def test_aliases_of_all_are_as_recorded(exchange, office):
    wanted = {"items": [{"path": "/waschsalon", "redirect-to": ENTRY.removeprefix("/api")}]}
    exchange("give-alias", "/api/@aliases", "POST", wanted, user=office)
    exchange("all-aliases", "/api/@aliases?q=/waschsalon", user=office)
    exchange("take-alias", "/api/@aliases", "DELETE", {"items": ["/waschsalon"]}, user=office)


def test_relations_are_as_recorded(exchange, guide):
    exchange("counts", "/api/@relations")
    exchange("relations", f"/api/@relations?relation=supplements&target={ENTRY}")
