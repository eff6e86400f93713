"""The review task of Wagtail's workflow: the office looks at an entry."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Task

from cms.models.locks import ReviewLock
from cms.models.publishing import DEPUTY_ACTION
from cms.permissions import policies


class ReviewTask(Task):
    """Approval by the office or by a reviewer of the project.

    Wagtail asks the task in every way an approval can come in (admin, API, shell), so the
    rules stand here: who may act, four eyes, and that only complete entries go live.
    """

    class Meta:
        verbose_name = _("Prüfung durch die Koordinierungsstelle")
        default_permissions = ()

    lock_class = ReviewLock

    def user_can_access_editor(self, obj, user):
        return policies.can(user, policies.REVIEW, obj)

    def locked_for_user(self, obj, user):
        return not policies.can(user, policies.REVIEW, obj)

    def user_can_lock(self, obj, user):
        return policies.can(user, policies.REVIEW, obj)

    def user_can_unlock(self, obj, user):
        return policies.can(user, policies.REVIEW, obj)

    def get_actions(self, obj, user):
        """None in Wagtail's own menu: the review screen offers them, with what belongs to it."""
        return []

    def start(self, workflow_state, user=None):
        """Puts a draft up for review: a complete one, by who may write for its project.

        Raises PermissionDenied otherwise.
        """
        entry = workflow_state.content_object
        if user is not None and not policies.can(user, policies.SUBMIT, entry):
            raise PermissionDenied
        try:
            entry.get_latest_revision_as_object().check_complete()
        except ValidationError as error:
            raise PermissionDenied(" ".join(error.messages)) from error
        return super().start(workflow_state, user=user)

    @transaction.atomic
    def on_action(self, task_state, user, action_name, deputy_reason="", **kwargs):
        """Approve or reject the revision that ``task_state`` is about.

        :param deputy_reason: why the person who wrote it approves it alone; kept in the history
        :raises PermissionDenied: without the right, see publishing.check_approval, which is asked
            when the task publishes; if the draft has changed since ``task_state`` was read; if a
            return has no reason
        """
        entry = task_state.workflow_state.content_object
        entry.refresh_from_db(fields=["latest_revision"])
        if not policies.can(user, policies.REVIEW, entry):
            raise PermissionDenied
        if action_name == "reject" and not kwargs.get("comment", "").strip():
            raise PermissionDenied(gettext("Eine Rückgabe braucht einen Grund."))
        if action_name == "approve":
            if task_state.revision_id != entry.latest_revision_id:
                raise PermissionDenied(gettext("Der Eintrag wurde inzwischen geändert."))
            if deputy_reason:
                reason = {"reason": deputy_reason}
                log(entry, DEPUTY_ACTION, user=user, data=reason, revision=task_state.revision)
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls):
        return _("Die Koordinierungsstelle gibt frei oder gibt mit Begründung zurück.")
