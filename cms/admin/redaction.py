"""Remove a passage or a person for good: look first, then decide."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from cms.admin.access import require_office
from cms.admin.forms import RedactionForm
from cms.admin.many import number
from cms.admin.menu import PolicyMenuItem, is_office
from cms.domain.errors import RuleError
from cms.models import Redaction
from cms.services.redact import preview, redact

SHOWN_PLACES = 200
SHOWN_ACTS = 50


@require_http_methods(["GET", "POST"])
def redaction(request):
    """The form, the preview of what would go, and the acts of the past.

    What is looked for travels in the body of a request only, never in an address or a log.
    """
    require_office(request)
    form = RedactionForm(request.POST or None)
    found = None
    if form.is_valid():
        try:
            if request.POST.get("action") == "redact":
                return _redact(request, form)
            found = preview(form.wording, request.user)
        except RuleError as error:
            messages.error(request, str(error))
    context = {
        "form": form,
        "found": found,
        "shown": found.places[:SHOWN_PLACES] if found else [],
        "not_shown": max(0, len(found.places) - SHOWN_PLACES) if found else 0,
        "acts": Redaction.objects.select_related("by")[:SHOWN_ACTS],
    }
    return TemplateResponse(request, "cms/admin/redaction.html", context)


def _redact(request, form):
    done = redact(
        form.wording,
        request.user,
        form.cleaned_data["reason"],
        expected=number(request.POST.get("expected", "")),
        document_ids=frozenset(filter(None, map(number, request.POST.getlist("document")))),
    )
    messages.success(
        request,
        ngettext(
            "An %(count)s Stelle entfernt. Suche und Seiten zeigen es in Kürze nicht mehr.",
            "An %(count)s Stellen entfernt. Suche und Seiten zeigen es in Kürze nicht mehr.",
            done.place_count,
        )
        % {"count": done.place_count},
    )
    return redirect("guide_redaction")


def redaction_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_settings_menu_item``."""
    return PolicyMenuItem(
        gettext_lazy("Endgültig entfernen"),
        reverse_lazy("guide_redaction"),
        name="redaction",
        icon_name="cross",
        order=910,
        may=is_office,
    )
