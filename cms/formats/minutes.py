"""The interpretation: what a neutral document says as minutes of an exchange."""

from dataclasses import replace

from cms.domain.kinds import Kind
from cms.domain.minutes import Minutes, TableMinutes
from cms.formats.arguments import arguments_in
from cms.formats.blocks import BOLD_LEVEL, Block, BlockKind, Document
from cms.formats.entries import SIGNS, Entries
from cms.formats.event_head import read_head
from cms.formats.levels import Levels
from cms.formats.markers import is_ordered
from cms.formats.moderators import is_role, moderators_below_heading, moderators_of_line
from cms.formats.preparation import (
    is_below,
    mere_listings,
    named_table,
    prepare,
    table_of_item,
    take_markers,
)
from cms.formats.record import Record
from cms.formats.sections import (
    ENTRY_KINDS,
    EXPERIENCES,
    SIDES,
    Section,
    labelled,
    section_by_start,
    section_of,
)
from cms.formats.table_headings import TableHeading

PLAIN_LEVEL = 9  # an ordinary paragraph that reads like a heading: below every marked one
MAX_LABEL_WORDS = 5
MAX_TITLE_WORDS = 20
_NO_SECTION = "Kein Abschnitt wie „Gute Erfahrungen“ darüber; als Notiz behalten"
_UNKNOWN_HEADING = "Unbekannte Überschrift; was darunter steht, ist als Notiz behalten"
_SUB_HEADING = "Zwischenüberschrift; die Einträge darunter stehen weiter im selben Abschnitt"
_FOOTNOTE = "Fuß- oder Endnote; bitte dem richtigen Eintrag zuordnen"


def interpret(document: Document) -> Minutes:
    """Return the minutes that ``document`` holds. Nothing is left out: what becomes no object is
    listed in ``structure``, ``notes`` and ``losses``."""
    minutes = Minutes(
        structure=list(document.structure),
        losses=list(document.losses),
        comments=list(document.comments),
        tracked_changes=list(document.tracked_changes),
    )
    record = Record(minutes)
    blocks = take_markers(prepare(document.blocks), record)
    listings = mere_listings(blocks)
    start = read_head(blocks, listings, record)
    _Interpreter(blocks, listings, record).read(start)
    return minutes


