"""Drafts and versions over the API: who reads which, and what the answer says of it."""

import pytest
from django.test import Client

from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
    published_supplement,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(db):
    return ProjectFactory(title="ThINKA Musterstadt")


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
