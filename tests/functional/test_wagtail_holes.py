"""The measured holes of stock Wagtail, one test each: what leaked or succeeded there does not here.

An editor (or reviewer) of project A against a row of project B, in the order of the record.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import NoReverseMatch, reverse
from wagtail.actions.publish_revision import PublishPermissionError
from wagtail.models import ModelLogEntry, TaskState

from cms.domain.circles import Circle
from cms.models import Experience
from cms.permissions import policies, roles
from cms.services.grant_role import grant_role
from cms.services.submit import submit
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)

pytestmark = pytest.mark.django_db
SECRET = "Geheimnis von Beispiel"


@pytest.fixture
def project():
    return ProjectFactory(title="Anfang")


@pytest.fixture
def other():
    return ProjectFactory(title="Beispiel")


@pytest.fixture
def author(other):
    return person(roles.EDITOR, other)


@pytest.fixture
def foreign(other, author):
    """Of project B: published to its project only, a newer draft in review, two older versions."""
    entry = published_experience(Circle.PROJECT, title=SECRET, project=other)
    for number in range(2):
        entry.title = f"{SECRET} {number}"
        entry.save_revision(user=author)
    submit(entry, author)
    entry.refresh_from_db()
    return entry


@pytest.fixture
def editor(project, client):
    user = person(roles.EDITOR, project)
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(project, client):
    user = person(roles.REVIEWER, project)
    client.force_login(user)
    return user


def address(name: str, entry, *more) -> str:
    return reverse(f"guide_experiences:{name}", args=[entry.pk, *more])


def is_denied(response) -> bool:
    """Wagtail's own denial, or not there; and in either case without a word of B's."""
    assert SECRET not in response.content.decode()
    denial = response.status_code == 302 and response.url == reverse("wagtailadmin_home")
    return denial or response.status_code in (403, 404)


def unchanged(entry) -> bool:
    row = Experience.with_trash.get(pk=entry.pk)
    names = ("project_id", "live", "locked", "latest_revision_id", "live_revision_id", "title")
    return all(getattr(row, name) == getattr(entry, name) for name in names)


# Lists and choices.


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD])
@pytest.mark.parametrize("query", ["", "?q=Geheimnis", "?ordering=title", "?export=csv"])
def test_the_list_has_no_foreign_titles(role, query, project, foreign, client):
    client.force_login(person(role, project))
    for name in ("list", "list_results"):
        response = client.get(reverse(f"guide_experiences:{name}") + query)
        assert response.status_code == 200
        assert SECRET not in b"".join(response).decode()


def test_filters_offer_and_find_own_projects_only(editor, other, foreign, client):
    page = client.get(reverse("guide_experiences:list"), {"project": other.pk}).content.decode()
    assert SECRET not in page and "Beispiel" not in page


def test_there_is_no_chooser_of_entries():
    """Wagtail's would list, tell chosen ones and create for every project."""
    for name in ("choose", "choose_results", "chosen", "chosen_multiple", "create"):
        with pytest.raises(NoReverseMatch):
            reverse(f"wagtailsnippetchoosers_cms_experience:{name}")


@pytest.mark.parametrize("ids", [["foreign"], ["own", "foreign"], ["all"]])
def test_a_bulk_action_neither_shows_nor_deletes_foreign_rows(
    ids, editor, project, foreign, client
):
    own = ExperienceFactory(title="Eigener Entwurf", project=project)
    foreign_draft = ExperienceFactory(title=SECRET, project=foreign.project)
    rows = {"own": own.pk, "foreign": foreign_draft.pk, "all": "all"}
    query = "&".join(f"id={rows[name]}" for name in ids)
    url = reverse("wagtail_bulk_action", args=["cms", "experience", "delete"]) + f"?{query}"
    assert SECRET not in client.get(url).content.decode()
    client.post(url)
    assert Experience.objects.filter(pk=foreign_draft.pk).exists()


STOCK_REPORTS = [
    "site_history",
    "workflow",
    "workflow_tasks",
    "locked_pages",
    "aging_pages",
    "page_types_usage",
]