class _Interpreter:
    """Walks the blocks and keeps track of the open table and section."""

    def __init__(self, blocks: list[Block], listings: set[int], record: Record) -> None:
        self._blocks = blocks
        self._listings = listings
        self._record = record
        self._minutes = record.minutes
        self._section: Section | None = None
        self._section_level = 0
        self._topic_level = PLAIN_LEVEL + 1  # of the headings that named topics of a discussion
        self._section_is_new = False
        self._inherits = False  # the section was opened above its tables
        self._section_is_item = False  # a list item names the section
        self._entries: Entries | None = None
        self._table_level = 0
        self._outline = 0  # depth of the list items that serve as headings; 0: none do
        self._levels = Levels(blocks)

    def read(self, start: int) -> None:
        """Read all blocks from ``start`` on."""
        for position in range(start, len(self._blocks)):
            block = self._blocks[position]
            following = self._blocks[position + 1] if position + 1 < len(self._blocks) else None
            named = None if position in self._listings else named_table(block)
            if named is not None and not self._is_plenary_text(block):
                level = block.level if block.kind is BlockKind.HEADING else PLAIN_LEVEL
                self._open_table(named, block, level)
            elif block.kind is BlockKind.HEADING and position not in self._listings:
                self._heading(block, following)
            elif block.kind is BlockKind.ITEM:
                self._item(block, following)
            elif block.kind is BlockKind.FOOTNOTE:
                self._record.lose(block.place, block.text, _FOOTNOTE)
            elif block.kind is BlockKind.LABEL:
                self._record.structure(block.place, block.text, "Spaltenüberschrift")
            else:
                self._paragraph(block, following)

    # Tables

    def _is_plenary_text(self, block: Block) -> bool:
        return self._section is Section.PLENARY and block.kind is BlockKind.PARAGRAPH

    def _open_table(self, heading: TableHeading, block: Block, level: int) -> None:
        self._record.structure(block.place, block.text)
        inherited = self._section if self._passes_section_on(level) else None
        table = self._known_table(heading)
        if table is None:
            table = TableMinutes(heading.number, heading.title, block.place)
            self._minutes.tables.append(table)
        table.title = table.title or heading.title
        table.moderators = table.moderators or heading.moderators
        self._record.table, self._table_level, self._outline = table, level, 0
        section_level = self._section_level
        self._leave_section()
        if heading.section is not None:
            self._open_section(heading.section, level + 1)
        elif inherited is not None:
            self._open_section(inherited, section_level)
            self._inherits = True

    def _known_table(self, heading: TableHeading) -> TableMinutes | None:
        for table in self._minutes.tables:
            same_title = not heading.title or not table.title or heading.title == table.title
            if heading.number is not None and heading.number == table.number and same_title:
                return table
        return None

    def _passes_section_on(self, level: int) -> bool:
        """Tell whether the open section stands above its tables: "Gute Erfahrungen / Tisch 1"."""
        if self._section not in ENTRY_KINDS or self._section_level >= min(level, BOLD_LEVEL):
            return False
        return self._section_is_new or self._inherits

    # Sections

    def _leave_section(self) -> None:
        self._section, self._entries = None, None
        self._inherits = self._section_is_item = False
        self._section_level = self._outline = 0
        self._topic_level = PLAIN_LEVEL + 1

    def _open_section(self, section: Section, level: int) -> None:
        self._leave_section()
        if self._is_of_event(section, level):
            self._record.table = None
        self._section, self._section_level, self._section_is_new = section, level, True
        kind = ENTRY_KINDS.get(section)
        if kind is not None:
            table = self._record.table
            target = self._minutes.entries if table is None else table.entries
            subject = table.title if table is not None else ""
            self._entries = Entries(kind, target, self._record, subject)

    def _is_of_event(self, section: Section, level: int) -> bool:
        """Tell whether a section that comes after a table speaks for the whole event."""
        if section in (Section.PLENARY, Section.PROGRAMME):
            return True
        return section not in EXPERIENCES and self._is_beside_tables(level)

    def _is_beside_tables(self, level: int) -> bool:
        table = self._record.table
        return table is not None and self._levels.is_of_event(level, self._table_level)

    def _name_section(self, section: Section, block: Block, level: int) -> None:
        """Take a heading that names a section; a side may belong to the open discussion."""
        if section in SIDES:
            if self._entries is not None and self._entries.side(block, SIDES[section]):
                return
            section = Section.GOOD if section is Section.PRO else Section.BAD
        after_tables = self._record.table is None and self._minutes.tables
        if section is Section.NEUTRAL and after_tables:
            self._unknown_heading(block)  # "Verschiedenes" at the end is no experience
            return
        self._record.structure(block.place, block.text)
        self._open_section(section, level)

    # Headings

    def _heading(self, block: Block, following: Block | None) -> None:
        section = section_of(block.text)
        label = labelled(block.text)
        table = self._record.table
        if section is not None:
            self._name_section(section, block, block.level)
        elif self._is_moderation(block):
            return
        elif label is not None:
            self._inline_section(label, block, block.level, following)
        elif table is not None and not table.title and self._section is None:
            table.title = block.text
            self._record.structure(block.place, block.text)
        elif self._is_topic(block, following):
            self._topic(block)
        elif (named := section_by_start(block.text)) is not None:
            self._name_section(named, block, block.level)
        elif self._section in ENTRY_KINDS and block.level > self._section_level:
            self._record.structure(block.place, block.text)
            self._record.lose(block.place, block.text, _SUB_HEADING)
        else:
            self._unknown_heading(block)

    def _is_topic(self, block: Block, following: Block | None) -> bool:
        """Tell whether a heading names what is discussed: pros and contras follow, or it stands
        within a discussion, as headings of its level did before."""
        if self._record.table is None:
            return False
        head, marked = arguments_in(following.text) if following else ("", [])
        level = min(self._section_level + 1, self._topic_level)
        discussed = self._section is Section.DISCUSSION and block.level >= level
        return discussed or bool(marked and not head)

    def _topic(self, block: Block) -> None:
        if self._section is not Section.DISCUSSION:
            self._open_section(Section.DISCUSSION, block.level)
        self._topic_level = block.level
        if self._entries is not None:
            self._entries.topic(block)

    def _unknown_heading(self, block: Block) -> None:
        self._leave_section()
        self._record.structure(block.place, block.text)
        if self._record.table is None and not self._minutes.tables:
            self._section = Section.INTRODUCTION
            return
        if self._is_beside_tables(block.level):
            self._record.table = None
        self._record.lose(block.place, block.text, _UNKNOWN_HEADING)

    # Paragraphs

    def _paragraph(self, block: Block, following: Block | None) -> None:
        section = section_of(block.text) if _stands_apart(block) else None
        label = labelled(block.text) if block.level == 0 else None
        if label and len(label[1].split()) > MAX_LABEL_WORDS:
            label = None
        if section is not None:
            self._name_section(section, block, PLAIN_LEVEL)
        elif label is not None and self._is_section_label(label[0]):
            self._inline_section(label, block, PLAIN_LEVEL, following)
        elif self._entries is not None:
            self._section_is_new = False
            self._entries.paragraph(block, following)
        elif not self._is_table_head(block):
            self._text(block)

    def _is_section_label(self, section: Section) -> bool:
        """Tell whether "Name: text" opens a section here, or is just an entry that has a colon."""
        if section in SIDES:
            return self._entries is None and self._record.table is not None
        always = section in ENTRY_KINDS or section in (Section.SUMMARY, Section.PLENARY)
        return always or self._entries is None

    def _inline_section(
        self, label: tuple[Section, str, str], block: Block, level: int, following: Block | None
    ) -> None:
        """Open a section whose first words stand in the same line."""
        section, name, rest = label
        content = replace(block, kind=BlockKind.PARAGRAPH, text=rest, level=0)
        self._name_section(section, replace(block, text=f"{name}:"), level)
        if self._entries is not None and block.kind is BlockKind.HEADING:
            self._entries.topic(content)
        elif self._entries is not None:
            self._entries.paragraph(content, following)
        else:
            self._text(content)

    def _is_moderation(self, block: Block) -> bool:
        table = self._record.table
        if table is None or self._section is not None:
            return False
        if table.moderators or table.entries:
            moderators = moderators_of_line(block.text)
        else:
            moderators = moderators_below_heading(block.text)
        table.moderators.extend(moderators)
        if moderators or is_role(block.text):
            self._record.structure(block.place, block.text, "Moderation")
        return bool(moderators) or is_role(block.text)

    def _is_table_head(self, block: Block) -> bool:
        """Take a line right below a table's heading: its moderators or its title."""
        table = self._record.table
        if table is None or self._section is not None:
            return False
        if self._is_moderation(block):
            return True
        short = len(block.text.split()) <= MAX_TITLE_WORDS and not block.text.endswith(".")
        if table.title or table.entries or not short:
            return False
        label, _, rest = block.text.partition(":")
        table.title = rest.strip() if label.lower() in ("thema", "titel") else block.text
        self._record.structure(block.place, block.text)
        return True

    def _text(self, block: Block) -> None:
        """Take a paragraph or item that is no entry."""
        table = self._record.table
        if self._section is Section.SUMMARY and table is not None:
            table.summary.append(block.text)
        elif self._section in (Section.SUMMARY, Section.PLENARY):
            self._minutes.plenary.append(block.text)
        elif self._section is Section.PROGRAMME and self._stays(block):
            self._minutes.programme.append(block.text)
        elif (self._section is Section.ATTENDANCE and self._stays(block)) or (
            table is not None and self._section is Section.INTRODUCTION
        ):
            self._record.note(block.text)
        elif table is None and not self._minutes.tables:
            self._minutes.introduction.append(block.text)
        else:
            self._record.lose(block.place, block.text, _NO_SECTION)
        self._section_is_new = False

    def _stays(self, block: Block) -> bool:
        """Tell whether a section of lines that began in an ordinary paragraph goes on."""
        if self._section_level == PLAIN_LEVEL and not self._section_is_new:
            goes_on = block.kind is BlockKind.ITEM or block.level > 0
            self._section = self._section if goes_on else None
        return self._section is not None

    # List items

    def _item(self, block: Block, following: Block | None) -> None:
        if self._outline and block.level <= self._outline:
            self._leave_section()
        free = self._section in (None, Section.UMBRELLA) or self._section_is_item
        if free and self._is_heading_item(block, following):
            return
        block = replace(block, level=max(1, block.level - self._outline))
        if self._entries is not None:
            self._section_is_new = False
            self._entries.item(block, following)
        elif not (free and self._is_marked_entry(block)):
            self._text(block)

    def _is_heading_item(self, block: Block, following: Block | None) -> bool:
        """Take a list item that heads what stands below it: "1. Gute Erfahrungen"."""
        named = table_of_item(block, following)
        if named is not None:
            self._open_table(named, block, BOLD_LEVEL)
            self._outline = block.level
            return True
        section = section_of(block.text)
        other_list = following is not None and (
            following.kind is not BlockKind.ITEM
            or is_ordered(following.marker) != is_ordered(block.marker)
        )
        deeper = is_below(following, block)
        heads = deeper or block.bold or block.text.endswith(":") or other_list
        if section is None or section in SIDES or not heads:
            return False
        self._name_section(section, block, PLAIN_LEVEL)
        self._section_is_item = True
        self._outline = block.level if deeper else 0
        return True

    def _is_marked_entry(self, block: Block) -> bool:
        """Take an item that says itself what it is: "Positiv: ...", "(+) ..."."""
        table = self._record.table
        if table is None:
            return False
        sign = SIGNS.get(block.marker)
        label = labelled(block.text)
        kind = ENTRY_KINDS.get(label[0]) if label else None
        if sign is not None:
            kind, text = (Kind.GOOD if block.marker == "(+)" else Kind.BAD), block.text
        elif label and kind is not None:
            self._record.structure(block.place, f"{label[1]}:", "Kennzeichnung")
            text = label[2]
        else:
            return False
        Entries(kind, table.entries, self._record).item(replace(block, text=text))
        return True


def _stands_apart(block: Block) -> bool:
    """Tell whether a paragraph does not just continue a list item."""
    return block.level == 0 or block.text.endswith(":") or len(block.text.split()) > 1
