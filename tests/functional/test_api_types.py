"""What can be added where and by whom, the schemas of forms, and the vocabularies behind them."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.api.deserializers import FIELDS
from cms.api.summaries import TYPE_NAMES
from cms.api.type_forms import TYPES
from cms.models import Experience, Supplement
from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    InstitutionFactory,
    ProjectFactory,
    TopicFactory,
    person,
    published_experience,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in

pytestmark = pytest.mark.django_db


def addable(client, path: str) -> set[str]:
    return {each["id"] for each in read(client, f"{path}/@types") if each["addable"]}


def tokens(client, name: str, query: str = "") -> list[str]:
    return [term["token"] for term in read(client, f"/api/@vocabularies/{name}{query}")["items"]]


#: Plone's names for fields of ours.
_OTHER_NAMES = {"effective": "go_live_at", "expires": "expire_at"}

# --- @types --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "expected"),
    [(roles.READER, set()), (roles.EDITOR, {"Experience"}), (roles.REVIEWER, {"Experience"}),
     (roles.LEAD, {"Experience"}), (roles.OFFICE, {"Experience"}), (roles.PARTNER, set())],
)  # fmt: skip
def test_who_writes_for_a_project_can_add_experiences_to_it(project, role, expected):
    client = signed_in(person(role, project))
    assert addable(client, "/api/projekte/thinka-musterstadt") == expected
    assert addable(client, "/api") == set()
    writes = role in (roles.EDITOR, roles.REVIEWER, roles.LEAD, roles.OFFICE)
    assert addable(client, "/api/aktuelles") == ({"News"} if writes else set())
    foreign = ProjectFactory()
    if role != roles.OFFICE:
        assert addable(client, f"/api/projekte/{foreign.slug}") == set()


def test_another_project_can_add_a_supplement(project):
    entry = published_experience(project=project)
    path = f"/api/erfahrungen/{entry.slug}"
    assert addable(signed_in(person(roles.EDITOR, ProjectFactory())), path) == {"Supplement"}
    assert addable(signed_in(person(roles.EDITOR, project)), path) == set()
    assert addable(signed_in(person(roles.PARTNER)), path) == set()


def test_types_are_listed_as_plone_lists_them(project):
    client = signed_in(person(roles.EDITOR, project))
    listed = read(client, "/api/projekte/thinka-musterstadt/@types")
    assert listed[0] == {
        "@id": "http://testserver/api/@types/Experience",
        "id": "Experience",
        "title": "Erfahrung",
        "addable": True,
        "immediately_addable": True,
    }
    expanded = read(client, "/api/projekte/thinka-musterstadt?expand=types")["@components"]["types"]
    assert expanded == listed


def test_types_are_for_people_with_an_account(client, project):
    for path in (
        "/api/@types",
        "/api/@types/Experience",
        "/api/projekte/thinka-musterstadt/@types",
    ):
        assert read(client, path, 401)["type"] == "Unauthorized"
    assert read(client, "/api?expand=types")["@components"]["types"] == []
    hidden = ExperienceFactory(project=project)
    assert read(client, f"/api/erfahrungen/{hidden.slug}/@types", 404) == NOT_FOUND


def test_a_schema_is_good_enough_to_build_a_form(project):
    client = signed_in(person(roles.EDITOR, project))
    schema = read(client, "/api/@types/Experience")
    assert (schema["type"], schema["title"], schema["required"]) == (
        "object", "Erfahrung", ["title"],
    )  # fmt: skip
    fields = [name for fieldset in schema["fieldsets"] for name in fieldset["fields"]]
    assert len(fields) == len(set(fields)) and set(fields) == set(schema["properties"])
    kind = schema["properties"]["kind"]
    assert kind["enum"] == ["good", "bad", "neutral", "discussion"]
    assert kind["enumNames"][0] == "Gute Erfahrung"
    assert (kind["title"], kind["default"]) == ("Was war es?", "good")
    assert kind["choices"][1] == ["bad", "Schlechte Erfahrung"]
    title = schema["properties"]["title"]
    assert (title["maxLength"], title["title"]) == (255, "Die Erfahrung in einem Satz")
    assert schema["properties"]["body"]["widget"] == "richtext"
    assert schema["properties"]["situation"]["widget"] == "textarea"
    assert schema["properties"]["date"]["format"] == "date"
    side = schema["properties"]["arguments"]["items"]["properties"]["side"]
    assert side["enum"] == ["pro", "contra"]
    for name, type_name in (("topics", "Experience"), ("verdict", "Supplement")):
        field = read(client, f"/api/@types/{type_name}")["properties"][name]
        vocabulary = field.get("vocabulary") or field["items"]["vocabulary"]
        assert read(client, vocabulary["@id"])["items_total"] >= 0
    assert read(client, "/api/@types/Nichts", 404) == NOT_FOUND
    assert read(client, "/api/projekte/thinka-musterstadt/@types/Experience") == schema


def test_what_a_schema_names_can_be_sent(project):
    client = signed_in(person(roles.EDITOR, project))
    for name, content_type in TYPES.items():
        schema = read(client, f"/api/@types/{name}")["properties"]
        # Chosen when it is made; and a page's description is no field of ours.
        named = {field for field in schema if not schema[field].get("readonly")}
        sent = {field for field, _read in FIELDS.get(content_type.model, {}).values()}
        known = {_OTHER_NAMES.get(field, field) for field in named}
        assert known - {"project", "description"} == sent, name
    topic, institution = TopicFactory(), InstitutionFactory()
    filled = {
        name: described["enum"][-1] if "enum" in described else "Ein Text"
        for name, described in read(client, "/api/@types/Experience")["properties"].items()
        if described["type"] == "string" and "format" not in described
    }
    filled |= {"date": "2026-03-02", "topics": [topic.slug], "institutions": [institution.slug]}
    filled["arguments"] = [{"side": "contra", "text": "Kostet Zeit."}]
    made = client.post(
        "/api/projekte/thinka-musterstadt", json.dumps(filled), content_type="application/json"
    )
    assert made.status_code == 201, made.content.decode()
    for name in ("kind", "visibility", "attribution", "title", "situation", "date", "arguments"):
        assert made.json()[name] == filled[name]


@pytest.mark.parametrize("name", TYPES)
def test_every_property_says_what_it_is(project, name):
    schema = read(signed_in(person(roles.EDITOR, project)), f"/api/@types/{name}")
    for field, described in schema["properties"].items():
        assert {"title", "description", "type"} <= described.keys(), field
        assert described["title"][0].isupper()


def test_a_field_and_a_fieldset_are_read_by_themselves(client, project):
    editor = signed_in(person(roles.EDITOR, project))
    schema = read(editor, "/api/@types/Experience")
    for name, described in schema["properties"].items():
        assert read(editor, f"/api/@types/Experience/{name}") == described
    assert read(editor, "/api/@types/Experience/default") == schema["fieldsets"][0]
    at_object = read(editor, "/api/projekte/thinka-musterstadt/@types/Experience/title")
    assert at_object == schema["properties"]["title"]
    assert read(editor, "/api/@types/Experience/nichts", 404) == NOT_FOUND
    assert read(editor, "/api/@types/Nichts/title", 404) == NOT_FOUND
    assert read(client, "/api/@types/Experience/title", 401)


def test_every_type_that_has_an_address_is_named_and_described(project):
    client = signed_in(person(roles.EDITOR, project))
    listed = {each["id"]: each for each in read(client, "/api/@types")}
    assert listed.keys() == set(TYPE_NAMES.values())
    for each in listed.values():
        schema = read(client, each["@id"])
        assert schema["title"] == each["title"]
        assert "title" in schema["properties"] or each["id"] == "Supplement"


@pytest.mark.parametrize(
    ("fields", "is_complete"),
    [({"title": "Ein Satz"}, True), ({"title": "  "}, False), ({}, False),
     ({"title": "Streit", "kind": "discussion"}, False),
     ({"title": "Streit", "kind": "discussion", "body": "Dafür und dagegen"}, True)],
)  # fmt: skip
def test_what_a_submission_asks_for_is_what_the_model_misses(fields, is_complete):
    asked = TYPES["Experience"].submission
    assert (Experience(**fields).missing() == {}) == is_complete
    missing = [name for name in asked["required"] if not fields.get(name, "").strip()]
    is_discussion = fields.get("kind") == asked["if"]["properties"]["kind"]["const"]
    one_of = [name for option in asked["then"]["anyOf"] for name in option["required"]]
    fits = not missing and (not is_discussion or any(fields.get(name) for name in one_of))
    assert fits == is_complete


def test_a_supplement_asks_for_a_text_or_a_verdict():
    one_of = {option["required"][0] for option in TYPES["Supplement"].submission["anyOf"]}
    assert one_of == {"text", "verdict"}
    assert Supplement().missing() and not Supplement(verdict="proven").missing()
    assert not Supplement(text="<p>Bei uns auch.</p>").missing()


# --- @vocabularies -------------------------------------------------------------------------------


def test_every_vocabulary_is_listed_and_has_terms(client, project):
    TopicFactory()
    office = signed_in(person(roles.OFFICE))
    InstitutionFactory()
    for link in read(client, "/api/@vocabularies"):
        assert link["@id"] == f"http://testserver/api/@vocabularies/{link['title']}"
        for reader in (client, office):
            for term in read(reader, link["@id"])["items"]:
                assert term["token"] and term["title"]
    assert tokens(client, "kinds") == ["good", "bad", "neutral", "discussion"]
    assert read(client, "/api/@vocabularies/nichts", 404) == NOT_FOUND
    assert tokens(client, "projects")[0] == "thinka-musterstadt"
    at_object = read(client, "/api/projekte/thinka-musterstadt/@vocabularies/kinds")
    assert at_object["items_total"] == 4


def test_a_hidden_topic_is_in_the_vocabulary_of_those_who_write_alone(client, project):
    hidden = TopicFactory(title="Wohnungslosigkeit")
    ExperienceFactory(topics=[hidden])
    shown = TopicFactory(title="Sprechstunde", parent=TopicFactory(title="Arbeitsweise"))
    published_experience(topics=[shown])
    for reader in (
        client, signed_in(person(roles.PARTNER)), signed_in(person(roles.READER, project)),
        signed_in(person()),
    ):  # fmt: skip
        assert tokens(reader, "topics") == ["arbeitsweise", "sprechstunde"]
        found = read(reader, "/api/@vocabularies/topics?title=wohnung")
        assert (found["items"], found["items_total"]) == ([], 0)
        assert tokens(reader, "topics", "?token=wohnungslosigkeit") == []
    for role in (roles.EDITOR, roles.OFFICE):
        assert "wohnungslosigkeit" in tokens(signed_in(person(role, project)), "topics")
    parents = {term["token"]: term["parent"] for term in
               read(client, "/api/@vocabularies/topics")["items"]}  # fmt: skip
    assert parents == {"arbeitsweise": None, "sprechstunde": "arbeitsweise"}


def test_own_projects_are_those_one_writes_for(client, project):
    ProjectFactory()
    assert tokens(client, "own_projects") == []
    assert tokens(signed_in(person(roles.READER, project)), "own_projects") == []
    assert tokens(signed_in(person(roles.EDITOR, project)), "own_projects") == [project.slug]
    assert len(tokens(signed_in(person(roles.OFFICE)), "own_projects")) == 3


def test_terms_are_filtered_sorted_and_batched(client):
    for title in ("Schule", "Jobcenter", "Wohnungsunternehmen"):
        InstitutionFactory(title=title)
    assert tokens(client, "institutions", "?title=SCHU") == ["schule"]
    assert tokens(client, "institutions", "?token=jobcenter") == ["jobcenter"]
    assert tokens(client, "institutions", "?tokens:list=schule&tokens:list=jobcenter") == [
        "jobcenter", "schule",
    ]  # fmt: skip
    assert tokens(client, "kinds", "?sort_on=title")[0] == "discussion"
    page = read(client, "/api/@vocabularies/institutions?b_size=2&b_start=2")
    assert (len(page["items"]), page["items_total"]) == (1, 3)
    assert "prev" in page["batching"]
    everything = read(client, "/api/@vocabularies/institutions?b_size=-1")
    assert (len(everything["items"]), everything.get("batching")) == (3, None)
    both = read(client, "/api/@vocabularies/institutions?title=a&token=b", 400)
    assert both["message"] == "Bitte nur nach title oder nur nach token fragen."
    assert read(client, "/api/@vocabularies/kinds?b_size=x", 400)["errors"][0]["field"] == "b_size"


@pytest.mark.parametrize(
    "path", ["@vocabularies/topics", "@vocabularies/projects", "@types", "@types/Experience"]
)
def test_more_terms_cost_no_more_queries(path, project, django_assert_num_queries):
    client = signed_in(person(roles.EDITOR, project))
    read(client, f"/api/{path}")
    with CaptureQueriesContext(connection) as few:
        read(client, f"/api/{path}")
    for _ in range(5):
        published_experience(topics=[TopicFactory(), TopicFactory(parent=TopicFactory())])
    with django_assert_num_queries(len(few)):
        read(client, f"/api/{path}")


def test_double_slashes_and_plones_segment_lead_there_too(project):
    client = signed_in(person(roles.EDITOR, project))
    assert client.get("/api/++api++//@types").json() == read(client, "/api/@types")
    assert client.get("/api/++api++//@types/Experience").json() == read(
        client, "/api/@types/Experience"
    )


# --- @sources and @querysources ------------------------------------------------------------------


def test_the_values_of_a_field_are_those_of_its_vocabulary(client, project):
    for title in ("Schule", "Jobcenter"):
        InstitutionFactory(title=title)
    path = f"/api/erfahrungen/{published_experience(project=project).slug}"
    there = read(client, f"{path}/@sources/institutions")
    assert there["items"] == read(client, "/api/@vocabularies/institutions")["items"]
    assert there["@id"] == f"http://testserver{path}/@sources/institutions"
    assert read(client, f"{path}/@sources/institutions?title=schu")["items_total"] == 1
    found = read(client, f"{path}/@querysources/institutions?query=JOB")
    assert ([term["token"] for term in found["items"]], found["items_total"]) == (["jobcenter"], 1)
    wrong = read(client, f"{path}/@querysources/institutions", 400)
    assert wrong["errors"][0]["field"] == "query"


def test_what_has_no_values_to_choose_from_has_no_source(client, project):
    path = f"/api/erfahrungen/{published_experience(project=project).slug}"
    hidden = ExperienceFactory(project=project)
    for where in (
        f"{path}/@sources/title", f"{path}/@sources/nichts", f"{path}/@querysources/body?query=x",
        "/api/projekte/thinka-musterstadt/@sources/topics", "/api/leitfaden/@sources/topics",
        f"/api/erfahrungen/{hidden.slug}/@sources/topics",
    ):  # fmt: skip
        assert read(client, where, 404) == NOT_FOUND
