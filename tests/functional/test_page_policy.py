"""Pages: the office's, and news and steering groups their project's."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from cms.models import (
    AuditEvent,
    EventIndexPage,
    ExchangeEventPage,
    NewsIndexPage,
    NewsPage,
)
from cms.permissions import policies, roles
from cms.services.grant_role import revoke_role
from cms.services.project_pages import create_news, create_steering_group
from tests.factories.guide import ProjectFactory, event_page, news_page, person, table_page

pytestmark = pytest.mark.django_db

SECRET = "Geheimer Entwurf"


@pytest.fixture
def editor(project, client):
    user = person(roles.EDITOR, project)
    client.force_login(user)
    return user


@pytest.fixture
def own(project):
    return news_page("Eigene Meldung", live=False, project=project)


@pytest.fixture
def foreign():
    """Drafts of others: a project's news, its steering group with a table, the office's event."""
    other = ProjectFactory(title="ThINKA Anderswo")
    steering = event_page(f"{SECRET} Steuerung", live=False, project=other)
    return [
        news_page(f"{SECRET} Meldung", live=False, project=other),
        news_page(f"{SECRET} des Büros", live=False),
        steering,
        table_page(steering, f"{SECRET} Tisch", live=False),
        event_page(f"{SECRET} Austausch", live=False),
    ]


def is_denied(response) -> bool:
    """Wagtail's own denial, or nothing there."""
    if response.status_code == 302:
        return response.url == reverse("wagtailadmin_home")
    return response.status_code in (403, 404)


def form_of(page, **more) -> dict:
    """The fields of the page's edit form."""
    data = {
        "title": page.title,
        "slug": page.slug,
        "seo_title": "",
        "search_description": "",
        "date": "17.07.2013",
        "project": page.project_id or "",
        "teaser": "",
        "body": "null",
    }
    return data | more


# Writing


def test_an_editor_writes_a_news_item_of_their_project(editor, project, client):
    data = {"title": "Neuer Standort", "kind": "news", "project": project.pk}
    response = client.post(reverse("guide_pages_new"), data)
    page = NewsPage.objects.get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.project, page.live, page.owner) == (project, False, None)
    assert client.get(response.url).status_code == 200
    response = client.post(response.url, form_of(page, title="Neuer Standort am Markt"))
    assert response.status_code == 302
    page.refresh_from_db()
    assert page.draft_title == "Neuer Standort am Markt" and not page.live


def test_a_steering_group_with_its_table_belongs_to_the_project(editor, project, client):
    data = {"title": "Steuerungsgruppe Mai", "kind": "steering_group", "project": project.pk}
    client.post(reverse("guide_pages_new"), data)
    event = ExchangeEventPage.objects.get()
    assert (event.kind, event.project) == ("steering_group", project)
    table = table_page(event, live=False)
    add = reverse("wagtailadmin_pages:add", args=["cms", "tablepage", event.pk])
    for url in (add, reverse("wagtailadmin_pages:edit", args=[table.pk])):
        assert client.get(url).status_code == 200


def test_only_for_ones_own_project_and_only_with_a_title(editor, project, client):
    other = ProjectFactory()
    for data in (
        {"title": "Untergeschoben", "kind": "news", "project": other.pk},
        {"title": "  ", "kind": "news", "project": project.pk},
    ):
        response = client.post(reverse("guide_pages_new"), data)
        assert response.status_code == 200
    assert not NewsPage.objects.exists()
    assert "Untergeschoben" not in response.content.decode()


