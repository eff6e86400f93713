"""How deep a list item of a Word file stands: real levels, indents and tabs mixed."""

from dataclasses import dataclass

from cms.formats.markers import NESTED, TAB


@dataclass(frozen=True)
class Item:
    """A list item as it is laid out: ``level`` and ``number_id`` only for a real one."""

    column: int  # of its bullet
    text_column: int
    level: int | None = None
    number_id: str | None = None

    @property
    def is_real(self) -> bool:
        return self.level is not None


class ListDepths:
    """Gives each item its depth by what stands above it.

    Among real items Word's level decides, and at the same level a bullet that stands where the
    text above starts. An item typed by hand is nested by its column only.
    """

    def __init__(self) -> None:
        self._open: list[Item] = []
        self._broken = False  # a paragraph stood in between

    def reset(self) -> None:
        """Start anew: a heading or a table came."""
        self._open.clear()
        self._broken = False

    def depth(self, item: Item) -> int:
        """Return the depth, from 1, and remember the item."""
        same_list = any(item.is_real and other.number_id == item.number_id for other in self._open)
        if self._broken and not (same_list and item.level):
            self._open.clear()
        self._broken = False
        while self._open and not (
            _is_nested(item, self._open[-1]) and self._is_tabbed_enough(item)
        ):
            self._open.pop()
        self._open.append(item)
        return len(self._open)

    def _is_tabbed_enough(self, item: Item) -> bool:
        """Tell whether a typed item below a real one is indented by a tab for each level."""
        return item.is_real or not self._open[-1].is_real or item.column >= TAB * len(self._open)

    def continued(self, left: int) -> int:
        """Return the depth of the item that a paragraph indented by ``left`` continues; 0: none."""
        if self._open and left >= max(NESTED, self._open[-1].text_column) and left > 0:
            return len(self._open)
        self._broken = True
        return 0


def _is_nested(item: Item, above: Item) -> bool:
    if item.level is not None and above.level is not None:
        if item.level != above.level:
            return item.level > above.level
        return item.column >= above.text_column and item.column >= above.column + NESTED
    if item.level is not None:
        # Word's own bullets are indented a little: that alone is no level below a typed dash.
        return item.level > 0 or item.column >= above.column + TAB
    return item.column >= max(above.text_column, above.column + NESTED)
