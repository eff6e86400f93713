"""/intern/: what is new in a member's circles, their drafts, and a quick way to write."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from cms import published
from cms.admin.desk import my_entries, waiting
from cms.admin.forms import QuickEntryForm
from cms.domain.kinds import State
from cms.models import Experience
from cms.permissions import policies
from cms.views.home import latest

UNFINISHED = (State.DRAFT, State.RETURNED, State.IN_REVIEW)
DRAFTS = 5
NEW_ENTRIES = 10


@login_required(login_url="cms:login")
def index(request):
    """The first page after signing in. Partners and readers find what is new, nothing to write."""
    user = request.user
    reader = policies.reader_for(user)
    may_write = policies.can_somewhere(user, policies.EDIT)
    drafts = my_entries(user).filter(state_value__in=[state.value for state in UNFINISHED])
    context = {
        "reader": reader,
        "my_projects": published.projects().filter(pk__in=reader.project_ids),
        "latest": latest(reader, NEW_ENTRIES),
        "outcomes": published.outcomes(reader).order_by("-first_published_at", "-pk")[:5],
        "may_write": may_write,
        "invited_to": _under_review(policies.invitations_of(user)),
        "quick_form": QuickEntryForm(user=user, auto_id="kurz-%s") if may_write else None,
        "drafts": list(drafts[:DRAFTS]) if may_write else [],
        "waiting_count": waiting(user).count() if _reviews(user) else 0,
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


def _reviews(user) -> bool:
    return policies.can_somewhere(user, policies.REVIEW)
