"""Many entries at once: publish or hand over, with progress and a result for each."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cms.admin.desk import publishable
from cms.admin.forms import ManyForm
from cms.domain.errors import RuleError
from cms.models import Experience, Project
from cms.permissions import policies
from cms.services.hand_over import hand_over
from cms.services.publish_many import publish_many

PER_PAGE = 100


@require_GET
def many(request):
    """Drafts to publish or to hand over together: 66 after an import are normal."""
    if not policies.can_somewhere(request.user, policies.REVIEW):
        raise PermissionDenied
    entries = publishable(request.user)
    event_id = number(request.GET.get("veranstaltung", ""))
    if event_id is not None:
        entries = entries.filter(sources__event=event_id).distinct()
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "form": ManyForm(),
        "may_hand_over": policies.can(request.user, policies.OFFICE),
    }
    return TemplateResponse(request, "cms/admin/many.html", context)


@require_POST
def many_act(request):
    """Publishes or hands over the chosen entries; answers with a result for each.

    The page's script sends a few at a time and shows how far it is; without the script one
    request does them all and shows the results as a page.
    """
    if not policies.can_somewhere(request.user, policies.REVIEW):
        raise PermissionDenied
    seen = dict(filter(None, map(_seen, request.POST.getlist("entry"))))
    # Only what the list shows to this person: ids of others name nothing.
    chosen = list(publishable(request.user).filter(pk__in=seen))
    form = ManyForm(request.POST)
    if not form.is_valid():
        results = [(entry, False, _("Diese Auswahl gibt es nicht.")) for entry in chosen]
    elif request.POST.get("action") == "hand_over":
        results = [_hand_over(entry, form.cleaned_data["project"], request) for entry in chosen]
    else:
        circle = form.cleaned_data["circle"] or None
        published = publish_many(
            chosen, request.user, circle=circle, publish_source=True, revision_ids=seen
        )
        results = [(result.object, result.ok, result.message) for result in published]
    rows = [
        {"id": entry.pk, "title": entry.draft_title, "ok": ok, "message": message}
        for entry, ok, message in results
    ]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": rows})
    return TemplateResponse(request, "cms/admin/many_done.html", {"rows": rows})


def number(text: str) -> int | None:
    """A whole number that fits a key, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _seen(value: str) -> tuple[int, int | None] | None:
    """``12-345``: the entry, and the draft of it that the page showed (0: it has none)."""
    entry, _separator, revision = value.partition("-")
    entry_id, revision_id = number(entry), number(revision)
    return None if entry_id is None or revision_id is None else (entry_id, revision_id or None)


def _hand_over(entry: Experience, project: Project | None, request) -> tuple:
    if project is None:
        return entry, False, _("Bitte wählen Sie ein Projekt.")
    try:
        hand_over(entry, project, request.user)
    except RuleError as error:
        return entry, False, str(error)
    return entry, True, _("gehört jetzt %(project)s") % {"project": project}
