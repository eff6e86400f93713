"""The trash of one's own projects, and the way back out of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cms.admin.entry_views import entry_model
from cms.admin.menu import PolicyMenuItem, may_somewhere
from cms.domain.errors import RuleError
from cms.models import Experience, Supplement
from cms.permissions import policies
from cms.services.trash import KEPT_DAYS, in_trash, restore

PER_PAGE = 100


@require_GET
def trash_list(request):
    """What was thrown away in the projects for which this person may write."""
    if not policies.can_somewhere(request.user, policies.RESTORE):
        raise PermissionDenied
    supplements = in_trash(Supplement, request.user).select_related("experience")
    page = Paginator(in_trash(Experience, request.user), PER_PAGE).get_page(request.GET.get("p"))
    context = {"page": page, "supplements": supplements[:PER_PAGE], "days": KEPT_DAYS}
    return TemplateResponse(request, "cms/admin/trash.html", context)


@require_POST
def trash_restore(request, kind: str, pk: int):
    """Brings one entry back and opens it."""
    entry = get_object_or_404(entry_model(kind).with_trash, pk=pk)
    if not policies.can(request.user, policies.RESTORE, entry):
        raise PermissionDenied
    try:
        restore(entry, request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("guide_trash")
    messages.success(
        request, _("„%(title)s“ ist wieder ein Entwurf.") % {"title": entry.draft_title}
    )
    return redirect(entry.snippet_viewset.get_url_name("edit"), entry.pk)


def trash_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return PolicyMenuItem(
        gettext_lazy("Papierkorb"),
        reverse_lazy("guide_trash"),
        name="trash",
        icon_name="bin",
        order=900,
        may=may_somewhere(policies.RESTORE),
    )
