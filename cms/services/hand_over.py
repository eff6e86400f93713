"""Gives an entry to another project."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import LogContext, log

from cms.domain.occasions import Occasion
from cms.models import Project, Publication
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import allowed, require
from cms.services.audit import record
from cms.services.notify import notify
from cms.services.tell_webhooks import told_changed

HAND_OVER_ACTION = "cms.hand_over"


@transaction.atomic
def hand_over(entry: Entry, project: Project, user) -> None:
    """Makes ``project`` the owner; address, versions and readers stay as they are.

    Raises NotAllowedError unless the person may move entries of both projects.
    """
    given, entry = entry, allowed(user, policies.MOVE, entry)
    require(user, policies.MOVE, project)
    if entry.project_id == project.pk:
        return
    pass_on(entry, project, user)
    notify(Occasion.HANDED_OVER, entry, by=user)
    given.project = project


def pass_on(entry: Entry, project: Project, user, **why) -> None:
    """The hand-over itself: asks nobody, tells nobody. The caller holds the row.

    ``why`` is recorded beside the two projects.
    """
    data = {"from": entry.project_id, "to": project.pk, **why}
    with LogContext(user=user):
        log(entry, HAND_OVER_ACTION, user=user, data=data)
        entry.project = project
        entry.save(update_fields=["project"])
        if entry.live:
            Publication.objects.open(
                entry,
                circle=entry.visibility,
                project_id=project.pk,
                user=user,
                when=timezone.now(),
            )
        told_changed(entry)
    record("entry.handed_over", by=user, obj=entry, data=data)
