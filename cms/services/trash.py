"""The trash: what was never published can be thrown away, and brought back for a while."""

import datetime
import logging

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.domain.errors import LockedError, RuleError
from cms.models import Experience, Supplement
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import allowed, require
from cms.services.audit import record
from cms.services.locks import refuse_if_held
from cms.services.submit import end_review

logger = logging.getLogger(__name__)

TRASH_ACTION = "cms.trash"
RESTORE_ACTION = "cms.restore"
KEPT_DAYS = 30

#: Supplements first: they keep their experience from being deleted.
KINDS: tuple[type[Entry], ...] = (Supplement, Experience)


@transaction.atomic
def trash(entry: Entry, user) -> None:
    """Throws an entry away that was never published; for KEPT_DAYS it can be restored.

    A running review ends. Raises NotAllowedError, LockedError if it is locked or has an approved
    day.
    """
    entry = allowed(user, policies.DELETE, entry)
    refuse_if_held(entry, user)
    if entry.approved_schedule:
        raise LockedError(_("Das ist freigegeben und erscheint zu seinem Termin."))
    end_review(entry, user)
    entry.trashed_at, entry.trashed_by = timezone.now(), user
    # Wagtail would look for its links among what does not lie in the trash, and log a failure.
    with LogContext(user=user), disable_reference_index_auto_update():
        entry.save(update_fields=["trashed_at", "trashed_by"])
        log(entry, TRASH_ACTION, user=user)
    record("entry.trashed", by=user, obj=entry)


@transaction.atomic
def restore(entry: Entry, user) -> None:
    """Brings an entry back out of the trash, as a draft.

    Raises NotAllowedError, RuleError if it is not there (any more).
    """
    in_trash = type(entry).with_trash.select_for_update().exclude(trashed_at=None)
    # In an order of its own: the model's goes over another table, which can't be locked.
    entry = in_trash.filter(pk=entry.pk).order_by("pk").first()
    if entry is None:
        raise RuleError(_("Das liegt nicht mehr im Papierkorb."))
    require(user, policies.RESTORE, entry)
    entry.trashed_at, entry.trashed_by = None, None
    with LogContext(user=user):
        entry.save(update_fields=["trashed_at", "trashed_by"])
        log(entry, RESTORE_ACTION, user=user)
    record("entry.restored", by=user, obj=entry)


def in_trash(model: type[Entry], user):
    """What lies in the trash of those projects for which ``user`` may write, newest first."""
    rows = model.with_trash.exclude(trashed_at=None).order_by("-trashed_at", "-pk")
    project_ids = policies.project_ids_for(user, policies.RESTORE)
    rows = rows if project_ids is None else rows.filter(project_id__in=project_ids)
    return rows.select_related("project", "trashed_by", "latest_revision")


def empty_trash(now: datetime.datetime | None = None) -> int:
    """Deletes for good what has lain in the trash for more than KEPT_DAYS; how many that was.

    Each in a transaction of its own: one that can't go is logged, and stops no other.
    """
    limit = (now or timezone.now()) - datetime.timedelta(days=KEPT_DAYS)
    gone = 0
    for model in KINDS:
        for pk in model.with_trash.filter(trashed_at__lt=limit).values_list("pk", flat=True):
            try:
                gone += _delete(model, pk, limit)
            except ProtectedError:
                logger.exception("%s %s stays in the trash", model._meta.label, pk)
    return gone


@transaction.atomic
def _delete(model: type[Entry], pk: int, limit: datetime.datetime) -> bool:
    rows = model.with_trash.select_for_update().filter(pk=pk, trashed_at__lt=limit)
    entry = rows.order_by("pk").first()
    if entry is None or (isinstance(entry, Experience) and _is_supplemented(entry)):
        return False
    record("entry.deleted", obj=entry)
    entry.delete()
    return True


def _is_supplemented(entry: Experience) -> bool:
    return Supplement.with_trash.filter(experience=entry).exists()
