"""The supplement: what another project adds to an experience."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import Revision, WorkflowState

from cms.domain.circles import Circle
from cms.domain.plain import to_plain_text
from cms.models.choices import PassageChoices, VerdictChoices
from cms.models.entry import Entry
from cms.models.experience import BODY_FEATURES, Experience


class Supplement(Entry):
    """A project's text or verdict (or both) on an experience; reviewed like one."""

    experience = models.ForeignKey(
        Experience,
        verbose_name=_("Erfahrung"),
        on_delete=models.PROTECT,
        related_name="supplements",
        editable=False,
    )
    verdict = models.CharField(
        _("Hat es sich bei Ihnen bewährt?"),
        max_length=10,
        choices=VerdictChoices.choices,
        blank=True,
    )
    text = RichTextField(
        _("Was haben Sie dazu erlebt?"),
        blank=True,
        features=BODY_FEATURES,
        help_text=_("Keine Namen von Ratsuchenden, nichts, was sie erkennbar macht."),
    )

    review_url_name = "guide_review_supplement"

    workflow_states = GenericRelation(
        WorkflowState,
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="supplement",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(Revision, related_query_name="supplement")

    body_template = "cms/includes/supplement_body.html"

    class Meta(Entry.Meta):
        abstract = False
        verbose_name = _("Ergänzung")
        verbose_name_plural = _("Ergänzungen")
        ordering = ["id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["experience", "live"], name="cms_supplement_live"),
        ]

    def __str__(self) -> str:
        # Wagtail writes this into revisions and logs: not the title of another project's entry.
        return _("Ergänzung von %(project)s") % {"project": self.project.title}

    @property
    def title(self) -> str:
        if not self.experience.live:
            # It is not for readers now; its supplements may belong to other projects.
            return str(_("Ergänzung zu einer zurückgezogenen Erfahrung"))
        if not self.is_of_a_reader:
            return str(_("Ergänzung zu einer Erfahrung, die nur noch ein anderes Projekt liest"))
        return _("Ergänzung zu „%(title)s“") % {"title": self.experience.title}

    @property
    def is_of_a_reader(self) -> bool:
        """Does the project that wrote it still read the experience? It may be for fewer now."""
        experience = self.experience
        narrow = experience.visibility == Circle.PROJECT
        return experience.live and not (narrow and experience.project_id != self.project_id)

    @property
    def draft_title(self) -> str:
        return self.title

    def with_content_json(self, content):
        entry = super().with_content_json(content)
        entry.experience_id = self.experience_id
        return entry

    def get_absolute_url(self) -> str:
        return f"{self.experience.get_absolute_url()}#ergaenzung-{self.pk}"

    def passages(self) -> dict[str, str]:
        text = to_plain_text(self.text)
        return {PassageChoices.TEXT.value: text} if text else {}

    def missing(self) -> dict[str, str]:
        if self.verdict or to_plain_text(self.text).strip():
            return {}
        return {"text": _("Bitte schreiben Sie etwas dazu oder sagen Sie, ob es sich bewährt hat.")}

    def get_preview_template(self, request, mode_name):
        return "cms/supplement_preview.html"
