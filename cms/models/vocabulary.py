"""Small vocabularies of the office: institutions and target groups."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models.slugs import unique_slug


class VocabularyTerm(models.Model):
    """A name with an address part."""

    title = models.CharField(_("Name"), max_length=255, unique=True)
    slug = models.SlugField(_("Adresse"), max_length=90, unique=True, blank=True)

    panels = [FieldPanel("title"), FieldPanel("slug")]

    class Meta:
        abstract = True
        ordering = ["title"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = unique_slug(self, self.title)
        super().save(*args, **kwargs)


class Institution(VocabularyTerm):
    """An institution that an experience concerns: Jobcenter, school, housing company."""

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("Institution")
        verbose_name_plural = _("Institutionen")


class TargetGroup(VocabularyTerm):
    """People whom an experience is about: young people, families, older people."""

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("Zielgruppe")
        verbose_name_plural = _("Zielgruppen")
