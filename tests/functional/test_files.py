"""Images and documents: each project's own, served through the policy and not past it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, GroupCollectionPermission, ReferenceIndex, Site

from cms.domain.circles import Circle
from cms.models import InfoPage, Project
from cms.models.site_settings import FundingLogo, GuideSettings
from cms.permissions import roles
from cms.services.grant_role import grant_role
from tests.factories.guide import (
    ProjectFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_renditions_of_other_tests"),
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SECRET = "geheime-liste"


@pytest.fixture
def other():
    return ProjectFactory(title="ThINKA Anderswo")


def document_of(owner: Project | None, name=SECRET):
    collection = owner.collection if owner else Collection.get_first_root_node()
    file = ContentFile(b"%PDF-1.4 Inhalt", name=f"{name}.pdf")
    return get_document_model().objects.create(
        title=f"Titel {name}", file=file, collection=collection
    )


def image_of(owner: Project | None, name=SECRET):
    collection = owner.collection if owner else Collection.get_first_root_node()
    file = get_test_image_file(f"{name}.png")
    return get_image_model().objects.create(title=f"Titel {name}", file=file, collection=collection)


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("neu.png", get_test_image_file("neu.png").file.getvalue())


def linked(document) -> str:
    return f'<p><a linktype="document" id="{document.pk}">Anlage</a></p>'


def is_denied(response) -> bool:
    return response.status_code == 302 and response.url == reverse("wagtailadmin_home")


def people(project):
    """Everybody there is, by name."""
    return {
        "nobody": None,
        "no role": person(),
        "partner": person(roles.PARTNER),
        "editor elsewhere": person(roles.EDITOR, ProjectFactory()),
        "reader": person(roles.READER, project),
        "editor": person(roles.EDITOR, project),
        "office": person(roles.OFFICE),
    }


def readers_of(url, client, everybody) -> set[str]:
    """The names of those to whom the file is served; everybody else gets a 404 without a name."""
    found = set()
    for name, user in everybody.items():
        client.logout()
        if user:
            client.force_login(user)
        response = client.get(url)
        if response.status_code == 200:
            found.add(name)
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Content-Security-Policy"] == "default-src 'none'"
            assert ("private" if user else "public") in response["Cache-Control"]
            assert b"".join(response.streaming_content)
        else:
            assert response.status_code == 404
            assert SECRET not in response.content.decode()
    return found


OWN = {"reader", "editor", "office"}
PROJECTS = OWN | {"editor elsewhere"}
NETWORK = PROJECTS | {"partner"}
EVERYBODY = NETWORK | {"nobody", "no role"}
BY_CIRCLE = {
    Circle.PROJECT: OWN,
    Circle.PROJECTS: PROJECTS,
    Circle.NETWORK: NETWORK,
    Circle.PUBLIC: EVERYBODY,
}


# Collections


def test_each_project_has_a_collection_of_its_name(project):
    assert project.collection.name == "ThINKA Musterstadt"
    assert Project.objects.office().collection.name == "Koordinierungsstelle"
    project.title = "ThINKA Neustadt"
    project.save()
    assert Collection.objects.get(pk=project.collection_id).name == "ThINKA Neustadt"
    assert Collection.find_problems() == ([], [], [], [], [])


def test_projects_that_were_there_before_get_theirs(project, other):
    fill = import_module("cms.migrations.0013_fill_project_collections")
    document_of(other)
    fill.remove_empty_collections(apps, None)
    names = set(Collection.objects.values_list("name", flat=True))
    assert project.title not in names and other.title in names
    fill.add_collections(apps, None)
    for row in Project.objects.select_related("collection"):
        assert row.collection.name == row.title
    assert Collection.find_problems() == ([], [], [], [], [])


# Serving


def test_an_unused_file_is_for_those_who_see_the_drafts_of_its_project(client, project):
    everybody = people(project)
    assert readers_of(document_of(project).url, client, everybody) == OWN
    image = image_of(project)
    assert readers_of(image.get_rendition("width-50").url, client, everybody) == OWN
    assert readers_of(image.file.url, client, everybody) == OWN
    assert readers_of(document_of(None).url, client, everybody) == {"office"}


@pytest.mark.parametrize("circle", Circle)
def test_a_file_that_something_published_uses_is_for_its_circle(client, project, circle):
    document = document_of(project)
    published_experience(circle, project=project, body=linked(document))
    assert readers_of(document.url, client, people(project)) == BY_CIRCLE[circle]


def test_what_only_a_draft_uses_stays_with_the_project(client, project):
    document = document_of(project)
    page = news_page(project=project)
    page.body = linked(document)
    page.save_revision()
    event_page(live=False, project=project, introduction=linked(document))
    assert readers_of(document.url, client, people(project)) == OWN
    page.get_latest_revision().publish()
    assert readers_of(document.url, client, people(project)) == EVERYBODY
    page.refresh_from_db()
    page.unpublish()
    assert readers_of(document.url, client, people(project)) == OWN


def test_notes_open_a_file_to_the_projects_only(client, project):
    document = document_of(Project.objects.office())
    event = event_page()
    table_page(event, notes=linked(document))
    expected = {"office", "reader", "editor", "editor elsewhere"}
    assert readers_of(document.url, client, people(project)) == expected


def test_a_table_counts_while_its_event_is_published(client, project):
    document = document_of(Project.objects.office())
    event = event_page()
    table_page(event, summary=linked(document))
    assert readers_of(document.url, client, people(project)) == EVERYBODY
    event.unpublish()
    assert readers_of(document.url, client, people(project)) == {"office"}


def test_nobody_opens_the_file_of_another_project_by_linking_to_it(client, project, other):
    document = document_of(project)
    news_page(project=other, body=linked(document))
    published_experience(project=other, body=linked(document))
    table_page(event_page(project=other), summary=linked(document))
    assert readers_of(document.url, client, people(project)) == OWN
    news_page(title="Vom Büro", body=linked(document))
    assert readers_of(document.url, client, people(project)) == EVERYBODY


def test_logos_and_what_fixed_pages_use_are_public(client, project):
    office = Project.objects.office()
    logo, document = image_of(office, "landeslogo"), document_of(office)
    settings = GuideSettings.for_site(Site.objects.get())
    settings.logos = [FundingLogo(image=logo, alt_text="Land")]
    settings.save()
    page = InfoPage.objects.first()
    page.body = linked(document)
    page.save()
    everybody = people(project)
    assert readers_of(logo.get_rendition("width-50|nometadata").url, client, everybody) == EVERYBODY
    assert readers_of(logo.file.url, client, everybody) == {"office"}
    assert readers_of(document.url, client, everybody) == EVERYBODY


def test_a_wrong_name_or_number_is_answered_alike(client, project):
    document = document_of(project)
    missing = client.get(f"/documents/{document.pk + 1}/{SECRET}.pdf")
    hidden = client.get(document.url)
    assert missing.status_code == hidden.status_code == 404
    assert missing.content == hidden.content
    client.force_login(person(roles.EDITOR, project))
    assert client.get(f"/documents/{document.pk}/falsch.pdf").status_code == 404


def test_an_unchanged_file_is_not_sent_again(client, editor, project):
    client.force_login(editor)
    document = document_of(project)
    first = client.get(document.url)
    assert f'filename="{SECRET}' in first["Content-Disposition"]
    again = client.get(document.url, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_serving_costs_the_same_however_often_a_file_is_used(client, project):
    document = document_of(project)
    published_experience(project=project, body=linked(document))
    client.get(document.url)
    few = _queries(client, document.url)
    for _number in range(5):
        published_experience(project=project, body=linked(document))
    assert _queries(client, document.url) == few


def _queries(client, url, status=200) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == status
    return len(captured)


# The admin

KINDS = pytest.mark.parametrize(
    ("make", "screens", "parameter"),
    [(image_of, "wagtailimages", "image_id"), (document_of, "wagtaildocs", "document_id")],
    ids=["images", "documents"],
)


@KINDS
def test_lists_and_choosers_show_ones_own(client, editor, project, other, make, screens, parameter):
    client.force_login(editor)
    own, foreign = make(project, "eigene-datei"), make(other)
    make(None, "geheime-datei-des-bueros")
    own.tags.add("gemeinsam")
    foreign.tags.add("gemeinsam", SECRET)
    for name in (f"{screens}:index", f"{screens}:index_results"):
        assert _titles(client.get(reverse(name))) == {"eigene-datei"}
        for query in ({"q": "geheime"}, {"q": "Titel"}, {"collection_id": other.collection_id}):
            assert SECRET not in client.get(reverse(name), query).content.decode()
    for name in (f"{screens}_chooser:choose", f"{screens}_chooser:choose_results"):
        assert _titles(client.get(reverse(name))) == {"eigene-datei"}
        for query in ({"q": "Titel"}, {"tag": "gemeinsam"}, {"collection_id": other.collection_id}):
            assert SECRET not in client.get(reverse(name), query).content.decode()
    assert is_denied(client.get(reverse(f"{screens}_chooser:chosen", args=[foreign.pk])))
    assert client.get(reverse(f"{screens}_chooser:chosen", args=[own.pk])).status_code == 200
    several = reverse(f"{screens}_chooser:chosen_multiple")
    answer = client.get(several, {"id": [own.pk, foreign.pk]}).content.decode()
    assert "eigene-datei" in answer and SECRET not in answer


def _titles(response) -> set[str]:
    assert response.status_code == 200
    text = response.content.decode()
    return {
        name
        for name in ("eigene-datei", SECRET, "geheime-datei-des-bueros")
        if f"Titel {name}" in text
    }


@KINDS
@pytest.mark.parametrize("method", ["get", "post"])
def test_files_of_others_are_denied(client, editor, other, make, screens, parameter, method):
    client.force_login(editor)
    foreign = make(other)
    usage = {"wagtailimages": "image_usage", "wagtaildocs": "document_usage"}[screens]
    for name in ("edit", "delete", usage):
        answer = getattr(client, method)(reverse(f"{screens}:{name}", args=[foreign.pk]))
        assert is_denied(answer) or answer.status_code == 405
    for name in ("edit_multiple", "delete_multiple"):
        answer = client.post(
            reverse(f"{screens}:{name}", args=[foreign.pk]),
            headers={"x-requested-with": "XMLHttpRequest"},
        )
        assert answer.status_code in (302, 403)
    assert type(foreign).objects.filter(pk=foreign.pk, title=foreign.title).exists()


@KINDS
def test_an_upload_lands_in_ones_own_collection(
    client, editor, project, other, make, screens, parameter
):
    client.force_login(editor)
    data = {"title": "Neu", "file": upload(), "collection": other.collection_id}
    assert client.post(reverse(f"{screens}:add"), data).status_code == 302
    model = get_image_model() if screens == "wagtailimages" else get_document_model()
    assert model.objects.get(title="Neu").collection == project.collection


@KINDS
def test_with_two_projects_only_their_collections_are_offered(
    client, editor, project, other, make, screens, parameter
):
    second = ProjectFactory(title="ThINKA Zweitstadt")
    grant_role(editor, second, roles.EDITOR)
    client.force_login(editor)
    page = client.get(reverse(f"{screens}:add")).content.decode()
    assert "ThINKA Zweitstadt" in page and "ThINKA Musterstadt" in page
    assert "ThINKA Anderswo" not in page and "Koordinierungsstelle" not in page
    data = {
        "title": "Neu",
        "file": upload(),
        "collection": other.collection_id,
    }
    assert client.post(reverse(f"{screens}:add"), data).status_code == 200
    model = get_image_model() if screens == "wagtailimages" else get_document_model()
    assert not model.objects.exists()


@KINDS
def test_only_what_nothing_uses_is_deleted_by_a_project(
    client, editor, project, make, screens, parameter
):
    client.force_login(editor)
    used, unused = make(project, "gebraucht"), make(project, "frei")
    if screens == "wagtaildocs":
        news_page(project=project, body=linked(used))
    else:
        settings = GuideSettings.for_site(Site.objects.get())
        settings.logos = [FundingLogo(image=used, alt_text="Logo")]
        settings.save()
    assert ReferenceIndex.get_references_to(used).exists()
    assert is_denied(client.post(reverse(f"{screens}:delete", args=[used.pk])))
    client.post(reverse(f"{screens}:delete", args=[unused.pk]))
    assert list(type(used).objects.all()) == [used]


BULK = ["delete", "add_to_collection", "add_tags"]


@KINDS
@pytest.mark.parametrize("action", BULK)
def test_bulk_actions_touch_and_name_only_ones_own(
    client, editor, project, other, make, screens, parameter, action
):
    client.force_login(editor)
    own, foreign = make(project, "eigene-datei"), make(other)
    url = reverse("wagtail_bulk_action", args=[own._meta.app_label, own._meta.model_name, action])
    for ids in (f"id={own.pk}&id={foreign.pk}", "id=all"):
        answer = client.get(f"{url}?{ids}")
        assert SECRET not in answer.content.decode()
    data = {"collection": other.collection_id, "tags": "fremd"}
    client.post(f"{url}?id={foreign.pk}&id={own.pk}", data)
    foreign = type(foreign).objects.get(pk=foreign.pk)
    assert foreign.collection == other.collection and not foreign.tags.exists()
    assert not type(own).objects.filter(pk=own.pk, collection=other.collection).exists()


@pytest.mark.parametrize("role", [roles.READER, roles.PARTNER])
def test_who_does_not_write_has_no_screens_of_files(client, project, role):
    client.force_login(person(role, project))
    for name in ("wagtailimages:index", "wagtailimages:add", "wagtaildocs:index"):
        assert client.get(reverse(name)).status_code == 302


COLLECTION_SCREENS = ["wagtailadmin_collections:index", "wagtailadmin_collections:add"]


@pytest.mark.parametrize("name", COLLECTION_SCREENS)
def test_collections_are_managed_by_the_office(client, editor, name):
    client.force_login(editor)
    assert is_denied(client.get(reverse(name)))
    client.force_login(person(roles.OFFICE))
    assert client.get(reverse(name)).status_code == 200


def test_the_collection_of_a_project_follows_the_project_only(client, project):
    extra = Collection.get_first_root_node().add_child(name="Logos")
    for user in (person(roles.OFFICE), person(is_superuser=True)):
        client.force_login(user)
        for name, status in (("edit", 200), ("delete", 200)):
            url = reverse(f"wagtailadmin_collections:{name}", args=[extra.pk])
            assert client.get(url).status_code == status
            own = reverse(f"wagtailadmin_collections:{name}", args=[project.collection_id])
            assert client.get(own).status_code in (302, 404)
            assert client.post(own, {"name": "Anders"}).status_code in (302, 404)
        privacy = reverse("wagtailadmin_collections:set_privacy", args=[project.collection_id])
        assert is_denied(client.get(privacy))
    assert Collection.objects.get(pk=project.collection_id).name == project.title


def test_rows_of_wagtails_groups_give_nothing(client, other):
    group = Group.objects.create(name="Alle Rechte")
    group.permissions.set(Permission.objects.all())
    for permission in Permission.objects.filter(content_type__app_label__startswith="wagtail"):
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
    user = person()
    user.groups.add(group)
    client.force_login(user)
    document = document_of(other)
    for name in (
        "wagtailimages:index",
        "wagtaildocs:index",
        "wagtailadmin_collections:index",
        "wagtailredirects:index",
        "wagtailsites:index",
    ):
        assert is_denied(client.get(reverse(name)))
    assert client.get(document.url).status_code == 404
    assert is_denied(client.get(reverse("wagtaildocs:edit", args=[document.pk])))


def test_redirects_and_sites_are_the_offices(client, editor):
    for user, allowed in ((editor, False), (person(roles.OFFICE), True)):
        client.force_login(user)
        for name in ("wagtailredirects:index", "wagtailsites:index"):
            assert (client.get(reverse(name)).status_code == 200) is allowed


def test_lists_cost_the_same_with_many_files(client, editor, project):
    client.force_login(editor)
    document_of(project, "eins")
    urls = [reverse("wagtaildocs:index"), reverse("wagtaildocs_chooser:choose")]
    for url in urls:
        client.get(url)
    few = [_queries(client, url) for url in urls]
    for number in range(8):
        document_of(project, f"noch-{number}")
    assert [_queries(client, url) for url in urls] == few
