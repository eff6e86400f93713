"""The content of one section: list items and paragraphs to entries, arguments, outcomes."""

import re
from dataclasses import dataclass, replace

from cms.domain.kinds import Kind, OutcomeKind, Side
from cms.domain.minutes import ArgumentEntry, Entry, Place
from cms.domain.sentences import split_sentences
from cms.formats.arguments import Marked, arguments_in
from cms.formats.blocks import Block, BlockKind
from cms.formats.record import Record
from cms.formats.sections import ENTRY_KINDS, labelled
from cms.formats.statements import Statement, is_decision, promises, statement_of

SUB_POINT = "\n– "  # joins what stands below a point or an argument to it
SIGNS = {"(+)": Side.PRO, "(-)": Side.CONTRA}
MARKER = "Kennzeichnung"
_LEAD_IN = re.compile(
    r"\b(?:folgend\w*|genannt|benannt|aufgeführt|gesammelt|zusammengetragen|berichtet|hervorgehoben|"
    r"erwähnt|festgehalten|notiert|diskutiert|besprochen|erfahrungen|punkte)\b",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?:→|->|=>|⇒|➔)\s*")
_NOTHING = frozenset(
    ["", "keine", "keines", "nichts", "entfällt", "keine angaben", "keine nennungen", "k. a", "k.a"]
)
SHORT = 20  # words; a longer last paragraph without a full stop is no list item


@dataclass
class _OpenSide:
    """A side whose arguments come below, or beside, its marker."""

    side: Side
    depth: int
    child_depth: int | None = None


