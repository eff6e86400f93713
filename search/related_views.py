"""/suche/aehnlich/...: what is like an experience, and like what somebody begins to write."""

from django.http import Http404, HttpResponseForbidden, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie

from cms.domain.indexing import ObjectType
from cms.permissions import policies
from search.presentation import owner_of, url_of
from search.related import Existing, existing, related

MAX_LETTERS = 2_000


@require_safe
@vary_on_cookie
def page(request, pk):
    """Experiences like this one: a page, or with ``teil`` the part that its own page loads."""
    entry, rows = related(pk, policies.reader_for(request.user))
    if entry is None:
        raise Http404
    name = "includes/related_list" if "teil" in request.GET else "related"
    context = {"entry": entry, "rows": [{"why": one.reason, **_row(one.entry)} for one in rows]}
    response = TemplateResponse(request, f"search/{name}.html", context)
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    return response


def _row(entry) -> dict[str, str]:
    return {
        "title": entry.title,
        "url": url_of(entry),
        "kind": entry.kind,
        "label": entry.get_kind_display(),
        "owner": owner_of(ObjectType.EXPERIENCE, entry),
    }


@require_POST
def writing(request):
    """What is like the title (and the text) that somebody is writing, as JSON.

    Sent with POST, so that a draft's words stand in no log; nothing is written.
    """
    if not policies.can_somewhere(request.user, policies.EDIT):
        return HttpResponseForbidden()
    number = request.POST.get("entry", "")
    found = existing(
        request.POST.get("title", "")[:MAX_LETTERS],
        request.POST.get("text", "")[:MAX_LETTERS],
        policies.reader_for(request.user),
        without=int(number[:18]) if number.isascii() and number.isdigit() else None,
    )
    response = JsonResponse({"entries": [_existing_row(one, request.user) for one in found]})
    response["Cache-Control"] = "private, no-store"
    return response


def _existing_row(one: Existing, user) -> dict[str, str]:
    """Whose it is, how it stands, where to read it, and where to add to it."""
    if one.draft:
        facts = f"{one.entry.project} · {one.draft.state_label}"
        return {
            "title": one.title,
            "url": reverse("cms:comments", args=[one.entry.pk]),
            "facts": facts,
        }
    row = {
        "title": one.title,
        "url": url_of(one.entry),
        "facts": owner_of(ObjectType.EXPERIENCE, one.entry),
    }
    if policies.may_supplement(user, one.entry):
        row["supplement_url"] = reverse("cms:add_supplement", args=[one.entry.slug])
    return row
