"""What the pages of events and tables show: their tables, entries and outcomes."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from cms import published
from cms.domain.kinds import Kind
from cms.domain.reader import Reader
from cms.models import ExchangeEventPage, Experience, Moderator, Outcome, TablePage
from cms.views.attribution import may_name_source, sayable_at
from cms.views.kinds import counted


@dataclass(frozen=True)
class KindCount:
    """How many entries of a kind a table has, in words."""

    kind: str
    label: str


@dataclass(frozen=True)
class TableRow:
    """A table in the list of its event."""

    page: TablePage
    counts: list[KindCount]


@dataclass(frozen=True)
class EventContents:
    """What stands below an event's own text."""

    tables: list[TableRow]
    outcomes: list[Outcome]
    notes_visible: bool


@dataclass(frozen=True)
class EntryGroup:
    """Entries of one kind, and how many they are in words."""

    kind: str
    title: str
    entries: list[Experience]


@dataclass(frozen=True)
class TableContents:
    """What stands below a table's own text."""

    event: ExchangeEventPage
    groups: list[EntryGroup]
    outcomes: list[Outcome]
    notes_visible: bool
    previous: TablePage | None
    next: TablePage | None


def event_contents(event: ExchangeEventPage, reader: Reader) -> EventContents:
    """Tables with counts, and outcomes of the event; a constant number of queries."""
    moderators = Prefetch("moderators", queryset=Moderator.objects.order_by("sort_order"))
    tables = list(published.tables().child_of(event).prefetch_related(moderators))
    counts = _counts(event, tables, reader)
    return EventContents(
        tables=[TableRow(table, counts[table.pk]) for table in tables],
        outcomes=list(published.outcomes(reader).filter(event=event, table=None)),
        notes_visible=published.may_see_notes(reader),
    )


def _counts(
    event: ExchangeEventPage, tables: list[TablePage], reader: Reader
) -> dict[int, list[KindCount]]:
    """Entries of each table by kind, those said there first or again, each once."""
    seen: dict[int, set[tuple[int, str]]] = defaultdict(set)
    entries = sayable_at(published.experiences(reader), event).select_related(None).order_by()
    for path in ("table", "sources__table"):
        rows = entries.filter(**{f"{path}__in": tables})
        for pk, kind, table_id in rows.values_list("pk", "kind", path):
            seen[table_id].add((pk, kind))
    counts = {}
    for table in tables:
        kinds = Counter(kind for _, kind in seen[table.pk])
        counts[table.pk] = [
            KindCount(kind.value, counted(kind, kinds[kind.value]))
            for kind in Kind
            if kinds[kind.value]
        ]
    return counts


def table_contents(table: TablePage, reader: Reader) -> TableContents:
    """Entries by kind and outcomes of a table, and its neighbours at the event."""
    event = table.get_parent().specific
    entries = [
        entry
        for entry in published.entries_of_table(table, reader)
        if may_name_source(entry, event)
    ]
    groups = []
    for kind in Kind:
        of_kind = [entry for entry in entries if entry.kind == kind]
        if of_kind:
            groups.append(EntryGroup(kind.value, counted(kind, len(of_kind)), of_kind))
    siblings = list(published.tables().child_of(event))
    position = next((i for i, page in enumerate(siblings) if page.pk == table.pk), None)
    return TableContents(
        event=event,
        groups=groups,
        outcomes=list(published.outcomes(reader).filter(table=table)),
        notes_visible=published.may_see_notes(reader),
        previous=siblings[position - 1] if position else None,
        next=siblings[position + 1] if position is not None and siblings[position + 1 :] else None,
    )
