"""Addresses of the import screens, below /admin/, and their menu item."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from cms.admin.menu import PolicyMenuItem, is_office
from cms.admin.minutes import creation, preview, upload

urlpatterns = [
    path("protokolle/", upload.index, name="guide_minutes"),
    path("protokolle/<int:pk>/", preview.show, name="guide_minutes_import"),
    path("protokolle/<int:pk>/aendern/", preview.change, name="guide_minutes_change"),
    path("protokolle/<int:pk>/anlegen/", creation.create, name="guide_minutes_create"),
    path("protokolle/<int:pk>/verwerfen/", upload.discard, name="guide_minutes_discard"),
]


def minutes_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return PolicyMenuItem(
        _("Protokolle"),
        reverse_lazy("guide_minutes"),
        name="minutes",
        icon_name="upload",
        order=120,
        may=is_office,
    )
