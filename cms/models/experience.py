"""The experience: the guide's entry."""

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
    WorkflowState,
)

from cms.domain.circles import DEFAULT_CIRCLE
from cms.domain.kinds import Kind, State
from cms.domain.plain import to_plain_text
from cms.models.choices import (
    AttributionChoices,
    CircleChoices,
    KindChoices,
    SideChoices,
    StateChoices,
)
from cms.models.slugs import unique_slug

BODY_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class ExperienceQuerySet(models.QuerySet):
    def with_state(self) -> "ExperienceQuerySet":
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


class Experience(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """What a project has experienced. A title makes a draft; publishing asks for more."""

    kind = models.CharField(
        _("Was war es?"), max_length=10, choices=KindChoices.choices, default=KindChoices.GOOD
    )
    title = models.CharField(
        _("Die Erfahrung in einem Satz"),
        max_length=255,
        help_text=_("Zum Beispiel: „Offene Sprechstunde im Waschsalon wird gut angenommen“."),
    )
    slug = models.SlugField(_("Adresse"), max_length=90, unique=True, blank=True, editable=False)
    body = RichTextField(
        _("Mehr dazu"),
        blank=True,
        features=BODY_FEATURES,
        help_text=_(
            "Was ist passiert? Keine Namen von Ratsuchenden, nichts, was sie erkennbar macht."
        ),
    )
    project = models.ForeignKey(
        "cms.Project",
        verbose_name=_("Projekt"),
        on_delete=models.PROTECT,
        related_name="experiences",
    )
    table = models.ForeignKey(
        "cms.TablePage",
        verbose_name=_("Von welchem Tisch"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="experiences",
        help_text=_("Nur wenn sie bei einem Erfahrungsaustausch genannt wurde."),
    )
    topics = ParentalManyToManyField(
        "cms.Topic",
        verbose_name=_("Themen"),
        blank=True,
        related_name="experiences",
        help_text=_("In welche Kapitel des Leitfadens gehört das?"),
    )
    target_groups = ParentalManyToManyField(
        "cms.TargetGroup", verbose_name=_("Zielgruppen"), blank=True, related_name="experiences"
    )
    institutions = ParentalManyToManyField(
        "cms.Institution",
        verbose_name=_("Beteiligte Institutionen"),
        blank=True,
        related_name="experiences",
        help_text=_("Zum Beispiel Jobcenter, Schule, Wohnungsunternehmen."),
    )
    date = models.DateField(_("Wann war das?"), null=True, blank=True)
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
    attribution = models.CharField(
        _("Wie wir genannt werden"),
        max_length=10,
        choices=AttributionChoices.choices,
        default=AttributionChoices.NAMED,
    )
    situation = models.TextField(_("Ausgangslage"), blank=True, help_text=_("Wie war es vorher?"))
    approach = models.TextField(_("Vorgehen"), blank=True, help_text=_("Was haben Sie getan?"))
    result = models.TextField(_("Ergebnis"), blank=True, help_text=_("Was kam dabei heraus?"))
    lesson = models.TextField(
        _("Was wir daraus gelernt haben"), blank=True, help_text=_("Ein Rat an andere Projekte.")
    )
    source_id = models.CharField(
        _("Kennung der Quelle"), max_length=255, null=True, blank=True, unique=True, editable=False
    )
    # Wagtail's default is live at once; with us nothing is published by being created.
    live = models.BooleanField(verbose_name=_("veröffentlicht"), default=False, editable=False)

    workflow_states = GenericRelation(
        WorkflowState,
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="experience",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(Revision, related_query_name="experience")

    objects = ExperienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Erfahrung")
        verbose_name_plural = _("Erfahrungen")
        ordering = ["-latest_revision__created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["live", "visibility", "-first_published_at"], name="cms_experience_live"
            ),
            models.Index(fields=["live", "kind"], name="cms_experience_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self):
        return self._revisions

    def save(self, *args, **kwargs):
        # The address follows the title until the first publication; then it is frozen.
        if not self.slug or (self.first_published_at is None and "update_fields" not in kwargs):
            self.slug = unique_slug(self, self.title)
        super().save(*args, **kwargs)

    def with_content_json(self, content):
        """A revision brings back content, never the address or the owner of the entry."""
        entry = super().with_content_json(content)
        entry.slug, entry.project_id, entry.source_id = self.slug, self.project_id, self.source_id
        if self.first_published_at is None:
            # Publishing saves this object: the address is that of the title that goes live,
            # never that of an earlier draft.
            entry.slug = unique_slug(entry, entry.title)
        return entry

    def get_absolute_url(self) -> str:
        return reverse("cms:experience", args=[self.slug])

    def get_preview_template(self, request, mode_name):
        return "cms/experience_preview.html"

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
    def plain_body(self) -> str:
        """The body's words, without the title if the body begins with it (one-line entries)."""
        return to_plain_text(self.body)

    def check_complete(self):
        """Raises ValidationError, in German, if the entry can't be reviewed or published."""
        errors = {}
        if not self.title.strip():
            errors["title"] = _("Bitte schreiben Sie die Erfahrung in einem Satz.")
        if self.kind == Kind.DISCUSSION and not (self.plain_body or self.arguments.exists()):
            errors["body"] = _("Eine Diskussion braucht einen Text oder Vor- und Nachteile.")
        if errors:
            raise ValidationError(errors)
        self.full_clean(exclude=["latest_revision", "live_revision", "slug"])


class Argument(Orderable):
    """A pro or contra of a discussion; versioned with its experience."""

    experience = ParentalKey(Experience, on_delete=models.CASCADE, related_name="arguments")
    side = models.CharField(_("Seite"), max_length=6, choices=SideChoices.choices)
    text = models.TextField(_("Text"))

    class Meta(Orderable.Meta):
        verbose_name = _("Vorteil oder Nachteil")
        verbose_name_plural = _("Vorteile und Nachteile")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:80]


class ExperienceSource(models.Model):
    """Where an experience was said: its words in the minutes of one table.

    An experience said at two tables has two of them. Not versioned: it is about the
    entry's origin, not its content.
    """

    experience = models.ForeignKey(Experience, on_delete=models.CASCADE, related_name="sources")
    event = models.ForeignKey(
        "cms.ExchangeEventPage",
        null=True,
        on_delete=models.SET_NULL,
        related_name="experience_sources",
    )
    table = models.ForeignKey(
        "cms.TablePage", null=True, on_delete=models.SET_NULL, related_name="experience_sources"
    )
    text = models.TextField()
    import_key = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("Quelle")
        verbose_name_plural = _("Quellen")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:80]
