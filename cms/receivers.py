"""What Wagtail did -> history and outbox, in the same transaction. The only signal file."""

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.admin import signal_handlers
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry, Page, PageLogEntry
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
    workflow_approved,
    workflow_cancelled,
)

from cms import published as published_content
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.models import (
    Comment,
    ExchangeEventPage,
    Experience,
    ExperienceSource,
    ExperienceUserGrant,
    IndexJob,
    InfoPage,
    NewsPage,
    Outcome,
    Project,
    Publication,
    Supplement,
    TablePage,
    Topic,
)
from cms.models.entry import Entry
from cms.published.topics import with_ancestors
from cms.services import sessions
from cms.services.audit import record
from cms.services.audit_wagtail import record_log_entry

OBJECT_TYPES = {
    Experience: ObjectType.EXPERIENCE,
    Supplement: ObjectType.SUPPLEMENT,
    Outcome: ObjectType.OUTCOME,
    ExchangeEventPage: ObjectType.EVENT,
    TablePage: ObjectType.TABLE,
    NewsPage: ObjectType.NEWS,
    InfoPage: ObjectType.PAGE,
    Topic: ObjectType.TOPIC,
    Project: ObjectType.PROJECT,
    Comment: ObjectType.COMMENT,
}
PUBLISHED_TYPES = (Experience, Supplement, Outcome, ExchangeEventPage, TablePage, NewsPage)


# Wagtail's own mails about workflows: the services tell whom it concerns (services/notify.py).
for _stock in (
    signal_handlers.task_submission_email_notifier,
    signal_handlers.workflow_submission_email_notifier,
    signal_handlers.workflow_approval_email_notifier,
    signal_handlers.workflow_rejection_email_notifier,
):
    _stock.valid_classes = ()  # it handles nothing


def _specific(instance):
    return instance.specific if isinstance(instance, Page) else instance


@receiver([published, page_published], dispatch_uid="cms_published")
def on_published(sender, instance, signal, **kwargs):
    """Opens a publication. Scheduling sends these signals too, with ``live`` still False."""
    obj = _specific(instance)
    # Publishing a page sends both; a live copy of one sends only its own.
    if isinstance(obj, Page) and signal is published:
        return
    if not isinstance(obj, PUBLISHED_TYPES) or not obj.live:
        return
    with transaction.atomic():
        publication = Publication.objects.open(
            obj,
            circle=getattr(obj, "visibility", Circle.PUBLIC.value),
            project_id=getattr(obj, "project_id", None),
            user=get_active_log_context().user,
            when=obj.last_published_at or timezone.now(),
        )
        if isinstance(obj, Entry):
            # What was said about the draft is kept with the version that came out of it.
            Comment.objects.of(obj).filter(publication=None).update(publication=publication)
        _enqueue(obj, "published")
        _enqueue_dependents(obj, "ancestor published")
        _enqueue_topics(obj)


@receiver([unpublished, page_unpublished], dispatch_uid="cms_unpublished")
def on_unpublished(sender, instance, **kwargs):
    """Ends the publication; what stands below the object is looked at again."""
    obj = _specific(instance)
    if not isinstance(obj, PUBLISHED_TYPES):
        return
    with transaction.atomic():
        Publication.objects.close(obj, timezone.now())
        _enqueue(obj, "withdrawn")
        _enqueue_dependents(obj, "ancestor withdrawn")
        _enqueue_topics(obj)


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
    if isinstance(instance, tuple(OBJECT_TYPES)) and not raw:
        with transaction.atomic():
            _enqueue(instance, "created" if created else "saved")
            if isinstance(instance, Topic) and not created:
                _enqueue_tagged(instance, "topic saved")


@receiver(post_save, sender=Comment, dispatch_uid="cms_commented")
def on_commented(sender, instance, raw=False, **kwargs):
    """A comment, an answer, or that one was settled."""
    if not raw:
        _enqueue(instance.entry, "commented")


@receiver([workflow_approved, workflow_cancelled], dispatch_uid="cms_review_ended")
def on_review_ended(sender, instance, **kwargs):
    """With the review the invitations to comment end."""
    if isinstance(instance.content_object, Experience):
        ExperienceUserGrant.rows.filter(content_object=instance.content_object).delete()


@receiver([post_save, post_delete], sender=ExperienceSource, dispatch_uid="cms_source")
def on_source(sender, instance, raw=False, **kwargs):
    """An entry is found at every table where it was said."""
    if not raw:
        IndexJob.objects.enqueue(ObjectType.EXPERIENCE, [instance.experience_id], "source")


@receiver(pre_delete, dispatch_uid="cms_deleting")
def on_deleting(sender, instance, **kwargs):
    """What hung on the object: after the deletion nothing tells any more what that was."""
    if isinstance(instance, Topic):
        _enqueue_tagged(instance, "topic deleted")
    elif isinstance(instance, ExchangeEventPage | TablePage):
        _enqueue_dependents(instance, "ancestor deleted")


