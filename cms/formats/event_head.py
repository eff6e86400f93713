"""The head of minutes: title, date, place and number of the event, before the first section."""

from cms.formats.blocks import Block, BlockKind
from cms.formats.event_facts import fact_label, find_date, find_number, find_place, is_fact_line
from cms.formats.preparation import named_table, table_of_item
from cms.formats.record import Record
from cms.formats.sections import section_of

MAX_TITLE = 150  # characters of a first line that is no heading
_GENERIC = frozenset(
    ["protokoll", "dokumentation", "niederschrift", "ergebnisprotokoll", "mitschrift", "bericht"]
)


def read_head(blocks: list[Block], listings: set[int], record: Record) -> int:
    """Read title, date, place and number; return the position of the first block behind the head.

    Facts are looked for in the title, in short lines, then in the introduction, last in what
    stands beside the text (headers).
    """
    end = _head_end(blocks, listings)
    head = blocks[:end]
    minutes = record.minutes
    titles = _title_positions(head)
    minutes.title = " – ".join(head[position].text for position in titles)
    consumed = 0
    for position, block in enumerate(head):
        if position in titles:
            record.structure(block.place, block.text, "Titel")
        elif not _take_fact(block, record):
            if minutes.title or position > max(titles, default=0):
                break
            minutes.introduction.append(block.text)
        consumed = position + 1
    _find_missing(head, record)
    return consumed


def _head_end(blocks: list[Block], listings: set[int]) -> int:
    for position, block in enumerate(blocks):
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        named = named_table(block) or table_of_item(block, following)
        if position not in listings and (named or section_of(block.text)):
            return position
    return len(blocks)


def _title_positions(head: list[Block]) -> list[int]:
    """Return where the title stands: the first heading, or else the first short line."""
    headings = [
        position
        for position, block in enumerate(head)
        if block.kind is BlockKind.HEADING and not is_fact_line(block.text)
    ]
    if headings:
        first = headings[0]
        generic = head[first].text.strip(" :").lower() in _GENERIC
        if generic and len(headings) > 1 and headings[1] == first + 1:
            return headings[:2]
        return headings[:1]
    for position, block in enumerate(head[:3]):
        label = fact_label(block.text)
        if label and label[0] == "title":
            return []
        if is_fact_line(block.text) or label:
            continue
        short = len(block.text) <= MAX_TITLE and not block.text.endswith((".", ":", ","))
        return [position] if short and block.kind is not BlockKind.FOOTNOTE else []
    return []


def _take_fact(block: Block, record: Record) -> bool:
    """Take a line that holds a fact and nothing else."""
    minutes = record.minutes
    label = fact_label(block.text)
    if label is None and not is_fact_line(block.text):
        return False
    kind, rest = label or ("both", block.text)
    if kind == "title":
        minutes.title = minutes.title or rest
    if kind in ("date", "both"):
        minutes.date = minutes.date or find_date(rest)
        minutes.place = minutes.place or find_place(rest)
    if kind == "place":
        minutes.place = minutes.place or rest.strip()
    record.structure(block.place, block.text, "Angabe zur Veranstaltung")
    return True


def _find_missing(head: list[Block], record: Record) -> None:
    """Look for what no line of its own said: in the title, the first paragraphs, the headers."""
    minutes = record.minutes
    texts = [minutes.title]
    texts += [block.text for block in head]
    texts += [note.text for note in minutes.structure]
    for text in texts:
        minutes.date = minutes.date or find_date(text)
        minutes.place = minutes.place or find_place(text)
        if minutes.number is None:
            minutes.number = find_number(text)
