"""What is kept of an uploaded picture, and what is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from cms.domain.errors import RuleError
from cms.formats.example_pictures import SIZE, example_picture
from cms.formats.picture import read_picture
from tests.factories.pictures import (
    SIDEWAYS,
    picture_bytes,
    size_of,
    tells_more_than_its_picture,
)

MOST = 50_000_000
DAMAGED = "kein Bild in JPEG, PNG oder WebP"


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_is_kept_in_its_format_without_what_the_camera_wrote(kind, ending):
    data = picture_bytes(kind)
    assert tells_more_than_its_picture(data)
    kept = read_picture(data, MOST)
    assert kept.ending == ending and size_of(kept.data) == (1200, 800)
    assert not tells_more_than_its_picture(kept.data)
    with Image.open(io.BytesIO(kept.data)) as image:
        assert image.format == kind


def test_a_picture_taken_sideways_is_kept_upright():
    kept = read_picture(picture_bytes(orientation=SIDEWAYS), MOST)
    assert size_of(kept.data) == (800, 1200)


def test_of_a_telephones_jpeg_with_several_pictures_the_first_is_kept():
    written = io.BytesIO()
    red, blue = (Image.new("RGB", (60, 40), colour) for colour in ("red", "blue"))
    red.save(written, "MPO", save_all=True, append_images=[blue])
    kept = read_picture(written.getvalue(), MOST)
    with Image.open(io.BytesIO(kept.data)) as image:
        assert image.format == "JPEG" and image.getpixel((5, 5))[0] > 200


def test_what_is_transparent_stays_so():
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (10, 20, 30, 0)).save(written, "PNG")
    with Image.open(io.BytesIO(read_picture(written.getvalue(), MOST).data)) as image:
        assert image.getpixel((3, 3))[3] == 0


def test_what_hides_behind_a_picture_is_not_kept():
    """A file can be a picture for one program and a page or an archive for another."""
    for hidden in (b"<script>alert(1)</script>", b"PK\x03\x04 and a whole archive"):
        kept = read_picture(picture_bytes() + hidden, MOST)
        assert hidden not in kept.data
    jpeg = picture_bytes()
    as_comment = b"<script>alert(2)</script>"
    segment = b"\xff\xfe" + struct.pack(">H", len(as_comment) + 2) + as_comment
    assert as_comment not in read_picture(jpeg[:2] + segment + jpeg[2:], MOST).data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Kein Bild",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00"
        b"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        picture_bytes()[:3000],
        picture_bytes("PNG")[:3000],
    ],
)
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(RuleError, match=DAMAGED):
        read_picture(data, MOST)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    empty = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", empty) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 9)])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(size):
    with pytest.raises(RuleError, match="höchstens 50 Millionen"):
        read_picture(bomb(*size), MOST)


@pytest.mark.parametrize("size", [(1, MOST), (MOST, 1), (1, 65_536)])
def test_one_with_a_side_of_millions_is_too(size):
    with pytest.raises(RuleError, match="höchstens 65535"):
        read_picture(bomb(*size), MOST)


def test_the_examples_are_pictures_and_always_the_same():
    for name in ("wall", "houses"):
        assert size_of(example_picture(name)) == SIZE
        assert example_picture(name) == example_picture(name)
