"""What an import did, as the command prints it and the screen shows it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cms.domain.import_plan import Action, Plan, PlanTable, Row
from cms.domain.kinds import Kind, OutcomeKind, Side
from cms.domain.minutes import Note
from cms.domain.titles import first_clause
from cms.models import ExchangeEventPage, TablePage
from cms.services.publish_many import Result

COUNTED = (*Kind, *OutcomeKind, *Side)


@dataclass
class Report:
    """The outcome of an import. ``created`` and ``unchanged`` count entries.

    ``remaining`` is more than 0 only while a long import is created in parts.
    """

    plan: Plan
    event: ExchangeEventPage
    table_pages: dict[int, TablePage]
    created: int = 0
    joined: int = 0
    unchanged: int = 0
    remaining: int = 0
    losses: list[Note] = field(default_factory=list)
    published: list[Result] = field(default_factory=list)

    @property
    def failed(self) -> list[Result]:
        """What could not be published, and why."""
        return [result for result in self.published if not result.ok]

    def to_json(self) -> dict[str, Any]:
        """The report with the names that the design fixes."""
        plan = self.plan
        return {
            "event": page_path(self.event),
            "tables": [
                _table_json(table, self.table_pages[index])
                for index, table in enumerate(plan.tables)
                if index in self.table_pages
            ],
            "created": self.created,
            "joined": self.joined,
            "unchanged": self.unchanged,
            "suggestions": [
                {"entry": first_clause(row.text), "project": hint.slug, "why": hint.why}
                for row in plan.rows
                for hint in row.hints
            ],
            "looks_like": [
                {"entry": first_clause(row.text), "like": look.label, "where": look.where}
                for row in plan.rows
                for look in row.look_alikes
            ],
            "comments": [note_json(note) for note in plan.comments],
            "tracked_changes": [note_json(note) for note in plan.tracked_changes],
            "structure": [note_json(note) for note in plan.structure],
            "losses": [note_json(note) for note in [*plan.losses, *self.losses]],
            "published": sum(result.ok for result in self.published),
            "not_published": [
                {"entry": str(result.object), "reason": result.message} for result in self.failed
            ],
        }


def counts(rows: list[Row]) -> dict[str, int]:
    """How many rows of each kind, and how many arguments of each side, are not left out."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.action is not Action.LEAVE_OUT:
            found[row.kind] += 1
            found.update(argument.side for argument in row.arguments)
    return {name.value: found[name] for name in COUNTED}


def _table_json(table: PlanTable, page: TablePage) -> dict[str, Any]:
    return {
        "number": table.number,
        "title": table.title,
        "moderators": [
            f"{person['name']} ({person['organisation']})"
            if person["organisation"]
            else person["name"]
            for person in table.moderators
        ],
        "path": page_path(page),
        "counts": counts(table.rows),
    }


def note_json(note: Note) -> dict[str, Any]:
    """A remark with its line or paragraph (None: it has none)."""
    data: dict[str, Any] = {
        note.place.unit: note.place.number or None,
        "text": note.text,
        "reason": note.reason,
    }
    if note.author:
        data["author"] = note.author
    return data


def page_path(page) -> str:
    """The page's path on its site, or in Wagtail's tree if no address leads to it."""
    parts = page.get_url_parts()
    return parts[2] if parts and parts[2] else page.url_path
