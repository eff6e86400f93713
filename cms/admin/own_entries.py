"""What a writer finds on the home page: own entries by state, and drafts of colleagues."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry

from cms.admin.desk import for_lists
from cms.domain.kinds import State
from cms.models import ENTRY_MODELS
from cms.models.entry import Entry, EntryQuerySet
from cms.models.publishing import APPROVAL_ACTION
from cms.permissions import policies, roles
from cms.services.withdraw import WITHDRAW_ACTION

_ANSWERS = ("wagtail.workflow.approve", "wagtail.workflow.reject", APPROVAL_ACTION)
RETURNED = Q(state_value=State.RETURNED.value)
IN_REVIEW = Q(state_value=State.IN_REVIEW.value)
WITHDRAWN = Q(state_value=State.WITHDRAWN.value)
PUBLISHED = Q(state_value=State.PUBLISHED.value, has_unpublished_changes=False)
#: Whoever changes what is published has a draft again, until that is published too.
DRAFTS = Q(state_value=State.DRAFT.value) | Q(
    state_value=State.PUBLISHED.value, has_unpublished_changes=True
)


@dataclass(frozen=True)
class OwnEntries:
    """The entries of one person, the last edited first; each list has a limited length."""

    returned: list[Entry]
    drafts: list[Entry]
    in_review: list[Entry]
    withdrawn: list[Entry]
    published: list[Entry]
    colleagues: list[Entry]


def own_entries(user, limit: int) -> OwnEntries:
    """What this person drafted or last edited. A constant number of queries.

    Each entry has ``last_comment``, what the office last said of it; withdrawn ones have
    ``withdraw_reason``.
    """
    withdrawn = _latest(user, WITHDRAWN, limit)
    _add_withdraw_reasons(withdrawn)
    return OwnEntries(
        returned=_latest(user, RETURNED, limit),
        drafts=_latest(user, DRAFTS, limit),
        in_review=_latest(user, IN_REVIEW, limit),
        withdrawn=withdrawn,
        published=_latest(user, PUBLISHED, limit),
        colleagues=drafts_of_colleagues(user, limit),
    )


def unfinished(user, limit: int) -> list[Entry]:
    """What this person goes on with: returned entries, drafts, and what is in review."""
    return _latest(user, RETURNED | DRAFTS | IN_REVIEW, limit)


def drafts_of_colleagues(user, limit: int) -> list[Entry]:
    """Drafts and returned entries of the person's own projects that somebody else writes.

    The office may write everywhere: its colleagues are those of its own project.
    """
    project_ids = policies.grants_of(user).projects_with(roles.WRITE_ENTRIES)
    found: list[Entry] = []
    for model in ENTRY_MODELS:
        entries = for_lists(model).filter(DRAFTS | RETURNED, project_id__in=project_ids)
        entries = entries.exclude(pk__in=_ids_of(model, user))
        found += entries.order_by("-latest_revision__created_at", "-pk")[:limit]
    return _newest(found, limit)


def _latest(user, where: Q, limit: int) -> list[Entry]:
    project_ids = policies.project_ids_for(user, policies.EDIT)
    found: list[Entry] = []
    for model in ENTRY_MODELS:
        entries = for_lists(model).filter(where, pk__in=_ids_of(model, user))
        if project_ids is not None:
            entries = entries.filter(project_id__in=project_ids)
        entries = entries.annotate(last_comment=_last_comment(model))
        found += entries.order_by("-latest_revision__created_at", "-pk")[:limit]
    return _newest(found, limit)


def _newest(entries: Iterable[Entry], limit: int) -> list[Entry]:
    def last_edit(entry: Entry) -> float:
        revision = entry.latest_revision
        return revision.created_at.timestamp() if revision else 0

    return sorted(entries, key=last_edit, reverse=True)[:limit]


def _ids_of(model: type[Entry], user) -> EntryQuerySet:
    """SQL: the entries that this person edited last or handed in."""
    mine = Q(latest_revision__user=user) | Q(workflow_states__requested_by=user)
    return model.objects.filter(mine).order_by().values("pk")


def _last_comment(model: type[Entry]) -> Subquery:
    """SQL: what was last said to the author, with an answer of the office."""
    answers = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id=Cast(OuterRef("pk"), CharField()),
        action__in=_ANSWERS,
    ).annotate(comment=Cast(KeyTextTransform("comment", "data"), CharField()))
    return Subquery(answers.exclude(comment="").order_by("-timestamp").values("comment")[:1])


def _add_withdraw_reasons(entries: list[Entry]) -> None:
    reasons = {}
    for model in ENTRY_MODELS:
        content_type = ContentType.objects.get_for_model(model)
        ids = [str(entry.pk) for entry in entries if type(entry) is model]
        logged = ModelLogEntry.objects.filter(
            content_type=content_type, object_id__in=ids, action=WITHDRAW_ACTION
        )
        for pk, data in logged.order_by("timestamp").values_list("object_id", "data"):
            reasons[(model, pk)] = data.get("reason", "")
    for entry in entries:
        entry.withdraw_reason = reasons.get((type(entry), str(entry.pk)), "")
