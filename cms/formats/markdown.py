"""Minutes in Markdown, or in plain text, to the neutral document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cms.domain.minutes import Note, Place
from cms.formats.blocks import (
    BOLD_LEVEL,
    Block,
    BlockKind,
    Document,
    Row,
    is_bold_heading,
    one_line,
    tidy,
)
from cms.formats.markdown_source import take_comments, take_front_matter, with_real_lists
from cms.formats.markers import is_typed_number, typed_item
from cms.formats.text_encoding import decode

MAX_UNDERLINED_HEADING = 200  # characters; what is longer is a paragraph above a ruler
_TAG_VALUES = re.compile(r"""\b(?:href|src|alt|title)\s*=\s*["']?([^"'>]+)""", re.IGNORECASE)
_LINE_TAG = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr)\b", re.IGNORECASE)
_ITEM_TAG = re.compile(r"<\s*li\b", re.IGNORECASE)


class _Parser(MarkdownIt):
    """CommonMark with tables, without the rules that hide text or take it for code."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": True})
        self.enable("table").disable(["code", "fence", "html_block", "reference"])

    def normalizeLink(self, url: str) -> str:
        """Keep an address as it was typed."""
        return url


@dataclass
class _Text:
    """The text of one inline token: its lines, and which of them are bold as a whole."""

    text: str
    bold_lines: list[bool]
    only_jumps: bool  # nothing but links within the document

    @property
    def bold(self) -> bool:
        return all(self.bold_lines)


def read_blocks(data: bytes) -> Document:
    """Read the bytes of a Markdown or plain text file; places are line numbers from 1.

    Raises MinutesError if the bytes are no text in UTF-8, or UTF-16 with a byte order mark.
    """
    text, comments = take_comments(decode(data))
    text, matter = take_front_matter(text)
    reader = _BlockReader(text.split("\n"))
    for number, line in enumerate(matter, start=2):
        reader.add(BlockKind.PARAGRAPH, line, number)
    reader.read(_Parser().parse(with_real_lists(text)))
    reader.document.comments.extend(comments)
    return reader.document


class _BlockReader:
    """Walks the tokens of one file and collects its blocks."""

    def __init__(self, source: list[str]) -> None:
        self.document = Document()
        self._source = source
        self._items: list[str] = []  # the markers of the open items
        self._item_place = Place(1)
        self._fresh = False  # the open item has no text yet

    def add(
        self,
        kind: BlockKind,
        text: str,
        line: int,
        level: int = 0,
        marker: str = "",
        bold: bool = False,
    ) -> None:
        """Add a block unless it is empty."""
        if tidy(text):
            self.document.blocks.append(
                Block(kind, tidy(text), Place(line), level, marker, bold=bold)
            )

    def read(self, tokens: Sequence[Token]) -> None:
        """Read all block tokens of a file."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "heading_open":
                self._heading(token, tokens[position + 1])
            elif token.type == "paragraph_open":
                self._paragraph(tokens[position + 1])
            elif token.type == "list_item_open":
                self._open_item(token)
            elif token.type == "list_item_close":
                self._close_item()
            elif token.type == "table_open":
                position = self._table(tokens, position)
            position += 1

    def _heading(self, opening: Token, inline: Token) -> None:
        text = _inline_text(inline)
        underlined = opening.markup in ("=", "-")
        if underlined and len(text.text) > MAX_UNDERLINED_HEADING:
            self._paragraph(inline)
            return
        self.add(BlockKind.HEADING, one_line(text.text), _line(inline), int(opening.tag[1]))

    def _paragraph(self, inline: Token) -> None:
        text, line = _inline_text(inline), _line(inline)
        if self._items:
            self._item_text(text, line)
            return
        if text.only_jumps:
            note = Note(Place(line), one_line(text.text), "Inhaltsverzeichnis")
            self.document.structure.append(note)
            return
        head = _bold_head(text)
        lines = text.text.split("\n")
        self.add(BlockKind.HEADING, "\n".join(lines[:head]), line, BOLD_LEVEL)
        self.add(BlockKind.PARAGRAPH, "\n".join(lines[head:]), line + head)

    def _open_item(self, token: Token) -> None:
        typed = typed_item(self._source[_line(token) - 1].lstrip(" \t>"))
        self._items.append(typed[1] if typed else "-")
        self._item_place = Place(_line(token))
        self._fresh = True

    def _close_item(self) -> None:
        marker = self._items.pop()
        if self._fresh and is_typed_number(marker):
            note = Note(self._item_place, marker, "Leerer Listenpunkt")
            self.document.structure.append(note)
        self._fresh = False

    def _item_text(self, text: _Text, line: int) -> None:
        depth, marker = len(self._items), self._items[-1]
        if not self._fresh:
            self.add(BlockKind.PARAGRAPH, text.text, line, depth)
        elif text.only_jumps:
            note = Note(Place(line), one_line(text.text), "Inhaltsverzeichnis")
            self.document.structure.append(note)
        else:
            self.add(BlockKind.ITEM, text.text, line, depth, marker, text.bold)
        self._fresh = False

    def _table(self, tokens: Sequence[Token], start: int) -> int:
        rows: list[Row] = []
        cells: list[tuple[Block, ...]] = []
        position = start
        header = False
        while tokens[position].type != "table_close":
            token = tokens[position]
            if token.type == "tr_open":
                cells, line = [], _line(token)
            elif token.type in ("th_open", "td_open"):
                header = token.type == "th_open"
                cells.append(_cell_blocks(_inline_text(tokens[position + 1]).text, line))
            elif token.type == "tr_close":
                rows.append(Row(tuple(cells), header))
            position += 1
        block = Block(BlockKind.TABLE, "", Place(_line(tokens[start])), rows=tuple(rows))
        self.document.blocks.append(block)
        return position


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _bold_head(text: _Text) -> int:
    """Return how many lines at the start of a paragraph are a bold heading."""
    head = 0
    while head < len(text.bold_lines) and text.bold_lines[head]:
        head += 1
    return head if is_bold_heading(" ".join(text.text.split("\n")[:head])) else 0


