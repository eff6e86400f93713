"""The guide's app."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext_lazy as _

GUARD = "cms.middleware.StockScreensMiddleware"


def check_guard(app_configs, **kwargs) -> list[checks.Error]:
    """A site without the guard of Wagtail's own screens does not start."""
    if GUARD in settings.MIDDLEWARE:
        return []
    hint = f"Add {GUARD!r} to MIDDLEWARE, after AuthenticationMiddleware and MessageMiddleware."
    return [checks.Error("Wagtail's own screens are unguarded.", hint=hint, id="cms.E001")]


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Lebendiger Leitfaden")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        checks.register(check_guard)
        # These import models, which Django allows only from here on.
        import_module("cms.permissions.registration").register_policies(self)
        import_module("cms.receivers")
        # Else Wagtail would not know that a logo is used.
        index = import_module("wagtail.models.reference_index").ReferenceIndex
        for name in ("GuideSettings", "Supplement"):
            index.register_model(self.get_model(name))
