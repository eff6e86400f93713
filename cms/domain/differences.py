"""The readable difference of two versions of an entry: words, paragraphs, sets, circles.

Never a comparison of HTML: rich text comes as blocks (see text_blocks). Everything here is
plain data, for a screen as for JSON, and :func:`apply` turns the old version into the new one.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum

from cms.domain.circles import Circle
from cms.domain.text_blocks import Block

#: Two blocks that share fewer of their words are two blocks, not one that was changed.
SIMILAR = 0.5
#: More (in both versions together) would take seconds to compare: only equal ends are found then.
MOST_TOKENS, MOST_BLOCKS = 20_000, 1_000
#: So much of a block tells which one it was.
_TELLING = 1_000
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What happened to a word or a block."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REFORMATTED = "reformatted"  # the same words; bold, links or the kind of block differ


@dataclass(frozen=True)
class Run:
    """Words in a row with the same fate: same, added or removed."""

    change: Change
    text: str


@dataclass(frozen=True)
class BlockChange:
    """What became of one block; ``moved`` comes on top, a moved block may be changed as well."""

    change: Change
    old: Block | None
    new: Block | None
    runs: tuple[Run, ...]
    moved: bool = False
    old_index: int | None = None


@dataclass(frozen=True)
class LineChange:
    """A single line (a title), word by word."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ValueChange:
    """A choice: kind, project, date."""

    old: str
    new: str


@dataclass(frozen=True)
class SetChange:
    """A set of names: topics, institutions."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class CircleChange:
    """Who may see it."""

    old: Circle
    new: Circle

    @property
    def is_wider(self) -> bool:
        """True if somebody may see the entry who could not before."""
        return self.new.wider_than(self.old)


@dataclass(frozen=True)
class Version:
    """One version of an entry as data: each part under the name of its field."""

    circle: Circle
    lines: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    blocks: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """What differs between two versions, by field; what is equal is not in it.

    The blocks of a changed field are all there, the equal ones too: they are the context.
    """

    circle: CircleChange | None = None
    lines: Mapping[str, LineChange] = field(default_factory=dict)
    values: Mapping[str, ValueChange] = field(default_factory=dict)
    sets: Mapping[str, SetChange] = field(default_factory=dict)
    blocks: Mapping[str, tuple[BlockChange, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.circle or self.lines or self.values or self.sets or self.blocks)


def difference(old: Version, new: Version) -> Difference:
    """What one has to know to get from ``old`` to ``new``. Falsy if they are equal."""
    return Difference(
        circle=None if old.circle == new.circle else CircleChange(old.circle, new.circle),
        lines={
            name: LineChange(word_runs(old.lines.get(name, ""), line))
            for name, line in new.lines.items()
            if old.lines.get(name, "") != line
        },
        values={
            name: ValueChange(old.values.get(name, ""), value)
            for name, value in new.values.items()
            if old.values.get(name, "") != value
        },
        sets={
            name: SetChange(tuple(sorted(names - before)), tuple(sorted(before - names)))
            for name, names in new.sets.items()
            if (before := old.sets.get(name, frozenset())) != names
        },
        blocks={
            name: block_changes(old.blocks.get(name, ()), blocks)
            for name, blocks in new.blocks.items()
            if old.blocks.get(name, ()) != blocks
        },
    )


def apply(change: Difference, old: Version) -> Version:
    """The version that ``change`` leads to. Raises ValueError if it was made for another one."""
    if change.circle and change.circle.old != old.circle:
        raise ValueError("This difference belongs to another version.")
    return replace(
        old,
        circle=change.circle.new if change.circle else old.circle,
        lines={
            **old.lines,
            **{
                name: apply_runs(line.runs, old.lines.get(name, ""))
                for name, line in change.lines.items()
            },
        },
        values={**old.values, **{name: value.new for name, value in change.values.items()}},
        sets={
            **old.sets,
            **{
                name: (old.sets.get(name, frozenset()) - set(names.removed)) | set(names.added)
                for name, names in change.sets.items()
            },
        },
        blocks={
            **old.blocks,
            **{
                name: apply_blocks(blocks, old.blocks.get(name, ()))
                for name, blocks in change.blocks.items()
            },
        },
    )


# --- words -------------------------------------------------------------------------------


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """The words of both texts in reading order, each marked as same, removed or added."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if len(before) + len(after) > MOST_TOKENS:
        return _whole_runs(before, after)
    runs: list[Run] = []
    removed = added = ""

    def flush() -> None:
        nonlocal removed, added
        runs.extend(
            Run(change, text)
            for change, text in ((Change.REMOVED, removed), (Change.ADDED, added))
            if text
        )
        removed = added = ""

    # Blanks are no anchors: they would tie words together that have nothing in common.
    matcher = SequenceMatcher(str.isspace, before, after)
    for code, i1, i2, j1, j2 in matcher.get_opcodes():
        kept = "".join(before[i1:i2])
        if code != "equal":
            removed += kept
            added += "".join(after[j1:j2])
        elif kept.isspace() and removed and added:
            # A blank between two replaced words: one passage, easier to read than two.
            removed += kept
            added += kept
        else:
            flush()
            runs.append(Run(Change.SAME, kept))
    flush()
    return tuple(runs)


