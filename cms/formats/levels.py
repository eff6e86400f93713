"""What the levels of headings say about who speaks: a table, or the whole event."""

from cms.formats.blocks import BOLD_LEVEL, Block, BlockKind
from cms.formats.preparation import named_table
from cms.formats.sections import EXPERIENCES, section_of


class Levels:
    """The heading levels of one document, as far as they can be trusted.

    People mix levels; so a heading above the tables' level speaks for the event only if no
    experiences stand above their tables, one beside the tables only if all tables share a level
    and all experiences stand below it.
    """

    def __init__(self, blocks: list[Block]) -> None:
        headings = [block for block in blocks if block.kind is BlockKind.HEADING]
        levels = {block.level for block in headings if named_table(block) is not None}
        depths = _depths_of_experiences(blocks)
        self._above = min(depths, default=0) >= 0
        self._beside = min(depths, default=0) > 0 and len(levels) == 1

    def is_of_event(self, level: int, table_level: int) -> bool:
        """Tell whether a heading of ``level`` behind a table's heading speaks for the event."""
        if level > BOLD_LEVEL:
            return False
        return self._above if level < table_level else self._beside and level == table_level


def _depths_of_experiences(blocks: list[Block]) -> set[int]:
    """Return how many levels the headings of experiences stand below their table's.

    One above its tables ("Gute Erfahrungen / Tisch 1") doesn't count.
    """
    depths = set()
    table_level = 0
    for block, following in zip(blocks, [*blocks[1:], None], strict=False):
        if block.kind is not BlockKind.HEADING:
            continue
        if named_table(block):
            table_level = block.level
            continue
        above_tables = following is not None and named_table(following) is not None
        if table_level and not above_tables and section_of(block.text) in EXPERIENCES:
            depths.add(block.level - table_level)
    return depths
