"""Writing over the API: drafts are made, changed and thrown away; nothing goes live."""

import pytest
from django.test import Client

from cms.domain.circles import Circle
from cms.models import (
    AuditEvent,
    ExchangeEventPage,
    Experience,
    NewsPage,
    Supplement,
    TablePage,
)
from cms.permissions import roles
from cms.services.review import approve
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    InstitutionFactory,
    ProjectFactory,
    TargetGroupFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(project):
    return person(roles.EDITOR, project)


@pytest.fixture
def editor(writer):
    return signed_in(writer)


FOLDER = "/api/projekte/thinka-musterstadt"


# --- creating ------------------------------------------------------------------------------------


def test_a_title_is_enough_for_a_draft(editor, writer):
    response = write(editor, "POST", FOLDER, {"title": "Offene Sprechstunde"}, 201)
    made = response.json()
    assert (
        response["Location"]
        == made["@id"]
        == ("http://testserver/api/erfahrungen/offene-sprechstunde")
    )
    assert (made["@type"], made["review_state"]) == ("Experience", "draft")
    entry = Experience.objects.get()
    assert not entry.live
    assert entry.latest_revision.user == writer
    assert read(editor, made["@id"])["title"] == "Offene Sprechstunde"
    assert read(Client(), made["@id"], 404) == NOT_FOUND


def test_everything_that_is_shown_can_be_sent(editor):
    topic, other = TopicFactory(title="Sprechstunde"), TopicFactory(title="Wohnen")
    InstitutionFactory(title="Jobcenter")
    TargetGroupFactory(title="Eltern")
    sent = {
        "@type": "Experience",
        "title": "Offene Sprechstunde",
        "kind": {"token": "discussion", "title": "Diskussion"},
        "date": "2026-03-02",
        "visibility": "public",
        "attribution": "anonymous",
        "topics": ["sprechstunde", {"@id": f"http://testserver/api/leitfaden/{other.slug}"}],
        "institutions": [{"token": "jobcenter", "title": "Jobcenter"}],
        "target_groups": ["eltern"],
        "arguments": [{"side": "pro", "text": "Nah."}, {"side": "contra", "text": "Laut."}],
        "body": {"content-type": "text/html", "data": "<p>Dienstags.</p>", "encoding": "utf-8"},
        "situation": "Leer.",
        "approach": "Kaffee.",
        "result": "Voll.",
        "lesson": "Früh fragen.",
        "description": "Kennen wir nicht.",
    }
    made = write(editor, "POST", FOLDER, sent, 201).json()
    assert made["kind"] == "discussion"
    for name in ("date", "visibility", "attribution", "arguments", "body", "situation", "lesson"):
        assert made[name] == sent[name], name
    assert {ref["token"] for ref in made["topics"]} == {topic.slug, other.slug}
    assert [term["token"] for term in made["institutions"]] == ["jobcenter"]
    assert [term["token"] for term in made["target_groups"]] == ["eltern"]
    # What is answered is what everybody reads from now on who may see drafts.
    assert read(editor, f"{made['@id']}?version=draft") == made
    # What was read can be sent back: it says nothing new.
    entry = Experience.objects.get()
    versions = entry.revisions.count()
    write(editor, "PATCH", made["@id"], made, 204)
    assert entry.revisions.count() == versions


def test_wrong_values_are_named_by_field(editor):
    sent = {
        "title": "x", "kind": "lustig", "date": "gestern", "topics": ["gibt-es-nicht"],
        "visibility": ["public"], "arguments": [{"side": "pro"}], "lesson": 7, "effective": "bald",
        "body": {"content-type": "image/png", "data": "x"}, "institutions": "jobcenter",
    }  # fmt: skip
    answer = write(editor, "POST", FOLDER, sent, 422).json()
    assert answer["type"] == "UnprocessableEntity"
    assert {error["field"] for error in answer["errors"]} == set(sent) - {"title"}
    assert all(error["message"] for error in answer["errors"])
    assert not Experience.objects.exists()


@pytest.mark.parametrize("title", ["", "  ", None, "x" * 256])
def test_a_draft_needs_a_title(editor, title):
    answer = write(editor, "POST", FOLDER, {"title": title}, 422).json()
    assert [error["field"] for error in answer["errors"]] == ["title"]


def test_who_may_not_write_there_makes_nothing(project):
    sent = {"title": "Fremd"}
    write(Client(), "POST", FOLDER, sent, 401)
    for client in (
        signed_in(person()),
        signed_in(person(roles.PARTNER)),
        signed_in(person(roles.READER, project)),
        signed_in(person(roles.EDITOR, ProjectFactory())),
    ):
        assert write(client, "POST", FOLDER, sent, 403).json()["message"]
    assert not Experience.objects.exists()


