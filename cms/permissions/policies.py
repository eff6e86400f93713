"""The one answer to "may this person do this to that?".

Knows objects by their attributes: an experience, outcome or news item has ``project_id``,
a project is known by its ``pk`` and ``place_names``. Everything is read from guardian's
tables, once for a user object (one request).
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.reader import ANONYMOUS, Reader
from cms.kept_query import KeptQuery, parameter
from cms.permissions import roles, scopes
from cms.permissions.grants import ExperienceUserGrant, ProjectGroupGrant, ProjectUserGrant

SEE = "see"
EDIT = "edit"
SUBMIT = "submit"
REVIEW = "review"
WITHDRAW = "withdraw"
EMERGENCY_WITHDRAW = "emergency_withdraw"
DELETE = "delete"
RESTORE = "restore"
COMMENT = "comment"
MOVE = "move"
EDIT_PROJECT = "edit_project"
GRANT = "grant"
OFFICE = "office"
READ_MINUTES = "read_minutes"

#: What a scope of an API token lets a program do, of what its person may do.
_IN_SCOPE = {
    scopes.READ: (SEE, READ_MINUTES),
    scopes.WRITE: (EDIT, SUBMIT, DELETE, RESTORE, COMMENT, EDIT_PROJECT, EMERGENCY_WITHDRAW),
    scopes.REVIEW: (REVIEW, WITHDRAW),
    scopes.MANAGE: (MOVE, GRANT, OFFICE),
}

_LIMITED_TO = "_guide_actions"
_CACHE = "_guide_grants"
_INVITATIONS = "_guide_invitations"


@dataclass(frozen=True)
class Grants:
    """What one person holds: permissions by project id, and whether they are the office."""

    by_project: dict[int, frozenset[str]] = field(default_factory=dict)
    is_office: bool = False
    is_partner: bool = False

    def projects_with(self, codename: str) -> frozenset[int]:
        """Ids of the projects on which this permission is held directly."""
        return frozenset(pk for pk, held in self.by_project.items() if codename in held)


NO_GRANTS = Grants()

_COLUMNS = ("content_object_id", "content_object__is_office", "permission__codename")


def _grants_of_one() -> QuerySet:
    today = parameter("today")
    own = ProjectUserGrant.rows.in_force(today).filter(user=parameter("user"))
    through_group = ProjectGroupGrant.rows.in_force(today).filter(group__user=parameter("user"))
    return own.values_list(*_COLUMNS).union(through_group.values_list(*_COLUMNS), all=True)


_GRANTS_OF_ONE = KeptQuery(_grants_of_one)


def grants_of(user) -> Grants:
    """The grants of ``user``, own and through groups. One query, then kept on the object."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NO_GRANTS
    if getattr(user, _CACHE, None) is None:
        rows = _GRANTS_OF_ONE.rows(user=user.pk, today=timezone.localdate())
        setattr(user, _CACHE, _grants_from(rows, user.is_superuser))
    return getattr(user, _CACHE)


def forget_grants(user) -> None:
    """Reads the grants anew at the next question (after a role was given or taken)."""
    for name in (_CACHE, _INVITATIONS):
        if hasattr(user, name):
            delattr(user, name)


def limit(user, names) -> None:
    """From now on this user object may do only what these scopes hold, never more than before."""
    setattr(user, _LIMITED_TO, frozenset(action for name in names for action in _IN_SCOPE[name]))


def is_limited(user) -> bool:
    """Does a program ask, with a token that does not hold all that its person may do?"""
    return getattr(user, _LIMITED_TO, None) is not None


def _in_scope(user, action: str) -> bool:
    actions = getattr(user, _LIMITED_TO, None)
    return actions is None or action in actions


def invitations_of(user) -> frozenset[int]:
    """Ids of the experiences that ``user`` is invited to comment on. One query, then kept.

    Only somebody who is a partner, or has a role, still is: with the last role they end too.
    """
    grants = grants_of(user)
    if not grants.is_partner and not grants.by_project:
        return frozenset()
    if not hasattr(user, _INVITATIONS):
        rows = ExperienceUserGrant.rows.in_force().filter(user=user)
        rows = rows.filter(permission__codename=roles.COMMENT_ON_ENTRY)
        setattr(user, _INVITATIONS, frozenset(rows.values_list("content_object_id", flat=True)))
    return getattr(user, _INVITATIONS)


def read_grants_of(users) -> None:
    """Keeps the grants of all these people on their objects: two queries, however many they are."""
    people = [user for user in users if getattr(user, _CACHE, None) is None]
    own = ProjectUserGrant.rows.in_force().filter(user__in=people)
    rows = list(own.values_list("user_id", *_COLUMNS))
    through_group = ProjectGroupGrant.rows.in_force().filter(group__user__in=people)
    rows += through_group.values_list("group__user", *_COLUMNS)
    by_user: dict[int, list[tuple]] = defaultdict(list)
    for user_id, *row in rows:
        by_user[user_id].append(tuple(row))
    for user in people:
        setattr(user, _CACHE, _grants_from(by_user[user.pk], user.is_superuser))


