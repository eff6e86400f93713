"""The admin's home page: write, go on writing, review."""

from dataclasses import dataclass

from django.contrib import messages
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import Component

from cms.admin.desk import queue, review_days
from cms.admin.desk_filters import DeskFilters
from cms.admin.forms import QuickEntryForm
from cms.admin.own_entries import own_entries
from cms.admin.review import desk_rows
from cms.domain.errors import RuleError
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.create_experience import create_experience

LIST_LENGTH = 8


class GuideHomePanel(Component):
    """Quick entry, own drafts by state, and what waits for a reviewer."""

    name = "guide"
    template_name = "cms/admin/home_panel.html"
    order = 10

    def get_context_data(self, parent_context):
        request = parent_context["request"]
        user = request.user
        may_write = policies.can_somewhere(user, policies.EDIT)
        may_review = policies.can_somewhere(user, policies.REVIEW)
        tickets = queue(user, review_days(request)) if may_review else []
        return {
            "request": request,
            # Wagtail renders components without the request's own variables.
            "csrf_token": get_token(request),
            "may_write": may_write,
            "quick_form": QuickEntryForm(user=user, auto_id="quick_%s"),
            "lists": _lists(user) if may_write else [],
            "may_review": may_review,
            "waiting": desk_rows(tickets[:LIST_LENGTH], DeskFilters()),
            "waiting_count": len(tickets),
            "overdue_count": sum(ticket.overdue for ticket in tickets),
            "is_office": policies.can(user, policies.OFFICE),
            "may_report": policies.can_somewhere(user, policies.SEE),
        }


@dataclass(frozen=True)
class HomeList:
    """A list on the home page: entries with where each is edited; ``empty`` if there are none."""

    name: str
    title: str
    empty: str
    rows: list[tuple[Entry, str | None]]
    attention: bool = False


def _lists(user) -> list[HomeList]:
    """A writer's own entries by state; what asks for an answer comes first."""
    own = own_entries(user, LIST_LENGTH)
    # (name, heading, what an empty list says; None: an empty list is not shown, entries)
    lists = [
        ("returned", _("Zurückgegeben"), None, own.returned),
        (
            "drafts",
            _("Meine Entwürfe"),
            _("Keine Entwürfe. Oben können Sie eine Erfahrung in einem Satz aufschreiben."),
            own.drafts,
        ),
        ("in-review", _("In Prüfung"), _("Nichts in Prüfung."), own.in_review),
        (
            "published",
            _("Veröffentlicht"),
            _("Noch nichts von Ihnen veröffentlicht."),
            own.published,
        ),
        ("withdrawn", _("Zurückgezogen"), None, own.withdrawn),
        ("colleagues", _("Entwürfe von Kolleginnen und Kollegen"), None, own.colleagues),
    ]
    edit_url = AdminURLFinder(user).get_edit_url
    return [
        HomeList(
            name,
            title,
            empty or "",
            [(entry, edit_url(entry)) for entry in entries],
            attention=name == "returned",
        )
        for name, title, empty, entries in lists
        if entries or empty
    ]


def homepage_panels(request, panels) -> None:
    """For Wagtail's hook ``construct_homepage_panels``: ours instead of Wagtail's lists."""
    panels[:] = [GuideHomePanel()]


def main_menu(request, items) -> None:
    """For Wagtail's hook ``construct_main_menu``: its help is about Wagtail, and English."""
    items[:] = [item for item in items if item.name != "help"]


@require_POST
def quick_entry(request):
    """Writes a draft of one line and opens its form."""
    form = QuickEntryForm(request.POST, user=request.user)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return redirect("wagtailadmin_home")
    try:
        entry = create_experience(
            request.user,
            form.cleaned_data["project"],
            form.cleaned_data["title"],
            kind=form.cleaned_data["kind"],
        )
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("wagtailadmin_home")
    messages.success(
        request,
        _("Entwurf gespeichert. Ergänzen Sie, was Sie mögen, und reichen Sie ihn dann ein."),
    )
    return redirect(reverse("guide_experiences:edit", args=[entry.pk]))
