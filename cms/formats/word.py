"""Minutes in Word (.docx) to the neutral document.

The XML is read directly: python-docx leaves out tracked changes, content controls, text boxes
and notes, and refuses files that Word opens.
"""

from cms.domain.minutes import MinutesError, Note, Place
from cms.formats.blocks import Block, BlockKind, Document, Row, one_line
from cms.formats.word_lines import LineReader
from cms.formats.word_margins import (
    START,
    note_changes,
    note_text,
    read_comments,
    read_diagrams,
    read_margins,
    read_notes,
)
from cms.formats.word_package import DAMAGED, Element, WordPackage
from cms.formats.word_runs import DELETED, Inline, RunReader
from cms.formats.word_styles import ParagraphStyle, Styles
from cms.formats.word_xml import attribute, child, name, value

MAX_DEPTH = 40  # tables in tables, boxes in boxes
TOO_NESTED = (
    "Die Word-Datei ist zu tief verschachtelt und wurde deshalb nicht gelesen; bitte lösen Sie "
    "Tabellen in Tabellen auf."
)
_CONTAINERS = frozenset(["customXml", "smartTag", "ins", "moveTo", "sdtContent"])


def read_blocks(data: bytes) -> Document:
    """Read the bytes of a .docx; places are paragraph numbers from 1, in the order of the text.

    Tracked changes count as accepted and are listed, as are comments, headers, footers and
    notes. Raises MinutesError if the file is no .docx, protected, damaged, or too big inside.
    """
    package = WordPackage(data)
    body = child(package.part(package.main), "body")
    if body is None:
        raise MinutesError(DAMAGED)
    styles = Styles(package)
    document = Document()
    reader = _BodyReader(package, styles, document)
    document.blocks.extend(reader.read(body))
    reader.list_unused_notes()
    read_margins(package, styles, document)
    read_diagrams(package, document)
    read_comments(package, styles, reader.comment_places, document)
    return document


class _BodyReader:
    """Walks paragraphs and tables, numbers the paragraphs, lists what stands beside them."""

    def __init__(self, package: WordPackage, styles: Styles, document: Document) -> None:
        self._styles = styles
        self._document = document
        self._runs = RunReader(styles, package.relations(package.main))
        self._notes = {kind: read_notes(package, f"{kind}s") for kind in ("footnote", "endnote")}
        self._number = 0
        self._depth = 0
        self._carried: Inline | None = None  # stands before a deleted paragraph mark
        self.comment_places: dict[str, Place] = {}

    def read(self, parent: Element) -> list[Block]:
        """Return the blocks of a body, cell or text box."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MinutesError(TOO_NESTED)
        lines = LineReader(self._styles)
        self._read_into(parent, lines)
        if self._carried is not None:
            self._add(Inline(), ParagraphStyle(), self._place(), lines)
        self._depth -= 1
        return lines.blocks

    def _place(self) -> Place:
        return Place(max(1, self._number), "paragraph")

    def _read_into(self, parent: Element, lines: LineReader) -> None:
        for element in parent:
            kind = name(element)
            if kind == "p":
                self._paragraph(element, lines)
            elif kind == "tbl":
                lines.break_list()
                lines.blocks.append(self._table(element))
            elif kind == "sdt":
                self._control(element, lines)
            elif kind == "altChunk":
                reason = "Ein eingebettetes Dokument wurde nicht gelesen"
                self._document.losses.append(Note(self._place(), "altChunk", reason))
            elif kind in _CONTAINERS:
                self._read_into(element, lines)

    def _control(self, control: Element, lines: LineReader) -> None:
        """Read a content control; a table of contents or a placeholder is structure."""
        content = child(control, "sdtContent")
        if content is None:
            return
        start = len(lines.blocks)
        self._read_into(content, lines)
        gallery = value(control, "sdtPr", "docPartObj", "docPartGallery")
        placeholder = child(control, "sdtPr", "showingPlcHdr") is not None
        if gallery == "Table of Contents" or placeholder:
            for block in lines.blocks[start:]:
                reason = "Platzhalter" if placeholder else "Inhaltsverzeichnis"
                self._document.structure.append(Note(block.place, one_line(block.text), reason))
            del lines.blocks[start:]

    def _table(self, table: Element) -> Block:
        place = Place(self._number + 1, "paragraph")
        rows: list[Row] = []
        for row in _of_kind(table, "tr"):
            cells = tuple(tuple(self.read(cell)) for cell in _of_kind(row, "tc"))
            deleted = child(row, "trPr", "del")
            if deleted is None:
                rows.append(Row(cells, child(row, "trPr", "tblHeader") is not None))
                continue
            text = " ".join(one_line(block.text) for cell in cells for block in cell)
            if text:  # what is deleted run by run is listed already
                author = attribute(deleted, "author") or ""
                self._document.tracked_changes.append(Note(self._place(), text, DELETED, author))
        return Block(BlockKind.TABLE, "", place, rows=tuple(rows))

    def _paragraph(self, paragraph: Element, lines: LineReader) -> None:
        self._number += 1
        place = self._place()
        style = self._styles.of(paragraph)
        inline = self._runs.read(paragraph, bold=style.bold)
        note_changes(inline, place, self._document)
        for identity in inline.comments:
            self.comment_places.setdefault(identity, place)
        if child(paragraph, "pPr", "rPr", "del") is not None:
            self._carry(inline)
        elif style.is_contents:
            self._document.structure.append(
                Note(place, one_line(inline.text), "Inhaltsverzeichnis")
            )
        else:
            self._add(inline, style, place, lines)
        for box in inline.boxes:
            lines.blocks.extend(self.read(box))

    def _carry(self, inline: Inline) -> None:
        """Keep a paragraph whose end is deleted: it goes on in the next one."""
        if self._carried is not None:
            inline.pieces[:0] = self._carried.pieces
            inline.footnotes[:0] = self._carried.footnotes
        self._carried = inline

    def _add(self, inline: Inline, style: ParagraphStyle, place: Place, lines: LineReader) -> None:
        if self._carried is not None:
            carried, self._carried = self._carried, None
            inline.pieces[:0] = carried.pieces
            inline.footnotes[:0] = carried.footnotes
        lines.add(inline, style, place)
        for kind, identity in inline.footnotes:
            element = self._notes[kind].pop(identity, None)
            if element is None:
                continue
            text = note_text(element, self._runs, place, self._document)
            if text:
                lines.blocks.append(Block(BlockKind.FOOTNOTE, text, place))

    def list_unused_notes(self) -> None:
        """List notes that no paragraph refers to."""
        for notes in self._notes.values():
            for element in notes.values():
                text = note_text(element, self._runs, START, self._document)
                if text:
                    self._document.losses.append(Note(START, text, "Fußnote ohne Stelle im Text"))


def _of_kind(parent: Element, kind: str) -> list[Element]:
    """Return rows or cells, those in content controls too."""
    found: list[Element] = []
    for element in parent:
        if name(element) == kind:
            found.append(element)
        elif name(element) == "sdt" or name(element) in _CONTAINERS:
            found.extend(_of_kind(element, kind))
    return found
