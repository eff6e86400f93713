"""Whom an occasion concerns. Everything here is a condition on accounts: one query finds all.

But for those who wrote: who they are is asked first, with a query that is kept.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import Page, Revision, WorkflowState

from cms.domain.circles import Circle
from cms.domain.occasions import SECURITY, Occasion
from cms.kept_query import KeptQuery, parameter
from cms.models import (
    MinutesRound,
    Project,
    ProjectGroupGrant,
    ProjectUserGrant,
    SavedSearch,
    Supplement,
)
from cms.models.entry import Entry
from cms.permissions import policies, roles


def concerned(occasion: Occasion, obj) -> Q:
    """A condition on accounts: those whom ``occasion`` concerns if nobody else was named.

    Roles, invitations and minutes have no rule: they are told to whom the caller names.
    """
    rule = _RULES.get(occasion)
    return rule(obj) if rule else Q(pk__in=[])


def may_be_told(user, occasion: Occasion, obj) -> bool:
    """May ``user`` (None: an address without an account) see what the message is about?

    Of one's own role one always hears; the office gave the address for barriers.
    """
    if occasion is Occasion.INVITED:
        return policies.can(user, policies.COMMENT, obj)
    if occasion in SECURITY or isinstance(obj, Project):
        return True
    if user is None and occasion is Occasion.BARRIER_REPORTED:
        return True
    if isinstance(obj, SavedSearch):
        return obj.user_id == user.pk
    if isinstance(obj, MinutesRound):
        return policies.can(user, policies.READ_MINUTES, obj)
    about = entry_of(obj) or obj
    if isinstance(about, Page):
        return about.live or policies.can(user, policies.OFFICE)
    if hasattr(about, "project_id") and policies.can(user, policies.SEE, about):
        return True
    if getattr(about, "live", False):
        return policies.reader_for(user).may_see(Circle(about.visibility), about.project_id)
    return policies.can(user, policies.OFFICE)


def holders(permission: str, **on_project) -> Q:
    """Accounts that hold this permission on the projects that the keywords describe."""
    wanted = {f"content_object__{name}": value for name, value in on_project.items()}
    wanted["permission__codename"] = permission
    own = ProjectUserGrant.rows.in_force().filter(**wanted)
    through_group = ProjectGroupGrant.rows.in_force().filter(**wanted)
    return Q(pk__in=own.values("user_id")) | Q(groups__in=through_group.values("group_id"))


def entry_of(obj):
    """The entry that ``obj`` (an entry, or a comment or report on one) is about."""
    if isinstance(obj, Entry):
        return obj
    return getattr(obj, "entry", None) or getattr(obj, "experience", None)


def _office(obj) -> Q:
    return holders(roles.RUN_OFFICE, is_office=True)


def _reviewers(obj) -> Q:
    """The office, and who reviews for the owning project."""
    entry = entry_of(obj)
    of_project = holders(roles.REVIEW_ENTRIES, pk=entry.project_id) if entry else Q(pk__in=[])
    return of_project | _office(obj)


def _writers(obj) -> Q:
    """Who submitted the entry, and who wrote on it, the last editor among them."""
    entry = entry_of(obj) or obj
    base = Page if isinstance(entry, Page) else type(entry)
    base_type = ContentType.objects.get_for_model(base)
    ids = _WRITERS.rows(base_content_type=base_type.pk, object_id=str(entry.pk))
    return Q(pk__in=[pk for (pk,) in ids])


def _writers_of_one() -> QuerySet:
    of_entry = {
        "base_content_type": parameter("base_content_type"),
        "object_id": parameter("object_id"),
    }
    wrote = Revision.objects.order_by().filter(**of_entry, user__isnull=False)
    submitted = WorkflowState.objects.order_by().filter(**of_entry, requested_by__isnull=False)
    return wrote.values_list("user_id").union(submitted.values_list("requested_by_id"))


_WRITERS = KeptQuery(_writers_of_one)


def _editors(obj) -> Q:
    return holders(roles.WRITE_ENTRIES, pk=obj.project_id, is_office=False)


def _owner_of_the_experience(obj) -> Q:
    experience = obj.experience if isinstance(obj, Supplement) else obj
    return _editors(experience) | _writers(experience)


def _leads(obj) -> Q:
    return holders(roles.GRANT_ROLES, pk=getattr(obj, "project_id", None), is_office=False)


_RULES = {
    Occasion.SUBMITTED: _reviewers,
    Occasion.TAKEN_BACK: _reviewers,
    Occasion.OVERDUE: _reviewers,
    Occasion.RETURNED: _writers,
    Occasion.PUBLISHED: _writers,
    Occasion.WITHDRAWN: _writers,
    Occasion.EMERGENCY_WITHDRAWN: lambda obj: _office(obj) | _leads(obj) | _writers(obj),
    Occasion.HANDED_OVER: lambda obj: _editors(obj) | _writers(obj),
    Occasion.COMMENTED: lambda obj: _writers(obj) | _reviewers(obj),
    Occasion.SUPPLEMENTED: _owner_of_the_experience,
    Occasion.PROBLEM_REPORTED: _office,
    Occasion.BARRIER_REPORTED: _office,
    Occasion.WEBHOOK_SWITCHED_OFF: _office,
}
