"""The experience: the guide's entry."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import model_from_serializable_data
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Revision, WorkflowState

from cms.domain.kinds import Kind
from cms.domain.plain import to_plain_text
from cms.models.choices import AttributionChoices, KindChoices, PassageChoices, SideChoices
from cms.models.entry import Entry
from cms.models.slugs import unique_slug
from cms.permissions import roles

BODY_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class Experience(Entry):
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
    #: A program was told the address when it made the entry: it can't follow the title then.
    keeps_address = models.BooleanField(default=False, editable=False)
    body = RichTextField(
        _("Mehr dazu"),
        blank=True,
        features=BODY_FEATURES,
        help_text=_(
            "Was ist passiert? Keine Namen von Ratsuchenden, nichts, was sie erkennbar macht."
        ),
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
    workflow_states = GenericRelation(
        WorkflowState,
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="experience",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(Revision, related_query_name="experience")

    body_template = "cms/includes/experience_body.html"

    class Meta(Entry.Meta):
        abstract = False
        verbose_name = _("Erfahrung")
        verbose_name_plural = _("Erfahrungen")
        ordering = ["-latest_revision__created_at", "-id"]
        default_permissions = ()
        permissions = list(roles.EXPERIENCE_PERMISSIONS.items())
        indexes = [
            # What lists ask: the newest first, and who may read them. Counted from it alone.
            models.Index(
                fields=["-first_published_at", "-id", "visibility", "project", "table"],
                condition=models.Q(live=True, trashed_at=None),
                name="cms_experience_listed",
            ),
            models.Index(fields=["live", "kind"], name="cms_experience_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        # The address follows the title until the first publication; then it is frozen.
        follows = self.first_published_at is None and not self.keeps_address
        if not self.slug or (follows and "update_fields" not in kwargs):
            self.slug = unique_slug(self, self.title)
        super().save(*args, **kwargs)

    def with_content_json(self, content):
        """A revision brings back content, never the address of the entry."""
        entry = super().with_content_json(content)
        entry.slug, entry.source_id = self.slug, self.source_id
        entry.keeps_address = self.keeps_address
        return entry

    def settle_address(self) -> None:
        # That of the title that goes live, never that of an earlier draft.
        if self.first_published_at is None and not self.keeps_address:
            self.slug = unique_slug(self, self.title)

    def get_absolute_url(self) -> str:
        return reverse("cms:experience", args=[self.slug])

    def get_preview_template(self, request, mode_name):
        return "cms/experience_preview.html"

    @property
    def plain_body(self) -> str:
        """The body's words, without the title if the body begins with it (one-line entries)."""
        return to_plain_text(self.body)

    def passages(self) -> dict[str, str]:
        texts = {
            PassageChoices.TITLE: self.title,
            PassageChoices.BODY: self.plain_body,
            PassageChoices.ARGUMENTS: "\n".join(row.text for row in self.arguments.all()),
            PassageChoices.SITUATION: self.situation,
            PassageChoices.APPROACH: self.approach,
            PassageChoices.RESULT: self.result,
            PassageChoices.LESSON: self.lesson,
        }
        return {name.value: text for name, text in texts.items() if text.strip()}

    def missing(self) -> dict[str, str]:
        errors = {}
        if not self.title.strip():
            errors["title"] = _("Bitte schreiben Sie die Erfahrung in einem Satz.")
        if self.kind == Kind.DISCUSSION and not (self.plain_body or self.arguments.exists()):
            errors["body"] = _("Eine Diskussion braucht einen Text oder Vor- und Nachteile.")
        return errors


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

    @classmethod
    def from_serializable_data(cls, data, check_fks=True, strict_fks=False):
        # A part of the experience that is read: not to be looked for anew for each row.
        return model_from_serializable_data(cls, data, check_fks=False, strict_fks=strict_fks)


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
