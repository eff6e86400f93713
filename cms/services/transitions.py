"""The transitions of an entry or a page: which are open to a person now, and making one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from cms.domain.errors import LockedError, RuleError
from cms.domain.kinds import State
from cms.domain.transitions import Transition
from cms.models import ExchangeEventPage, NewsPage, TablePage
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import refuse_if_locked_by_hand
from cms.services.comment import add_comment
from cms.services.locks import refuse_if_held
from cms.services.publish_page import has_something_new, publish_page
from cms.services.review import approve, return_entry
from cms.services.submit import submit, take_back
from cms.services.withdraw import withdraw, withdraw_in_emergency
from cms.services.workflow_history import said_with

PAGE_MODELS = (ExchangeEventPage, TablePage, NewsPage)
#: Everything that goes from state to state.
MODELS = (Entry, *PAGE_MODELS)

#: Each transition takes one of them.
_RIGHTS = (
    policies.SUBMIT,
    policies.REVIEW,
    policies.WITHDRAW,
    policies.EMERGENCY_WITHDRAW,
)


#: What the publication of an entry does of a Request, and no other step.
_SAID_OF_ENTRIES = frozenset(
    {"circle", "go_live_at", "expire_at", "deputy_reason", "publish_source"}
)


@dataclass(frozen=True)
class Request:
    """What a person says with a transition; see the services for what each asks for."""

    comment: str = ""
    circle: str | None = None
    go_live_at: datetime | None = None
    expire_at: datetime | None = None
    confirm_wider: bool = False
    deputy_reason: str = ""
    publish_source: bool = False
    with_tables: bool = False
    revision_id: int | None = None
    seen_at: datetime | None = None


def permitted(obj: Model, user) -> list[Transition]:
    """The transitions that ``user`` can make now, in the order of the way to the readers.

    Whether the draft is complete is told when it is submitted. A constant number of queries.
    """
    if not any(policies.can(user, action, obj) for action in _RIGHTS):
        return []
    possible = _of_entry(obj, user) if isinstance(obj, Entry) else _of_page(obj, user)
    return [transition for transition, action in possible if policies.can(user, action, obj)]


def _of_entry(entry: Entry, user) -> list[tuple[Transition, str]]:
    state, scheduled = entry.state, bool(entry.approved_schedule)
    new = entry.has_draft and not scheduled
    steps = []
    if new and state is not State.IN_REVIEW and _is_free(refuse_if_held, entry, user):
        steps.append((Transition.SUBMIT, policies.SUBMIT))
    if state in (State.IN_REVIEW, State.RETURNED):
        steps.append((Transition.TAKE_BACK, policies.SUBMIT))
    # What was not handed in is handed in by who publishes it.
    begun = state is State.IN_REVIEW or policies.can(user, policies.SUBMIT, entry)
    if new and begun and _is_free(refuse_if_locked_by_hand, entry, user):
        steps.append((Transition.PUBLISH, policies.REVIEW))
    if state is State.IN_REVIEW:
        steps.append((Transition.RETURN, policies.REVIEW))
    return steps + _of_what_is_live(entry)


def _of_page(page: Model, user) -> list[tuple[Transition, str]]:
    if not isinstance(page, PAGE_MODELS):
        return []
    steps = []
    free = not page.approved_schedule and _is_free(refuse_if_locked_by_hand, page, user)
    if free and has_something_new(page):
        steps.append((Transition.PUBLISH, policies.REVIEW))
    return steps + _of_what_is_live(page)


def _of_what_is_live(obj: Model) -> list[tuple[Transition, str]]:
    if not obj.live:
        return []
    return [
        (Transition.WITHDRAW, policies.WITHDRAW),
        (Transition.EMERGENCY_WITHDRAW, policies.EMERGENCY_WITHDRAW),
    ]


def _is_free(refuse, obj: Model, user) -> bool:
    try:
        refuse(obj, user)
    except LockedError:
        return False
    return True


def heeded(transition: Transition, obj: Model) -> frozenset[str]:
    """The fields of a Request that this transition of ``obj`` acts upon, but for the comment."""
    is_publication = transition in (Transition.PUBLISH, Transition.APPROVE)
    if is_publication and isinstance(obj, Entry):
        return _SAID_OF_ENTRIES
    if is_publication and isinstance(obj, ExchangeEventPage):
        return frozenset({"with_tables"})
    return frozenset()


@transaction.atomic
def make(transition: Transition, obj: Model, user, said: Request) -> None:
    """Makes one transition of ``obj``, by the service that has its rules.

    A comment on handing in or taking back is a comment on the draft, since neither has a reason
    of its own. Raises NotAllowedError, LockedError, ChangedMeanwhileError, IncompleteError,
    RuleError: nothing is changed then.
    """
    match transition, obj:
        case Transition.PUBLISH | Transition.APPROVE, Entry():
            _approve(obj, user, said)
        case Transition.PUBLISH | Transition.APPROVE, _ if isinstance(obj, PAGE_MODELS):
            publish_page(obj, user, with_tables=said.with_tables, note=said.comment)
        case Transition.WITHDRAW, _ if isinstance(obj, MODELS):
            withdraw(obj, user, said.comment)
        case Transition.EMERGENCY_WITHDRAW, _ if isinstance(obj, MODELS):
            withdraw_in_emergency(obj, user, said.comment)
        case Transition.RETURN, Entry():
            return_entry(obj, user, said.comment)
        case (Transition.SUBMIT | Transition.TAKE_BACK) as step, Entry():
            (submit if step is Transition.SUBMIT else take_back)(obj, user)
            if said.comment.strip():
                said_with(obj, step, add_comment(obj, user, said.comment))
        case _:
            raise RuleError(_("Diesen Schritt gibt es hier nicht."))


def _approve(entry: Entry, user, said: Request) -> None:
    note, reason = said.comment, said.deputy_reason
    if note.strip() and not reason.strip() and entry.was_last_edited_by(user):
        # Programs that know one word only say it there: Plone's client is one.
        note, reason = "", note
    approve(
        entry,
        user,
        circle=said.circle,
        go_live_at=said.go_live_at,
        expire_at=said.expire_at,
        note=note,
        deputy_reason=reason,
        publish_source=said.publish_source,
        revision_id=said.revision_id,
        seen_at=said.seen_at,
        confirm_wider=said.confirm_wider,
    )
