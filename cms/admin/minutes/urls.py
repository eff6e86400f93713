"""Addresses of the import screens, below /admin/, and their menu item."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from cms.admin.minutes import creation, preview, upload
from cms.permissions import policies

urlpatterns = [
    path("protokolle/", upload.index, name="guide_minutes"),
    path("protokolle/<int:pk>/", preview.show, name="guide_minutes_import"),
    path("protokolle/<int:pk>/aendern/", preview.change, name="guide_minutes_change"),
    path("protokolle/<int:pk>/anlegen/", creation.create, name="guide_minutes_create"),
    path("protokolle/<int:pk>/verwerfen/", upload.discard, name="guide_minutes_discard"),
]


class MinutesMenuItem(MenuItem):
    """„Protokolle einlesen“, for the office."""

    def is_shown(self, request):
        return policies.can(request.user, policies.OFFICE)


def minutes_menu_item() -> MinutesMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return MinutesMenuItem(
        _("Protokolle"),
        reverse_lazy("guide_minutes"),
        name="minutes",
        icon_name="upload",
        order=120,
    )
