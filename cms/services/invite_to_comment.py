"""Invites a partner to comment on one draft, and ends that."""

import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.domain.occasions import Occasion
from cms.models import Experience, ExperienceUserGrant, ProjectGroupGrant, ProjectUserGrant
from cms.permissions import policies, roles
from cms.services.access import allowed, require
from cms.services.audit import record
from cms.services.notify import notify


def partners() -> QuerySet:
    """The accounts that may be invited: those who read as partners, themselves or by a group."""
    own = ProjectUserGrant.rows.in_force().filter(role=roles.PARTNER).values("user")
    groups = ProjectGroupGrant.rows.in_force().filter(role=roles.PARTNER).values("group")
    users = get_user_model().objects.filter(Q(pk__in=own) | Q(groups__in=groups), is_active=True)
    return users.distinct().order_by("last_name", "first_name", "username")


@transaction.atomic
def invite_to_comment(
    entry: Experience, person, *, by, until: datetime.date | None = None
) -> ExperienceUserGrant:
    """Lets a partner read and comment the draft of ``entry``, while it is under review.

    ``until`` is the last day; the end of the review ends it anyway.

    Raises NotAllowedError (the office and the Leitung invite), RuleError for somebody who is no
    partner, an entry that is not under review, or a day in the past.
    """
    entry = allowed(by, policies.GRANT, entry)
    if not entry.workflow_in_progress:
        raise RuleError(_("Einladen können Sie, solange der Eintrag in Prüfung ist."))
    if not partners().filter(pk=person.pk).exists():
        raise RuleError(_("Einladen können Sie nur Partner."))
    if until is not None and until < timezone.localdate():
        raise RuleError(_("Das Ende liegt in der Vergangenheit."))
    permission = Permission.objects.get(
        content_type__app_label="cms",
        content_type__model="experience",
        codename=roles.COMMENT_ON_ENTRY,
    )
    grant, _created = ExperienceUserGrant.rows.update_or_create(
        user=person,
        content_object=entry,
        permission=permission,
        defaults={"until": until, "granted_by": by, "granted_at": timezone.now()},
    )
    policies.forget_grants(person)
    record("comment.invited", by=by, obj=entry, personal={"holder": str(person)})
    notify(Occasion.INVITED, entry, by=by, to=[person])
    return grant


@transaction.atomic
def end_invitation(grant: ExperienceUserGrant, *, by) -> None:
    """Ends an invitation at once; the comments stay. Raises NotAllowedError."""
    entry = grant.content_object
    require(by, policies.GRANT, entry)
    grant.delete()
    policies.forget_grants(grant.user)
    record("comment.invitation_ended", by=by, obj=entry, personal={"holder": str(grant.user)})
