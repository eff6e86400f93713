"""Requests that only programs send: odd parameters, methods, conditions, forms."""

from pathlib import Path

import pytest
from django.test import Client

from cms.models import ApiToken, Comment, MinutesImport, Webhook
from cms.permissions import roles
from cms.services import webhooks
from cms.services.comment import add_comment
from cms.services.run_import import start_import
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.api_client import ask, jwt_of, read, signed_in, token_of, write

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
MINUTES = Path(__file__).parents[2] / "examples" / "erfahrungsaustausch-1.md"


# --- more than Django takes ----------------------------------------------------------------------


@pytest.mark.parametrize("debug", [True, False])
def test_too_many_parameters_are_refused_in_our_shape(client, settings, debug):
    settings.DEBUG = debug
    for path in ("/api", "/api/erfahrungen", "/api/@search", "/api/gibt/es/nicht"):
        answer = read(client, f"{path}?{'&'.join(['a=1'] * 1500)}", 400)
        assert answer["type"] == "BadRequest" and answer["message"]


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/api/@login", "/api/projekte/weimar", "/api/@import"])
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (f"{FORM}; charset=utf-16", b"login=a&password=b"),
        (FORM, b"&".join([b"a=1"] * 1500)),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
    ],
)
def test_a_form_that_nobody_can_read_is_refused_in_our_shape(
    client, settings, debug, path, kind, content
):
    settings.DEBUG = debug
    answer = client.generic("POST", path, content, kind)
    assert answer.status_code in (400, 401, 404)
    assert answer.json()["message"]


