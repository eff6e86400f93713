"""Plain text out of rich text, and back, without a framework."""

import html
import re

_BLOCK_END = re.compile(r"</(p|li|h[1-6]|ul|ol|blockquote|tr)>|<(br|hr)\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")


def to_plain_text(rich_text: str) -> str:
    """The words of a piece of rich text, a line for each block, entities resolved."""
    text = _TAG.sub("", _BLOCK_END.sub("\n", rich_text))
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", html.unescape(text))).strip()


def to_rich_text(paragraphs: list[str], points: list[str] | None = None) -> str:
    """Escaped rich text: a ``<p>`` for each paragraph, then a list of the points."""
    blocks = [f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs if text.strip()]
    if points:
        items = "".join(f"<li>{html.escape(point, quote=False)}</li>" for point in points)
        blocks.append(f"<ul>{items}</ul>")
    return "".join(blocks)