@pytest.mark.parametrize("name", STOCK_REPORTS)
@pytest.mark.parametrize("results", ["", "_results"])
def test_reports_of_wagtail_are_the_offices(name, results, reviewer, foreign, client):
    assert is_denied(client.get(reverse(f"wagtailadmin_reports:{name}{results}")))


def test_reports_answer_the_office(foreign, client):
    client.force_login(person(roles.OFFICE))
    for name in STOCK_REPORTS:
        assert client.get(reverse(f"wagtailadmin_reports:{name}")).status_code == 200


# Reading a row of another project.

READING = [
    "edit",
    "delete",
    "usage",
    "history",
    "history_results",
    "preview_on_edit",
    "workflow_history",
    "confirm_workflow_cancellation",
    "unpublish",
    "lock",
    "unlock",
]


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD])
@pytest.mark.parametrize("name", READING)
def test_no_view_opens_a_foreign_row(name, role, project, foreign, client):
    client.force_login(person(role, project))
    assert is_denied(client.get(address(name, foreign)))
    assert is_denied(client.post(address(name, foreign), {}))
    assert unchanged(foreign)


@pytest.mark.parametrize("name", ["revisions_view", "revisions_revert", "revisions_unschedule"])
def test_no_revision_of_a_foreign_row(name, reviewer, foreign, client):
    revision = foreign.revisions.first()
    assert is_denied(client.get(address(name, foreign, revision.pk)))


def test_no_comparison_of_foreign_revisions(reviewer, foreign, client):
    assert is_denied(client.get(address("revisions_compare", foreign, "earliest", "latest")))


@pytest.mark.parametrize("name", ["revisions_view", "revisions_revert", "revisions_unschedule"])
def test_no_foreign_revision_through_an_own_row(name, reviewer, project, foreign, client):
    own = ExperienceFactory(project=project)
    revision = foreign.revisions.first()
    assert is_denied(client.get(address(name, own, revision.pk)))
    compared = address("revisions_compare", own, revision.pk, "latest")
    assert is_denied(client.get(compared))


def test_no_workflow_detail_of_a_foreign_row(reviewer, project, foreign, client):
    state = foreign.current_workflow_state
    assert is_denied(client.get(address("workflow_history_detail", foreign, state.pk)))
    own = ExperienceFactory(project=project)
    assert is_denied(client.get(address("workflow_history_detail", own, state.pk)))


def test_a_reader_does_not_open_the_confirmation_of_a_cancellation(project, client):
    author = person(roles.EDITOR, project)
    entry = ExperienceFactory(project=project, revision=author)
    submit(entry, author)
    client.force_login(person(roles.READER, project))
    assert is_denied(client.get(address("confirm_workflow_cancellation", entry)))


# Writing.


def form_data(entry, **more) -> dict:
    return {
        "kind": "good",
        "title": "Überschrieben",
        "body": "null",
        "visibility": "public",
        "attribution": "named",
        "project": entry.project_id,
        "arguments-TOTAL_FORMS": 0,
        "arguments-INITIAL_FORMS": 0,
        **more,
    }


@pytest.mark.parametrize(
    "button", ["", "action-publish", "action-submit", "action-unpublish", "action-cancel-workflow"]
)
def test_no_button_of_the_form_changes_a_foreign_row(button, reviewer, foreign, client):
    data = form_data(foreign, **({button: "1"} if button else {}))
    assert is_denied(client.post(address("edit", foreign), data))
    assert unchanged(foreign) and foreign.workflow_in_progress


def test_autosave_does_not_reach_a_foreign_row(editor, foreign, client):
    response = client.post(
        address("edit", foreign),
        form_data(foreign, overwrite_revision_id=foreign.latest_revision_id),
        HTTP_ACCEPT="application/json",
        HTTP_X_REQUESTED_WITH="XMLHttpRequest",
    )
    assert response.status_code == 403
    assert unchanged(foreign)


def test_autosave_does_not_overwrite_a_foreign_revision(editor, project, foreign, client):
    own = ExperienceFactory(project=project, revision=editor)
    content = foreign.latest_revision.content
    client.post(
        address("edit", own),
        form_data(own, overwrite_revision_id=foreign.latest_revision_id),
        HTTP_ACCEPT="application/json",
    )
    foreign.latest_revision.refresh_from_db()
    assert foreign.latest_revision.content == content


