"""What has a time: it goes live, or comes down, when that time has come."""

import logging
from collections.abc import Callable

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from cms.domain.occasions import Occasion
from cms.models import Supplement
from cms.models.entry import Entry
from cms.services.access import locked
from cms.services.notify import notify

logger = logging.getLogger(__name__)


def publish_scheduled() -> int:
    """Ends and publishes what is due, in Wagtail's way; how many of them failed.

    Each in a transaction of its own, which holds its row: one that fails stops no other, and
    several workers do nothing twice. What failed is logged and comes again with the next run.
    """
    now, failed = timezone.now(), 0
    for model in _models():
        over = model.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
        for obj in list(over):
            failed += not _tried(_end, obj)
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    for revision in list(due):
        failed += not _tried(_go_live, revision)
    return failed


def _models() -> list[type[Model]]:
    drafted = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    return [Page, *(model for model in drafted if not issubclass(model, Page))]


def _tried(do: Callable, obj: Model) -> bool:
    try:
        with transaction.atomic():
            do(obj)
    except Exception:
        logger.exception("what was scheduled failed: %s %s", obj._meta.model_name, obj.pk)
        return False
    return True


def _end(obj) -> None:
    obj = locked(obj)
    if obj.live and obj.expire_at and obj.expire_at < timezone.now():
        obj.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _go_live(revision: Revision) -> None:
    obj = locked(revision.content_object)
    still = Revision.objects.filter(pk=revision.pk, approved_go_live_at__lt=timezone.now())
    revision = still.first()
    if revision is None:
        return
    revision.publish(log_action="wagtail.publish.scheduled")
    obj.refresh_from_db()
    if isinstance(obj, Entry):
        notify(Occasion.PUBLISHED, obj)
    if isinstance(obj, Supplement):
        notify(Occasion.SUPPLEMENTED, obj)
