"""``@diff``: what changed between two versions, as far as this reader knows them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import Argument, Experience
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.review import approve
from tests.factories.guide import (
    TopicFactory,
    event_page,
    person,
    published_experience,
    published_supplement,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in
from tests.functional.states import change, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(project, editor):
    """Published; the draft beside it has another title, body, topic, argument and circle."""
    entry = published_experience(
        project=project, title="Sprechstunde im Waschsalon", kind="discussion",
        body="<p>Das geht gut.</p><ul><li>Donnerstags</li></ul>",
        topics=[TopicFactory(title="Öffentlichkeitsarbeit")],
    )  # fmt: skip
    draft = entry.get_latest_revision_as_object()
    draft.title = "Beratung im Waschsalon"
    draft.body = "<p>Das geht sehr gut.</p><ul><li>Donnerstags</li></ul>"
    draft.topics.set([TopicFactory(title="Beratung")])
    draft.arguments = [Argument(side="pro", text="Spart Wege.")]
    draft.visibility = "projects"
    draft.save_revision(user=editor)
    return Experience.objects.get()


def diff_of(client, entry, query="") -> dict:
    return read(client, f"{path_of(entry)}/@diff{query}")


def by_field(diff: dict) -> dict[str, dict]:
    return {item["field"]: item for item in diff["items"]}


def test_the_draft_is_compared_with_what_is_read(entry, editor):
    found = diff_of(signed_in(editor), entry)
    assert (found["from"]["version"], found["to"]["version"]) == (1, 2)
    assert found["to"]["@id"] == f"http://testserver{path_of(entry)}/@history/2"
    assert found["items_total"] == len(found["items"]) == 5
    fields = by_field(found)
    assert list(fields) == ["visibility", "title", "body", "arguments", "topics"]
    assert fields["visibility"] == {
        "field": "visibility", "title": "Wer das sehen darf", "type": "circle",
        "old": "public", "new": "projects", "wider": False,
    }  # fmt: skip
    assert fields["title"]["title"] == "Die Erfahrung in einem Satz"
    assert fields["title"]["runs"] == [
        {"change": "removed", "text": "Sprechstunde"},
        {"change": "added", "text": "Beratung"},
        {"change": "same", "text": " im Waschsalon"},
    ]
    changed, same = fields["body"]["blocks"]
    assert changed["runs"] == [
        {"change": "same", "text": "Das geht"},
        {"change": "added", "text": " sehr"},
        {"change": "same", "text": " gut."},
    ]
    assert (same["change"], same["style"]) == ("same", "point")
    assert [(block["change"], block["style"]) for block in fields["arguments"]["blocks"]] == [
        ("added", "pro"),
    ]
    assert fields["topics"] | {"title": ""} == {
        "field": "topics", "title": "", "type": "set",
        "added": ["Beratung"], "removed": ["Öffentlichkeitsarbeit"],
    }  # fmt: skip


def test_any_two_versions_can_be_compared(entry, editor):
    client = signed_in(editor)
    assert diff_of(client, entry, "?from=0&to=live")["items"] == []
    back = by_field(diff_of(client, entry, "?from=draft&to=1"))
    assert back["visibility"]["wider"] is True
    assert by_field(diff_of(client, entry, "?to=2")).keys() == back.keys()
    for query in ("?from=3", "?to=9", "?from=heute", "?from=-1&to=draft"):
        assert read(client, f"{path_of(entry)}/@diff{query}", 404) == NOT_FOUND


def test_a_draft_is_compared_with_what_was_saved_before(project, editor):
    entry = create_experience(editor, project, "Erster Entwurf")
    client = signed_in(editor)
    assert diff_of(client, entry)["items"] == []
    change(entry, editor, title="Zweiter Entwurf")
    found = diff_of(client, Experience.objects.get())
    assert (found["from"]["version"], found["to"]["version"]) == (0, 1)
    assert list(by_field(found)) == ["title"]
    assert read(client, f"{path_of(Experience.objects.get())}/@diff?from=live", 404) == NOT_FOUND


def test_readers_compare_published_versions_and_learn_of_nothing_else(entry, editor):
    for client in (Client(), signed_in(person(roles.PARTNER))):
        assert diff_of(client, entry)["items"] == []
        for query in ("?to=draft", "?from=draft", "?to=2", "?from=1&to=2"):
            assert read(client, f"{path_of(entry)}/@diff{query}", 404) == NOT_FOUND


def test_readers_see_the_difference_of_what_the_public_page_shows(entry, project, editor):
    words = {"attribution": "anonymous", "title": "Ganz anders", "visibility": "public"}
    change(entry, editor, **words)
    approve(entry, person(roles.OFFICE))
    found = diff_of(Client(), entry)
    assert (found["from"]["version"], found["to"]["version"]) == (0, 1)
    assert list(by_field(found)) == ["title", "body", "arguments"]
    assert project.title not in str(found)
    assert {"attribution", "topics"} <= by_field(
        diff_of(signed_in(editor), entry, "?from=1")
    ).keys()


def test_supplements_and_pages_are_compared_too(project, editor):
    supplement = published_supplement(published_experience(), project=project, text="<p>Ja.</p>")
    change(supplement, editor, text="<p>Ja, sehr.</p>", verdict="proven")
    path = f"/api/erfahrungen/{supplement.experience.slug}/ergaenzung-{supplement.pk}/@diff"
    fields = by_field(read(signed_in(editor), path))
    assert list(fields) == ["verdict", "text"]
    assert (fields["verdict"]["old"], fields["verdict"]["new"]) == ("", "bewährt")
    event = event_page("Treffen", slug="treffen", introduction="<p>Alle kommen.</p>")
    event.introduction, event.place = "<p>Alle kommen gern.</p>", "Musterstadt"
    event.save_revision()
    office = signed_in(person(roles.OFFICE))
    fields = by_field(read(office, "/api/veranstaltungen/treffen/@diff"))
    assert fields["place"]["new"] == "Musterstadt"
    assert fields["introduction"]["blocks"][0]["change"] == "changed"
    assert read(Client(), "/api/veranstaltungen/treffen/@diff")["items"] == []


def test_what_has_no_versions_has_no_difference(project):
    assert read(Client(), f"/api/projekte/{project.slug}/@diff", 404) == NOT_FOUND


def test_the_number_of_queries_is_constant(entry, editor):
    client = signed_in(editor)
    counts = []
    for times in (1, 5):
        for number in range(times):
            change(entry, editor, title=f"Fassung {times} {number}")
        diff_of(client, entry)
        with CaptureQueriesContext(connection) as queries:
            diff_of(client, entry)
        counts.append(len(queries))
    assert counts[0] == counts[1]
