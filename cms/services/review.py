"""The office's answer to an entry: approve or return."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log
from wagtail.models import WorkflowState

from cms.domain.circles import Circle
from cms.domain.errors import ChangedMeanwhileError, IncompleteError, RuleError
from cms.domain.occasions import Occasion
from cms.models import Outcome, Supplement
from cms.models.entry import Entry
from cms.models.publishing import APPROVAL_ACTION, DEPUTY_ACTION
from cms.permissions import policies
from cms.published.versions import publications
from cms.services.access import allowed, locked, refuse_if_locked_by_hand, require
from cms.services.audit import record
from cms.services.notify import notify
from cms.services.submit import check_complete, refuse_if_settled, start_review


def hidden_sources(entry: Entry) -> list:
    """The entry's table and event, as far as they are not published: readers find nothing then."""
    experience = entry.experience if isinstance(entry, Supplement) else entry
    if experience.table is None:
        return []
    event = experience.table.get_parent().specific
    return [page for page in (event, experience.table) if not page.live]


def last_circle(entry: Entry) -> Circle | None:
    """Who could read what was published of it last; None if nothing ever was."""
    last = publications(entry)[:1]
    return Circle(last[0].circle) if last else None


def widens(entry: Entry, circle: str) -> bool:
    """Would ``circle`` let in readers who could not read what was published of it last?"""
    last = last_circle(entry)
    return last is not None and Circle(circle).wider_than(last)


@transaction.atomic
def approve(
    entry: Entry,
    user,
    *,
    circle: str | None = None,
    go_live_at: datetime | None = None,
    expire_at: datetime | None = None,
    note: str = "",
    deputy_reason: str = "",
    publish_source: bool = False,
    revision_id: int | None = None,
    seen_at: datetime | None = None,
    confirm_wider: bool = False,
) -> None:
    """Publishes the latest draft of ``entry``, in review or not; or on the day that it names.

    What is in review, or was returned, is approved in Wagtail's workflow. What nobody handed in
    is published without one (decision 0100).

    :param circle: who may see it from now on; None keeps what the draft says, as with the next
    :param go_live_at, expire_at: from when and until when it is to be read
    :param note: a word to the author, kept in the history
    :param deputy_reason: why the last editor approves it alone (four eyes)
    :param publish_source: publish its table and event too, if they are not (the office only)
    :param revision_id: the draft that the person has read; if there is a newer one, refuse
    :param seen_at: when that draft was saved: saving by itself while somebody types goes into
        the same revision
    :param confirm_wider: the person knows that the circle grows, see :func:`widens`
    :raises NotAllowedError, RuleError: nothing is changed then
    """
    entry = allowed(user, policies.REVIEW, entry)
    refuse_if_locked_by_hand(entry, user)
    draft = check_complete(entry)
    _check_unchanged(entry, revision_id, seen_at)
    deputy_reason = deputy_reason.strip()
    if entry.was_last_edited_by(user) and not deputy_reason:
        sentence = _(
            "Sie haben diesen Eintrag zuletzt selbst bearbeitet. Bitte lassen Sie eine zweite "
            "Person prüfen oder begründen Sie, warum das nicht möglich ist."
        )
        raise IncompleteError({"deputy_reason": [sentence]})
    if not entry.was_last_edited_by(user):
        deputy_reason = ""  # a second person has read it
    if widens(entry, circle or draft.visibility) and not confirm_wider:
        sentence = _("Damit lesen das mehr Menschen als bisher. Bitte bestätigen Sie das eigens.")
        raise IncompleteError({"confirm_wider": [sentence]})
    with LogContext(user=user):
        if publish_source and policies.can(user, policies.OFFICE):
            publish_pages(hidden_sources(entry), user)
        _set_terms(entry, draft, circle, go_live_at, expire_at)
        state = entry.current_workflow_state
        try:
            if state is None:
                _publish_at_once(entry, user, note.strip(), deputy_reason)
            else:
                _approve_in_review(entry, state, user, note.strip(), deputy_reason)
        except PermissionDenied as error:
            raise RuleError(str(error)) from error
    _tell_approved(locked(entry), user, note.strip(), deputy_reason)


