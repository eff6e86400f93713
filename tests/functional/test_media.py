"""Pictures of the pages are served in production too, and nothing else of the media folder."""

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from cms.models.site_settings import FundingLogo, GuideSettings

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the closing of a new rendition's temporary file to the interpreter.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def image():
    """A logo at the foot of every page; Wagtail remembers renditions by the image's id."""
    cache.clear()
    file = get_test_image_file("logo.png")
    image = get_image_model().objects.create(title="Logo", file=file)
    settings = GuideSettings.for_site(Site.objects.get())
    settings.logos = [FundingLogo(image=image, alt_text="Logo")]
    settings.save()
    return image


def test_a_scaled_picture_is_served(client, image, settings):
    assert not settings.DEBUG
    answer = client.get(image.get_rendition("width-50|nometadata").url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "images/",
        "images/fehlt.png",
        "images/zeichnung.svg",
        "images/seite.html",
        "images/../documents/geheim.png",
        "images/%2e%2e/documents/geheim.png",
        "images/..%5cdocuments%5cgeheim.png",
        "documents/geheim.png",
        "documents/geheim.pdf",
        "",
    ],
)
def test_nothing_else_is(settings, path):
    for name in ("images/zeichnung.svg", "images/seite.html", "documents/geheim.png"):
        file = settings.MEDIA_ROOT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("geheim")
    (settings.MEDIA_ROOT / "documents/geheim.pdf").write_text("geheim")
    assert Client().get(f"{settings.MEDIA_URL}{path}").status_code == 404


def test_originals_are_not_served(client, image):
    assert client.get(image.file.url).status_code == 404
