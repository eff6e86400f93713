"""Gives and takes roles."""

import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.occasions import Occasion
from cms.models import Project, ProjectGroupGrant, ProjectUserGrant
from cms.permissions import policies, roles
from cms.services.access import locked
from cms.services.audit import record
from cms.services.notify import notify


@transaction.atomic
def grant_role(
    holder,
    project: Project,
    role: str,
    *,
    until: datetime.date | None = None,
    by=None,
) -> None:
    """Gives ``holder`` (a user or a group) a role on ``project`` (see permissions.roles).

    A role that is held already gets the new end. ``until`` is its last day, ``by`` the person
    who gives it (None: a command of the operator).

    Raises ValueError for OFFICE and PARTNER on a project that is not the office,
    NotAllowedError if ``by`` may not give this role, RuleError for an end in the past or after
    their own, for a project that has ended, and for an end that would leave the office without
    anybody.
    """
    if role in (roles.OFFICE, roles.PARTNER) and not project.is_office:
        raise ValueError(f"{role} is a role on the office's own project")
    _require_may_grant(by, role, project)
    if until is not None and until < timezone.localdate():
        raise RuleError(_("Das Ende liegt in der Vergangenheit."))
    require_not_longer_than_own(by, project, until)
    if role == roles.OFFICE:
        locked(project)  # two people of the office who end each other's role: one after the other
    grants, who = _rows_of(holder)
    held = grants.filter(content_object=project, role=role, **who)
    is_change = held.in_force().exists()
    if by is not None and project.has_ended and not is_change:
        raise RuleError(_("Dieses Projekt ist beendet. Ändern Sie erst sein Ende."))
    # What was over is given anew: by whom and since when is told of this time.
    held.filter(until__lt=timezone.localdate()).delete()
    for permission in _permissions(roles.ROLES[role]):
        grants.update_or_create(
            content_object=project,
            permission=permission,
            role=role,
            **who,
            defaults={"until": until},
            create_defaults={"until": until, "granted_by": by},
        )
    policies.forget_grants(holder)
    if by is not None and role == roles.OFFICE and is_change and until is not None:
        require_office_remains(until)
    _tell(Occasion.ROLE_GRANTED, holder, project, role, by)
    record(
        "role.granted",
        by=by,
        obj=project,
        data={"role": role, "until": until.isoformat() if until else None},
        personal={"holder": str(holder)},
    )


@transaction.atomic
def revoke_role(holder, project: Project, role: str, *, by=None) -> None:
    """Takes one role on ``project`` from ``holder``; access ends at once.

    Raises NotAllowedError if ``by`` may not end this role, RuleError if it is the last one
    of the office (only the operator's commands, with ``by=None``, take that).
    """
    _require_may_grant(by, role, project)
    if role == roles.OFFICE:
        locked(project)
    grants, who = _rows_of(holder)
    taken, _rows = grants.filter(content_object=project, role=role, **who).delete()
    policies.forget_grants(holder)
    if by is not None and role == roles.OFFICE:
        require_office_remains()
    if taken:
        _tell(Occasion.ROLE_ENDED, holder, project, role, by)
        record(
            "role.ended", by=by, obj=project, data={"role": role}, personal={"holder": str(holder)}
        )


@transaction.atomic
def revoke_roles(holder, project: Project, *, by=None) -> None:
    """Takes every role on ``project`` from ``holder``."""
    grants, who = _rows_of(holder)
    held = grants.filter(content_object=project, **who).values_list("role", flat=True)
    for role in set(held):
        revoke_role(holder, project, role, by=by)


def require_not_longer_than_own(by, project: Project, until: datetime.date | None) -> None:
    """Raises RuleError if ``by`` gives access for longer than they may give it themselves.

    Else whoever leads for a year could make that for ever, for themselves too.
    """
    if by is None or policies.can(by, policies.OFFICE):
        return
    leads = Q(content_object=project, permission__codename=roles.GRANT_ROLES)
    ends = [
        *ProjectUserGrant.rows.in_force().filter(leads, user=by).values_list("until", flat=True),
        *ProjectGroupGrant.rows.in_force()
        .filter(leads, group__user=by)
        .values_list("until", flat=True),
    ]
    if None in ends:
        return
    if until is None or until > max(ends):
        day = date_format(max(ends), "d.m.Y")
        raise RuleError(
            _("Ihr eigener Zugang endet am %(day)s. Länger können Sie keinen geben.") % {"day": day}
        )


def require_office_remains(until: datetime.date | None = None) -> None:
    """Raises RuleError if nobody runs the office now, or nobody longer than ``until``.

    Asked after a change, which then is rolled back.
    """
    day = until or timezone.localdate() - datetime.timedelta(days=1)
    longer = Q(role=roles.OFFICE) & (Q(until=None) | Q(until__gt=day))
    of_users = ProjectUserGrant.rows.filter(longer, user__is_active=True)
    of_groups = ProjectGroupGrant.rows.filter(longer, group__user__is_active=True)
    if not of_users.exists() and not of_groups.exists():
        raise RuleError(
            _(
                "Danach hätte niemand mehr Zugang zur Koordinierungsstelle. Geben Sie ihn erst "
                "einer anderen Person, ohne Ende."
            )
        )


def _require_may_grant(by, role: str, project: Project) -> None:
    if by is not None and not policies.may_grant(by, role, project):
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))


def _tell(occasion: Occasion, holder, project: Project, role: str, by) -> None:
    """To those who hold the role. What the operator's commands do is told to nobody."""
    if by is None:
        return
    people = holder.user_set.all() if isinstance(holder, Group) else [holder]
    notify(occasion, project, by=by, reason=str(roles.ROLE_NAMES[role]), to=people)


def _rows_of(holder):
    if isinstance(holder, Group):
        return ProjectGroupGrant.rows, {"group": holder}
    return ProjectUserGrant.rows, {"user": holder}


def _permissions(codenames):
    return Permission.objects.filter(
        content_type__app_label="cms", content_type__model="project", codename__in=codenames
    )
