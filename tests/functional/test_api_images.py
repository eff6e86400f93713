"""Pictures over the API: read in sizes, sent as Plone's clients send them, taken away."""

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model

from cms.models import NewsPage
from cms.permissions import roles
from tests.factories.guide import ProjectFactory, news_page, person, published_experience
from tests.factories.pictures import (
    SIDEWAYS,
    image_of,
    picture_bytes,
    sent,
    size_of,
    tells_more_than_its_picture,
)
from tests.functional.api_client import ask, bearer, read, send, signed_in, token_of, write

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CAPTION = "Zwei Menschen streichen eine Wand"
NAMES = ("huge", "great", "larger", "large", "teaser", "preview", "mini", "thumb", "tile", "icon")


@pytest.fixture(autouse=True)
def empty_media_folder(settings, tmp_path):
    """And no renditions: Wagtail remembers them by the image's id, which each test uses again."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt", slug="musterstadt")


@pytest.fixture
def page(project):
    return news_page("Frische Farbe", project=project)


def path_of(page) -> str:
    return f"/api{page.url.rstrip('/')}"


def draft(client: Client, page) -> dict:
    return read(client, f"{path_of(page)}?version=draft")


def files() -> set[str]:
    """The originals on disk."""
    if not default_storage.exists("original_images"):
        return set()
    return set(default_storage.listdir("original_images")[1])


def content_of(address: str, client: Client | None = None) -> bytes:
    response = (client or Client()).get(address.removeprefix("http://testserver"))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


# Reading


def test_a_picture_is_answered_in_plones_shape(project):
    image = image_of(project)
    project.image, project.image_caption = image, CAPTION
    project.save()
    answer = read(Client(), "/api/projekte/musterstadt")
    assert answer["image_caption"] == CAPTION
    shown = answer["image"]
    scales = shown.pop("scales")
    download = f"http://testserver/bilder/{image.pk}/original"
    assert shown == {
        "filename": image.filename,
        "alt": CAPTION,
        "content-type": "image/jpeg",
        "size": image.file_size,
        "download": download,
        "width": 1200,
        "height": 800,
    }
    assert list(scales) == [*NAMES, "listing"]
    assert scales["preview"] == {
        "download": f"http://testserver/bilder/{image.pk}/preview",
        "width": 400,
        "height": 266,
    }
    for one in (answer["image"] | {"download": download}, scales["preview"], scales["tile"]):
        assert size_of(content_of(one["download"])) == (one["width"], one["height"])


def test_without_a_picture_there_is_null(page, project):
    for path in (path_of(page), "/api/projekte/musterstadt"):
        answer = read(Client(), path)
        assert (answer["image"], answer["image_caption"]) == (None, "")
    assert "image" not in read(Client(), f"/api/erfahrungen/{published_experience().slug}")


def test_items_of_listings_carry_it_on_request(page, project):
    NewsPage.objects.filter(pk=page.pk).update(image=image_of(project), image_caption=CAPTION)
    news_page("Ohne Bild", project=project)
    items = read(Client(), "/api/aktuelles?metadata_fields=image_scales")["items"]
    by_title = {item["title"]: item["image_scales"] for item in items}
    assert by_title["Ohne Bild"] is None
    assert by_title["Frische Farbe"]["image"][0]["scales"]["mini"]["width"] == 200
    found = read(Client(), "/api/projekte?metadata_fields:list=image_scales")["items"]
    assert {item["image_scales"] for item in found} == {None}


def queries(path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(Client(), path)
    return len(captured)


def test_a_picture_costs_no_query_in_lists_and_one_where_it_is_read_alone(page, project):
    paths = [
        "/api/aktuelles?metadata_fields=_all",
        "/api/projekte?metadata_fields=image_scales",
        path_of(page),
        "/api/projekte/musterstadt",
    ]
    before = [queries(path) for path in paths]
    project.image, project.image_caption = image_of(project), CAPTION
    project.save()
    NewsPage.objects.filter(pk=page.pk).update(image=project.image, image_caption=CAPTION)
    after = [queries(path) for path in paths]
    assert after[:2] == before[:2]
    assert all(now <= then + 1 for now, then in zip(after, before, strict=True))


# Writing


def test_a_picture_that_is_sent_is_in_the_draft_and_then_with_the_published(page, editor, project):
    client = signed_in(editor)
    data = {"image": sent(picture_bytes(orientation=SIDEWAYS)), "image_caption": CAPTION}
    write(client, "PATCH", path_of(page), data, 204)
    drafted = draft(client, page)["image"]
    assert drafted["filename"].startswith("foto") and drafted["filename"].endswith(".jpg")
    assert (drafted["width"], drafted["height"]) == (800, 1200)
    # Nobody else reads of it yet, or reads it.
    assert read(Client(), path_of(page))["image"] is None
    assert Client().get(drafted["download"]).status_code == 404
    assert size_of(content_of(drafted["scales"]["mini"]["download"], client)) == (200, 300)
    send(signed_in(person(roles.OFFICE)), "POST", f"{path_of(page)}/@workflow/publish", {})
    answer = read(Client(), path_of(page))
    assert (answer["image"], answer["image_caption"]) == (drafted, CAPTION)
    assert not tells_more_than_its_picture(content_of(drafted["download"]))
    image = get_image_model().objects.get()
    assert (image.collection, image.uploaded_by_user) == (project.collection, editor)
    with image.file.open("rb") as file:
        assert not tells_more_than_its_picture(file.read())


@pytest.mark.parametrize(
    ("kind", "type_name"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")]
)
def test_what_a_picture_is_the_file_tells_and_not_its_name(page, editor, kind, type_name):
    data = sent(picture_bytes(kind, (60, 40)), "../../täglich neu.svg")
    data["content-type"] = "text/html"
    client = signed_in(editor)
    write(client, "PATCH", path_of(page), {"image": data, "image_caption": CAPTION}, 204)
    shown = draft(client, page)["image"]
    assert shown["content-type"] == type_name
    assert shown["filename"] == f"taglich-neu.{type_name[6:].replace('jpeg', 'jpg')}"
    response = client.get(shown["download"])
    assert response["Content-Type"] == type_name
    assert b"".join(response.streaming_content)


def test_news_are_made_with_a_picture(editor, project):
    data = {"title": "Neuer Treff", "image": sent(picture_bytes()), "image_caption": CAPTION}
    made = send(signed_in(editor), "POST", "/api/aktuelles", data, status=201)
    assert made["image"]["width"] == 1200 and made["image_caption"] == CAPTION
    assert NewsPage.objects.get(title="Neuer Treff").image.collection == project.collection


def test_the_offices_own_news_keep_theirs_in_the_offices_files():
    data = {"title": "Neues vom Büro", "image": sent(picture_bytes()), "image_caption": CAPTION}
    send(signed_in(person(roles.OFFICE)), "POST", "/api/aktuelles", data, status=201)
    assert get_image_model().objects.get().collection.name == "Koordinierungsstelle"


def test_null_takes_it_away_and_what_was_read_lets_it_stay(page, editor):
    client = signed_in(editor)
    data = {"image": sent(picture_bytes()), "image_caption": CAPTION}
    write(client, "PATCH", path_of(page), data, 204)
    as_read = draft(client, page)
    write(client, "PATCH", path_of(page), {**as_read, "teaser": "Neu"}, 204)
    assert draft(client, page)["image"] == as_read["image"]
    write(client, "PATCH", path_of(page), {"image": None}, 204)
    answer = draft(client, page)
    assert (answer["image"], answer["image_caption"]) == (None, "")
    assert get_image_model().objects.count() == 1  # still among the project's files


def test_the_same_picture_again_is_no_new_version_and_no_new_file(page, editor):
    client = signed_in(editor)
    data = {"image": sent(picture_bytes()), "image_caption": CAPTION}
    write(client, "PATCH", path_of(page), data, 204)
    revisions = page.revisions.count()
    write(client, "PATCH", path_of(page), data, 204)
    assert page.revisions.count() == revisions
    assert get_image_model().objects.count() == 1


# What is refused


def refused(client: Client, page, data: dict) -> dict[str, str]:
    before = files()
    answer = write(client, "PATCH", path_of(page), data, 422).json()
    assert files() == before and not get_image_model().objects.exists()
    assert not NewsPage.objects.get(pk=page.pk).has_unpublished_changes
    return {error["field"]: error["message"] for error in answer["errors"]}


def test_a_picture_needs_words_for_those_who_do_not_see_it(page, editor):
    for caption in ({}, {"image_caption": ""}, {"image_caption": "  "}):
        wrong = refused(signed_in(editor), page, {"image": sent(picture_bytes()), **caption})
        assert "beschreiben Sie das Bild" in wrong["image_caption"]
    data = {"title": "Neu", "image": sent(picture_bytes())}
    answer = write(signed_in(editor), "POST", "/api/aktuelles", data, 422).json()
    assert answer["errors"][0]["field"] == "image_caption"
    assert not files() and not NewsPage.objects.filter(title="Neu").exists()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("https://example.org/bild.jpg", "Bitte ein Bild angeben, oder null."),
        ([], "Bitte ein Bild angeben, oder null."),
        (7, "Bitte ein Bild angeben, oder null."),
        ({}, "encoding"),
        ({"data": "abc"}, "encoding"),
        ({"data": "abc", "encoding": "utf-8"}, "encoding"),
        ({"data": 7, "encoding": "base64"}, "encoding"),
        ({"data": "abc", "encoding": "base64", "filename": 7}, "encoding"),
        ({"data": "a", "encoding": "base64"}, "kein gültiges Base64"),
        ({"data": "äöü", "encoding": "base64"}, "kein gültiges Base64"),
        ({"data": "", "encoding": "base64"}, "kein Bild in JPEG, PNG oder WebP"),
        (sent(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "kein Bild in JPEG, PNG oder WebP"),
        (sent(picture_bytes()[:2000]), "kein Bild in JPEG, PNG oder WebP"),
    ],
)
def test_anything_else_gets_a_clear_sentence(page, editor, value, message):
    wrong = refused(signed_in(editor), page, {"image": value, "image_caption": CAPTION})
    assert message in wrong["image"]


def test_what_is_too_large_is_refused_by_the_sites_limits(page, editor, settings):
    client, data = signed_in(editor), {"image": sent(picture_bytes()), "image_caption": CAPTION}
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100_000
    assert "zu viele Bildpunkte" in refused(client, page, data)["image"]
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000
    assert "zu groß" in refused(client, page, data)["image"]
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert ask(client, "PATCH", path_of(page), data).status_code == 413


def test_only_who_writes_for_the_project_sends_one(page, project):
    data = {"image": sent(picture_bytes()), "image_caption": CAPTION}
    others = [
        person(roles.READER, project),
        person(roles.PARTNER),
        person(roles.EDITOR, ProjectFactory()),
    ]
    assert [ask(signed_in(user), "PATCH", path_of(page), data).status_code for user in others] == [
        403
    ] * 3
    assert ask(Client(), "PATCH", path_of(page), data).status_code == 401
    reads_only = token_of(person(roles.EDITOR, project), "read")
    client = Client(**bearer(reads_only))
    assert ask(client, "PATCH", path_of(page), data).status_code == 403
    assert not files()


def test_a_picture_of_another_project_cannot_be_named(page, editor):
    foreign = image_of(ProjectFactory(), "fremd")
    for value in (
        {"download": f"http://testserver/bilder/{foreign.pk}/original"},
        {"download": "", "id": foreign.pk, "pk": foreign.pk},
    ):
        write(signed_in(editor), "PATCH", path_of(page), {"image": value}, 204)
    assert ask(signed_in(editor), "PATCH", path_of(page), {"image": foreign.pk}).status_code == 422
    assert draft(signed_in(editor), page)["image"] is None


def test_nothing_is_kept_for_a_version_that_is_not_the_newest(page, editor):
    data = {"image": sent(picture_bytes()), "image_caption": CAPTION}
    headers = {"if-match": '"999"'}
    write(signed_in(editor), "PATCH", path_of(page), data, 412, headers)
    assert not files() and not get_image_model().objects.exists()
