"""Blocks made ready to be understood: tables unfolded, lines apart, signs and numbers seen."""

import re
from dataclasses import replace
from itertools import pairwise

from cms.formats.blocks import Block, BlockKind
from cms.formats.grids import expand
from cms.formats.lines import split_lines
from cms.formats.markers import is_typed_number
from cms.formats.record import LIST_NUMBER, Record
from cms.formats.sections import ENTRY_KINDS, section_of
from cms.formats.table_headings import TableHeading, table_heading

_SIGN = re.compile(r"[(\[](?P<sign>[+–−-])[)\]]\s*(?P<rest>\S.*)", re.DOTALL)
_BOX = re.compile(r"(?:\[[ xX]\]|[☐☑☒])\s+(?=\S)")
_MINUS = frozenset("-–−")


def prepare(blocks: list[Block]) -> list[Block]:
    """Return ``blocks`` without tables, a line each, "+" and "-" that mean something marked."""
    flat: list[Block] = []
    for block in blocks:
        parts = expand(block) if block.kind is BlockKind.TABLE else [block]
        flat.extend(line for part in parts for line in split_lines(part) if line.text)
    return _with_signs(_without_lone_numbers(flat))


def take_markers(blocks: list[Block], record: Record) -> list[Block]:
    """List the numbers and boxes to tick of list items as structure; return items without boxes."""
    result = []
    for block in blocks:
        if is_typed_number(block.marker):
            record.structure(block.place, block.marker, LIST_NUMBER)
        box = _BOX.match(block.text) if block.kind is BlockKind.ITEM else None
        if box is not None:
            record.structure(block.place, box.group(), "Kästchen")
            block = replace(block, text=block.text[box.end() :])
        result.append(block)
    return result


def named_table(block: Block) -> TableHeading | None:
    """Return what a block says if it is a table's heading."""
    is_heading = block.kind is BlockKind.HEADING
    if is_heading or block.kind is BlockKind.PARAGRAPH:
        return table_heading(block.text, is_heading=is_heading)
    return None


def table_of_item(block: Block, following: Block | None) -> TableHeading | None:
    """Return what a list item says if it is a table's heading: bold, or with items below it."""
    if block.kind is not BlockKind.ITEM or not (block.bold or is_below(following, block)):
        return None
    return table_heading(block.text, is_heading=True)


def is_below(block: Block | None, item: Block) -> bool:
    """Tell whether ``block`` is an item that stands below ``item``."""
    return block is not None and block.kind is BlockKind.ITEM and block.level > item.level


def mere_listings(blocks: list[Block]) -> set[int]:
    """Return the positions of table names that only announce a table which comes later.

    A programme lists the tables; such a name has no entries below it, and stands again later.
    """
    named = ((position, named_table(block)) for position, block in enumerate(blocks))
    found = [(position, name) for position, name in named if name is not None]
    last = {_key(name): position for position, name in found}
    return {
        position
        for (position, name), (after, _) in pairwise(found)
        if last[_key(name)] > position
        and not any(_holds_entries(block) for block in blocks[position + 1 : after])
    }


def _key(name: TableHeading) -> int | str:
    """The same for names of the same table."""
    return name.title if name.number is None else name.number


def _holds_entries(block: Block) -> bool:
    return block.kind is BlockKind.ITEM or section_of(block.text) in ENTRY_KINDS


def _without_lone_numbers(blocks: list[Block]) -> list[Block]:
    """Give "3. Erfahrungsaustausch" its number back: before the first section it is no list."""
    result: list[Block] = []
    for position, block in enumerate(blocks):
        if section_of(block.text) or named_table(block):
            return [*result, *blocks[position:]]
        around = blocks[max(0, position - 1) : position] + blocks[position + 1 : position + 2]
        alone = not any(other.kind is BlockKind.ITEM for other in around)
        if block.kind is BlockKind.ITEM and block.marker[:1].isdigit() and alone:
            text = f"{block.marker} {block.text}"
            block = replace(block, kind=BlockKind.PARAGRAPH, level=0, marker="", text=text)
        result.append(block)
    return result


def _with_signs(blocks: list[Block]) -> list[Block]:
    """Mark items as "(+)" or "(-)" where a list uses both signs, or an item says so itself."""
    result = list(blocks)
    for position, block in enumerate(blocks):
        match = _SIGN.fullmatch(block.text) if block.kind is BlockKind.ITEM else None
        if match:
            sign = "(+)" if match["sign"] == "+" else "(-)"
            result[position] = replace(block, text=match["rest"], marker=sign)
    seen: set[int] = set()
    for position, block in enumerate(result):
        if block.kind is not BlockKind.ITEM or block.marker != "+" or position in seen:
            continue
        siblings = _siblings(result, position)
        seen.update(siblings)
        if _uses_both_signs({result[sibling].marker for sibling in siblings}):
            for sibling in siblings:
                sign = "(+)" if result[sibling].marker == "+" else "(-)"
                result[sibling] = replace(result[sibling], marker=sign)
    return result


def _uses_both_signs(markers: set[str]) -> bool:
    return markers <= _MINUS | {"+"} and "+" in markers and len(markers) > 1


def _siblings(blocks: list[Block], position: int) -> list[int]:
    """Return the items of the list around ``position`` that stand as deep as it."""
    depth = blocks[position].level
    first, last = position, position
    while first > 0 and _in_list(blocks[first - 1], depth):
        first -= 1
    while last + 1 < len(blocks) and _in_list(blocks[last + 1], depth):
        last += 1
    return [at for at in range(first, last + 1) if blocks[at].level == depth]


def _in_list(block: Block, depth: int) -> bool:
    return block.kind is BlockKind.ITEM and block.level >= depth
