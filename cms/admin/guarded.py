"""Snippet views that ask the policy about the row, not only about the model.

Wagtail's generic views mostly ask the model-level question (wagtail#13314), so a person
with one project could open every project's entries. Here every view that takes a ``pk``
is asked once more, and sees a policy bound to that row.
"""

from functools import update_wrapper

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.admin.views.generic.workflow import (
    BaseWorkflowFormView,
    ConfirmWorkflowCancellation,
    PreviewRevisionForTask,
)
from wagtail.models import TaskState
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.permissions.wagtail_policies import BoundPolicy

#: What views that ask for nothing themselves are asked for here; all others for "view".
ACTIONS_OF_VIEWS = {
    BaseWorkflowFormView: "publish",
    PreviewRevisionForTask: "publish",
    ConfirmWorkflowCancellation: "change",
}


def action_for(view_class) -> str:
    """The action that a person needs on the row to open this view at all."""
    for known, action in ACTIONS_OF_VIEWS.items():
        if issubclass(view_class, known):
            return action
    return "view"


class GuardedSnippetViewSet(SnippetViewSet):
    """The base of all our snippet viewsets."""

    copy_view_enabled = False
    add_to_admin_menu = False

    def get_queryset(self, request):
        policy = policy_registry.get_by_type(self.model)
        return policy.instances_user_has_any_permission_for(request.user, {"view", "change"})

    def construct_view(self, view_class, **kwargs):
        view = super().construct_view(view_class, **kwargs)

        def guarded_view(request, *args, **url_kwargs):
            if "pk" not in url_kwargs:
                return view(request, *args, **url_kwargs)
            policy = policy_registry.get_by_type(self.model)
            row = get_object_or_404(self.model, pk=self._key(url_kwargs["pk"]))
            if not policy.user_has_permission_for_instance(
                request.user, action_for(view_class), row
            ):
                raise PermissionDenied
            _require_part(row, url_kwargs.get("task_state_id"))
            init = dict(view.view_initkwargs)
            if hasattr(view_class, "permission_policy"):
                init["permission_policy"] = BoundPolicy(policy, row)
            return view_class.as_view(**init)(request, *args, **url_kwargs)

        return update_wrapper(guarded_view, view)

    def _key(self, text):
        """The key in the address; some of Wagtail's patterns let anything through."""
        key = unquote(str(text))
        if not key.isascii() or not key.isdigit():
            raise Http404
        return int(key)

    def register_chooser_viewset(self):
        """No chooser: nothing chooses these rows, and Wagtail's would list every project's."""


def _require_part(row, task_state_id: int | None) -> None:
    """A review that came through this row's address is a review of this row; else 404.

    Wagtail loads any by its id.
    """
    if task_state_id is not None:
        states = TaskState.objects.filter(workflow_state__in=row.workflow_states.all())
        get_object_or_404(states, pk=task_state_id)
