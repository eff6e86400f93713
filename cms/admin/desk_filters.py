"""What a reviewer chose to see at the desk; it comes along from entry to entry."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from cms.admin.desk import SUPPLEMENTS, Ticket
from cms.models.choices import KindChoices

BY_AGE, BY_PROJECT = "alter", "projekt"


@dataclass(frozen=True)
class Choice:
    """An entry of a drop-down: its value, its words, and whether it is chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class DeskFilters:
    """Project, kind, only what is overdue, and the order."""

    project: str = ""
    kind: str = ""
    overdue: bool = False
    order: str = BY_AGE

    @classmethod
    def read(cls, query: QueryDict) -> "DeskFilters":
        """From an address; what makes no sense there is ignored."""
        return cls(
            project=query.get("projekt", ""),
            kind=query.get("art", ""),
            overdue="ueberfaellig" in query,
            order=BY_PROJECT if query.get("ordnung") == BY_PROJECT else BY_AGE,
        )

    @property
    def by_project(self) -> bool:
        return self.order == BY_PROJECT

    @property
    def query(self) -> str:
        """``?projekt=3&art=good``, or nothing."""
        chosen = {
            "projekt": self.project,
            "art": self.kind,
            "ueberfaellig": "1" if self.overdue else "",
            "ordnung": self.order if self.by_project else "",
        }
        parts = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{parts}" if parts else ""

    def apply(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        """The tickets that were asked for, in the order that was asked for."""
        found = [
            ticket
            for ticket in tickets
            if self.project in ("", str(ticket.project_id))
            and self.kind in ("", ticket.kind)
            and (ticket.overdue or not self.overdue)
        ]
        if self.by_project:
            found.sort(
                key=lambda ticket: (ticket.project, ticket.project_id)
            )  # stable: then by age
        return found

    def choices(self, tickets: Iterable[Ticket]) -> dict[str, list[Choice]]:
        """The drop-downs, each with how much waits there; only what has something waiting."""
        tickets = list(tickets)
        projects = Counter((ticket.project, str(ticket.project_id)) for ticket in tickets)
        kinds = Counter(ticket.kind for ticket in tickets)
        names = {**dict(KindChoices.choices), SUPPLEMENTS: _("Ergänzung")}
        return {
            "projects": [
                Choice(pk, f"{title} ({number})", pk == self.project)
                for (title, pk), number in sorted(projects.items())
            ],
            "kinds": [
                Choice(kind, f"{name} ({kinds[kind]})", kind == self.kind)
                for kind, name in names.items()
                if kinds[kind] or kind == self.kind
            ],
        }
