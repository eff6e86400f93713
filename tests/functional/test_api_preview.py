"""A link shows one draft version to anybody for a while, nothing else, and ends when it should."""

import datetime
import json
from unittest import mock

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.redaction import Wording
from cms.models import AuditEvent, Experience
from cms.permissions import roles
from cms.services.grant_role import grant_role, revoke_role
from cms.services.hand_over import hand_over
from cms.services.publish_page import publish_page
from cms.services.redact import redact
from cms.services.review import approve
from cms.services.supplement import create_supplement
from cms.services.trash import trash
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_supplement,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(project, editor):
    return ExperienceFactory(
        title="Die Sprechstunde", body="<p>Montags um neun.</p>", project=project, revision=editor
    )


def ask(client, entry, status: int = 201, **data):
    path = f"/api/erfahrungen/{entry.slug}/@preview"
    response = client.post(path, json.dumps(data), content_type="application/json")
    assert response.status_code == status, response.content.decode()
    return response.json()


def link_of(user, entry, **data) -> str:
    return ask(signed_in(user), entry, **data)["@id"]


def is_good(link: str) -> bool:
    response = Client().get(link)
    assert response.status_code in (200, 404)
    return response.status_code == 200


def rewrite(entry, user, **fields):
    new = Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    return new.save_revision(user=user)


# --- what the link shows -------------------------------------------------------------------------


def test_a_link_shows_the_draft_to_anybody(client, draft, editor, office):
    link = link_of(editor, draft)
    response = client.get(link)
    shown = response.json()
    assert (shown["@id"], shown["@type"], shown["title"]) == (
        link, "Experience", "Die Sprechstunde",
    )  # fmt: skip
    assert (shown["review_state"], shown["parent"], shown["@components"]) == ("draft", {}, {})
    assert shown["body"]["data"] == "<p>Montags um neun.</p>"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    for reader in (office, editor, person(roles.PARTNER)):
        assert signed_in(reader).get(link).content == response.content


def test_it_shows_that_version_and_not_what_is_written_later(draft, editor, office):
    link = link_of(editor, draft)
    before = read(Client(), link)
    rewrite(draft, office, title="Ganz anders")
    assert read(Client(), link) == before
    assert before["title"] == "Die Sprechstunde"
    assert datetime.datetime.fromisoformat(before["modified"]) == (
        draft.latest_revision.created_at.replace(microsecond=0)
    )
    assert read(Client(), link_of(editor, draft))["title"] == "Ganz anders"


def test_a_version_that_is_written_over_is_gone(draft, editor):
    link = link_of(editor, draft)
    entry = Experience.objects.get(pk=draft.pk)
    new = entry.get_latest_revision_as_object()
    new.title = "Noch im Satz"
    new.save_revision(user=editor, overwrite_revision=entry.latest_revision)
    assert not is_good(link)


def test_it_shows_nothing_that_belongs_to_others(project, editor):
    hidden, shown = TopicFactory(title="Geheimes Kapitel"), TopicFactory(title="Sprechstunde")
    entry = published_experience(project=project, topics=[shown], attribution="anonymous")
    published_supplement(entry, text="<p>Bei uns auch.</p>")
    inner = "<p>Nur unter Projekten.</p>"
    published_supplement(entry, Circle.PROJECTS, text=inner)
    draft = entry.get_latest_revision_as_object()
    draft.topics.set([hidden, shown])
    draft.title = "Neue Fassung"
    draft.save_revision(user=editor)
    answer = read(Client(), link_of(editor, entry))
    assert answer["title"] == "Neue Fassung"
    assert [topic["title"] for topic in answer["topics"]] == ["Sprechstunde"]
    assert answer["project"] is None
    text = json.dumps(answer, ensure_ascii=False)
    assert "Geheimes Kapitel" not in text and "Musterstadt" not in text
    assert "Bei uns auch." in text and "Nur unter Projekten." not in text


def test_nothing_else_is_reached_by_it(draft, editor, project):
    link = link_of(editor, draft)
    token = link.rpartition("/")[2]
    other = ExperienceFactory(project=project)
    for path in (
        f"/api/erfahrungen/{draft.slug}", f"/api/erfahrungen/{other.slug}/@preview/{token}",
        f"/api/erfahrungen/{other.slug}?token={token}", f"/api/@preview/{token}x",
        f"/api/@preview/{token}/@comments", "/api/@preview/abc-def", "/api/@preview/%00",
    ):  # fmt: skip
        assert read(Client(), path, 404) == NOT_FOUND
    forged = signing.dumps(signing.loads(token, salt="cms.preview"), salt="cms.invitation")
    assert not is_good(f"/api/@preview/{forged}")
    answer = Client().post(link, "{}", content_type="application/json")
    assert answer.status_code == 405


def test_reading_it_writes_nothing_and_costs_the_same_for_all(draft, editor):
    published_experience(topics=[TopicFactory()])
    link = link_of(editor, draft)
    is_good(link)
    with CaptureQueriesContext(connection) as queries:
        assert is_good(link)
    assert all(query["sql"].startswith("SELECT") for query in queries)
    for _ in range(3):
        published_experience(topics=[TopicFactory()])
    with CaptureQueriesContext(connection) as more:
        assert is_good(link)
    assert len(more) == len(queries)


# --- who makes it, and for how long --------------------------------------------------------------


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD])
def test_who_sees_the_draft_makes_a_link_and_it_is_recorded(draft, project, role):
    user = person(role, project)
    assert is_good(link_of(user, draft))
    event = AuditEvent.objects.get(action="preview.created")
    assert (event.actor_id, event.object_id) == (user.pk, draft.pk)


