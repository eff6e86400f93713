"""Uploaded pictures as they are kept: upright, and telling nothing but what they show.

A camera writes into its files where it was, when, and whose it is; and a file can be a picture and
something else besides. So a picture is read to its end and written anew.
"""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from cms.domain.errors import RuleError

#: Pillow's name of a format -> how its files end. What is not here is not even tried: an SVG can
#: carry a script, and each further decoder is one more to attack.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
#: A JPEG with further pictures in it, as many telephones write them; the first one is kept.
_WRITTEN_AS = {"MPO": "JPEG"}
#: What a file needs of its metadata to look as it did.
_NEEDED = ("icc_profile", "transparency")
_SAVED_WITH: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 92},
}
#: Each row takes memory of its own: a line of 50 million rows of one point took 1.7 GB. No format
#: for the web has longer sides than JPEG has.
MOST_SIDE = 65_535


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept, and how its file must end."""

    data: bytes
    ending: str


def read_picture(data: bytes, most_pixels: int) -> Picture:
    """The picture in ``data``, whatever the file is called, without anything else.

    Raises RuleError if it is none of the formats, is damaged, or has more pixels (which are counted
    before any is unpacked).
    """
    try:
        with Image.open(io.BytesIO(data), formats=tuple(ENDINGS)) as image:
            if image.width * image.height > most_pixels:
                raise _too_many(most_pixels)
            if max(image.size) > MOST_SIDE:
                raise RuleError(f"Das Bild darf höchstens {MOST_SIDE} Bildpunkte lang sein.")
            kind = image.format or ""
            return _written_anew(image, _WRITTEN_AS.get(kind, kind))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many(most_pixels) from None
    except RuleError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever they stumble over
        raise RuleError(
            "Das ist kein Bild in JPEG, PNG oder WebP, oder die Datei ist beschädigt."
        ) from error


def _written_anew(image: Image.Image, kind: str) -> Picture:
    image.load()
    upright = ImageOps.exif_transpose(image)
    needed: dict[str, Any] = {name: upright.info[name] for name in _NEEDED if name in upright.info}
    upright.info.clear()
    upright.info.update(needed)
    written = io.BytesIO()
    upright.save(written, kind, **needed, **_SAVED_WITH[kind])
    return Picture(written.getvalue(), ENDINGS[kind])


def _too_many(most_pixels: int) -> RuleError:
    millions = most_pixels // 1_000_000
    return RuleError(f"Das Bild hat zu viele Bildpunkte: höchstens {millions} Millionen.")
