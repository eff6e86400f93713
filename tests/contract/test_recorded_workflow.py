"""Workflow, history, differences, locks: as recorded, and as docs/api/workflow.md shows them."""

import pytest

from cms.api.schemas import Error
from cms.models import Argument, Experience
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.review import approve
from cms.services.submit import submit
from tests.factories.guide import ProjectFactory, TopicFactory, person
from tests.functional.states import change

HERE = "/api/erfahrungen/sprechstunde-im-waschsalon"


@pytest.fixture
def project(db):
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project, username="redaktion", first_name="Eva", last_name="Muster")


@pytest.fixture
def office(db):
    return person(roles.OFFICE, username="koordination")


@pytest.fixture
def draft(project, editor):
    return create_experience(editor, project, "Sprechstunde im Waschsalon", visibility="public")


@pytest.fixture
def waiting(draft, editor):
    submit(draft, editor)
    return draft


@pytest.fixture
def published(waiting, office):
    approve(waiting, office, note="Schön kurz!")
    return Experience.objects.get()


@pytest.fixture
def changed(published, editor):
    """Published, with a draft beside it."""
    newer = published.get_latest_revision_as_object()
    newer.kind, newer.title = "discussion", "Beratung im Waschsalon"
    newer.topics.set([TopicFactory(title="Öffentlichkeitsarbeit")])
    newer.arguments = [Argument(side="pro", text="Während die Maschine läuft, ist Zeit.")]
    newer.save_revision(user=editor)
    return Experience.objects.get()


def test_what_can_be_done_is_told_as_recorded(exchange, waiting, office):
    exchange("workflow", f"{HERE}/@workflow", user=office)


def test_a_submission_is_answered_as_recorded(exchange, draft, editor):
    exchange("submit", f"{HERE}/@workflow/submit", "POST", user=editor)


def test_a_publication_is_answered_as_recorded(exchange, waiting, office):
    said = {"comment": "Schön kurz!", "visibility": "projects"}
    headers = {"If-Match": "*"}
    exchange("publish", f"{HERE}/@workflow/publish", "POST", said, headers, user=office)


def test_refusals_are_answered_as_recorded(exchange, waiting, editor, project):
    answer = exchange("publish-forbidden", f"{HERE}/@workflow/publish", "POST", user=editor)
    Error.model_validate(answer.json())
    incomplete = create_experience(editor, project, "Ruhe oder Betrieb", kind="discussion")
    address = f"/api/erfahrungen/{incomplete.slug}/@workflow/submit"
    answer = exchange("incomplete", address, "POST", user=editor)
    Error.model_validate(answer.json())


def test_who_publishes_alone_is_answered_as_recorded(exchange, project, office):
    entry = create_experience(office, project, "Selbst geschrieben")
    said = {"comment": "Die zweite Person ist bis Montag im Urlaub."}
    address = f"/api/erfahrungen/{entry.slug}/@workflow/publish"
    answer = exchange("publish-alone-refused", address, "POST", user=office)
    Error.model_validate(answer.json())
    exchange("publish-alone", address, "POST", said, user=office)


def test_many_are_answered_as_recorded(exchange, waiting, office):
    said = {"transition": "publish", "items": [HERE, "/erfahrungen/gibt-es-nicht"]}
    exchange("many", "/api/@workflow", "POST", said, user=office)


def test_histories_are_those_recorded(exchange, changed, editor):
    exchange("history", f"{HERE}/@history", user=editor)
    exchange("history-of-readers", f"{HERE}/@history")


def test_one_version_is_as_recorded(exchange, changed, editor):
    exchange("version", f"{HERE}/@history/0?include_expandable_elements=false", user=editor)


def test_a_revert_is_answered_as_recorded(exchange, changed, editor):
    exchange("revert", f"{HERE}/@history", "PATCH", {"version": 0}, user=editor)


def test_a_difference_is_told_as_recorded(exchange, changed, editor):
    exchange("diff", f"{HERE}/@diff", user=editor)


def test_locks_are_answered_as_recorded(exchange, draft, editor, office, project):
    exchange("lock", f"{HERE}/@lock", "POST", {"timeout": 300}, user=editor)
    exchange("lock-token-missing", HERE, "PATCH", {"title": "Waschsalon"}, user=editor)
    other = person(roles.EDITOR, project)
    exchange("locked", f"{HERE}/@lock", "POST", user=other)
    exchange("the-lock", f"{HERE}/@lock", user=editor)
    exchange("refresh-lock", f"{HERE}/@lock", "PATCH", {"timeout": 300}, user=editor)
    exchange("unlock", f"{HERE}/@lock", "DELETE", {"force": True}, user=other)


def test_working_copies_are_answered_as_recorded(exchange, published, editor):
    exchange("working-copy-begin", f"{HERE}/@workingcopy", "POST", user=editor)
    exchange("working-copy", f"{HERE}/@workingcopy", user=editor)
    change(Experience.objects.get(), editor, title="Beratung im Waschsalon")
    exchange("working-copy-check-in", f"{HERE}/@workingcopy", "PATCH", user=editor)
