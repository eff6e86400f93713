"""History (Publication) and outbox (IndexJob, FeedRun)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from cms.domain.indexing import ObjectType
from cms.models.choices import CircleChoices


class PublicationQuerySet(models.QuerySet):
    def of(self, obj: models.Model) -> "PublicationQuerySet":
        """The history of one object (pages: whatever class they were loaded as)."""
        return self.filter(content_type=content_type_of(obj), object_id=obj.pk)

    def close(self, obj: models.Model, when: datetime) -> int:
        """Sets the end of the open publication of ``obj``; how many there were (0 or 1)."""
        return self.of(obj).filter(withdrawn_at=None).update(withdrawn_at=when)

    def open(self, obj: models.Model, *, circle: str, project_id: int | None, user, when: datetime):
        """Records that ``obj`` is published from ``when`` on; ends what was published before."""
        self.close(obj, when)
        return self.create(
            content_type=content_type_of(obj),
            object_id=obj.pk,
            revision_id=obj.live_revision_id,
            project_id=project_id,
            title=str(obj)[:255],
            circle=circle,
            published_by=user if user is not None and user.pk else None,
            published_at=when,
        )


def content_type_of(obj: models.Model) -> ContentType:
    """The type under which history and locks know ``obj``: of a page, that of its own class."""
    return ContentType.objects.get_for_model(obj.specific if isinstance(obj, Page) else obj)


class Publication(models.Model):
    """That a revision was published, to whom and from when to when.

    Only ``withdrawn_at`` is ever set later. The revision is protected, so that purging
    old revisions can't break the history.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    content_object = GenericForeignKey("content_type", "object_id")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(
        "cms.Project", null=True, on_delete=models.SET_NULL, related_name="publications"
    )
    title = models.CharField(max_length=255)
    circle = models.CharField(max_length=10, choices=CircleChoices.choices)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Veröffentlichung")
        verbose_name_plural = _("Veröffentlichungen")
        ordering = ["-published_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["content_type", "object_id", "-published_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(withdrawn_at=None),
                name="cms_one_open_publication",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.published_at:%d.%m.%Y})"


#: "Look at these objects again": for who keeps answers about them elsewhere than in an index.
enqueued = Signal()

#: The reason of the jobs after a redaction: no index may keep what was there before.
REDACTED = "redacted"


class IndexJobQuerySet(models.QuerySet):
    def enqueue(self, object_type: ObjectType, ids: Iterable[int], reason: str) -> None:
        """One job for each id, in the running transaction."""
        ids = list(ids)
        self.bulk_create(
            [IndexJob(object_type=object_type, object_id=pk, reason=reason) for pk in ids],
            batch_size=1000,
        )
        enqueued.send(sender=self.model, object_type=object_type, ids=ids)


class IndexJob(models.Model):
    """Outbox: "look at this object again", for both indices."""

    object_type = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True)
    public_done = models.BooleanField(default=False)
    internal_done = models.BooleanField(default=False)

    objects = IndexJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("Indexauftrag")
        verbose_name_plural = _("Indexaufträge")
        default_permissions = ()
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="cms_indexjob_due"),
            models.Index(fields=["object_type", "object_id"], name="cms_indexjob_object"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type}:{self.object_id} ({self.reason})"


class FeedRun(models.Model):
    """A number drawn before the feed reads: the external version of what it then writes.

    A job is committed with its change. Who draws a number after seeing the job reads a
    state at least as new; so the higher number always carries the newer truth.
    """

    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
