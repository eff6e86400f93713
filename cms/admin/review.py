"""The review desk: what waits, and one screen for one entry."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.models import TaskState

from cms.admin.desk import waiting
from cms.admin.forms import ApproveForm, ReturnForm, WithdrawForm
from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.review import approve, hidden_sources, return_entry
from cms.services.withdraw import withdraw

PER_PAGE = 100

READERS = {
    Circle.PROJECT: _("Ihr Projekt und die Koordinierungsstelle"),
    Circle.PROJECTS: _("alle Projekte und die Koordinierungsstelle"),
    Circle.NETWORK: _("alle Projekte, die Koordinierungsstelle und die Partner"),
    Circle.PUBLIC: _("alle, auch ohne Anmeldung"),
}


def _reviewable(request, model: type[Entry], pk: int) -> Entry:
    entry = get_object_or_404(model.objects.select_related("project"), pk=pk)
    if not policies.can(request.user, policies.REVIEW, entry):
        raise PermissionDenied
    return entry


@require_GET
def desk(request):
    """Everything that waits for this reviewer, the oldest first."""
    if not policies.can_somewhere(request.user, policies.REVIEW):
        raise PermissionDenied
    page = Paginator(waiting(request.user), PER_PAGE).get_page(request.GET.get("p"))
    return TemplateResponse(request, "cms/admin/desk.html", {"page": page})


@require_http_methods(["GET", "POST"])
def review(request, pk: int, model: type[Entry]):
    """One entry as its readers will see it, and the two answers: publish or return."""
    entry = _reviewable(request, model, pk)
    draft = entry.get_latest_revision_as_object()
    hidden = hidden_sources(entry)
    approve_form = ApproveForm(
        request.POST if request.POST.get("action") == "approve" else None,
        initial={"circle": draft.visibility, "revision_id": entry.latest_revision_id},
        is_own_edit=entry.was_last_edited_by(request.user),
        hidden_sources=hidden if policies.can(request.user, policies.OFFICE) else [],
    )
    return_form = ReturnForm(request.POST if request.POST.get("action") == "return" else None)
    withdraw_form = WithdrawForm(request.POST if request.POST.get("action") == "withdraw" else None)
    done = None
    try:
        if approve_form.is_valid():
            approve(entry, request.user, **approve_form.cleaned_data)
            done = _("„%(title)s“ ist veröffentlicht. Das sehen jetzt: %(readers)s.") % {
                "title": draft.title,
                "readers": READERS[Circle(approve_form.cleaned_data["circle"])],
            }
        elif return_form.is_valid():
            return_entry(entry, request.user, return_form.cleaned_data["reason"])
            done = _("„%(title)s“ ist mit Ihrer Begründung zurückgegeben.") % {"title": draft.title}
        elif withdraw_form.is_valid():
            withdraw(entry, request.user, withdraw_form.cleaned_data["reason"])
            done = _("„%(title)s“ ist zurückgezogen. Niemand liest es mehr.") % {
                "title": draft.title
            }
    except RuleError as error:
        messages.error(request, str(error))
    if done:
        return _go_on(request, done)
    context = {
        "entry": entry,
        "hidden_sources": hidden,
        "draft": draft,
        "published": entry if entry.live else None,
        "state": entry.state_label,
        "in_review": entry.workflow_in_progress,
        "approve_form": approve_form,
        "return_form": return_form,
        "withdraw_form": withdraw_form,
        "comments": _comments(entry),
        "author": entry.latest_revision.user if entry.latest_revision else None,
        "waiting_count": waiting(request.user).count(),
    }
    return TemplateResponse(request, "cms/admin/review.html", context)


def _comments(entry: Entry):
    """What was said in the reviews of this entry, newest first."""
    states = TaskState.objects.filter(workflow_state__in=entry.workflow_states.all())
    return states.exclude(comment="").select_related("finished_by").order_by("-pk")


def _go_on(request, done: str):
    """Says what happened and opens the next entry, or the desk when nothing waits."""
    messages.success(request, done)
    following = waiting(request.user).first()
    return redirect("guide_review", following.pk) if following else redirect("guide_desk")
