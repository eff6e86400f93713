"""Ends a project: its entries go to its successor or the office, its roles end.

First it is announced; two weeks later it may come true by itself (the command
``end_projects``). The office may end a project at once. The project stays, as ended; entries
keep their addresses, versions and readers.
"""

import datetime
import logging
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from cms.domain.errors import RuleError
from cms.domain.occasions import Occasion
from cms.models import (
    Experience,
    Invitation,
    Project,
    ProjectGroupGrant,
    ProjectUserGrant,
    Supplement,
)
from cms.permissions import policies
from cms.permissions.who_can import who_can
from cms.services.access import locked, require
from cms.services.audit import record
from cms.services.hand_over import HAND_OVER_ACTION, pass_on
from cms.services.notify import notify

logger = logging.getLogger(__name__)

NOTICE = datetime.timedelta(days=14)
BATCH = 100
#: Recorded with each entry that an end passed on, so that it can be told and taken back.
BECAUSE = "project_ended"
_ENTRIES = (Experience, Supplement)


@dataclass(frozen=True)
class Plan:
    """What the end of a project does."""

    heir: Project
    experiences: int
    supplements: int
    people: int
    invitations: int

    @property
    def entries(self) -> int:
        return self.experiences + self.supplements

    @property
    def is_done(self) -> bool:
        return not (self.entries or self.people or self.invitations)


def plan_end(project: Project) -> Plan:
    """What would happen now, with numbers. What lies in the trash is counted: it goes along."""
    experiences, supplements = (
        model.with_trash.filter(project=project).count() for model in _ENTRIES
    )
    holders = sum(
        rows.in_force().filter(content_object=project).values(holder).distinct().count()
        for rows, holder in ((ProjectUserGrant.rows, "user"), (ProjectGroupGrant.rows, "group"))
    )
    invitations = Invitation.objects.pending().filter(project=project).count()
    return Plan(heir_of(project), experiences, supplements, holders, invitations)


def heir_of(project: Project) -> Project:
    """The successor (or its successor, if that has ended too), else the office."""
    seen, heir = {project.pk}, project.successor
    while heir is not None and heir.has_ended and heir.pk not in seen:
        seen.add(heir.pk)
        heir = heir.successor
    return Project.objects.office() if heir is None or heir.pk in seen else heir


def to_announce() -> QuerySet[Project]:
    """Projects whose last day is over or near, and whose end nobody was told of."""
    soon = timezone.localdate() + NOTICE
    told = Q(announced_end=F("end"))
    return _with_something_left().filter(Q(announced_end=None) | ~told, end__lte=soon)


def due() -> QuerySet[Project]:
    """Projects whose last day is over, and whose end was announced two weeks ago or earlier."""
    return _with_something_left().filter(
        end__lt=timezone.localdate(),
        announced_end=F("end"),
        announced_at__lte=timezone.now() - NOTICE,
    )


def end_projects() -> None:
    """Ends and announces what is due, by the clock. One that fails is logged and stops no other."""
    steps = [(_end_all, project) for project in due()]
    steps += [(announce_end, project) for project in to_announce()]
    for step, project in steps:
        try:
            step(project)
        except Exception:
            logger.exception("the end of project %s failed", project.pk)


def _end_all(project: Project) -> None:
    begin_end(project)
    while pass_on_batch(project):  # each a transaction: an interrupted run goes on
        pass


@transaction.atomic
def announce_end(project: Project) -> None:
    """Tells the people of the project and the office what will happen, and when."""
    project = locked(project)
    if project.announced_end == project.end:
        return  # another worker was here
    project.announced_end, project.announced_at = project.end, timezone.now()
    project.save(update_fields=["announced_end", "announced_at"])
    record("project.end_announced", obj=project, data={"end": project.end.isoformat()})
    reason = f"{project.end:%d.%m.%Y}"
    notify(Occasion.PROJECT_ENDING, project, reason=reason, to=_concerned(project))


