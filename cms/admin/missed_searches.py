"""What people looked for and did not find: the office's list, and what to do about each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cms.admin.access import require_office
from cms.admin.menu import PolicyMenuItem, is_office
from cms.models import MissedSearch
from cms.services.missed_searches import DAYS_TO_SHOW, KEEP_SHOWN, settle

PER_PAGE = 50


@require_GET
def missed_searches(request):
    """The list, the most wanted first."""
    require_office(request)
    page = Paginator(MissedSearch.objects.to_show(), PER_PAGE).get_page(request.GET.get("p"))
    context = {"page": page, "days": DAYS_TO_SHOW, "kept_days": KEEP_SHOWN.days}
    return TemplateResponse(request, "cms/admin/missed_searches.html", context)


@require_POST
def settled(request, pk: int):
    """One line less."""
    require_office(request)
    missed = get_object_or_404(MissedSearch.objects.to_show(), pk=pk)
    settle(missed, request.user)
    messages.success(request, _("„%(text)s“ ist erledigt.") % {"text": missed.text})
    return redirect("guide_missed_searches")


def missed_searches_menu_item() -> PolicyMenuItem:
    """For the office's menu."""
    return PolicyMenuItem(
        gettext_lazy("Suchen ohne Treffer"),
        reverse_lazy("guide_missed_searches"),
        name="missed-searches",
        icon_name="search",
        order=90,
        may=is_office,
    )
