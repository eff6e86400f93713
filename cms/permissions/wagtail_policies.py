"""Wagtail's questions, answered by policies.py. Registered in cms.apps, before Wagtail asks."""

from django.contrib.auth import get_user_model
from wagtail.models import Site
from wagtail.permission_policies.base import BasePermissionPolicy

from cms.permissions import policies

#: Wagtail's action -> ours, for entries that belong to a project.
_ACTIONS = {
    "add": policies.EDIT,
    "change": policies.EDIT,
    "view": policies.SEE,
    "delete": policies.DELETE,
    "publish": policies.REVIEW,
    "lock": policies.REVIEW,
    "unlock": policies.REVIEW,
}


class EntryPolicy(BasePermissionPolicy):
    """For models whose rows belong to a project."""

    def user_has_permission(self, user, action):
        return policies.can_somewhere(user, _ACTIONS[action])

    def user_has_permission_for_instance(self, user, action, instance):
        return policies.can(user, _ACTIONS[action], instance)

    def instances_user_has_any_permission_for(self, user, actions):
        wanted: set[int] = set()
        for action in actions:
            project_ids = policies.project_ids_for(user, _ACTIONS[action])
            if project_ids is None:
                return self.model._default_manager.all()
            wanted |= project_ids
        return self.model._default_manager.filter(project_id__in=wanted)

    def users_with_any_permission(self, actions):
        return get_user_model().objects.filter(is_active=True)


class BegunOnPages:
    """Mixed in for what begins on a page of the site, never in the admin's list."""

    def user_has_permission(self, user, action):
        return action != "add" and super().user_has_permission(user, action)


class SupplementPolicy(BegunOnPages, EntryPolicy):
    """A supplement begins on the page of its experience."""


class OfficePolicy(BasePermissionPolicy):
    """For what only the office keeps: topics, vocabularies, settings, imports."""

    def user_has_permission(self, user, action):
        return policies.can(user, policies.OFFICE)

    def users_with_any_permission(self, actions):
        return get_user_model().objects.filter(is_active=True, is_superuser=True)


class ReportPolicy(BegunOnPages, OfficePolicy):
    """Readers report, the office answers."""


class OfficeSettingsPolicy(OfficePolicy):
    """For settings of a site: the office edits those of every site."""

    def sites_user_has_permission_for(self, user, action):
        return Site.objects.all() if self.user_has_permission(user, action) else Site.objects.none()

    def sites_user_has_any_permission_for(self, user, actions):
        return self.sites_user_has_permission_for(user, "change")


class BoundPolicy:
    """Answers the model-level question for one instance.

    Most of Wagtail's generic views ask only the model (wagtail#13314).
    """

    def __init__(self, policy, instance):
        self.policy, self.instance = policy, instance

    def __getattr__(self, name):
        return getattr(self.policy, name)

    def user_has_permission(self, user, action):
        return self.policy.user_has_permission_for_instance(user, action, self.instance)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)
