"""Creating what the preview shows, with a progress bar for long files.

The design is the simplest that holds with one writer (SQLite) and many web processes: no
thread, no queue, no second connection. Without JavaScript one request creates everything
in one transaction. With it the page's script sends the same form again and again, and each
request creates the next few entries in a transaction of its own and answers how far it is.
The keys of the sources make that safe: a request that failed or was sent twice creates
nothing twice, and an interrupted creation goes on where it stopped. Until then only drafts
exist, which readers don't see.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.admin.minutes.access import get_import, office_only
from cms.domain.errors import RuleError
from cms.domain.import_plan import Plan
from cms.models import MinutesImport
from cms.services.import_minutes import create_from_plan
from cms.services.import_report import Report

CHUNK = 10  # entries in one request: about a fifth of a second


@office_only
@require_POST
def create(request: HttpRequest, pk: int):
    """Creates the entries, all of them or (for the page's script) the next few."""
    in_parts = request.headers.get("Accept") == "application/json"
    try:
        with transaction.atomic():
            minutes_import = get_import(pk, lock=True)
            if minutes_import.status != MinutesImport.Status.DONE:
                _go_on(minutes_import, CHUNK if in_parts else None)
    except RuleError as error:
        if in_parts:
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
        return redirect("guide_minutes_import", pk)
    address = reverse("guide_minutes_import", args=[pk])
    if in_parts:
        return JsonResponse(
            {
                "done": minutes_import.progress_done,
                "total": minutes_import.progress_total,
                "finished": minutes_import.status == MinutesImport.Status.DONE,
                "next": address,
            }
        )
    messages.success(request, _("Fertig. Alles ist als Entwurf angelegt."))
    return redirect(address)


def _go_on(minutes_import: MinutesImport, limit: int | None) -> None:
    report = create_from_plan(Plan.from_json(minutes_import.plan), limit=limit)
    new = report.created + report.joined
    minutes_import.event = report.event
    minutes_import.progress_done += new
    minutes_import.progress_total = minutes_import.progress_done + report.remaining
    earlier = minutes_import.report or {"created": 0, "joined": 0}
    minutes_import.report = _add_up(earlier, report)
    minutes_import.status = (
        MinutesImport.Status.RUNNING if report.remaining else MinutesImport.Status.DONE
    )
    minutes_import.save()


def _add_up(earlier: dict, report: Report) -> dict:
    """The report over all requests; what an earlier one created is not "unchanged"."""
    data = report.to_json()
    data["unchanged"] -= earlier["created"] + earlier["joined"]
    data["created"] += earlier["created"]
    data["joined"] += earlier["joined"]
    return data
