"""What Wagtail did -> history and outbox, in the same transaction. The only signal file."""

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page
from wagtail.signals import page_unpublished, post_page_move, published, unpublished

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.models import (
    ExchangeEventPage,
    Experience,
    IndexJob,
    NewsPage,
    Outcome,
    Project,
    Publication,
    TablePage,
    Topic,
)

OBJECT_TYPES = {
    Experience: ObjectType.EXPERIENCE,
    Outcome: ObjectType.OUTCOME,
    ExchangeEventPage: ObjectType.EVENT,
    TablePage: ObjectType.TABLE,
    NewsPage: ObjectType.NEWS,
    Topic: ObjectType.TOPIC,
    Project: ObjectType.PROJECT,
}
PUBLISHED_TYPES = (Experience, Outcome, ExchangeEventPage, TablePage, NewsPage)


def _specific(instance):
    return instance.specific if isinstance(instance, Page) else instance


@receiver(published, dispatch_uid="cms_published")
def on_published(sender, instance, **kwargs):
    """Opens a publication. Scheduling sends this signal too, with ``live`` still False."""
    obj = _specific(instance)
    if not isinstance(obj, PUBLISHED_TYPES) or not obj.live:
        return
    with transaction.atomic():
        Publication.objects.open(
            obj,
            circle=getattr(obj, "visibility", Circle.PUBLIC.value),
            project_id=getattr(obj, "project_id", None),
            user=get_active_log_context().user,
            when=obj.last_published_at or timezone.now(),
        )
        _enqueue(obj, "published")
        _enqueue_dependents(obj, "ancestor published")


@receiver([unpublished, page_unpublished], dispatch_uid="cms_unpublished")
def on_unpublished(sender, instance, **kwargs):
    """Ends the publication; what stands below the object is looked at again."""
    obj = _specific(instance)
    if not isinstance(obj, PUBLISHED_TYPES):
        return
    with transaction.atomic():
        if Publication.objects.close(obj, timezone.now()):
            _enqueue(obj, "withdrawn")
            _enqueue_dependents(obj, "ancestor withdrawn")


@receiver(post_page_move, dispatch_uid="cms_moved")
def on_moved(sender, instance, **kwargs):
    """A page and what stands below it have other ancestors now."""
    obj = _specific(instance)
    if isinstance(obj, PUBLISHED_TYPES):
        with transaction.atomic():
            _enqueue(obj, "moved")
            _enqueue_dependents(obj, "ancestor moved")


@receiver(post_save, dispatch_uid="cms_saved")
def on_saved(sender, instance, created, raw=False, **kwargs):
    """Every save of something searchable: drafts stand in the internal index too."""
    if type(instance) in OBJECT_TYPES and not raw:
        _enqueue(instance, "created" if created else "saved")


@receiver(post_delete, dispatch_uid="cms_deleted")
def on_deleted(sender, instance, **kwargs):
    """Also for rows deleted by a queryset or with their parent."""
    if type(instance) in OBJECT_TYPES:
        if isinstance(instance, PUBLISHED_TYPES):
            Publication.objects.close(instance, timezone.now())
        _enqueue(instance, "deleted")


def _enqueue(obj, reason: str) -> None:
    IndexJob.objects.enqueue(OBJECT_TYPES[type(obj)], [obj.pk], reason)


def _enqueue_dependents(obj, reason: str) -> None:
    """Jobs for what is visible only while ``obj`` is: an event's tables, a table's entries."""
    if isinstance(obj, ExchangeEventPage):
        tables = TablePage.objects.descendant_of(obj)
        below = Q(table__in=tables)
        IndexJob.objects.enqueue(ObjectType.TABLE, tables.values_list("pk", flat=True), reason)
    elif isinstance(obj, TablePage):
        below = Q(table=obj.pk)
    else:
        return
    entries = Experience.objects.filter(below).values_list("pk", flat=True)
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, entries, reason)
    if isinstance(obj, ExchangeEventPage):
        below |= Q(event=obj.pk)
    outcomes = Outcome.objects.filter(below).values_list("pk", flat=True)
    IndexJob.objects.enqueue(ObjectType.OUTCOME, outcomes, reason)
