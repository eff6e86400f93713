"""The worker: empties the outbox, and does what time brings about (by_the_clock).

A process of its own, or a thread of the web process.
"""

import logging
from datetime import timedelta

from django.utils import timezone

from cms.services import background
from cms.services.by_the_clock import Clock
from cms.services.remind import remind_of_minutes, remind_of_overdue
from cms.services.send_mail import MailServerAwayError, forget_old, send_due

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
AWAY_SECONDS = 20.0
#: What time brings about is looked at so often.
HOUSEKEEPING = timedelta(hours=1)


def start_thread() -> None:
    """Starts the worker once in this process. It ends with the process."""
    background.start_thread("mail", run)


def run() -> None:
    """Sends what is due and does what is due by the clock, until the process ends."""
    background.go_on(_Round().step, rest=AWAY_SECONDS)


class _Round:
    """What one worker does again and again."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._housekeeping = timezone.now()

    def step(self) -> float:
        """Once; how many seconds to sleep then."""
        self._clock.tick()
        if timezone.now() >= self._housekeeping:
            self._housekeeping = timezone.now() + HOUSEKEEPING
            housekeeping()
        try:
            send_due()
        except MailServerAwayError as error:
            logger.warning("mails wait for the mail server: %s", error)
            return AWAY_SECONDS
        return IDLE_SECONDS


def housekeeping() -> dict[str, int]:
    """Reminders, and an end to what was sent long ago; what was done, in numbers."""
    return {
        "overdue": remind_of_overdue(),
        "minutes": remind_of_minutes(),
        "forgotten": forget_old(),
    }