@pytest.mark.parametrize("role", [roles.READER, roles.PARTNER])
def test_who_does_not_write_has_no_pages(role, project, own, client):
    client.force_login(person(role, project))
    for url in (
        reverse("guide_pages"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_pages:edit", args=[own.pk]),
    ):
        assert client.get(url).status_code == 302
    data = {"title": "Meldung", "kind": "news", "project": project.pk}
    assert client.post(reverse("guide_pages_new"), data).status_code == 302
    assert NewsPage.objects.count() == 1


def test_the_project_of_a_page_is_fixed(editor, project, own, client):
    other = ProjectFactory()
    url = reverse("wagtailadmin_pages:edit", args=[own.pk])
    for user in (editor, person(roles.OFFICE)):
        client.force_login(user)
        client.post(url, form_of(own, project=other.pk))
        draft = NewsPage.objects.get(pk=own.pk).get_latest_revision_as_object()
        assert draft.project == project
    revision = own.save_revision()
    revision.content["project"] = other.pk
    revision.save()
    assert revision.as_object().project == project


def test_an_editor_publishes_nothing_and_deletes_only_what_never_was(editor, project, own, client):
    edit = reverse("wagtailadmin_pages:edit", args=[own.pk])
    assert 'name="action-publish"' not in client.get(edit).content.decode()
    for action in ("action-publish", "action-submit"):
        client.post(edit, form_of(own, **{action: "1"}))
        own = NewsPage.objects.get(pk=own.pk)
        assert not own.live and own.current_workflow_state is None
    live = news_page("Schon da", project=project)
    for name in ("unpublish", "delete"):
        client.post(reverse(f"wagtailadmin_pages:{name}", args=[live.pk]))
        assert NewsPage.objects.get(pk=live.pk).live
    client.post(reverse("wagtailadmin_pages:delete", args=[own.pk]))
    assert not NewsPage.objects.filter(pk=own.pk).exists()


def test_the_reviewer_of_the_project_publishes_its_pages_and_no_others(
    project, own, foreign, client
):
    client.force_login(person(roles.REVIEWER, project))
    for page in (own, foreign[0]):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        client.post(url, form_of(page, **{"action-publish": "1"}))
        page.refresh_from_db()
    assert own.live and not foreign[0].live


def test_asking_to_publish_puts_a_page_first_for_the_office(editor, project, own, client):
    news_page("Später geschrieben", live=False, project=project)
    client.post(reverse("guide_pages_ask", args=[own.pk]))
    assert AuditEvent.objects.filter(action="page.asked", object_id=own.pk).exists()
    client.force_login(person(roles.OFFICE))
    text = client.get(reverse("guide_pages")).content.decode()
    assert text.index("Eigene Meldung") < text.index("Später geschrieben")
    assert text.count("Soll veröffentlicht werden") == 1
    own.save_revision().publish()
    text = client.get(reverse("guide_pages")).content.decode()
    assert "Soll veröffentlicht werden" not in text


# Not seeing


PAGE_SCREENS = [
    "edit", "delete", "unpublish", "move", "copy", "view_draft", "preview_on_edit", "history",
    "history_results", "workflow_history", "usage", "set_privacy", "lock", "unlock",
    "convert_alias",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGE_SCREENS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_screens_of_other_pages_are_denied(name, method, editor, own, foreign, client):
    for page in foreign:
        before = Page.objects.values().get(pk=page.pk)
        response = getattr(client, method)(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert is_denied(response) or response.status_code == 405
        assert SECRET not in response.content.decode()
        assert Page.objects.values().get(pk=page.pk) == before


def test_versions_of_other_pages_are_denied(editor, own, foreign, client):
    for page in foreign:
        first, second = page.latest_revision, page.save_revision()
        for name, args in (
            ("revisions_view", [page.pk, first.pk]),
            ("revisions_compare", [page.pk, first.pk, second.pk]),
            ("revisions_compare", [page.pk, "earliest", "latest"]),
            ("revisions_revert", [page.pk, first.pk]),
            ("revisions_unschedule", [page.pk, first.pk]),
            # Through the address of one's own page:
            ("revisions_view", [own.pk, first.pk]),
            ("revisions_compare", [own.pk, first.pk, second.pk]),
            ("revisions_revert", [own.pk, first.pk]),
        ):
            response = client.get(reverse(f"wagtailadmin_pages:{name}", args=args))
            assert is_denied(response)
            assert SECRET not in response.content.decode()


def test_explorer_search_choosers_and_reports_name_no_draft_of_others(editor, own, foreign, client):
    root, home = Page.objects.get(depth=1), Page.objects.get(depth=2)
    places = [root, home, NewsIndexPage.objects.get(), EventIndexPage.objects.get()]
    urls = [
        reverse("guide_pages"),
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_pages:search") + "?q=Geheimer",
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_search") + "?q=Geheimer",
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_api:pages:listing"),
        reverse("wagtailadmin_api:pages:listing") + "?for_explorer=1&child_of=root",
    ]
    urls += [reverse("wagtailadmin_explore", args=[page.pk]) for page in places]
    urls += [reverse("wagtailadmin_explore", args=[page.pk]) for page in foreign]
    urls += [reverse("wagtailadmin_explore_results", args=[page.pk]) for page in places]
    urls += [reverse("wagtailadmin_explore", args=[root.pk]) + "?q=Geheimer"]
    urls += [reverse("wagtailadmin_choose_page_child", args=[page.pk]) for page in places]
    urls += [reverse("wagtailadmin_api:pages:detail", args=[page.pk]) for page in foreign]
    for url in urls:
        response = client.get(url)
        assert SECRET not in response.content.decode(), url
    assert "Eigene Meldung" in client.get(reverse("guide_pages")).content.decode()
    news = reverse("wagtailadmin_explore", args=[NewsIndexPage.objects.get().pk])
    assert "Eigene Meldung" in client.get(news, follow=True).content.decode()


def test_a_table_of_a_withdrawn_event_is_not_chosen(editor, client):
    event = event_page("Veranstaltung")
    table_page(event, f"{SECRET} Tisch")
    event.unpublish()
    answer = client.get(reverse("wagtailadmin_choose_page_search") + "?q=Geheimer")
    assert SECRET not in answer.content.decode()


def test_nothing_is_added_copied_or_moved_among_the_pages_of_others(
    editor, project, own, foreign, client
):
    event = event_page("Steuerungsgruppe", live=False, project=project)
    table = table_page(event, live=False)
    for parent, model in (
        (NewsIndexPage.objects.get(), "newspage"),
        (EventIndexPage.objects.get(), "exchangeeventpage"),
        (foreign[2], "tablepage"),
        (foreign[4], "tablepage"),
    ):
        url = reverse("wagtailadmin_pages:add", args=["cms", model, parent.pk])
        assert is_denied(client.get(url))
        assert is_denied(client.post(url, {"title": "Untergeschoben", "slug": "neu"}))
    count = Page.objects.count()
    for target in (foreign[2], foreign[4]):
        move = reverse("wagtailadmin_pages:move_confirm", args=[table.pk, target.pk])
        client.post(move)
        copy = reverse("wagtailadmin_pages:copy", args=[table.pk])
        data = {"new_title": "K", "new_slug": "k", "new_parent_page": target.pk, "alias": "on"}
        client.post(copy, data)
        for page in (own, table):
            client.post(
                reverse("wagtailadmin_pages:copy", args=[page.pk]),
                data | {"new_parent_page": NewsIndexPage.objects.get().pk},
            )
    assert Page.objects.count() == count
    assert Page.objects.get(pk=table.pk).is_child_of(event)


@pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
def test_bulk_actions_on_other_pages_change_nothing(action, editor, own, foreign, client):
    ids = "&".join(f"id={page.pk}" for page in foreign)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    client.post(f"{url}?{ids}", {"chooser": NewsIndexPage.objects.get().pk})
    for page in foreign:
        row = Page.objects.get(pk=page.pk)
        assert (row.path, row.live) == (page.path, False)


def test_a_person_who_left_has_nothing_of_what_they_wrote(project, client):
    user = person(roles.EDITOR, project)
    page = create_news(user, project, "Meldung")
    event = create_steering_group(user, project, "Steuerungsgruppe")
    assert (page.owner, event.owner) == (None, None)
    revoke_role(user, project, roles.EDITOR)
    policies.forget_grants(user)
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    for row in (page, event):
        assert is_denied(client.get(reverse("wagtailadmin_pages:edit", args=[row.pk])))
    client.force_login(user)
    assert client.get(reverse("guide_pages")).status_code == 302


def test_rows_of_wagtails_groups_give_nothing(project, own, client):
    group = Group.objects.create(name="Alle Rechte")
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore"):
        GroupPagePermission.objects.create(
            group=group, page=Page.objects.get(depth=1), permission=permission
        )
    for user in (person(), person(roles.EDITOR, ProjectFactory())):
        user.groups.add(group)
        client.force_login(user)
        url = reverse("wagtailadmin_pages:edit", args=[own.pk])
        assert client.get(url).status_code == 302


def test_the_office_edits_every_page(own, foreign, client):
    for user in (person(roles.OFFICE), person(is_superuser=True)):
        client.force_login(user)
        for page in (own, *foreign):
            assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        listing = client.get(reverse("wagtailadmin_explore", args=[NewsIndexPage.objects.get().pk]))
        assert SECRET in listing.content.decode()


def test_the_menu_leads_editors_to_their_pages_only(editor, own, client):
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("guide_pages") in menu
    assert reverse("wagtailadmin_reports:site_history") not in menu
    client.force_login(person(roles.OFFICE))
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("wagtailadmin_reports:site_history") in menu


def test_settings_are_the_offices(editor, client):
    url = reverse("wagtailsettings:edit", args=["cms", "guidesettings"])
    assert is_denied(client.get(url))


def test_the_list_costs_the_same_with_many_pages(editor, project, own, client):
    news_page("Zweite Meldung", live=False, project=project)
    client.get(reverse("guide_pages"))
    few = _queries(client, reverse("guide_pages"))
    for number in range(8):
        news_page(f"Meldung {number}", live=False, project=project)
    assert _queries(client, reverse("guide_pages")) == few


def _queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
