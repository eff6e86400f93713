"""Wagtail's page „Mein Konto“, without what the guide does in its own way."""

from wagtail.admin.views.account import NotificationsSettingsPanel


def hide_stock_notifications() -> None:
    """Hides Wagtail's choice of mails, which are off. There is no hook to take a panel away."""
    NotificationsSettingsPanel.is_active = lambda panel: False
