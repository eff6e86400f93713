"""What time brings about: entries that wait too long, minutes whose date is near.

May run as often as you like: everybody is told once.
"""

from datetime import timedelta

from django.utils import timezone
from wagtail.models import Site, TaskState

from cms.domain.occasions import Occasion
from cms.models import GuideSettings, MinutesRound
from cms.models.entry import Entry
from cms.services.notify import notify


def remind_of_overdue() -> int:
    """Tells the reviewers of each entry that waits longer than the office allows; how many."""
    site = Site.objects.filter(is_default_site=True).first()
    guide = GuideSettings.for_site(site) if site else GuideSettings()
    longest = timezone.now() - timedelta(days=guide.review_days)
    waiting = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS, started_at__lt=longest
    ).select_related("workflow_state__base_content_type")
    overdue = 0
    for task_state in waiting:
        entry = task_state.workflow_state.content_object
        if isinstance(entry, Entry) and entry.trashed_at is None:
            # A word for this wait: who submits again later begins a new one.
            notify(Occasion.OVERDUE, entry, once=f"task{task_state.pk}")
            overdue += 1
    return overdue


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
