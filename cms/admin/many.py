"""Many at once: publish, return, withdraw or hand over, with progress and a result for each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cms.admin.desk import publishable
from cms.admin.forms import ManyForm
from cms.domain.circles import Circle
from cms.domain.kinds import State
from cms.models import Experience, Outcome, Supplement
from cms.permissions import policies
from cms.services.check_personal_data import check_personal_data
from cms.services.hand_over import hand_over
from cms.services.one_by_one import Result, one_by_one
from cms.services.publish_many import Seen, publish_many
from cms.services.review import return_entry
from cms.services.withdraw import withdraw

PER_PAGE = 100

KINDS: dict[str, tuple[type[Model], str]] = {
    "erfahrungen": (Experience, gettext_lazy("Erfahrungen")),
    "ergaenzungen": (Supplement, gettext_lazy("Ergänzungen")),
    "beschluesse": (Outcome, gettext_lazy("Beschlüsse und Weiterverfolgungen")),
}
STATES = {"offen": gettext_lazy("zu veröffentlichen"), "gelesen": gettext_lazy("veröffentlicht")}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One line of the list; ``value`` names the object and the draft that was shown of it."""

    id: int
    value: str
    title: str
    url: str
    project: str
    state: str
    circle: str


@require_GET
def many(request):
    """What can be done together: 66 drafts after an import are normal."""
    kind, state = _chosen(request.GET)
    objects = _objects(request.user, kind, state)
    event_id = number(request.GET.get("veranstaltung", ""))
    if event_id is not None and kind != "ergaenzungen":
        said = {"sources__event": event_id} if kind == "erfahrungen" else {"event": event_id}
        objects = objects.filter(**said).distinct()
    page = Paginator(objects, PER_PAGE).get_page(request.GET.get("p"))
    is_office = policies.can(request.user, policies.OFFICE)
    context = {
        "page": page,
        "rows": [_row(obj) for obj in page.object_list],
        "kinds": {name: label for name, (_model, label) in KINDS.items()},
        "kind": kind,
        "states": STATES,
        "state": state,
        "form": ManyForm(),
        "may_hand_over": is_office and kind != "beschluesse",
        "may_return": state == "offen" and kind != "beschluesse",
    }
    return TemplateResponse(request, "cms/admin/many.html", context)


@require_POST
@transaction.non_atomic_requests  # each in a transaction of its own
def many_act(request):
    """Does what was chosen to each; answers with a result for each.

    The page's script sends a few at a time and shows how far it is; without the script one
    request does them all and shows the results as a page.
    """
    kind, state = _chosen(request.POST)
    seen = dict(filter(None, map(_seen, request.POST.getlist("entry"))))
    # Only what the list shows to this person: ids of others name nothing.
    objects = list(_objects(request.user, kind, state).filter(pk__in=seen))
    form = ManyForm(request.POST)
    if form.is_valid():
        action = request.POST.get("action", "publish")
        results = _act(request.user, action, objects, form.cleaned_data, seen)
    else:
        results = [Result(obj, False, _("Diese Auswahl gibt es nicht.")) for obj in objects]
    rows = [
        {
            "id": result.object.pk,
            "title": _title(result.object),
            "url": _url(result.object),
            "ok": result.ok,
            "message": result.message,
        }
        for result in results
    ]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": rows})
    return TemplateResponse(request, "cms/admin/many_done.html", {"rows": rows})


def _act(user, action: str, objects: list, data: dict, seen: dict[int, Seen]) -> list[Result]:
    """One of the four deeds, by the rules of a single one."""
    reason, project = data["reason"], data["project"]
    if action == "hand_over":
        if project is None:
            return [Result(obj, False, _("Bitte wählen Sie ein Projekt.")) for obj in objects]
        done = _("gehört jetzt %(project)s") % {"project": project}
        return one_by_one(objects, lambda obj: hand_over(obj, project, user), done)
    if action == "return":
        return one_by_one(objects, lambda obj: return_entry(obj, user, reason), _("zurückgegeben"))
    if action == "withdraw":
        return one_by_one(objects, lambda obj: withdraw(obj, user, reason), _("zurückgezogen"))
    circle = data["circle"] or None
    refused = _not_for_the_public(objects, circle, confirmed=data["confirmed"])
    rest = [obj for obj in objects if obj.pk not in refused]
    published = publish_many(rest, user, circle=circle, publish_source=True, seen=seen)
    return [*refused.values(), *published]


