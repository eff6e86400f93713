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

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """No list from here: the review desk asks published.py for what waits."""
        return super().get_task_states_user_can_moderate(user, **kwargs)

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Approve or reject, after the checks.

        Raises PermissionDenied without the right, ValidationError if the entry is incomplete.
        """
        entry = task_state.workflow_state.content_object
        if not policies.can(user, policies.REVIEW, entry):
            raise PermissionDenied
        if action_name == "approve":
            try:
                entry.get_latest_revision_as_object().check_complete()
            except ValidationError as error:
                raise PermissionDenied(" ".join(error.messages)) from error
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls):
        return _("Die Koordinierungsstelle gibt frei oder gibt mit Begründung zurück.")
