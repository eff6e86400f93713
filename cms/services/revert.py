"""Brings an older version back: as a draft, never to the readers."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import Revision

from cms.domain.errors import RuleError
from cms.permissions import policies
from cms.services.access import AnyModel, allowed
from cms.services.locks import refuse_if_locked

#: Not part of what a version says: they stay as the newest draft has them.
_PERIOD = ("go_live_at", "expire_at")


@transaction.atomic
def revert(obj: AnyModel, user, revision: Revision) -> Revision:
    """A new draft of ``obj`` with what ``revision`` says; what is published stays as it is.

    If that is the newest version already, nothing is done. Raises NotAllowedError, LockedError,
    RuleError for a version of something else, ValidationError if it can't be saved any more.
    """
    obj = allowed(user, policies.EDIT, obj)
    refuse_if_locked(obj, user)
    if not obj.revisions.filter(pk=revision.pk).exists():
        raise RuleError(_("Diese Fassung gehört zu etwas anderem."))
    if revision.pk == obj.latest_revision_id:
        return revision
    newest, old = obj.get_latest_revision_as_object(), revision.as_object()
    for name in _PERIOD:
        setattr(old, name, getattr(newest, name))
    with LogContext(user=user):
        return old.save_revision(user=user, log_action=True, previous_revision=revision)
