"""Django's questions after permissions, answered by the policy.

Instead of guardian's own backend, which knows nothing of a grant's last day.
"""

from django.contrib.auth.backends import BaseBackend

from cms.permissions import policies
from cms.permissions.roles import PROJECT_PERMISSIONS

OPEN_ADMIN = "wagtailadmin.access_admin"


class GuideBackend(BaseBackend):
    """``wagtailadmin.access_admin``, and the object permissions on projects."""

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if obj is None:
            return {OPEN_ADMIN} if policies.opens_admin(user_obj) else set()
        if not hasattr(obj, "is_office") or policies.is_limited(user_obj):
            return set()
        grants = policies.grants_of(user_obj)
        held = PROJECT_PERMISSIONS if grants.is_office else grants.by_project.get(obj.pk, ())
        return {f"cms.{codename}" for codename in held}

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        held = self.get_all_permissions(user_obj, obj)
        # guardian's and Django's callers leave the app's name away where the object tells it.
        return perm in held or (obj is not None and f"cms.{perm}" in held)
