"""Hands a draft to the office, and takes it back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import WorkflowState

from cms.domain.errors import RuleError
from cms.models import Experience
from cms.permissions import policies
from cms.services.access import require


@transaction.atomic
def submit(experience: Experience, user) -> None:
    """Starts (or resumes) the review of the latest draft.

    Raises NotAllowedError without the right, RuleError if it is incomplete or waits already.
    """
    require(user, policies.SUBMIT, experience)
    entry = Experience.objects.select_for_update().get(pk=experience.pk)
    check_complete(entry)
    if entry.latest_revision_id is None:
        entry.save_revision(user=user)
    with LogContext(user=user):
        start_review(entry, user)


def start_review(entry: Experience, user) -> None:
    """Starts or resumes the workflow. Raises RuleError if it runs already or nothing is new."""
    state = entry.current_workflow_state
    if state is None:
        if entry.live and not entry.has_unpublished_changes:
            raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
        entry.get_workflow().start(entry, user)
    elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
    else:
        raise RuleError(_("Der Eintrag wartet schon auf Prüfung."))


def check_complete(entry: Experience) -> None:
    """Raises RuleError, with everything that is missing, if the draft is incomplete."""
    try:
        entry.get_latest_revision_as_object().check_complete()
    except ValidationError as error:
        raise RuleError(" ".join(error.messages)) from error


@transaction.atomic
def take_back(experience: Experience, user) -> None:
    """Ends the review; the entry is a draft again. Raises NotAllowedError, RuleError."""
    require(user, policies.SUBMIT, experience)
    entry = Experience.objects.select_for_update().get(pk=experience.pk)
    state = entry.current_workflow_state
    if state is None:
        raise RuleError(_("Der Eintrag ist nicht in Prüfung."))
    with LogContext(user=user):
        state.cancel(user=user)
