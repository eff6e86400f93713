"""``@querystring``: whatever it offers can be asked, and it offers what can be asked."""

import json

import pytest

from cms.domain.circles import Circle
from cms.permissions import roles
from search.plone_query import SORT_ON
from search.querystring import INDEXES
from tests.factories.guide import ProjectFactory, TopicFactory, person, published_experience
from tests.functional.api_client import read, signed_in

pytestmark = pytest.mark.django_db

PATH = "/api/@querystring"
_VALUES = {
    "DateWidget": "2026-03-02",
    "DateRangeWidget": ["2026-03-01", "2026-03-02"],
    "RelativeDateWidget": "7",
    "ReferenceWidget": "/projekte",
    "RelativePathWidget": "..",
    "StringWidget": "x",
    "SelectionWidget": "x",
    "MultipleSelectionWidget": ["x"],
}


def test_all_that_it_offers_can_be_asked(client, embedded_search):
    embedded_search()
    answer = read(client, PATH)
    assert answer["@id"] == f"http://testserver{PATH}"
    assert {name for name, one in answer["indexes"].items() if one["enabled"]} == set(INDEXES)
    for name, index in answer["indexes"].items():
        assert set(index["operators"]) == set(index["operations"])
        for operation, operator in index["operators"].items():
            asked = {"i": name, "o": operation, "v": _VALUES.get(operator["widget"])}
            sent = json.dumps({"query": [asked], "b_size": 1})
            response = client.post("/api/@querystring-search", sent, "application/json")
            assert response.status_code == 200, (asked, response.content)


def test_what_is_sortable_can_be_sorted_by(client):
    sortable = read(client, PATH)["sortable_indexes"]
    assert sortable and set(sortable) <= set(SORT_ON)
    assert all(one["sortable"] for one in sortable.values())


def test_values_are_those_that_the_reader_may_see(client):
    project = ProjectFactory(title="ThINKA Hier", slug="hier")
    hidden = TopicFactory(title="Geheimes Kapitel", slug="geheim")
    published_experience(Circle.PROJECTS, topics=[hidden], project=project)
    values = {name: one["values"] for name, one in read(client, PATH)["indexes"].items()}
    assert values["project"]["hier"] == {"title": "ThINKA Hier"}
    assert values["kind"]["good"] == {"title": "Gute Erfahrungen"}
    assert values["portal_type"]["Experience"] == {"title": "Erfahrung"}
    assert "geheim" not in values["Subject"]
    inside = read(signed_in(person(roles.READER, project)), f"/api/projekte/hier/{PATH[5:]}")
    assert inside["indexes"]["Subject"]["values"]["geheim"] == {"title": "Geheimes Kapitel"}