@pytest.mark.parametrize("name", ["delete", "unpublish", "lock", "unlock"])
def test_no_operation_on_a_foreign_row(name, reviewer, foreign, client):
    assert is_denied(client.post(address(name, foreign)))
    assert unchanged(foreign)


def test_the_form_does_not_give_an_entry_to_another_project(editor, project, other, client):
    own = ExperienceFactory(project=project, revision=editor)
    client.post(address("edit", own), form_data(own, project=other.pk))
    own.refresh_from_db()
    assert own.project == project
    assert own.get_latest_revision_as_object().project == project


def test_copying_is_not_offered():
    with pytest.raises(NoReverseMatch):
        reverse("guide_experiences:copy", args=[1])


@pytest.mark.parametrize("name", ["edit", "add"])
def test_publishing_from_the_form_needs_the_review(name, editor, project, client):
    entry = ExperienceFactory(project=project, revision=editor)
    url = address("edit", entry) if name == "edit" else reverse("guide_experiences:add")
    client.post(url, form_data(entry, **{"action-publish": "1"}))
    assert not Experience.objects.filter(live=True).exists()


def test_a_revision_posted_back_is_a_draft(editor, project, client):
    """Reverting: Wagtail's form posts the old text with the number of its revision."""
    entry = published_experience(project=project)
    old = entry.latest_revision
    entry.title = "Neuere Fassung"
    entry.save_revision(user=editor)
    data = form_data(entry, revision=old.pk, title=old.content["title"])
    client.post(address("edit", entry), {**data, "action-publish": "1"})
    live = Experience.objects.get(pk=entry.pk)
    assert live.live_revision_id == old.pk
    assert live.latest_revision_id != old.pk


def test_publishing_asks_about_the_row(reviewer, foreign):
    """Wagtail asks whether the person may publish anything at all."""
    assert policies.can_somewhere(reviewer, policies.REVIEW)
    with pytest.raises(PublishPermissionError):
        foreign.latest_revision.publish(user=reviewer)
    assert unchanged(foreign)


def test_a_right_on_the_model_gives_nothing(foreign, client, django_user_model):
    """Even the global permission that Wagtail's groups would hand out."""
    user = person()
    assert not user.has_perm("cms.change_experience")
    assert not policies.opens_admin(user)
    client.force_login(user)
    assert client.get(reverse("guide_experiences:list")).status_code == 302


# Workflow.


@pytest.mark.parametrize("name", ["workflow_action", "collect_workflow_action_data"])
@pytest.mark.parametrize("action", ["approve", "reject"])
def test_no_approval_of_a_foreign_review_through_an_own_address(
    name, action, reviewer, project, foreign, client
):
    author = person(roles.EDITOR, project)
    own = ExperienceFactory(project=project, revision=author)
    submit(own, author)
    task_state = foreign.current_workflow_task_state
    assert is_denied(client.post(address(name, own, action, task_state.pk), {"comment": "ja"}))
    assert is_denied(client.post(address(name, foreign, action, task_state.pk)))
    task_state.refresh_from_db()
    assert task_state.status == TaskState.STATUS_IN_PROGRESS
    assert unchanged(foreign)


def test_the_task_itself_refuses_a_foreign_reviewer(reviewer, foreign):
    task_state = foreign.current_workflow_task_state
    with pytest.raises(PermissionDenied):
        task_state.task.specific.on_action(task_state, reviewer, "approve")
    assert unchanged(foreign)


def test_a_draft_with_an_empty_title_is_not_approved(client):
    office = person(roles.OFFICE)
    project = ProjectFactory()
    author = person(roles.EDITOR, project)
    entry = ExperienceFactory(project=project, revision=author)
    submit(entry, author)
    entry.title = ""
    revision = entry.save_revision(user=author, clean=False)
    client.force_login(office)
    url = reverse("guide_review", args=[entry.pk])
    client.post(
        url, {"action": "approve", "circle": "public", "revision_id": revision.pk, "note": ""}
    )
    assert not Experience.objects.get(pk=entry.pk).live


