"""Snippet views that ask the policy about the row, not only about the model.

Wagtail's generic views mostly ask the model-level question (wagtail#13314), so a person
with one project could open every project's entries. Here every view that takes a ``pk``
is asked once more, and sees a policy bound to that row.
"""

from functools import update_wrapper

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.permissions.wagtail_policies import BoundPolicy


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
            row = get_object_or_404(self.model, pk=unquote(str(url_kwargs["pk"])))
            if not policy.user_has_permission_for_instance(request.user, "view", row):
                raise PermissionDenied
            init = dict(view.view_initkwargs)
            if hasattr(view_class, "permission_policy"):
                init["permission_policy"] = BoundPolicy(policy, row)
            return view_class.as_view(**init)(request, *args, **url_kwargs)

        return update_wrapper(guarded_view, view)

    def register_chooser_viewset(self):
        """No chooser: nothing chooses these rows, and Wagtail's would list every project's."""
