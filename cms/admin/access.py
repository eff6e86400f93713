"""Who may open a screen of the admin."""

from django.core.exceptions import PermissionDenied

from cms.permissions import policies


def require_office(request) -> None:
    """Wagtail turns the denial into a message. Raises PermissionDenied unless it is the office."""
    if not policies.can(request.user, policies.OFFICE):
        raise PermissionDenied
