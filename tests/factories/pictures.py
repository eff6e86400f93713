"""Pictures for tests: made here, with what a telephone writes into them."""

import base64
import io
import math

from django.core.files.images import ImageFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from wagtail.images import get_image_model

from cms.models import Project

#: What nobody but the photographer should know; each word stands in the file as it is here.
CAMERA, COMMENT = "Telefon-von-Erika", "zuhause-aufgenommen"
SIDEWAYS = 6  # of the tag Orientation: to be turned to the right


def picture_bytes(
    kind: str = "JPEG", size: tuple[int, int] = (1200, 800), *, orientation: int = 1
) -> bytes:
    """A picture with waves in it, and with metadata of all kinds."""
    image = Image.new("RGB", (60, 40))
    image.putdata(
        [(int(127 + 120 * math.sin(x / 7)), y * 6, x * 4) for y in range(40) for x in range(60)]
    )
    image = image.resize(size)
    exif = Image.Exif()
    exif[Base.Make] = CAMERA
    exif[Base.Orientation] = orientation
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (50.0, 58.0, 44.0)
    written = io.BytesIO()
    extra = {"comment": COMMENT.encode()} if kind == "JPEG" else {}
    image.save(written, kind, exif=exif, xmp=f"<x>{COMMENT}</x>".encode(), **extra)
    return written.getvalue()


def tells_more_than_its_picture(data: bytes) -> bool:
    """Is there anything of the metadata in this file?"""
    with Image.open(io.BytesIO(data)) as image:
        known = {name for name in ("exif", "xmp", "comment") if image.info.get(name)}
        return bool(known or dict(image.getexif())) or any(
            word.encode() in data for word in (CAMERA, COMMENT)
        )


def size_of(data: bytes) -> tuple[int, int]:
    """How wide and high a file's picture is."""
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def image_of(owner: Project, name: str = "foto", data: bytes | None = None):
    """An image in the files of a project, as it was uploaded."""
    file = ImageFile(io.BytesIO(data or picture_bytes()), name=f"{name}.jpg")
    image = get_image_model()(title=f"Titel {name}", file=file, collection=owner.collection)
    image._set_image_file_metadata()
    image.save()
    return image


def sent(data: bytes, name: str = "foto.jpg", **more) -> dict[str, str]:
    """A picture as Plone's clients send it."""
    text = base64.b64encode(data).decode()
    return {"data": text, "encoding": "base64", "filename": name, **more}