def _approve_in_review(
    entry: Entry, state: WorkflowState, user, note: str, deputy_reason: str
) -> None:
    if state.status != WorkflowState.STATUS_IN_PROGRESS:
        start_review(entry, user)
        state = entry.current_workflow_state
    task_state = state.current_task_state.specific
    # They belong together: none need be read once more.
    task_state.workflow_state, state.content_object = state, entry
    task_state.task.specific.on_action(
        task_state, user, "approve", comment=note, deputy_reason=deputy_reason
    )


def _publish_at_once(entry: Entry, user, note: str, deputy_reason: str) -> None:
    refuse_if_settled(entry, None)
    revision = entry.get_latest_revision()
    if deputy_reason:
        reason = {"reason": deputy_reason}
        log(entry, DEPUTY_ACTION, user=user, data=reason, revision=revision)
    log(entry, APPROVAL_ACTION, user=user, data={"comment": note}, revision=revision)
    revision.publish(user=user)


def _check_unchanged(entry: Entry, revision_id: int | None, seen_at: datetime | None) -> None:
    newer = revision_id is not None and revision_id != entry.latest_revision_id
    written_on = seen_at is not None and entry.latest_revision.created_at > seen_at
    if newer or written_on:
        raise ChangedMeanwhileError(
            _("Der Eintrag wurde inzwischen geändert. Bitte lesen Sie die neue Fassung.")
        )


def _tell_approved(entry: Entry, user, note: str, deputy_reason: str) -> None:
    # The words of the reason stand in the history: the audit log can't forget, a redaction must.
    data = {"revision": entry.latest_revision_id, "alone": bool(deputy_reason)}
    if entry.has_unpublished_changes and entry.approved_schedule:
        when = entry.scheduled_revision.approved_go_live_at.isoformat()
        record("entry.scheduled", by=user, obj=entry, data=data | {"at": when})
        return
    data["circle"] = entry.visibility
    record("entry.approved", by=user, obj=entry, data=data)
    notify(Occasion.PUBLISHED, entry, by=user, reason=note)
    if isinstance(entry, Supplement):
        notify(Occasion.SUPPLEMENTED, entry, by=user)


def _in_review(entry: Entry) -> bool:
    state = entry.current_workflow_state
    return state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS


def _set_terms(
    entry: Entry,
    draft: Entry,
    circle: str | None,
    go_live_at: datetime | None,
    expire_at: datetime | None,
) -> None:
    """Writes circle and period into the draft: what is approved is one revision, with both.

    The revision stays its author's, since nothing else of it is changed; who approved it, and
    for whom, stands in the publication. Raises IncompleteError if the period can't be.
    """
    before = (draft.visibility, draft.go_live_at, draft.expire_at)
    draft.visibility = Circle(circle or draft.visibility).value
    draft.go_live_at = go_live_at or draft.go_live_at
    draft.expire_at = expire_at or draft.expire_at
    if entry.latest_revision_id is None or before != (
        draft.visibility,
        draft.go_live_at,
        draft.expire_at,
    ):
        author = entry.latest_revision.user if entry.latest_revision else None
        draft.save_revision(user=author)
        entry.refresh_from_db()
        check_complete(entry)


def publish_pages(pages: list, user) -> None:
    """Publishes the latest draft of each page, events before their tables."""
    for page in pages:
        revision = page.get_latest_revision() or page.save_revision(user=user)
        revision.publish(user=user)


@transaction.atomic
def publish_outcome(outcome: Outcome, user, *, circle: str | None = None) -> None:
    """Publishes the latest draft of a decision or follow-up: the office's own, without review."""
    require(user, policies.OFFICE)
    draft = outcome.get_latest_revision_as_object()
    draft.visibility = Circle(circle or draft.visibility).value
    draft.check_complete()
    with LogContext(user=user):
        draft.save_revision(user=user).publish(user=user)


@transaction.atomic
def return_entry(entry: Entry, user, reason: str) -> None:
    """Gives an entry back to its author. Raises NotAllowedError, RuleError without a reason."""
    entry = allowed(user, policies.REVIEW, entry)
    if not reason.strip():
        sentence = _("Bitte schreiben Sie, was noch fehlt oder anders werden soll.")
        raise IncompleteError({"comment": [sentence]})
    if not _in_review(entry):
        raise RuleError(_("Der Eintrag ist nicht in Prüfung."))
    task_state = entry.current_workflow_task_state
    with LogContext(user=user):
        task_state.task.specific.on_action(task_state, user, "reject", comment=reason.strip())
    record("entry.returned", by=user, obj=entry)
    notify(Occasion.RETURNED, entry, by=user, reason=reason.strip())
