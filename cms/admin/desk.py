"""What waits for a reviewer: the queue behind the desk, the review, and the bulk screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cms.domain.kinds import State
from cms.models import ENTRY_MODELS, Experience, GuideSettings, Supplement
from cms.models.entry import Entry, EntryQuerySet
from cms.permissions import policies
from cms.views import layout

#: The word for supplements where experiences are chosen by their kind.
SUPPLEMENTS = "supplement"


@dataclass(frozen=True)
class Ticket:
    """That an entry waits, since when and of which project: enough to sort, count and link."""

    model: type[Entry]
    pk: int
    since: datetime
    project_id: int
    project: str
    kind: str
    overdue: bool

    @property
    def key(self) -> tuple[type[Entry], int]:
        return self.model, self.pk


def review_days(request) -> int:
    """After how many days of waiting an entry is overdue: the office's setting."""
    guide = layout.frame(request).guide
    return guide.review_days if guide else GuideSettings._meta.get_field("review_days").default


def queue(user, review_days: int) -> list[Ticket]:
    """All entries in review that this person may review, the longest waiting first.

    One query for each kind of entry. Overdue is what waits longer than ``review_days``.
    """
    tickets = []
    for model in ENTRY_MODELS:
        entries = may_review(model, user).filter(state_value=State.IN_REVIEW.value)
        columns = ["pk", "waiting_since", "overdue", "project_id", "project__title"]
        if model is Experience:
            columns.append("kind")
        rows = entries.with_waiting(review_days).order_by()
        for pk, since, overdue, project_id, project, *kind in rows.values_list(*columns):
            kind_of_it = kind[0] if kind else SUPPLEMENTS
            tickets.append(Ticket(model, pk, since, project_id, project, kind_of_it, overdue))
    return sorted(tickets, key=lambda ticket: (ticket.since, ticket.pk))


def entries_of(tickets: Sequence[Ticket]) -> list[Entry]:
    """The entries of these tickets, in their order. One query for each kind of entry."""
    found = {}
    for model in ENTRY_MODELS:
        pks = [ticket.pk for ticket in tickets if ticket.model is model]
        found.update({(model, entry.pk): entry for entry in for_lists(model).filter(pk__in=pks)})
    return [found[ticket.key] for ticket in tickets if ticket.key in found]


def for_lists(model: type[Entry]) -> EntryQuerySet:
    """Entries with all that a row of a list shows, without a query for each."""
    related = ["project", "latest_revision__user"]
    related.append("experience" if model is Supplement else "table")
    return model.objects.with_state().select_related(*related)


def may_review(model: type[Entry], user) -> EntryQuerySet:
    """The entries that this person may review, with their state."""
    entries = for_lists(model)
    project_ids = policies.project_ids_for(user, policies.REVIEW)
    return entries if project_ids is None else entries.filter(project_id__in=project_ids)


def publishable(user) -> QuerySet[Experience]:
    """What may be published together: what was submitted, what an import brought, the office's own.

    A draft that somebody is still writing is not among them: it was not handed in.
    """
    handed_in = (
        Q(state_value=State.IN_REVIEW.value)
        | Q(latest_revision__user=None)
        | Q(project__is_office=True)
    )
    waiting_for_readers = Q(live=False) | Q(has_unpublished_changes=True)
    entries = may_review(Experience, user).filter(handed_in, waiting_for_readers)
    return entries.order_by("table__path", "pk")