@pytest.mark.parametrize("role", [None, roles.PARTNER, roles.LEAD])
def test_nobody_else_makes_one(client, draft, project, editor, role):
    live = published_experience(project=project)
    rewrite(live, editor, title="Neue Fassung")
    stranger = signed_in(person(role, ProjectFactory()) if role else person())
    for reader, status in ((stranger, 403), (client, 401)):
        assert ask(reader, draft, 404) == NOT_FOUND
        ask(reader, live, status)
    assert not AuditEvent.objects.filter(action="preview.created").exists()


def test_there_is_none_of_what_has_no_draft(editor, project):
    live = published_experience(project=project)
    assert ask(signed_in(editor), live, 422)["message"] == "Diese Fassung ist schon veröffentlicht."
    path = "/api/projekte/thinka-musterstadt/@preview"
    assert signed_in(editor).post(path, "{}", content_type="application/json").status_code == 404


def test_it_is_good_for_the_hours_that_were_asked_for(draft, editor, settings):
    settings.PREVIEW_MAX_HOURS = 48
    answer = ask(signed_in(editor), draft, hours=2)
    expires = datetime.datetime.fromisoformat(answer["expires"])
    left = expires - timezone.now()
    assert datetime.timedelta(hours=1, minutes=50) < left <= datetime.timedelta(hours=2)
    for hours in (0, 49, -1):
        wrong = ask(signed_in(editor), draft, 422, hours=hours)
        assert wrong["message"] == "Eine Vorschau gilt 1 bis 48 Stunden."
    for hours in ("2", 1.5, True, [1]):
        wrong = ask(signed_in(editor), draft, 422, hours=hours)
        assert wrong["errors"][0]["field"] == "hours"
    later = expires + datetime.timedelta(seconds=1)
    assert is_good(answer["@id"])
    with mock.patch("django.utils.timezone.now", return_value=later):
        assert not is_good(answer["@id"])


# --- when it ends --------------------------------------------------------------------------------


def publish(draft, editor, office):
    approve(draft, office)


def publish_newer(draft, editor, office):
    rewrite(draft, editor, title="Neuer")
    approve(draft, office)


def throw_away(draft, editor, office):
    trash(draft, editor)


def remove_a_name(draft, editor, office):
    redact(Wording.from_lines("Montags", whole_words=True), office, "Einwilligung zurückgezogen")


def end_the_role(draft, editor, office):
    revoke_role(editor, draft.project, roles.EDITOR, by=office)


def let_the_role_end(draft, editor, office):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    type(editor).objects.get(pk=editor.pk)
    draft.project.projectusergrant_set.filter(user=editor).update(until=yesterday)


def close_the_account(draft, editor, office):
    type(editor).objects.filter(pk=editor.pk).update(is_active=False)


def delete_the_account(draft, editor, office):
    type(editor).objects.get(pk=editor.pk).delete()


def give_it_to_another_project(draft, editor, office):
    hand_over(draft, ProjectFactory(), office)


@pytest.mark.parametrize(
    "end",
    [publish, publish_newer, throw_away, remove_a_name, end_the_role, let_the_role_end,
     close_the_account, delete_the_account, give_it_to_another_project],
)  # fmt: skip
def test_the_link_ends_with_what_it_rests_on(draft, editor, office, end):
    link = link_of(editor, draft)
    assert is_good(link)
    end(draft, editor, office)
    assert not is_good(link)


def test_it_ends_when_the_published_version_is_withdrawn(project, editor, office):
    live = published_experience(project=project)
    rewrite(live, editor, title="Neue Fassung")
    link = link_of(editor, live)
    assert is_good(link)
    withdraw(live, office)
    assert not is_good(link)
    assert is_good(link_of(editor, live))


def test_the_right_of_another_role_keeps_it(draft, editor, office):
    grant_role(editor, draft.project, roles.READER)
    link = link_of(editor, draft)
    revoke_role(editor, draft.project, roles.EDITOR, by=office)
    assert is_good(link)


# --- of other things -----------------------------------------------------------------------------


def make(client, path: str, status: int = 201) -> dict:
    response = client.post(f"/api{path}/@preview", "{}", content_type="application/json")
    assert response.status_code == status, response.content.decode()
    return response.json()


def test_news_and_pages_of_the_office_are_shown_too(project, editor, office):
    news = news_page("Wir ziehen um", live=False, project=project, body="<p>Lindenweg</p>")
    event = event_page("Austausch", live=False, notes="<p>Nur unter uns.</p>")
    table = table_page(event, "Tisch 1", live=False, topics=[TopicFactory(title="Geheim")])
    for user, page in ((editor, news), (office, news), (office, event), (office, table)):
        shown = read(Client(), make(signed_in(user), page.url)["@id"])
        assert (shown["title"], shown["review_state"]) == (page.title, "draft")
        text = json.dumps(shown, ensure_ascii=False)
        assert "Nur unter uns." not in text and "Geheim" not in text
    make(signed_in(editor), event.url, 404)
    link = make(signed_in(office), news.url)["@id"]
    publish_page(news, office)
    assert not is_good(link)
    assert make(signed_in(office), news.url, 422)["message"]


def test_a_supplement_is_shown_if_everybody_reads_what_it_is_to(editor, project):
    public = published_experience()
    inner = published_experience(Circle.PROJECTS)
    for entry, status in ((public, 201), (inner, 422)):
        supplement = create_supplement(editor, entry, project, fields={"text": "<p>Auch.</p>"})
        path = f"/erfahrungen/{entry.slug}/ergaenzung-{supplement.pk}"
        answer = make(signed_in(editor), path, status)
        if status == 201:
            assert read(Client(), answer["@id"])["text"]["data"] == "<p>Auch.</p>"
            Experience.objects.filter(pk=entry.pk).update(visibility=Circle.PROJECTS.value)
            assert not is_good(answer["@id"])
