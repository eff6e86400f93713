"""Pictures in sizes: which there are, how large each is, where it is read, and making it.

No size is made before somebody asks for it, and none is larger than the picture. Whatever the file
that was uploaded holds, a size says nothing but what it shows.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from django.urls import reverse
from wagtail.images.image_operations import FilterOperation
from wagtail.images.models import Filter

#: The names and sizes that a Plone site begins with: the most pixels in width, and in height.
_ANY = 65_536
SCALES = {
    "huge": (1600, _ANY),
    "great": (1200, _ANY),
    "larger": (1000, _ANY),
    "large": (800, _ANY),
    "teaser": (600, _ANY),
    "preview": (400, _ANY),
    "mini": (200, _ANY),
    "thumb": (128, 128),
    "tile": (64, 64),
    "icon": (32, 32),
    "listing": (16, 16),
}
#: The name of the whole picture, which is not made smaller.
ORIGINAL = "original"
#: The operation below, as Wagtail's filters call it.
NO_METADATA = "nometadata"
#: How a file ends -> the format of its sizes, and their type. Anything else becomes a PNG.
_FORMATS = {".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".webp": "webp"}


@dataclass(frozen=True)
class Size:
    """One size of a picture: where it is read, and how large it is."""

    url: str
    width: int
    height: int


class WithoutMetadata(FilterOperation):
    """Leaves out what a file tells beside its picture: where it was taken, when, by whom.

    Wagtail's operations copy that into each size.
    """

    def construct(self) -> None:
        """It has no options."""

    def run(self, willow, image, env):
        info = willow.image.info
        willow.image.info = {name: info[name] for name in _LOOKS if name in info}
        return willow


#: Metadata without which a picture would look different.
_LOOKS = ("icc_profile", "transparency")


def operations() -> list[tuple[str, type[FilterOperation]]]:
    """For Wagtail's hook ``register_image_operations``."""
    return [(NO_METADATA, WithoutMetadata)]


def tells_nothing(rendition) -> bool:
    """Was this rendition made without the metadata of its original?"""
    return NO_METADATA in rendition.filter_spec.split("|")


def sizes(image) -> dict[str, Size]:
    """The sizes of a picture by their names, the largest first. No query."""
    return {name: size(image, name) for name in SCALES}


def size(image, name: str) -> Size:
    """One of SCALES, or ORIGINAL. No query."""
    width, height = _filter(name, _format(image)).get_transform(image).size
    return Size(reverse("cms:picture", args=[image.pk, name]), width, height)


def media_type(image) -> str:
    """What the sizes of a picture are sent as."""
    return f"image/{_format(image)}"


def rendition(image, name: str):
    """The file of one size, made now if nobody has asked for it before."""
    return image.get_rendition(_filter(name, _format(image)))


def _format(image) -> str:
    return _FORMATS.get(PurePath(image.file.name).suffix.lower(), "png")


@lru_cache
def _filter(name: str, image_format: str) -> Filter:
    if name == ORIGINAL:
        fitting = ORIGINAL
    else:
        width, height = SCALES[name]
        fitting = f"max-{width}x{height}"
    return Filter(f"{fitting}|{NO_METADATA}|format-{image_format}")