def test_nothing_is_made_where_nothing_can_be(editor):
    for path in ("/api/erfahrungen", "/api/projekte", "/api/leitfaden"):
        for method in ("POST", "PATCH", "DELETE"):
            response = write(editor, method, path, {"title": "x"}, 405)
            assert response["Allow"] == "GET"
    assert write(editor, "PATCH", FOLDER, {"title": "x"}, 405)["Allow"] == "GET, POST"
    write(editor, "POST", "/api/projekte/gibt-es-nicht", {"title": "x"}, 404)
    answer = write(editor, "POST", FOLDER, {"@type": "News", "title": "x"}, 422).json()
    assert answer["errors"][0]["field"] == "@type"


def test_the_address_that_was_told_stays(editor, writer):
    path = write(editor, "POST", FOLDER, {"title": "Erster Titel"}, 201)["Location"]
    write(editor, "PATCH", path, {"title": "Zweiter Titel", "visibility": "public"}, 204)
    entry = Experience.objects.get()
    submit(entry, writer)
    approve(entry, person(roles.OFFICE))
    answer = read(Client(), path)
    assert (answer["title"], answer["@id"]) == ("Zweiter Titel", path)


# --- changing ------------------------------------------------------------------------------------


def test_each_patch_is_a_version_of_its_own(editor, writer, project):
    entry = ExperienceFactory(project=project)
    path = f"/api/erfahrungen/{entry.slug}"
    response = write(editor, "PATCH", path, {"lesson": "Eins"}, 204)
    assert response.content == b""
    write(editor, "PATCH", path, {"lesson": "Zwei"}, 204)
    assert [row.content["lesson"] for row in entry.revisions.order_by("pk")][-2:] == [
        "Eins",
        "Zwei",
    ]
    assert entry.revisions.order_by("pk").last().user == writer
    prefer = {"Prefer": "return=representation"}
    changed = write(editor, "PATCH", path, {"lesson": "Drei"}, 200, prefer)
    assert (changed.json()["lesson"], changed["Preference-Applied"]) == (
        "Drei", "return=representation",
    )  # fmt: skip


def test_a_patch_of_something_published_makes_a_draft(editor, project):
    entry = published_experience(project=project, title="Alt")
    path = f"/api/erfahrungen/{entry.slug}"
    write(editor, "PATCH", path, {"title": "Neu", "arguments": [{"side": "pro", "text": "x"}]}, 204)
    for client in (Client(), editor):
        answer = read(client, path)
        assert (answer["title"], answer["arguments"]) == ("Alt", [])
    draft = read(editor, f"{path}?version=draft")
    assert (draft["title"], draft["arguments"]) == ("Neu", [{"side": "pro", "text": "x"}])
    assert (draft["review_state"], read(editor, path)["review_state"]) == ("draft", "published")
    # The next one goes on from the draft.
    write(editor, "PATCH", path, {"lesson": "Dazu"}, 204)
    draft = read(editor, f"{path}?version=draft")
    assert (draft["title"], draft["lesson"]) == ("Neu", "Dazu")


def test_if_match_keeps_from_writing_over_what_was_not_read(editor, project):
    entry = ExperienceFactory(project=project)
    path = f"/api/erfahrungen/{entry.slug}"
    old = editor.get(f"{path}?fields=title")["ETag"]
    new = write(editor, "PATCH", path, {"lesson": "Eins"}, 204, {"If-Match": f"W/{old}"})["ETag"]
    answer = write(editor, "PATCH", path, {"lesson": "Zwei"}, 412, {"If-Match": old}).json()
    assert answer["type"] == "PreconditionFailed"
    assert read(editor, path)["lesson"] == "Eins"
    write(editor, "PATCH", path, {"lesson": "Zwei"}, 204, {"If-Match": f'"x", {new}'})
    write(editor, "DELETE", path, None, 412, {"If-Match": new})
    write(editor, "PATCH", path, {"lesson": "Drei"}, 204, {"If-Match": "*"})
    write(editor, "DELETE", path, None, 204, {"If-Match": editor.get(path)["ETag"]})


UNTOUCHED = ("project_id", "live", "slug", "pk", "source_id", "trashed_at", "locked",
             "first_published_at", "keeps_address")  # fmt: skip


