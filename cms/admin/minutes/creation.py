"""Creating what the preview shows, with a progress bar for long files.

Without JavaScript one request creates everything in one transaction. With it the page's script
sends the same form again and again, and each request creates the next few entries (run_import).
"""

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.admin.minutes.access import get_import, office_only
from cms.domain.errors import RuleError
from cms.models import MinutesImport
from cms.services.run_import import CHUNK, go_on


@office_only
@require_POST
def create(request: HttpRequest, pk: int):
    """Creates the entries, all of them or (for the page's script) the next few."""
    in_parts = request.headers.get("Accept") == "application/json"
    try:
        minutes_import = go_on(get_import(pk), request.user, CHUNK if in_parts else None)
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
