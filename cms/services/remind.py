"""What time brings about: entries that wait too long, minutes whose date is near.

May run as often as you like: everybody is told once.
"""

from datetime import timedelta

from django.utils import timezone

from cms.domain.occasions import Occasion
from cms.models import Experience, GuideSettings, MinutesRound, Supplement
from cms.services.notify import notify


def remind_of_overdue() -> int:
    """Tells the reviewers of each entry that waits longer than the office allows; how many."""
    days = GuideSettings.days_to_review()
    overdue = [*Experience.objects.overdue(days), *Supplement.objects.overdue(days)]
    for entry in overdue:
        # A word for this wait: who submits again later begins a new one.
        notify(Occasion.OVERDUE, entry, once=f"task{entry.current_workflow_task_state.pk}")
    return len(overdue)


def remind_of_minutes() -> int:
    """On the day before the last one, tells those who have not answered; how many rounds."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    rounds = MinutesRound.objects.filter(until=tomorrow).select_related("event")
    for minutes_round in rounds:
        # Sent today for tomorrow: they have just read it.
        if timezone.localdate(minutes_round.sent_at) < timezone.localdate():
            silent = minutes_round.recipients.filter(answered_at=None).select_related("user")
            notify(
                Occasion.MINUTES_REMINDER,
                minutes_round,
                to=[recipient.user for recipient in silent],
                once="reminder",
            )
    return len(rounds)
