"""Keeps how a person wants to be told; what waits already follows the new choice."""

from django.db import transaction
from django.utils import timezone

from cms.models import Frequency, Notification, NotificationChoice
from cms.services.notify import next_digest


@transaction.atomic
def choose_notifications(user, *, entries: str, reviews: str | None = None) -> NotificationChoice:
    """Sets the person's choice; ``reviews`` None leaves that part as it is."""
    choice, _created = NotificationChoice.objects.get_or_create(user=user)
    choice = NotificationChoice.objects.select_for_update().get(pk=choice.pk)
    choice.entries = Frequency(entries).value
    if reviews is not None:
        choice.reviews = Frequency(reviews).value
    choice.save()
    waiting = Notification.objects.filter(
        recipient=user, status=Notification.Status.WAITING, attempts=0
    )
    changes: dict[Frequency, list[int]] = {frequency: [] for frequency in Frequency}
    for pk, occasion in waiting.values_list("pk", "occasion"):
        changes[choice.frequency(occasion)].append(pk)
    waiting.filter(pk__in=changes[Frequency.NEVER]).update(
        status=Notification.Status.DROPPED, sent_at=timezone.now()
    )
    _put(waiting.filter(pk__in=changes[Frequency.DAILY], is_digest=False), True, next_digest())
    _put(waiting.filter(pk__in=changes[Frequency.AT_ONCE], is_digest=True), False, timezone.now())
    return choice


def _put(rows, is_digest: bool, due) -> None:
    rows.update(is_digest=is_digest, due_at=due, next_try_at=due)
