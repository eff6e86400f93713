"""Wagtail's own screens about accounts, as far as the guide has its own.

Include it before Wagtail's addresses. Otherwise its sign-in would be a way round the
second factor and the limits.
"""

from django.urls import path, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import (
    AccountView,
    NameEmailSettingsPanel,
    NotificationsSettingsPanel,
)


class ToSignIn(RedirectView):
    """With where one wanted to go; that is checked there."""

    url = reverse_lazy("cms:login")
    query_string = True


class Preferences(AccountView):
    """Wagtail's account page without what stands at /intern/konto/."""

    template_name = "cms/admin/preferences.html"
    elsewhere = (NameEmailSettingsPanel, NotificationsSettingsPanel)

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, self.elsewhere)]


# With Wagtail's names: whoever asks for its screen gets ours.
urlpatterns = [
    path("login/", ToSignIn.as_view(), name="wagtailadmin_login"),
    path(
        "password_reset/",
        RedirectView.as_view(url=reverse_lazy("cms:password_forgotten")),
        name="wagtailadmin_password_reset",
    ),
    path(
        "account/",
        never_cache(require_admin_access(Preferences.as_view())),
        name="wagtailadmin_account",
    ),
]
