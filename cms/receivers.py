"""What Wagtail did -> history and outbox, in the same transaction. The only signal file."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django_tasks.signals import task_finished
from wagtail.admin import signal_handlers
from wagtail.documents import get_document_model
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
    workflow_approved,
    workflow_cancelled,
)
from wagtail.tasks import update_reference_index_task

from cms import published as published_content
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.kept_query import KeptQuery, parameter
from cms.models import (
    Comment,
    DocumentText,
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
from cms.models.publications import enqueued
from cms.published.topics import with_ancestors
from cms.services import sessions, tell_webhooks
from cms.services.audit import record
from cms.services.audit_wagtail import record_log_entry
from cms.services.purge_proxy import purge_answers

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
    get_document_model(): ObjectType.DOCUMENT,
}
SEARCHABLE = tuple(OBJECT_TYPES)
#: The columns that Wagtail writes with each revision.
_OF_DRAFTS = frozenset({"latest_revision", "has_unpublished_changes"})
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
        tell_webhooks.told_published(obj, publication)
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
        tell_webhooks.before_withdrawn(obj)
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
            _enqueue_topics(obj)


@receiver(post_save, dispatch_uid="cms_saved")
def on_saved(sender, instance, created, raw=False, update_fields=None, **kwargs):
    """Every save of something searchable: drafts stand in the internal index too."""
    if isinstance(instance, SEARCHABLE) and not raw:
        with transaction.atomic():
            _enqueue(instance, "created" if created else "saved")
            if isinstance(instance, Topic) and not created:
                _enqueue_tagged(instance, "topic saved")
            # A further draft of an entry tells nothing new of who reads what belongs to it.
            is_only_draft = bool(update_fields) and _OF_DRAFTS.issuperset(update_fields)
            if isinstance(instance, Entry) and not created and not is_only_draft:
                _enqueue_belonging(instance, "entry saved")


@receiver(post_save, sender=get_document_model(), dispatch_uid="cms_document_saved")
def on_document_saved(sender, instance, raw=False, **kwargs):
    """A new file, or another one, is read for the search."""
    if not raw:
        DocumentText.objects.wait_for(instance)


@receiver(post_save, sender=DocumentText, dispatch_uid="cms_document_text_saved")
def on_document_text_saved(sender, instance, created, raw=False, **kwargs):
    """The kept words were changed: a redaction."""
    if not created and not raw:
        IndexJob.objects.enqueue(ObjectType.DOCUMENT, [instance.pk], "text saved")


@receiver(task_finished, dispatch_uid="cms_references_written")
def on_references_written(sender, task_result, **kwargs):
    """After each save Wagtail notes what it uses: who reads those documents may be others now."""
    if task_result.task.module_path == update_reference_index_task.module_path:
        app_label, model_name, pk = task_result.args
        _enqueue_used_by(apps.get_model(app_label, model_name), [pk], "used by what was saved")


@receiver(post_delete, sender=ReferenceIndex, dispatch_uid="cms_reference_removed")
def on_reference_removed(sender, instance, **kwargs):
    """Something uses the document no more."""
    if instance.to_content_type_id == _documents_type().pk:
        IndexJob.objects.enqueue(ObjectType.DOCUMENT, [int(instance.to_object_id)], "unlinked")


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
    if isinstance(instance, SEARCHABLE):
        if isinstance(instance, PUBLISHED_TYPES):
            tell_webhooks.before_withdrawn(instance)
            Publication.objects.close(instance, timezone.now())
            _enqueue_topics(instance)
        _enqueue(instance, "deleted")


@receiver(post_save, sender=PageLogEntry, dispatch_uid="cms_page_logged")
@receiver(post_save, sender=ModelLogEntry, dispatch_uid="cms_model_logged")
def on_logged(sender, instance, created, raw=False, **kwargs):
    """What Wagtail logs of its own ways stands in the audit log, too."""
    if created and not raw:
        record_log_entry(instance)


@receiver(enqueued, dispatch_uid="cms_enqueued")
def on_enqueued(sender, object_type, ids, **kwargs):
    """What an index must look at again, a proxy must ask for again."""
    purge_answers(object_type, ids)


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


def _documents_type() -> ContentType:
    return ContentType.objects.get_for_model(get_document_model())


def _enqueue_used_by(model: type[Model], ids: Iterable, reason: str) -> None:
    """Jobs for the documents that these rows use: who reads them follows from that."""
    types = {
        "content_type": ContentType.objects.get_for_model(model).pk,
        "documents": _documents_type().pk,
    }
    match [str(pk) for pk in ids]:
        case [pk]:  # with each save
            used = _USED_BY_ONE.rows(**types, object_id=pk)
        case pks:
            used = _used_documents(**types).filter(object_id__in=pks)
    IndexJob.objects.enqueue(ObjectType.DOCUMENT, {int(pk) for (pk,) in used}, reason)


def _used_documents(content_type, documents) -> QuerySet:
    used = ReferenceIndex.objects.filter(content_type=content_type, to_content_type=documents)
    return used.order_by().values_list("to_object_id")


def _used_by_one() -> QuerySet:
    used = _used_documents(parameter("content_type"), parameter("documents"))
    return used.filter(object_id=parameter("object_id"))


_USED_BY_ONE = KeptQuery(_used_by_one)


def _enqueue_entries(entries: QuerySet[Experience], reason: str) -> None:
    """Jobs for experiences, and for what is read only by who reads them."""
    ids = list(entries.order_by().values_list("pk", flat=True))
    IndexJob.objects.enqueue(ObjectType.EXPERIENCE, ids, reason)
    _enqueue_used_by(Experience, ids, reason)
    supplements = Supplement.objects.filter(experience__in=ids).order_by()
    _enqueue_supplements(list(supplements.values_list("pk", flat=True)), reason)


def _enqueue_supplements(ids: list[int], reason: str) -> None:
    if ids:
        IndexJob.objects.enqueue(ObjectType.SUPPLEMENT, ids, reason)
        _enqueue_used_by(Supplement, ids, reason)


def _enqueue_belonging(entry: Entry, reason: str) -> None:
    """Jobs for what follows an entry: its comments, and an experience's supplements."""
    content_type = ContentType.objects.get_for_model(entry)
    comments = _COMMENTS_OF_ONE.rows(content_type=content_type.pk, object_id=entry.pk)
    IndexJob.objects.enqueue(ObjectType.COMMENT, [pk for (pk,) in comments], reason)
    if isinstance(entry, Experience):
        supplements = _SUPPLEMENTS_OF_ONE.rows(experience=entry.pk)
        _enqueue_supplements([pk for (pk,) in supplements], reason)


