"""The picture of a news item or a project, in Plone's shape: read, sent, taken away."""

import base64
import binascii
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from cms.domain.errors import RuleError
from cms.models.picture import PictureMixin
from cms.published import pictures
from cms.services.keep_picture import Upload, check_picture

FIELD = "image"


def image_fields(obj: PictureMixin, request: HttpRequest) -> dict[str, Any]:
    """``image`` and what it shows in words; null and empty without one. No query."""
    image = _image(obj, request)
    return {FIELD: image, "image_caption": image["alt"] if image else ""}


def image_scales(obj: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The same for an item of a listing: Plone's metadata of that name."""
    image = _image(obj, request) if isinstance(obj, PictureMixin) else None
    return {FIELD: [image]} if image else None


def _image(obj: PictureMixin, request: HttpRequest) -> dict[str, Any] | None:
    image = obj.shown_image
    if image is None:
        return None
    return {
        "filename": image.filename,
        "alt": obj.image_caption,
        "content-type": pictures.media_type(image),
        "size": image.file_size,
        **_size(pictures.size(image, pictures.ORIGINAL), request),
        "scales": {name: _size(one, request) for name, one in pictures.sizes(image).items()},
    }


def _size(size: pictures.Size, request: HttpRequest) -> dict[str, Any]:
    return {
        "download": request.build_absolute_uri(size.url),
        "width": size.width,
        "height": size.height,
    }


def is_as_read(value: Any) -> bool:
    """Did a client send back what it has read? Then it wants the picture to stay."""
    return isinstance(value, dict) and "data" not in value and "download" in value


def upload_of(value: dict[str, Any]) -> Upload:
    """The picture that was sent: ``{"data", "encoding": "base64", "filename", "content-type"}``.

    What it is, the file itself tells. Raises RuleError.
    """
    data, name = value.get("data"), value.get("filename") or ""
    if value.get("encoding") != "base64" or not isinstance(data, str) or not isinstance(name, str):
        raise RuleError(gettext("Bitte als „data“ mit „encoding“: „base64“ angeben."))
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise RuleError(gettext("Das ist kein gültiges Base64.")) from None
    return Upload(check_picture(content), name)
