"""Pictures of news and projects: who sees them, what they tell, on pages and at their address."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from cms.domain.redaction import Wording
from cms.models import NewsPage, Project
from cms.permissions import roles
from cms.published import pictures
from cms.services.edit_content import edit_content
from cms.services.redact import redact
from cms.services.withdraw import withdraw
from tests.factories.guide import ProjectFactory, news_page, person
from tests.factories.pictures import image_of, picture_bytes, size_of, tells_more_than_its_picture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_renditions_of_other_tests"),
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CAPTION = "Zwei Menschen streichen eine Wand"


@pytest.fixture
def other():
    return ProjectFactory(title="ThINKA Anderswo")


def news_with(image, project, live=True) -> NewsPage:
    return news_page(
        "Frische Farbe", live=live, project=project, image=image, image_caption=CAPTION
    )


def show(project: Project, image) -> None:
    project.image, project.image_caption = image, CAPTION
    project.full_clean()
    project.save()


def addresses(image) -> list[str]:
    """Wherever something of the picture might be read."""
    sizes = [pictures.size(image, name).url for name in (pictures.ORIGINAL, "large", "icon")]
    made = [rendition.url for rendition in image.renditions.all()]
    return [*sizes, *made, image.file.url]


def statuses(image, user=None) -> set[int]:
    client = Client()
    if user:
        client.force_login(user)
    return {status(client, url) for url in addresses(image)}


def status(client, url) -> int:
    """Of the answer, after a file was read to its end: otherwise it would stay open."""
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def content_of(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


# At its address


def test_a_published_picture_is_read_by_everybody_in_every_size(client, project):
    image = image_of(project)
    news_with(image, project)
    for name, size in pictures.sizes(image).items():
        response = client.get(size.url)
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'"
        assert "no-cache" in response["Cache-Control"]
        assert size_of(content_of(response)) == (size.width, size.height), name
    assert pictures.size(image, "preview").width == 400
    assert pictures.size(image, "huge").width == 1200  # never larger than it is
    assert client.get(f"/bilder/{image.pk}/riesig", follow=True).status_code == 404


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_readers_get_tells_nothing_but_the_picture(client, project, kind):
    data = picture_bytes(kind)
    assert tells_more_than_its_picture(data)
    image = image_of(project, data=data)  # past every form, as it came from the telephone
    news_with(image, project)
    for name in (pictures.ORIGINAL, "huge", "preview", "listing"):
        response = client.get(pictures.size(image, name).url)
        assert not tells_more_than_its_picture(content_of(response)), name
    # What Wagtail itself makes, and the file, keep it: only those who see the drafts get those.
    as_wagtail_makes_it = image.get_rendition("width-50")
    for url in (as_wagtail_makes_it.url, image.file.url):
        assert status(client, url) == 404
        client.force_login(person(roles.READER, project))
        assert status(client, url) == 200
        client.logout()


def test_a_picture_of_what_is_not_published_is_for_those_who_see_the_draft(project, other):
    image = image_of(project)
    page = news_with(image, project, live=False)
    pictures.rendition(image, "preview")
    assert statuses(image, person(roles.READER, project)) == {200}
    strangers = [None, person(), person(roles.PARTNER), person(roles.EDITOR, other)]
    assert [statuses(image, user) for user in strangers] == [{404}] * 4
    page.get_latest_revision().publish()
    assert 200 in statuses(image) and status(Client(), image.file.url) == 404
    withdraw(page, person(roles.OFFICE))
    assert statuses(image) == {404}


def test_a_picture_that_only_a_newer_draft_has_is_not_told(client, project):
    editor = person(roles.EDITOR, project)
    published, drafted = image_of(project, "altes"), image_of(project, "neues")
    page = news_with(published, project)
    edit_content(page, editor, {"image": drafted, "image_caption": "Ein neuer Anstrich"})
    assert statuses(drafted) == {404}
    assert statuses(drafted, editor) == {200}
    text = client.get(page.url).content.decode()
    assert f"/bilder/{published.pk}/" in text and f"/bilder/{drafted.pk}/" not in text
    NewsPage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert statuses(published) == {404}
    assert status(client, pictures.size(drafted, "large").url) == 200


def test_what_is_not_there_is_answered_like_what_is_hidden(client, project):
    hidden = image_of(project)
    missing = client.get(f"/bilder/{hidden.pk + 1}/preview")
    assert missing.status_code == 404
    assert client.get(pictures.size(hidden, "preview").url).content == missing.content
    assert client.get(f"/bilder/{10**18 - 1}/preview").status_code == 404


def test_a_damaged_or_lost_file_is_not_found_and_no_fault(client, project):
    image = image_of(project)
    show(project, image)
    with open(image.file.path, "r+b") as file:
        file.truncate(900)
    assert client.get(pictures.size(image, "preview").url).status_code == 404
    image.file.storage.delete(image.file.name)
    assert client.get(pictures.size(image, "mini").url).status_code == 404
    assert client.get(project.get_absolute_url()).status_code == 200


def test_a_picture_costs_the_same_however_often_it_is_shown(client, project):
    image = image_of(project)
    news_with(image, project)
    url = pictures.size(image, "preview").url
    status(client, url)
    once = queries(client, url)
    for _number in range(4):
        news_with(image, project)
    assert queries(client, url) == once


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert status(client, url) == 200
    return len(captured)


# Whose it is


def test_no_project_shows_the_files_of_another(client, project, other):
    foreign = image_of(other, "fremd")
    page = news_page("Meldung", project=project)
    NewsPage.objects.filter(pk=page.pk).update(image=foreign, image_caption=CAPTION)
    Project.objects.filter(pk=project.pk).update(image=foreign, image_caption=CAPTION)
    for obj in (page, project):
        ReferenceIndex.create_or_update_for_object(type(obj).objects.get(pk=obj.pk))
    assert statuses(foreign) == {404}
    for url in (page.url, project.get_absolute_url(), f"/api{page.url}"):
        assert f"/bilder/{foreign.pk}/" not in client.get(url).content.decode()


def test_the_office_shows_those_of_all_projects(client, project):
    image = image_of(project)
    page = news_with(image, None)
    assert f"/bilder/{image.pk}/" in client.get(page.url).content.decode()
    assert status(client, pictures.size(image, "large").url) == 200


def test_a_picture_that_is_moved_to_another_project_is_shown_no_more(client, project, other):
    image = image_of(project)
    page = news_with(image, project)
    image.collection = other.collection
    image.save()
    assert "<img" not in article(client.get(page.url))
    assert statuses(image) == {404}


def test_a_deleted_picture_leaves_the_text_as_it_is(client, project):
    image = image_of(project)
    page = news_with(image, project)
    edit_content(page, person(roles.EDITOR, project), {"teaser": "Im Entwurf"})
    image.delete()
    assert client.get(page.url).status_code == 200
    page = NewsPage.objects.get(pk=page.pk)
    assert page.image is None and page.get_latest_revision_as_object().image is None


# On the pages


def article(response) -> str:
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_pages_show_it_in_sizes_with_its_words(client, project):
    image = image_of(project)
    show(project, image)
    page = news_with(image, project)
    for url in (page.url, project.get_absolute_url()):
        shown = article(client.get(url))
        assert shown.count("<img") == 1
        assert f'alt="{CAPTION}"' in shown and 'loading="lazy"' in shown
        assert f'src="/bilder/{image.pk}/large"' in shown and 'width="800" height="533"' in shown
        widths = [f"/bilder/{image.pk}/{name}" for name in ("great 1200w", "large 800w")]
        assert all(width in shown for width in widths)
        assert "huge" not in shown  # the same width a second time
        # And search machines are told of it.
        head = client.get(url).content.decode().partition("<main")[0]
        assert f'"url": "http://testserver/bilder/{image.pk}/great"' in head
    assert "<img" not in article(client.get(news_page("Ohne Bild", project=project).url))


def test_a_page_costs_a_query_more_with_a_picture_at_most(client, project):
    plain = news_page("Ohne Bild", project=project)
    shown = news_with(image_of(project), project)
    client.get(plain.url)
    assert queries(client, shown.url) <= queries(client, plain.url) + 1
    before = queries(client, project.get_absolute_url())
    show(project, image_of(project, "haus"))
    assert queries(client, project.get_absolute_url()) == before
    assert get_image_model().objects.count() == 2


def test_a_name_in_its_words_and_in_its_file_is_removed_with_all_others(client, project):
    image = image_of(project, "frau-musterfrau-streicht")
    page = news_page("Neu", project=project, image=image, image_caption="Frau Musterfrau streicht")
    wording = Wording.from_lines("Musterfrau", whole_words=True)
    redact(wording, person(roles.OFFICE), "Einwilligung zurückgezogen")
    page = NewsPage.objects.get(pk=page.pk)
    draft = page.get_latest_revision_as_object()
    for version in (page, draft):
        assert "Musterfrau" not in version.image_caption and version.image == image
    assert "musterfrau" not in page.image.file.name.lower()
    assert status(client, pictures.size(page.image, "large").url) == 200