def _whole_runs(before: Sequence[str], after: Sequence[str]) -> tuple[Run, ...]:
    """The same, but all between the equal ends is one passage."""
    first, last = _equal_ends(before, after)
    runs = (
        Run(Change.SAME, "".join(before[:first])),
        Run(Change.REMOVED, "".join(before[first : len(before) - last])),
        Run(Change.ADDED, "".join(after[first : len(after) - last])),
        Run(Change.SAME, "".join(after[len(after) - last :])),
    )
    return tuple(run for run in runs if run.text)


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many items are equal at the beginning, and how many of the others at the end."""
    most = min(len(old), len(new))
    first = next((at for at in range(most) if old[at] != new[at]), most)
    rest = most - first
    return first, next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)


def apply_runs(runs: Sequence[Run], old: str) -> str:
    """The new text. Raises ValueError if ``runs`` belong to another old text."""
    if "".join(run.text for run in runs if run.change is not Change.ADDED) != old:
        raise ValueError("These changes belong to another text.")
    return "".join(run.text for run in runs if run.change is not Change.REMOVED)


# --- blocks ------------------------------------------------------------------------------


def block_changes(old: Sequence[Block], new: Sequence[Block]) -> tuple[BlockChange, ...]:
    """What became of each block: in the new order, removed ones where they stood before."""
    if len(old) + len(new) > MOST_BLOCKS:
        return _whole_changes(old, new)
    old_of = _partners(old, new)
    kept_in_place = _longest_rising([(old_of[j], j) for j in sorted(old_of)])
    changes = [
        _block_change(old[old_of[j]], block, old_of[j], moved=j not in kept_in_place)
        if j in old_of
        else _added(block)
        for j, block in enumerate(new)
    ]
    gone = sorted(set(range(len(old))) - set(old_of.values()), reverse=True)
    for index in gone:
        changes.insert(_place_of(index, changes), _removed(old[index], index))
    return tuple(changes)


def _whole_changes(old: Sequence[Block], new: Sequence[Block]) -> tuple[BlockChange, ...]:
    """The same, but all between the equal ends was removed or added."""
    first, last = _equal_ends([block.text for block in old], [block.text for block in new])
    same = [*range(first)], [*range(len(new) - last, len(new))]
    shift = (0, len(old) - len(new))
    start, end = (
        [_block_change(old[j + by], new[j], j + by, moved=False) for j in places]
        for places, by in zip(same, shift, strict=True)
    )
    removed = [_removed(old[i], i) for i in range(first, len(old) - last)]
    return (*start, *removed, *map(_added, new[first : len(new) - last]), *end)


def _added(block: Block) -> BlockChange:
    return BlockChange(Change.ADDED, None, block, (Run(Change.ADDED, block.text),))


def _removed(block: Block, index: int) -> BlockChange:
    runs = (Run(Change.REMOVED, block.text),)
    return BlockChange(Change.REMOVED, block, None, runs, old_index=index)


def apply_blocks(changes: Sequence[BlockChange], old: Sequence[Block]) -> tuple[Block, ...]:
    """The new blocks. Raises ValueError if the changes belong to other blocks."""
    blocks = []
    for change in changes:
        before = ""
        if change.old_index is not None:
            if change.old_index >= len(old) or old[change.old_index] != change.old:
                raise ValueError("These changes belong to other blocks.")
            before = old[change.old_index].text
        text = apply_runs(change.runs, before)
        if change.new is not None:
            blocks.append(replace(change.new, text=text))
    return tuple(blocks)


def _block_change(old: Block, new: Block, old_index: int, *, moved: bool) -> BlockChange:
    if old.text != new.text:
        change, runs = Change.CHANGED, word_runs(old.text, new.text)
    else:
        change = Change.SAME if old == new else Change.REFORMATTED
        runs = (Run(Change.SAME, new.text),)
    return BlockChange(change, old, new, runs, moved, old_index)


def _place_of(index: int, changes: Sequence[BlockChange]) -> int:
    """Where a removed block is shown: behind the nearest earlier block that stayed in place."""
    earlier = [
        (change.old_index, place)
        for place, change in enumerate(changes)
        if change.old_index is not None and change.old_index < index and not change.moved
    ]
    return max(earlier)[1] + 1 if earlier else 0


def _partners(old: Sequence[Block], new: Sequence[Block]) -> dict[int, int]:
    """New index -> old index of the block that it was: equal ones first, then similar ones."""
    old_texts, new_texts = [block.text for block in old], [block.text for block in new]
    partners: dict[int, int] = {}
    for i, j, size in SequenceMatcher(None, old_texts, new_texts, False).get_matching_blocks():
        partners.update((j + step, i + step) for step in range(size))
    free_old = set(range(len(old))) - set(partners.values())
    free_new = [j for j in range(len(new)) if j not in partners]
    for i, j in _similar_pairs([(i, old_texts[i]) for i in sorted(free_old)], new_texts, free_new):
        if j not in partners and i in free_old:
            partners[j] = i
            free_old.remove(i)
    return partners


def _similar_pairs(
    old: Sequence[tuple[int, str]], new_texts: Sequence[str], free_new: Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs of old and new index that share enough words, the most similar and nearest first."""
    old_words = [(i, _words(text)) for i, text in old]
    found = []
    for j in free_new:
        words = _words(new_texts[j])
        for i, before in old_words:
            likeness = _likeness(before, words)
            if likeness >= SIMILAR:
                found.append((-likeness, abs(i - j), i, j))
    return [(i, j) for _likeness_, _distance, i, j in sorted(found)]


def _words(text: str) -> Counter[str]:
    beginning = text[:_TELLING]
    return Counter(re.findall(r"\w+", beginning.casefold()) or [beginning])


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """0 for no word in common, 1 for the same words."""
    return 2 * (one & other).total() / (one.total() + other.total())


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The new indices of the longest row whose old indices rise: those blocks did not move."""
    best: list[tuple[int, int]] = []  # length of the longest row ending here, its predecessor
    for at, (i, _j) in enumerate(pairs):
        length, before = max(
            ((best[k][0], k) for k in range(at) if pairs[k][0] < i), default=(0, -1)
        )
        best.append((length + 1, before))
    kept: set[int] = set()
    at = max(range(len(best)), key=lambda k: best[k][0], default=-1)
    while at >= 0:
        kept.add(pairs[at][1])
        at = best[at][1]
    return kept
