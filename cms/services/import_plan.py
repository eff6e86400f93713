"""Turns minutes into a plan that knows the database: what is there already, whose it may be."""

from collections.abc import Iterable

from cms.domain.import_plan import Action, LookAlike, Plan, ProjectHint, Row, plan_from
from cms.domain.lookalike import LookAlikeIndex
from cms.domain.minutes import Minutes
from cms.domain.place_names import NamedProject, projects_named
from cms.domain.plain import to_plain_text
from cms.domain.titles import first_clause
from cms.models import Experience, ExperienceSource, MinutesImport, Outcome, Project

_COMPARED = 400  # letters of an existing entry that are compared: its title and first sentences


def plan_for(minutes: Minutes) -> Plan:
    """The plan of these minutes, with hints, look-alikes and what was read in before.

    What a person left out of an earlier import of the same event stays left out.
    """
    plan = plan_from(minutes)
    mark_known(plan)
    left_out = keys_left_out(plan)
    for row in plan.rows:
        if not row.known and all(source.key in left_out for source in row.sources):
            row.action = Action.LEAVE_OUT
    add_project_hints(plan)
    add_look_alikes(plan)
    return plan


def mark_known(plan: Plan) -> None:
    """Marks the rows whose every source was read in before; two queries."""
    known = known_keys(source.key for row in plan.rows for source in row.sources)
    for row in plan.rows:
        row.known = all(source.key in known for source in row.sources)


def known_keys(keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` that an experience or outcome was made of."""
    wanted = list(keys)
    found = set(
        ExperienceSource.objects.filter(import_key__in=wanted).values_list("import_key", flat=True)
    )
    found.update(Outcome.objects.filter(import_key__in=wanted).values_list("import_key", flat=True))
    return found


def keys_left_out(plan: Plan) -> set[str]:
    """Keys that earlier imports of this event left out, or put into another row's outcome."""
    found: set[str] = set()
    earlier = MinutesImport.objects.filter(
        event__import_key=plan.key, status=MinutesImport.Status.DONE
    )
    for data in earlier.values_list("plan", flat=True):
        for row in Plan.from_json(data).rows:
            if row.action is Action.LEAVE_OUT:
                found.update(source.key for source in row.sources)
            elif row.is_outcome:
                found.update(source.key for source in row.sources[1:])
    return found


def add_project_hints(plan: Plan) -> None:
    """Suggests the projects whose name or place stands in a row."""
    projects = named_projects()
    for row in plan.rows:
        row.hints = [
            ProjectHint(project.id, project.title, project.slug, f"Ort „{name}“ steht im Text")
            for project, name in projects_named(row.words, projects)
        ]


def named_projects() -> list[NamedProject]:
    """All projects but the office, with the names that point to them."""
    found = []
    for project in Project.objects.filter(is_office=False).prefetch_related("locations"):
        # A slug of one word is the place as a rule; a project may have no location yet.
        place = project.slug.capitalize() if "-" not in project.slug else ""
        names = dict.fromkeys(name for name in [*project.place_names, place, project.title] if name)
        found.append(NamedProject(project.pk, project.title, project.slug, tuple(names)))
    return found


def add_look_alikes(plan: Plan) -> None:
    """Points out, for each experience, existing ones and earlier rows that say the same."""
    index, labels = _existing_entries()
    for table in plan.tables:
        for row in table.rows:
            if row.known or row.is_outcome:
                continue
            row.look_alikes = [
                LookAlike(target, *labels[target]) for target in index.find(row.words)
            ]
            _put(index, labels, row, table.name)


def _put(index: LookAlikeIndex, labels: dict, row: Row, where: str) -> None:
    target = f"row:{row.key}"
    index.add(target, row.words)
    labels[target] = (first_clause(row.text), where)


def _existing_entries() -> tuple[LookAlikeIndex, dict[str, tuple[str, str]]]:
    index, labels = LookAlikeIndex(), {}
    rows = Experience.objects.order_by("pk").values_list("pk", "title", "body", "project__title")
    for pk, title, body, project in rows.iterator():
        target = f"entry:{pk}"
        # The body of an imported entry begins with its title: words count once anyway.
        index.add(target, f"{title} {to_plain_text(body)[:_COMPARED]}")
        labels[target] = (title, project)
    return index, labels
