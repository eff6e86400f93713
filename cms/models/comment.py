"""Comments on an entry while it is written and reviewed. Never public."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from cms.models.choices import PassageChoices
from cms.models.publications import Publication


class CommentQuerySet(models.QuerySet):
    def of(self, entry: models.Model) -> "CommentQuerySet":
        """All comments and answers on this entry."""
        content_type = ContentType.objects.get_for_model(entry)
        return self.filter(content_type=content_type, object_id=entry.pk)


class Comment(models.Model):
    """What somebody says about a draft: to a passage, a field, or the whole; or an answer to it.

    ``publication`` is the version that came out of the draft: with it the comment is kept.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    entry = GenericForeignKey("content_type", "object_id")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    publication = models.ForeignKey(
        Publication, null=True, on_delete=models.SET_NULL, related_name="comments"
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answers")
    field = models.CharField(_("Wozu?"), max_length=20, blank=True, choices=PassageChoices.choices)
    quote = models.TextField(_("Stelle im Text"), blank=True)
    before = models.CharField(max_length=100, blank=True)  # what stood before the quote
    text = models.TextField(_("Kommentar"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kommentar")
        verbose_name_plural = _("Kommentare")
        ordering = ["created_at", "id"]
        default_permissions = ()
        indexes = [models.Index(fields=["content_type", "object_id"], name="cms_comment_entry")]

    def __str__(self) -> str:
        return self.text[:80]
