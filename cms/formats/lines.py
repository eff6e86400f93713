"""Paragraphs that hold several lines: which lines stand for themselves, which belong together."""

from dataclasses import replace

from cms.domain.minutes import Place
from cms.formats.blocks import Block, BlockKind, one_line
from cms.formats.event_facts import fact_label, is_fact_line
from cms.formats.markers import DASHES, typed_item
from cms.formats.moderators import moderators_of_line
from cms.formats.sections import SIDES, labelled, section_of
from cms.formats.table_headings import table_heading

WRAPPED = 60  # characters; a paragraph with a longer line was wrapped by an editor


def split_lines(block: Block) -> list[Block]:
    """Return ``block`` as one-line blocks: a line that says what it is stands for itself.

    "Tisch 1: ... / Moderation: ..." are two, a wrapped sentence is one.
    """
    lines = [(number, line) for number, line in enumerate(block.text.split("\n")) if line.strip()]
    if len(lines) < 2 or block.kind is BlockKind.TABLE:
        return [replace(block, text=one_line(block.text))]
    broken = all(len(line) < WRAPPED for _, line in lines)
    blocks: list[Block] = []
    opens = True  # what stands before the line is complete
    known = False  # the line before stands for itself
    for number, line in lines:
        first = not blocks
        kind = _kind_of_line(line, block, opens=opens or broken)
        place = block.place
        if place.unit == "line":
            place = Place(place.number + number)
        if first and (kind is None or block.kind is not BlockKind.PARAGRAPH):
            blocks.append(replace(block, text=line, place=place))
        elif kind is not None:
            blocks.append(_own_block(block, kind, line, place))
        elif known and block.kind is not BlockKind.HEADING:
            blocks.append(Block(BlockKind.PARAGRAPH, line, place))
        else:
            blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text}\n{line}")
        known = kind is not None and not (first and block.kind is BlockKind.ITEM)
        opens = known or line.rstrip().endswith((".", ":", "!", "?"))
    return [replace(part, text=one_line(part.text)) for part in blocks]


def _kind_of_line(line: str, block: Block, *, opens: bool) -> BlockKind | None:
    """Tell what a line is if it stands for itself, else None."""
    item = typed_item(line)
    if item and item[1] not in DASHES and not item[1][0].isalnum() and item[1] not in "*+":
        return BlockKind.ITEM
    label = labelled(line)
    if label and opens:
        side = label[0] in SIDES and block.level > 0 and block.kind is not BlockKind.HEADING
        return BlockKind.ITEM if side else BlockKind.PARAGRAPH
    if section_of(line) and (opens or line.rstrip().endswith(":") or _is_phrase(line)):
        return BlockKind.PARAGRAPH
    facts = opens and (fact_label(line) is not None or is_fact_line(line))
    if facts or table_heading(line, is_heading=False) or (opens and moderators_of_line(line)):
        return BlockKind.PARAGRAPH
    return None


def _is_phrase(line: str) -> bool:
    return len(line.split()) > 1 and line.lstrip()[:1].isupper()


def _own_block(block: Block, kind: BlockKind, line: str, place: Place) -> Block:
    if kind is BlockKind.ITEM:
        item = typed_item(line)
        marker, text = (item[1], item[2]) if item else ("", line)
        depth = block.level + 1 if block.kind is not BlockKind.HEADING else 1
        return Block(kind, text, place, depth, marker)
    if block.kind is BlockKind.HEADING:
        is_name = section_of(line) or table_heading(line, is_heading=True)
        kind, level = (BlockKind.HEADING, block.level) if is_name else (kind, 0)
        return Block(kind, line, place, level)
    return Block(kind, line, place)
