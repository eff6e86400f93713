"""Takes up an invitation."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.models import Invitation
from cms.services.audit import record
from cms.services.grant_role import grant_role
from cms.services.invite import open_invitation


@transaction.atomic
def accept_invitation(token: str, user) -> Invitation:
    """Gives ``user`` the role that the link promises; the link is used up.

    The role is given as by who invited, who must still be allowed to. Raises RuleError if the
    link is not good (any more).
    """
    invitation = open_invitation(token, lock=True)
    if invitation is None:
        raise RuleError(_("Diese Einladung gilt nicht mehr."))
    grant_role(
        user,
        invitation.project,
        invitation.role,
        until=invitation.until,
        by=invitation.invited_by,
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    data = {"role": invitation.role, "invitation": invitation.pk}
    personal = {"email": invitation.email}
    record("invitation.accepted", by=user, obj=invitation.project, data=data, personal=personal)
    return invitation


@transaction.atomic
def accept_with_new_account(token: str, user) -> Invitation:
    """The same for somebody without an account: ``user`` is one that is not saved yet.

    It gets the address that was invited. Raises RuleError as above; then there is no account.
    """
    invitation = open_invitation(token)
    if invitation is None:
        raise RuleError(_("Diese Einladung gilt nicht mehr."))
    user.email = invitation.email
    user.save()
    return accept_invitation(token, user)
