"""``@import``: minutes over the API. Upload, look, change, then create step by step.

For the office. The same imports as on the screen "Protokolle": what was begun here can be finished
there.
"""

import base64
import binascii
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import api_root
from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    body,
    held,
    listed,
    no_content,
    person,
)
from cms.api.schemas import Error, Listing, sends
from cms.api.summaries import iso_time
from cms.domain import plan_edits
from cms.domain.import_plan import Action, Plan, Row
from cms.domain.minutes import MinutesError
from cms.domain.plan_edits import PlanError
from cms.formats.reader import MAX_BYTES
from cms.models import MinutesImport, Project
from cms.permissions import policies
from cms.services.access import require
from cms.services.import_report import counts, note_json
from cms.services.run_import import CHUNK, change_plan, discard, earlier_import, go_on, start_import

router = Router(tags=["import"])

JSON = dict[str, Any]
MOST_AT_ONCE = 200
_ERRORS = {400: Error, 401: Error, 403: Error, 404: Error}


class ImportSummary(Schema):
    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    file_name: str
    status: str = Field(description="preview, running or done.")
    created: str
    progress: dict[str, int] = Field(description="`done` of `total` entries.")


class ImportData(ImportSummary):
    read_before: str | None = Field(description="When the same file was read in before.")
    plan: dict[str, Any] | None = Field(description="What is to be created; null once it is done.")
    report: dict[str, Any] | None = Field(description="What has been created so far.")


class Imports(Listing):
    items: list[ImportSummary]


class ImportFile(Schema):
    data: str = Field(min_length=1, description="The file in base64.")
    filename: str = Field(description="Ends with .md, .txt or .docx.")
    encoding: str = Field("base64", json_schema_extra={"const": "base64"})


class ImportWish(Schema):
    """As JSON; or as a form (multipart/form-data) with the file in the field `file`."""

    file: ImportFile


class RowChange(Schema):
    key: str
    kind: str | None = None
    project: str | None = Field(None, description="The token of a project; null: the office's.")
    action: str | None = Field(None, description="create or leave_out.")


class PlanChange(Schema):
    """What is not sent, or null, stays."""

    title: str | None = None
    date: str | None = None
    place: str | None = None
    rows: list[RowChange] | None = None


class Step(Schema):
    limit: int = Field(CHUNK, ge=1, le=MOST_AT_ONCE, description="So many entries at most.")


# --- the service ---------------------------------------------------------------------------------


@router.get(
    "/@import",
    response={200: Imports, 304: None, **_ERRORS},
    openapi_extra={"parameters": BATCH_PARAMETERS},
)
def list_imports(request: HttpRequest) -> HttpResponse:
    """All imports, the newest first."""
    require(person(request), policies.OFFICE)
    rows = MinutesImport.objects.defer("plan", "report")
    wanted = batch(request, rows.count())
    items = [_summary(row, request) for row in wanted.of(rows)]
    return answer(request, listed(request, f"{api_root(request)}/@import", items, wanted))


