"""The preview of an import: everything can be changed, nothing is created yet.

Every change is a POST of a plain form, so that it works without JavaScript. The page's
script sends the same forms and gets back the tables that changed.
"""

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cms.admin.minutes.access import get_import, office_only
from cms.admin.minutes.rows import ProjectOptions, summary_context, table_context
from cms.domain import plan_edits
from cms.domain.import_plan import Plan
from cms.domain.plan_edits import PlanError
from cms.models import MinutesImport, Project
from cms.services.run_import import keep_plan


@office_only
@require_GET
def show(request: HttpRequest, pk: int):
    """The preview, or the report once everything is created."""
    minutes_import = get_import(pk)
    if minutes_import.status == MinutesImport.Status.DONE:
        return TemplateResponse(
            request, "cms/admin/minutes/report.html", _report_context(minutes_import)
        )
    plan = Plan.from_json(minutes_import.plan)
    options = ProjectOptions(Project.objects.all())
    context = {
        "import": minutes_import,
        "plan": plan,
        "editable": minutes_import.status == MinutesImport.Status.PREVIEW,
        "tables": [table_context(plan, index, options) for index in range(len(plan.tables))],
        "summary": summary_context(plan),
    }
    return TemplateResponse(request, "cms/admin/minutes/preview.html", context)


def _report_context(minutes_import: MinutesImport) -> dict:
    report = minutes_import.report
    return {
        "import": minutes_import,
        "report": report,
        "pages": minutes_import.event.get_children() if minutes_import.event else [],
        "remarks": [
            (_("Nicht verstanden"), report["losses"]),
            (_("Kommentare in der Datei"), report["comments"]),
            (_("Nachverfolgte Änderungen"), report["tracked_changes"]),
        ],
    }


@office_only
@require_POST
def change(request: HttpRequest, pk: int):
    """One change of the plan. ``op`` says which, ``row`` to what."""
    minutes_import = get_import(pk, lock=True)
    before = minutes_import.plan
    plan = Plan.from_json(before)
    error = ""
    row_key = request.POST.get("row", "")
    try:
        row_key = _apply(plan, request.POST, row_key)
        keep_plan(minutes_import, plan)
    except PlanError as problem:
        error, plan = str(problem), Plan.from_json(before)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_changed(request, minutes_import, before, plan, row_key, error))
    if error:
        messages.error(request, error)
    address = reverse("guide_minutes_import", args=[pk])
    return redirect(f"{address}#row-{row_key}" if row_key else address)


def _apply(plan: Plan, data, row_key: str) -> str:
    """Does what the form asks for; returns the key of the row to look at next."""
    op, _colon, argument = data.get("op", "").partition(":")
    if op == "event":
        texts = (data.get(name, "") for name in ("title", "date", "place"))
        plan_edits.change_event(plan, *texts)
        return ""
    if op == "set":
        plan_edits.change_kind(plan, row_key, data.get("kind", ""))
        plan_edits.give_to_project(plan, row_key, _project_id(data.get("project", "")))
    elif op == "project":
        plan_edits.give_to_project(plan, row_key, _project_id(argument))
    elif op == "previous":
        return plan_edits.join_with_previous(plan, row_key)
    elif op == "split":
        return plan_edits.split(plan, row_key, argument)
    elif op == "leave_out":
        plan_edits.leave_out(plan, row_key)
    elif op == "take_in":
        plan_edits.take_in(plan, row_key)
    elif op == "join":
        plan_edits.join_to(plan, row_key, argument)
    else:
        raise PlanError(_("Diese Änderung gibt es nicht."))
    return row_key


def _project_id(value: str) -> int | None:
    if not value:
        return None
    project = Project.objects.filter(pk=value).first() if value.isdecimal() else None
    if project is None:
        raise PlanError(_("Dieses Projekt gibt es nicht."))
    return None if project.is_office else project.pk


def _changed(request, minutes_import, before: dict, plan: Plan, row_key: str, error: str) -> dict:
    """The tables that look different now, by their number, and the summary."""
    options = ProjectOptions(Project.objects.all())
    tables = {}
    for index, (old, new) in enumerate(
        zip(before["tables"], plan.to_json()["tables"], strict=True)
    ):
        if old != new:
            context = table_context(plan, index, options)
            context |= {"import": minutes_import, "editable": True}
            tables[index] = render_to_string("cms/admin/minutes/table.html", context, request)
    summary = {"summary": summary_context(plan)}
    return {
        "tables": tables,
        "summary": render_to_string("cms/admin/minutes/summary.html", summary, request),
        "row": row_key,
        "error": error,
    }
