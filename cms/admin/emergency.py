"""Withdraw something at once: a small screen that asks why."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.admin.entry_views import entry_model
from cms.admin.forms import EmergencyForm
from cms.domain.errors import RuleError
from cms.permissions import policies
from cms.services.withdraw import withdraw_in_emergency


@require_http_methods(["GET", "POST"])
def emergency(request, kind: str, pk: int):
    """Takes an entry from its readers, by its own project or the office, without review."""
    entry = get_object_or_404(entry_model(kind).objects.select_related("project"), pk=pk)
    if not policies.can(request.user, policies.EMERGENCY_WITHDRAW, entry):
        raise PermissionDenied
    edit_url_name = entry.snippet_viewset.get_url_name("edit")
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw_in_emergency(entry, request.user, form.cleaned_data["reason"])
        except RuleError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _(
                    "„%(title)s“ ist zurückgezogen: Niemand liest es mehr. Wieder erscheinen kann "
                    "es nur nach einer Prüfung."
                )
                % {"title": entry.title},
            )
        return redirect(edit_url_name, entry.pk)
    context = {"entry": entry, "form": form, "edit_url_name": edit_url_name}
    return TemplateResponse(request, "cms/admin/emergency.html", context)
