"""The guide's app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Lebendiger Leitfaden")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # These import models, which Django allows only from here on.
        import_module("cms.permissions.registration").register_policies(self)
        import_module("cms.receivers")
        # Else Wagtail would not know that a logo is used.
        index = import_module("wagtail.models.reference_index").ReferenceIndex
        for name in ("GuideSettings", "Supplement"):
            index.register_model(self.get_model(name))
