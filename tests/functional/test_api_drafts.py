"""Drafts and versions over the API: who reads which, and what the answer says of it."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import Argument, Experience
from cms.permissions import roles
from cms.services.review import approve
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    person,
    published_experience,
    published_supplement,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in, titles, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(project):
    return signed_in(person(roles.EDITOR, project))


def changed(experience, **fields):
    """Saves a newer draft of something published."""
    draft = experience.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision()


def test_the_newest_draft_of_something_published_is_read_by_its_project(project, editor):
    experience = published_experience(project=project, title="Alte Fassung")
    changed(experience, title="Neue Fassung")
    path = f"/api/erfahrungen/{experience.slug}"
    assert read(editor, path)["title"] == "Alte Fassung"
    draft = read(editor, f"{path}?version=draft")
    assert (draft["title"], draft["@id"][-len(path) :]) == ("Neue Fassung", path)
    newest = experience.revisions.count() - 1
    assert read(editor, f"{path}?version=0")["title"] == "Alte Fassung"
    assert read(editor, f"{path}?version={newest}")["title"] == "Neue Fassung"
    for version in (f"{newest + 1}", "-1", "x", "99999999999"):
        assert read(editor, f"{path}?version={version}", 404) == NOT_FOUND


def test_others_do_not_learn_of_a_draft(project, editor):
    experience = published_experience(project=project)
    path = f"/api/erfahrungen/{experience.slug}"
    stranger = Client()
    before = stranger.get(path)
    changed(experience, title="Neue Fassung")
    after = stranger.get(path)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    others = (stranger, signed_in(person(roles.EDITOR, ProjectFactory())),
              signed_in(person(roles.PARTNER)))  # fmt: skip
    for client in others:
        for version in ("draft", "0", "1"):
            assert read(client, f"{path}?version={version}", 404) == NOT_FOUND
    assert before["ETag"] != editor.get(path)["ETag"]


def test_what_was_never_published_is_a_draft_for_its_project(project, editor):
    entry = ExperienceFactory(project=project)
    changed(entry, title="Weitergeschrieben")
    answer = read(editor, f"/api/erfahrungen/{entry.slug}")
    assert (answer["title"], answer["review_state"]) == ("Weitergeschrieben", "draft")
    assert editor.get(f"/api/e/{entry.pk}").status_code == 302


def test_a_supplement_has_an_address_of_its_own(project):
    supplement = published_supplement(published_experience(), project=project, text="<p>Ja.</p>")
    path = f"/api/erfahrungen/{supplement.experience.slug}/ergaenzung-{supplement.pk}"
    answer = read(Client(), path)
    assert (answer["@type"], answer["text"]["data"]) == ("Supplement", "<p>Ja.</p>")
    assert answer["parent"]["title"] == supplement.experience.title
    elsewhere = published_experience()
    moved = Client().get(f"/api/erfahrungen/{elsewhere.slug}/ergaenzung-{supplement.pk}")
    assert moved["Location"].endswith(path)


def test_a_projects_folder_lists_its_drafts_for_its_people_only(
    project, editor, django_assert_num_queries
):
    published_experience(project=project, title="Gelesen")
    draft = ExperienceFactory(project=project, title="Erster Titel", attribution="anonymous")
    changed(draft, title="Neuer Titel")
    path = f"/api/projekte/{project.slug}?metadata_fields=_all"
    items = read(editor, path)["items"]
    assert [(item["title"], item["review_state"]) for item in items] == [
        ("Neuer Titel", "draft"), ("Gelesen", "published"),
    ]  # fmt: skip
    others = (Client(), signed_in(person(roles.EDITOR, ProjectFactory())),
              signed_in(person(roles.PARTNER)))  # fmt: skip
    for client in others:
        answer = read(client, path)
        assert (titles(answer), answer["items_total"]) == (["Gelesen"], 1)
    with CaptureQueriesContext(connection) as few:
        read(editor, path)
    for _ in range(4):
        changed(ExperienceFactory(project=project), title="Noch einer")
        changed(published_experience(project=project), title="Anders")
    with django_assert_num_queries(len(few)):
        assert read(editor, path)["items_total"] == 10


def test_a_folder_tells_the_topics_that_a_draft_has_now(project, editor):
    before, now = TopicFactory(), TopicFactory()
    made = write(editor, "POST", "/api/projekte/thinka-musterstadt",
                 {"title": "Aushang", "topics": [before.slug]}, 201).json()  # fmt: skip
    write(editor, "PATCH", made["@id"], {"topics": [now.slug]}, 204)
    for wanted in ("topics", "_all"):
        folder = read(editor, f"/api/projekte/thinka-musterstadt?metadata_fields={wanted}")
        [item] = folder["items"]
        assert [topic["token"] for topic in item["topics"]] == [now.slug]


def test_a_draft_tells_its_times(project, editor):
    entry = ExperienceFactory(project=project)
    changed(entry, title="x")
    tomorrow = timezone.now().replace(microsecond=0) + datetime.timedelta(days=1)
    write(editor, "PATCH", f"/api/erfahrungen/{entry.slug}",
          {"effective": tomorrow.isoformat(), "expires": tomorrow.replace(year=2200).isoformat()},
          204)  # fmt: skip
    answer = read(editor, f"/api/erfahrungen/{entry.slug}")
    first, last = entry.revisions.order_by("pk").first(), entry.revisions.order_by("pk").last()
    assert answer["created"] == first.created_at.isoformat(timespec="seconds")
    assert answer["modified"] == last.created_at.isoformat(timespec="seconds")
    assert answer["effective"] == tomorrow.isoformat()
    assert answer["expires"].startswith("2200-")


def test_what_is_approved_for_a_day_to_come_is_read_by_nobody_else(project, editor):
    author, office = person(roles.EDITOR, project), person(roles.OFFICE)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    sent = {"title": "Erst morgen", "visibility": "public", "effective": tomorrow.isoformat()}
    made = write(signed_in(author), "POST", f"/api/projekte/{project.slug}", sent, 201)
    entry = Experience.objects.get()
    submit(entry, author)
    approve(entry, office, confirm_wider=True)
    assert read(Client(), made["Location"], 404) == NOT_FOUND
    assert read(signed_in(person(roles.PARTNER)), made["Location"], 404) == NOT_FOUND
    assert read(editor, made["Location"])["title"] == "Erst morgen"
    write(editor, "PATCH", made["Location"], {"title": "x"}, 423)
    write(editor, "DELETE", made["Location"], None, 423)


def test_reading_a_draft_costs_the_same_however_much_there_is(
    project, editor, django_assert_num_queries
):
    entry = ExperienceFactory(project=project)

    def fill(number: int):
        rows = [Argument(side="pro", text=f"Grund {place}") for place in range(number)]
        topics = [TopicFactory() for _ in range(number)]
        changed(entry, title=f"Fassung {number}", topics=topics, arguments=rows)
        entry.refresh_from_db()

    path = f"/api/erfahrungen/{entry.slug}"
    fill(1)
    read(editor, path)
    with CaptureQueriesContext(connection) as few:
        read(editor, path)
    assert not any("UPDATE" in row["sql"] or "advisory" in row["sql"] for row in few)
    for number in (2, 5):
        fill(number)
    with django_assert_num_queries(len(few)):
        assert len(read(editor, path)["topics"]) == 5
