"""Who can see, write, review and lead in a project, and why. Reads grants only.

The reasons behind the answers of policies.py, for the sharing screens: four queries, however
many people there are.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q

from cms.permissions import roles
from cms.permissions.grants import ProjectGroupGrant, ProjectUserGrant


@dataclass
class Held:
    """One role of a person or a group on one project: a reason for what somebody can do."""

    holder: Any
    project: Any
    role: str
    since: datetime.datetime
    by: Any
    until: datetime.date | None
    is_group: bool
    codenames: set[str] = field(default_factory=set)

    @property
    def role_name(self) -> str:
        return str(roles.ROLE_NAMES.get(self.role, ""))

    @property
    def words(self) -> str:
        return str(roles.ROLE_WORDS.get(self.role, ""))

    @property
    def runs_office(self) -> bool:
        return self.project.is_office and roles.RUN_OFFICE in self.codenames

    @property
    def is_partner(self) -> bool:
        return self.project.is_office and roles.READ_AS_PARTNER in self.codenames


@dataclass
class Person:
    """Somebody with an account, what they can do, and all the reasons."""

    user: Any
    reasons: list[Held] = field(default_factory=list)

    def _may(self, codename: str) -> bool:
        if not self.user.is_active:
            return False
        held = any(reason.runs_office or codename in reason.codenames for reason in self.reasons)
        return held or self.user.is_superuser

    @property
    def sees(self) -> bool:
        return self._may(roles.SEE_DRAFTS)

    @property
    def writes(self) -> bool:
        return self._may(roles.WRITE_ENTRIES)

    @property
    def reviews(self) -> bool:
        return self._may(roles.REVIEW_ENTRIES)

    @property
    def leads(self) -> bool:
        return self._may(roles.GRANT_ROLES)

    @property
    def runs_office(self) -> bool:
        """Technical administrators can do all that the office can."""
        return self.user.is_superuser or any(reason.runs_office for reason in self.reasons)

    @property
    def is_partner(self) -> bool:
        return bool(self.reasons) and all(reason.is_partner for reason in self.reasons)


@dataclass
class Access:
    """Who can do something in one project, as the sharing screen shows it."""

    members: list[Person]
    office: list[Person]
    partners: list[Person]
    groups: list[Held]

    @property
    def people(self) -> list[Person]:
        return [*self.members, *self.office, *self.partners]


def who_can(project) -> Access:
    """Everybody with an account who can do more in ``project`` than a reader of what is published.

    Each person stands once: as a member if they hold anything on this project, else with the
    office. Partners are named for the office's own project only. ``groups`` are the roles of
    groups on this project, also of empty ones.
    """
    here = Q(content_object=project)
    everywhere = Q(content_object__is_office=True, permission__codename=roles.RUN_OFFICE)
    by_user, by_group = _held(here | everywhere, here | everywhere)
    people = _people(by_user, by_group)
    for user in get_user_model().objects.filter(is_superuser=True, is_active=True):
        people.setdefault(user.pk, Person(user))
    access = Access([], [], [], [held for held in by_group if held.project.pk == project.pk])
    for person in sorted(people.values(), key=_name):
        if person.is_partner:
            access.partners.append(person)
        elif person.runs_office and (project.is_office or not _is_member(person, project)):
            access.office.append(person)
        else:
            access.members.append(person)
    return access


def with_roles(users: Sequence) -> list[Person]:
    """These people, in this order, with all their roles anywhere; some may have none."""
    groups = Group.objects.filter(user__in=users)
    people = _people(*_held(Q(user__in=users), Q(group__in=groups)))
    return [Person(user, people[user.pk].reasons if user.pk in people else []) for user in users]


def _is_member(person: Person, project) -> bool:
    return any(reason.project.pk == project.pk for reason in person.reasons)


def _name(person: Person) -> tuple[str, str]:
    return (person.user.last_name or person.user.username).casefold(), person.user.username


def _held(user_rows: Q, group_rows: Q) -> tuple[list[Held], list[Held]]:
    """The roles in force that people, and groups, hold: the rows of a role become one."""
    related = ("content_object", "permission", "granted_by")
    of_users = ProjectUserGrant.rows.in_force().filter(user_rows)
    of_groups = ProjectGroupGrant.rows.in_force().filter(group_rows)
    of_users = of_users.select_related("user", *related).order_by("pk")
    of_groups = of_groups.select_related("group", *related).prefetch_related("group__user_set")
    return (
        _roles((row.user, row) for row in of_users),
        _roles((row.group, row) for row in of_groups.order_by("group__name", "pk")),
    )


def _roles(rows) -> list[Held]:
    found: dict[tuple[int, int, str], Held] = {}
    for holder, row in rows:
        key = (holder.pk, row.content_object_id, row.role)
        if key not in found:
            found[key] = Held(
                holder,
                row.content_object,
                row.role,
                row.granted_at,
                row.granted_by,
                row.until,
                is_group=isinstance(row, ProjectGroupGrant),
            )
        found[key].codenames.add(row.permission.codename)
    return list(found.values())


def _people(by_user: list[Held], by_group: list[Held]) -> dict[int, Person]:
    people: dict[int, Person] = {}
    for held in by_user:
        people.setdefault(held.holder.pk, Person(held.holder)).reasons.append(held)
    for held in by_group:
        for user in held.holder.user_set.all():
            people.setdefault(user.pk, Person(user)).reasons.append(held)
    return people
