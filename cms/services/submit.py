"""Hands a draft to the office, and takes it back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import WorkflowState

from cms.domain.errors import IncompleteError, LockedError, RuleError
from cms.domain.occasions import Occasion
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import allowed
from cms.services.audit import record
from cms.services.locks import let_go, refuse_if_held
from cms.services.notify import notify


@transaction.atomic
def submit(entry: Entry, user) -> None:
    """Starts (or resumes) the review of the latest draft.

    Raises NotAllowedError without the right, IncompleteError, RuleError if it waits already.
    """
    entry = allowed(user, policies.SUBMIT, entry)
    refuse_if_held(entry, user)
    check_complete(entry)
    if entry.latest_revision_id is None:
        entry.save_revision(user=user)
    with LogContext(user=user):
        start_review(entry, user)
    let_go(entry, user)
    record("entry.submitted", by=user, obj=entry)
    notify(Occasion.SUBMITTED, entry, by=user)


def start_review(entry: Entry, user) -> None:
    """Starts or resumes the workflow. Raises RuleError if it runs already or nothing is new."""
    state = entry.current_workflow_state
    refuse_if_settled(entry, state)
    if state is None:
        entry.get_workflow().start(entry, user)
    elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
    else:
        raise RuleError(_("Der Eintrag wartet schon auf Prüfung."))


def refuse_if_settled(entry: Entry, state: WorkflowState | None) -> None:
    """Raises LockedError or RuleError if the latest draft has been approved already.

    :param state: the review of ``entry`` that has not ended
    """
    if entry.approved_schedule:
        raise LockedError(_("Das ist freigegeben und erscheint zu seinem Termin."))
    if state is None and entry.live and not entry.has_unpublished_changes:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))


def check_complete(entry: Entry) -> Entry:
    """The newest draft. Raises IncompleteError, with everything that is missing."""
    draft = entry.get_latest_revision_as_object()
    try:
        draft.check_complete()
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        raise IncompleteError(fields) from error
    return draft


@transaction.atomic
def take_back(entry: Entry, user) -> None:
    """Ends the review; the entry is a draft again.

    Whoever may write for the project takes back, not only who submitted.
    Raises NotAllowedError, RuleError.
    """
    entry = allowed(user, policies.SUBMIT, entry)
    if not end_review(entry, user):
        raise RuleError(_("Der Eintrag ist nicht in Prüfung."))
    record("entry.taken_back", by=user, obj=entry)
    notify(Occasion.TAKEN_BACK, entry, by=user)


def end_review(entry: Entry, user) -> bool:
    """Cancels the review (or the return) of an entry; was there one?"""
    state = entry.current_workflow_state
    if state is None:
        return False
    with LogContext(user=user):
        state.cancel(user=user)
    return True