# --- methods -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/docs"])
def test_the_document_is_only_read(client, path):
    assert client.get(path).status_code == client.head(path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
        answer = client.generic(method, path)
        assert (answer.status_code, answer["Allow"]) == (405, "GET"), method
        assert answer.json()["type"] == "MethodNotAllowed"


def test_another_methods_name_in_a_header_counts_for_nothing():
    project = ProjectFactory(title="ThINKA Musterstadt")
    editor = signed_in(person(roles.EDITOR, project))
    entry = published_experience(project=project)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        path = f"/api/erfahrungen/{entry.slug}?_method=DELETE"
        assert ask(editor, "GET", path, headers={name: "DELETE"}).status_code == 200
    entry.refresh_from_db()
    assert entry.live


# --- conditions ----------------------------------------------------------------------------------


def test_what_is_only_read_can_be_asked_of_one_version(client):
    experience = published_experience()
    path = f"/api/erfahrungen/{experience.slug}"
    for asked in (path, f"{path}/@workflow", f"{path}?fields=title", f"{path}?expand=navigation"):
        tag = client.get(path)["ETag"]  # that of any answer about the object is good
        for good in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            assert client.get(asked, HTTP_IF_MATCH=good).status_code == 200
        refused = client.get(asked, HTTP_IF_MATCH='"7-x"')
        assert (refused.status_code, refused.json()["type"]) == (412, "PreconditionFailed")
        assert refused["Cache-Control"] == "no-store"


def a_webhook(project):
    office = person(roles.OFFICE)
    webhooks.register(office, "Website", "https://example.org/", ["published"])
    return signed_in(office), "/api/@webhooks/{pk}", {"title": "Neu"}, Webhook


def an_import(project):
    office = person(roles.OFFICE)
    start_import(MINUTES.read_bytes(), MINUTES.name, office)
    return signed_in(office), "/api/@import/{pk}", {"place": "Jena"}, MinutesImport


def a_comment(project):
    entry = ExperienceFactory(project=project)
    editor = person(roles.EDITOR, project)
    add_comment(entry, editor, "Stimmt das?")
    return (
        signed_in(editor),
        f"/api/erfahrungen/{entry.slug}/@comments/{{pk}}",
        {"text": "Stimmt das so?"},
        Comment,
    )


@pytest.mark.parametrize("make", [a_webhook, an_import, a_comment])
def test_what_has_no_versions_is_changed_as_it_was_read_or_not_at_all(make):
    client, address, change, model = make(ProjectFactory(title="ThINKA Musterstadt"))
    path = address.format(pk=model.objects.get().pk)
    old = client.get(path)["ETag"]
    before = read(client, path)
    write(client, "PATCH", path, change, 412, {"If-Match": '"0-x"'})
    assert read(client, path) == before
    done = ask(client, "PATCH", path, change, {"If-Match": f"W/{old}"})
    assert done.status_code in (200, 204)
    write(client, "PATCH", path, change, 412, {"If-Match": old})
    write(client, "DELETE", path, None, 412, {"If-Match": old})
    assert model.objects.exists()
    write(client, "DELETE", path, None, 204, {"If-Match": client.get(path)["ETag"]})
    assert not model.objects.exists()


def test_a_token_too():
    ada, sender = person(roles.OFFICE), Client()
    token_of(ada)
    path = f"/api/@tokens/{ApiToken.objects.get().pk}"
    headers = {"Authorization": f"Bearer {jwt_of(ada)}"}
    write(sender, "DELETE", path, None, 412, {**headers, "If-Match": '"0-x"'})
    tag = sender.get(path, headers=headers)["ETag"]
    write(sender, "DELETE", path, None, 204, {**headers, "If-Match": tag})
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("service", ["@lock", "@aliases"])
def test_what_is_said_of_an_object_can_be_said_of_one_version(service):
    project = ProjectFactory(title="ThINKA Musterstadt")
    entry, office = published_experience(project=project), signed_in(person(roles.OFFICE))
    path = f"/api/erfahrungen/{entry.slug}/{service}"
    sent = {"items": ["/kurz"]} if service == "@aliases" else {}
    for method in ("POST", "DELETE"):
        write(office, method, path, sent, 412, {"If-Match": '"7-x"'})
        tag = office.get(path)["ETag"]
        assert ask(office, method, path, sent, {"If-Match": tag}).status_code in (200, 204)


def test_conditions_on_times_are_left_out_since_nothing_tells_a_time(client):
    for name in ("HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_MODIFIED_SINCE"):
        for day in ("Mon, 02 Mar 2026 09:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "x"):
            assert client.get("/api/erfahrungen", **{name: day}).status_code == 200


@pytest.mark.parametrize("written", ["{}", "W/{}", '"x", {}', '"x",W/{} , "y"', "*"])
def test_a_client_that_has_the_answer_gets_none(client, written):
    answer = client.get("/api/impressum")
    again = client.get("/api/impressum", HTTP_IF_NONE_MATCH=written.format(answer["ETag"]))
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again[name] == answer[name]
    assert "Content-Type" not in again


@pytest.mark.parametrize("tag", ['""', "x", '"x', ",,,", '"a",' * 2000, "W/*", '"*"', "\xe4"])
def test_an_odd_tag_is_no_tag(client, tag):
    assert client.get("/api/impressum", HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_a_part_of_an_answer_is_not_to_be_had(client):
    assert client.get("/api/impressum", HTTP_RANGE="bytes=0-10").status_code == 200


# --- who asks ------------------------------------------------------------------------------------


def test_many_transitions_at_once_are_for_people_who_are_signed_in(client):
    sent = {"transition": "publish", "items": [f"/erfahrungen/{published_experience().slug}"]}
    for wanted in (sent, {}, {"transition": "fly"}):
        refused = ask(client, "POST", "/api/@workflow", wanted)
        assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")


# --- what the document calls wrong ---------------------------------------------------------------

NUMBERS = (
    "@navigation?expand.navigation.depth=",
    "@contextnavigation?expand.contextnavigation.topLevel=",
    "@contextnavigation?expand.contextnavigation.bottomLevel=",
    "@relations?relation=supplements&max=",
    "?expand=navigation&expand.navigation.depth=",
    "erfahrungen?b_start=",
    "erfahrungen?b_size=",
)


@pytest.mark.parametrize("written", [f"000000001{'0' * 30}", f"000000001{'0' * 5000}"])
@pytest.mark.parametrize("asked", NUMBERS)
def test_a_number_is_read_as_a_whole_or_not_at_all(client, asked, written):
    answer = read(client, f"/api/{asked}{written}", 400)
    assert [error["field"] for error in answer["errors"]] == [
        asked.rpartition("?")[2].rpartition("&")[2].removesuffix("=")
    ]


@pytest.mark.parametrize("value", [f"000000001{'0' * 5000}", f"000000001{'0' * 30}", "1000000"])
def test_a_span_of_days_too(client, embedded_search, value):
    condition = {"i": "date", "o": "date.lessThanRelativeDate", "v": value}
    refused = ask(client, "POST", "/api/@querystring-search", {"query": [condition]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "query[0]")


@pytest.mark.parametrize(
    "asked",
    ["?rich_text=pdf", "?rich_text=", "?b_start=", "impressum?b_size=x", "impressum?sort_on=x",
     "impressum?fullobjects=7", "impressum?rich_text=x", "?expand.navigation.depth=0",
     "?expand.navigation.depth=11", "@relations?max=0", "@relations?max=101",
     "@relations?onlyBroken=maybe", "@search?created.range=x", "@search?date.range=max:min"],
)  # fmt: skip
def test_a_parameter_that_the_answer_does_not_need_is_looked_at_too(client, embedded_search, asked):
    answer = read(client, f"/api/{asked}", 400)
    name = asked.partition("?")[2].partition("=")[0]
    assert [error["field"] for error in answer["errors"]] == [name]


WRONG = [
    *[{"fullobjects": value} for value in ("x", 2, [], {}, 1.5)],
    *[{"b_start": value} for value in (-1, "x", [], True, 1.5, 10**9)],
    *[{"limit": value} for value in (-1, {}, False)],
    *[{"sort_on": value} for value in (0, False, [], {}, "x")],
    *[{"sort_order": value} for value in (0, [], "up")],
    *[{"metadata_fields": value} for value in (0, False, {}, [1])],
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_wrong_in_a_query_string_is_refused(client, embedded_search, wrong):
    query = [{"i": "portal_type", "o": "selection.any", "v": ["Experience"]}]
    path = "/api/@querystring-search?b_start=0&b_size=5"
    refused = ask(client, "POST", path, {"query": query, **wrong})
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == list(wrong)


def test_a_whole_number_may_be_written_with_a_point(client, embedded_search):
    sent = '{"query": [{"i": "date", "o": "date.today"}], "b_size": 5.0, "limit": 1e1}'
    path = "/api/@querystring-search"
    assert client.post(path, sent, content_type="application/json").status_code == 200
    assert client.get(f"{path}?query={sent}").status_code == 200
