"""What experiences and supplements have in common: an owner, a circle, a way through the review."""

import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TaskState,
    WorkflowMixin,
    WorkflowState,
)

from cms.domain.circles import DEFAULT_CIRCLE
from cms.domain.kinds import State
from cms.kept_query import KeptQuery, parameter
from cms.models.choices import CircleChoices, StateChoices
from cms.models.locks import ManualLock, ReviewLock, ScheduleLock
from cms.models.publications import Publication
from cms.models.publishing import PublishEntryAction, guard_publishing


class EntryQuerySet(models.QuerySet):
    def with_state(self) -> "EntryQuerySet":
        """Adds ``state_value``, see :class:`State`, without a query for each row."""
        workflow_status = (
            WorkflowState.objects.active()
            .filter(
                base_content_type=ContentType.objects.get_for_model(self.model),
                object_id=Cast(OuterRef("pk"), CharField()),
            )
            .order_by("-pk")
            .values("status")[:1]
        )
        return self.annotate(workflow_status=Subquery(workflow_status)).annotate(
            state_value=Case(
                When(
                    workflow_status=WorkflowState.STATUS_IN_PROGRESS,
                    then=Value(State.IN_REVIEW.value),
                ),
                When(
                    workflow_status=WorkflowState.STATUS_NEEDS_CHANGES,
                    then=Value(State.RETURNED.value),
                ),
                When(live=True, then=Value(State.PUBLISHED.value)),
                When(Q(first_published_at__isnull=False), then=Value(State.WITHDRAWN.value)),
                default=Value(State.DRAFT.value),
                output_field=CharField(),
            )
        )

    def with_waiting(self, review_days: int) -> "EntryQuerySet":
        """Adds ``waiting_since`` (in review since when, or None) and ``overdue`` (yes or no).

        ``review_days``: see :meth:`GuideSettings.days_to_review`.
        """
        since = WorkflowState.objects.filter(
            status=WorkflowState.STATUS_IN_PROGRESS,
            base_content_type=ContentType.objects.get_for_model(self.model),
            object_id=Cast(OuterRef("pk"), CharField()),
        ).values("current_task_state__started_at")[:1]
        limit = timezone.now() - datetime.timedelta(days=review_days)
        return self.annotate(waiting_since=Subquery(since)).annotate(
            overdue=Case(When(waiting_since__lt=limit, then=Value(True)), default=Value(False))
        )

    def overdue(self, review_days: int) -> "EntryQuerySet":
        """What has waited longer than that for its review."""
        return self.with_waiting(review_days).filter(overdue=True)


def _of_entry(entry: "Entry") -> dict:
    """Values for the two questions below."""
    content_type = ContentType.objects.get_for_model(entry, for_concrete_model=False)
    return {"content_type": content_type.pk, "entry": str(entry.pk)}


_OF_ENTRY = {"base_content_type": parameter("content_type"), "object_id": parameter("entry")}
_IN_REVIEW = KeptQuery(lambda: WorkflowState.objects.active().filter(**_OF_ENTRY).values_list("pk"))
_SCHEDULED = KeptQuery(
    lambda: Revision.objects.filter(**_OF_ENTRY, approved_go_live_at__isnull=False).values_list(
        "pk"
    )
)

#: Columns that no revision brings back.
_OF_THE_ROW = ("latest_revision", "live_revision", "project")


def _is_settled(revision: Revision) -> bool:
    """Does the history tell of this revision?"""
    if revision.approved_go_live_at is not None:
        return True
    answered = TaskState.objects.filter(revision=revision, finished_at__isnull=False)
    return Publication.objects.filter(revision=revision).exists() or answered.exists()


class EntryManager(models.Manager.from_queryset(EntryQuerySet)):
    """Without what lies in the trash."""

    def get_queryset(self):
        return super().get_queryset().filter(trashed_at=None)


