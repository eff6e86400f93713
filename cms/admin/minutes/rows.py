"""What the preview shows of a plan, ready for its templates."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.domain.import_plan import Action, Plan, PlanTable, Row
from cms.domain.plan_edits import cuts, final_target
from cms.domain.titles import first_clause
from cms.models import Experience, Project
from cms.models.choices import KindChoices, OutcomeKindChoices, SideChoices
from cms.services.import_report import counts

KINDS = [*KindChoices.choices, *OutcomeKindChoices.choices]
_COUNT_NAMES = {
    "good": _("gut"),
    "bad": _("schlecht"),
    "neutral": _("neutral"),
    "discussion": _("Diskussion"),
    "decision": _("Beschluss"),
    "follow_up": _("Weiterverfolgung"),
    "pro": _("Vorteil"),
    "contra": _("Nachteil"),
}


@dataclass(frozen=True)
class Piece:
    """A part of a row; ``cut`` is the split that would begin a new row with it."""

    text: str
    cut: str = ""
    label: str = ""


@dataclass(frozen=True)
class RowView:
    """A row as the preview shows it."""

    row: Row
    paragraphs: list[str]
    arguments: list[Piece]
    pieces: list[Piece]
    is_first: bool
    joined_with: str
    project_title: str

    @property
    def left_out(self) -> bool:
        return self.row.action is Action.LEAVE_OUT

    @property
    def is_joined(self) -> bool:
        return self.row.action is Action.JOIN

    @property
    def place(self) -> str:
        name = _("Absatz") if self.row.place.unit == "paragraph" else _("Zeile")
        return f"{name} {self.row.place.number}"

    @property
    def label(self) -> str:
        """A short name for people who can't see what a button stands beside."""
        return first_clause(self.row.text, 60)


def table_context(plan: Plan, index: int, options: "ProjectOptions") -> dict[str, Any]:
    """Everything one table's template needs."""
    table = plan.tables[index]
    return {
        "table": table,
        "index": index,
        "counts": count_labels(table.rows),
        "rows": [_row_view(plan, table, row, options) for row in table.rows],
        "kinds": KINDS,
        "projects": options,
    }


def count_labels(rows: list[Row]) -> list[str]:
    """ "10 gut", "6 schlecht" ...: what the rows will be, without what is left out."""
    return [f"{number} {_COUNT_NAMES[name]}" for name, number in counts(rows).items() if number]


def summary_context(plan: Plan) -> dict[str, Any]:
    """What "Anlegen" would do now."""
    rows = [row for row in plan.rows if not row.known]
    return {
        "to_create": sum(row.action is Action.CREATE for row in rows),
        "to_join": sum(row.action is Action.JOIN for row in rows),
        "left_out": sum(row.action is Action.LEAVE_OUT for row in rows),
        "known": sum(row.known for row in plan.rows),
        "counts": count_labels(plan.rows),
    }


def _row_view(plan: Plan, table: PlanTable, row: Row, options: "ProjectOptions") -> RowView:
    sides = dict(SideChoices.choices)
    return RowView(
        row=row,
        paragraphs=row.text.splitlines(),
        arguments=[
            Piece(argument.text, label=sides[argument.side.value]) for argument in row.arguments
        ],
        pieces=_pieces(row),
        is_first=table.rows[0] is row,
        joined_with=_target_label(plan, row),
        project_title=options.titles.get(row.project_id, ""),
    )


def _pieces(row: Row) -> list[Piece]:
    """The row in the parts that it could be split into; the first one has no cut."""
    starts = [0, *cuts(row.text)]
    ends = [*starts[1:], len(row.text)]
    pieces = [
        Piece(row.text[start:end].strip(), f"text:{start}" if start else "")
        for start, end in zip(starts, ends, strict=True)
    ]
    pieces += [Piece(point, f"point:{number}") for number, point in enumerate(row.points)]
    sides = dict(SideChoices.choices)
    pieces += [
        Piece(argument.text, f"argument:{number}", sides[argument.side.value])
        for number, argument in enumerate(row.arguments)
    ]
    return pieces if len(pieces) > 1 else []


def _target_label(plan: Plan, row: Row) -> str:
    if row.action is not Action.JOIN:
        return ""
    target = final_target(plan, row)
    known = {look.target: look.label for each in plan.rows for look in each.look_alikes}
    kind, _colon, reference = target.partition(":")
    if kind == "row":
        return first_clause(plan.row(reference).text)
    if target in known:
        return known[target]
    title = Experience.objects.filter(pk=reference).values_list("title", flat=True).first()
    return title or _("einem Eintrag, den es nicht mehr gibt")


class ProjectOptions:
    """The options of a project select, rendered once: many rows share them."""

    def __init__(self, projects: QuerySet[Project]) -> None:
        found = list(projects)
        self.office = next(project for project in found if project.is_office)
        self.titles = {project.pk: project.title for project in found}
        self.html: SafeString = format_html_join(
            "\n",
            '<option value="{}">{}</option>',
            ((project.pk, project.title) for project in found if not project.is_office),
        )