@router.post(
    "/@import",
    response={201: ImportData, 413: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(ImportWish),
)
def upload(request: HttpRequest) -> HttpResponse:
    """Reads a file and answers what would be created. Nothing is created yet."""
    require(person(request), policies.OFFICE)
    data, name = _file(request)
    try:
        minutes_import = start_import(data, name, person(request))
    except MinutesError as error:
        raise ApiError(422, errors=[("file", str(error))]) from None
    response = answer(request, _data(minutes_import, request), 201)
    response["Location"] = _address(minutes_import, request)
    return response


@router.get("/@import/{int:import_id}", response={200: ImportData, 304: None, **_ERRORS})
def read_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: the plan, how far it is, and what has been created."""
    return answer(request, _data(_import(request, import_id), request))


@router.patch(
    "/@import/{int:import_id}",
    response={200: ImportData, 409: Error, 422: Error, **_ERRORS},
    openapi_extra=sends(PlanChange, required=False),
)
def change(request: HttpRequest, import_id: int) -> HttpResponse:
    """Changes the plan: the event, and what becomes of which row; all or nothing."""
    minutes_import = _import(request, import_id)
    sent = {name: value for name, value in body(request).items() if value is not None}
    try:
        with held(request, minutes_import, lambda row: _data(row, request)) as row:
            changed = change_plan(row, person(request), lambda plan: _edit(plan, sent))
    except PlanError as error:
        raise ApiError(422, str(error)) from None
    return answer(request, _data(changed, request))


@router.post(
    "/@import/{int:import_id}/run",
    response={200: ImportData, 422: Error, **_ERRORS},
    openapi_extra=sends(Step, required=False),
)
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    """Creates the next entries, as drafts. Ask again until the status is done."""
    minutes_import = _import(request, import_id)
    limit = body(request).get("limit", CHUNK)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_AT_ONCE:
        message = gettext("Bitte eine Zahl von 1 bis %(most)d angeben.") % {"most": MOST_AT_ONCE}
        raise ApiError(400, errors=[("limit", message)])
    return answer(request, _data(go_on(minutes_import, person(request), limit), request))


@router.delete("/@import/{int:import_id}", response={204: None, 409: Error, **_ERRORS})
def remove(request: HttpRequest, import_id: int) -> HttpResponse:
    """Throws a preview away."""
    minutes_import = _import(request, import_id)
    with held(request, minutes_import, lambda row: _data(row, request)) as row:
        discard(row, person(request))
    return no_content(request)


# --- what is sent --------------------------------------------------------------------------------


def _file(request: HttpRequest) -> tuple[bytes, str]:
    """Content and name. Raises ApiError: 400 for what is none, 413 for too much."""
    if (request.content_type or "").startswith("multipart/"):
        uploaded = request.FILES.get("file")
        if uploaded is None:
            raise ApiError(400, errors=[("file", gettext("Bitte eine Datei mitschicken."))])
        _require_size(uploaded.size)
        return uploaded.read(), uploaded.name
    sent = body(request).get("file")
    if not isinstance(sent, dict) or not isinstance(sent.get("data"), str):
        raise ApiError(400, errors=[("file", gettext("Bitte eine Datei mitschicken."))])
    name = sent.get("filename")
    if not isinstance(name, str) or sent.get("encoding", "base64") != "base64":
        message = gettext("Bitte mit „filename“ und in base64 angeben.")
        raise ApiError(400, errors=[("file", message)])
    try:
        data = base64.b64decode(sent["data"], validate=True)
    except (binascii.Error, ValueError):
        message = gettext("Bitte mit „filename“ und in base64 angeben.")
        raise ApiError(400, errors=[("file", message)]) from None
    _require_size(len(data))
    return data, name


def _require_size(size: int | None) -> None:
    if (size or 0) > MAX_BYTES:
        raise ApiError(413)


def _import(request: HttpRequest, import_id: int) -> MinutesImport:
    require(person(request), policies.OFFICE)
    if import_id >= 2**63:
        raise Http404
    return get_object_or_404(MinutesImport, pk=import_id)


def _edit(plan: Plan, sent: JSON) -> None:
    """Puts what was sent into the plan. Raises ApiError (400) for other kinds, PlanError."""
    for name in ("title", "date", "place"):
        if name in sent and not isinstance(sent[name], str):
            raise ApiError(400, errors=[(name, gettext("Bitte als Text angeben."))])
    event = {"title": plan.title, "date": plan.date and plan.date.isoformat(), "place": plan.place}
    if event.keys() & sent.keys():
        event |= {name: sent[name] for name in event if name in sent}
        plan_edits.change_event(plan, event["title"], event["date"] or "", event["place"])
    rows = sent.get("rows", [])
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        message = gettext("Bitte als Liste angeben; jede Zeile mit ihrem Schlüssel „key“.")
        raise ApiError(400, errors=[("rows", message)])
    projects = {project.slug: project for project in Project.objects.all()}
    for row in rows:
        _edit_row(plan, row, projects)


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and isinstance(row.get("key"), str)
        and all(row[name] is None or isinstance(row[name], str) for name in row)
    )


def _edit_row(plan: Plan, sent: JSON, projects: dict[str, Project]) -> None:
    key = sent["key"]
    plan_edits.find_row(plan, key)
    if sent.get("kind"):
        plan_edits.change_kind(plan, key, sent["kind"])
    if "project" in sent:
        project = projects.get(sent["project"] or "")
        if sent["project"] and project is None:
            raise PlanError(gettext("Dieses Projekt gibt es nicht."))
        given = None if project is None or project.is_office else project.pk
        plan_edits.give_to_project(plan, key, given)
    match sent.get("action"):
        case None:
            pass
        case Action.CREATE:
            plan_edits.take_in(plan, key)
        case Action.LEAVE_OUT:
            plan_edits.leave_out(plan, key)
        case _:
            raise PlanError(gettext("Diese Änderung gibt es nicht."))


# --- what is answered ----------------------------------------------------------------------------


def _address(minutes_import: MinutesImport, request: HttpRequest) -> str:
    return f"{api_root(request)}/@import/{minutes_import.pk}"


def _summary(minutes_import: MinutesImport, request: HttpRequest) -> JSON:
    return {
        "@id": _address(minutes_import, request),
        "file_name": minutes_import.file_name,
        "status": minutes_import.status,
        "created": iso_time(minutes_import.created_at),
        "progress": {
            "done": minutes_import.progress_done,
            "total": minutes_import.progress_total,
        },
    }


def _data(minutes_import: MinutesImport, request: HttpRequest) -> JSON:
    is_done = minutes_import.status == MinutesImport.Status.DONE
    plan = None if is_done else _plan(Plan.from_json(minutes_import.plan))
    earlier = earlier_import(minutes_import)
    return {
        **_summary(minutes_import, request),
        "read_before": iso_time(earlier.created_at) if earlier else None,
        "plan": plan,
        "report": minutes_import.report or None,
    }


def _plan(plan: Plan) -> JSON:
    slugs = dict(Project.objects.values_list("pk", "slug"))
    notes = ("comments", "tracked_changes", "structure", "losses")
    return {
        "title": plan.title,
        "date": plan.date.isoformat() if plan.date else None,
        "place": plan.place,
        "tables": [
            {
                "number": table.number,
                "title": table.title,
                "counts": counts(table.rows),
                "rows": [_row(row, slugs) for row in table.rows],
            }
            for table in plan.tables
        ],
        **{name: [note_json(note) for note in getattr(plan, name)] for name in notes},
    }


def _row(row: Row, slugs: dict[int, str]) -> JSON:
    return {
        "key": row.key,
        "kind": row.kind.value,
        "text": row.text,
        "points": row.points,
        "arguments": [{"side": one.side.value, "text": one.text} for one in row.arguments],
        row.place.unit: row.place.number or None,
        "action": row.action.value,
        "join_to": row.join_to or None,
        "project": slugs.get(row.project_id) if row.project_id else None,
        "suggestions": [{"project": hint.slug, "why": hint.why} for hint in row.hints],
        "looks_like": [
            {"target": look.target, "title": look.label, "where": look.where}
            for look in row.look_alikes
        ],
        "read_before": row.known,
    }