def test_what_is_not_the_clients_is_left_alone(editor, project):
    entry = published_experience(Circle.PROJECTS, project=project)
    ProjectFactory(title="Anderswo")
    path = f"/api/erfahrungen/{entry.slug}"
    before = {name: getattr(entry, name) for name in UNTOUCHED}
    sent = {
        "project": "anderswo", "project_id": 1, "live": False, "slug": "fremd", "pk": 1, "id": "x",
        "source_id": "s", "trashed_at": "2026-01-01T00:00:00Z", "locked": True, "UID": "x",
        "review_state": "withdrawn", "first_published_at": None, "keeps_address": True,
        "_state": {}, "save": "x", "latest_revision": None, "visibility": "public",
    }  # fmt: skip
    write(editor, "PATCH", path, sent, 204)
    entry.refresh_from_db()
    assert {name: getattr(entry, name) for name in UNTOUCHED} == before
    # The circle is that of the draft: nobody else reads what is published until the office says so.
    assert entry.visibility == Circle.PROJECTS
    assert entry.latest_revision.content["visibility"] == "public"
    assert read(Client(), path, 404) == NOT_FOUND


def test_who_may_not_write_changes_and_deletes_nothing(project):
    public, draft = published_experience(project=project), ExperienceFactory(project=project)
    strangers = {
        401: [Client()],
        403: [signed_in(person(roles.PARTNER)), signed_in(person(roles.EDITOR, ProjectFactory()))],
    }
    for status, clients in strangers.items():
        for client in clients:
            for method in ("PATCH", "DELETE", "POST"):
                hidden = write(
                    client, method, f"/api/erfahrungen/{draft.slug}", {"title": "x"}, 404
                )
                assert hidden.json() == NOT_FOUND
            for method in ("PATCH", "DELETE"):
                write(client, method, f"/api/erfahrungen/{public.slug}", {"title": "x"}, status)
    reader = signed_in(person(roles.READER, project))
    for method in ("PATCH", "DELETE"):
        write(reader, method, f"/api/erfahrungen/{draft.slug}", {"title": "x"}, 403)
    assert Experience.objects.filter(title="x").count() == 0


def test_in_review_only_reviewers_write(editor, writer, project):
    entry = ExperienceFactory(project=project)
    entry.save_revision()
    submit(entry, writer)
    path = f"/api/erfahrungen/{entry.slug}"
    assert write(editor, "PATCH", path, {"lesson": "Noch was"}, 423).json()["type"] == "Locked"
    office = signed_in(person(roles.OFFICE))
    write(office, "PATCH", path, {"lesson": "Vom Büro"}, 204)
    assert read(editor, path)["review_state"] == "in_review"


# --- deleting ------------------------------------------------------------------------------------


def test_what_was_never_published_can_be_thrown_away(editor, project):
    entry = ExperienceFactory(project=project)
    path = f"/api/erfahrungen/{entry.slug}"
    write(editor, "DELETE", path, None, 204)
    assert read(editor, path, 404) == NOT_FOUND
    assert Experience.with_trash.get().trashed_at


def test_what_was_published_is_withdrawn_and_not_deleted(editor, project):
    entry = published_experience(project=project)
    answer = write(editor, "DELETE", f"/api/erfahrungen/{entry.slug}", None, 409).json()
    assert "zurückgezogen" in answer["message"]
    assert read(Client(), f"/api/erfahrungen/{entry.slug}")


# --- supplements ---------------------------------------------------------------------------------


def test_another_project_adds_a_supplement(editor, project):
    entry = published_experience()
    path = f"/api/erfahrungen/{entry.slug}"
    sent = {"@type": "Supplement", "verdict": "proven", "text": "<p>Bei uns <em>auch</em>.</p>"}
    response = write(editor, "POST", path, sent, 201)
    made = response.json()
    supplement = Supplement.objects.get()
    assert made["@id"].endswith(f"{path}/ergaenzung-{supplement.pk}")
    assert (made["verdict"], made["review_state"]) == ("proven", "draft")
    assert made["text"]["data"] == "<p>Bei uns <i>auch</i>.</p>"
    assert made["project"]["token"] == project.slug
    write(editor, "PATCH", made["@id"], {"verdict": "partly"}, 204)
    assert read(editor, made["@id"])["verdict"] == "partly"
    assert read(Client(), made["@id"], 404) == NOT_FOUND
    write(editor, "DELETE", made["@id"], None, 204)
    assert read(editor, made["@id"], 404) == NOT_FOUND


def test_a_supplement_is_of_another_project_and_says_something(editor, project):
    own, other = published_experience(project=project), published_experience()
    write(editor, "POST", f"/api/erfahrungen/{own.slug}", {"verdict": "open"}, 422)
    write(editor, "POST", f"/api/erfahrungen/{other.slug}", {}, 422)
    write(Client(), "POST", f"/api/erfahrungen/{other.slug}", {"verdict": "open"}, 401)
    office = signed_in(person(roles.OFFICE))
    path = f"/api/erfahrungen/{other.slug}"
    answer = write(office, "POST", path, {"verdict": "open"}, 422).json()
    assert answer["errors"][0]["field"] == "project"
    chosen = {"verdict": "open", "project": {"token": project.slug}}
    assert write(office, "POST", path, chosen, 201).json()["project"]["token"] == project.slug
    assert not own.supplements.exists()


