"""Pictures for the example content, drawn here: nobody's photo, nobody's rights."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

SIZE = (1200, 800)
_SKY, _GRASS, _INK, _PALE = "#dcebef", "#a9c3a0", "#2b3a3b", "#f6f2ea"
_FRESH, _OLD, _WOOD, _GLASS = "#e8b44c", "#d8d2c6", "#a9794a", "#9fc3cf"


def example_picture(name: str) -> bytes:
    """One of the pictures, as a PNG. Raises KeyError for a name that there is not."""
    image = Image.new("RGB", SIZE, _PALE)
    _DRAWN[name](ImageDraw.Draw(image))
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _wall(draw: ImageDraw.ImageDraw) -> None:
    """A room that is half painted: window, ladder, roller and bucket."""
    draw.rectangle((0, 0, 1200, 660), _OLD)
    draw.rectangle((0, 0, 640, 660), _FRESH)
    for top in range(0, 660, 60):
        draw.rectangle((600, top, 660 + top % 90, top + 60), _FRESH)
    draw.rectangle((0, 660, 1200, 800), _WOOD)
    for left in range(0, 1200, 150):
        draw.line((left, 660, left - 60, 800), _INK, 2)
    draw.rectangle((150, 120, 430, 420), _PALE)
    draw.rectangle((170, 140, 410, 400), _GLASS)
    draw.line((290, 140, 290, 400), _PALE, 16)
    draw.line((170, 270, 410, 270), _PALE, 16)
    for left, foot in ((840, 780), (1000, 1060)):
        draw.line((left, 150, foot, 720), _INK, 18)
    for step in range(5):
        draw.line((836 - step * 11, 230 + step * 100, 1008 + step * 11, 230 + step * 100), _INK, 14)
    draw.rounded_rectangle((600, 250, 760, 320), 30, _PALE, _INK, 6)
    draw.line((680, 320, 680, 400, 740, 400, 740, 560), _INK, 12)
    draw.polygon(((500, 620), (660, 620), (640, 760), (520, 760)), _GLASS, _INK)
    draw.ellipse((500, 600, 660, 640), _FRESH, _INK, 5)


def _houses(draw: ImageDraw.ImageDraw) -> None:
    """A street: three houses, a tree and a bench."""
    draw.rectangle((0, 0, 1200, 620), _SKY)
    draw.rectangle((0, 620, 1200, 800), _GRASS)
    draw.ellipse((980, 60, 1100, 180), _FRESH)
    for left, top, wall in ((80, 220, _OLD), (400, 120, _FRESH), (720, 260, _PALE)):
        draw.rectangle((left, top, left + 300, 640), wall, _INK, 5)
        for row in range(top + 40, 540, 100):
            for column in range(left + 40, left + 260, 90):
                draw.rectangle((column, row, column + 46, row + 56), _GLASS, _INK, 3)
        draw.rectangle((left + 118, 560, left + 182, 640), _WOOD, _INK, 4)
    draw.rectangle((1090, 440, 1114, 660), _WOOD)
    draw.ellipse((1010, 250, 1190, 470), "#6f9a6b", _INK, 4)
    draw.rectangle((150, 690, 420, 706), _WOOD, _INK, 3)
    draw.rectangle((150, 650, 420, 670), _WOOD, _INK, 3)
    for left in (180, 380):
        draw.rectangle((left, 650, left + 12, 750), _INK)


_DRAWN: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {"wall": _wall, "houses": _houses}
