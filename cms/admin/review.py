"""The review desk: what waits, one screen for one entry, one screen for many."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.models import TaskState

from cms.admin.desk import publishable, waiting
from cms.admin.forms import ApproveForm, ReturnForm, WithdrawForm
from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.models import Experience, Project
from cms.models.choices import CircleChoices, StateChoices
from cms.permissions import policies
from cms.services.hand_over import hand_over
from cms.services.publish_many import publish_many
from cms.services.review import approve, hidden_sources, is_own_edit, return_entry
from cms.services.withdraw import withdraw

PER_PAGE = 100

READERS = {
    Circle.PROJECT: _("Ihr Projekt und die Koordinierungsstelle"),
    Circle.PROJECTS: _("alle Projekte und die Koordinierungsstelle"),
    Circle.NETWORK: _("alle Projekte, die Koordinierungsstelle und die Partner"),
    Circle.PUBLIC: _("alle, auch ohne Anmeldung"),
}


def _reviewable(request, pk: int) -> Experience:
    entry = get_object_or_404(Experience.objects.select_related("project", "table"), pk=pk)
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
def review(request, pk: int):
    """One entry as its readers will see it, and the two answers: publish or return."""
    entry = _reviewable(request, pk)
    draft = entry.get_latest_revision_as_object()
    approve_form = ApproveForm(
        request.POST if request.POST.get("action") == "approve" else None,
        initial={"circle": draft.visibility},
        is_own_edit=is_own_edit(entry, request.user),
        hidden_sources=hidden_sources(entry),
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


def _comments(entry: Experience):
    """What was said in the reviews of this entry, newest first."""
    states = TaskState.objects.filter(workflow_state__in=entry.workflow_states.all())
    return states.exclude(comment="").select_related("finished_by").order_by("-pk")


def _go_on(request, done: str):
    """Says what happened and opens the next entry, or the desk when nothing waits."""
    messages.success(request, done)
    following = waiting(request.user).first()
    return redirect("guide_review", following.pk) if following else redirect("guide_desk")


@require_GET
def many(request):
    """Drafts to publish or to hand over together: 66 after an import are normal."""
    if not policies.can_somewhere(request.user, policies.REVIEW):
        raise PermissionDenied
    entries = publishable(request.user)
    if request.GET.get("veranstaltung", "").isdigit():
        event_id = int(request.GET["veranstaltung"])
        entries = entries.filter(sources__event=event_id).distinct()
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "circles": CircleChoices.choices,
        "projects": Project.objects.all(),
        "may_hand_over": policies.can(request.user, policies.OFFICE),
        "states": dict(StateChoices.choices),
    }
    return TemplateResponse(request, "cms/admin/many.html", context)


@require_POST
def many_act(request):
    """Publishes or hands over the chosen entries; answers with a result for each.

    The page's script sends a few at a time and shows how far it is; without the script one
    request does them all and shows the results as a page.
    """
    ids = [int(pk) for pk in request.POST.getlist("entry") if pk.isdigit()]
    chosen = list(Experience.objects.filter(pk__in=ids).select_related("project", "table"))
    if request.POST.get("action") == "hand_over":
        results = _hand_over_many(request, chosen)
    else:
        published = publish_many(
            chosen, request.user, circle=request.POST.get("circle") or None, publish_source=True
        )
        results = [(result.object, result.ok, result.message) for result in published]
    rows = [
        {"id": entry.pk, "title": entry.title, "ok": ok, "message": message}
        for entry, ok, message in results
    ]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": rows})
    return TemplateResponse(request, "cms/admin/many_done.html", {"rows": rows})


def _hand_over_many(request, entries: list[Experience]):
    project = get_object_or_404(Project, pk=request.POST.get("project"))
    for entry in entries:
        try:
            hand_over(entry, project, request.user)
            yield entry, True, _("gehört jetzt %(project)s") % {"project": project}
        except RuleError as error:
            yield entry, False, str(error)