# --- pages ---------------------------------------------------------------------------------------


def test_a_project_writes_news(editor, project):
    sent = {"title": "Neues Haus", "teaser": "Wir ziehen um.", "date": "2026-03-02",
            "body": "<h3>Wohin</h3><p>Lindenweg <em>3</em></p>"}  # fmt: skip
    made = write(editor, "POST", "/api/aktuelles", sent, 201).json()
    assert made["@id"] == "http://testserver/api/aktuelles/neues-haus"
    assert (made["@type"], made["review_state"]) == ("News", "draft")
    assert (made["project"]["token"], made["date"]) == (project.slug, "2026-03-02")
    assert "<h3>Wohin</h3>" in made["body"]["data"]
    assert read(Client(), made["@id"], 404) == NOT_FOUND
    tag = editor.get(made["@id"])["ETag"]
    write(editor, "PATCH", made["@id"], {"teaser": "Bald."}, 204, {"If-Match": tag})
    write(editor, "PATCH", made["@id"], {"teaser": "Nie."}, 412, {"If-Match": tag})
    assert read(editor, made["@id"])["teaser"] == "Bald."
    other = signed_in(person(roles.EDITOR, ProjectFactory()))
    write(other, "PATCH", made["@id"], {"teaser": "x"}, 404)
    write(Client(), "POST", "/api/aktuelles", sent, 401)
    write(signed_in(person(roles.PARTNER)), "POST", "/api/aktuelles", sent, 403)


def test_a_page_that_was_never_published_can_be_deleted(editor, project):
    made = write(editor, "POST", "/api/aktuelles", {"title": "Irrtum"}, 201).json()["@id"]
    write(signed_in(person(roles.EDITOR, ProjectFactory())), "DELETE", made, None, 404)
    write(signed_in(person(roles.READER, project)), "DELETE", made, None, 403)
    write(editor, "DELETE", made, None, 412, {"If-Match": '"0-x"'})
    write(editor, "DELETE", made, None, 204)
    assert read(editor, made, 404) == NOT_FOUND
    assert not NewsPage.objects.exists()
    assert AuditEvent.objects.filter(action="page.deleted").count() == 1


def test_an_event_is_deleted_by_the_office_with_its_tables(editor, project):
    event = event_page(live=False)
    table_page(event, live=False)
    path = f"/api{event.url}"
    write(editor, "DELETE", path, None, 404)
    office = signed_in(person(roles.OFFICE))
    write(office, "DELETE", path, None, 204)
    assert not ExchangeEventPage.objects.exists() and not TablePage.objects.exists()
    own = event_page(live=False, project=project, kind="steering_group")
    write(editor, "DELETE", f"/api{own.url}", None, 204)


def test_a_page_that_was_published_or_holds_one_that_was_is_not_deleted(editor, project):
    news = news_page(project=project)
    write(editor, "DELETE", f"/api{news.url}", None, 409)
    news.unpublish()
    write(editor, "DELETE", f"/api{news.url}", None, 409)
    event = event_page(live=False)
    table_page(event)
    office = signed_in(person(roles.OFFICE))
    answer = write(office, "DELETE", f"/api{event.url}", None, 409).json()
    assert "zurückgezogen" in answer["message"]
    assert write(office, "DELETE", "/api/aktuelles", None, 405)["Allow"] == "GET, POST"


def test_a_page_on_which_somebody_writes_is_not_deleted(editor, project):
    made = write(editor, "POST", "/api/aktuelles", {"title": "Halb"}, 201).json()["@id"]
    write(editor, "POST", f"{made}/@lock", {}, 200)
    other = signed_in(person(roles.EDITOR, project))
    write(other, "DELETE", made, None, 423)
    write(editor, "DELETE", made, None, 204)


def test_a_patch_of_a_page_makes_a_draft(editor):
    table = table_page(event_page())
    event = table.get_parent()
    office = signed_in(person(roles.OFFICE))
    for path, sent in ((event.url, {"place": "Neustadt"}), (table.url, {"summary": "<p>Neu</p>"})):
        before = read(Client(), f"/api{path}")
        write(editor, "PATCH", f"/api{path}", sent, 403)
        write(office, "PATCH", f"/api{path}", sent, 204)
        assert read(Client(), f"/api{path}") == before
        draft = read(office, f"/api{path}?version=draft")
        assert draft["place" if "place" in sent else "summary"] != before.get("place", "")
    write(office, "PATCH", f"/api{event.url}", {"title": " ", "number": -1}, 422)
