"""The end of a project: what will happen, and bringing it about step by step."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.admin.access import require_office
from cms.admin.sharing.forms import SureForm
from cms.admin.sharing.project import project_to
from cms.admin.sharing.tabs import END, project_tabs
from cms.domain.errors import RuleError
from cms.permissions import policies
from cms.services.end_project import (
    begin_end,
    pass_on_batch,
    plan_end,
    reopen_project,
    take_back_batch,
)


def _project(request, pk):
    project = project_to(request.user, policies.SEE, pk)
    require_office(request)
    if project.is_office:
        raise PermissionDenied
    return project


@require_http_methods(["GET", "POST"])
def end_project(request, pk):
    """What the end does, with numbers; the button; afterwards, how far it is."""
    project = _project(request, pk)
    form = SureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            begin_end(project, by=request.user)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _(
                    "Die Zugänge sind beendet. Es fehlt noch ein Schritt: Übergeben Sie die "
                    "Einträge."
                ),
            )
            return redirect("guide_end_project", project.pk)
    context = {
        "project": project,
        "tabs": project_tabs(request.user, project, END),
        "plan": plan_end(project),
        "form": form,
    }
    return TemplateResponse(request, "cms/admin/sharing/end.html", context)


@require_POST
def pass_on(request, pk):
    """The next entries; the page's script asks again until none is left."""
    project = _project(request, pk)
    return _step(request, project, pass_on_batch, _("Alle Einträge sind übergeben."))


@require_POST
def reopen(request, pk):
    """Takes the end back; the first request does so, the next ones bring the entries."""
    project = _project(request, pk)
    if project.end is not None:
        reopen_project(project, by=request.user)
        project.refresh_from_db()
    return _step(request, project, take_back_batch, _("Das Projekt läuft wieder."))


def _step(request, project, service, done: str):
    try:
        left = service(project, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("guide_end_project", project.pk)
    if left == 0:
        messages.success(request, done)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"left": left})
    if left:
        messages.info(request, _("Noch %(left)s Einträge.") % {"left": left})
    return redirect("guide_end_project", project.pk)
