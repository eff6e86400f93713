"""Invites somebody by e-mail to a role on a project."""

import datetime
import logging
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import NotAllowedError, RuleError
from cms.models import Invitation, Project
from cms.permissions import policies, roles
from cms.services.access import locked
from cms.services.audit import record
from cms.services.grant_role import require_not_longer_than_own

log = logging.getLogger(__name__)

_SALT = "cms.invitation"
_OTHER_FIELDS = {field.name for field in Invitation._meta.fields} - {"email"}


@transaction.atomic
def invite(
    email: str, project: Project, role: str, *, until: datetime.date | None = None, by
) -> Invitation:
    """Sends a link that is good for a week and makes its reader a holder of ``role``.

    Whoever was invited to the same already gets a new link; the old one is no longer good.

    Raises NotAllowedError if ``by`` may not give this role, RuleError for an end in the past
    or after their own, ValidationError if ``email`` is no address.
    """
    _require_may_invite(by, role, project)
    if until is not None and until < timezone.localdate():
        raise RuleError(_("Das Ende liegt in der Vergangenheit."))
    require_not_longer_than_own(by, project, until)
    email = _address(email)
    Invitation(email=email).clean_fields(exclude=_OTHER_FIELDS)
    locked(project)  # of two who invite the same person at once, the second renews
    pending = Invitation.objects.select_for_update().pending()
    invitation = pending.filter(project=project, email=email, role=role).first()
    if invitation is None:
        invitation = Invitation.objects.create(
            project=project, email=email, role=role, until=until, invited_by=by
        )
    else:
        invitation.until = until
        _renew(invitation, by)
    _record("invitation.sent", invitation, by)
    transaction.on_commit(partial(_send, invitation))
    return invitation


@transaction.atomic
def invite_again(invitation: Invitation, *, by) -> None:
    """Sends a new link, good for a week from now; the old one is no longer good.

    Raises NotAllowedError if ``by`` may not give the role, RuleError if nothing is pending.
    """
    _require_may_invite(by, invitation.role, invitation.project)
    invitation = _pending(invitation)
    if invitation.until is not None and invitation.until < timezone.localdate():
        raise RuleError(_("Der letzte Tag dieses Zugangs ist vorbei. Laden Sie neu ein."))
    require_not_longer_than_own(by, invitation.project, invitation.until)
    _renew(invitation, by)
    _record("invitation.sent", invitation, by)
    transaction.on_commit(partial(_send, invitation))


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by) -> None:
    """Makes its link useless. Raises NotAllowedError, RuleError if nothing is pending."""
    _require_may_invite(by, invitation.role, invitation.project)
    invitation = _pending(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record("invitation.revoked", invitation, by)


def pending_for(email: str, *, by) -> list[Invitation]:
    """What waits for the reader of this address, in the projects where ``by`` gives access."""
    rows = Invitation.objects.pending().filter(email=_address(email)).select_related("project")
    project_ids = policies.project_ids_for(by, policies.GRANT)
    if project_ids is not None:
        rows = rows.filter(project__in=project_ids)
    return list(rows.order_by("project__title", "pk"))


def token_of(invitation: Invitation) -> str:
    """What stands in the link: signed, and bound to this row as it was last sent."""
    return signing.dumps([invitation.pk, invitation.issue], salt=_SALT)


def open_invitation(token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation behind a link, or None if the link is not good (any more).

    Nothing tells why: forged, over, used, revoked, or given by somebody who may not do so now.
    ``lock``: holds the row until the transaction ends.
    """
    try:
        pk, issue = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    rows = Invitation.objects.select_related("project", "invited_by")
    if lock:
        rows = rows.select_for_update(of=["self"])
    invitation = rows.filter(pk=pk, issue=issue).first()
    if invitation is None or not invitation.is_open:
        return None
    may = policies.may_grant(invitation.invited_by, invitation.role, invitation.project)
    return invitation if may else None


def _address(email: str) -> str:
    return email.strip().lower()


def _require_may_invite(by, role: str, project: Project) -> None:
    if role in (roles.OFFICE, roles.PARTNER) and not project.is_office:
        raise ValueError(f"{role} is a role on the office's own project")
    if not policies.may_grant(by, role, project):
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))


def _pending(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update().pending().filter(pk=invitation.pk).first()
    if row is None:
        raise RuleError(_("Diese Einladung ist schon angenommen oder zurückgezogen."))
    return row


def _renew(invitation: Invitation, by) -> None:
    invitation.issue += 1
    invitation.issued_at, invitation.sent_at = timezone.now(), None
    invitation.invited_by = by
    invitation.save()


def _record(action: str, invitation: Invitation, by) -> None:
    data = {"role": invitation.role, "invitation": invitation.pk}
    personal = {"email": invitation.email}
    record(action, by=by, obj=invitation.project, data=data, personal=personal)


def _send(invitation: Invitation) -> None:
    """Sends the mail, after the commit; what could not be sent stays without ``sent_at``."""
    link = settings.WAGTAILADMIN_BASE_URL + reverse("cms:invitation", args=[token_of(invitation)])
    context = {"invitation": invitation, "link": link}
    subject = _("Einladung: %(project)s im Lebendigen Leitfaden") % {"project": invitation.project}
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        render_to_string("cms/mail/invitation.txt", context),
        to=[invitation.email],
    )
    message.attach_alternative(render_to_string("cms/mail/invitation.html", context), "text/html")
    try:
        message.send()
    except (SMTPException, OSError):
        log.exception("invitation %s could not be sent", invitation.pk)
        return
    sent = Invitation.objects.filter(pk=invitation.pk, issue=invitation.issue)
    sent.update(sent_at=timezone.now())
