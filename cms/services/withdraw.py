"""Takes something published away from its readers."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions import action_registry
from wagtail.log_actions import LogContext, log

from cms.domain.errors import IncompleteError, RuleError
from cms.domain.occasions import Occasion
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import allowed
from cms.services.audit import record
from cms.services.notify import notify
from cms.services.submit import end_review

WITHDRAW_ACTION = "cms.withdraw"


@transaction.atomic
def withdraw(obj, user, reason: str = "") -> None:
    """Unpublishes an entry, an outcome or a page. Nothing of it is deleted; a review ends.

    Raises NotAllowedError without the right, RuleError if it is not published.
    """
    obj = allowed(user, policies.WITHDRAW, obj)
    _unpublish(obj, user, reason)
    record("entry.withdrawn", by=user, obj=obj)
    notify(Occasion.WITHDRAWN, obj, by=user, reason=reason.strip())


@transaction.atomic
def withdraw_in_emergency(obj, user, reason: str) -> None:
    """The same at once by whoever may write for the owning project; needs a reason.

    Raises NotAllowedError without the right, RuleError without a reason or if it is not published.
    """
    obj = allowed(user, policies.EMERGENCY_WITHDRAW, obj)
    if not reason.strip():
        sentence = _("Bitte schreiben Sie, warum das sofort verschwinden muss.")
        raise IncompleteError({"comment": [sentence]})
    _unpublish(obj, user, reason)
    record("entry.withdrawn_in_emergency", by=user, obj=obj)
    notify(Occasion.EMERGENCY_WITHDRAWN, obj, by=user, reason=reason.strip())


def _unpublish(obj, user, reason: str) -> None:
    if not obj.live:
        raise RuleError(_("Das ist nicht veröffentlicht."))
    unpublish = action_registry.get_action_class(type(obj), "unpublish")(obj, user=user)
    with LogContext(user=user):
        log(obj, WITHDRAW_ACTION, user=user, data={"reason": reason.strip()})
        # The right was asked for above. Wagtail would ask for that to publish, which who
        # withdraws in an emergency need not have.
        unpublish.execute(skip_permission_checks=True)
    if isinstance(obj, Entry):
        # What waits for its approval was a change of something that is no longer there.
        end_review(obj, user)
