"""Rich text as blocks of plain text: paragraphs, list items, headings, with their marks."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

PARAGRAPH = "paragraph"
_STYLES = {"p": PARAGRAPH, "h2": "heading", "h3": "heading", "h4": "heading"}
_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "a": "link"}
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Mark:
    """A formatted passage of a block: from where to where, and for links where it leads."""

    name: str
    start: int
    end: int
    target: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, a point of a list, an argument: ``style`` says which."""

    text: str
    style: str = PARAGRAPH
    marks: tuple[Mark, ...] = ()


def blocks_of_rich_text(rich_text: str) -> tuple[Block, ...]:
    """The blocks of a piece of rich text, without empty ones. Never fails, whatever it gets."""
    reader = _Reader()
    reader.feed(rich_text)
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


def blocks_of_plain_text(text: str) -> tuple[Block, ...]:
    """A block for each line that is not empty."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return tuple(Block(line) for line in lines if line)


class _Reader(HTMLParser):
    """Collects text until a block ends; whitespace counts as in HTML: one blank."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._text = ""
        self._style = PARAGRAPH
        self._lists: list[str] = []
        self._open: list[tuple[str, str, int]] = []  # tag, target, start
        self._marks: list[Mark] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.end_block()
            self._lists.append(tag)
        elif tag == "li":
            self.end_block()
            self._style = "number" if self._lists[-1:] == ["ol"] else "point"
        elif tag in _STYLES:
            self.end_block()
            self._style = _STYLES[tag]
        elif tag == "br":
            self.end_block(keep_style=True)
        elif tag in _MARKS:
            given = dict(attrs)
            target = given.get("href") or given.get("id") or "" if tag == "a" else ""
            self._open.append((tag, target, len(self._text)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self.end_block()
            del self._lists[-1:]
        elif tag == "li" or tag in _STYLES:
            self.end_block()
        elif self._open and self._open[-1][0] == tag:
            self._close_mark()

    def handle_data(self, data: str) -> None:
        text = _SPACES.sub(" ", data)
        if not self._text or self._text.endswith(" "):
            text = text.removeprefix(" ")
        self._text += text

    def _close_mark(self) -> None:
        tag, target, start = self._open.pop()
        if len(self._text) > start:
            self._marks.append(Mark(_MARKS[tag], start, len(self._text), target))

    def end_block(self, keep_style: bool = False) -> None:
        """Closes the block that is being read; marks left open end with it."""
        while self._open:
            self._close_mark()
        text = self._text.rstrip()
        if text:
            marks = tuple(sorted(self._marks, key=lambda mark: (mark.start, mark.name)))
            self.blocks.append(Block(text, self._style, marks))
        self._text, self._marks = "", []
        if not keep_style:
            self._style = PARAGRAPH
