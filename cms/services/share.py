"""Gives and takes several roles on a project at once: all of them, or none."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from cms.domain.errors import NotAllowedError, RuleError
from cms.models import (
    Experience,
    ExperienceUserGrant,
    Project,
    ProjectGroupGrant,
    ProjectUserGrant,
)
from cms.permissions import policies, roles
from cms.services.access import require
from cms.services.give_access import account_of, give_access
from cms.services.grant_role import grant_role, revoke_role
from cms.services.groups import guide_groups
from cms.services.invite_to_comment import end_invitation, invite_to_comment, partners

#: The role on one experience: to read its draft and comment on it, while it is in review.
COMMENTER = "commenter"


@dataclass(frozen=True)
class Wish:
    """That somebody has a role (or has it no longer).

    ``who`` is an exact user name or address, or a group's name. A role that is held already
    keeps its last day unless ``sets_until``.
    """

    who: str
    role: str
    is_held: bool = True
    is_group: bool = False
    until: datetime.date | None = None
    sets_until: bool = False


@transaction.atomic
def share(project: Project, wishes: Iterable[Wish], *, by) -> None:
    """Makes the wishes true; what is so already costs no right.

    Who has no account is invited. Raises NotAllowedError, and RuleError as grant_role() and
    give_access(); groups are chosen by the office only.
    """
    require(by, policies.GRANT, project)
    for wish in wishes:
        if wish.role not in roles.roles_on(project):
            raise RuleError(_("Diese Rolle gibt es hier nicht: %(role)s") % {"role": wish.role})
        holder = _group(wish.who, by) if wish.is_group else account_of(wish.who.strip())
        is_held = holder is not None and _has(holder, project, wish.role)
        if wish.is_held and (wish.sets_until or not is_held):
            _give(holder, project, wish, by)
        elif is_held and not wish.is_held:
            revoke_role(holder, project, wish.role, by=by)


@transaction.atomic
def invite_commenters(entry: Experience, wishes: Iterable[Wish], *, by) -> None:
    """The same for invitations of partners to comment on a draft: the role COMMENTER.

    Raises NotAllowedError, and RuleError as invite_to_comment().
    """
    require(by, policies.GRANT, entry)
    for wish in wishes:
        if wish.role != COMMENTER or wish.is_group:
            raise RuleError(_("Diese Rolle gibt es hier nicht: %(role)s") % {"role": wish.role})
        invited = ExperienceUserGrant.rows.in_force().filter(content_object=entry)
        grant = invited.filter(user__username=wish.who).select_related("user").first()
        if wish.is_held and (wish.sets_until or grant is None):
            partner = partners().filter(username=wish.who).first()
            if partner is None:
                raise RuleError(_("Einladen können Sie nur Partner."))
            invite_to_comment(entry, partner, by=by, until=wish.until)
        elif grant is not None and not wish.is_held:
            end_invitation(grant, by=by)


def _give(holder, project: Project, wish: Wish, by) -> None:
    if holder is None:
        give_access(wish.who, project, wish.role, until=wish.until, by=by)
    else:
        grant_role(holder, project, wish.role, until=wish.until, by=by)


def _group(name: str, by) -> Group:
    if not policies.can(by, policies.OFFICE):
        raise NotAllowedError(_("Gruppen wählt die Koordinierungsstelle."))
    group = guide_groups().filter(name=name).first()
    if group is None:
        raise RuleError(_("Diese Gruppe gibt es nicht."))
    return group


def _has(holder, project: Project, role: str) -> bool:
    held = (
        ProjectGroupGrant.rows.filter(group=holder)
        if isinstance(holder, Group)
        else ProjectUserGrant.rows.filter(user=holder)
    )
    return held.in_force().filter(content_object=project, role=role).exists()
