"""Minutes of an exchange, as plain data: what a file of minutes was understood to say."""

import datetime
from dataclasses import dataclass, field

from cms.domain.kinds import Kind, OutcomeKind, Side


@dataclass(frozen=True)
class Place:
    """Where in the source something stands: a line (Markdown) or a paragraph (Word), from 1."""

    number: int
    unit: str = "line"  # "line" or "paragraph"


@dataclass(frozen=True)
class Note:
    """A passage of the source that a person should look at: a loss, a comment, a tracked change."""

    place: Place
    text: str
    reason: str = ""
    author: str = ""


@dataclass
class ArgumentEntry:
    """A pro or a contra of a discussion."""

    side: Side
    text: str
    place: Place


@dataclass
class Entry:
    """One experience, discussion, decision or follow-up as it stands in the minutes.

    ``text`` is the whole of the entry's own line(s), normalised in white space only; a newline
    parts paragraphs. ``points`` are sub-points that are not arguments, each one plain text;
    what stands below a point or an argument follows it after a newline and a dash. ``kind`` is
    a Kind or an OutcomeKind. Only the second and further promises of one sentence ("Das Büro
    wird A anlegen und B prüfen.") repeat its subject, so that each can stand alone.
    """

    kind: Kind | OutcomeKind
    text: str
    place: Place
    points: list[str] = field(default_factory=list)
    arguments: list[ArgumentEntry] = field(default_factory=list)


@dataclass
class Moderator:
    """Who moderated a table; no account."""

    name: str
    organisation: str = ""


@dataclass
class TableMinutes:
    """One thematic table."""

    number: int | None
    title: str
    place: Place
    moderators: list[Moderator] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)  # paragraphs meant for the plenary
    notes: list[str] = field(default_factory=list)  # paragraphs that are none of the above


@dataclass
class Minutes:
    """A whole file of minutes.

    ``structure`` lists every heading and marker that became no object of its own
    ("Gute Erfahrungen:", "Vorteile:"), so that together with the objects it holds
    every word of the source. ``losses`` are passages that were not understood (their text is
    kept in ``notes`` of the table or the event), and what is no text: pictures, diagrams.
    """

    title: str = ""
    date: datetime.date | None = None
    place: str = ""
    number: int | None = None
    introduction: list[str] = field(default_factory=list)
    programme: list[str] = field(default_factory=list)
    plenary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[TableMinutes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)  # entries that stand under no table
    structure: list[Note] = field(default_factory=list)
    losses: list[Note] = field(default_factory=list)
    comments: list[Note] = field(default_factory=list)
    tracked_changes: list[Note] = field(default_factory=list)


class MinutesError(Exception):
    """The file can't be read as minutes. ``str()`` is one clear German sentence for a user."""
