"""Minutes of an exchange -> drafts: event, tables, experiences, decisions and follow-ups."""

from collections.abc import Callable

from django.db import transaction

from cms.domain.import_plan import SIDE_LABELS, Action, Plan, Row
from cms.domain.indexing import ObjectType
from cms.domain.kinds import Kind
from cms.domain.plain import to_rich_text
from cms.domain.plan_edits import final_target
from cms.domain.titles import first_clause
from cms.formats.reader import read_minutes
from cms.models import (
    Argument,
    ExchangeEventPage,
    Experience,
    ExperienceSource,
    IndexJob,
    Outcome,
    Project,
    TablePage,
)
from cms.permissions import policies
from cms.services.access import require
from cms.services.audit import record
from cms.services.import_pages import event_for, table_for
from cms.services.import_plan import known_keys, plan_for
from cms.services.import_report import Report
from cms.services.publish_many import publish_many

Progress = Callable[[int, int], None]


def import_minutes(
    data: bytes,
    filename: str,
    *,
    user=None,
    plan: Plan | None = None,
    dry_run: bool = False,
    publish_as=None,
    on_progress: Progress | None = None,
) -> Report:
    """Reads a file of minutes and creates what it says, as drafts in the circle ``projects``.

    Everything or nothing: one transaction. The same file twice creates nothing; a file that
    was changed a little creates only what is new in it.

    :param user: who is named as the editor; None: nobody
    :param plan: the plan as a person edited it; None: as the file says
    :param dry_run: do it all, report it, and undo it
    :param publish_as: publish everything in this person's name
    :param on_progress: called with (done, total) after each entry
    :raises MinutesError: the file can't be read
    :raises RuleError: the person may not do this, or the site lacks its pages
    """
    if publish_as is not None:
        require(publish_as, policies.OFFICE)
    if plan is None:
        plan = plan_for(read_minutes(data, filename))
    return create_from_plan(
        plan, user=user, dry_run=dry_run, publish_as=publish_as, on_progress=on_progress
    )


def create_from_plan(
    plan: Plan,
    *,
    user=None,
    limit: int | None = None,
    dry_run: bool = False,
    publish_as=None,
    on_progress: Progress | None = None,
) -> Report:
    """Creates what the plan says; with ``limit`` at most so many entries at a time.

    Keys make it safe to call again: what is there already is counted as unchanged. See
    import_minutes for the other parameters and what is raised.
    """
    if publish_as is not None:
        require(publish_as, policies.OFFICE)
    with transaction.atomic():
        report = _create(plan, user, limit, on_progress)
        if publish_as is not None:
            report.published = publish_many(
                _unpublished(report), publish_as, on_progress=on_progress
            )
        if dry_run:
            transaction.set_rollback(True)
        else:
            data = {"created": report.created, "joined": report.joined}
            record("minutes.imported", by=user or publish_as, obj=report.event, data=data)
    return report


def _create(plan: Plan, user, limit: int | None, on_progress: Progress | None) -> Report:
    event, losses = event_for(plan, user)
    report = Report(plan, event, {}, losses=losses)
    pages: dict[str, TablePage | None] = {}
    for index, table in enumerate(plan.tables):
        page = None
        if not table.is_event:
            page, losses = table_for(event, table, user)
            report.table_pages[index] = page
            report.losses += losses
        pages.update((row.key, page) for row in table.rows)
    known = known_keys(source.key for row in plan.rows for source in row.sources)
    rows = [row for row in plan.rows if row.action is not Action.LEAVE_OUT]
    # What is joined comes last: then the entry that it is joined to is there.
    new = [row for row in rows if any(source.key not in known for source in row.sources)]
    new.sort(key=lambda row: row.action is Action.JOIN)
    report.unchanged = len(rows) - len(new)
    report.remaining = len(new) - len(new[:limit])
    writer = _Writer(plan, event, user, known)
    for number, row in enumerate(new[:limit], start=1):
        if writer.write(row, pages[row.key]):
            report.created += 1
        else:
            report.joined += 1
        if on_progress:
            on_progress(number, len(new[:limit]))
    return report


class _Writer:
    """Writes rows of one plan; keeps what all of them share."""

    def __init__(self, plan: Plan, event: ExchangeEventPage, user, known: set[str]) -> None:
        self.plan, self.event, self.user, self.known = plan, event, user, known
        self.projects = {project.pk: project for project in Project.objects.all()}
        self.office = next(project for project in self.projects.values() if project.is_office)
        self.topics: dict[int, list] = {}

    def write(self, row: Row, table: TablePage | None) -> bool:
        """Creates the row's entry, or makes it a source of another one. True if created."""
        if row.is_outcome:
            self._create_outcome(row, table)
            return True
        experience = self._join_target(row) if row.action is Action.JOIN else None
        created = experience is None
        if experience is None:
            experience = self._create_experience(row, table)
        ExperienceSource.objects.bulk_create(
            ExperienceSource(
                experience=experience,
                event=self.event,
                table=table,
                text=source.text,
                import_key=source.key,
            )
            for source in row.sources
            if source.key not in self.known
        )
        # Rows made in bulk send no signal, and a joined entry is found at this table too.
        IndexJob.objects.enqueue(ObjectType.EXPERIENCE, [experience.pk], "source")
        return created

    def _join_target(self, row: Row) -> Experience | None:
        """The experience to join; None if it is gone by now (the row then stands for itself)."""
        kind, _, reference = final_target(self.plan, row).partition(":")
        if kind == "entry":
            return Experience.objects.filter(pk=int(reference)).first()
        key = self.plan.row(reference).sources[0].key
        return Experience.objects.filter(sources__import_key=key).first()

    def _create_experience(self, row: Row, table: TablePage | None) -> Experience:
        arguments = row.arguments if row.kind is Kind.DISCUSSION else []
        paragraphs, points = row.text.splitlines(), list(row.points)
        if not arguments:
            points += [
                f"{SIDE_LABELS[argument.side]}: {argument.text}" for argument in row.arguments
            ]
        experience = Experience(
            kind=row.kind.value,
            title=first_clause(row.text),
            body=to_rich_text(paragraphs, points),
            project=self.projects.get(row.project_id, self.office),
            table=table,
            date=self.plan.date,
        )
        experience.topics = self._topics(table)
        experience.arguments = [
            Argument(side=argument.side.value, text=argument.text) for argument in arguments
        ]
        experience.save()
        experience.save_revision(user=self.user)
        return experience

    def _create_outcome(self, row: Row, table: TablePage | None) -> None:
        outcome = Outcome(
            kind=row.kind.value,
            title=first_clause(row.text),
            text=row.words,
            project=self.projects.get(row.project_id, self.office),
            event=self.event,
            table=table,
            import_key=row.sources[0].key,
        )
        outcome.save()
        outcome.save_revision(user=self.user)

    def _topics(self, table: TablePage | None) -> list:
        if table is None:
            return []
        if table.pk not in self.topics:
            self.topics[table.pk] = list(table.topics.all())
        return self.topics[table.pk]


def _unpublished(report: Report) -> list:
    """What the plan's rows became and nobody has published or withdrawn yet, with its pages."""
    keys = [source.key for row in report.plan.rows for source in row.sources]
    new = {"live": False, "first_published_at": None}
    pages = [page for page in (report.event, *report.table_pages.values()) if not page.live]
    experiences = Experience.objects.filter(sources__import_key__in=keys, **new).distinct()
    experiences = experiences.order_by("pk")
    outcomes = Outcome.objects.filter(import_key__in=keys, **new)
    return [*pages, *experiences, *outcomes]
