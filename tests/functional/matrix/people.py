"""Who tries the addresses: every role on project A, the office, and people without one."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cms.models import ProjectUserGrant
from cms.permissions import policies, roles
from tests.factories.guide import person


@dataclass(frozen=True)
class Person:
    """One of those who try; ``user_id`` is None for visitors who are not signed in."""

    name: str
    user: object

    @property
    def reader(self):
        return policies.reader_for(self.user)

    @property
    def opens_admin(self) -> bool:
        return policies.opens_admin(self.user)


def people_of(project) -> dict[str, Person]:
    """Everybody by name; all roles but the office's and the partner's are on ``project``."""
    users = {"anonymous": AnonymousUser(), "no role": person(username="ohne-rolle")}
    users["partner"] = person(roles.PARTNER, username="partner")
    for role in (roles.READER, roles.EDITOR, roles.REVIEWER, roles.LEAD):
        users[role] = person(role, project, username=f"a-{role}")
    users["former lead"] = _former_lead(project)
    users["office"] = person(roles.OFFICE, username="koordination")
    return {name: Person(name, user) for name, user in users.items()}


def _former_lead(project):
    """Held every right of a lead until yesterday."""
    user = person(roles.LEAD, project, username="frueher")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    ProjectUserGrant.rows.filter(user=user).update(until=yesterday)
    policies.forget_grants(user)
    return user
