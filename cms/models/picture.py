"""A picture that stands with something, and the words for those who can't see it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model, get_image_model_string
from wagtail.images.widgets import AdminImageChooser
from wagtail.permissions import policy_registry

from cms.permissions.file_policies import opens_files_of

PICTURE_PANEL = MultiFieldPanel(
    [FieldPanel("image"), FieldPanel("image_caption")], heading=_("Bild (freiwillig)")
)


class PictureMixin(models.Model):
    """For what a project (or the office) shows a picture of. It is called as Plone calls it."""

    image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("Bild"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("JPEG, PNG oder WebP, aus den Dateien des Projekts oder neu hochgeladen."),
    )
    image_caption = models.CharField(
        _("Was auf dem Bild zu sehen ist"),
        max_length=255,
        blank=True,
        help_text=_(
            "Ein Satz für alle, die das Bild nicht sehen: Er wird vorgelesen. Zu jedem Bild nötig."
        ),
    )

    class Meta:
        abstract = True

    @property
    def owner_of_picture(self):
        """The project in whose files the picture must lie; None for what is the office's."""
        return self.project

    @property
    def shown_image(self):
        """The picture, if readers may see it here: no project shows the files of another."""
        return self.image if self.image_id and self._may_show(self.image) else None

    def clean(self):
        super().clean()
        if not self.image_id:
            self.image_caption = ""  # the words of a picture that is gone fit no other
            return
        if not self._may_show(self.image):
            raise ValidationError({"image": NOT_OF_PROJECT})
        # What was written when it was uploaded fits as well.
        self.image_caption = self.image_caption.strip() or self.image.description
        if not self.image_caption:
            message = _("Bitte beschreiben Sie das Bild für alle, die es nicht sehen.")
            raise ValidationError({"image_caption": message})

    def _may_show(self, image) -> bool:
        project = self.owner_of_picture
        is_own = project is not None and image.collection_id == project.collection_id
        return opens_files_of(project, project.pk if is_own else None)


NOT_OF_PROJECT = _("Bitte wählen Sie ein Bild aus den Dateien des Projekts.")


class OwnPictureChooser(AdminImageChooser):
    """Wagtail's would show any picture whose number a form names."""

    def __init__(self, pictures, **kwargs):
        super().__init__(**kwargs)
        self.pictures = pictures

    def get_instance(self, value):
        if value is None or isinstance(value, self.model_class):
            return value
        return self.pictures.filter(pk=value).first() if str(value).isdecimal() else None


def limit_pictures(form) -> None:
    """Lets a form of Wagtail's take the pictures that its person may choose, or the present one."""
    field = form.fields.get("image")
    if field is None:
        return
    policy = policy_registry.get_by_type(get_image_model())
    own = policy.instances_user_has_any_permission_for(form.for_user, ["choose"])
    field.queryset = own | get_image_model().objects.filter(pk=form.instance.image_id)
    field.error_messages["invalid_choice"] = NOT_OF_PROJECT
    field.widget = OwnPictureChooser(field.queryset)
