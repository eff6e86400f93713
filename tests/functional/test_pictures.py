"""Pictures of news and projects: who sees them, what they tell, on pages and at their address."""

import pytest
from django.core.cache import cache

from cms.published import pictures
from tests.factories.guide import ProjectFactory, news_page
from tests.factories.pictures import (
    image_of,
    picture_bytes,
    size_of,
    tells_more_than_its_picture,
)

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def no_renditions_of_other_tests():
    """Wagtail remembers them by the image's id, which the next test uses again."""
    cache.clear()


@pytest.fixture
def project():
    return ProjectFactory(title="ThINKA Musterstadt")


def with_picture(project, live=True, **fields):
    image = image_of(project)
    page = news_page(
        title="Frische Farbe", project=project, live=live, image=image,
        image_caption="Zwei Menschen streichen eine Wand", **fields,
    )  # fmt: skip
    return page, image


def content_of(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_a_published_picture_is_read_by_everybody_in_every_size(client, project):
    _page, image = with_picture(project)
    for name, size in pictures.sizes(image).items():
        response = client.get(size.url)
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'"
        assert "no-cache" in response["Cache-Control"]
        assert size_of(content_of(response)) == (size.width, size.height), name
    assert pictures.size(image, "preview").width == 400
    assert pictures.size(image, "huge").width == 1200  # never larger than it is


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_read_tells_nothing_but_the_picture(client, project, kind):
    data = picture_bytes(kind)
    assert tells_more_than_its_picture(data)
    image = image_of(project, data=data)
    news_page(title="Neu", project=project, image=image, image_caption="Ein Bild")
    for name in ("original", "huge", "preview", "listing"):
        response = client.get(pictures.size(image, name).url)
        assert not tells_more_than_its_picture(content_of(response)), name
