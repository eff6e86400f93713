"""Groups of people: made by the office, to give several people a role at once."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from cms.domain.errors import ExistsError
from cms.models import Project, ProjectGroupGrant
from cms.permissions import policies, roles
from cms.services.access import locked, require
from cms.services.audit import record
from cms.services.grant_role import require_office_remains


def guide_groups() -> QuerySet[Group]:
    """The groups of the guide: those without Wagtail's or Django's own rights."""
    return Group.objects.filter(
        permissions=None, page_permissions=None, collection_permissions=None
    ).order_by("name")


def groups_of(users: Iterable) -> dict[int, list[Group]]:
    """The groups that each of these people is in, by the person's id. One query."""
    found: dict[int, list[Group]] = {user.pk: [] for user in users}
    rows = guide_groups().filter(user__in=found).annotate(member_id=F("user"))
    for group in rows:
        found[group.member_id].append(group)
    return found


def roles_of_groups(groups: Iterable[Group]) -> dict[int, set[str]]:
    """The roles that each of these groups holds on any project, by its id. One query."""
    found: dict[int, set[str]] = {group.pk: set() for group in groups}
    rows = ProjectGroupGrant.rows.in_force().filter(group__in=found)
    for group_id, role in rows.values_list("group_id", "role"):
        found[group_id].add(role)
    return found


def members_of_groups(groups: Iterable[Group]) -> dict[int, list[str]]:
    """The names of the accounts in each of these groups, by its id. One query."""
    found: dict[int, list[str]] = {group.pk: [] for group in groups}
    rows = get_user_model().objects.filter(groups__in=found).order_by("username")
    for group_id, name in rows.values_list("groups", "username"):
        found[group_id].append(name)
    return found


@transaction.atomic
def save_group(group: Group | None, name: str, members: Iterable, *, by) -> Group:
    """Makes a group, or changes it; who leaves loses at once what they had through it.

    Raises NotAllowedError for anybody but the office, ExistsError if the name is taken, RuleError
    if nobody would run the office any more, ValidationError for what is no name of a group.
    """
    require(by, policies.OFFICE)
    Group(name=name).clean_fields()
    locked(Project.objects.office())  # as grant_role.py: one change of the office after the other
    same_name = Group.objects.filter(name=name)
    if group is not None:
        same_name = same_name.exclude(pk=group.pk)
    if same_name.exists():
        raise ExistsError(_("Eine Gruppe mit diesem Namen gibt es schon."))
    group = group or Group()
    is_new = group.pk is None
    group.name = name
    group.save()
    before = set(group.user_set.values_list("pk", flat=True))
    group.user_set.set(members)
    after = set(group.user_set.values_list("pk", flat=True))
    if _runs_office(group):
        require_office_remains()
    record(
        "group.created" if is_new else "group.changed",
        by=by,
        obj=group,
        data={"joined": sorted(after - before), "left": sorted(before - after)},
        personal={"group": name},
    )
    return group


@transaction.atomic
def change_group(
    group: Group, *, name: str = "", joining: Iterable = (), leaving: Iterable = (), by
) -> Group:
    """Another name, if one is given, and members who join or leave; the others stay.

    Raises as save_group(), and DoesNotExist if the group is gone.
    """
    require(by, policies.OFFICE)
    locked(Project.objects.office())  # so that nobody else changes the members meanwhile
    group = locked(group)
    members = (set(group.user_set.all()) | set(joining)) - set(leaving)
    return save_group(group, name or group.name, members, by=by)


@transaction.atomic
def dissolve_group(group: Group, *, by) -> None:
    """Deletes a group, with what its members could do through it. No account is deleted.

    Raises NotAllowedError for anybody but the office, RuleError if nobody would run the office
    any more.
    """
    require(by, policies.OFFICE)
    locked(Project.objects.office())  # as grant_role.py: one change of the office after the other
    record("group.dissolved", by=by, obj=group, personal={"group": group.name})
    ran_office = _runs_office(group)
    group.delete()
    if ran_office:
        require_office_remains()


def _runs_office(group: Group) -> bool:
    return ProjectGroupGrant.rows.in_force().filter(group=group, role=roles.OFFICE).exists()
