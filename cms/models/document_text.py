"""The words of a document, kept for the search: a rebuild reads no file again."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string

from cms.models.choices import TextProblemChoices


class DocumentTextQuerySet(models.QuerySet):
    def due(self) -> "DocumentTextQuerySet":
        """What waits to be read: new files, replaced ones, and those that were away."""
        return self.filter(next_try_at__lte=timezone.now()).order_by("next_try_at", "pk")

    def wait_for(self, document: models.Model) -> None:
        """Has the file read, unless it is the one that was."""
        kept, is_new = self.get_or_create(
            document=document, defaults={"next_try_at": timezone.now()}
        )
        read = (kept.file_name, kept.file_hash)
        if not is_new and read != (document.file.name, document.file_hash):
            self.filter(pk=kept.pk).update(next_try_at=timezone.now(), attempts=0)

    def of_now(self) -> "DocumentTextQuerySet":
        """The words of the files as they are, not those of files that were replaced."""
        return self.filter(file_name=F("document__file"), file_hash=F("document__file_hash"))


class DocumentText(models.Model):
    """What was read of a document's file, or why it could not be. Made with the document."""

    document = models.OneToOneField(
        get_document_model_string(),
        verbose_name=_("Dokument"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="kept_text",
    )
    # Of the file that was read. Wagtail knows the hash only of what came through its forms.
    file_name = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    problem = models.CharField(
        _("Problem"), max_length=12, blank=True, choices=TextProblemChoices.choices
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_index=True)  # None: read, nothing to do

    # It is no use of the document: what nothing else uses may be deleted.
    wagtail_reference_index_ignore = True

    objects = DocumentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("Text eines Dokuments")
        verbose_name_plural = _("Texte von Dokumenten")
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.document.title
