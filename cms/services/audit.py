"""Writes the audit log, in the transaction of what it tells of."""

import datetime
import logging
from functools import partial

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from cms.models import AuditEvent, GuideSettings, Project

#: One JSON line for each event, without what names a person: lines can't be forgotten later.
logger = logging.getLogger("audit")
BATCH = 1000
MONTHS = GuideSettings._meta.get_field("audit_months").default
DAYS_OF_A_MONTH = 30


def record(
    action: str,
    *,
    by=None,
    obj=None,
    data: dict | None = None,
    personal: dict | None = None,
) -> None:
    """Records that ``by`` (a user; None: the operator or nobody signed in) did ``action``.

    ``action`` is ``<thing>.<what happened>`` (``role.granted``, ``entry.approved``); its German
    sentence stands in cms/admin/audit_sentences.py. ``obj`` is what it was done to. ``data`` is
    JSON without content and without names; what names a person goes into ``personal``.
    """
    project_id = obj.pk if isinstance(obj, Project) else getattr(obj, "project_id", None)
    record_about(
        action,
        by=by,
        object_type=obj._meta.model_name if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        project_id=project_id,
        data=data,
        personal=personal,
    )


def record_about(
    action: str,
    *,
    by=None,
    object_type: str = "",
    object_id: int | None = None,
    project_id: int | None = None,
    data: dict | None = None,
    personal: dict | None = None,
) -> None:
    """The same about something that may not be there any more."""
    event = AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by is not None else None,
        object_type=object_type,
        object_id=object_id,
        project_id=project_id,
        data=data or {},
        personal={"actor": str(by), **(personal or {})} if by is not None else personal or {},
    )
    transaction.on_commit(partial(_log, event))


def _log(event: AuditEvent) -> None:
    facts = {
        "id": event.pk,
        "at": event.at.isoformat(),
        "actor_id": event.actor_id,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "project_id": event.project_id,
        "data": event.data,
    }
    logger.info(event.action, extra={"facts": facts})


def forget_personal(before: datetime.datetime) -> int:
    """Drops what names a person from events older than ``before``; how many there were.

    In batches, each a transaction of its own: it may be interrupted and run again.
    """
    old = AuditEvent.objects.naming_somebody().filter(at__lt=before).order_by("pk")
    forgotten = 0
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            forgotten += AuditEvent.objects.filter(pk__in=keys).forget()
    return forgotten


def forget_old_names() -> tuple[int, int]:
    """Drops names after the months that the office sets; how many events, and the months."""
    months = GuideSettings.objects.aggregate(Min("audit_months"))["audit_months__min"] or MONTHS
    before = timezone.now() - datetime.timedelta(days=months * DAYS_OF_A_MONTH)
    return forget_personal(before), months
