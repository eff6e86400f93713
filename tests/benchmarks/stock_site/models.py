"""An experience, as somebody would write it who follows Wagtail's documentation."""

from django.db import models
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.snippets.models import register_snippet


@register_snippet
class Experience(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model
):
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)
    body = RichTextField(blank=True)
    date = models.DateField(null=True, blank=True)
    visibility = models.CharField(max_length=10)
    source_id = models.CharField(max_length=255, blank=True)

    api_fields = [
        APIField(name, writable=True)
        for name in ("title", "kind", "body", "date", "visibility", "source_id")
    ]

    def __str__(self):
        return self.title
