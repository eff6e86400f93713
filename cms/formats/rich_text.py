"""Rich text as Markdown and back, for programs that write Markdown."""

from collections.abc import Callable

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from markdownify import MarkdownConverter


def from_markdown(text: str) -> str:
    """CommonMark as HTML, tags within it too: it must be cleaned like any HTML."""
    return str(MarkdownIt("commonmark", {"html": True}).render(text))


def to_markdown(html: str, clean: Callable[[str], str]) -> str:
    """Clean rich text as Markdown from which :func:`from_markdown` makes the same again.

    Where Markdown has no way to write a block exactly (bold letters within a word, say), the
    block stands there as HTML, which Markdown allows.

    :param clean: what is done with the HTML on its way back in; ``clean(html) == html``
    """
    blocks = [str(tag) for tag in BeautifulSoup(html, "html.parser").children]
    written = [_block(block, clean) for block in blocks]
    text = "\n\n".join(written)
    return text if _comes_back(text, html, clean) else "\n\n".join(blocks)


def _block(block: str, clean: Callable[[str], str]) -> str:
    text = (
        _Converter(bullets="-", escape_misc=True, newline_style="backslash").convert(block).strip()
    )
    return text if _comes_back(text, block, clean) else block


def _comes_back(text: str, html: str, clean: Callable[[str], str]) -> bool:
    return clean(from_markdown(text)) == html


class _Converter(MarkdownConverter):
    """A number at the beginning of a line begins no list, a line of dashes is no rule."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        # Nothing looks like a tag, not even to a program that takes Markdown for HTML.
        written = str(super().escape(text, parent_tags))  # type: ignore[misc]
        return written.replace("\\<", "&lt;").replace("\\>", "&gt;")

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        # Always in full: an address that is its own text would be taken for an autolink.
        return f"[{text}](<{el['href']}>)" if el.get("href") else text
