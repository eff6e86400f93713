"""The review task of Wagtail's workflow: the office looks at an entry."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task

from cms.permissions import policies


class ReviewTask(Task):
    """Approval by the office or by a reviewer of the project.

    Wagtail asks the task in every way an approval can come in (admin, API, shell), so the
    rules stand here: who may act, four eyes, and that only complete entries go live.
    """

    class Meta:
        verbose_name = _("Prüfung durch die Koordinierungsstelle")
        default_permissions = ()

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

    @transaction.atomic
    def on_action(self, task_state, user, action_name, deputy_reason="", **kwargs):
        """Approve or reject, after the checks.

        Raises PermissionDenied without the right, if the person edited the draft last and
        gives no ``deputy_reason``, or if the entry is incomplete.
        """
        entry = task_state.workflow_state.content_object
        if not policies.can(user, policies.REVIEW, entry):
            raise PermissionDenied
        if action_name == "approve":
            if entry.was_last_edited_by(user) and not deputy_reason:
                raise PermissionDenied
            try:
                entry.get_latest_revision_as_object().check_complete()
            except ValidationError as error:
                raise PermissionDenied(" ".join(error.messages)) from error
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls):
        return _("Die Koordinierungsstelle gibt frei oder gibt mit Begründung zurück.")
