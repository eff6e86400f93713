"""Pictures in the admin: chosen and uploaded among the files of one's own project."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images import get_image_model

from cms.models import NewsPage, Project
from cms.permissions import roles
from cms.services.grant_role import grant_role
from tests.factories.guide import ProjectFactory, news_page, person
from tests.factories.pictures import (
    SIDEWAYS,
    image_of,
    picture_bytes,
    size_of,
    tells_more_than_its_picture,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_renditions_of_other_tests"),
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CAPTION = "Zwei Menschen streichen eine Wand"
CHOOSE_OWN = "Bitte wählen Sie ein Bild aus den Dateien des Projekts."
SECRET = "geheimes-foto"


@pytest.fixture
def other():
    return ProjectFactory(title="ThINKA Anderswo")


@pytest.fixture
def editor(project, client):
    user = person(roles.EDITOR, project)
    client.force_login(user)
    return user


@pytest.fixture
def page(project):
    return news_page("Frische Farbe", live=False, project=project)


def save_page(client, page, image, caption=CAPTION, **more):
    data = {
        "title": page.title,
        "slug": page.slug,
        "seo_title": "",
        "search_description": "",
        "date": "17.07.2013",
        "project": page.project_id or "",
        "teaser": "",
        "body": "null",
        "image": image.pk if hasattr(image, "pk") else image,
        "image_caption": caption,
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data | more)


def save_project(client, project, image, caption=CAPTION):
    data = {
        "title": project.title,
        "slug": project.slug,
        "image": image.pk,
        "image_caption": caption,
        "locations-TOTAL_FORMS": 0,
        "locations-INITIAL_FORMS": 0,
        "locations-MIN_NUM_FORMS": 0,
        "locations-MAX_NUM_FORMS": 1000,
    }
    url = f"/admin/projekte/edit/{project.pk}/"
    return client.post(url, data)


def draft(page) -> NewsPage:
    return NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object()


# Choosing


def test_an_editor_chooses_a_picture_of_their_project(client, editor, project, page):
    image = image_of(project)
    assert save_page(client, page, image).status_code == 302
    assert (draft(page).image, draft(page).image_caption) == (image, CAPTION)
    assert save_project(client, project, image).status_code == 302
    project.refresh_from_db()
    assert (project.image, project.image_caption) == (image, CAPTION)


@pytest.mark.parametrize("caption", ["", "   "])
def test_it_needs_words_for_those_who_do_not_see_it(client, editor, project, page, caption):
    image = image_of(project)
    for answer in (
        save_page(client, page, image, caption),
        save_project(client, project, image, caption),
    ):
        assert answer.status_code == 200
        assert "Bitte beschreiben Sie das Bild" in answer.content.decode()
    assert draft(page).image is None


def test_what_was_written_when_it_was_uploaded_stands_in_for_them(client, editor, project, page):
    image = image_of(project)
    image.description = "Eine frisch gestrichene Wand"
    image.save()
    assert save_page(client, page, image, caption="").status_code == 302
    assert draft(page).image_caption == "Eine frisch gestrichene Wand"
    assert save_page(client, page, image).status_code == 302
    assert draft(page).image_caption == CAPTION


def test_a_picture_of_others_is_not_chosen_and_not_shown(client, editor, project, other, page):
    foreign = image_of(other, SECRET)
    of_office = image_of(Project.objects.office(), SECRET)
    missing = save_page(client, page, 10**6).content.decode()
    assert CHOOSE_OWN in missing
    for image in (foreign, of_office):
        for answer in (save_page(client, page, image), save_project(client, project, image)):
            text = answer.content.decode()
            assert answer.status_code == 200 and CHOOSE_OWN in text
            assert SECRET not in text
    for wrong in ("abc", "-1", "0", "1; DROP TABLE", "9" * 30):
        assert CHOOSE_OWN in save_page(client, page, wrong).content.decode()
    assert draft(page).image is None and Project.objects.get(pk=project.pk).image is None


def test_a_preview_shows_no_picture_of_others(client, editor, project, other, page):
    foreign = image_of(other, SECRET)
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    data = {
        "title": page.title,
        "slug": page.slug,
        "date": "17.07.2013",
        "body": "null",
        "image": foreign.pk,
        "image_caption": CAPTION,
    }
    assert client.post(url, data).json()["is_valid"] is False
    assert f"/bilder/{foreign.pk}/" not in client.get(url).content.decode()


def test_with_two_projects_the_picture_must_be_of_the_one(client, editor, other, page):
    grant_role(editor, other, roles.EDITOR)
    answer = save_page(client, page, image_of(other, "eigenes-woanders"))
    assert answer.status_code == 200 and CHOOSE_OWN in answer.content.decode()


def test_the_office_chooses_any_for_its_own_and_the_projects_for_a_project(
    client, project, other, page
):
    client.force_login(person(roles.OFFICE))
    own_news = news_page("Vom Büro", live=False)
    image = image_of(project)
    assert save_page(client, own_news, image).status_code == 302
    assert draft(own_news).image == image
    assert CHOOSE_OWN in save_page(client, page, image_of(other)).content.decode()
    assert save_page(client, page, image).status_code == 302


def test_taken_away_its_words_go_too(client, editor, project, page):
    save_page(client, page, image_of(project))
    assert save_page(client, page, "").status_code == 302
    assert (draft(page).image, draft(page).image_caption) == (None, "")


def test_a_picture_that_is_shown_is_not_deleted_by_a_project(client, editor, project):
    shown, unused = image_of(project, "gebraucht"), image_of(project, "frei")
    save_project(client, project, shown)
    for image in (shown, unused):
        client.post(reverse("wagtailimages:delete", args=[image.pk]))
    assert list(get_image_model().objects.all()) == [shown]


# Uploading

UPLOADS = pytest.mark.parametrize("name", ["wagtailimages:add", "wagtailimages_chooser:create"])


def upload(client, name: str, data: bytes, file_name="neu.jpg"):
    prefix = "image-chooser-upload-" if "chooser" in name else ""
    fields = {"title": "Neu", "file": SimpleUploadedFile(file_name, data)}
    return client.post(reverse(name), {f"{prefix}{key}": value for key, value in fields.items()})


@UPLOADS
def test_what_is_uploaded_is_kept_upright_and_without_metadata(client, editor, project, name):
    answer = upload(client, name, picture_bytes(orientation=SIDEWAYS) + b"<script>")
    assert answer.status_code in (200, 302)
    image = get_image_model().objects.get(title="Neu")
    assert image.collection == project.collection
    with image.file.open("rb") as file:
        data = file.read()
    assert (image.width, image.height) == size_of(data) == (800, 1200)
    assert image.file_size == len(data)
    assert not tells_more_than_its_picture(data) and b"<script>" not in data


@UPLOADS
@pytest.mark.parametrize(
    ("data", "file_name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "neu.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "neu.png"),
        (picture_bytes("PNG"), "neu.jpg"),
        (picture_bytes("PNG"), "neu.html"),
        (picture_bytes()[:2000], "neu.jpg"),
        (b"", "neu.jpg"),
    ],
)
def test_anything_else_is_not_taken(client, editor, name, data, file_name):
    assert upload(client, name, data, file_name).status_code == 200
    assert not get_image_model().objects.exists()


@UPLOADS
def test_too_many_pixels_are_not_taken(client, editor, name, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100_000
    assert upload(client, name, picture_bytes()).status_code == 200
    assert not get_image_model().objects.exists()


def test_several_at_once_are_cleaned_too(client, editor):
    file = io.BytesIO(picture_bytes())
    file.name = "viele.jpg"
    answer = client.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Viele", "files[]": SimpleUploadedFile("viele.jpg", file.read())},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert answer.json()["success"]
    with get_image_model().objects.get().file.open("rb") as kept:
        assert not tells_more_than_its_picture(kept.read())
