"""Wagtail's questions after images, documents and collections, answered by policies.py.

A file belongs to the project in whose collection it lies. A collection that belongs to no
project (the root, or one that the office made beside) is the office's.
"""

from django.contrib.auth import get_user_model
from wagtail.models import Collection, GroupCollectionPermission, ReferenceIndex
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionPermissionPolicy,
)

from cms.permissions import policies

#: Wagtail's action -> ours. A file is chosen by whoever writes for its project.
_ACTIONS = {
    "add": policies.EDIT,
    "change": policies.EDIT,
    "choose": policies.EDIT,
    "delete": policies.EDIT,
    "view": policies.SEE,
}


def opens_files_of(project, owner_id: int | None) -> bool:
    """Are files of the project ``owner_id`` (None: of none) opened by what ``project`` publishes?

    Each project opens its own; the office (and what has no project) those of all.
    """
    is_offices = project is None or project.is_office
    return is_offices or (owner_id is not None and owner_id == project.pk)


class _NoGroups:
    """Wagtail's own rows of groups and collections give nothing."""

    def get_all_permissions_for_user(self, user):
        return GroupCollectionPermission.objects.none()

    def _users_with_perm(self, actions, collection=None):
        return get_user_model().objects.filter(is_active=True, is_superuser=True)


class FilePolicy(_NoGroups, CollectionPermissionPolicy):
    """For images and documents."""

    def _check_perm(self, user, actions, collection=None):
        if collection is None:
            return any(policies.can_somewhere(user, _ACTIONS[action]) for action in actions)
        project = getattr(collection, "project", None)
        return any(policies.can(user, _ACTIONS[action], project) for action in actions)

    def _collections_with_perm(self, user, actions):
        wanted: set[int] = set()
        for action in actions:
            project_ids = policies.project_ids_for(user, _ACTIONS[action])
            if project_ids is None:
                return Collection.objects.all()
            wanted |= project_ids
        return Collection.objects.filter(project__in=wanted)

    def user_has_permission_for_instance(self, user, action, instance):
        if not super().user_has_permission_for_instance(user, action, instance):
            return False
        # A page must not lose its picture; the office is asked, and sees where it is used.
        return (
            action != "delete"
            or policies.can(user, policies.OFFICE)
            or not ReferenceIndex.get_references_to(instance).exists()
        )

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return any(
            self.user_has_permission_for_instance(user, action, instance) for action in actions
        )


class CollectionPolicy(_NoGroups, CollectionManagementPermissionPolicy):
    """For the collections themselves: the office's, and those of projects follow the project."""

    def _check_perm(self, user, actions, collection=None):
        if not policies.can(user, policies.OFFICE):
            return False
        return collection is None or not hasattr(collection, "project") or set(actions) == {"add"}

    def _collections_with_perm(self, user, actions):
        if not policies.can(user, policies.OFFICE):
            return Collection.objects.none()
        collections = Collection.objects.all()
        return collections if "add" in actions else collections.filter(project=None)

    def instances_user_has_any_permission_for(self, user, actions):
        return self._collections_with_perm(user, actions)

    def instances_user_has_permission_for(self, user, action):
        return self._collections_with_perm(user, [action])