def _grants_from(rows: list[tuple], is_superuser: bool) -> Grants:
    held: dict[int, set[str]] = defaultdict(set)
    is_office, is_partner = is_superuser, False
    for project_id, on_office, codename in rows:
        if codename == roles.READ_AS_PARTNER:
            is_partner = is_partner or on_office
            continue
        held[project_id].add(codename)
        is_office = is_office or (on_office and codename == roles.RUN_OFFICE)
    return Grants({pk: frozenset(names) for pk, names in held.items()}, is_office, is_partner)


def reader_for(user) -> Reader:
    """What ``user`` (or an anonymous one, or None) may see, as plain data."""
    grants = grants_of(user)
    if grants is NO_GRANTS:
        return ANONYMOUS
    if grants.is_office or grants.by_project:
        circle = Circle.PROJECTS
    else:
        circle = Circle.NETWORK if grants.is_partner else Circle.PUBLIC
    return Reader(circle, grants.projects_with(roles.SEE_DRAFTS), grants.is_office, user.pk)


_PROJECT_RIGHT = {
    SEE: roles.SEE_DRAFTS,
    EDIT: roles.WRITE_ENTRIES,
    COMMENT: roles.WRITE_ENTRIES,
    SUBMIT: roles.WRITE_ENTRIES,
    REVIEW: roles.REVIEW_ENTRIES,
    WITHDRAW: roles.REVIEW_ENTRIES,
    EMERGENCY_WITHDRAW: roles.WRITE_ENTRIES,
    RESTORE: roles.WRITE_ENTRIES,
    MOVE: roles.MOVE_ENTRIES,
    EDIT_PROJECT: roles.EDIT_PROJECT,
    GRANT: roles.GRANT_ROLES,
}


def can(user, action: str, obj=None) -> bool:
    """May ``user`` do ``action`` to ``obj``?

    ``obj`` is an entry (has ``project_id``), a project, or None for what only the office
    does. DELETE is for entries that were never published; what lies in the trash can only be
    restored.
    """
    if not _in_scope(user, action):
        return False
    grants = grants_of(user)
    if getattr(obj, "trashed_at", None) is not None and action != RESTORE:
        return False
    if action == DELETE:
        was_published = obj is not None and getattr(obj, "first_published_at", None) is not None
        return not was_published and can(user, EDIT, obj)
    if grants.is_office:
        return True
    if action == OFFICE or obj is None:
        return False
    if action == READ_MINUTES:
        # Minutes that were sent round: everybody with a role in a project, until their date.
        return obj.is_open and bool(grants.by_project)
    # A project has no project_id of its own; an entry always has one.
    project_id = getattr(obj, "project_id", None) or (obj.pk if hasattr(obj, "is_office") else None)
    if _PROJECT_RIGHT[action] in grants.by_project.get(project_id, frozenset()):
        return True
    return action == COMMENT and _is_invited(user, obj)


def _is_invited(user, entry) -> bool:
    """An invitation is to an experience, and holds while that is under review."""
    is_experience = entry._meta.model_name == "experience"
    return is_experience and entry.pk in invitations_of(user) and entry.workflow_in_progress


def may_supplement(user, entry) -> bool:
    """Does ``user`` write for another project than the one that ``entry`` belongs to? No query."""
    project_ids = project_ids_for(user, EDIT)
    return project_ids is None or bool(project_ids - {entry.project_id})


def may_grant(user, role: str, project) -> bool:
    """May ``user`` give (or end) this role on ``project``?

    Nobody gives a right that they don't hold there themselves: a Leitung makes no reviewers.
    """
    if not can(user, GRANT, project):
        return False
    grants = grants_of(user)
    return grants.is_office or roles.ROLES[role] <= grants.by_project[project.pk]


def opens_admin(user) -> bool:
    """May ``user`` open Wagtail's admin? Everybody with a role in a project; partners don't."""
    if is_limited(user):
        return False
    grants = grants_of(user)
    return grants.is_office or bool(grants.by_project)


def can_somewhere(user, action: str) -> bool:
    """May ``user`` do ``action`` to anything of some project?"""
    if not _in_scope(user, action):
        return False
    grants = grants_of(user)
    if grants.is_office:
        return True
    return bool(project_ids_for(user, action))


def project_ids_for(user, action: str) -> frozenset[int] | None:
    """Ids of the projects to whose entries ``user`` may do ``action``; None means all."""
    if not _in_scope(user, action):
        return frozenset()
    grants = grants_of(user)
    if grants.is_office:
        return None
    return grants.projects_with(_PROJECT_RIGHT[EDIT if action == DELETE else action])


def useful_scopes(user) -> list[str]:
    """The scopes in which ``user`` may do something at all."""
    return [
        name
        for name, actions in _IN_SCOPE.items()
        if name == scopes.READ
        or any(action in _PROJECT_RIGHT and can_somewhere(user, action) for action in actions)
    ]
