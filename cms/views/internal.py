"""/intern/: what is new in a member's circles, their drafts, and a quick way to write."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms import published
from cms.admin.desk import queue, review_days
from cms.admin.forms import QuickEntryForm
from cms.admin.own_entries import unfinished
from cms.domain.kinds import State
from cms.models import Experience, MinutesRound
from cms.permissions import policies
from cms.views.home import latest

DRAFTS = 5
NEW_ENTRIES = 10


@login_required(login_url="cms:login")
def index(request):
    """The first page after signing in. Partners and readers find what is new, nothing to write."""
    user = request.user
    reader = policies.reader_for(user)
    may_write = policies.can_somewhere(user, policies.EDIT)
    edit_url = AdminURLFinder(user).get_edit_url
    drafts = unfinished(user, DRAFTS) if may_write else []
    tickets = queue(user, review_days(request))
    context = {
        "reader": reader,
        "my_projects": published.projects().filter(pk__in=reader.project_ids),
        "latest": latest(reader, NEW_ENTRIES),
        "outcomes": published.outcomes(reader).order_by("-first_published_at", "-pk")[:5],
        "may_write": may_write,
        "invited_to": _under_review(policies.invitations_of(user)),
        "quick_form": QuickEntryForm(user=user, auto_id="kurz-%s") if may_write else None,
        "drafts": [(draft, edit_url(draft)) for draft in drafts],
        "waiting_count": len(tickets),
        "overdue_count": sum(ticket.overdue for ticket in tickets),
        "minutes_rounds": MinutesRound.objects.unanswered_by(user),
        "opens_admin": user.has_perm("wagtailadmin.access_admin"),
    }
    return render(request, "cms/internal.html", context)


def _under_review(experience_ids) -> list[Experience]:
    """Those drafts to which an invitation to comment holds; no query without one."""
    if not experience_ids:
        return []
    entries = Experience.objects.filter(pk__in=experience_ids).with_state()
    in_review = entries.filter(state_value=State.IN_REVIEW.value)
    return list(in_review.select_related("latest_revision"))