def _comments_of_one() -> QuerySet:
    of_entry = {"content_type": parameter("content_type"), "object_id": parameter("object_id")}
    return Comment.objects.order_by().filter(**of_entry).values_list("pk")


def _supplements_of_one() -> QuerySet:
    of_entry = Supplement.objects.order_by().filter(experience=parameter("experience"))
    return of_entry.values_list("pk")


_COMMENTS_OF_ONE = KeptQuery(_comments_of_one)
_SUPPLEMENTS_OF_ONE = KeptQuery(_supplements_of_one)


def _enqueue_dependents(obj, reason: str) -> None:
    """Jobs for what is visible only while ``obj`` is: an event's tables, a table's entries."""
    if isinstance(obj, ExchangeEventPage):
        tables = TablePage.objects.descendant_of(obj)
        below = Q(table__in=tables)
        said = Q(event=obj.pk) | Q(table__in=tables)
        table_ids = list(tables.values_list("pk", flat=True))
        IndexJob.objects.enqueue(ObjectType.TABLE, table_ids, reason)
        _enqueue_used_by(TablePage, table_ids, reason)
    elif isinstance(obj, TablePage):
        below = said = Q(table=obj.pk)
    else:
        return
    sources = ExperienceSource.objects.filter(said).values("experience_id")
    _enqueue_entries(Experience.objects.filter(below | Q(pk__in=sources)), reason)
    if isinstance(obj, ExchangeEventPage):
        below |= Q(event=obj.pk)
    outcomes = list(Outcome.objects.filter(below).values_list("pk", flat=True))
    IndexJob.objects.enqueue(ObjectType.OUTCOME, outcomes, reason)
    _enqueue_used_by(Outcome, outcomes, reason)


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
    shown, parents = published_content.topics_with_content(ANONYMOUS)
    hidden = parents.keys() - shown
    if isinstance(obj, ExchangeEventPage | TablePage):
        ids = set(parents)  # those of its tables and of what was said there
    elif isinstance(obj, Experience) and obj.pk:
        ids = hidden | with_ancestors({topic.pk for topic in obj.topics.all()}, parents)
    else:
        ids = hidden
    IndexJob.objects.enqueue(ObjectType.TOPIC, sorted(ids), "content changed")
