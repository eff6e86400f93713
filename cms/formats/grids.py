"""Tables as blocks: columns named like sections become sections, other rows become items."""

from dataclasses import dataclass, field, replace

from cms.domain.minutes import Place
from cms.formats.blocks import Block, BlockKind, Row, one_line
from cms.formats.event_facts import fact_label
from cms.formats.markers import is_typed_number
from cms.formats.moderators import moderators_of_line
from cms.formats.sections import ENTRY_KINDS, SIDES, Section, section_of
from cms.formats.table_headings import table_heading

IN_TABLE_LEVEL = 8  # a heading inside a table: below every other
_TOPIC_HEADS = frozenset(
    ["tisch", "thementisch", "thema", "themen", "nr", "nr.", "nummer", "projekt", "frage"]
)
_HEAD_WORDS = _TOPIC_HEADS | {
    "was", "wer", "wann", "bis wann", "bis", "aufgabe", "aufgaben", "maßnahme", "verantwortlich",
    "zuständig", "termin", "frist", "status", "bemerkung", "bemerkungen", "erfahrung", "art",
    "bewertung", "stichwort", "hinweis", "name", "erledigt",
}  # fmt: skip
_COLUMN_SECTIONS = frozenset([*ENTRY_KINDS, *SIDES, Section.SUMMARY])


@dataclass
class _Columns:
    """The named columns of a table, and what was found in them so far."""

    names: list[str]
    sections: list[Section | None]
    found: dict[int, list[Block]] = field(default_factory=dict)

    def flush(self, place: Place) -> list[Block]:
        """Return what was found, section for section."""
        blocks: list[Block] = []
        for position, content in sorted(self.found.items()):
            blocks.append(_heading(self.names[position], place))
            blocks.extend(content)
        self.found.clear()
        return blocks


def expand(table: Block) -> list[Block]:
    """Return a table as headings, paragraphs and items in the order that a reader means."""
    blocks: list[Block] = []
    columns: _Columns | None = None
    for position, row in enumerate(table.rows):
        cells = [_flat(cell) for cell in row.cells]
        texts = [_text(cell) for cell in cells]
        if not any(texts):
            continue
        place = next(cell[0].place for cell in cells if cell)
        named = _columns_of(texts)
        if named is not None or (columns is None and _is_whole(cells, texts)):
            blocks.extend(columns.flush(place) if columns else [])
            columns = named
            flow = _labels(texts, place) if named else _labels_and_flow(cells, texts)
            blocks.extend(flow)
        elif columns is not None:
            blocks.extend(_row_in_columns(columns, cells, texts, place))
        elif _is_head(row, position, table):
            blocks.extend(_labels(texts, place))
        else:
            blocks.extend(_labels_and_flow(cells, texts))
    return [*blocks, *(columns.flush(table.place) if columns else [])]


def _text(cell: list[Block]) -> str:
    """Return a cell in one line; numbers typed before its items are part of it."""
    numbered = (
        f"{block.marker} {block.text}" if is_typed_number(block.marker) else block.text
        for block in cell
    )
    return " ".join(numbered)


def _labels(texts: list[str], place: Place) -> list[Block]:
    return [Block(BlockKind.LABEL, text, place) for text in texts if text]


def _flat(cell: tuple[Block, ...]) -> list[Block]:
    """Return a cell's blocks with the tables inside it expanded."""
    flat: list[Block] = []
    for block in cell:
        flat.extend(expand(block) if block.kind is BlockKind.TABLE else [block])
    return [block for block in flat if block.text.strip()]


def _columns_of(texts: list[str]) -> _Columns | None:
    """Return the columns if a row names them: at least two, all known."""
    sections = [section_of(text) for text in texts]
    known = [section for section in sections if section in _COLUMN_SECTIONS]
    others = [t for t, s in zip(texts, sections, strict=True) if t and s not in _COLUMN_SECTIONS]
    topics = [text for text in others if text.lower().strip(" :") in _TOPIC_HEADS]
    if len(known) < 2 or len(topics) != len(others):
        return None
    return _Columns(texts, [s if s in _COLUMN_SECTIONS else None for s in sections])


def _is_whole(cells: list[list[Block]], texts: list[str]) -> bool:
    """Tell whether a row is one cell that only frames ordinary text."""
    return len([text for text in texts if text]) == 1 and len(cells[_only(texts)]) > 0


def _only(texts: list[str]) -> int:
    return next(position for position, text in enumerate(texts) if text)


