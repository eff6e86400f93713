"""Keeps a picture that is uploaded: looked at, written anew, among the files of its project."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from cms.domain.errors import RuleError
from cms.formats.picture import Picture, read_picture
from cms.models import Project
from cms.permissions import policies
from cms.services.access import require

MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_PIXELS = 10 * MEGABYTE, 50_000_000


@dataclass(frozen=True)
class Upload:
    """A picture that was sent, fit to be kept, and what it was called."""

    picture: Picture
    filename: str


def most_bytes() -> int:
    """How large an uploaded picture may be; a setting of the site."""
    return getattr(settings, "WAGTAILIMAGES_MAX_UPLOAD_SIZE", MOST_BYTES)


def check_picture(data: bytes) -> Picture:
    """The picture in what was uploaded. Raises RuleError, also for more than the site takes."""
    most = most_bytes()
    if len(data) > most:
        raise RuleError(_("Das Bild ist zu groß: höchstens %(n)d MB.") % {"n": most // MEGABYTE})
    return read_picture(data, getattr(settings, "WAGTAILIMAGES_MAX_IMAGE_PIXELS", MOST_PIXELS))


@contextmanager
def kept(fields: Mapping[str, Any], project: Project | None, user) -> Iterator[dict[str, Any]]:
    """``fields`` with the uploaded picture (if there is one) as an image of ``project``.

    Without a project it is the office's. If what is done with the fields fails, nothing is kept.
    Raises NotAllowedError.
    """
    upload = fields.get("image")
    if not isinstance(upload, Upload):
        yield dict(fields)
        return
    require(user, policies.EDIT, project)
    with transaction.atomic():
        image, is_new = keep(upload, project or Project.objects.office(), user)
        try:
            yield {**fields, "image": image}
        except BaseException:
            if is_new:
                image.file.storage.delete(image.file.name)
            raise


def keep(upload: Upload, project: Project, user=None) -> tuple[Any, bool]:
    """The picture as an image of ``project``, and whether it is new; asks nobody.

    Whoever sends the same picture again means the one that is there.
    """
    model = get_image_model()
    name = PurePosixPath(upload.filename.replace("\\", "/")).stem.strip() or _("Bild")
    file_name = re.sub(r"[^\w-]+", "-", name).strip("-")[:80] or "bild"
    file = ImageFile(BytesIO(upload.picture.data), name=f"{file_name}.{upload.picture.ending}")
    image = model(
        title=name[:255], file=file, collection_id=project.collection_id, uploaded_by_user=user
    )
    image._set_image_file_metadata()  # as Wagtail's own form does
    same = model.objects.filter(collection=image.collection_id, file_hash=image.file_hash)
    found = same.first()
    if found is not None:
        return found, False
    image.save()
    return image, True
