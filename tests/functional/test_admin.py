"""Wagtail's admin: who gets in where, and what it refuses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.models import BarrierReport, Experience, Project, Topic
from cms.permissions import roles
from cms.services.create_experience import create_experience
from cms.services.review import return_entry
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    person,
    published_experience,
    published_outcome,
    table_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(project, client):
    user = person(roles.EDITOR, project)
    client.force_login(user)
    return user


@pytest.fixture
def office(client):
    user = person(roles.OFFICE)
    client.force_login(user)
    return user


def is_denied(response) -> bool:
    return response.status_code == 302 and response.url == reverse("wagtailadmin_home")


OWN_SCREENS = [
    "wagtailadmin_home",
    "guide_experiences:list",
    "guide_experiences:add",
    "guide_supplements:list",
    "projekte_modeladmin_index",
]
OFFICE_SCREENS = [
    "guide_desk",
    "guide_many",
    "guide_minutes",
    "guide_outcomes:list",
    "guide_outcomes:add",
    "guide_topics:list",
    "guide_topics:add",
    "guide_institutions:list",
    "guide_target_groups:list",
    "guide_barriers:list",
    "guide_problems:list",
    "projekte_modeladmin_create",
]


@pytest.mark.parametrize("name", OWN_SCREENS + OFFICE_SCREENS)
def test_every_screen_opens_for_the_office(name, office, client):
    published_experience()
    published_outcome()
    TopicFactory()
    BarrierReport.objects.create(text="Die Schrift ist zu klein.")
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN_SCREENS)
def test_an_editor_has_their_own_screens(name, editor, client):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OFFICE_SCREENS)
def test_an_editor_has_none_of_the_office(name, editor, client):
    assert is_denied(client.get(reverse(name)))


def test_a_partner_has_no_admin(client):
    client.force_login(person(roles.PARTNER))
    assert client.get(reverse("wagtailadmin_home")).status_code == 302
    assert client.get(reverse("guide_experiences:list")).status_code == 302


def test_the_office_edits_pages_and_settings(office, client):
    event = event_page()
    table = table_page(event)
    for page in (event, table):
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    settings_url = reverse("wagtailsettings:edit", args=["cms", "guidesettings"])
    assert client.get(settings_url, follow=True).status_code == 200


def test_the_list_shows_only_own_entries_with_a_constant_number_of_queries(editor, project, client):
    ExperienceFactory(title="Fremder Entwurf")
    for number in range(3):
        ExperienceFactory(title=f"Eigener Entwurf {number}", project=project)
    client.get(reverse("guide_experiences:list"))
    few = _queries(client)
    for number in range(12):
        submit(create_experience(editor, project, f"Noch ein Entwurf {number}"), editor)
    assert _queries(client) == few
    assert "Fremder" not in client.get(reverse("guide_experiences:list")).content.decode()


def _queries(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("guide_experiences:list")).status_code == 200
    return len(captured)


ROW_SCREENS = ["edit", "delete", "usage", "history", "workflow_history", "unpublish", "lock"]


@pytest.mark.parametrize("name", ROW_SCREENS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_rows_of_another_project_are_denied(name, method, editor, client):
    entry = published_experience(project=ProjectFactory())
    response = getattr(client, method)(reverse(f"guide_experiences:{name}", args=[entry.pk]))
    assert is_denied(response)
    entry.refresh_from_db()
    assert entry.live and not entry.locked


def test_the_edit_form_never_publishes(editor, office, project, client):
    client.force_login(office)
    entry = ExperienceFactory(project=project)
    data = form_data(entry, **{"action-publish": "1"})
    client.post(reverse("guide_experiences:edit", args=[entry.pk]), data)
    assert not Experience.objects.get(pk=entry.pk).live


def form_data(entry, **more) -> dict:
    return {
        "kind": entry.kind,
        "title": entry.title,
        "body": "null",
        "visibility": entry.visibility,
        "attribution": entry.attribution,
        "project": entry.project_id,
        "arguments-TOTAL_FORMS": 0,
        "arguments-INITIAL_FORMS": 0,
        "situation": "",
        "approach": "",
        "result": "",
        "lesson": "",
        **more,
    }


def test_the_project_is_fixed_after_creation(editor, project, client):
    entry = ExperienceFactory(project=project)
    other = ProjectFactory()
    response = client.post(
        reverse("guide_experiences:edit", args=[entry.pk]),
        form_data(entry, project=other.pk, title="Neuer Titel"),
    )
    assert response.status_code == 302
    entry = Experience.objects.get(pk=entry.pk)
    draft = entry.get_latest_revision_as_object()
    assert (entry.project, draft.project, draft.title) == (project, project, "Neuer Titel")


def test_a_new_entry_is_only_for_own_projects(editor, client):
    other = ProjectFactory()
    data = form_data(Experience(title="Untergeschoben", project=other))
    response = client.post(reverse("guide_experiences:add"), data)
    assert response.status_code == 200
    assert not Experience.objects.exists()


def test_submitting_from_the_form(editor, project, client):
    entry = ExperienceFactory(project=project)
    data = form_data(entry, **{"action-submit": "1"})
    response = client.post(reverse("guide_experiences:edit", args=[entry.pk]), data, follow=True)
    assert "zur Prüfung" in response.content.decode()
    assert Experience.objects.get(pk=entry.pk).workflow_in_progress


def test_an_incomplete_entry_is_saved_but_not_submitted(editor, project, client):
    entry = ExperienceFactory(project=project, kind="discussion", body="")
    data = form_data(entry, **{"action-submit": "1"})
    response = client.post(reverse("guide_experiences:edit", args=[entry.pk]), data, follow=True)
    assert "Diskussion braucht" in response.content.decode()
    assert not Experience.objects.get(pk=entry.pk).workflow_in_progress


def test_what_was_published_is_not_deleted(office, client):
    event = event_page()
    entry, outcome = published_experience(), published_outcome()
    client.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))
    client.post(reverse("guide_experiences:delete", args=[entry.pk]))
    client.post(reverse("guide_outcomes:delete", args=[outcome.pk]))
    for row in (event, entry, outcome):
        row.refresh_from_db()
        assert row.live


def test_the_office_creates_a_project_with_a_location(office, client):
    data = {
        "title": "ThINKA Neustadt",
        "slug": "",
        "carrier": "Verein Beispiel",
        "description": "",
        "website": "",
        "other_names": "",
        "locations-TOTAL_FORMS": 1,
        "locations-INITIAL_FORMS": 0,
        "locations-0-name": "Büro",
        "locations-0-city": "Neustadt",
        "locations-0-ORDER": 1,
    }
    response = client.post(reverse("projekte_modeladmin_create"), data)
    assert response.status_code == 302
    assert Project.objects.get(slug="thinka-neustadt").locations.get().city == "Neustadt"


def test_an_editor_changes_only_their_own_project(editor, project, client):
    url = reverse("projekte_modeladmin_edit", args=[project.pk])
    assert client.get(url).status_code == 200
    other = reverse("projekte_modeladmin_edit", args=[ProjectFactory().pk])
    assert client.get(other).status_code in (302, 403)


def test_nobody_learns_titles_of_others_by_guessing_ids(editor, office, client):
    hidden = ExperienceFactory(title="Geheimer Entwurf")
    url, data = reverse("guide_many_act"), {"entry": f"{hidden.pk}-{hidden.latest_revision_id}"}
    client.force_login(editor)
    assert is_denied(client.post(url, data))
    client.force_login(person(roles.REVIEWER, ProjectFactory()))
    assert "Geheimer" not in client.post(url, data).content.decode()
    assert not Experience.objects.get(pk=hidden.pk).live


@pytest.mark.parametrize(
    "data",
    [
        {"entry": "²"},
        {"entry": "9" * 40},
        {"entry": "1-1", "project": "abc", "action": "hand_over"},
        {"entry": "1-1", "circle": "foo"},
        {},
    ],
)
def test_odd_input_to_many_at_once_is_no_error(data, office, client):
    ExperienceFactory()
    assert client.post(reverse("guide_many_act"), data).status_code == 200
    for value in ("²", "9" * 40, "x"):
        response = client.get(reverse("guide_many"), {"veranstaltung": value, "p": value})
        assert response.status_code == 200


def test_many_at_once_shows_and_publishes_the_draft(office, client):
    entry = ExperienceFactory(title="Alter Titel")
    entry.title, entry.visibility = "Neuer Titel", "public"
    entry.save_revision()
    page = client.get(reverse("guide_many")).content.decode()
    assert "Neuer Titel" in page and "Alter Titel" not in page
    entry.refresh_from_db()
    stale = f"{entry.pk}-{entry.latest_revision_id}"
    entry.title = "Noch neuer, nie gesehen"
    entry.save_revision()
    answer = client.post(reverse("guide_many_act"), {"entry": stale}).content.decode()
    assert "inzwischen geändert" in answer
    assert not Experience.objects.get(pk=entry.pk).live


def test_the_review_never_publishes_a_text_that_was_not_shown(editor, project, client):
    entry = create_experience(editor, project, "Gesehen")
    submit(entry, editor)
    client.force_login(person(roles.OFFICE))
    url = reverse("guide_review", args=[entry.pk])
    entry.refresh_from_db()
    shown = entry.latest_revision_id
    draft = entry.get_latest_revision_as_object()
    draft.title = "Nie gesehen"
    draft.save_revision(user=editor)
    data = {"action": "approve", "circle": "public", "revision_id": shown}
    assert "inzwischen geändert" in client.post(url, data).content.decode()
    assert not Experience.objects.get(pk=entry.pk).live


def test_lists_cost_the_same_for_few_and_many(editor, office, project, client):
    def cost(url):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    def submit_some(number):
        for _ in range(number):
            submit(create_experience(editor, project, "Warten"), editor)

    urls = [reverse(name) for name in ("guide_desk", "guide_many", "wagtailadmin_home")]
    submit_some(2)
    client.force_login(office)
    few = [cost(url) for url in urls]
    submit_some(5)
    assert [cost(url) for url in urls] == few


def test_an_editor_is_not_offered_tables_of_drafts(editor, client):
    table_page(event_page("Geplanter Austausch", live=False), "Geheimer Tisch", live=False)
    table_page(event_page("Gewesener Austausch"), "Offener Tisch")
    form = client.get(reverse("guide_experiences:add")).content.decode()
    assert "Offener Tisch" in form and "Geheimer Tisch" not in form
    choose = client.get(reverse("wagtailadmin_choose_page")).content.decode()
    assert "Geplanter" not in choose


def test_pages_offer_no_workflow_without_reviewers(office, client):
    page = event_page(live=False)
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' in form
    assert 'name="action-submit"' not in form


def test_the_reason_stands_on_the_form_where_the_author_works(editor, project, client):
    entry = create_experience(editor, project, "Sprechstunde im Waschsalon")
    submit(entry, editor)
    return_entry(entry, person(roles.OFFICE), "Bitte noch: wie oft?")
    form = client.get(reverse("guide_experiences:edit", args=[entry.pk]))
    assert "Bitte noch: wie oft?" in form.content.decode()


def test_going_to_the_review_saves_what_was_typed(office, project, client):
    entry = ExperienceFactory(project=project)
    data = form_data(entry, title="Selbst korrigiert", **{"action-review": "1"})
    response = client.post(reverse("guide_experiences:edit", args=[entry.pk]), data)
    assert response.url == reverse("guide_review", args=[entry.pk])
    assert Experience.objects.get(pk=entry.pk).draft_title == "Selbst korrigiert"


def test_a_topic_that_is_used_is_not_deleted(office, client):
    used, unused = TopicFactory(), TopicFactory()
    published_experience(topics=[used])
    for topic in (used, unused):
        client.post(reverse("guide_topics:delete", args=[topic.pk]))
    assert set(Topic.objects.all()) == {used}


def test_many_at_once_leaves_alone_what_nobody_handed_in(editor, project, client):
    create_experience(editor, project, "Noch in Arbeit")
    submit(create_experience(editor, project, "Eingereicht"), editor)
    client.force_login(person(roles.OFFICE))
    page = client.get(reverse("guide_many")).content.decode()
    assert "Eingereicht" in page and "Noch in Arbeit" not in page


def test_going_to_the_review_without_typing_makes_no_version(office, project, client):
    entry = ExperienceFactory(project=project, body="")
    before = entry.latest_revision_id
    data = form_data(entry, **{"action-review": "1"})
    client.post(reverse("guide_experiences:edit", args=[entry.pk]), data)
    assert Experience.objects.get(pk=entry.pk).latest_revision_id == before
