"""The way of an entry or a page through its states: who did what, when, and what was said.

Read from Wagtail's log, which has what was said, and from the publications, which have what was
read. For those who may see drafts; others are told of the publications only, and of no names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from wagtail.models import BaseLogEntry, ModelLogEntry, Page, PageLogEntry

from cms.domain.kinds import State
from cms.domain.reader import Reader
from cms.domain.transitions import Transition
from cms.kept_query import KeptObjects, parameter
from cms.models import Comment, Publication
from cms.models.entry import Entry
from cms.models.publishing import APPROVAL_ACTION, DEPUTY_ACTION
from cms.published.versions import history, publications, saved_revisions
from cms.services.withdraw import WITHDRAW_ACTION

_APPROVALS = ("wagtail.workflow.approve", APPROVAL_ACTION)
_TRANSITIONS = {
    "wagtail.workflow.start": Transition.SUBMIT,
    "wagtail.workflow.resume": Transition.SUBMIT,
    "wagtail.workflow.reject": Transition.RETURN,
    "wagtail.workflow.cancel": Transition.TAKE_BACK,
    **dict.fromkeys(_APPROVALS, Transition.APPROVE),
}
_LOGGED = (*_TRANSITIONS, DEPUTY_ACTION, WITHDRAW_ACTION)
_DEPUTY = (DEPUTY_ACTION,)
#: In the data of an act: the comment on the draft that was said with it.
_COMMENT = "comment_id"


def _steps(rows: QuerySet) -> QuerySet:
    return rows.filter(action__in=_LOGGED).order_by("timestamp", "pk")


_PAGE_LOG = KeptObjects(
    PageLogEntry,
    lambda: _steps(PageLogEntry.objects.filter(page=parameter("page"))),
    {"user": None},
)
_ENTRY_LOG = KeptObjects(
    ModelLogEntry,
    lambda: _steps(
        ModelLogEntry.objects.filter(
            content_type=parameter("content_type"), object_id=parameter("object")
        )
    ),
    {"user": None},
)


@dataclass(frozen=True)
class Step:
    """One transition; ``transition`` is None for the beginning."""

    transition: Transition | None
    time: datetime
    actor: AbstractBaseUser | None = None
    comment: str = ""
    deputy_reason: str = ""
    state: State = State.DRAFT

    @property
    def words(self) -> str:
        """All that was said."""
        return " ".join(filter(None, (self.comment, self.deputy_reason)))


def steps_of(obj: Model, reader: Reader) -> list[Step]:
    """All steps of ``obj`` that this reader may know of, the oldest first. Four queries at most."""
    if not reader.may_see_draft(getattr(obj, "project_id", None)):
        return [
            Step(Transition.PUBLISH, version.published_at, state=State.PUBLISHED)
            for version in reversed(history(obj, reader))
        ]
    log = _log_of(obj)
    published = publications(obj)[::-1]
    steps = [*_beginning(obj), *_acts(log, published), *_publications(log, published)]
    return _with_states(sorted(steps, key=lambda step: step.time))


def _beginning(obj: Model) -> Iterator[Step]:
    for first in saved_revisions(obj)[:1]:
        yield Step(None, first.created_at, first.user)


def _log_of(obj: Model) -> list[BaseLogEntry]:
    """What Wagtail logged of ``obj``, as far as it is a step, the oldest first."""
    if isinstance(obj, Page):
        return _PAGE_LOG.all(page=obj.pk)
    content_type = ContentType.objects.get_for_model(obj, for_concrete_model=False)
    return _ENTRY_LOG.all(content_type=content_type.pk, object=str(obj.pk))


def _acts(log: list[BaseLogEntry], published: list[Publication]) -> Iterator[Step]:
    """What was done, without the approvals that published at once: those tell themselves."""
    at_once = {publication.revision_id for publication in published if publication.published_by_id}
    comments = _comments_in(log)
    for entry in log:
        transition = _TRANSITIONS.get(entry.action)
        approves = entry.action in _APPROVALS
        if transition is None or (approves and entry.revision_id in at_once):
            continue
        alone = _said(log, _DEPUTY, "reason", entry) if approves else ""
        comment = entry.data.get("comment") or comments.get(entry.data.get(_COMMENT), "")
        yield Step(transition, entry.timestamp, entry.user, comment, alone)


def _comments_in(log: list[BaseLogEntry]) -> dict[int, str]:
    """The words of the comments that were said with acts, as they are now."""
    ids = [entry.data[_COMMENT] for entry in log if _COMMENT in entry.data]
    return dict(Comment.objects.filter(pk__in=ids).values_list("pk", "text")) if ids else {}


def said_with(entry: Entry, transition: Transition, comment: Comment) -> None:
    """Notes at the newest act of this kind that ``comment`` on the draft was said with it.

    Not its words: there they can be changed, deleted and redacted.
    """
    acts = (act for act in reversed(_log_of(entry)) if _TRANSITIONS.get(act.action) is transition)
    act = next(acts)
    act.data = {**act.data, _COMMENT: comment.pk}
    act.save(update_fields=["data"])


def _publications(log: list[BaseLogEntry], published: list[Publication]) -> Iterator[Step]:
    """When it came to its readers, and when it was taken from them."""
    before = None
    for publication in published:
        # A hand-over publishes the same revision once more: nothing new to its readers.
        if (
            before is None
            or before.revision_id != publication.revision_id
            or (before.withdrawn_at != publication.published_at)
        ):
            yield Step(
                Transition.PUBLISH,
                publication.published_at,
                publication.published_by,
                _said(log, _APPROVALS, "comment", publication),
                _said(log, _DEPUTY, "reason", publication),
            )
        before = publication
    begins = {publication.published_at for publication in published}
    for publication in published:
        ended = publication.withdrawn_at
        if ended and ended not in begins:
            acts = [
                entry
                for entry in log
                if entry.action == WITHDRAW_ACTION
                and publication.published_at <= entry.timestamp <= ended
            ]
            act = acts[-1] if acts else None
            yield Step(
                Transition.WITHDRAW,
                ended,
                act.user if act else None,
                act.data.get("reason", "") if act else "",
            )


def _said(
    log: list[BaseLogEntry],
    actions: tuple[str, ...],
    name: str,
    about: BaseLogEntry | Publication,
) -> str:
    """What was said last in such acts on the same revision."""
    said = [
        entry.data.get(name, "")
        for entry in log
        if entry.action in actions and entry.revision_id and entry.revision_id == about.revision_id
    ]
    return said[-1] if said else ""


def _with_states(steps: list[Step]) -> list[Step]:
    """Each step with the state that it led to."""
    base, found = State.DRAFT, []
    for step in steps:
        state = base
        match step.transition:
            case Transition.SUBMIT:
                state = State.IN_REVIEW
            case Transition.RETURN:
                state = State.RETURNED
            case Transition.PUBLISH:
                state = base = State.PUBLISHED
            case Transition.WITHDRAW:
                state = base = State.WITHDRAWN
        found.append(replace(step, state=state))
    return found
