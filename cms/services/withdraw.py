"""Takes something published away from its readers."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log

from cms.domain.errors import RuleError
from cms.permissions import policies
from cms.services.access import require

WITHDRAW_ACTION = "cms.withdraw"


@transaction.atomic
def withdraw(obj, user, reason: str = "") -> None:
    """Unpublishes an experience, an outcome or a page. Nothing of it is deleted.

    Raises NotAllowedError without the right, RuleError if it is not published.
    """
    require(user, policies.WITHDRAW, obj)
    obj = type(obj).objects.select_for_update().get(pk=obj.pk)
    if not obj.live:
        raise RuleError(_("Das ist nicht veröffentlicht."))
    with LogContext(user=user):
        log(obj, WITHDRAW_ACTION, user=user, data={"reason": reason.strip()})
        obj.unpublish(user=user)
