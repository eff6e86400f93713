"""The minutes of an event while they are sent round: what was said at its tables, in its words.

Not the entries' drafts, which stay with their project: the words of the minutes (the entry's
source), and only of entries that are meant for more than one project.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from cms.domain.circles import Circle
from cms.domain.reader import Reader
from cms.models import ExchangeEventPage, Experience, ExperienceSource, Outcome, TablePage
from cms.models.choices import AttributionChoices, KindChoices


@dataclass(frozen=True)
class Said:
    """One point of the minutes. ``project`` is "" where it wants to be "ein Projekt"."""

    experience_id: int
    kind: str
    kind_label: str
    text: str
    project: str
    is_own: bool


@dataclass(frozen=True)
class TableMinutes:
    """One table. ``page_id`` None: what was said at the event, at no table."""

    page_id: int | None
    title: str
    number: int | None = None
    summary: str = ""
    notes: str = ""
    moderators: tuple[str, ...] = ()
    said: list[Said] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True)
class Minutes:
    """The event's draft and its tables."""

    event: ExchangeEventPage
    tables: list[TableMinutes]

    @property
    def own(self) -> list[Said]:
        """What the reader's own projects said: they may correct it themselves."""
        return [said for table in self.tables for said in table.said if said.is_own]


def minutes_of(event: ExchangeEventPage, reader: Reader) -> Minutes:
    """The whole, for somebody to whom the policy opened it; a constant number of queries."""
    pages = list(
        TablePage.objects.child_of(event).select_related("latest_revision").order_by("path")
    )
    said = _said(event, pages, reader)
    outcomes = _outcomes(event, reader)
    tables = [_table(page, said[page.pk], outcomes[page.pk]) for page in pages]
    if said[None] or outcomes[None]:
        tables.append(TableMinutes(None, "", said=said[None], outcomes=outcomes[None]))
    return Minutes(event.get_latest_revision_as_object(), tables)


def _table(page: TablePage, said: list[Said], outcomes: list[Outcome]) -> TableMinutes:
    """From the latest draft's content, without putting a page together for each."""
    draft = page.latest_revision.content if page.latest_revision else {}
    moderators = [
        f"{one['name']} ({one['organisation']})" if one.get("organisation") else one["name"]
        for one in draft.get("moderators", ())
    ]
    return TableMinutes(
        page.pk,
        draft.get("title", page.title),
        draft.get("number", page.number),
        draft.get("summary", page.summary),
        draft.get("notes", page.notes),
        tuple(moderators),
        said,
        outcomes,
    )


def _said(event, pages: Iterable[TablePage], reader: Reader) -> dict[int | None, list[Said]]:
    here = Q(event=event.pk) | Q(table__in=[page.pk for page in pages])
    sources = ExperienceSource.objects.filter(here, experience__trashed_at=None)
    sources = sources.select_related("experience__latest_revision", "experience__project")
    found: dict[int | None, list[Said]] = defaultdict(list)
    for source in sources.order_by("pk"):
        entry = source.experience
        is_own = not reader.is_office and entry.project_id in reader.project_ids
        if reader.may_see_draft(entry.project_id) or _is_for_others(entry, reader):
            found[source.table_id].append(
                Said(
                    entry.pk,
                    entry.kind,
                    KindChoices(entry.kind).label,
                    source.text,
                    _project_name(entry),
                    is_own,
                )
            )
    return found


def _is_for_others(entry: Experience, reader: Reader) -> bool:
    """Is its circle, as published and as drafted, one of this reader's?"""
    circles = {_drafted(entry, "visibility")}
    if entry.live:
        circles.add(entry.visibility)
    return all(reader.may_see(Circle(circle), entry.project_id) for circle in circles)


def _project_name(entry: Experience) -> str:
    said = {entry.attribution, _drafted(entry, "attribution")}
    return "" if AttributionChoices.ANONYMOUS.value in said else entry.project.title


def _drafted(entry: Experience, name: str) -> str:
    draft = entry.latest_revision.content if entry.latest_revision else {}
    return draft.get(name, getattr(entry, name))


def _outcomes(event, reader: Reader) -> dict[int | None, list[Outcome]]:
    found: dict[int | None, list[Outcome]] = defaultdict(list)
    rows = Outcome.objects.filter(event=event.pk).select_related("project").order_by("pk")
    for outcome in rows:
        if reader.may_see_draft(outcome.project_id) or reader.may_see(
            Circle(outcome.visibility), outcome.project_id
        ):
            found[outcome.table_id].append(outcome)
    return found
