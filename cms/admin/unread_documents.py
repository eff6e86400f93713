"""Documents whose words could not be read: they are found by their title only."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cms.admin.menu import PolicyMenuItem, may_somewhere
from cms.models import DocumentText
from cms.permissions import policies

PER_PAGE = 50


@require_GET
def unread_documents(request):
    """Those that this person may replace, with what can be done about each."""
    if not policies.can_somewhere(request.user, policies.EDIT):
        raise PermissionDenied
    page = Paginator(unread(request.user), PER_PAGE).get_page(request.GET.get("p"))
    return TemplateResponse(request, "cms/admin/unread_documents.html", {"page": page})


def unread(user):
    """The documents of the projects for which ``user`` may write; the office sees all."""
    rows = DocumentText.objects.exclude(problem="").select_related("document__collection__project")
    project_ids = policies.project_ids_for(user, policies.EDIT)
    if project_ids is not None:
        rows = rows.filter(document__collection__project__in=project_ids)
    return rows.order_by("-document__created_at", "-pk")


def menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_reports_menu_item``."""
    return PolicyMenuItem(
        _("Dokumente ohne Text"),
        reverse_lazy("guide_unread_documents"),
        name="unread-documents",
        icon_name="doc-full",
        order=200,
        may=may_somewhere(policies.EDIT),
    )
