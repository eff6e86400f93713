"""The plan of an import: what a file of minutes will become, editable before anything is created.

Pure data that survives JSON, so that a preview can be left and opened again. Edits stand in
plan_edits.py; who does what with a plan in cms.services.
"""

import datetime
import hashlib
import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from cms.domain.kinds import Kind, OutcomeKind, Side
from cms.domain.minutes import Entry, Minutes, Note, Place, TableMinutes

SIDE_LABELS = {Side.PRO: "Vorteil", Side.CONTRA: "Nachteil"}
DEFAULT_TITLE = "Erfahrungsaustausch"
_DOCUMENT_WORD = re.compile(
    r"^(?:Dokumentation|Protokoll|Niederschrift|Mitschrift)(?:\s*[:–-]\s*|\s+(?:zum\s+)?)(?=[A-ZÄÖÜ0-9])"
)


class Action(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    LEAVE_OUT = "leave_out"
    JOIN = "join"


@dataclass
class Source:
    """The words of one entry as they stand in the minutes, and the key they are known by."""

    key: str
    text: str


@dataclass
class PlanArgument:
    """A pro or a contra of a discussion."""

    side: Side
    text: str


@dataclass
class ProjectHint:
    """A project that a row may belong to, and why: "Ort „Weimar“ steht im Text"."""

    project_id: int
    title: str
    slug: str
    why: str


@dataclass
class LookAlike:
    """Something that says the same: an existing experience or an earlier row.

    ``target`` is "entry:12" or "row:2-7", ``label`` its title, ``where`` where it stands.
    """

    target: str
    label: str
    where: str


@dataclass
class Row:
    """One entry to be. ``project_id`` None means the office's own project.

    ``known`` says that every source of it was read in before; nothing is done then.
    """

    key: str
    kind: Kind | OutcomeKind
    text: str
    place: Place
    sources: list[Source]
    points: list[str] = field(default_factory=list)
    arguments: list[PlanArgument] = field(default_factory=list)
    action: Action = Action.CREATE
    project_id: int | None = None
    join_to: str = ""
    hints: list[ProjectHint] = field(default_factory=list)
    look_alikes: list[LookAlike] = field(default_factory=list)
    known: bool = False

    @property
    def is_outcome(self) -> bool:
        """A decision or follow-up, and no experience."""
        return isinstance(self.kind, OutcomeKind)

    @property
    def words(self) -> str:
        """Everything the row says, a line for each of its parts."""
        return whole_text(self.text, self.points, self.arguments)


@dataclass
class PlanTable:
    """One table to be; ``is_event`` marks the entries that stand under no table.

    ``identity`` tells the tables of an event apart, also two that have the same number.
    """

    identity: str
    number: int | None
    title: str
    moderators: list[dict[str, str]] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    is_event: bool = False

    @property
    def name(self) -> str:
        """What people call it: "Tisch 2", its title, or "Ohne Tisch"."""
        if self.is_event:
            return "Ohne Tisch"
        return f"Tisch {self.number}" if self.number is not None else self.title


@dataclass
class Plan:
    """A whole file of minutes, as it will be created."""

    title: str
    key: str
    date: datetime.date | None = None
    place: str = ""
    number: int | None = None
    introduction: list[str] = field(default_factory=list)
    programme: list[str] = field(default_factory=list)
    plenary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[PlanTable] = field(default_factory=list)
    structure: list[Note] = field(default_factory=list)
    losses: list[Note] = field(default_factory=list)
    comments: list[Note] = field(default_factory=list)
    tracked_changes: list[Note] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """All rows in their order."""
        return [row for table in self.tables for row in table.rows]

    def table_of(self, key: str) -> PlanTable:
        """The table of the row with this key. Raises KeyError."""
        for table in self.tables:
            if any(row.key == key for row in table.rows):
                return table
        raise KeyError(key)

    def row(self, key: str) -> Row:
        """The row with this key. Raises KeyError."""
        return next(row for row in self.table_of(key).rows if row.key == key)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain lists, dicts, texts and numbers."""
        data = asdict(self)
        data["date"] = self.date.isoformat() if self.date else None
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Plan":
        """The plan that ``to_json`` wrote."""
        plain = dict(data)
        plain["date"] = datetime.date.fromisoformat(data["date"]) if data["date"] else None
        plain["tables"] = [_table_from_json(table) for table in data["tables"]]
        for name in ("structure", "losses", "comments", "tracked_changes"):
            plain[name] = [Note(**{**note, "place": Place(**note["place"])}) for note in data[name]]
        return cls(**plain)


def kind_from(value: str) -> Kind | OutcomeKind:
    """The kind of that value. Raises ValueError."""
    return OutcomeKind(value) if value in set(OutcomeKind) else Kind(value)


def whole_text(text: str, points: list[str], arguments: list[PlanArgument]) -> str:
    """Text, points and arguments as lines; an argument says which side it takes."""
    sides = [f"{SIDE_LABELS[argument.side]}: {argument.text}" for argument in arguments]
    return "\n".join(part for part in [text, *points, *sides] if part)


def normalise(text: str) -> str:
    """``text`` as keys see it: case, punctuation and spaces don't count."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def make_key(*parts: str) -> str:
    """A key of 64 letters from parts of any length."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def plan_from(minutes: Minutes) -> Plan:
    """The plan that says what the minutes say: every entry is created, owned by the office."""
    title = _event_title(minutes.title)
    plan = Plan(
        title=title,
        key=_event_key(minutes, title),
        date=minutes.date,
        place=minutes.place,
        number=minutes.number,
        introduction=minutes.introduction,
        programme=minutes.programme,
        plenary=minutes.plenary,
        notes=minutes.notes,
        structure=minutes.structure,
        losses=minutes.losses,
        comments=minutes.comments,
        tracked_changes=minutes.tracked_changes,
    )
    identities: dict[str, int] = {}
    for index, table in enumerate(minutes.tables, start=1):
        identity = str(table.number) if table.number is not None else normalise(table.title)
        identities[identity] = identities.get(identity, 0) + 1
        if identities[identity] > 1:
            identity = f"{identity}-{identities[identity]}"
        plan.tables.append(_plan_table(plan.key, identity, index, table))
    if minutes.entries:
        loose = PlanTable(identity="", number=None, title="", is_event=True)
        loose.rows = _rows(plan.key, "", 0, minutes.entries)
        plan.tables.append(loose)
    return plan


def _event_title(title: str) -> str:
    """The event's name without the word for the document ("Protokoll"), which is structure."""
    return _DOCUMENT_WORD.sub("", " ".join(title.split())) or DEFAULT_TITLE


def _event_key(minutes: Minutes, title: str) -> str:
    """Day and name make an event; without a day also place, number and tables."""
    if minutes.date:
        return make_key(minutes.date.isoformat(), normalise(title))
    tables = [normalise(table.title) for table in minutes.tables]
    return make_key("", normalise(title), normalise(minutes.place), str(minutes.number), *tables)


def _plan_table(event_key: str, identity: str, index: int, table: TableMinutes) -> PlanTable:
    return PlanTable(
        identity=identity,
        number=table.number,
        title=" ".join(table.title.split()),
        moderators=[{"name": m.name, "organisation": m.organisation} for m in table.moderators],
        summary=table.summary,
        notes=table.notes,
        rows=_rows(event_key, identity, index, table.entries),
    )


def _rows(event_key: str, table_identity: str, index: int, entries: list[Entry]) -> list[Row]:
    """A row for each entry; equal entries of one table are told apart by counting them."""
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        arguments = [PlanArgument(argument.side, argument.text) for argument in entry.arguments]
        words = whole_text(entry.text, entry.points, arguments)
        normal = normalise(words)
        seen[normal] = seen.get(normal, 0) + 1
        key = make_key(event_key, table_identity, normal, str(seen[normal]))
        rows.append(
            Row(
                key=f"{index}-{number}",
                kind=entry.kind,
                text=entry.text,
                place=entry.place,
                sources=[Source(key, words)],
                points=list(entry.points),
                arguments=arguments,
            )
        )
    return rows


def _table_from_json(data: dict[str, Any]) -> PlanTable:
    return PlanTable(**{**data, "rows": [_row_from_json(row) for row in data["rows"]]})


def _row_from_json(data: dict[str, Any]) -> Row:
    plain = dict(data)
    plain["kind"] = kind_from(data["kind"])
    plain["action"] = Action(data["action"])
    plain["place"] = Place(**data["place"])
    plain["sources"] = [Source(**source) for source in data["sources"]]
    plain["arguments"] = [
        PlanArgument(Side(argument["side"]), argument["text"]) for argument in data["arguments"]
    ]
    plain["hints"] = [ProjectHint(**hint) for hint in data["hints"]]
    plain["look_alikes"] = [LookAlike(**look) for look in data["look_alikes"]]
    return Row(**plain)
