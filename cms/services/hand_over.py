"""Gives an entry to another project."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import LogContext, log

from cms.models import Experience, Project, Publication
from cms.permissions import policies
from cms.services.access import require

HAND_OVER_ACTION = "cms.hand_over"


@transaction.atomic
def hand_over(experience: Experience, project: Project, user) -> None:
    """Makes ``project`` the owner; address, versions and readers stay as they are.

    Raises NotAllowedError unless the person may move entries of both projects.
    """
    require(user, policies.MOVE, experience)
    require(user, policies.MOVE, project)
    entry = Experience.objects.select_for_update().get(pk=experience.pk)
    if entry.project_id == project.pk:
        return
    with LogContext(user=user):
        log(entry, HAND_OVER_ACTION, user=user, data={"from": entry.project_id, "to": project.pk})
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
    experience.project = project