def _row_in_columns(
    columns: _Columns, cells: list[list[Block]], texts: list[str], place: Place
) -> list[Block]:
    """Sort a row's cells under their columns; return what is complete."""
    sections = [*columns.sections, *[None] * len(cells)]
    filled = [position for position, text in enumerate(texts) if text]
    topics = [position for position in filled if sections[position] is None]
    alone = len(filled) == 1 and (sections[filled[0]] is None or len(cells) == 1)
    if alone and _names_something(texts[filled[0]]):
        return [*columns.flush(place), *_as_headings(cells[filled[0]])]
    if any(section in SIDES for section in columns.sections):
        return _arguments(columns, cells, texts, topics, place)
    done: list[Block] = []
    prefix = ""
    for position in topics:
        heading = texts[position]
        if position < len(columns.names) and "tisch" in columns.names[position].lower():
            heading = heading if "tisch" in heading.lower() else f"Tisch {heading}"
        if table_heading(heading, is_heading=True):
            done = [*columns.flush(place), _heading(heading, place)]
        else:
            prefix = f"{prefix}{texts[position]}: "
    for position in filled:
        if position not in topics:
            columns.found.setdefault(position, []).extend(_entries(cells[position], prefix))
    if prefix and all(position in topics for position in filled):
        done.extend(block for position in topics for block in cells[position])
    return done


def _arguments(
    columns: _Columns, cells: list[list[Block]], texts: list[str], topics: list[int], place: Place
) -> list[Block]:
    """Return a row of a table with pros and contras as a discussion with arguments."""
    topic = " ".join(texts[position] for position in topics)
    blocks = [Block(BlockKind.ITEM, topic, place, 1)] if topic else []
    for position, cell in enumerate(cells):
        if position in topics or not cell:
            continue
        blocks.append(Block(BlockKind.ITEM, f"{columns.names[position].rstrip(': ')}:", place, 2))
        blocks.extend(replace(block, level=block.level + 2) for block in _entries(cell, ""))
    return blocks


def _entries(cell: list[Block], prefix: str) -> list[Block]:
    """Return a cell's blocks as list items; a plain line is an item, too."""
    lines = [
        replace(block, text=line)
        for block in cell
        for line in (block.text.split("\n") if block.level == 0 else [block.text])
    ]
    items = [
        replace(block, kind=BlockKind.ITEM, level=1)
        if block.kind is BlockKind.HEADING
        or (block.kind is BlockKind.PARAGRAPH and block.level == 0)
        else block
        for block in lines
    ]
    return [
        replace(block, text=f"{prefix}{block.text}")
        if prefix and block.kind is BlockKind.ITEM and block.level == 1
        else block
        for block in items
    ]


def _is_head(row: Row, position: int, table: Block) -> bool:
    """Tell whether a row only names its columns ("Was | Wer | Bis wann")."""
    if position > 0 or len(table.rows) < 2:
        return False
    blocks = [block for cell in row.cells for block in cell]
    if all(block.text.lower().strip(" :.?") in _HEAD_WORDS for block in blocks):
        return True
    bold = all(block.bold or block.kind is BlockKind.HEADING for block in blocks)
    return row.header or bold


def _labels_and_flow(cells: list[list[Block]], texts: list[str]) -> list[Block]:
    """Return a row without named columns: a labelled one, one that frames text, or an item."""
    filled = [position for position, text in enumerate(texts) if text]
    first, rest = filled[0], filled[1:]
    if not rest:
        return _as_headings(cells[first])
    label = one_line(texts[first])
    place = cells[first][0].place
    others = [block for position in rest for block in cells[position]]
    if table_heading(label, is_heading=False) or section_of(label):
        many = len(rest) == 1 and section_of(label)
        content = _entries(others, "") if many or len(rest) == 1 else [_joined(cells, rest)]
        return [_heading(label, place), *content]
    last = rest[-1]
    if section_of(texts[last]) in ENTRY_KINDS:
        return [_heading(texts[last], place), _joined(cells, filled[:-1])]
    line = f"{label.rstrip(': ')}: {' '.join(texts[position] for position in rest)}"
    if fact_label(line) or moderators_of_line(line):
        return [Block(BlockKind.PARAGRAPH, line, place)]
    return [_joined(cells, filled)]


def _joined(cells: list[list[Block]], positions: list[int]) -> Block:
    texts = [_text(cells[position]) for position in positions]
    return Block(BlockKind.ITEM, " – ".join(texts), cells[positions[0]][0].place, 1)


def _names_something(text: str) -> bool:
    return section_of(text) is not None or table_heading(text, is_heading=True) is not None


def _as_headings(cell: list[Block]) -> list[Block]:
    """Return the blocks of a cell that frames text; what names a table or section heads it."""
    return [
        _heading(block.text, block.place)
        if block.kind is BlockKind.PARAGRAPH
        and (section_of(block.text) or table_heading(block.text, is_heading=False))
        else block
        for block in cell
    ]


def _heading(text: str, place: Place) -> Block:
    return Block(BlockKind.HEADING, one_line(text), place, IN_TABLE_LEVEL)
