"""The answers to minutes that were sent round."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.models import MinutesCorrection, MinutesRound, TablePage
from cms.permissions import policies
from cms.services.access import require
from cms.services.audit import record


@transaction.atomic
def suggest_correction(
    minutes_round: MinutesRound, user, text: str, *, table: TablePage | None = None
) -> MinutesCorrection:
    """Keeps a suggestion for the office. Raises NotAllowedError, RuleError without a text."""
    require(user, policies.READ_MINUTES, minutes_round)
    if not text.strip():
        raise RuleError(_("Bitte schreiben Sie, was anders werden soll."))
    _answered(minutes_round, user)
    correction = MinutesCorrection.objects.create(
        round=minutes_round, user=user, table=table, text=text.strip()
    )
    data = {"correction": correction.pk}
    record("minutes.corrected", by=user, obj=minutes_round.event, data=data)
    return correction


@transaction.atomic
def confirm_minutes(minutes_round: MinutesRound, user) -> None:
    """Says that the minutes are right as they are. Raises NotAllowedError."""
    require(user, policies.READ_MINUTES, minutes_round)
    _answered(minutes_round, user)


def _answered(minutes_round: MinutesRound, user) -> None:
    silent = minutes_round.recipients.filter(user=user, answered_at=None)
    silent.update(answered_at=timezone.now())


@transaction.atomic
def settle_correction(correction: MinutesCorrection, user) -> None:
    """Marks a correction as done. Raises NotAllowedError for everybody but the office."""
    require(user, policies.OFFICE)
    correction.done_at = timezone.now()
    correction.save(update_fields=["done_at"])
