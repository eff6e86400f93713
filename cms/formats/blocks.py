"""The neutral document that every format is read into: blocks in reading order, and remarks."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from cms.domain.minutes import Note, Place

BOLD_LEVEL = 7  # a bold paragraph that serves as a heading, below the six real levels
MAX_BOLD_HEADING = 250  # characters; a longer bold paragraph is an emphasised one
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"
    FOOTNOTE = "footnote"
    LABEL = "label"  # the head of a table column: structure only


@dataclass(frozen=True)
class Block:
    """One piece of a document.

    ``level`` is a heading's level (BOLD_LEVEL for a bold paragraph), an item's depth from 1,
    and for a paragraph the depth of the item it continues (0: none). ``text`` holds no
    markup; a line break that the author set or that the file holds is a newline.
    ``marker`` is an item's bullet or number as it stands in the source.
    """

    kind: BlockKind
    text: str
    place: Place
    level: int = 0
    marker: str = ""
    bold: bool = False
    rows: tuple["Row", ...] = ()


@dataclass(frozen=True)
class Row:
    """A table row: for each cell its blocks. ``header`` if the author marked it as one."""

    cells: tuple[tuple[Block, ...], ...]
    header: bool = False


@dataclass
class Document:
    """A file as blocks, and what stands beside them.

    ``structure``: headers, footers, tables of contents and the like; ``losses``: what can't be
    read (pictures, embedded files).
    """

    blocks: list[Block] = field(default_factory=list)
    comments: list[Note] = field(default_factory=list)
    tracked_changes: list[Note] = field(default_factory=list)
    structure: list[Note] = field(default_factory=list)
    losses: list[Note] = field(default_factory=list)


def tidy(text: str) -> str:
    """Return ``text`` normalised in white space only: composed letters, single spaces.

    Newlines stay; soft hyphens and zero-width characters, which nobody sees, go.
    """
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in visible.split("\n")).strip("\n")


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space as one space."""
    return " ".join(tidy(text).split())


def is_bold_heading(text: str) -> bool:
    """Tell whether a paragraph that is bold as a whole serves as a heading, by its shape."""
    return 0 < len(text) <= MAX_BOLD_HEADING and not text.rstrip().endswith((".", ",", ";"))
