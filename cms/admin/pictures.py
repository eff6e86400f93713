"""Wagtail's form of a picture, which takes in nothing but the picture."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.forms import BaseImageForm

from cms.domain.errors import RuleError
from cms.services.keep_picture import check_picture


class PictureForm(BaseImageForm):
    """For WAGTAILIMAGES_IMAGE_FORM_BASE: all of Wagtail's uploads go through it."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        file.seek(0)
        try:
            picture = check_picture(file.read())
        except RuleError as error:
            raise forms.ValidationError(str(error)) from error
        return SimpleUploadedFile(file.name, picture.data, file.content_type)
