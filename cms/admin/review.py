"""The review desk: what waits, and one screen for one entry."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.admin.desk import Ticket, entries_of, queue, review_days
from cms.admin.desk_filters import DeskFilters
from cms.admin.entry_history import history
from cms.admin.forms import ApproveForm, ReturnForm, WithdrawForm
from cms.admin.readers import Readership, readerships
from cms.admin.review_parts import changes, findings, left_behind
from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.domain.people import name_of
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.review import approve, hidden_sources, last_circle, return_entry
from cms.services.withdraw import withdraw

PER_PAGE = 50


@require_GET
def desk(request):
    """Everything that waits for this reviewer, the longest waiting first, or by project."""
    if not policies.can_somewhere(request.user, policies.REVIEW):
        raise PermissionDenied
    days = review_days(request)
    everything = queue(request.user, days)
    filters = DeskFilters.read(request.GET)
    page = Paginator(filters.apply(everything), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "rows": desk_rows(page.object_list, filters),
        "filters": filters,
        "choices": filters.choices(everything),
        "total": len(everything),
        "overdue_total": sum(ticket.overdue for ticket in everything),
        "review_days": days,
    }
    return TemplateResponse(request, "cms/admin/desk.html", context)


def desk_rows(tickets: Sequence[Ticket], filters: DeskFilters) -> list[tuple[Entry, Ticket, str]]:
    """The entries of these tickets with where each is reviewed, in their order."""
    entries = {(type(entry), entry.pk): entry for entry in entries_of(tickets)}
    # Somebody else may have answered one a moment ago: then there is no entry any more.
    return [
        (entries[ticket.key], ticket, review_url(ticket, filters))
        for ticket in tickets
        if ticket.key in entries
    ]


def review_url(ticket: Ticket, filters: DeskFilters) -> str:
    """Where a waiting entry is reviewed; the choice made at the desk comes along."""
    return reverse(ticket.model.review_url_name, args=[ticket.pk]) + filters.query


@require_http_methods(["GET", "POST"])
def review(request, pk: int, model: type[Entry]):
    """One entry: what is new, who will read it, what to look at, and the answers to it."""
    entry = get_object_or_404(model.objects.select_related("project"), pk=pk)
    if not policies.can(request.user, policies.REVIEW, entry):
        raise PermissionDenied
    filters = DeskFilters.read(request.GET)
    tickets = filters.apply(queue(request.user, review_days(request)))
    following = _following(tickets, entry)
    draft = entry.get_latest_revision_as_object()
    readers = readerships(entry.project)
    forms = _forms(request, entry, draft, readers)
    try:
        done = _act(request.user, entry, draft, forms, readers)
    except RuleError as error:
        messages.error(request, str(error))
        done = None
    if done:
        messages.success(request, done)
        # The next one that waits, or the desk when nothing does.
        return redirect(
            review_url(following, filters) if following else reverse("guide_desk") + filters.query
        )
    context = {
        "entry": entry,
        "draft": draft,
        "changes": changes(entry, draft) if entry.live else [],
        "readers": readers[Circle(draft.visibility)],
        "findings": findings(draft),
        "left_behind": left_behind(entry, draft),
        "may_redact": policies.can(request.user, policies.OFFICE),
        "history": history(entry),
        "hidden_sources": hidden_sources(entry),
        "seen_at": saved_at.isoformat() if (saved_at := _saved_at(entry)) else "",
        "author": name_of(entry.latest_revision.user) if _has_editor(entry) else "",
        "edit_url": AdminURLFinder(request.user).get_edit_url(entry),
        "desk_url": reverse("guide_desk") + filters.query,
        "later_url": review_url(following, filters) if following else None,
        "waiting_count": len(tickets),
        "ticket": next((t for t in tickets if t.key == (model, entry.pk)), None),
        **forms,
    }
    return TemplateResponse(request, "cms/admin/review.html", context)


def _has_editor(entry: Entry) -> bool:
    return entry.latest_revision is not None and entry.latest_revision.user_id is not None


def _saved_at(entry: Entry) -> datetime | None:
    """When the shown draft was saved: saving by itself goes on in the same revision."""
    return entry.latest_revision.created_at if entry.latest_revision else None


def _following(tickets: list[Ticket], entry: Entry) -> Ticket | None:
    """The ticket behind that of ``entry``; from the last one on from the start. None: no other."""
    others = [ticket for ticket in tickets if ticket.key != (type(entry), entry.pk)]
    place = next(
        (at for at, ticket in enumerate(tickets) if ticket.key == (type(entry), entry.pk)), 0
    )
    return others[place % len(others)] if others else None


def _forms(request, entry: Entry, draft: Entry, readers: dict[Circle, Readership]) -> dict:
    """The answers that are open to this person now; one of them holds what was sent."""

    def sent(action: str):
        return request.POST if request.POST.get("action") == action else None

    hidden = hidden_sources(entry)
    return {
        "approve_form": ApproveForm(
            sent("approve"),
            initial={
                "circle": draft.visibility,
                "revision_id": entry.latest_revision_id,
                "seen_at": _saved_at(entry),
            },
            is_own_edit=entry.was_last_edited_by(request.user),
            hidden_sources=hidden if policies.can(request.user, policies.OFFICE) else [],
            readers=readers,
            # Who lets in more than could read it last, or than the draft asks for, confirms it.
            known_circle=last_circle(entry) or Circle(draft.visibility),
        ),
        "return_form": ReturnForm(sent("return")) if entry.workflow_in_progress else None,
        "withdraw_form": WithdrawForm(sent("withdraw")) if entry.live else None,
    }


def _act(
    user, entry: Entry, draft: Entry, forms: dict, readers: dict[Circle, Readership]
) -> str | None:
    """Does what was sent; the sentence that says what happened, or None. Raises RuleError."""
    title = {"title": draft.title}
    approve_form, return_form = forms["approve_form"], forms["return_form"]
    withdraw_form = forms["withdraw_form"]
    if approve_form.is_valid():
        approve(entry, user, **approve_form.decision)
        entry.refresh_from_db()
        if entry.approved_schedule:
            when = localtime(entry.scheduled_revision.approved_go_live_at)
            return _("„%(title)s“ ist freigegeben und erscheint am %(when)s Uhr.") % {
                **title,
                "when": date_format(when, "d.m.Y H:i"),
            }
        readership = readers[Circle(approve_form.cleaned_data["circle"])]
        return _("„%(title)s“ ist veröffentlicht. Das sehen jetzt: %(readers)s.") % {
            **title,
            "readers": readership.sentence,
        }
    if return_form and return_form.is_valid():
        return_entry(entry, user, return_form.cleaned_data["reason"])
        return _("„%(title)s“ ist mit Ihrer Begründung zurückgegeben.") % title
    if withdraw_form and withdraw_form.is_valid():
        withdraw(entry, user, withdraw_form.cleaned_data["reason"])
        return _("„%(title)s“ ist zurückgezogen. Niemand liest es mehr.") % title
    return None
