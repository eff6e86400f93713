"""Wagtail's form of a picture, which takes in nothing but the picture."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.domain.errors import RuleError
from cms.services.keep_picture import check_picture, most_bytes


class PictureField(WagtailImageField):
    """Looks at a file first: Wagtail unpacks the whole picture before it counts its pixels, and
    fails if the file ends too early."""

    def to_python(self, data):
        if data in self.empty_values:
            return None
        try:
            picture = check_picture(data.read(most_bytes() + 1))
        except RuleError as error:
            raise ValidationError(str(error)) from error
        return super().to_python(SimpleUploadedFile(data.name, picture.data))


class PictureForm(BaseImageForm):
    """For WAGTAILIMAGES_IMAGE_FORM_BASE: all uploads in the admin go through it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stock = self.fields.get("file")
        if stock is not None:
            self.fields["file"] = PictureField(
                label=stock.label, required=stock.required, widget=stock.widget
            )