class Entries:
    """Reads what stands in one section into ``target``."""

    def __init__(
        self, kind: Kind | OutcomeKind, target: list[Entry], record: Record, subject: str = ""
    ) -> None:
        """``subject`` is what a discussion is about whose arguments come without a topic."""
        self.kind = kind
        self._target = target
        self._record = record
        self._subject = subject
        self._entry: Entry | None = None
        self._base = 1  # the depth of the open entry; what is deeper belongs to it
        self._side: _OpenSide | None = None
        self._point_depth = 0  # 0: no sub-point is open
        self._last: Entry | ArgumentEntry | None = None
        self._items_seen = False
        self._topic_is_open = False  # the open entry is a heading: paragraphs belong to it

    def item(self, block: Block, following: Block | None = None) -> None:
        """Read a list item."""
        self._items_seen = True
        head, marked = self._arguments(block)
        if marked and not head and self._has_topic(block.place):
            self._mark(block, marked)
        elif self._belongs_to_side(block):
            self._argument_below(block)
        elif self._entry is not None and block.level > self._base:
            self._below(block, head, marked)
        else:
            self.open(block, max(block.level, 1), following)

    def paragraph(self, block: Block, following: Block | None = None) -> None:
        """Read a paragraph that stands in the section."""
        before_item = following is not None and following.kind is BlockKind.ITEM
        arrow = _ARROW.match(block.text) is not None
        if self._last is not None and (block.level > 0 or arrow):
            self._extend(block.text, "\n")
            return
        head, marked = self._arguments(block)
        if marked and not head and self._has_topic(block.place):
            self._mark(block, marked)
            return
        if self._topic_is_open and not _says_outcomes(block.text):
            self._below(replace(block, level=self._base + 1), head, marked)
            return
        leads = block.text.endswith(":") and before_item
        if leads and _LEAD_IN.search(block.text) and not is_decision(block.text):
            self._record.structure(block.place, block.text, "Einleitung einer Liste")
            self._close()
        elif self._is_closing(block, before_item):
            self._closing(block)
        else:
            below = following is not None and not leads and self._is_argument(following)
            self.open(block, 0 if leads or below else 1, following)

    def topic(self, block: Block) -> None:
        """Open an entry from a heading; what stands below belongs to it."""
        self.open(block, 0, None)
        self._topic_is_open = True

    def side(self, block: Block, side: Side) -> bool:
        """Take a heading that names a side; False if there is no discussion it belongs to."""
        if self.kind is not Kind.DISCUSSION or not self._has_topic(block.place):
            return False
        self._mark(block, [Marked(side, block.text, "")])
        return True

    def open(self, block: Block, base: int, following: Block | None) -> None:
        """Begin a new entry."""
        if block.text.lower().strip(" .–-()/") in _NOTHING:
            self._record.structure(block.place, block.text, "Hier wurde nichts genannt")
            self._close()
            return
        text, kind = self._outcome(block, following)
        head, marked = self._arguments(block) if kind is Kind.DISCUSSION else (text, [])
        if marked and not head:
            self._record.lose(block.place, text, "Argument ohne Diskussionspunkt davor")
            self._close()
            return
        self._begin(Entry(kind, head, block.place), base)
        for argument in marked:
            self._add_argument(argument, block.place)

    def _has_topic(self, place: Place) -> bool:
        """Tell whether an argument has an entry to belong to; the table may be the topic."""
        if self._entry is None and self.kind is Kind.DISCUSSION and self._subject:
            self._begin(Entry(self.kind, self._subject, place), 0)
        return self._entry is not None

    def _begin(self, entry: Entry, base: int) -> None:
        self._entry = self._last = entry
        self._target.append(entry)
        self._base, self._side, self._point_depth = base, None, 0
        self._topic_is_open = False

    def _close(self) -> None:
        self._entry = self._last = self._side = None

    def _outcome(self, block: Block, following: Block | None) -> tuple[str, Kind | OutcomeKind]:
        """Return text and kind of an entry: some say what they are, or agree on something."""
        label = labelled(block.text)
        kind = ENTRY_KINDS.get(label[0]) if label else None
        if label and isinstance(kind, OutcomeKind):
            self._record.structure(block.place, f"{label[1]}:", MARKER)
            return label[2], kind
        discussed = following is not None and self._is_argument(following)
        if self.kind is Kind.DISCUSSION and not discussed and is_decision(block.text):
            return block.text, OutcomeKind.DECISION
        return block.text, self.kind

    def _arguments(self, block: Block) -> tuple[str, list[Marked]]:
        if isinstance(self.kind, OutcomeKind):
            return block.text, []
        sign = SIGNS.get(block.marker)
        if sign is not None and self.kind is Kind.DISCUSSION and self._entry is not None:
            return "", [Marked(sign, "", block.text)]
        head, marked = arguments_in(block.text)
        inside = bool(head) and self.kind is not Kind.DISCUSSION
        return (block.text, []) if inside else (head, marked)

    def _is_argument(self, block: Block) -> bool:
        head, marked = arguments_in(block.text)
        return bool(marked) and not head and block.kind is not BlockKind.TABLE

    def _mark(self, block: Block, marked: list[Marked]) -> None:
        for argument in marked:
            depth = block.level if block.kind is BlockKind.ITEM else 0
            self._side = _OpenSide(argument.side, depth)
            self._add_argument(argument, block.place)
            if argument.text and block.kind is BlockKind.ITEM:
                self._side.child_depth = depth + 1

    def _add_argument(self, argument: Marked, place: Place) -> None:
        self._record.structure(place, argument.label, MARKER)
        if argument.text and self._entry is not None:
            self._last = ArgumentEntry(argument.side, argument.text, place)
            self._entry.arguments.append(self._last)

    def _belongs_to_side(self, block: Block) -> bool:
        side = self._side
        if side is None or self._entry is None:
            return False
        if side.child_depth is None:
            beside = block.level == side.depth and not block.text.endswith("?")
            return block.level > side.depth or beside
        return block.level >= side.child_depth and not (
            block.level <= self._base and block.text.endswith("?")
        )

    def _argument_below(self, block: Block) -> None:
        side = self._side
        if side is None or self._entry is None:
            return
        if side.child_depth is not None and block.level > side.child_depth:
            self._extend(block.text, SUB_POINT)
            return
        side.child_depth = block.level
        self._add_argument(Marked(side.side, "", block.text), block.place)

    def _below(self, block: Block, head: str, marked: list[Marked]) -> None:
        """Read an item that stands below the open entry."""
        self._side = None
        entry = self._entry
        if entry is None:
            return
        text, kind = self._outcome(block, None)
        if isinstance(kind, OutcomeKind) and kind is not self.kind:
            self._target.append(Entry(kind, text, block.place))
        elif self._point_depth and block.level > self._point_depth:
            self._extend(text, SUB_POINT)
        else:
            entry.points.append(head or text)
            self._point_depth, self._last = block.level, entry
            for argument in marked:
                self._add_argument(argument, block.place)

    def _extend(self, text: str, joint: str) -> None:
        """Add text to what was read last: an argument, a sub-point or the entry itself."""
        if isinstance(self._last, ArgumentEntry):
            self._last.text += joint + text
        elif self._last is not None and self._last.points:
            self._last.points[-1] += joint + text
        elif self._last is not None:
            self._last.text += joint + text

    def _is_closing(self, block: Block, before_item: bool) -> bool:
        """Tell whether a paragraph closes the section instead of being an entry of it."""
        if isinstance(self.kind, OutcomeKind):
            return False
        if self.kind is Kind.DISCUSSION and _says_outcomes(block.text):
            return True
        if not self._items_seen or before_item:
            return False
        return block.text.endswith((".", "!")) or len(block.text.split()) > SHORT

    def _closing(self, block: Block) -> None:
        """Read a closing paragraph sentence by sentence."""
        rest: list[str] = []
        for sentence in split_sentences(block.text):
            said = statement_of(sentence)
            if said is Statement.DECISION:
                self._target.append(Entry(OutcomeKind.DECISION, sentence, block.place))
            elif said is Statement.PROMISE:
                self._promise(sentence, block.place)
            elif said is Statement.CARRIED:
                self._record.note(sentence)
            else:
                rest.append(sentence)
        if rest:
            reason = "Absatz hinter einer Liste; er bleibt als Notiz am Tisch"
            self._record.lose(block.place, " ".join(rest), reason)
        self._close()

    def _promise(self, sentence: str, place: Place) -> None:
        parts = promises(sentence)
        if len(parts) > 1:
            reason = f"Satz mit {len(parts)} Zusagen, jede ist eine Weiterverfolgung"
            self._record.structure(place, sentence, reason)
        self._target.extend(Entry(OutcomeKind.FOLLOW_UP, part, place) for part in parts)


def _says_outcomes(text: str) -> bool:
    """Tell whether each sentence agrees on, promises or carries over something."""
    said = [statement_of(sentence) for sentence in split_sentences(text)]
    return Statement.OTHER not in said
