"""Gives and takes roles."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from cms.models import Project
from cms.permissions import policies, roles

#: The one global permission that people who write get: to open Wagtail's admin.
ADMIN_GROUP = "Redaktionsoberfläche"


@transaction.atomic
def grant_role(user, project: Project, role: str) -> None:
    """Gives ``user`` a role on ``project`` (see permissions.roles).

    Raises ValueError for OFFICE and PARTNER on a project that is not the office.
    """
    if role in (roles.OFFICE, roles.PARTNER) and not project.is_office:
        raise ValueError(f"{role} is a role on the office's own project")
    for codename in roles.ROLES[role]:
        assign_perm(codename, user, project)
    if role != roles.PARTNER:
        user.groups.add(_admin_group())
    policies.forget_grants(user)


@transaction.atomic
def revoke_roles(user, project: Project) -> None:
    """Takes every role on ``project`` from ``user``, and the admin if it was the last one."""
    for codename in roles.PROJECT_PERMISSIONS:
        remove_perm(codename, user, project)
    policies.forget_grants(user)
    if not policies.grants_of(user).by_project:
        user.groups.remove(_admin_group())


def _admin_group() -> Group:
    group, created = Group.objects.get_or_create(name=ADMIN_GROUP)
    if created:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group
