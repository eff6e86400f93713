"""The lines of a Word paragraph to blocks: headings, real lists, lists typed by hand."""

from cms.domain.minutes import Place
from cms.formats.blocks import BOLD_LEVEL, Block, BlockKind, is_bold_heading, one_line, tidy
from cms.formats.markers import NESTED, columns, is_ordered, typed_item
from cms.formats.word_lists import Item, ListDepths
from cms.formats.word_runs import Inline
from cms.formats.word_styles import ParagraphStyle, Styles

Lines = list[tuple[str, bool]]


class LineReader:
    """Collects the blocks of one body, cell or text box."""

    def __init__(self, styles: Styles) -> None:
        self.blocks: list[Block] = []
        self._styles = styles
        self._lists = ListDepths()

    def break_list(self) -> None:
        """Say that something else than a paragraph stands here."""
        self._lists.reset()

    def add(self, inline: Inline, style: ParagraphStyle, place: Place) -> None:
        """Add a paragraph as one block, or as several where line breaks part typed items."""
        lines = [(text, bold) for text, bold in inline.lines() if tidy(text)]
        if not lines:
            return
        if style.heading is not None:
            self._lists.reset()
            whole = "\n".join(text for text, _ in lines)
            self._append(BlockKind.HEADING, whole, place, style.heading)
        elif style.number_id is not None or style.named_list:
            self._real_item(lines, style, place)
        else:
            self._plain(lines, style, place)

    def _append(
        self,
        kind: BlockKind,
        text: str,
        place: Place,
        level: int = 0,
        marker: str = "",
        bold: bool = False,
    ) -> None:
        if tidy(text):
            self.blocks.append(Block(kind, tidy(text), place, level, marker, bold=bold))

    def _real_item(self, lines: Lines, style: ParagraphStyle, place: Place) -> None:
        """Add a real list item; lines of it that start like typed items stand below it."""
        item = Item(style.first, style.left, style.list_level, style.number_id)
        depth = self._lists.depth(item)
        ordered = self._styles.is_ordered(style)
        typed = typed_item(lines[0][0])
        # A dash typed behind a real bullet says nothing; a number is part of the text.
        text = typed[2] if typed and not is_ordered(typed[1]) else lines[0][0]
        bold = all(line_bold for _, line_bold in lines)
        below = [typed_item(line) is not None for line, _ in lines]
        first_below = next((n for n, is_item in enumerate(below) if n and is_item), len(lines))
        own = [text, *(line for line, _ in lines[1:first_below])]
        marker = "#." if ordered else "•"
        self._append(BlockKind.ITEM, "\n".join(own), place, depth, marker, bold)
        self._typed_lines(lines[first_below:], style, place, depth)

    def _plain(self, lines: Lines, style: ParagraphStyle, place: Place) -> None:
        """Add the lines of a paragraph without a list or heading style."""
        head = 0
        while head < len(lines) and lines[head][1] and not _is_bullet(lines[head][0]):
            head += 1
        heading = "\n".join(text for text, _ in lines[:head])
        if is_bold_heading(one_line(heading)):
            self._lists.reset()
            self._append(BlockKind.HEADING, heading, place, BOLD_LEVEL)
            lines = lines[head:]
        self._typed_lines(lines, style, place, 0)

    def _typed_lines(self, lines: Lines, style: ParagraphStyle, place: Place, below: int) -> None:
        """Add lines of which some may be typed items, ``below`` an item of that depth (0: none)."""
        level: int | None = None  # the depth of the item that a line continues
        text: list[str] = []
        for line, bold in lines:
            typed = _typed_or_tabbed(line)
            if typed is None:
                text.append(line)
                continue
            self._flush(text, style, place, level)
            column, marker, rest = typed
            if below:
                level = below + (2 if column >= NESTED else 1)
            else:
                at = style.first + column
                level = self._lists.depth(Item(at, at + NESTED))
            self._append(BlockKind.ITEM, rest, place, level, marker, bold)
        self._flush(text, style, place, level)

    def _flush(
        self, text: list[str], style: ParagraphStyle, place: Place, level: int | None
    ) -> None:
        if text:
            depth = self._lists.continued(style.left) if level is None else level
            self._append(BlockKind.PARAGRAPH, "\n".join(text), place, depth)
            text.clear()


def _is_bullet(text: str) -> bool:
    """Tell whether a bold line is a list item; a typed number may stand before a heading."""
    typed = typed_item(text)
    return typed is not None and not is_ordered(typed[1])


def _typed_or_tabbed(line: str) -> tuple[int, str, str] | None:
    """Return (column, marker, text) of an item typed with a marker, or with nothing but a tab."""
    typed = typed_item(line)
    if typed is None and line.startswith("\t"):
        return columns(line[: len(line) - len(line.lstrip())]), "\t", line
    return typed