def test_the_review_screen_of_a_foreign_row_is_closed(reviewer, foreign, client):
    url = reverse("guide_review", args=[foreign.pk])
    assert is_denied(client.get(url))
    data = {"action": "approve", "circle": "public", "revision_id": foreign.latest_revision_id}
    assert is_denied(client.post(url, data))
    assert unchanged(foreign)


# Pages, and everything that Wagtail brings for administrators.


def test_pages_are_not_the_editors(editor, client):
    event = event_page(SECRET, live=False)
    table = table_page(event, SECRET, live=False)
    news = news_page(SECRET, live=False)
    for page in (event, table, news):
        for name in ("edit", "delete", "copy", "move", "history", "usage", "workflow_history"):
            assert is_denied(client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])))
        assert is_denied(client.get(reverse("wagtailadmin_explore", args=[page.pk])))
    assert is_denied(client.get(reverse("wagtailadmin_pages:search"), {"q": "Geheimnis"}))
    assert is_denied(client.get(reverse("wagtailadmin_api:pages:listing")))


def test_the_page_chooser_is_the_offices_and_a_link_is_made_by_its_address(editor, client):
    draft = event_page(SECRET, live=False)
    answer = client.get(reverse("wagtailadmin_choose_page"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(
        reverse("wagtailadmin_choose_page_external_link")
    )
    assert answer.status_code == 200
    for url in (
        reverse("wagtailadmin_choose_page_child", args=[draft.pk]),
        reverse("wagtailadmin_choose_page_search") + "?q=Geheimnis",
        reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={draft.pk}",
    ):
        assert is_denied(client.get(url))


CLOSED = [
    "wagtailusers_users:index",
    "wagtailusers_groups:index",
    "wagtailsites:index",
    "wagtailredirects:index",
    "wagtailadmin_collections:index",
    "wagtailadmin_workflows:index",
    "wagtailadmin_workflows:task_index",
    "wagtailadmin_workflows:task_chooser",
    "wagtailsnippets:index",
    "wagtailadmin_tag_autocomplete",
    "wagtailembeds:chooser",
    "wagtailadmin_error_test",
]


@pytest.mark.parametrize("role", [roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD])
@pytest.mark.parametrize("name", CLOSED)
def test_screens_for_administrators_are_closed(name, role, project, client):
    client.force_login(person(role, project))
    assert is_denied(client.get(reverse(name)))
    response = client.get(reverse(name), HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert response.status_code == 403


@pytest.mark.parametrize(
    "url",
    ["/admin/login/?next=/admin/", "/admin/password_reset/", "/_util/login/"],
)
def test_signing_in_past_our_page_leads_to_it(url, client):
    for response in (client.get(url), client.post(url, {"username": "a", "password": "b"})):
        assert response.status_code == 302
        assert response.url.startswith(("/anmelden/", "/kennwort-vergessen/"))


# People of two projects, and people who have left.


def test_two_projects_are_two_sets_of_rights(project, other, foreign, client):
    """Reviewer of A, reader of B: sees B's, changes nothing of it."""
    user = person(roles.REVIEWER, project)
    grant_role(user, other, roles.READER)
    client.force_login(user)
    assert SECRET in client.get(reverse("guide_experiences:list")).content.decode()
    task_state = foreign.current_workflow_task_state
    client.post(address("edit", foreign), form_data(foreign, **{"action-publish": "1"}))
    client.post(address("workflow_action", foreign, "approve", task_state.pk))
    client.post(reverse("guide_review", args=[foreign.pk]), {"action": "return", "reason": "x"})
    for name in ("delete", "unpublish", "lock"):
        client.post(address(name, foreign))
    task_state.refresh_from_db()
    assert unchanged(foreign)
    assert task_state.status == TaskState.STATUS_IN_PROGRESS


def test_the_history_of_wagtail_tells_nothing_across_projects(editor, foreign, client):
    assert ModelLogEntry.objects.for_instance(foreign).exists()
    for url in (reverse("wagtailadmin_home"), reverse("guide_experiences:list")):
        assert SECRET not in client.get(url).content.decode()