class Entry(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """Owned by a project, drafted there, reviewed, published to a circle.

    ``objects`` leaves out the trash, ``with_trash`` has everything.
    """

    project = models.ForeignKey(
        "cms.Project",
        verbose_name=_("Projekt"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    visibility = models.CharField(
        _("Wer das sehen darf"),
        max_length=10,
        choices=CircleChoices.choices,
        default=DEFAULT_CIRCLE.value,
        help_text=_(
            "Sobald es veröffentlicht ist. Entwürfe sehen nur das Projekt und die "
            "Koordinierungsstelle."
        ),
    )
    # Wagtail's default is live at once; with us nothing is published by being created.
    live = models.BooleanField(verbose_name=_("veröffentlicht"), default=False, editable=False)
    go_live_at = models.DateTimeField(
        _("Erscheint am"),
        null=True,
        blank=True,
        help_text=_("Frühestens nach der Freigabe. Leer: sobald es freigegeben ist."),
    )
    expire_at = models.DateTimeField(
        _("Verschwindet am"), null=True, blank=True, help_text=_("Leer: es bleibt.")
    )
    trashed_at = models.DateTimeField(null=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    #: Name of the address of the screen that reviews it.
    review_url_name = "guide_review"
    # Deleted with an entry that was never published.
    comments = GenericRelation("cms.Comment")

    #: The template that shows an entry of this kind as its readers see it.
    body_template: str

    objects = EntryManager()
    with_trash = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def revisions(self):
        return self._revisions

    def with_content_json(self, content):
        """A revision brings back content, never the owner of the entry, nor out of the trash."""
        # What is the row's anyhow need not be looked for in the database.
        content = {name: value for name, value in content.items() if name not in _OF_THE_ROW}
        entry = super().with_content_json(content)
        entry.project_id, entry.live_revision_id = self.project_id, self.live_revision_id
        if Entry.project.is_cached(self):
            entry.project = self.project
        entry.trashed_at, entry.trashed_by_id = self.trashed_at, self.trashed_by_id
        return entry

    def get_latest_revision(self):
        """As Wagtail; the revision knows whose it is, and need not read the row anew."""
        revision = self.latest_revision
        if revision is not None:
            revision.content_object = self
        return revision

    def settle_address(self) -> None:
        """Asked right before it is published: what follows its text until then is settled."""

    def publish(self, revision, user=None, skip_permission_checks=False, **kwargs):
        """As Wagtail, which would go past the action that asks the policy."""
        return PublishEntryAction(revision, user=user, **kwargs).execute(skip_permission_checks)

    def save_revision(self, *args, overwrite_revision=None, **kwargs):
        """As Wagtail; a change during the review is what is reviewed from now on.

        Who has read the version before can't approve it any more, see ReviewTask.on_action.
        What was published, approved or returned stays as it was: saving on (which overwrites
        one's own last revision) begins a new one then.
        """
        if overwrite_revision is not None and _is_settled(overwrite_revision):
            overwrite_revision = None
        revision = super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)
        task_state = self.current_workflow_task_state
        if task_state is not None and task_state.revision_id != revision.pk:
            task_state.revision = revision
            task_state.save(update_fields=["revision"])
        return revision

    def get_lock(self):
        """Why nobody, or only some, may write on it now. What says most comes first."""
        if self.approved_schedule:
            return ScheduleLock(self)
        if self.locked:
            return ManualLock(self)
        task = self.current_workflow_task
        return ReviewLock(self, task) if task else None

    @cached_property
    def scheduled_revision(self):
        """As Wagtail, after a small question: most entries wait for no day."""
        return super().scheduled_revision if _SCHEDULED.rows(**_of_entry(self)) else None

    @property
    def current_workflow_state(self):
        """As Wagtail, after a small question: most entries are in no review."""
        in_review = hasattr(self, "_current_workflow_states") or _IN_REVIEW.rows(**_of_entry(self))
        return super().current_workflow_state if in_review else None

    def clean(self):
        super().clean()
        if self.go_live_at and self.expire_at and self.go_live_at >= self.expire_at:
            raise ValidationError({"expire_at": _("Das Ende muss nach dem Anfang liegen.")})

    @property
    def state(self) -> State:
        """Where the entry stands; costs a query unless the row came through with_state()."""
        if hasattr(self, "state_value"):
            return State(self.state_value)
        workflow_state = self.current_workflow_state
        if workflow_state and workflow_state.status == WorkflowState.STATUS_IN_PROGRESS:
            return State.IN_REVIEW
        if workflow_state:
            return State.RETURNED
        if self.live:
            return State.PUBLISHED
        return State.WITHDRAWN if self.first_published_at else State.DRAFT

    @property
    def state_label(self) -> str:
        return StateChoices(self.state.value).label

    @property
    def draft_title(self) -> str:
        """The latest draft's title, for lists: no query if ``latest_revision`` was selected."""
        return self.latest_revision.content["title"] if self.latest_revision else self.title

    @property
    def draft_circle_label(self) -> str:
        """Who may see the latest draft once it is published, for lists."""
        revision = self.latest_revision
        circle = revision.content["visibility"] if revision else self.visibility
        return CircleChoices(circle).label

    def was_last_edited_by(self, user) -> bool:
        """Did this person write the latest draft? Then four eyes ask for another one.

        What was imported has no editor.
        """
        return self.latest_revision is not None and self.latest_revision.user_id == user.pk

    @property
    def has_draft(self) -> bool:
        """Is there something that its readers don't see yet?"""
        return not self.live or self.has_unpublished_changes

    def passages(self) -> dict[str, str]:
        """The plain texts of this version, by the names of PassageChoices; none is empty."""
        raise NotImplementedError

    def missing(self) -> dict[str, str]:
        """What the review asks for and this version lacks: field -> German sentence."""
        return {}

    def check_complete(self):
        """Raises ValidationError, in German, if the entry can't be reviewed or published."""
        errors = self.missing()
        if errors:
            raise ValidationError(errors)
        if self.expire_at and self.expire_at <= timezone.now():
            raise ValidationError({"expire_at": _("Das Ende des Zeitraums ist schon vorbei.")})
        self.full_clean(exclude=[*_OF_THE_ROW, "slug", "source_id"])


guard_publishing(Entry)
