"""A picture on the pages and in the admin: seen, described, chosen, uploaded, in a real browser."""

import pytest

from cms.models import NewsPage
from cms.permissions import roles
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import sign_in
from tests.factories.guide import ProjectFactory, news_page, person
from tests.factories.pictures import image_of, picture_bytes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CAPTION = "Zwei Menschen streichen eine Wand"


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_readers_see_the_size_that_fits_their_screen(new_page, feed, project, size):
    project.image, project.image_caption = image_of(project), CAPTION
    project.save()
    news = news_page("Frische Farbe", project=project, image=project.image, image_caption=CAPTION)
    page = new_page(size)
    for url in (project.get_absolute_url(), news.url):
        page.goto(url)
        picture = page.get_by_role("img", name=CAPTION)
        picture.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete", arg=picture.element_handle())
        shown = picture.evaluate("image => [image.currentSrc, image.naturalWidth, image.width]")
        address, _loaded, width = shown
        assert address.endswith("/large" if size is DESKTOP else "/preview")
        assert width == (714 if size is DESKTOP else 347)
        check(page)


def test_a_small_picture_is_not_blown_up(new_page, feed, project):
    project.image = image_of(project, data=picture_bytes(size=(120, 60)))
    project.image_caption = CAPTION
    project.save()
    page = new_page()
    page.goto(project.get_absolute_url())
    picture = page.get_by_role("img", name=CAPTION)
    page.wait_for_function("image => image.complete", arg=picture.element_handle())
    assert picture.evaluate("image => [image.width, image.height]") == [120, 60]


def test_an_editor_uploads_a_picture_and_describes_it(new_page, feed, project):
    person(roles.EDITOR, project, username="redaktion")
    news = news_page("Frische Farbe", live=False, project=project)
    page = new_page()
    sign_in(page, "redaktion")
    page.goto(f"/admin/pages/{news.pk}/edit/")
    page.get_by_role("button", name="Bild auswählen").click()
    page.get_by_role("tab", name="Hochladen").click()
    file = {"name": "wand.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
    page.get_by_label("Datei").set_input_files(file)
    page.locator("#id_image-chooser-upload-title").fill("Die gelbe Wand")
    page.get_by_role("button", name="Hochladen").click()
    page.locator(".image-chooser").get_by_text("Die gelbe Wand").wait_for()
    page.get_by_label("Was auf dem Bild zu sehen ist").fill(CAPTION)
    page.get_by_role("button", name="Entwurf speichern").click()
    page.locator(".messages").get_by_text("wurde aktualisiert").wait_for()
    draft = NewsPage.objects.get(pk=news.pk).get_latest_revision_as_object()
    assert (draft.image.collection, draft.image_caption) == (project.collection, CAPTION)
