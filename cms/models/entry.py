"""What experiences and supplements have in common: an owner, a circle, a way through the review."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
    WorkflowState,
)

from cms.domain.circles import DEFAULT_CIRCLE
from cms.domain.kinds import State
from cms.models.choices import CircleChoices, StateChoices


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
    trashed_at = models.DateTimeField(null=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

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
        entry = super().with_content_json(content)
        entry.project_id = self.project_id
        entry.trashed_at, entry.trashed_by_id = self.trashed_at, self.trashed_by_id
        return entry

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
        self.full_clean(exclude=["latest_revision", "live_revision", "slug"])
