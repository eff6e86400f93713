"""The services' way of asking the policy."""

from django.utils.translation import gettext as _

from cms.domain.errors import NotAllowedError
from cms.permissions import policies


def require(user, action: str, obj=None) -> None:
    """Raises NotAllowedError unless the policy says yes."""
    if not policies.can(user, action, obj):
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))
