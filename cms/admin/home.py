"""The admin's home page: write, go on writing, review."""

from django.contrib import messages
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.components import Component

from cms.admin.desk import my_entries, waiting
from cms.admin.forms import QuickEntryForm
from cms.domain.errors import RuleError
from cms.domain.kinds import State
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
        mine = list(my_entries(user)[:100])

        def of_state(*states):
            return [entry for entry in mine if entry.state in states][:LIST_LENGTH]

        may_review = policies.can_somewhere(user, policies.REVIEW)
        queue = waiting(user) if may_review else None
        return {
            "request": request,
            # Wagtail renders components without the request's own variables.
            "csrf_token": get_token(request),
            "may_write": policies.can_somewhere(user, policies.EDIT),
            "quick_form": QuickEntryForm(user=user, auto_id="quick_%s"),
            "returned": of_state(State.RETURNED),
            "drafts": of_state(State.DRAFT, State.WITHDRAWN),
            "in_review": of_state(State.IN_REVIEW),
            "published": of_state(State.PUBLISHED),
            "may_review": may_review,
            "waiting": queue[:LIST_LENGTH] if may_review else [],
            "waiting_count": queue.count() if may_review else 0,
            "is_office": policies.can(user, policies.OFFICE),
        }


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
