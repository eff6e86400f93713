"""Wagtail's page of one's account, without what the guide does in its own way.

Include it before Wagtail's addresses. Its sign-in and its password pages lead to ours by
:class:`cms.middleware.StockScreensMiddleware`.
"""

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import (
    AccountView,
    NameEmailSettingsPanel,
    NotificationsSettingsPanel,
)


class Preferences(AccountView):
    """Wagtail's account page without what stands at /intern/konto/."""

    template_name = "cms/admin/preferences.html"
    elsewhere = (NameEmailSettingsPanel, NotificationsSettingsPanel)

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, self.elsewhere)]


# With Wagtail's name: whoever asks for its screen gets ours.
urlpatterns = [
    path(
        "account/",
        never_cache(require_admin_access(Preferences.as_view())),
        name="wagtailadmin_account",
    ),
]