def _not_for_the_public(objects: list, circle: str | None, *, confirmed: bool) -> dict[int, Result]:
    """What would become public without anybody having looked for personal data, by id.

    As in the review of one: it must be confirmed; and what the check finds is looked at there.
    """
    refused = {}
    for obj in objects:
        draft = obj.get_latest_revision_as_object()
        if (circle or draft.visibility) != Circle.PUBLIC or isinstance(obj, Outcome):
            continue
        if not confirmed:
            reason = _("Wird öffentlich: Bitte bestätigen Sie, dass Sie nachgesehen haben.")
            refused[obj.pk] = Result(obj, False, reason)
        elif found := check_personal_data(draft):
            reason = _("Bitte einzeln prüfen, persönliche Angabe: „%(text)s“")
            refused[obj.pk] = Result(obj, False, reason % {"text": found[0].text})
    return refused


def _chosen(parameters) -> tuple[str, str]:
    kind, state = parameters.get("was", ""), parameters.get("stand", "")
    return kind if kind in KINDS else "erfahrungen", state if state in STATES else "offen"


def _objects(user, kind: str, state: str) -> QuerySet:
    """What this person may review, of this kind. Raises PermissionDenied without any right."""
    if not policies.can_somewhere(user, policies.REVIEW):
        raise PermissionDenied
    model = KINDS[kind][0]
    if model is Outcome:
        is_office = policies.can(user, policies.OFFICE)
        outcomes = Outcome.objects.all() if is_office else Outcome.objects.none()
        unread = Q(live=False) | Q(has_unpublished_changes=True)
        outcomes = outcomes.filter(unread if state == "offen" else Q(live=True))
        return outcomes.select_related("project", "latest_revision").order_by("table__path", "pk")
    if model is Experience and state == "offen":
        return publishable(user)
    entries = model.objects.with_state().select_related("project", "latest_revision")
    if model is Supplement:
        entries = entries.select_related("experience")
    project_ids = policies.project_ids_for(user, policies.REVIEW)
    entries = entries if project_ids is None else entries.filter(project_id__in=project_ids)
    if state == "offen":
        return entries.filter(state_value=State.IN_REVIEW.value).order_by("pk")
    return entries.filter(live=True).order_by("-last_published_at", "pk")


def _row(obj) -> Row:
    is_outcome = isinstance(obj, Outcome)
    return Row(
        id=obj.pk,
        value=_value(obj),
        title=_title(obj),
        url=_url(obj),
        project=str(obj.project),
        state=obj.get_state_display() if is_outcome else obj.state_label,
        circle=obj.get_visibility_display() if is_outcome else obj.draft_circle_label,
    )


def _title(obj) -> str:
    return obj.title if isinstance(obj, Outcome) else obj.draft_title


def _url(obj) -> str:
    if isinstance(obj, Outcome):
        return reverse("guide_outcomes:edit", args=[obj.pk])
    return reverse(obj.review_url_name, args=[obj.pk])


def number(text: str) -> int | None:
    """A whole number that fits a key, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None


def _value(obj) -> str:
    """``12-345-…``: the object, the draft that the page shows (0: none), and when it was saved."""
    revision = obj.latest_revision
    if revision is None:
        return f"{obj.pk}-0"
    saved = (revision.created_at - _EPOCH) // timedelta(microseconds=1)
    return f"{obj.pk}-{revision.pk}-{saved}"


def _seen(value: str) -> tuple[int, Seen] | None:
    """The other way round; None if it is nothing of the kind."""
    numbers = [number(part) for part in value.split("-")]
    if len(numbers) not in (2, 3) or None in numbers:
        return None
    pk, revision_id, *saved = numbers
    seen_at = _EPOCH + timedelta(microseconds=saved[0]) if saved else None
    return pk, (revision_id or None, seen_at)
