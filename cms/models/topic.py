"""Topics: the chapters of the guide."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models.slugs import unique_slug

RESERVED_SLUGS = ("ausgaben",)


class Topic(models.Model):
    """A chapter of the guide; topics form a tree. There are few: read them all at once."""

    title = models.CharField(_("Name"), max_length=255, help_text=_("Kurz, wie ein Kapitel heißt."))
    slug = models.SlugField(_("Adresse"), max_length=90, unique=True, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("gehört zu"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    introduction = models.TextField(
        _("Worum es geht"),
        blank=True,
        help_text=_("Ein, zwei Sätze über dem Kapitel im Leitfaden."),
    )
    sort_order = models.PositiveIntegerField(_("Reihenfolge"), default=0)

    panels = [
        FieldPanel(name) for name in ("title", "slug", "parent", "introduction", "sort_order")
    ]

    class Meta:
        verbose_name = _("Thema")
        verbose_name_plural = _("Themen")
        ordering = ["sort_order", "title"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    def clean(self):
        if self.slug in RESERVED_SLUGS:
            raise ValidationError(
                {"slug": _("Diese Adresse ist vergeben. Bitte eine andere wählen.")}
            )
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("Ein Thema kann nicht zu sich selbst gehören.")})
            ancestor = ancestor.parent

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = unique_slug(self, self.title, reserved=RESERVED_SLUGS)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        slugs, topic = [], self
        while topic is not None:
            slugs.insert(0, topic.slug)
            topic = topic.parent
        return reverse("cms:topic", args=["/".join(slugs)])
