"""What waits, for whom: the lists behind the home page, the desk and the bulk screen."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import TaskState

from cms.domain.kinds import State
from cms.models import Experience
from cms.permissions import policies


def _last_comment() -> Subquery:
    """SQL: what was last said to the author, in a review of this entry."""
    comments = TaskState.objects.filter(
        workflow_state__base_content_type=ContentType.objects.get_for_model(Experience),
        workflow_state__object_id=Cast(OuterRef("pk"), CharField()),
    )
    return Subquery(comments.exclude(comment="").order_by("-pk").values("comment")[:1])


def _entries(user, action: str) -> QuerySet[Experience]:
    entries = Experience.objects.with_state().select_related(
        "project", "latest_revision__user", "table"
    )
    project_ids = policies.project_ids_for(user, action)
    return entries if project_ids is None else entries.filter(project_id__in=project_ids)


def waiting(user) -> QuerySet[Experience]:
    """Entries in review that this person may review, the oldest first."""
    entries = _entries(user, policies.REVIEW).filter(state_value=State.IN_REVIEW.value)
    return entries.order_by("latest_revision__created_at", "pk")


def publishable(user) -> QuerySet[Experience]:
    """What may be published together: what was submitted, what an import brought, the office's own.

    A draft that somebody is still writing is not among them: it was not handed in.
    """
    entries = _entries(user, policies.REVIEW)
    handed_in = (
        Q(state_value=State.IN_REVIEW.value)
        | Q(latest_revision__user=None)
        | Q(project__is_office=True)
    )
    waiting_for_readers = Q(live=False) | Q(has_unpublished_changes=True)
    return entries.filter(handed_in, waiting_for_readers).order_by("table__path", "pk")


def my_entries(user) -> QuerySet[Experience]:
    """Entries that this person drafted or last edited, with the last word of the office."""
    mine = Q(latest_revision__user=user) | Q(workflow_states__requested_by=user)
    ids = Experience.objects.filter(mine).order_by().values("pk").distinct()
    return (
        _entries(user, policies.EDIT)
        .filter(pk__in=ids)
        .annotate(last_comment=_last_comment())
        .order_by("-latest_revision__created_at")
    )
