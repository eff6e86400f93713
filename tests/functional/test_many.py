"""Many at once: publish, return, withdraw, hand over; a result for each, the rules of one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.domain.circles import Circle
from cms.domain.kinds import State
from cms.models import Experience, Outcome, Supplement
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.submit import submit
from tests.factories.guide import (
    OutcomeFactory,
    ProjectFactory,
    person,
    published_experience,
    published_outcome,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = person(roles.OFFICE)
    client.force_login(user)
    return user


def submitted(editor, project, number=3):
    entries = [create_experience(editor, project, f"Nummer {place}") for place in range(number)]
    for entry in entries:
        submit(entry, editor)
    return entries


def shown(client, **parameters) -> list[str]:
    """The values of the boxes on the page."""
    page = client.get(reverse("guide_many"), parameters)
    return [row.value for row in page.context_data["rows"]]


def act(client, action, values, **more):
    data = {"action": action, "entry": values, **more}
    answer = client.post(reverse("guide_many_act"), data, headers={"accept": "application/json"})
    return {row["title"]: (row["ok"], row["message"]) for row in answer.json()["results"]}


def test_returning_many_needs_a_reason_for_all(editor, project, office, client):
    entries = submitted(editor, project)
    results = act(client, "return", shown(client))
    assert not any(ok for ok, _message in results.values())
    results = act(client, "return", shown(client), reason="Bitte mit Datum.")
    assert len(results) == 3 and all(ok for ok, _message in results.values())
    for entry in entries:
        row = Experience.objects.get(pk=entry.pk)
        assert row.state is State.RETURNED
        assert row.current_workflow_state.current_task_state.comment == "Bitte mit Datum."


def test_one_that_fails_stops_no_other_and_says_why(editor, project, office, client):
    submitted(editor, project, 2)
    own = create_experience(office, project, "Vom Büro selbst")
    submit(own, office)
    results = act(client, "publish", shown(client))
    assert results["Vom Büro selbst"][0] is False
    assert "zweite Person" in results["Vom Büro selbst"][1]
    assert Experience.objects.filter(live=True).count() == 2


def test_withdrawing_many(project, office, client):
    published_experience(title="Eins", project=project)
    published_experience(title="Zwei")
    values = shown(client, stand="gelesen")
    results = act(client, "withdraw", values, stand="gelesen", reason="Veraltet")
    assert set(results) == {"Eins", "Zwei"}
    assert not Experience.objects.filter(live=True).exists()


def test_outcomes_are_published_and_withdrawn_together(office, client):
    OutcomeFactory(title="Muster erstellen")
    published_outcome(title="Längst gelesen")
    results = act(client, "publish", shown(client, was="beschluesse"), was="beschluesse")
    assert results == {"Muster erstellen": (True, "veröffentlicht")}
    both = {"was": "beschluesse", "stand": "gelesen"}
    results = act(client, "withdraw", shown(client, **both), **both)
    assert len(results) == 2 and not Outcome.objects.filter(live=True).exists()


def test_supplements_go_the_same_way(editor, project, office, client):
    entry = Supplement.objects.create(
        experience=published_experience(title="Offene Sprechstunde"),
        project=project,
        text="<p>Bei uns auch.</p>",
    )
    entry.save_revision(user=editor)
    submit(entry, editor)
    values = shown(client, was="ergaenzungen")
    assert len(values) == 1
    act(client, "publish", values, was="ergaenzungen")
    assert Supplement.objects.get().live


def test_a_wider_circle_is_confirmed_one_by_one(editor, project, office, client):
    entry = published_experience(project=project, circle=Circle.PROJECT)
    draft = entry.get_latest_revision_as_object()
    draft.title = "Neu"
    draft.save_revision(user=editor)
    submit(entry, editor)
    results = act(client, "publish", shown(client), circle="public", confirmed="on")
    assert results["Neu"][0] is False and "bestätigen" in results["Neu"][1]
    entry.refresh_from_db()
    assert entry.visibility == "project"


def test_nothing_becomes_public_unconfirmed_or_with_personal_data(editor, project, office, client):
    for title in ("Sprechstunde", "Herr Muster kam mit Schulden"):
        submit(create_experience(editor, project, title), editor)
    unconfirmed = act(client, "publish", shown(client), circle="public")
    assert not any(ok for ok, _message in unconfirmed.values())
    assert all("nachgesehen" in message for _ok, message in unconfirmed.values())
    results = act(client, "publish", shown(client), circle="public", confirmed="on")
    assert results["Sprechstunde"][0] is True
    assert "Herr Muster" in results["Herr Muster kam mit Schulden"][1]
    assert [entry.title for entry in Experience.objects.filter(live=True)] == ["Sprechstunde"]


def test_what_was_typed_on_since_is_not_published(editor, project, office, client):
    (entry,) = submitted(editor, project, 1)
    values = shown(client)
    row = Experience.objects.get(pk=entry.pk)
    draft = row.get_latest_revision_as_object()
    draft.title = "Nie gesehen"
    draft.save_revision(user=editor, overwrite_revision=row.latest_revision)
    results = act(client, "publish", values)
    assert results["Nie gesehen"][0] is False
    assert not Experience.objects.get(pk=entry.pk).live


def test_a_reviewer_acts_on_their_own_project_only(editor, project, client):
    submitted(editor, project, 1)
    other = ProjectFactory()
    (foreign,) = submitted(person(roles.EDITOR, other), other, 1)
    outcome = OutcomeFactory(project=project)
    client.force_login(person(roles.REVIEWER, project))
    values = [f"{row.pk}-{row.latest_revision_id}" for row in Experience.objects.all()]
    for action, more in (("return", {"reason": "Nein"}), ("publish", {})):
        act(client, action, values, **more)
    assert Experience.objects.get(pk=foreign.pk).state is State.IN_REVIEW
    assert act(client, "publish", [f"{outcome.pk}-0"], was="beschluesse") == {}
    outcome.refresh_from_db()
    assert not outcome.live


@pytest.mark.parametrize("was", ["erfahrungen", "ergaenzungen", "beschluesse"])
@pytest.mark.parametrize("stand", ["offen", "gelesen"])
def test_lists_cost_the_same_for_few_and_many(was, stand, editor, project, office, client):
    url = reverse("guide_many")

    def cost():
        client.get(url, {"was": was, "stand": stand})
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, {"was": was, "stand": stand}).status_code == 200
        return len(captured)

    def fill(number):
        for _place in range(number):
            published_outcome(project=project)
            OutcomeFactory(project=project)
            experience = published_experience(project=project)
            for is_live in (True, False):
                entry = Supplement.objects.create(
                    experience=experience, project=project, text="<p>Auch.</p>"
                )
                revision = entry.save_revision(user=editor)
                revision.publish() if is_live else submit(entry, editor)
        submitted(editor, project, number)

    fill(2)
    few = cost()
    fill(3)
    assert cost() == few