def _cell_blocks(text: str, line: int) -> tuple[Block, ...]:
    blocks = []
    for part in tidy(text).split("\n"):
        item = typed_item(part)
        if item:
            blocks.append(Block(BlockKind.ITEM, item[2], Place(line), 1, item[1]))
        elif part:
            blocks.append(Block(BlockKind.PARAGRAPH, part, Place(line)))
    return tuple(blocks)


def _inline_text(inline: Token) -> _Text:
    """Return the text of an inline token: no markup, addresses of links behind their text."""
    text = ""
    bold_depth = 0
    plain: list[str] = [""]  # per line, what is not bold
    outside_jumps = ""
    links: list[tuple[str, str, int]] = []  # address, title, where the text starts
    for token in inline.children or []:
        piece = _piece(token)
        if token.type == "strong_open":
            bold_depth += 1
        elif token.type == "strong_close":
            bold_depth -= 1
        elif token.type == "link_open":
            address, title = (str(token.attrs.get(name, "")) for name in ("href", "title"))
            links.append((address, title, len(text)))
        elif token.type == "link_close":
            address, title, start = links.pop()
            piece = _address(address, text[start:], title)
        text += piece
        for number, part in enumerate(piece.split("\n")):
            if number:
                plain.append("")
            if not bold_depth:
                plain[-1] += part
        if not any(address.startswith("#") for address, _, _ in links):
            outside_jumps += piece if token.type != "link_close" else ""
    bold_lines = [
        bool(re.search(r"\w", line)) and not re.search(r"\w", rest)
        for line, rest in zip(text.split("\n"), plain, strict=True)
    ]
    jumps = any(str(t.attrs.get("href", "")).startswith("#") for t in inline.children or [])
    return _Text(text, bold_lines, jumps and not re.search(r"\w", outside_jumps))


def _piece(token: Token) -> str:
    """Return the visible text of one inline child; what a tag says in its attributes counts."""
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "html_inline":
        breaks = "\n" if _LINE_TAG.match(token.content) else ""
        breaks = "\n• " if _ITEM_TAG.match(token.content) else breaks
        values = " ".join(_TAG_VALUES.findall(token.content))
        return f"{breaks} ({values}) " if values else breaks
    if token.type == "image":
        values = f"{token.attrs.get('src', '')} {token.attrs.get('title', '')}".strip()
        return f"{token.content} ({values})"
    return token.content


def _address(address: str, text: str, title: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    shown = "" if not bare or bare.startswith("#") or bare in text else bare
    extra = " ".join(part for part in (shown, title) if part)
    return f" ({extra})" if extra else ""