@receiver(post_delete, dispatch_uid="cms_deleted")
def on_deleted(sender, instance, **kwargs):
    """Also for rows deleted by a queryset or with their parent."""
    if isinstance(instance, tuple(OBJECT_TYPES)):
        if isinstance(instance, PUBLISHED_TYPES):
            Publication.objects.close(instance, timezone.now())
            _enqueue_topics(instance)
        _enqueue(instance, "deleted")


@receiver(post_save, sender=PageLogEntry, dispatch_uid="cms_page_logged")
@receiver(post_save, sender=ModelLogEntry, dispatch_uid="cms_model_logged")
def on_logged(sender, instance, created, raw=False, **kwargs):
    """What Wagtail logs of its own ways stands in the audit log, too."""
    if created and not raw:
        record_log_entry(instance)


@receiver(user_logged_out, dispatch_uid="cms_signed_out")
def on_signed_out(sender, request, user, **kwargs):
    """By our button or Wagtail's."""
    if user is not None:
        record("sign_out.done", by=user, obj=user)


@receiver(post_save, sender=get_user_model(), dispatch_uid="cms_account_saved")
def on_account_saved(sender, instance, raw=False, **kwargs):
    """A closed account is signed out everywhere, and stays so if it is opened again."""
    if not raw and not instance.is_active:
        sessions.end_all(instance)


def _enqueue(obj, reason: str) -> None:
    IndexJob.objects.enqueue(OBJECT_TYPES[type(obj)], [obj.pk], reason)
    if isinstance(obj, Supplement):
        # Its verdict counts for the experience.
        IndexJob.objects.enqueue(ObjectType.EXPERIENCE, [obj.experience_id], f"supplement {reason}")


def _enqueue_dependents(obj, reason: str) -> None:
    """Jobs for what is visible only while ``obj`` is: an event's tables, a table's entries."""
    if isinstance(obj, ExchangeEventPage):
        tables = TablePage.objects.descendant_of(obj)
        below = Q(table__in=tables)
        said = Q(event=obj.pk) | Q(table__in=tables)
        IndexJob.objects.enqueue(ObjectType.TABLE, tables.values_list("pk", flat=True), reason)
    elif isinstance(obj, TablePage):
        below = said = Q(table=obj.pk)
    else:
        return
    sources = ExperienceSource.objects.filter(said).values("experience_id")
    entries = Experience.objects.filter(below | Q(pk__in=sources)).values_list("pk", flat=True)
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, entries, reason)
    if isinstance(obj, ExchangeEventPage):
        below |= Q(event=obj.pk)
    outcomes = Outcome.objects.filter(below).values_list("pk", flat=True)
    IndexJob.objects.enqueue(ObjectType.OUTCOME, outcomes, reason)


def _enqueue_tagged(topic: Topic, reason: str) -> None:
    """Jobs for what is tagged with the topic or one below it: it is found under those above."""
    topics = _with_topics_below(topic)
    tagged = Experience.objects.filter(topics__in=topics).values_list("pk", flat=True)
    # A draft's topics stand only in its revision.
    drafts = Experience.objects.filter(Q(live=False) | Q(has_unpublished_changes=True))
    drafts = drafts.order_by().values_list("pk", "latest_revision__content__topics")
    entries = {pk for pk, drafted in drafts if topics.intersection(drafted or ())}
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, entries.union(tagged), reason)
    tables = TablePage.objects.filter(topics__in=topics).values_list("pk", flat=True)
    IndexJob.objects.enqueue(ObjectType.TABLE, set(tables), reason)
    # Above and below, where it was and where it is: a topic is shown while it holds something.
    others = Topic.objects.exclude(pk=topic.pk).order_by().values_list("pk", flat=True)
    IndexJob.objects.enqueue(ObjectType.TOPIC, others, reason)


def _with_topics_below(topic: Topic) -> set[int]:
    """The topic's id and those of all topics below it; there are few topics."""
    parents = dict(Topic.objects.values_list("pk", "parent_id"))
    found, above = {topic.pk}, {topic.pk}
    while above:
        above = {pk for pk, parent in parents.items() if parent in above} - found
        found |= above
    return found


def _enqueue_topics(obj) -> None:
    """Jobs for the topics that ``obj`` may have made public, and for those that are not.

    A topic is in the public index only while there is something public in it; what it was
    before is not known here.
    """
    parents = dict(Topic.objects.order_by().values_list("pk", "parent_id"))
    hidden = parents.keys() - published_content.topic_ids(ANONYMOUS)
    if isinstance(obj, ExchangeEventPage):
        ids = set(parents)  # those of its tables and of what was said there
    elif isinstance(obj, Experience | TablePage) and obj.pk:
        ids = hidden | with_ancestors({topic.pk for topic in obj.topics.all()}, parents)
    else:
        ids = hidden
    IndexJob.objects.enqueue(ObjectType.TOPIC, sorted(ids), "content changed")