@transaction.atomic
def begin_end(project: Project, *, by=None) -> None:
    """Ends the roles and invitations of ``project``; nobody can write for it any more.

    Afterwards :func:`pass_on_batch` passes its entries on, until none is left. ``by`` None: the
    command, which needs an announcement. Raises NotAllowedError for anybody but the office,
    RuleError for the office's own project and without an announcement.
    """
    _require_office(by)
    project = locked(project)
    if project.is_office:
        raise RuleError(_("Die Koordinierungsstelle kann nicht beendet werden."))
    if by is None and not due().filter(pk=project.pk).exists():
        raise RuleError(_("Dieses Ende ist noch nicht oder erst seit Kurzem angekündigt."))
    concerned = _concerned(project)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    if not project.has_ended:
        project.end = yesterday
        project.save(update_fields=["end"])
    ended = 0
    for rows in (ProjectUserGrant.rows, ProjectGroupGrant.rows):
        ended += rows.in_force().filter(content_object=project).update(until=yesterday)
    Invitation.objects.pending().filter(project=project).update(revoked_at=timezone.now())
    heir = heir_of(project)
    record("project.ended", by=by, obj=project, data={"heir": heir.pk})
    if ended:  # an interrupted run that goes on tells nobody twice
        notify(Occasion.PROJECT_ENDED, project, by=by, reason=str(heir), to=concerned)


@transaction.atomic
def pass_on_batch(project: Project, *, by=None, size: int = BATCH) -> int:
    """Passes the next entries on, by the rules of a hand-over; how many are left.

    Raises NotAllowedError for anybody but the office, RuleError before :func:`begin_end`.
    """
    _require_office(by)
    if not project.has_ended:
        raise RuleError(_("Dieses Projekt ist nicht beendet."))
    heir = heir_of(project)
    for model in _ENTRIES:
        entries = list(_held(model).filter(project=project)[:size])
        for entry in entries:
            pass_on(entry, heir, by, because=BECAUSE)
        size -= len(entries)
    return sum(model.with_trash.filter(project=project).count() for model in _ENTRIES)


@transaction.atomic
def reopen_project(project: Project, *, by) -> None:
    """Takes the end away; :func:`take_back_batch` then brings back what it passed on.

    Roles are not given back by this: that is for the office to decide, person by person.
    Raises NotAllowedError for anybody but the office.
    """
    require(by, policies.OFFICE)
    project = locked(project)
    project.end = project.announced_end = project.announced_at = None
    project.save(update_fields=["end", "announced_end", "announced_at"])
    record("project.reopened", by=by, obj=project)


@transaction.atomic
def take_back_batch(project: Project, *, by, size: int = BATCH) -> int:
    """Brings back the next entries that the end of ``project`` passed on; how many are left.

    What has been handed to a third project since stays there. Raises NotAllowedError for anybody
    but the office, RuleError for a project that has ended.
    """
    require(by, policies.OFFICE)
    if project.has_ended:
        raise RuleError(_("Dieses Projekt ist beendet. Ändern Sie erst sein Ende."))
    left = 0
    for model in _ENTRIES:
        ids = _passed_on(model, project)
        for entry in _held(model).filter(pk__in=ids[:size]):
            pass_on(entry, project, by)
        left += len(ids[size:])
        size -= len(ids[:size])
    return left


def _held(model) -> QuerySet:
    return model.with_trash.select_for_update().order_by("pk")


def _passed_on(model, project: Project) -> list[int]:
    """Ids of the entries whose last hand-over was the end of ``project``."""
    moves = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), action=HAND_OVER_ACTION
    )
    ours = moves.filter(data__because=BECAUSE, data__from=project.pk).values("object_id")
    last = dict(moves.filter(object_id__in=ours).order_by("pk").values_list("object_id", "data"))
    return sorted(
        int(object_id)
        for object_id, data in last.items()
        if data.get("because") == BECAUSE and data["from"] == project.pk
    )


def _with_something_left() -> QuerySet[Project]:
    here = {"project": OuterRef("pk")}
    left = Exists(Invitation.objects.pending().filter(**here))
    for model in _ENTRIES:
        left |= Exists(model.with_trash.filter(**here))
    for rows in (ProjectUserGrant.rows, ProjectGroupGrant.rows):
        left |= Exists(rows.in_force().filter(content_object=OuterRef("pk")))
    return Project.objects.filter(left, is_office=False)


def _require_office(by) -> None:
    if by is not None:
        require(by, policies.OFFICE)


def _concerned(project: Project) -> list:
    access = who_can(project)
    return [person.user for person in (*access.members, *access.office) if person.user.is_active]
